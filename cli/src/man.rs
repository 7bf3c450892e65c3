use std::{fs, path::Path};

use clap::CommandFactory;

use crate::{args::Args, error::CliError, outcome::Outcome};

/// Writes a page for the command, and one for each of its subcommands.
pub(crate) fn run(directory: &Path) -> Result<Outcome, CliError> {
    let written = fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(Args::command(), directory));
    written.map_err(|error| CliError::Input(format!("cannot write to {}: {error}", directory.display())))?;
    Ok(Outcome::Yes)
}
