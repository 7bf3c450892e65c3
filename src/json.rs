//! Parses JSON. An error has the position and the expected type, but no value.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize,
    de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, SeqAccess, Visitor},
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

/// Parses JSON as a type that is not of this crate. Its errors can quote the JSON, so the error has only words of serde.
pub(crate) fn parse_foreign<T: DeserializeOwned>(json: &str) -> Result<T, DecodeError> {
    serde_json::from_str(json).map_err(|error| {
        let reason = if error.is_data() { words_of_serde(&error) } else { reason(json, &error) };
        // serde_json takes a position from the end of the message of the type, which may be a part of a value.
        let (line, column) = (error.line(), error.column());
        let is_within = json.split('\n').nth(line.saturating_sub(1)).is_some_and(|text| column <= text.len() + 1);
        let (line, column) = if is_within { (line, column) } else { (0, 0) };
        DecodeError { field: None, line, column, reason }
    })
}

/// Parses a body as a type that is not of this crate, as [`parse_foreign`] does.
pub(crate) fn parse_foreign_bytes<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    match str::from_utf8(body) {
        Ok(json) => parse_foreign(json),
        Err(_) => Err(DecodeError::not_utf8(body.utf8_chunks().next().map_or("", |chunk| chunk.valid()))),
    }
}

/// Reads an array of at most this many items, or returns `None` if it has more, so that many small items do not take much
/// more memory than their text.
pub(crate) struct UpTo<T>(pub(crate) usize, pub(crate) PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for UpTo<T> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for UpTo<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == self.0 {
                drop(list);
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(None);
            }
            list.push(item);
        }
        Ok(Some(list))
    }
}

/// Parses an array that is read from its text; `None` if it has more items than `most`. The message of an error begins with
/// the path in the array: `[0].amount: …`.
pub(crate) fn items<'b, T: Deserialize<'b>>(json: &'b str, most: usize) -> serde_json::Result<Option<Vec<T>>> {
    UpTo(most, PhantomData).deserialize(&mut Deserializer::from_str(json)).map_err(|error| match path::<Vec<T>>(json) {
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

    /// Creates the error of a body that is an array.
    pub(crate) fn no_object() -> Self {
        Self { field: None, line: 0, column: 0, reason: "expected an object".to_owned() }
    }

    /// Creates the error of a body whose first bytes alone are UTF-8.
    pub(crate) fn not_utf8(valid: &str) -> Self {
        let column = valid.rsplit('\n').next().map_or(0, str::len);
        Self { field: None, line: valid.matches('\n').count() + 1, column, reason: "the body is not UTF-8".to_owned() }
    }

    /// Moves the error of a part of a body to its place in the body: the path of the part, the lines before the one that it
    /// begins in, and the bytes of that line before it.
    pub(crate) fn within(self, path: &str, lines: usize, bytes: usize) -> Self {
        let field = match self.field {
            None => path.to_owned(),
            Some(field) => format!("{path}.{field}"),
        };
        let column = self.column + if self.line == 1 { bytes } else { 0 };
        Self { field: Some(field), line: self.line + lines, column, ..self }
    }

    /// Returns the message without the position, for JSON that the sender did not write.
    pub(crate) fn without_position(self) -> String {
        self.field.map_or(String::new(), |field| format!("{field}: ")) + &self.reason
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

/// What serde's own types expect, in its words.
const TYPES: &[&str] = &[
    "a boolean",
    "a string",
    "a borrowed string",
    "a character",
    "a sequence",
    "a map",
    "unit",
    "option",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "any valid JSON value",
];

/// Returns the reason why a value does not fit a type, without anything that the type itself may have written.
fn words_of_serde(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    if text.starts_with("missing field `") {
        return "a field is missing".to_owned();
    }
    if text.starts_with("duplicate field `") {
        return "a field occurs twice".to_owned();
    }
    match text.rsplit_once(", expected ") {
        Some((_, expected)) if TYPES.contains(&expected) => format!("expected {expected}"),
        Some((_, expected)) if expected.starts_with("struct ") => "expected an object".to_owned(),
        _ => "a value does not fit".to_owned(),
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)?;
        // An error of a type's own has no position.
        if self.line > 0 { write!(f, " (line {}, column {})", self.line, self.column) } else { Ok(()) }
    }
}
