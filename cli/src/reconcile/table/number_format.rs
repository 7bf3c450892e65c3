//! Number formats of a workbook that add text to a number: `00000000`, `"order-"0000`, `[$USD] #,##0.00`.

use iamport::Currency;

use crate::args;

/// A format of literal text around one group of digits.
#[derive(Debug, PartialEq)]
pub(super) struct NumberFormat {
    prefix: String,
    /// The number of digits that are shown at least.
    digits: usize,
    suffix: String,
}

impl NumberFormat {
    /// Reads a format code; `None` for any other format, whose number is read as it is.
    pub(super) fn parse(code: &str) -> Option<Self> {
        let mut format = Self { prefix: String::new(), digits: 0, suffix: String::new() };
        let (mut letters, mut has_digits) = (code.chars(), false);
        while let Some(letter) = letters.next() {
            let is_number = format.suffix.is_empty();
            let text = if has_digits { &mut format.suffix } else { &mut format.prefix };
            match letter {
                '0' if is_number => {
                    has_digits = true;
                    format.digits += 1;
                }
                '#' if is_number && format.digits == 0 => has_digits = true,
                '"' => loop {
                    match letters.next()? {
                        '"' => break,
                        letter => text.push(letter),
                    }
                },
                '\\' => text.push(letters.next()?),
                '-' | '/' | '(' | ')' | ' ' | '$' | '₩' => text.push(letter),
                _ => return None,
            }
        }
        has_digits.then_some(format)
    }

    /// Returns an integer as the format shows it.
    pub(super) fn apply(&self, digits: &str) -> Option<String> {
        let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
        let Self { prefix, suffix, digits: width } = self;
        is_integer.then(|| format!("{prefix}{digits:0>width$}{suffix}"))
    }
}

/// Returns the currency that a number format shows: `[$USD] #,##0`, `[$₩-412]#,##0`, `#,##0"원"`. A bare `$` is none,
/// because it also stands for the currency of the reader's country.
pub(in crate::reconcile) fn currency(code: &str) -> Option<Currency> {
    let mut letters = code.chars();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        let end = match letter {
            // Another section is for negative numbers.
            ';' => break,
            '"' => '"',
            '[' => ']',
            '_' | '*' => {
                letters.next();
                continue;
            }
            '\\' => {
                text.extend(letters.next());
                continue;
            }
            letter => {
                text.push(letter);
                continue;
            }
        };
        let part: String = letters.by_ref().take_while(|letter| *letter != end).collect();
        match part.strip_prefix('$').filter(|_| end == ']').map(|part| part.split_once('-').unwrap_or((part, ""))) {
            Some(("$", "409" | "en-US")) => return Some("USD".into()),
            Some(("¥" | "￥", "411" | "ja-JP")) => return Some("JPY".into()),
            Some(("¥" | "￥", "804" | "zh-CN")) => return Some("CNY".into()),
            Some((symbol, _)) => text += symbol,
            None if end == '"' => text += &part,
            // A colour or a condition.
            None => {}
        }
    }
    for (symbol, code) in [("₩", "KRW"), ("￦", "KRW"), ("원", "KRW"), ("€", "EUR"), ("£", "GBP"), ("US$", "USD")]
    {
        if text.contains(symbol) {
            return Some(code.into());
        }
    }
    let is_letter = |c: char| c.is_ascii_uppercase();
    text.split(|c| !is_letter(c)).find(|word| word.len() == 3).and_then(|word| args::currency(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currency_of_a_format_is_recognized() {
        for (code, expected) in [
            ("[$USD] #,##0.00", Some("USD")),
            ("#,##0.00\\ [$USD]", Some("USD")),
            ("#,##0.00 \"USD\"", Some("USD")),
            ("[$₩-412]#,##0", Some("KRW")),
            ("[$₩-ko-KR]#,##0;[Red]-[$₩-ko-KR]#,##0", Some("KRW")),
            ("_-\"₩\"* #,##0_-;-\"₩\"* #,##0_-", Some("KRW")),
            ("\\₩#,##0", Some("KRW")),
            ("#,##0\"원\"", Some("KRW")),
            ("[$$-409]#,##0.00", Some("USD")),
            ("[$US$-en-US]#,##0.00", Some("USD")),
            ("[$€-2] #,##0.00", Some("EUR")),
            ("[$¥-411]#,##0", Some("JPY")),
            ("[$JPY]\\ #,##0", Some("JPY")),
            ("[Red]#,##0", None),
            ("\"$\"#,##0.00", None),
            ("General", None),
            ("#,##0_);(#,##0)", None),
            ("yyyy-mm-dd", None),
            ("", None),
            ("\"", None),
            ("[$", None),
        ] {
            assert_eq!(currency(code), expected.map(Into::into), "{code}");
        }
    }

    #[test]
    fn formats_with_text_and_zeros_are_applied() {
        for (code, number, shown) in [
            ("00000000", "42", Some("00000042")),
            ("\"order-\"0000", "42", Some("order-0042")),
            ("\\A000", "7", Some("A007")),
            ("0", "20240601", Some("20240601")),
            ("#\"원\"", "15900", Some("15900원")),
            ("0-0", "12", None),
            ("#,##0", "15900", None),
            ("0.00", "1", None),
            ("General", "1", None),
            ("yyyy-mm-dd", "1", None),
            ("0000", "1.5", None),
        ] {
            let format = NumberFormat::parse(code);
            assert_eq!(format.and_then(|format| format.apply(number)).as_deref(), shown, "{code}");
        }
    }
}
