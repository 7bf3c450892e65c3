//! An identifier is encoded as exactly one path segment, or nothing is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use crate::error::Error;

/// Every character except those that RFC 3986 allows in a path segment. Above all the backslash, which URL parsers treat
/// as a slash.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

/// Marks an identifier that no encoding can represent: URL parsers remove `.`, `..` and empty segments, so that
/// `find/../paid` becomes another endpoint. No encoded identifier contains this character.
const UNSENDABLE: &str = "!";

/// The longest URL in bytes: the limit of `http::Uri`.
const LONGEST: usize = 65_534;

/// Encodes a path parameter as one segment. The generated code calls it for each parameter.
pub(crate) fn encode_path(parameter: &str) -> String {
    match parameter {
        "" | "." | ".." => UNSENDABLE.to_owned(),
        sendable => utf8_percent_encode(sendable, SEGMENT).to_string(),
    }
}

/// Rejects a request with an identifier that cannot be sent.
pub(crate) fn check(url: &Url) -> Result<(), Error> {
    let path = url.path();
    if path.contains(UNSENDABLE) && path.split('/').any(|segment| segment == UNSENDABLE) {
        return Err(Error::invalid_argument("invalid identifier: must not be empty, `.` or `..`"));
    }
    if url.as_str().len() > LONGEST {
        return Err(Error::invalid_argument(format!("invalid request: the URL is longer than {LONGEST} bytes")));
    }
    Ok(())
}
