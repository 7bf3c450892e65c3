//! Reads amounts in a program that has serde_json hand over numbers with all their digits, also those that it buffers.

use iamport::{Amount, Payment};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    payment: Payment,
}

fn main() -> Result<(), serde_json::Error> {
    for amount in ["15900", "10.25", "12345678901234567.89", "0.1234567890123456789"] {
        let body = format!(
            r#"{{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":{amount},"unknown":{{"rate":{amount}}}}}"#
        );
        let value: Value = serde_json::from_str(&body)?;
        for payment in [
            serde_json::from_str::<Payment>(&body)?,
            serde_json::from_str::<Flattened>(&body)?.payment,
            serde_json::from_value(value.clone())?,
            Payment::deserialize(&value)?,
        ] {
            assert_eq!(payment.amount.to_string(), amount);
            assert_eq!(serde_json::to_string(&payment.extra["unknown"])?, format!(r#"{{"rate":{amount}}}"#));
            assert_eq!(serde_json::from_str::<Payment>(&serde_json::to_string(&payment)?)?, payment);
        }
    }
    // The name under which serde_json hands over digits, in a body: no number, or the number that it says.
    for (body, amount) in [
        (r#"{"$serde_json::private::Number":"15900"}"#, Some("15900")),
        (r#"{"$serde_json::private::Number":"15900 "}"#, None),
        (r#"{"$serde_json::private::Number":"1","amount":2}"#, None),
    ] {
        let read = serde_json::from_str::<Amount>(body).ok().map(|amount| amount.to_string());
        assert!(read.is_none() || read.as_deref() == amount, "{body}: {read:?}");
    }
    Ok(())
}
