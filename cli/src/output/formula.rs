//! Keeps spreadsheets from running cells as formulas.

use std::borrow::Cow;

/// Puts an apostrophe before a text that a spreadsheet would run: one that begins with `=`, `@`, a tab or a carriage
/// return, or with `+` or `-` and is not a number. Buyers choose order numbers and names.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    let is_number = |text: &str| {
        text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
    };
    let runs = match text.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(text.get(1..).unwrap_or_default()),
        _ => false,
    };
    if runs { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn texts_that_run_get_an_apostrophe_and_numbers_do_not() {
        for text in ["=1+1", "@SUM(A1)", "\tx", "\r=1", "+82-10-1234", "-1+1", "-", "+", "-5900원", "=HYPERLINK(\"x\")"]
        {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "order-0001", "15900", "-5,900", "+1.5", "-.5", "'=1", "홍길동", " =1"] {
            assert_eq!(guarded(text), text);
        }
    }
}
