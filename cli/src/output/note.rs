//! Standard error.

use std::{fmt::Display, io::Write};

use super::escape::escaped;

/// Prints lines on standard error.
///
/// Write errors are ignored: neither the results nor the exit status depend on standard error.
pub(crate) fn note(lines: impl Display) {
    let lines: String = lines.to_string().split('\n').map(|line| escaped(line).into_owned() + "\n").collect();
    let _ = anstream::stderr().write_all(lines.as_bytes());
}
