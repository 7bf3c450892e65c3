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
    let segment = encode_segment(parameter, || "identifier".to_owned());
    segment.inspect_err(|error| Operation::named(operation).span().record_error(error))
}

/// Encodes a text as one segment. `name` is its name in the error.
fn encode_segment(text: &str, name: impl FnOnce() -> String) -> Result<String, Error> {
    match text {
        "" | "." | ".." => Err(Error::invalid_argument(format!("invalid {}: must not be empty, `.` or `..`", name()))),
        text => Ok(utf8_percent_encode(text, SEGMENT).to_string()),
    }
}

/// Fills the placeholders of a path template with values, each of which becomes one segment. The errors have the template
/// and the names, not the values.
pub(crate) fn expand(template: &str, values: &[(&str, String)]) -> Result<String, Error> {
    let invalid = |reason: &str| Error::invalid_argument(format!("invalid path `{template}`: {reason}"));
    let names = template.split('/').filter_map(placeholder);
    if let Some((name, _)) = values.iter().find(|(name, _)| names.clone().all(|known| known != *name)) {
        return Err(invalid(&format!("it has no placeholder `{{{name}}}`")));
    }
    let segments = template.strip_prefix('/').ok_or_else(|| invalid("expected a slash at its start"))?.split('/');
    let mut path = String::new();
    for segment in segments {
        let segment = match placeholder(segment) {
            Some(name) => {
                let mut matching = values.iter().filter(|(known, _)| *known == name);
                let (Some((_, value)), None) = (matching.next(), matching.next()) else {
                    return Err(invalid(&format!("expected one value for `{{{name}}}`; set it by `path`")));
                };
                encode_segment(value, || format!("value of `{{{name}}}`"))?
            }
            None => match encode_segment(segment, || format!("path `{template}`: a segment"))? {
                encoded if encoded == segment => encoded,
                _ => return Err(invalid("expected letters, digits, `-._~@:` and placeholders like `{imp_uid}`")),
            },
        };
        path.push('/');
        path.push_str(&segment);
    }
    Ok(path)
}

/// Returns the name of a segment that is a placeholder.
fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Rejects a URL that cannot be sent.
pub(crate) fn check_length(url: &Url) -> Result<(), Error> {
    if url.as_str().len() > LONGEST {
        return Err(Error::invalid_argument(format!("invalid request: the URL is longer than {LONGEST} bytes")));
    }
    Ok(())
}
