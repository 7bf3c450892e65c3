use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use iamport::validate::{self, Severity};

use super::values::NameParser;

#[derive(ClapArgs)]
pub(crate) struct Validate {
    /// Files of one JSON value, or of one record per line (NDJSON); `-` is standard input. A record is a response, a payment, a
    /// page, a list of those, or a captured response as `--save` writes it.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// The operation that all records are responses to. Captured responses have their own [default: detected per record]
    #[arg(long, value_name = "NAME", value_parser = NameParser(|| validate::operations().collect()), conflicts_with = "schema")]
    pub(crate) operation: Option<String>,

    /// The HTTP status of all records that are response bodies. Captured responses have their own [default: 200]
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..600), conflicts_with = "schema")]
    pub(crate) status: Option<u16>,

    /// The schema of all records, for parts of a response such as PaymentCancelAnnotation; payments and whole responses are detected.
    #[arg(long, value_name = "NAME", value_parser = NameParser(|| validate::schemas().collect()), hide_possible_values = true)]
    pub(crate) schema: Option<String>,

    /// The lowest severity that makes the exit status 1. From high to low: violation, drift, deviation.
    #[arg(long, value_enum, default_value_t = FailOn::Violation)]
    pub(crate) fail_on: FailOn,

    /// Print deviations too: most ordinary responses have some. They are counted without it, unless --fail-on asks for them.
    #[arg(long)]
    pub(crate) all: bool,

    /// Print every finding, as soon as it is found. Otherwise those of the same operation, place and rule are one line, with
    /// their number and the first record, at the end.
    #[arg(long)]
    pub(crate) each: bool,

    /// A file of known findings, as printed by an earlier run without --show-values, or by their ids; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Output format.
    #[arg(long, value_enum, default_value_t = FindingFormat::Text)]
    pub(crate) format: FindingFormat,

    /// Print the values found. They may be personal data.
    #[arg(long)]
    pub(crate) show_values: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// Contradicts the document.
    Violation,
    /// A field, a code or a status that the document does not know: the API may have changed.
    Drift,
    /// Contradicts a source; the document or another source allows it.
    Deviation,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Violation => Severity::Violation,
            FailOn::Deviation => Severity::Deviation,
            FailOn::Drift => Severity::Drift,
        }
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// A line each.
    Text,
    /// One JSON object per finding, with its file, line and record, and the number of such findings unless --each is given.
    Json,
}

#[derive(ClapArgs)]
pub(crate) struct Redact {
    /// A file of captured responses, or of bodies: one JSON value, or one record per line; `-` is standard input.
    pub(crate) file: PathBuf,
}
