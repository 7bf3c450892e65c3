//! Parses arguments. The message of an invalid one has the expected form.

use std::{ffi::OsStr, fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

use clap::{
    Arg, Command,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use iamport::{Amount, Currency, Timestamp};
use jiff::{SignedDuration, civil::Date};

use crate::error::CliError;

pub(super) fn date(text: &str) -> Result<Date, String> {
    // `Date` parses a date with a time too, and drops the time.
    let is_digit = |(byte, shape): (u8, u8)| byte == shape || shape == b'0' && byte.is_ascii_digit();
    if text.len() != 10 || !text.bytes().zip(*b"0000-00-00").all(is_digit) {
        return Err("expected a date like 2024-03-01".to_owned());
    }
    text.parse().map_err(|_| "no such day".to_owned())
}

/// Checks that the first day is not after the last one, which is `today` by default.
pub(crate) fn check_days(since: Option<Date>, until: Option<Date>, today: Date) -> Result<(), CliError> {
    let last = until.unwrap_or(today);
    let Some(since) = since.filter(|since| *since > last) else { return Ok(()) };
    let last = until.map_or_else(|| format!("today ({today})"), |until| format!("--until {until}"));
    Err(CliError::Input(format!("invalid period: --since {since} is later than {last}")))
}

/// Parses an amount, with or without thousands separators.
pub(crate) fn amount(text: &str) -> Result<Amount, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next().map_or(0, str::len);
    let grouped = !text.contains(',')
        || !fraction.contains(',') && (1..=3).contains(&first) && groups.all(|group| group.len() == 3);
    match text.replace(',', "").parse::<Amount>() {
        Ok(amount) if grouped && amount >= Amount::ZERO => Ok(amount),
        Ok(amount) if grouped && amount < Amount::ZERO => Err("expected an amount of at least 0".to_owned()),
        Err(_) if grouped && is_decimal(text) => Err("expected an amount of at most 28 digits".to_owned()),
        _ => Err("expected digits only, like 15900, 15,900 or 10.25, without 원, ₩ or $".to_owned()),
    }
}

/// Returns whether an amount consists of digits and at most one point.
fn is_decimal(amount: &str) -> bool {
    amount.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')) && amount.matches('.').count() < 2
}

/// Parses a currency code, in letters of any case. The set of codes is open, but three that people write are none.
pub(crate) fn currency(text: &str) -> Result<Currency, String> {
    let code = text.to_ascii_uppercase();
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err("expected an ISO 4217 code like KRW or USD".to_owned());
    }
    if matches!(&*code, "WON" | "YEN" | "RMB") {
        return Err(format!("expected an ISO 4217 code like KRW or USD, got {code}"));
    }
    Ok(code.into())
}

pub(super) fn concurrency(text: &str) -> Result<usize, String> {
    number(text, 1..=100)
}

pub(super) fn page(text: &str) -> Result<u64, String> {
    let page = text.parse().ok().filter(|page| *page > 0);
    page.ok_or_else(|| "expected a page number of at least 1".to_owned())
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    number(text, 0..=u16::MAX)
}

pub(super) fn payments(text: &str) -> Result<u32, String> {
    number(text, 0..=100_000)
}

/// Parses a key that needs no quotes in a shell, nor in a file of variables.
pub(super) fn key(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    match text {
        "" => Err("expected a key".to_owned()),
        key if key.bytes().all(is_plain) => Ok(key.to_owned()),
        _ => Err("expected letters, digits, `-`, `.` and `_`".to_owned()),
    }
}

pub(super) fn repeats(text: &str) -> Result<u32, String> {
    number(text, 0..=5)
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let wrong = || "expected a time with its offset, like 2024-03-06T20:32:02+09:00".to_owned();
    text.parse::<jiff::Timestamp>().ok().and_then(|time| time.try_into().ok()).ok_or_else(wrong)
}

fn number<T: FromStr + PartialOrd + Display>(text: &str, range: RangeInclusive<T>) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected a number from {} to {}", range.start(), range.end()))
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a duration with its unit, like 30ms or 2s".to_owned();
    text.parse::<SignedDuration>().ok().and_then(|duration| duration.try_into().ok()).ok_or_else(wrong)
}

/// Parses a name of the document. The names are listed only if they are needed: reading the document takes several times as
/// long as everything else at the start.
#[derive(Clone)]
pub(super) struct NameParser(pub(super) fn() -> Vec<&'static str>);

impl TypedValueParser for NameParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        PossibleValuesParser::new((self.0)()).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}
