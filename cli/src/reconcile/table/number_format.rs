//! Number formats of a workbook that add text to a number: `00000000`, `"order-"0000`.

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

#[cfg(test)]
mod tests {
    use super::*;

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
