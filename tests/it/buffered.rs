//! Where serde buffers a body, or another format is read, nothing is rounded in silence and nothing can be imitated.

use iamport::{Amount, Payment, UnknownField, VerifyError};
use serde::Deserialize;
use serde_json::{Value, json};

/// Amounts that a binary float rounds, or that could be such a rounded one.
const ROUNDED: [&str; 7] = [
    "12345678901234567.89",
    "0.12345678901234567890",
    "123456789012345678901234",
    "100000000000000000000000",
    "99999999999999.991",
    "1000000000000000.04",
    "1e22",
];

#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    payment: Payment,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Untagged {
    Payment(Box<Payment>),
}

/// Reads a body in each way in which serde buffers it.
fn buffered(body: &str) -> Vec<(&'static str, Result<Payment, String>)> {
    let value = || serde_json::from_str::<Value>(body).map_err(|error| error.to_string());
    let text = |error: serde_json::Error| error.to_string();
    vec![
        ("flatten", serde_json::from_str::<Flattened>(body).map(|outer| outer.payment).map_err(text)),
        ("untagged", serde_json::from_str::<Untagged>(body).map(|Untagged::Payment(payment)| *payment).map_err(text)),
        ("from_value", value().and_then(|value| serde_json::from_value(value).map_err(text))),
        ("&Value", value().and_then(|value| Payment::deserialize(&value).map_err(text))),
        ("a path in a Value", value().and_then(|v| serde_path_to_error::deserialize(v).map_err(|e| e.to_string()))),
        ("yaml", yaml_serde::from_str(body).map_err(|error| error.to_string())),
    ]
}

fn body(fields: &str) -> String {
    format!(r#"{{"imp_uid":"imp_1","merchant_uid":"order-1","currency":"KRW","status":"paid",{fields}}}"#)
}

#[test]
fn amount_that_may_be_rounded_is_an_error_where_it_is_required() {
    for amount in ROUNDED {
        for (way, payment) in buffered(&body(&format!(r#""amount":{amount}"#))) {
            // YAML reads integers of up to 128 bits exactly.
            let is_exact = payment.as_ref().is_ok_and(|payment| Ok(payment.amount) == amount.parse());
            assert!(is_exact || payment.is_err(), "{way}, {amount}: {:?}", payment.map(|payment| payment.amount));
        }
    }
    let exact: Payment = serde_json::from_str(&body(r#""amount":12345678901234567.89"#)).unwrap();
    assert_eq!(exact.amount.to_string(), "12345678901234567.89");
    assert!(serde_json::from_value::<Amount>(json!(12345678901234567.89)).is_err());
    assert!(serde_json::from_value::<Vec<Amount>>(json!([0.12345678901234567])).is_err());
}

/// The limit that `Amount` documents: nothing tells these floats from those of shorter numbers.
#[test]
fn longer_amount_whose_float_is_short_is_that_float() {
    for (amount, float) in [("100.000000000000001", "100"), ("99999999999999.995", "100000000000000")] {
        let body = body(&format!(r#""amount":{amount}"#));
        assert_eq!(serde_json::from_str::<Payment>(&body).unwrap().amount, amount.parse::<Amount>().unwrap());
        for (way, payment) in buffered(&body) {
            assert_eq!(payment.unwrap().amount, float.parse::<Amount>().unwrap(), "{way}");
        }
    }
}

#[test]
fn amount_that_may_be_rounded_is_a_mismatch_where_it_is_optional() {
    for amount in ROUNDED {
        for fields in [
            format!(r#""amount":1,"cancel_amount":{amount}"#),
            format!(r#""amount":1,"cancel_history":[{{"amount":{amount}}}]"#),
            format!(r#""amount":1,"cancel_history":[{{"amount":1,"new":{{"deep":[{amount}]}}}}]"#),
        ] {
            for (way, payment) in buffered(&body(&fields)) {
                let payment = payment.unwrap();
                let kept = payment.extra.contains_key("cancel_amount") || payment.extra.contains_key("cancel_history");
                let exact = |one: &Amount| Ok(*one) == amount.parse();
                let history = payment.cancel_history.iter().flatten().filter_map(|one| one.amount.as_ref());
                let is_exact = payment.cancel_amount.iter().chain(history.clone()).any(exact);
                let is_other = way == "yaml" && history.count() == 1;
                assert!(kept || is_exact || is_other, "{way}: {fields}");
            }
        }
    }
}

#[test]
fn amount_of_15_digits_is_exact_in_every_format() {
    for amount in ["15900", "10.25", "0.1", "-0.3", "123456789012345", "1234567890123.45", "0.000000123456789012345"] {
        for (way, payment) in buffered(&body(&format!(r#""amount":{amount},"cancel_amount":{amount}"#))) {
            let payment = payment.unwrap();
            let expected = amount.parse().unwrap();
            assert_eq!((payment.amount, payment.cancel_amount), (expected, Some(expected)), "{way}");
        }
    }
}

#[test]
fn number_that_is_not_finite_is_an_error() {
    for number in [".nan", ".inf", "-.inf"] {
        for field in
            ["amount: 1\ncancel_amount", "amount", "amount: 1\nsandbox", "amount: 1\nnew", "amount: 1\npaid_at"]
        {
            let yaml = format!("imp_uid: imp_1\nmerchant_uid: o\nstatus: paid\n{field}: {number}\n");
            let payment = yaml_serde::from_str::<Payment>(&yaml);
            assert!(payment.is_err(), "{yaml}{payment:?}");
        }
    }
    let deep = "imp_uid: imp_1\nmerchant_uid: o\nstatus: paid\namount: 1\ncancel_history: [{amount: .nan}]\n";
    assert!(yaml_serde::from_str::<Payment>(deep).is_err());
}

/// The wrapper in which serde_json hands over the text of a value, as a body can write it.
#[test]
fn imitated_wrapper_is_an_object() {
    for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
        for text in ["15900", "\"paid\"", "true", "[]", "1,2", "", "1]", "홍길동"] {
            let imitation = json!({ name: text });
            for (way, payment) in imitated("amount", &imitation) {
                assert!(payment.is_err(), "{way}: {imitation}");
            }
            for field in ["cancel_amount", "sandbox", "cancel_history", "custom_data", "paid_at", "new"] {
                for value in [imitation.clone(), json!([imitation]), json!({ "a": imitation, "b": 1 })] {
                    for (way, payment) in imitated(field, &value) {
                        let payment = payment.unwrap();
                        let written = serde_json::to_string(&payment).unwrap();
                        assert!(written.contains(&format!(r#""{field}":{value}"#)), "{way}: {written}");
                        let is_harmless = matches!(field, "custom_data" | "paid_at" | "new");
                        assert_eq!(payment.verify(15900, "KRW").is_ok(), is_harmless, "{way}: {field}");
                    }
                }
            }
        }
    }
}

/// Reads a payment with a field in each way. serde_json itself unwraps an imitation where it reads a text into a `Value`, so
/// the `Value` is built by hand.
fn imitated(field: &str, value: &Value) -> Vec<(&'static str, Result<Payment, String>)> {
    let mut body = json!({ "imp_uid": "i", "merchant_uid": "m", "currency": "KRW", "status": "paid", "amount": 15900 });
    body[field] = value.clone();
    let mut payments = buffered(&body.to_string());
    payments.retain(|(way, _)| !way.contains("alue"));
    payments.push(("&Value", Payment::deserialize(&body).map_err(|error| error.to_string())));
    payments.push(("from_value", serde_json::from_value(body).map_err(|error| error.to_string())));
    payments
}

#[test]
fn unknown_field_of_another_format_is_read_and_written_again() {
    let yaml = "imp_uid: i\nmerchant_uid: o\nstatus: paid\namount: 1\nnew: {deep: [1, two, null, 1.5], other: true}\n";
    let payment: Payment = yaml_serde::from_str(yaml).unwrap();
    assert_eq!(payment.extra["new"].as_json(), r#"{"deep":[1,"two",null,1.5],"other":true}"#);
    let again: Payment = yaml_serde::from_str(&yaml_serde::to_string(&payment.redacted()).unwrap()).unwrap();
    assert_eq!(again.extra["new"].as_json(), r#""[an object]""#);
    assert_eq!(
        again.verify(1, "KRW").unwrap_err(),
        VerifyError::CurrencyMismatch { expected: "KRW".into(), actual: None }
    );
    assert!(serde_json::from_value::<UnknownField>(json!({ "a": [1] })).unwrap() == json!({ "a": [1] }));
}
