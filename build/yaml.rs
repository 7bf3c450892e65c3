//! Reads YAML. A duplicate key is an error with both of its lines.

use yaml_serde::{Error, Value};

/// Reads a document.
///
/// # Errors
/// With the line that is wrong, where it is known, and what is wrong.
pub(crate) fn parse(text: &str) -> Result<Value, (Option<usize>, String)> {
    // Only `Value` rejects duplicate keys; other types take the last one.
    yaml_serde::from_str(text).map_err(|error| match duplicate(text, &error) {
        Some((key, first, second)) => (Some(second), format!("duplicate key `{key}`: line {first} and line {second}")),
        None => (error.location().map(|at| at.line()), error.to_string()),
    })
}

/// A duplicate key and its lines. The error has the place where the mapping begins, the lines are searched below it.
fn duplicate(text: &str, error: &Error) -> Option<(String, usize, usize)> {
    let (message, begin) = (error.to_string(), error.location()?);
    let key = message.split_once("duplicate entry with key ")?.1;
    let key = key.rsplit_once(" at line ").map_or(key, |(key, _)| key).trim_matches('"');
    let column = begin.column().checked_sub(1)?;
    let lines = text.lines().zip(1..).skip(begin.line().checked_sub(1)?);
    let keys = lines.filter_map(|(line, at)| Some((line.get(..column)?, line.get(column..)?, at)));
    // The first key may follow a dash on its line, the others have blanks before them.
    let keys = keys.enumerate().take_while(|(nth, (before, ..))| *nth == 0 || before.trim().is_empty());
    let is_key = |rest: &str| {
        let rest = rest.trim_start_matches(['"', '\'']).strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    let mut at = keys.filter(|(_, (_, rest, _))| is_key(rest)).map(|(_, (_, _, at))| at);
    Some((key.to_owned(), at.next()?, at.next()?))
}
