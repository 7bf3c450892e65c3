//! Arguments as people write them; what is wrong with one is said with what is right.

use std::time::Duration;

use iamport::{Amount, Currency};
use jiff::{SignedDuration, civil::Date};

pub(super) fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is year, month and day, like 2024-03-01".to_owned())
}

/// An amount, with or without separators between its thousands.
pub(crate) fn amount(text: &str) -> Result<Amount, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next().map_or(0, str::len);
    let grouped = !text.contains(',')
        || !fraction.contains(',') && (1..=3).contains(&first) && groups.all(|group| group.len() == 3);
    match text.replace(',', "").parse::<Amount>() {
        Ok(amount) if grouped && amount >= Amount::ZERO => Ok(amount),
        Ok(amount) if grouped && amount < Amount::ZERO => Err("an order cannot cost less than nothing".to_owned()),
        _ => Err("an amount is a number in major currency units, like 15900, 15,900 or 10.25".to_owned()),
    }
}

/// A currency, in letters of any case.
pub(crate) fn currency(text: &str) -> Result<Currency, String> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase().into())
    } else {
        Err("a currency is three letters, like KRW or USD".to_owned())
    }
}

pub(super) fn concurrency(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=100).contains(number));
    number.ok_or_else(|| "a number from 1 to 100 is needed".to_owned())
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a duration is a number and its unit, like 30ms or 2s".to_owned();
    text.parse::<SignedDuration>().ok().and_then(|duration| duration.try_into().ok()).ok_or_else(wrong)
}
