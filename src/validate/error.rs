//! Why there is no report.

use std::{error, fmt};

use serde_json::error::Category;

use super::tree::TWICE;

/// There is no report: the body is not JSON, or there is no operation or schema of that name.
///
/// Its text repeats nothing of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidateError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Json { reason: &'static str, line: usize, column: usize },
    Unknown { what: &'static str, name: String, known: Vec<String> },
    Document(String),
}

impl ValidateError {
    /// Line and column, from 1, where a body stops being JSON; `None` where the body is not the reason.
    pub fn location(&self) -> Option<(usize, usize)> {
        match &self.0 {
            Reason::Json { line, column, .. } => Some((*line, *column)),
            _ => None,
        }
    }

    /// Whether there is no operation or schema of that name. The text lists those there are.
    pub fn is_unknown_name(&self) -> bool {
        matches!(self.0, Reason::Unknown { .. })
    }

    pub(super) fn json(body: &[u8], error: &serde_json::Error) -> Self {
        let reason = match error.classify() {
            _ if body.is_empty() => "the body is empty",
            Category::Eof => "the body ends early",
            Category::Data => TWICE,
            _ => "the body is not JSON",
        };
        Self(Reason::Json { reason, line: error.line(), column: error.column() })
    }

    pub(super) fn unknown<'a>(what: &'static str, name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        Self(Reason::Unknown { what, name: name.to_owned(), known: known.cloned().collect() })
    }

    pub(super) fn document(fault: &str) -> Self {
        Self(Reason::Document(fault.to_owned()))
    }
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Json { reason, line, column } => write!(f, "{reason} (line {line}, column {column})"),
            Reason::Unknown { what, name, known } => {
                write!(f, "there is no {what} `{name}`; there are {}", known.join(", "))
            }
            Reason::Document(fault) => write!(f, "the document cannot be used for validation: {fault}"),
        }
    }
}

impl error::Error for ValidateError {}
