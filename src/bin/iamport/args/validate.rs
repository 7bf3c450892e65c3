use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, builder::PossibleValuesParser};
use iamport::validate::{self, Severity};

#[derive(ClapArgs)]
pub(crate) struct Validate {
    /// Files of JSON or NDJSON; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Each record answers this operation [default: told by what a record has]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(validate::operations()), conflicts_with = "schema")]
    pub(crate) operation: Option<String>,

    /// Each record is one of these, without an envelope.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(validate::schemas()), hide_possible_values = true)]
    pub(crate) schema: Option<String>,

    /// From which severity on the answer is no.
    #[arg(long, value_enum, default_value_t = FailOn::Violation)]
    pub(crate) fail_on: FailOn,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = FindingFormat::Text)]
    pub(crate) format: FindingFormat,

    /// Show the values that were found, whosever they are.
    #[arg(long)]
    pub(crate) show_values: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// What no source allows.
    Violation,
    /// What some source forbids, too.
    Deviation,
    /// Fields and codes that the document does not know, too: the API has moved.
    Drift,
}

impl From<FailOn> for Severity {
    fn from(deny: FailOn) -> Self {
        match deny {
            FailOn::Violation => Severity::Violation,
            FailOn::Deviation => Severity::Deviation,
            FailOn::Drift => Severity::Drift,
        }
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// One line each.
    Text,
    /// One JSON object each, with its file, line and record.
    Json,
}
