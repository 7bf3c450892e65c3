//! An identifier is encoded as exactly one path segment, or nothing is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use super::operation::Operation;
use crate::error::Error;

/// Every character except those that RFC 3986 allows in a path segment. Above all the backslash, which URL parsers treat
/// as a slash.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

/// The longest URL in bytes: the limit of `http::Uri`.
const LONGEST: usize = 65_534;

/// Encodes a path parameter of an operation as one segment. The generated code calls it for each parameter.
///
/// Rejects what no encoding can represent: URL parsers remove `.`, `..` and empty segments, so that `find/../paid` becomes
/// another endpoint.
pub(crate) fn encode_path(parameter: &str, operation: &'static str) -> Result<String, Error> {
    match parameter {
        "" | "." | ".." => {
            let error = Error::invalid_argument("invalid identifier: must not be empty, `.` or `..`");
            Operation::named(operation).span().record_error(&error);
            Err(error)
        }
        parameter => Ok(utf8_percent_encode(parameter, SEGMENT).to_string()),
    }
}

/// Rejects a URL that cannot be sent.
pub(crate) fn check_length(url: &Url) -> Result<(), Error> {
    if url.as_str().len() > LONGEST {
        return Err(Error::invalid_argument(format!("invalid request: the URL is longer than {LONGEST} bytes")));
    }
    Ok(())
}
