//! The fields of a payment as cells, in an order of their own.

use std::{collections::BTreeMap, io, sync::LazyLock};

use iamport::{Payment, Timestamp, spec};
use serde_json::value::RawValue;

/// The last column: a JSON object of the fields that the document does not know.
pub(super) const EXTRA: &str = "extra";

/// The columns of version 0.1, which keep their places: programs read them by position.
#[rustfmt::skip]
const COLUMNS: &[&str] = &[
    "imp_uid", "merchant_uid", "pay_method", "channel", "pg_provider", "emb_pg_provider", "pg_tid", "pg_id",
    "escrow", "apply_num", "bank_code", "bank_name", "card_code", "card_name", "card_quota", "card_number",
    "card_type", "card_issuer_code", "card_issuer_name", "card_publisher_code", "card_publisher_name",
    "vbank_code", "vbank_name", "vbank_num", "vbank_holder", "vbank_date", "vbank_issued_at", "name",
    "amount", "cancel_amount", "currency", "buyer_name", "buyer_email", "buyer_tel", "buyer_addr",
    "buyer_postcode", "custom_data", "user_agent", "status", "started_at", "paid_at", "failed_at",
    "cancelled_at", "fail_reason", "cancel_reason", "receipt_url", "cancel_history", "cancel_receipt_urls",
    "cash_receipt_issued", "customer_uid", "customer_uid_usage", "sandbox", "deposit_history", "promotion",
];

/// Returns the fields in the order of their columns: those above, then those that came to the document later.
pub(super) fn columns() -> Vec<&'static str> {
    in_columns(Payment::FIELDS)
}

fn in_columns<'f>(fields: &[&'f str]) -> Vec<&'f str> {
    COLUMNS.iter().chain(fields.iter().filter(|field| !COLUMNS.contains(field))).copied().collect()
}

/// Calls a function with the name of each field and its value in JSON, which is `None` if the payment does not have it.
/// Returns the other fields as a JSON object, or an empty text if there are none.
pub(super) fn each_field(
    payment: &Payment,
    mut write: impl FnMut(&'static str, Option<&RawValue>) -> io::Result<()>,
) -> io::Result<String> {
    // As raw JSON, so that amounts keep their digits.
    let text = serde_json::to_string(payment)?;
    let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
    for name in columns() {
        write(name, fields.remove(name).filter(|value| value.get() != "null"))?;
    }
    let extra = fields.into_iter().map(|(name, value)| Ok((name, readable(value)?)));
    let extra = extra.collect::<io::Result<BTreeMap<_, _>>>()?;
    Ok(if extra.is_empty() { String::new() } else { serde_json::to_string(&extra)? })
}

/// Returns whether a field is a time in Unix seconds.
pub(super) fn is_time(name: &str) -> bool {
    static TIMES: LazyLock<Vec<&str>> = LazyLock::new(|| of_schema("Timestamp"));
    TIMES.contains(&name)
}

/// Returns whether a field is an amount of money.
pub(super) fn is_amount(name: &str) -> bool {
    static AMOUNTS: LazyLock<Vec<&str>> = LazyLock::new(|| of_schema("Amount"));
    AMOUNTS.contains(&name)
}

/// Returns the fields that refer to a schema of the document.
fn of_schema(schema: &str) -> Vec<&'static str> {
    let reference = format!("#/components/schemas/{schema}");
    let refers = |name: &&str| {
        let pointer = format!("/components/schemas/PaymentAnnotation/properties/{name}/allOf/0/$ref");
        spec::document().pointer(&pointer).is_some_and(|target| *target == *reference)
    };
    columns().into_iter().filter(refers).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserted_field_is_behind_the_other_columns() {
        let mut fields = COLUMNS.to_vec();
        fields.insert(3, "inserted");
        let columns = in_columns(&fields);
        assert_eq!((columns.len(), columns.last()), (fields.len(), Some(&"inserted")));
        assert!(columns.starts_with(COLUMNS), "no column has moved");
    }

    #[test]
    fn amounts_and_times_are_those_of_the_document() {
        let which = |is: fn(&str) -> bool| columns().into_iter().filter(|name| is(name)).collect::<Vec<_>>();
        assert!(["amount", "cancel_amount"].iter().all(|name| which(is_amount).contains(name)));
        assert!(["vbank_date", "paid_at"].iter().all(|name| which(is_time).contains(name)));
        assert!(!is_amount("status") && !is_time("amount"));
    }
}
