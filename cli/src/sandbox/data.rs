//! Payments from a file of captured bodies.

use std::{fs, path::Path};

use iamport::sandbox::PaymentFixture;
use serde_json::{Deserializer, Value};

use crate::error::CliError;

/// Reads payments: any number of payments, lists, pages and envelopes in JSON.
pub(super) fn captured(file: &Path) -> Result<Vec<PaymentFixture>, CliError> {
    let invalid = |why: String| CliError::Input(format!("{} {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let mut payments = Vec::new();
    for value in Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>() {
        let value = value.map_err(|error| invalid(format!("is not JSON: {error}")))?;
        unpack(value, &mut payments).map_err(|why| {
            let record = payments.len() + 1;
            CliError::Input(format!("{}: record {record} is not a payment: {why}", file.display()))
        })?;
    }
    Ok(payments)
}

/// Collects the payments of an envelope, a page or a list.
fn unpack(mut value: Value, payments: &mut Vec<PaymentFixture>) -> Result<(), String> {
    for wrapping in ["response", "list"] {
        if let Some(inner) = value.get_mut(wrapping).filter(|inner| inner.is_array() || inner.is_object()) {
            return unpack(inner.take(), payments);
        }
    }
    match value {
        Value::Array(items) => items.into_iter().try_for_each(|item| unpack(item, payments)),
        payment => {
            payments.push(PaymentFixture::from_value(payment).map_err(|error| error.to_string())?);
            Ok(())
        }
    }
}
