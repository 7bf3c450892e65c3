//! Escapes text so that it prints as one line and does not control the terminal.

use std::borrow::Cow;

/// Replaces every character that moves the cursor, breaks the line, changes the direction of the text or is invisible by
/// its escape: `\n`, `\u{1b}`, `\u{202e}`. Everything for people passes through here; machine formats do not.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    // A fast path: most text is ASCII. Counting is vectorized, `all` is not.
    if text.bytes().filter(|byte| !matches!(byte, b' '..=b'~')).count() == 0 || !text.contains(is_unsafe) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) { escaped.extend(c.escape_debug()) } else { escaped.push(c) }
    }
    escaped.into()
}

/// Returns whether a character is of the categories Cc, Zl or Zp, or an invisible or bidirectional one of Cf.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
