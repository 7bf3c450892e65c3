//! Reads the JSON text of a scalar.

use std::borrow::Cow;

/// The content of a JSON string, which is copied only where it has escapes. `None` for anything else.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    let content = json.strip_prefix('"')?.strip_suffix('"')?;
    if content.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(content.into()) }
}

/// An integer that is written as it was read: not `1.0`, `1e3` or `-0`.
pub(crate) fn integer(json: &str) -> Option<i64> {
    json.parse().ok().filter(|_| json != "-0" && !json.starts_with('+'))
}
