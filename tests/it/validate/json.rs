//! The JSON reader accepts the bodies that serde_json accepts, and names the reason where it cannot validate one.

use iamport::validate::{self, Report, ValidateError};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::payment;

/// A schema that every JSON value satisfies.
const ANYTHING: &str = "UnknownField";

fn check(body: &str) -> Result<Report, ValidateError> {
    validate::validate_schema(ANYTHING, body.as_bytes())
}

/// Validates a response to `find_payment` in which one field has this raw JSON.
fn find(pointer: &str, field: &str, raw: &str) -> Result<Report, ValidateError> {
    let mut body = payment();
    body.pointer_mut(pointer).unwrap()[field] = json!("RAW");
    validate::validate_response("find_payment", 200, body.to_string().replace("\"RAW\"", raw).as_bytes())
}

#[test]
fn duplicate_field_at_any_depth_cannot_be_validated() {
    let duplicates = |error: ValidateError| {
        assert!(!error.is_not_json() && !error.is_unknown_name(), "{error}");
        assert!(error.to_string().starts_with("the body has a duplicate field"), "{error}");
        error.location().unwrap()
    };
    assert_eq!(duplicates(check("{\"a\":1,\n \"b\":2, \"a\":3}").unwrap_err()), (2, 9));
    assert_eq!(duplicates(check(r#"[{"a":1,"\u0061":2}]"#).unwrap_err()), (1, 9));
    for (pointer, field) in [("", "s"), ("/response", "s"), ("/response", "cancel_history"), ("/response", "escrow")] {
        duplicates(find(pointer, field, r#"{"a":1,"b":2,"a":3}"#).unwrap_err());
    }
    for raw in [r#"{"id":"a","id":"a"}"#, r#"{"x":{"a":1,"a":1}}"#] {
        duplicates(find("/response", "promotion", raw).unwrap_err());
    }
    duplicates(find("/response", "cancel_history", r#"[{"foo":[{"a":1,"a":2}]}]"#).unwrap_err());
    let error = validate::validate_response("get_token", 200, br#"{"code":0,"response":null,"code":0}"#).unwrap_err();
    assert_eq!(duplicates(error), (1, 27));
    let bare = br#"{"imp_uid":"imp_1","merchant_uid":"o","amount":1,"status":"paid","amount":1}"#;
    duplicates(validate::validate_schema("PaymentAnnotation", bare).unwrap_err());
}

#[test]
fn private_names_of_serde_json_are_ordinary_names() {
    for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        let report = find("", "s", &format!("{{\"{name}\":\"x\"}}")).unwrap();
        let finding = report.findings().iter().find(|finding| finding.pointer() == "/s").unwrap();
        assert_eq!(finding.actual(), "an object of 1 field");
    }
}

#[test]
fn numbers_out_of_the_range_of_floats_are_json() {
    let report = find("", "s", "1e400").unwrap();
    assert!(report.with_values().to_string().contains("found a number: 1e400"), "{report}");
    let report = find("", "s", "123456789012345678901234567890").unwrap();
    assert!(report.with_values().to_string().contains("found an integer: 123456789012345678901234567890"), "{report}");
}

#[test]
fn depth_and_surrogates_that_serde_json_rejects_cannot_be_validated() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(check(&nested(127)).unwrap().is_clean());
    let error = check(&nested(128)).unwrap_err();
    assert_eq!((error.is_not_json(), error.location()), (false, Some((1, 128))));
    for lone in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\ud800\n""#, r#""\ud800x""#] {
        let error = check(lone).unwrap_err();
        assert!(!error.is_not_json() && error.to_string().starts_with("the body has an unpaired surrogate"), "{error}");
    }
    assert!(check(r#""\ud83d\uDE00""#).unwrap().is_clean());
}

#[test]
fn invalid_json_is_an_error_with_its_position() {
    for (body, text) in [
        ("\u{1}", "the body is not JSON (line 1, column 1)"),
        ("{\"a\":\n01}", "the body is not JSON (line 2, column 2)"),
        ("[1,]", "the body is not JSON (line 1, column 4)"),
        ("[1", "the body ends early (line 1, column 2)"),
        ("1 2", "the body is not JSON (line 1, column 3)"),
    ] {
        let error = check(body).unwrap_err();
        assert_eq!((error.is_not_json(), error.to_string()), (true, text.to_owned()));
    }
    let error = validate::validate_schema(ANYTHING, b"{\"a\":\n \"\xff\"}").unwrap_err();
    assert_eq!(error.to_string(), "the body is not UTF-8 (line 2, column 3)");
}

#[test]
fn special_byte_anywhere_in_a_string_is_seen() {
    for special in ["\"", "\\", "\u{1f}", "\u{0}", " ", "!", "#", "\u{7f}", "\u{80}", "홍", "\\\"", "\\n"] {
        for (before, after) in (0..20).flat_map(|before| [0, 1, 7, 8, 20].map(|after| (before, after))) {
            let body = format!("\"{}{special}{}\"", "a".repeat(before), "한".repeat(after));
            let theirs = serde_json::from_str::<IgnoredAny>(&body);
            assert_eq!(check(&body).is_ok(), theirs.is_ok(), "{body:?}");
        }
    }
}

#[test]
fn order_and_spelling_of_fields_do_not_matter() {
    let body = wire_text();
    let expected = validate::validate_response("find_payment", 200, body.as_bytes()).unwrap().to_string();
    assert!(!expected.is_empty());
    let fields = |value: &Value| value.as_object().unwrap().clone().into_iter().collect::<Vec<_>>();
    let value: Value = serde_json::from_str(&body).unwrap();
    let mut response = fields(&value["response"]);
    for turn in 0..response.len() {
        response.rotate_left(turn);
        let written: Vec<_> = response.iter().map(|(name, value)| format!("\"{name}\" :\n{value}")).collect();
        let escaped = written.join(",").replacen("\"i", "\"\\u0069", 1);
        let body = format!("{{\"response\":{{{escaped}}}, \"message\":null,\"code\":0 }}");
        let report = validate::validate_response("find_payment", 200, body.as_bytes()).unwrap();
        assert_eq!(report.to_string(), expected, "{body}");
    }
}

fn wire_text() -> String {
    String::from_utf8(super::wire("find-paid-card.json")).unwrap()
}

/// Text that is nearly JSON.
fn almost_json() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\":", "\\", "\\u", "d83d", "de00", "0041", "/", "0", "1", "-",
        ".", "e", "E+", "null", "true", "false", " ", "\n", "\t", "\r", "\u{1}", "\u{7f}", "홍", "[]", "{}", "1.5",
        "\"\"",
    ]);
    prop::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn json_is_what_serde_json_reads(body in almost_json()) {
        let theirs = serde_json::from_str::<IgnoredAny>(&body);
        match check(&body) {
            Ok(_) => prop_assert!(theirs.is_ok(), "{body:?}"),
            Err(error) if error.is_not_json() => prop_assert!(theirs.is_err(), "{body:?}"),
            Err(_) => {} // It can be both: a duplicate field before what is not JSON.
        }
    }

    #[test]
    fn escaped_and_plain_strings_have_the_same_value(text in any::<String>(), plain in any::<bool>()) {
        let escaped = || text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
        let written = if plain { serde_json::to_string(&text).unwrap() } else { format!("\"{}\"", escaped()) };
        let report = find("", "s", &written).unwrap();
        let finding = report.findings().iter().find(|finding| finding.pointer() == "/s").unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(finding.value().unwrap().get()).unwrap(), text.clone());
        let length = text.chars().count();
        let actual = match length {
            0 => "an empty string".to_owned(),
            1 => "a string of 1 character".to_owned(),
            _ => format!("a string of {length} characters"),
        };
        prop_assert_eq!(finding.actual(), actual);
    }
}
