//! What people ask of a payment, above all whether it pays for their order.

use iamport::{Amount, Currency, Payment, PaymentStatus, VerifyError};
use serde_json::{Value, json};

fn payment(fields: Value) -> Payment {
    let mut body =
        json!({ "imp_uid": "imp_1", "merchant_uid": "order-1", "amount": 15900, "currency": "KRW", "status": "paid" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

fn wire(file: &str) -> Payment {
    let path = format!("{}/tests/wire/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut envelope: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    serde_json::from_value(envelope["response"].take()).unwrap()
}

#[test]
fn a_payment_as_it_ought_to_be_passes() {
    assert_eq!(wire("find-paid-card.json").verify(15900, "KRW"), Ok(()));
    assert_eq!(wire("find-paid-card.json").verify(15900_u64, Currency::Krw), Ok(()));
    let dollars = payment(json!({ "amount": 10.25, "currency": "USD", "cancel_amount": 0, "cancel_history": [] }));
    assert_eq!(dollars.verify("10.25".parse::<Amount>().unwrap(), Currency::Usd), Ok(()));
    assert_eq!(dollars.verify("10.250".parse::<Amount>().unwrap(), "USD"), Ok(()));
}

#[test]
fn each_way_not_to_pass_has_its_name() {
    let refusals = [
        (
            json!({ "status": "ready" }),
            VerifyError::NotPaid { status: PaymentStatus::Ready },
            "the payment is ready, not paid",
        ),
        (
            json!({ "status": "failed" }),
            VerifyError::NotPaid { status: PaymentStatus::Failed },
            "the payment is failed, not paid",
        ),
        (
            json!({ "status": "Paid" }),
            VerifyError::NotPaid { status: PaymentStatus::Unknown("Paid".to_owned()) },
            "the payment is Paid, not paid",
        ),
        (json!({ "status": "cancelled" }), VerifyError::Cancelled, "the payment was cancelled"),
        (json!({ "cancel_amount": 15900 }), VerifyError::Cancelled, "the payment was cancelled"),
        (
            json!({ "cancel_amount": 5900 }),
            VerifyError::PartiallyCancelled { cancelled: 5900.into(), remaining: 10000.into() },
            "5900 of the payment was cancelled, 10000 is left",
        ),
        (
            // The history tells of more than the sum does.
            json!({ "cancel_amount": 0, "cancel_history": [{ "amount": 900 }, { "amount": 100 }] }),
            VerifyError::PartiallyCancelled { cancelled: 1000.into(), remaining: 14900.into() },
            "1000 of the payment was cancelled, 14900 is left",
        ),
        (
            json!({ "cancel_amount": "5900" }),
            VerifyError::InvalidCancellation { field: "cancel_amount" },
            "the payment's cancel_amount cannot be read",
        ),
        (
            json!({ "cancel_history": {} }),
            VerifyError::InvalidCancellation { field: "cancel_history" },
            "the payment's cancel_history cannot be read",
        ),
        (
            json!({ "currency": "USD" }),
            VerifyError::CurrencyMismatch { expected: Currency::Krw, found: Some(Currency::Usd) },
            "the payment is in USD, not KRW",
        ),
        (
            json!({ "currency": null }),
            VerifyError::CurrencyMismatch { expected: Currency::Krw, found: None },
            "the payment names no currency, not KRW",
        ),
        (
            json!({ "amount": 100 }),
            VerifyError::AmountMismatch { expected: 15900.into(), found: 100.into() },
            "the payment is over 100, not 15900",
        ),
        (
            json!({ "amount": 15900.01 }),
            VerifyError::AmountMismatch { expected: 15900.into(), found: "15900.01".parse().unwrap() },
            "the payment is over 15900.01, not 15900",
        ),
    ];
    for (fields, refusal, text) in refusals {
        let error = payment(fields).verify(15900, "KRW").unwrap_err();
        assert_eq!(error, refusal);
        assert_eq!(error.to_string(), text);
    }
}

/// A cancellation without a readable amount must not pass for none.
#[test]
fn a_cancellation_that_cannot_be_read_is_no_pass() {
    for odd in [json!({ "amount": "5900" }), json!({ "amount": null }), json!({})] {
        let payment = payment(json!({ "cancel_amount": 0, "cancel_history": [odd] }));
        assert_eq!(payment.verify(15900, "KRW"), Err(VerifyError::InvalidCancellation { field: "cancel_history" }));
    }
}

/// Amounts that no cancellation has must not make up for each other.
#[test]
fn an_odd_cancellation_is_no_pass() {
    for (fields, field) in [
        (json!({ "cancel_amount": -5900 }), "cancel_amount"),
        (json!({ "cancel_history": [{ "amount": 5900 }, { "amount": -5900 }] }), "cancel_history"),
        (json!({ "cancel_history": [{ "amount": 0 }] }), "cancel_history"),
        (json!({ "cancelled_at": 1_709_800_000, "cancel_amount": 0 }), "cancelled_at"),
    ] {
        assert_eq!(payment(fields).verify(15900, "KRW"), Err(VerifyError::InvalidCancellation { field }));
    }
}

#[test]
fn amounts_after_cancellations() {
    let whole = wire("find-cancelled-in-parts.json");
    assert_eq!(
        (whole.amount, whole.cancelled_amount(), whole.remaining_amount()),
        (15900.into(), 15900.into(), 0.into())
    );
    assert_eq!(payment(json!({})).remaining_amount(), 15900);
    assert_eq!(payment(json!({ "cancel_amount": 5900 })).remaining_amount(), 10000);
    let huge = "79228162514264337593543950335";
    let text = format!(
        r#"{{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":1,"cancel_history":[{{"amount":{huge}}},{{"amount":{huge}}}]}}"#
    );
    let payment: Payment = serde_json::from_str(&text).unwrap();
    assert!(payment.remaining_amount() < Amount::ZERO);
}

#[test]
fn cancellations_come_oldest_first() {
    let payment = payment(json!({ "cancel_history": [
        { "reason": "never", "cancelled_at": 0 }, { "reason": "late", "cancelled_at": 20 }, { "reason": "soon", "cancelled_at": "10" },
    ] }));
    let reasons: Vec<_> = payment.cancellations().iter().map(|c| c.reason.as_deref().unwrap()).collect();
    assert_eq!(reasons, ["soon", "late", "never"]);
    assert!(wire("find-paid-card.json").cancellations().is_empty());
}

#[test]
fn custom_data_is_read_and_never_repeated() {
    #[derive(Debug, serde::Deserialize)]
    struct Plan {
        plan: String,
    }
    let with = |data: Value| payment(json!({ "custom_data": data })).custom_data_as::<Plan>();
    assert_eq!(with(json!("{\"plan\":\"pro\"}")).unwrap().unwrap().plan, "pro");
    assert!(with(json!(null)).unwrap().is_none() && with(json!("")).unwrap().is_none());
    for (data, told) in [("{\"plan\":[\"홍길동\"]}", "plan: expected a string"), ("홍길동", "the body is not JSON")]
    {
        let error = with(json!(data)).unwrap_err();
        assert!(error.is_decode() && error.to_string().contains(told), "{error}");
        assert!(!format!("{error} {error:?}").contains("홍길동"));
    }
}
