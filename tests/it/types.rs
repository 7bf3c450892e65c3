//! Scalars decode every notation of the sources, and encode what they decoded.

use std::time::{Duration, SystemTime};

use iamport::{
    Amount, CardType, Currency, PageOrArray, PayMethod, Payment, PaymentPage, PaymentStatus, PersonalText, Secret,
    Sorting, Tier, Timestamp, UnknownField, generated::Envelope,
};
use proptest::prelude::*;
use serde::{
    Deserialize,
    de::value::{self, BytesDeserializer, MapDeserializer},
};
use serde_json::{Value, json};

/// A payment that has what every payment must have, and the given fields.
fn payment(fields: Value) -> Payment {
    serde_json::from_value(body(fields)).unwrap()
}

fn body(fields: Value) -> Value {
    let mut body = json!({ "imp_uid": "imp_1", "merchant_uid": "order-1", "amount": 15900, "status": "paid" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

#[test]
fn time_is_parsed_in_every_form_of_the_sources() {
    for form in [json!(1_709_722_069), json!("1709722069")] {
        let paid = payment(json!({ "paid_at": form }));
        assert_eq!(paid.paid_at.unwrap().as_secs(), 1_709_722_069);
        assert_eq!(serde_json::to_value(&paid).unwrap()["paid_at"], json!(1_709_722_069));
    }
    for nothing in [json!(0), json!("0"), json!(""), json!("00"), Value::Null] {
        let payment = payment(json!({ "paid_at": nothing, "vbank_date": nothing }));
        assert_eq!((payment.paid_at, payment.vbank_date), (None, None), "{nothing}");
        assert!(payment.extra.is_empty());
    }
    assert_eq!(payment(json!({})).paid_at, None);
}

#[test]
fn time_that_no_source_documents_is_kept_and_is_none() {
    for invalid in
        [json!(-1), json!(1.5), json!("2024-03-06"), json!(true), json!({ "at": 1 }), json!([1]), json!(u64::MAX)]
    {
        let payment = payment(json!({ "paid_at": invalid }));
        assert_eq!(payment.paid_at, None);
        assert_eq!(payment.extra["paid_at"], invalid);
        assert_eq!(serde_json::to_value(&payment).unwrap()["paid_at"], invalid);
    }
}

#[test]
fn time_converts_to_other_types() {
    let at = Timestamp::from_secs(1_709_722_069).unwrap();
    assert_eq!(SystemTime::from(at), SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_722_069));
    #[cfg(feature = "jiff")]
    assert_eq!(jiff::Timestamp::from(at).to_string(), "2024-03-06T10:47:49Z");
    #[cfg(feature = "chrono")]
    assert_eq!(chrono::DateTime::<chrono::Utc>::from(at).timestamp(), 1_709_722_069);
    assert_eq!(Timestamp::from_secs(0), None);
    assert_eq!(Timestamp::from_secs(u64::MAX), None);
}

#[test]
fn amount_is_exact() {
    for (text, printed, written) in [
        ("15900", "15900", "15900"),
        ("10.25", "10.25", "10.25"),
        ("10.50", "10.50", "10.5"),
        ("10.0", "10.0", "10"),
        ("0.1", "0.1", "0.1"),
        ("1e3", "1000", "1000"),
        ("9007199254740993", "9007199254740993", "9007199254740993"),
        ("90071992547409.93", "90071992547409.93", "90071992547409.93"),
        ("12345678901234567890.12345678", "12345678901234567890.12345678", "12345678901234567890.12345678"),
        ("-0.30", "-0.30", "-0.3"),
        // Half-way between two floats of 16 digits, so the result depends on the algorithm that prints it.
        ("716138432682606.3", "716138432682606.3", "716138432682606.3"),
    ] {
        let json =
            format!(r#"{{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":{text},"cancel_amount":{text}}}"#);
        let payment: Payment = serde_json::from_str(&json).unwrap();
        assert_eq!(payment.amount.to_string(), printed);
        assert_eq!(payment.cancel_amount, Some(payment.amount));
        assert_eq!(serde_json::to_string(&payment.amount).unwrap(), written);
        let reader: Payment = serde_json::from_reader(json.as_bytes()).unwrap();
        assert_eq!(reader.amount, payment.amount);
    }
    assert_eq!(payment(json!({ "amount": 15900 })).amount, 15900);
    assert_eq!(15900_i64, payment(json!({ "amount": 15900.0 })).amount);
    assert_eq!(payment(json!({ "amount": 10.25 })).amount, "10.25".parse::<Amount>().unwrap());
    for invalid in ["10,25", "", "1e3", "1_000", "+1", "-", "."] {
        assert!(invalid.parse::<Amount>().is_err(), "{invalid}");
    }
}

#[test]
fn scalars_have_limits_and_name_them() {
    let last = 253_402_207_200;
    assert_eq!(Timestamp::from_secs(last).map(Timestamp::as_secs), Some(last));
    assert_eq!((Timestamp::from_secs(last + 1), Timestamp::from_secs(0)), (None, None));
    assert_eq!(Timestamp::from_secs(1_709_722_069).unwrap().to_string(), "1709722069");
    let invalid = Timestamp::try_from(-1).unwrap_err().to_string();
    assert!(invalid.starts_with("expected a time after 1970"), "{invalid}");
    let tier: Tier = "A01".parse().unwrap();
    assert_eq!((tier.as_str(), tier.as_ref()), ("A01", "A01"));
    assert_eq!("a01".parse::<Tier>().unwrap_err().to_string(), "a tier is three characters of A-Z and 0-9, like A01");
}

#[test]
fn secret_equals_only_the_same_text() {
    let secret = Secret::from("key");
    assert_eq!(secret.expose(), "key");
    assert!(secret == Secret::from("key".to_owned()));
    for other in ["", "ke", "keys", "kez", "yek", "kyz", "Key", "yey", "KEY"] {
        assert!(secret != Secret::from(other), "{other}");
    }
    assert_eq!(format!("{secret:?}"), "[redacted]");
}

#[test]
fn personal_text_is_read_like_a_text() {
    let text = PersonalText::from("홍길동");
    assert_eq!((text.as_str(), text.as_ref(), &*text), ("홍길동", "홍길동", "홍길동"));
    assert!(text == "홍길동" && text != "홍길순" && text == *"홍길동" && text != *"홍길순");
    assert_eq!(PersonalText::from("홍길동".to_owned()).into_string(), "홍길동");
}

/// Serializes with a `Formatter`, which takes only numbers, booleans and texts.
struct Written<T>(T);

impl<T: serde::Serialize> std::fmt::Display for Written<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.serialize(f)
    }
}

#[test]
fn amount_is_a_plain_number_in_other_formats() {
    for text in ["15900", "10.25", "123456789012.345"] {
        assert_eq!(Written(text.parse::<Amount>().unwrap()).to_string(), text);
    }
}

#[test]
fn unknown_field_is_a_plain_value_in_other_formats_and_prints_its_kind() {
    for (value, written, kind) in [
        (json!("text"), Some("text"), "[a string]"),
        (json!(12), Some("12"), "[a number]"),
        (json!(true), Some("true"), "[a boolean]"),
        (json!(false), Some("false"), "[a boolean]"),
        (json!(null), None, "null"),
        (json!([1]), None, "[an array]"),
        (json!({ "a": 1 }), None, "[an object]"),
    ] {
        let field = &payment(json!({ "new_field": value })).extra["new_field"];
        if let Some(written) = written {
            assert_eq!(Written(field).to_string(), written);
        }
        assert_eq!(format!("{field:?}"), kind);
        assert!(*field == value && *field != json!("other"));
    }
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.serialize(("a", &payment(json!({ "new_field": null })).extra["new_field"])).unwrap();
    assert_eq!(csv.into_inner().unwrap(), b"a,\n");
}

#[test]
fn error_in_another_format_has_the_expected_type() {
    let bytes = || BytesDeserializer::<value::Error>::new(b"bytes");
    let error = Amount::deserialize(bytes()).unwrap_err().to_string();
    assert_eq!(error, "invalid type: byte array, expected a number of at most 28 digits");
    let error = Payment::deserialize(MapDeserializer::<_, value::Error>::new([(1, 2)].into_iter())).unwrap_err();
    assert_eq!(error.to_string(), "invalid type: integer `1`, expected a string");
    let response = MapDeserializer::<_, value::Error>::new([("response", &b"bytes"[..])].into_iter());
    let error = Envelope::<PageOrArray<PaymentPage, Payment>>::deserialize(response).unwrap_err();
    assert_eq!(error.to_string(), "invalid type: byte array, expected a page or an array");
}

#[test]
fn null_is_no_response_where_any_value_is_one() {
    let response = |json| serde_json::from_str::<Envelope<UnknownField>>(json).unwrap().response;
    assert_eq!(response(r#"{"code":-1,"response":null}"#), None);
    assert_eq!(response(r#"{"code":-1,"response":{"a":1}}"#).unwrap(), json!({ "a": 1 }));
}

#[test]
fn amount_that_is_not_a_number_fails_only_where_it_is_required() {
    for invalid in [json!("15900"), json!(null), json!(true), json!([15900]), json!({ "KRW": 15900 })] {
        let error = serde_json::from_value::<Payment>(body(json!({ "amount": invalid }))).unwrap_err();
        assert!(error.to_string().contains("expected a number"), "{error}");
        if !invalid.is_null() {
            let payment = payment(json!({ "cancel_amount": invalid }));
            assert_eq!(payment.extra["cancel_amount"], invalid);
        }
    }
    let rounded =
        r#"{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":15900.0000000000000000000000000000001e0}"#;
    assert!(serde_json::from_str::<Payment>(rounded).is_err());
    let huge = r#"{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":1e400}"#;
    assert!(serde_json::from_str::<Payment>(huge).is_err());
}

#[test]
fn flattened_payment_is_exact_and_keeps_unknown_objects() {
    #[derive(serde::Deserialize)]
    struct Outer {
        #[serde(flatten)]
        payment: Payment,
    }
    let unknown = json!({ "deep": [1, "two"], "other": null, "third": {} });
    let fields = json!({ "amount": 10.25, "cancel_amount": 0, "new_field": unknown });
    let outer: Outer = serde_json::from_value(body(fields)).unwrap();
    assert_eq!(outer.payment.extra["new_field"], unknown);
    assert_eq!(outer.payment.amount.to_string(), "10.25");
    assert_eq!(outer.payment.cancel_amount, Some(Amount::ZERO));
}

#[test]
fn card_type_is_parsed_in_every_form_of_the_sources() {
    for (form, card_type) in [
        (json!(0), Some(CardType::Credit)),
        (json!("1"), Some(CardType::Debit)),
        (json!(7), Some(CardType::Unknown(7))),
        (json!("null"), None),
        (json!(""), None),
        (json!(null), None),
    ] {
        assert_eq!(payment(json!({ "card_type": form })).card_type, card_type);
    }
    assert_eq!(payment(json!({ "card_type": "credit" })).extra["card_type"].as_json(), r#""credit""#);
}

#[test]
fn unknown_code_is_kept_as_received() {
    let body = body(json!({ "pay_method": "moonpay", "status": "Paid ", "currency": "krw", "channel": "" }));
    let payment: Payment = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(payment.pay_method, Some(PayMethod::Unknown("moonpay".to_owned())));
    assert_ne!(payment.status, PaymentStatus::Paid);
    assert!(!payment.is_paid());
    assert_eq!(serde_json::to_value(&payment).unwrap(), body);
    assert_eq!(PaymentStatus::from("paid"), PaymentStatus::Paid);
    assert_eq!(Sorting::PaidDesc.to_string(), "-paid");
    assert_eq!(Currency::KNOWN[0], "KRW");
}

#[test]
fn only_a_required_field_fails_a_payment() {
    for field in ["imp_uid", "merchant_uid", "amount", "status"] {
        let mut missing = body(json!({}));
        missing.as_object_mut().unwrap().remove(field);
        assert!(serde_json::from_value::<Payment>(missing).unwrap_err().to_string().contains(field));
        for invalid in [json!(null), json!(true), json!({}), json!([])] {
            assert!(serde_json::from_value::<Payment>(body(json!({ field: invalid }))).is_err(), "{field}: {invalid}");
        }
    }
    let whole: Value = serde_json::from_str(include_str!("../wire/find-cancelled-in-parts.json")).unwrap();
    let names: Vec<_> = whole["response"].as_object().unwrap().keys().cloned().collect();
    for field in names.iter().filter(|name| !["imp_uid", "merchant_uid", "amount", "status"].contains(&name.as_str())) {
        for invalid in
            [json!(null), json!(false), json!(-7.5), json!("odd"), json!({ "odd": 1 }), json!([{ "invalid": [] }, 3])]
        {
            let mut body = whole["response"].clone();
            body[field] = invalid.clone();
            let payment: Payment = serde_json::from_value(body).unwrap();
            let again = serde_json::to_value(&payment).unwrap();
            assert!(invalid.is_null() || again[field] == invalid, "{field}: {invalid} came back as {}", again[field]);
        }
    }
}

#[test]
fn unknown_fields_survive_at_every_depth() {
    let body = body(json!({
        "new_field": { "deep": [1, "two"] },
        "code": 0,
        "cancel_history": [{ "amount": 1, "new_field": null, "other": "x" }],
        "promotion": { "id": "p", "new_field": 1 },
    }));
    let payment: Payment = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(payment.extra["new_field"].to_value().unwrap()["deep"][1], "two");
    assert_eq!(serde_json::to_value(&payment).unwrap(), body);
}

#[test]
fn duplicate_field_is_an_error() {
    let start = r#"{"imp_uid":"i","merchant_uid":"m","amount":1,"status":"paid","#;
    for twice in [r#""amount":2}"#, r#""name":"a","name":"b"}"#, r#""escrow":"a","escrow":"b"}"#, r#""new":1,"new":2}"#]
    {
        assert!(serde_json::from_str::<Payment>(&format!("{start}{twice}")).is_err(), "{twice}");
    }
}

#[test]
fn debug_redacts_personal_text_and_shows_codes() {
    let whole: Value = serde_json::from_str(include_str!("../wire/find-ready-vbank.json")).unwrap();
    let mut body = whole["response"].clone();
    body["custom_data"] = json!("{\"note\":\"ring twice\"}");
    body["card_number"] = json!("559410*********4");
    body["birthday"] = json!("1990-01-01");
    body["deposit_history"] = json!([{ "depositor_name": "임꺽정" }]);
    let payment: Payment = serde_json::from_value(body).unwrap();
    for text in [format!("{payment:?}"), format!("{payment:#?}")] {
        for personal in [
            "홍길동",
            "buyer@example.com",
            "010-0000-0000",
            "테헤란로",
            "06164",
            "559410",
            "00000000000000",
            "(주)예시",
            "twice",
            "Mozilla",
            "1990",
            "임꺽정",
        ] {
            assert!(!text.contains(personal), "{personal} is in {text}");
        }
        assert!(text.contains("[redacted]") && text.contains("Vbank") && text.contains("order-0003"));
    }
    assert_eq!(payment.buyer_name.as_deref(), Some("홍길동"));
    assert_eq!(serde_json::to_value(&payment).unwrap()["buyer_name"], "홍길동");
}

#[test]
fn tier_is_three_of_a_to_z_and_digits() {
    assert_eq!("A0Z".parse::<Tier>().unwrap().to_string(), "A0Z");
    for invalid in ["", "A0", "A0ZZ", "a0z", "A\r\n", "가1"] {
        assert!(invalid.parse::<Tier>().is_err(), "{invalid:?}");
    }
}

const START: &str = r#"{"imp_uid":"i","merchant_uid":"m","amount":1,"status":"paid""#;

fn parse(fields: &str) -> serde_json::Result<Payment> {
    serde_json::from_str(&format!("{START},{fields}}}"))
}

#[test]
fn duplicate_field_is_an_error_whatever_its_first_value() {
    for name in Payment::FIELDS.iter().chain(&["new"]) {
        for first in ["null", "0", "1", r#""""#, "{}", "[]"] {
            let required = START.contains(&format!("\"{name}\":"));
            let fields = format!(r#""{name}":{first},"{name}":{first}"#);
            assert!(required || parse(&fields).is_err(), "{fields}");
        }
    }
    assert!(parse(r#""paid_at":null,"paid_at":1709722069"#).is_err());
    assert!(parse(r#""cancel_amount":null,"cancel_amount":15900"#).is_err());
    assert!(parse(r#""cancel_history":[{"amount":null,"amount":5}]"#).is_err());
}

#[test]
fn unknown_and_mismatched_fields_keep_their_digits() {
    let numbers = [
        "123456789012345678901234567890",
        "0.1234567890123456789",
        "18446744073709551616",
        "-9223372036854775809",
        "1e400",
        "-1E-400",
        "1.0",
        "-0",
        "15900.00000000000000000000000000001",
        r#"{"deep":[1e400,0.1234567890123456789,"\u00e9\/"]}"#,
    ];
    let misfits = Payment::FIELDS.iter().filter(|name| !START.contains(&format!("\"{name}\":"))).chain(&["new"]);
    for name in misfits {
        // A decimal is an amount, which is written without zeros at its end.
        let is_amount = !parse(&format!(r#""{name}":10.25"#)).unwrap().extra.contains_key(*name);
        for number in numbers {
            let payment = parse(&format!(r#""{name}":{number}"#)).unwrap_or_else(|e| panic!("{name}: {number}: {e}"));
            let written = serde_json::to_string(&payment).unwrap();
            let amount = is_amount && number.len() < 6;
            let kept = amount || written.contains(&format!(r#""{name}":{number}"#));
            assert!(kept, "{name}: {number} became {written}");
            assert_eq!(serde_json::from_str::<Payment>(&written).unwrap(), payment);
        }
    }
}

#[test]
fn response_that_is_neither_a_page_nor_an_array_is_kept() {
    for (response, kept) in [("null", None), ("false", Some("false")), (r#""""#, Some(r#""""#)), ("0", Some("0"))] {
        let body = format!(r#"{{"code":0,"message":null,"response":{response}}}"#);
        let envelope: Envelope<PageOrArray<PaymentPage, Payment>> = serde_json::from_str(&body).unwrap();
        assert!(envelope.response.is_none());
        assert_eq!(envelope.extra.get("response").map(UnknownField::as_json), kept);
    }
}

#[test]
fn field_that_is_set_replaces_its_mismatch() {
    let mut payment = parse(r#""paid_at":"yesterday","new":1"#).unwrap();
    payment.paid_at = Timestamp::from_secs(1_709_722_069);
    let written = serde_json::to_string(&payment).unwrap();
    assert_eq!(written.matches("paid_at").count(), 1, "{written}");
    assert_eq!(serde_json::from_str::<Payment>(&written).unwrap().paid_at, payment.paid_at);
    payment.paid_at = None;
    assert!(serde_json::to_string(&payment).unwrap().contains(r#""paid_at":"yesterday""#));
}

#[test]
fn unknown_field_with_the_name_of_a_required_one_is_not_written() {
    let mut payment = payment(json!({}));
    payment.extra.insert("amount".to_owned(), json!(1).into());
    assert_eq!(serde_json::to_string(&payment).unwrap().matches("\"amount\"").count(), 1);
}

#[test]
fn amount_in_a_json_value_is_exact_or_an_error() {
    for text in
        ["9007199254740993", "9223372036854775807", "10.25", "-0.3", "18446744073709551615", "0.30000000000000004"]
    {
        let value = serde_json::to_value(text.parse::<Amount>().unwrap()).unwrap();
        assert_eq!(value.to_string(), text);
    }
    for text in ["90071992547409.931234", "12345678901234567890.12345678", "123456789012345678901234567"] {
        let amount = text.parse::<Amount>().unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), text);
        assert!(serde_json::to_value(amount).is_err(), "{text}");
    }
}

#[test]
fn custom_data_error_has_no_key_of_the_data() {
    #[derive(Debug, serde::Deserialize)]
    struct Prices(#[expect(dead_code)] std::collections::BTreeMap<String, u32>);
    let payment = parse(r#""custom_data":"{\"홍길동\":\"010-0000-0000\"}""#).unwrap();
    let error = payment.custom_data_as::<Prices>().unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("홍길동") && !text.contains("010") && text.contains("expected u32"), "{text}");
}

#[test]
fn redacted_view_has_no_personal_data() {
    let payment = parse(
        r#""buyer_name":"홍길동","receipt_url":"https://r.example.com","new":{"a":"홍길동"},"pay_method":"card",
        "cancel_history":[{"amount":5,"receipt_url":"https://r.example.com"}],"deposit_history":[{"depositor_name":"홍길동"}]"#,
    )
    .unwrap();
    let view = serde_json::to_value(payment.redacted()).unwrap();
    assert_eq!(view["buyer_name"], "[redacted]");
    assert_eq!(view["new"], "[an object]");
    assert_eq!((&view["amount"], &view["pay_method"]), (&json!(1), &json!("card")));
    assert!(!view.to_string().contains("홍길동") && !view.to_string().contains("example.com"), "{view}");
}

#[test]
fn calculated_amount_is_exact_or_none() {
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    assert_eq!(amount("10.25") + amount("0.75"), 11);
    assert_eq!(amount("10.25") - amount("10.5"), amount("-0.25"));
    assert_eq!(amount("10.25") * 4, 41);
    let mut total = Amount::from(1_u8);
    total += amount("0.5");
    total -= 1.into();
    total *= 3;
    assert_eq!(total, amount("1.5"));
    let amounts = [amount("0.1"), amount("0.2")];
    assert_eq!(amounts.iter().sum::<Amount>(), amount("0.3"));
    assert_eq!(amounts.into_iter().sum::<Amount>(), amount("0.3"));
    assert!(total > 1 && total < 2_u64 && 1_i8 < total && total != 1_usize);
    let (most, least) = (Amount::from(rust_decimal::Decimal::MAX), amount("0.0000000000000000000000000001"));
    assert_eq!((most.checked_add(1.into()), most.checked_add(least), most.checked_mul(2)), (None, None, None));
    assert_eq!((most.checked_sub(most), most.checked_mul(0)), (Some(Amount::ZERO), Some(Amount::ZERO)));
    assert_eq!(amount("1.0000000000000000000000000001").checked_mul(11_000), None);
    // 29 digits before the zeros at the end are dropped.
    let product = amount("0.7922816251426433759354395035").checked_mul(10);
    assert_eq!(product, Some(amount("7.922816251426433759354395035")));
    assert!(std::panic::catch_unwind(|| most + least).is_err());
    assert!(std::panic::catch_unwind(|| [most, most].iter().sum::<Amount>()).is_err());
}

#[test]
fn amounts_convert_without_rounding() {
    assert_eq!(i64::try_from(Amount::from(15_900_u16)), Ok(15_900));
    assert_eq!(u64::try_from(Amount::from(u64::MAX)), Ok(u64::MAX));
    assert_eq!(i64::try_from(Amount::try_from("10.00").unwrap()), Ok(10));
    for invalid in ["10.25", "-1"] {
        assert!(u64::try_from(Amount::try_from(invalid).unwrap()).is_err(), "{invalid}");
    }
    assert!(i64::try_from(Amount::from(u64::MAX)).is_err() && Amount::try_from(i128::MAX).is_err());
    assert_eq!(Amount::try_from(10_i128).unwrap(), 10);
    assert_eq!(Amount::try_from(10_u128).unwrap(), 10);
    assert!(
        Amount::try_from(u128::MAX).unwrap_err().to_string().starts_with("expected a number in major currency units")
    );
    assert_eq!(rust_decimal::Decimal::from(Amount::from(10_u8)), rust_decimal::Decimal::TEN);
    for (amount, grouped) in
        [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567.50", "-1,234,567.50"), ("123456", "123,456")]
    {
        assert_eq!(Amount::try_from(amount).unwrap().grouped(), grouped);
    }
}

#[test]
fn values_of_the_api_compare_and_hash() {
    fn can_be_a_key<T: Eq + std::hash::Hash>(_: &T) {}

    let status = payment(json!({})).status;
    let (text, other) = ("paid".to_owned(), "failed".to_owned());
    assert_eq!(status, text);
    assert_eq!(text, status);
    assert_eq!("paid", status);
    assert!(*"paid" == status);
    assert_ne!(status, other);
    let name = "홍길동".to_owned();
    assert_eq!(PersonalText::from("홍길동"), name);
    let one = payment(json!({ "new": [1], "cancel_history": [{ "amount": 1 }] }));
    can_be_a_key(&one);
    can_be_a_key(&iamport::PageOrArray::<iamport::PaymentPage, Payment>::Array(vec![one.clone()]));
    let payments = std::collections::HashSet::from([one.clone(), one.clone(), payment(json!({}))]);
    assert!(payments.len() == 2 && payments.contains(&one));
}

#[test]
fn page_or_array_is_read_by_its_first_character() {
    type Listing = iamport::PageOrArray<iamport::PaymentPage, Payment>;

    let array = serde_json::from_value::<Listing>(json!([body(json!({}))])).unwrap();
    assert!(matches!(array, iamport::PageOrArray::Array(list) if list.len() == 1));
    let text = format!(r#"{{"total":1,"previous":0,"next":0,"list":[{}]}}"#, body(json!({})));
    let page = serde_json::from_str::<Listing>(&text).unwrap();
    assert_eq!(serde_json::from_str::<Listing>(&serde_json::to_string(&page).unwrap()).unwrap(), page);
    for other in ["null", "1", "\"\""] {
        let error = serde_json::from_str::<Listing>(other).unwrap_err().to_string();
        assert!(error.starts_with("expected a page or an array"), "{error}");
    }
}

#[test]
fn times_convert_both_ways() {
    let (before, now) = (SystemTime::now(), SystemTime::from(Timestamp::now()));
    assert!(now >= before - Duration::from_secs(1) && now <= SystemTime::now());
    let at = Timestamp::from_secs(1_709_722_069).unwrap();
    assert_eq!(Timestamp::try_from(SystemTime::from(at) + Duration::from_millis(999)), Ok(at));
    assert_eq!(Timestamp::try_from(1_709_722_069_i64), Ok(at));
    for invalid in [0, -1, i64::MIN, i64::MAX] {
        assert!(Timestamp::try_from(invalid).is_err(), "{invalid}");
    }
    assert!(Timestamp::try_from(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).is_err());
    #[cfg(feature = "jiff")]
    assert_eq!(Timestamp::try_from(jiff::Timestamp::from(at)), Ok(at));
    #[cfg(feature = "chrono")]
    assert_eq!(Timestamp::try_from(chrono::DateTime::<chrono::Utc>::from(at)), Ok(at));
    #[cfg(feature = "time")]
    assert_eq!(Timestamp::try_from(time::OffsetDateTime::from(at)), Ok(at));
}

#[test]
fn tier_is_serialized_as_its_code_and_checked_when_parsed() {
    let tier = Tier::try_from("A01").unwrap();
    assert_eq!((tier.as_ref(), serde_json::to_string(&tier).unwrap().as_str()), ("A01", r#""A01""#));
    assert_eq!(serde_json::from_str::<Tier>(r#""A01""#).unwrap(), tier);
    assert!(serde_json::from_str::<Tier>(r#""a01""#).is_err());
}

#[test]
fn cancel_reason_is_redacted_in_debug() {
    let payment = parse(r#""cancel_reason":"홍길동 변심","cancel_history":[{"reason":"홍길동 변심"}]"#).unwrap();
    assert!(!format!("{payment:?}").contains("홍길동"));
    assert_eq!(payment.cancel_reason.as_deref(), Some("홍길동 변심"));
}

proptest! {
    #[test]
    fn any_decimal_survives(digits in 0_u64..=u64::MAX, scale in 0_u32..=9) {
        let amount = Amount::from(rust_decimal::Decimal::from_i128_with_scale(digits.into(), scale));
        let text = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
        prop_assert_eq!(amount.to_string().parse::<Amount>().unwrap(), amount);
    }

    #[test]
    fn strings_are_decoded_as_serde_json_decodes_them(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "한", "😀", "/", "\\/", "\\\\", "\\\"", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u00e9", "\\uAC00",
                "\\ud83d", "\\uDE00", "\\ud83d\\ude00",
            ]),
            0..12,
        ),
    ) {
        let json = format!("\"{}\"", parts.concat());
        let body = format!(
            r#"{{"imp_uid":"imp_1","merchant_uid":"o","status":"paid","amount":1,"name":{json},"buyer_name":{json}}}"#
        );
        let payment: Payment = serde_json::from_str(&body).unwrap();
        match serde_json::from_str::<String>(&json) {
            Ok(text) => {
                prop_assert_eq!(payment.name.as_deref(), Some(&*text));
                prop_assert_eq!(payment.buyer_name.as_deref(), Some(&*text));
            }
            // An unpaired surrogate is no text, and is kept as received.
            Err(_) => prop_assert_eq!(payment.extra["name"].as_json(), json),
        }
    }

    #[test]
    fn no_body_makes_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<Payment>(&bytes);
    }
}
