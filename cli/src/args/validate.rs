use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, builder::PossibleValuesParser};
use iamport::validate::{self, Severity};

#[derive(ClapArgs)]
pub(crate) struct Validate {
    /// Files of one JSON value, or of one record per line (NDJSON); `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// The operation that all records are responses to [default: detected per record]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(validate::operations()), conflicts_with = "schema")]
    pub(crate) operation: Option<String>,

    /// The schema of all records, for parts of a response such as PaymentCancelAnnotation; payments and whole responses are detected.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(validate::schemas()), hide_possible_values = true)]
    pub(crate) schema: Option<String>,

    /// The lowest severity that makes the exit status 1. From high to low: violation, drift, deviation.
    #[arg(long, value_enum, default_value_t = FailOn::Violation)]
    pub(crate) fail_on: FailOn,

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
    /// A field or a code that the document does not know: the API may have changed.
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
    /// One finding per line.
    Text,
    /// One JSON object per finding, with its file, line and record.
    Json,
}
