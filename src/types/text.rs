//! Reads the JSON text of a scalar.

use std::borrow::Cow;

/// Returns the content of a JSON string, copied only if it has escapes; `None` for any other JSON.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    let content = json.strip_prefix('"')?.strip_suffix('"')?;
    if content.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(content.into()) }
}

/// Parses an integer in its usual notation: not `1.0`, `1e3` or `-0`.
pub(crate) fn integer(json: &str) -> Option<i64> {
    json.parse().ok().filter(|_| json != "-0" && !json.starts_with('+'))
}
