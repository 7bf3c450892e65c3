//! The fields of a payment as cells, in the order of the document.

use std::{collections::BTreeMap, io};

use iamport::{Payment, Timestamp};
use serde_json::value::RawValue;

/// The last column: a JSON object of the fields that the document does not know.
pub(super) const EXTRA: &str = "extra";

/// Calls a function with the name of each field and its value in JSON, which is `None` if the payment does not have it.
/// Returns the other fields as a JSON object, or an empty text if there are none.
pub(super) fn each_field(
    payment: &Payment,
    mut write: impl FnMut(&'static str, Option<&RawValue>) -> io::Result<()>,
) -> io::Result<String> {
    // As raw JSON, so that amounts keep their digits.
    let text = serde_json::to_string(payment)?;
    let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
    for name in Payment::FIELDS {
        write(name, fields.remove(*name).filter(|value| value.get() != "null"))?;
    }
    let extra = fields.into_iter().map(|(name, value)| Ok((name, readable(value)?)));
    let extra = extra.collect::<io::Result<BTreeMap<_, _>>>()?;
    Ok(if extra.is_empty() { String::new() } else { serde_json::to_string(&extra)? })
}

/// Returns whether a field is a time in Unix seconds.
pub(super) fn is_time(name: &str) -> bool {
    name.ends_with("_at") || name == "vbank_date"
}

/// Returns whether a field is an amount of money.
pub(super) fn is_amount(name: &str) -> bool {
    matches!(name, "amount" | "cancel_amount")
}

/// Returns the time that a value is.
pub(super) fn time(value: &RawValue) -> Option<Timestamp> {
    Timestamp::from_secs(value.get().parse().ok()?)
}

/// Returns the text of a JSON string, and any other value as it is.
pub(super) fn text(value: &RawValue) -> io::Result<String> {
    let json = value.get();
    Ok(if json.starts_with('"') { serde_json::from_str(json)? } else { json.to_owned() })
}

/// Writes a text without the escapes of the service, which has them for Hangul.
fn readable(value: &RawValue) -> io::Result<Box<RawValue>> {
    Ok(match serde_json::from_str::<String>(value.get()) {
        Ok(text) => serde_json::value::to_raw_value(&text)?,
        Err(_) => value.to_owned(),
    })
}
