//! Reads the JSON text of a scalar.

use std::borrow::Cow;

use memchr::memchr;

/// Returns the content of a JSON string, copied only if it has escapes; `None` for any other JSON.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    let content = json.strip_prefix('"')?.strip_suffix('"')?;
    match memchr(b'\\', content.as_bytes()) {
        Some(_) => unescape(content).map(Cow::Owned),
        None => Some(content.into()),
    }
}

/// Decodes the content of a JSON string. `None` for an unpaired surrogate.
///
/// serde_json would decode into a buffer that grows, and copy it.
fn unescape(content: &str) -> Option<String> {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = if rest.starts_with('\\') { Some(0) } else { memchr(b'\\', rest.as_bytes()) } {
        let (before, escape) = (rest.get(..at)?, rest.get(at + 1..)?);
        text.push_str(before);
        let (char, length) = match escape.as_bytes().first()? {
            b'u' => unicode(escape)?,
            b'b' => ('\u{8}', 1),
            b'f' => ('\u{c}', 1),
            b'n' => ('\n', 1),
            b'r' => ('\r', 1),
            b't' => ('\t', 1),
            quoted @ (b'"' | b'\\' | b'/') => (char::from(*quoted), 1),
            _ => return None,
        };
        text.push(char);
        rest = escape.get(length..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// Decodes `uXXXX`, or a surrogate pair with its second `\`. Returns the length as well.
fn unicode(escape: &str) -> Option<(char, usize)> {
    // `u16::from_str_radix` accepts a sign, and is slower.
    let unit = |at: usize| {
        let mut digits = escape.as_bytes().get(at..at + 4)?.iter();
        let unit = digits.try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))?;
        u16::try_from(unit).ok()
    };
    let first = unit(1)?;
    if let Some(char) = char::from_u32(first.into()) {
        return Some((char, 5));
    }
    let second = if escape.get(5..7) == Some("\\u") { unit(7)? } else { return None };
    let char = char::decode_utf16([first, second]).next()?.ok()?;
    Some((char, 11))
}

/// Parses an integer in its usual notation: not `1.0`, `1e3` or `-0`.
pub(crate) fn integer(json: &str) -> Option<i64> {
    json.parse().ok().filter(|_| json != "-0" && !json.starts_with('+'))
}
