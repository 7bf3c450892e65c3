//! One identifier, one path segment, unchanged; or no request at all.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use crate::error::Error;

/// Everything but what RFC 3986 lets stand in a path segment unchanged. A backslash is a slash to URL parsers, so
/// above all it must not get through.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

/// Stands for what no encoding saves: URL parsers fold `.`, `..` and an empty segment away, and `find/../paid` becomes
/// another endpoint. No encoded identifier has this character.
const UNSENDABLE: &str = "!";

/// The longest address that is sent, in bytes: what `http::Uri` holds.
const LONGEST: usize = 65_534;

/// Writes a path parameter as one segment. The generated code calls it for each of them.
pub(crate) fn encode_path(parameter: &str) -> String {
    match parameter {
        "" | "." | ".." => UNSENDABLE.to_owned(),
        sendable => utf8_percent_encode(sendable, SEGMENT).to_string(),
    }
}

/// Refuses a request with an identifier that cannot be sent.
pub(crate) fn check(url: &Url) -> Result<(), Error> {
    if url.path().split('/').any(|segment| segment == UNSENDABLE) {
        return Err(Error::refused("an identifier that is empty, `.` or `..` cannot be sent as part of an address"));
    }
    if url.as_str().len() > LONGEST {
        return Err(Error::refused(format!("with that identifier the address is longer than {LONGEST} bytes")));
    }
    Ok(())
}
