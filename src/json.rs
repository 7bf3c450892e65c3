//! Parses JSON. An error has the position and the expected type, but no value.

use std::fmt;

use serde::{
    Deserialize,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Deserializer, error::Category};

/// Parses JSON. The error has no value of it.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    // UTF-8 is checked once for the whole body and not for each string. An error before a wrong byte comes first.
    let valid = str::from_utf8(body).unwrap_or_else(|_| body.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
    let is_utf8 = valid.len() == body.len();
    match serde_json::from_str(valid) {
        Ok(value) if is_utf8 => Ok(value),
        Err(error) if is_utf8 || !error.is_eof() => Err(DecodeError::find::<T>(valid, &error)),
        _ => Err(DecodeError::not_utf8(valid)),
    }
}

/// Parses an array that is read from its text. The message of an error begins with the path in the array: `[0].amount: …`.
pub(crate) fn items<'b, T: Deserialize<'b>>(json: &'b str) -> serde_json::Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| match path::<Vec<T>>(json) {
        Some(path) => {
            let message = error.to_string();
            serde_json::Error::custom(format_args!("{path}: {}", split(&message).1))
        }
        None => error,
    })
}

/// Returns the path of the field whose value does not fit. Parses the JSON again, but only after a failure.
fn path<'b, T: Deserialize<'b>>(json: &'b str) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, T>(&mut Deserializer::from_str(json)).err()?;
    let path = error.path().to_string();
    Some(path + split(&error.inner().to_string()).0).filter(|path| path != ".")
}

/// Splits a message of [`items`] into the path and the rest.
fn split(message: &str) -> (&str, &str) {
    message.split_once(": ").filter(|(path, _)| path.starts_with('[')).unwrap_or(("", message))
}

/// The error of JSON that cannot be parsed, with its position.
#[derive(Debug)]
pub(crate) struct DecodeError {
    field: Option<String>,
    line: usize,
    column: usize,
    reason: String,
}

impl DecodeError {
    fn find<T: DeserializeOwned>(json: &str, error: &serde_json::Error) -> Self {
        let field = if error.is_data() { path::<T>(json) } else { None };
        Self { field, line: error.line(), column: error.column(), reason: reason(json, error) }
    }

    /// Creates the error of a body whose first bytes alone are UTF-8.
    fn not_utf8(valid: &str) -> Self {
        let column = valid.rsplit('\n').next().map_or(0, str::len);
        Self { field: None, line: valid.matches('\n').count() + 1, column, reason: "the body is not UTF-8".to_owned() }
    }

    /// Removes the path of the field from the error, since its names may be data.
    pub(crate) fn without_field(self) -> Self {
        Self { field: None, ..self }
    }
}

/// Returns the reason of an error without the value, which serde's message quotes.
fn reason(json: &str, error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = split(text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text)).1;
    match error.classify() {
        _ if json.is_empty() => "the body is empty".to_owned(),
        Category::Eof => "the body ends early".to_owned(),
        Category::Io | Category::Syntax => "the body is not JSON".to_owned(),
        Category::Data if text.starts_with("missing field `") || text.starts_with("duplicate field `") => {
            text.to_owned()
        }
        Category::Data => match text.rsplit_once("expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => "a value does not fit".to_owned(),
        },
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{} (line {}, column {})", self.reason, self.line, self.column)
    }
}
