//! The error of a body that cannot be validated.

use std::{error, fmt};

use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::reader::Invalid;
use crate::document::error::SpecError;

/// A body could not be validated: it is not JSON, its JSON is ambiguous, or the operation or schema does not exist.
///
/// The message does not quote the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidateError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Body { reason: &'static str, not_json: bool, line: usize, column: usize },
    Unknown { what: &'static str, name: String, known: Vec<String> },
    Document(SpecError),
}

impl ValidateError {
    /// Returns the line and the column, from 1, at which the body is invalid; `None` if the body is not the reason.
    pub fn location(&self) -> Option<(usize, usize)> {
        match &self.0 {
            Reason::Body { line, column, .. } => Some((*line, *column)),
            _ => None,
        }
    }

    /// Returns whether the body is not JSON.
    ///
    /// JSON that cannot be validated has a duplicate field, an unpaired surrogate (`\ud800`), or more than 127 levels.
    pub fn is_not_json(&self) -> bool {
        matches!(self.0, Reason::Body { not_json: true, .. })
    }

    /// Returns whether there is no operation or schema of that name. The message lists those that exist.
    pub fn is_unknown_name(&self) -> bool {
        matches!(self.0, Reason::Unknown { .. })
    }

    pub(super) fn not_utf8(body: &[u8], valid: usize) -> Self {
        Self::at("the body is not UTF-8", true, body, valid)
    }

    pub(super) fn body(body: &str, invalid: &Invalid) -> Self {
        let (reason, at) = match invalid {
            Invalid::Syntax => return Self::not_json(body),
            Invalid::Surrogate(at) => ("the body has an unpaired surrogate", at),
            Invalid::Depth(at) => ("the body is nested more than 127 levels deep", at),
            Invalid::Duplicate(at) => ("the body has a duplicate field", at),
        };
        Self::at(reason, false, body.as_bytes(), *at)
    }

    /// Takes the location of a syntax error from serde_json.
    fn not_json(body: &str) -> Self {
        let error = serde_json::from_str::<IgnoredAny>(body).err();
        let reason = match &error {
            _ if body.is_empty() => "the body is empty",
            Some(error) if error.classify() == Category::Eof => "the body ends early",
            _ => "the body is not JSON",
        };
        let (line, column) = error.map_or((1, 0), |error| (error.line(), error.column()));
        Self(Reason::Body { reason, not_json: true, line, column })
    }

    fn at(reason: &'static str, not_json: bool, body: &[u8], at: usize) -> Self {
        let before = body.get(..at).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
        Self(Reason::Body { reason, not_json, line, column })
    }

    pub(super) fn unknown<'a>(what: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self(Reason::Unknown { what, name: name.to_owned(), known: known.map(str::to_owned).collect() })
    }

    pub(super) fn document(fault: &SpecError) -> Self {
        Self(Reason::Document(fault.clone()))
    }
}

impl fmt::Display for ValidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Body { reason, line, column, .. } => write!(f, "{reason} (line {line}, column {column})"),
            Reason::Unknown { what, name, known } => {
                write!(f, "there is no {what} `{name}`; there are {}", known.join(", "))
            }
            Reason::Document(fault) => write!(f, "the document cannot be used for validation: {fault}"),
        }
    }
}

impl error::Error for ValidateError {}
