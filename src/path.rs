//! One identifier, one path segment, unchanged; or no request at all.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use crate::error::Error;

/// Everything but what RFC 3986 lets stand in a path segment unchanged. A backslash is a slash to URL parsers, so
/// above all it must not get through.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

/// Writes a path parameter as one segment. The generated code calls it for each of them.
pub(crate) fn encode_path(parameter: &str) -> String {
    utf8_percent_encode(parameter, SEGMENT).to_string()
}

/// Refuses a request whose path is not what its operation's ought to be.
///
/// No encoding saves `.`, `..` or an empty identifier: every URL parser folds them away, and `find/../paid` becomes
/// another endpoint. What is left then has other segments, or an empty one.
pub(crate) fn check(base: &str, template: &str, url: &Url) -> Result<(), Error> {
    let base = Url::parse(base).map_err(|_| Error::refused("the base URL is not a URL"))?;
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'));
    let mut segments = path.unwrap_or_default().split('/');
    let kept = template.split('/').all(|expected| match segments.next() {
        Some(segment) if expected.starts_with('{') => !segment.is_empty(),
        segment => segment == Some(expected),
    });
    if kept && segments.next().is_none() {
        return Ok(());
    }
    Err(Error::refused("an identifier that is empty, `.` or `..` cannot be sent as part of an address"))
}
