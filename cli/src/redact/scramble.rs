//! Replaces each letter by another one of its class, and each digit by another digit.

use std::{
    hash::{BuildHasher, RandomState},
    iter,
};

/// Scrambles texts: equal texts become equal texts, within one run.
pub(super) struct Scrambler(RandomState);

impl Scrambler {
    pub(super) fn new() -> Self {
        Self(RandomState::new())
    }

    pub(super) fn text(&self, text: &str) -> String {
        text.chars().zip(self.random(text)).map(|(c, random)| scrambled(c, random)).collect()
    }

    /// Scrambles a string in quotes, and keeps its escapes. `text` is its value, unless it has an unpaired surrogate.
    pub(super) fn quoted(&self, quoted: &str, text: Option<&str>) -> String {
        let mut random = self.random(text.unwrap_or(quoted));
        let mut redacted = String::with_capacity(quoted.len());
        let mut rest = quoted;
        while let Some(first) = rest.chars().next() {
            let length = match (first, rest.as_bytes().get(1)) {
                ('\\', Some(b'u')) => 6,
                ('\\', _) => 2,
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            rest = after;
            let next = random.next().unwrap_or_default();
            let unit = token.strip_prefix("\\u").and_then(|unit| u32::from_str_radix(unit, 16).ok());
            match (first, unit.map(char::from_u32)) {
                ('\\', Some(Some(c))) => redacted += &format!("\\u{:04x}", u32::from(scrambled(c, next))),
                // One half of a pair; a lone one is kept.
                ('\\', Some(None)) => {
                    let low = rest.get(..6).and_then(|low| low.strip_prefix("\\u"));
                    match low.and_then(|low| pair(unit.unwrap_or_default(), low)) {
                        Some(c) => {
                            rest = rest.get(6..).unwrap_or_default();
                            let units = &mut [0; 2];
                            for unit in scrambled(c, next).encode_utf16(units) {
                                redacted += &format!("\\u{unit:04x}");
                            }
                        }
                        None => redacted += token,
                    }
                }
                ('\\', None) => redacted += token,
                (c, _) => redacted.push(scrambled(c, next)),
            }
        }
        redacted
    }

    /// Scrambles the digits of a number, without those of its exponent. Zero stays zero, so that it is still a number.
    pub(super) fn number(&self, number: &str) -> String {
        let (digits, exponent) = number.split_at(number.find(['e', 'E']).unwrap_or(number.len()));
        let digit = |(c, random): (char, u64)| match c {
            '1'..='9' => of_range('1', 9, random),
            c => c,
        };
        digits.chars().zip(self.random(number)).map(digit).chain(exponent.chars()).collect()
    }

    /// Scrambles bytes that are not text.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let byte = |byte: &u8| match byte {
            b'0'..=b'9' => b'0',
            b'a'..=b'z' => b'a',
            b'A'..=b'Z' => b'A',
            0x80.. => 0xff,
            other => *other,
        };
        bytes.iter().map(byte).collect()
    }

    /// Random numbers that follow from the text and a secret of this run (SplitMix64).
    fn random(&self, text: &str) -> impl Iterator<Item = u64> {
        let mut state = self.0.hash_one(text);
        iter::repeat_with(move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        })
    }
}

/// Returns the character of a pair of surrogates.
fn pair(high: u32, low: &str) -> Option<char> {
    let units = [u16::try_from(high).ok()?, u16::from_str_radix(low, 16).ok()?];
    char::decode_utf16(units).next()?.ok()
}

fn scrambled(c: char, random: u64) -> char {
    match c {
        '0'..='9' => of_range('0', 10, random),
        'a'..='z' => of_range('a', 26, random),
        'A'..='Z' => of_range('A', 26, random),
        '가'..='힣' => of_range('가', 11_172, random),
        '\u{4e00}'..='\u{9fff}' => of_range('\u{4e00}', 20_000, random),
        // Of other scripts, one of the same length in UTF-8.
        c if c.is_numeric() => match c.len_utf8() {
            1 | 2 => of_range('٠', 10, random),
            3 => of_range('０', 10, random),
            _ => of_range('\u{1d7ce}', 50, random),
        },
        c if c.is_alphanumeric() => match c.len_utf8() {
            1 | 2 => of_range('а', 32, random),
            3 => of_range('ぁ', 86, random),
            _ => of_range('\u{20000}', 42_000, random),
        },
        c => c,
    }
}

/// Returns one of `count` characters from the first one on.
fn of_range(first: char, count: u32, random: u64) -> char {
    let offset = u32::try_from(random % u64::from(count)).unwrap_or_default();
    char::from_u32(u32::from(first) + offset).unwrap_or(first)
}
