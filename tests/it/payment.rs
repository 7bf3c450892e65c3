//! A payment is verified by status, amount and currency, and by what is cancelled of it.

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
fn paid_payment_with_expected_amount_passes() {
    assert_eq!(wire("find-paid-card.json").verify(15900, "KRW"), Ok(()));
    assert_eq!(wire("find-paid-card.json").verify(15900_u64, Currency::Krw), Ok(()));
    let dollars = payment(json!({ "amount": 10.25, "currency": "USD", "cancel_amount": 0, "cancel_history": [] }));
    assert_eq!(dollars.verify("10.25".parse::<Amount>().unwrap(), Currency::Usd), Ok(()));
    assert_eq!(dollars.verify("10.250".parse::<Amount>().unwrap(), "USD"), Ok(()));
}

#[test]
fn failed_check_returns_its_error() {
    let cases = [
        (
            json!({ "status": "ready" }),
            VerifyError::NotPaid { status: PaymentStatus::Ready },
            "payment status is `ready`, expected `paid`",
        ),
        (
            json!({ "status": "failed" }),
            VerifyError::NotPaid { status: PaymentStatus::Failed },
            "payment status is `failed`, expected `paid`",
        ),
        (
            json!({ "status": "Paid" }),
            VerifyError::NotPaid { status: PaymentStatus::Unknown("Paid".to_owned()) },
            "payment status is `Paid`, expected `paid`",
        ),
        (json!({ "status": "cancelled" }), VerifyError::Cancelled, "payment is cancelled"),
        (json!({ "cancel_amount": 15900 }), VerifyError::Cancelled, "payment is cancelled"),
        (
            json!({ "cancel_amount": 5900 }),
            VerifyError::PartiallyCancelled { cancelled: 5900.into(), remaining: 10000.into() },
            "payment is partially cancelled: 5900 cancelled, 10000 remaining",
        ),
        (
            // The history lists more than the sum has.
            json!({ "cancel_amount": 0, "cancel_history": [{ "amount": 900 }, { "amount": 100 }] }),
            VerifyError::PartiallyCancelled { cancelled: 1000.into(), remaining: 14900.into() },
            "payment is partially cancelled: 1000 cancelled, 14900 remaining",
        ),
        (
            json!({ "cancel_amount": "5900" }),
            VerifyError::InvalidCancellation { field: "cancel_amount" },
            "invalid cancellation: cannot read `cancel_amount`",
        ),
        (
            json!({ "cancel_history": {} }),
            VerifyError::InvalidCancellation { field: "cancel_history" },
            "invalid cancellation: cannot read `cancel_history`",
        ),
        (
            json!({ "currency": "USD" }),
            VerifyError::CurrencyMismatch { expected: Currency::Krw, actual: Some(Currency::Usd) },
            "currency mismatch: expected KRW, got USD",
        ),
        (
            json!({ "currency": null }),
            VerifyError::CurrencyMismatch { expected: Currency::Krw, actual: None },
            "currency mismatch: expected KRW, got none",
        ),
        (
            json!({ "amount": 100 }),
            VerifyError::AmountMismatch { expected: 15900.into(), actual: 100.into() },
            "amount mismatch: expected 15900, got 100",
        ),
        (
            json!({ "amount": 15900.01 }),
            VerifyError::AmountMismatch { expected: 15900.into(), actual: "15900.01".parse().unwrap() },
            "amount mismatch: expected 15900, got 15900.01",
        ),
    ];
    for (fields, expected, text) in cases {
        let error = payment(fields).verify(15900, "KRW").unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn test_payment_passes_only_where_allowed() {
    let test = payment(json!({ "sandbox": true }));
    assert_eq!(test.verify(15900, "KRW"), Err(VerifyError::TestPayment));
    assert_eq!(test.verify_allowing_test(15900, "KRW"), Ok(()));
    assert!(matches!(test.verify_allowing_test(100, "KRW"), Err(VerifyError::AmountMismatch { .. })));
    let forged = payment(json!({ "sandbox": true, "amount": 100 }));
    assert_eq!(forged.verify(15900, "KRW"), Err(VerifyError::TestPayment));
    for real in [json!({}), json!({ "sandbox": null }), json!({ "sandbox": false })] {
        assert_eq!(payment(real).verify(15900, "KRW"), Ok(()));
    }
}

#[test]
fn invalid_test_flag_does_not_pass() {
    for invalid in [json!("true"), json!("false"), json!(1), json!(0), json!(""), json!([]), json!({})] {
        let payment = payment(json!({ "sandbox": invalid }));
        assert_eq!(payment.verify(15900, "KRW"), Err(VerifyError::InvalidSandbox), "{invalid}");
        assert_eq!(payment.verify_allowing_test(15900, "KRW"), Ok(()), "{invalid}");
    }
}

#[test]
fn cancellation_without_valid_amount_does_not_pass() {
    for invalid in [json!({ "amount": "5900" }), json!({ "amount": null }), json!({})] {
        let payment = payment(json!({ "cancel_amount": 0, "cancel_history": [invalid] }));
        assert_eq!(payment.verify(15900, "KRW"), Err(VerifyError::InvalidCancellation { field: "cancel_history" }));
    }
}

#[test]
fn cancellation_with_an_impossible_amount_does_not_pass() {
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
fn cancellation_with_an_invalid_field_does_not_pass() {
    for (field, values) in [
        ("cancelled_at", vec![json!("2024-03-07"), json!(-1), json!(1.5), json!(true), json!([]), json!({})]),
        ("cancel_reason", vec![json!(1), json!({})]),
        ("cancel_receipt_urls", vec![json!("https://example.com"), json!([1])]),
        ("cancel_amount", vec![json!("0"), json!(false), json!([])]),
        ("cancel_history", vec![json!(""), json!([1]), json!([null]), json!([[]])]),
    ] {
        for value in values {
            let mut fields = json!({ "cancel_amount": 0, "cancel_history": [] });
            fields[field] = value.clone();
            let payment = payment(fields);
            let expected = VerifyError::InvalidCancellation { field };
            assert_eq!(payment.verify(15900, "KRW"), Err(expected.clone()), "{field}: {value}");
            assert_eq!(payment.cancelled_amount(), Err(expected.clone()), "{field}: {value}");
            assert_eq!(payment.remaining_amount(), Err(expected), "{field}: {value}");
        }
    }
}

#[test]
fn cancelled_status_with_a_remainder_is_partially_cancelled() {
    let partly = payment(json!({ "status": "cancelled", "cancel_amount": 5900 }));
    let expected = VerifyError::PartiallyCancelled { cancelled: 5900.into(), remaining: 10000.into() };
    assert_eq!(partly.verify(15900, "KRW"), Err(expected));
    assert_eq!((partly.cancelled_amount(), partly.remaining_amount()), (Ok(5900.into()), Ok(10000.into())));
    for whole in [json!(15900), json!(20000), json!(0), json!(null)] {
        let payment = payment(json!({ "status": "cancelled", "cancel_amount": whole }));
        assert_eq!(payment.verify(15900, "KRW"), Err(VerifyError::Cancelled), "{whole}");
    }
    let unreadable = payment(json!({ "status": "cancelled", "cancel_amount": "5900" }));
    let expected = VerifyError::InvalidCancellation { field: "cancel_amount" };
    assert_eq!(unreadable.verify(15900, "KRW"), Err(expected.clone()));
    // A cancelled payment without an amount does not count as not cancelled.
    let unknown = payment(json!({ "status": "cancelled", "cancel_amount": 0, "cancelled_at": 1_709_800_000 }));
    assert_eq!((unknown.cancelled_amount(), unknown.remaining_amount()), (Err(expected.clone()), Err(expected)));
}

#[test]
fn codes_built_by_hand_compare_by_their_text() {
    let krw = payment(json!({}));
    assert_eq!(krw.verify(15900, Currency::Unknown("KRW".to_owned())), Ok(()));
    let mut by_hand = payment(json!({}));
    by_hand.currency = Some(Currency::Unknown("KRW".to_owned()));
    by_hand.status = PaymentStatus::Unknown("paid".to_owned());
    assert_eq!(by_hand.verify(15900, Currency::Krw), Ok(()));
    assert!(by_hand.is_paid());
    by_hand.status = PaymentStatus::Unknown("cancelled".to_owned());
    assert_eq!(by_hand.verify(15900, Currency::Krw), Err(VerifyError::Cancelled));
    assert!(krw.verify(15900, Currency::Unknown("krw".to_owned())).is_err());
}

#[test]
fn remaining_amount_is_reduced_by_cancellations() {
    let whole = wire("find-cancelled-in-parts.json");
    assert_eq!(
        (whole.amount, whole.cancelled_amount(), whole.remaining_amount()),
        (15900.into(), Ok(15900.into()), Ok(0.into()))
    );
    assert_eq!(payment(json!({})).remaining_amount(), Ok(15900.into()));
    assert_eq!(payment(json!({ "cancel_amount": 5900 })).remaining_amount(), Ok(10000.into()));
    // An invalid time does not hide a valid amount.
    let untimed = payment(json!({ "cancel_amount": 5900, "cancelled_at": "2024-03-07" }));
    assert_eq!(untimed.remaining_amount(), Ok(10000.into()));
    let huge = "79228162514264337593543950335";
    let text = format!(
        r#"{{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":1,"cancel_history":[{{"amount":{huge}}},{{"amount":{huge}}}]}}"#
    );
    let payment: Payment = serde_json::from_str(&text).unwrap();
    assert_eq!(payment.remaining_amount(), Err(VerifyError::InvalidCancellation { field: "cancel_history" }));
}

#[test]
fn cancellations_are_sorted_by_time() {
    let payment = payment(json!({ "cancel_history": [
        { "reason": "never", "cancelled_at": 0 }, { "reason": "late", "cancelled_at": 20 }, { "reason": "soon", "cancelled_at": "10" },
    ] }));
    let cancellations = payment.cancellations().unwrap();
    let reasons: Vec<_> = cancellations.iter().map(|c| c.reason.as_deref().unwrap()).collect();
    assert_eq!(reasons, ["soon", "late", "never"]);
    assert_eq!(wire("find-paid-card.json").cancellations(), Ok(vec![]));
}

#[test]
fn cancellations_that_cannot_be_read_are_an_error() {
    for history in [json!({}), json!(""), json!([1]), json!([{ "amount": 1 }, null])] {
        let payment = payment(json!({ "cancel_history": history }));
        assert_eq!(payment.cancellations(), Err(VerifyError::InvalidCancellation { field: "cancel_history" }));
    }
}

#[test]
fn cancellation_with_the_amount_0_does_not_pass() {
    for (field, value) in [
        ("cancel_reason", json!("변심")),
        ("cancel_receipt_urls", json!(["https://example.com/r"])),
        ("cancelled_at", json!(1_709_800_000)),
    ] {
        for amount in [json!(0), json!(null)] {
            let payment = payment(json!({ "cancel_amount": amount, field: value }));
            let expected = VerifyError::InvalidCancellation { field };
            assert_eq!(payment.verify(15900, "KRW"), Err(expected.clone()), "{field}");
            assert_eq!(payment.cancelled_amount(), Err(expected), "{field}");
        }
    }
    let empty = json!({ "cancel_amount": 0, "cancel_reason": "", "cancel_receipt_urls": [], "cancelled_at": 0 });
    assert_eq!(payment(empty).verify(15900, "KRW"), Ok(()));
}

#[test]
fn remaining_amount_is_exact_or_an_error() {
    let with = |amount: &str, cancelled: &str| {
        let text = format!(
            r#"{{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":{amount},"cancel_amount":{cancelled},
                "cancel_history":[{{"amount":{cancelled}}}]}}"#
        );
        serde_json::from_str::<Payment>(&text).unwrap()
    };
    let (large, tiny) = ("7922816251426433759354395033", "0.0001");
    let expected = VerifyError::InvalidCancellation { field: "cancel_amount" };
    assert_eq!(with(large, tiny).remaining_amount(), Err(expected.clone()));
    assert_eq!(with(large, tiny).verify(1, "KRW"), Err(expected));
    assert_eq!(with("10.25", "0.2500").remaining_amount(), Ok(10.into()));
    let mut parts = with("1", large);
    let part = parts.cancel_history.as_ref().unwrap()[0].clone();
    parts.cancel_history.as_mut().unwrap().push(part.clone());
    parts.cancel_history.as_mut().unwrap()[1].amount = Some(tiny.parse().unwrap());
    assert_eq!(parts.cancelled_amount(), Err(VerifyError::InvalidCancellation { field: "cancel_history" }));
}

#[test]
fn test_payment_is_one_of_a_test_channel() {
    assert!(payment(json!({ "sandbox": true })).is_test());
    for other in [json!(false), json!(null), json!("true"), json!(1)] {
        assert!(!payment(json!({ "sandbox": other })).is_test());
    }
}

#[test]
fn custom_data_that_is_no_text_is_read_as_it_is() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Plan {
        plan: String,
    }
    let object = payment(json!({ "custom_data": { "plan": "pro" } }));
    assert_eq!(object.custom_data_as::<Plan>().unwrap(), Some(Plan { plan: "pro".to_owned() }));
    assert_eq!(payment(json!({ "custom_data": [1, 2] })).custom_data_as::<Vec<u8>>().unwrap(), Some(vec![1, 2]));
    let error = payment(json!({ "custom_data": 7 })).custom_data_as::<Plan>().unwrap_err();
    assert!(error.is_decode(), "{error}");
}

/// The types of the merchant can put data into their errors.
#[test]
fn error_of_custom_data_has_only_words_of_serde() {
    struct Phone;

    impl<'de> serde::Deserialize<'de> for Phone {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(text))
        }
    }

    for text in [
        "expected +82-10-0000-0000, got 010-0000-0000",
        "missing field `홍길동`",
        "duplicate field `홍길동`",
        "invalid type: 홍길동, expected u32 or 010-0000-0000",
        "invalid type: 홍길동, expected a string, expected struct 홍길동",
        "unknown variant `홍길동`, expected `010-0000-0000`",
        "홍길동",
    ] {
        let data = serde_json::to_string(text).unwrap();
        let error = payment(json!({ "custom_data": data })).custom_data_as::<Phone>().err().unwrap();
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains("홍길동") && !printed.contains("010") && !printed.contains("+82"), "{printed}");
        assert!(error.is_decode() && !printed.contains("(line 0"), "{printed}");
    }
    #[derive(Debug, serde::Deserialize)]
    struct Plan {
        #[expect(dead_code)]
        seats: u8,
    }
    for (data, text) in [
        ("{\"seats\":\"3\"}", "expected u8"),
        ("{\"seats\":300}", "expected u8"),
        ("{}", "a field is missing"),
        ("{\"seats\":1,\"seats\":2}", "a field occurs twice"),
        ("3", "expected an object"),
    ] {
        let error = payment(json!({ "custom_data": data })).custom_data_as::<Plan>().unwrap_err().to_string();
        assert!(error.contains(text), "{data}: {error}");
    }
}

#[test]
fn custom_data_is_parsed_and_not_printed() {
    #[derive(Debug, serde::Deserialize)]
    struct Plan {
        plan: String,
    }
    let with = |data: Value| payment(json!({ "custom_data": data })).custom_data_as::<Plan>();
    assert_eq!(with(json!("{\"plan\":\"pro\"}")).unwrap().unwrap().plan, "pro");
    assert!(with(json!(null)).unwrap().is_none() && with(json!("")).unwrap().is_none());
    for (data, text) in
        [("{\"plan\":[\"홍길동\"]}", "custom_data: expected a string"), ("홍길동", "the body is not JSON")]
    {
        let error = with(json!(data)).unwrap_err();
        assert!(error.is_decode() && error.to_string().contains(text), "{error}");
        assert!(!format!("{error} {error:?}").contains("홍길동"));
    }
}
