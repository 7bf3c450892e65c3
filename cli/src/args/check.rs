use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::service::Service;

#[derive(ClapArgs)]
pub(crate) struct Check {
    /// Write a report in Markdown to this file, for an issue: without personal data, identifiers and keys. It replaces the file.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) service: Service,
}
