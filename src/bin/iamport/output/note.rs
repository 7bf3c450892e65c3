//! Standard error.

use std::{fmt::Display, io::Write};

use super::escape::escaped;

/// Prints lines on standard error.
///
/// What cannot be written there is dropped: neither the results nor the exit status depend on who reads the notes.
pub(crate) fn note(lines: impl Display) {
    let lines: String = lines.to_string().split('\n').map(|line| escaped(line).into_owned() + "\n").collect();
    let _ = anstream::stderr().write_all(lines.as_bytes());
}
