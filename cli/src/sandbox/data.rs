//! Payments from a file of JSON.

use std::{collections::BTreeMap, fs, path::Path};

use iamport::sandbox::PaymentFixture;
use serde_json::{Deserializer, value::RawValue};

use crate::{capture::Capture, error::CliError};

/// The largest number of captures, envelopes, pages and lists around a payment.
const MAX_LEVELS: u32 = 10;

/// Reads payments, captured or in the short form: any number of payments, lists, pages and envelopes.
pub(super) fn payments(file: &Path, now: u64) -> Result<Vec<PaymentFixture>, CliError> {
    let invalid = |why: String| CliError::Input(format!("{} {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let mut payments = Vec::new();
    for value in Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<&RawValue>() {
        let value = value.map_err(|error| invalid(format!("is not JSON: {error}")))?;
        unpack(value, now, MAX_LEVELS, &mut payments).map_err(|why| {
            let record = payments.len() + 1;
            CliError::Input(format!("{}: record {record} is not a payment: {why}", file.display()))
        })?;
    }
    Ok(payments)
}

/// Collects the payments of a captured response, an envelope, a page or a list.
fn unpack(value: &RawValue, now: u64, levels: u32, payments: &mut Vec<PaymentFixture>) -> Result<(), String> {
    let text = value.get();
    let levels = levels.checked_sub(1).ok_or("expected fewer lists inside one another")?;
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        return items.into_iter().try_for_each(|item| unpack(item, now, levels, payments));
    }
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
    if fields.contains_key("operation") && fields.contains_key("status") && !fields.contains_key("merchant_uid") {
        let capture: Capture<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let body = capture.bytes()?;
        // A proxy responds with HTML, for example.
        let json = serde_json::from_slice::<&RawValue>(&body).ok();
        return json.map_or(Ok(()), |json| unpack(json, now, levels, payments));
    }
    // A failure has no payment.
    if fields.contains_key("code") && fields.get("response").is_none_or(|response| response.get() == "null") {
        return Ok(());
    }
    for wrapping in ["response", "list"] {
        if let Some(inner) = fields.get(wrapping).filter(|inner| inner.get().starts_with(['[', '{'])) {
            return unpack(inner, now, levels, payments);
        }
    }
    payments.push(PaymentFixture::from_json(text.as_bytes(), now).map_err(|error| error.to_string())?);
    Ok(())
}
