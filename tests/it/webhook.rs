//! A webhook is parsed from JSON and forms; a hostile body is an error, never a panic.

use iamport::{PaymentStatus, Webhook};
use proptest::prelude::*;
use serde_json::json;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn json_and_form_are_parsed_alike() {
    let json = br#"{"imp_uid":"imp_1","merchant_uid":"\uc8fc\ubb38 1&","status":"cancelled","cancellation_id":"c1","tx_id":"t"}"#;
    let form = "imp_uid=imp_1&merchant_uid=%EC%A3%BC%EB%AC%B8+1%26&status=cancelled&cancellation_id=c1&tx_id=t";
    for webhook in [
        Webhook::parse(JSON, json),
        Webhook::parse("Application/JSON; charset=UTF-8", json),
        Webhook::parse(FORM, form.as_bytes()),
        Webhook::parse("application/x-www-form-urlencoded;charset=utf-8", form.as_bytes()),
    ] {
        let webhook = webhook.unwrap();
        assert_eq!((webhook.imp_uid.as_str(), webhook.merchant_uid.as_str()), ("imp_1", "주문 1&"));
        assert_eq!((webhook.status, webhook.cancellation_id.as_deref()), (PaymentStatus::Cancelled, Some("c1")));
        assert_eq!(webhook.extra["tx_id"], json!("t"));
    }
}

#[test]
fn unknown_fields_and_statuses_are_kept() {
    let body =
        br#"{"imp_uid":"imp_1","merchant_uid":"o","status":"pending","cancellation_id":null,"amount":1,"a":{"b":[]}}"#;
    let webhook = Webhook::parse(JSON, body).unwrap();
    assert_eq!((webhook.status, webhook.cancellation_id), (PaymentStatus::Unknown("pending".to_owned()), None));
    assert_eq!(webhook.extra.keys().collect::<Vec<_>>(), ["a", "amount"]);
    let webhook = Webhook::parse(FORM, b"imp_uid=i&merchant_uid=o&status=paid&cancellation_id=").unwrap();
    assert!(webhook.cancellation_id.is_none() && webhook.extra.is_empty());
}

#[test]
fn invalid_body_is_an_error_without_its_content() {
    let deep = "[".repeat(100_000);
    let deep = format!(r#"{{"imp_uid":"i","merchant_uid":"o","status":"paid","x":{deep}"#);
    for (content_type, body, text) in [
        ("", "{}", "unsupported content type"),
        ("text/plain", "홍길동", "unsupported content type"),
        ("application/jsonx", "{}", "unsupported content type"),
        (JSON, "", "the body is empty"),
        (JSON, "홍길동", "the body is not JSON"),
        (JSON, r#"{"imp_uid":"imp_1","#, "the body ends early"),
        (JSON, "[]", "expected an object"),
        (JSON, "null", "expected an object"),
        (JSON, r#"{"merchant_uid":"홍길동","status":"paid"}"#, "missing field `imp_uid`"),
        (JSON, r#"{"imp_uid":null,"merchant_uid":"홍길동","status":"paid"}"#, "missing field `imp_uid`"),
        (JSON, r#"{"imp_uid":"","merchant_uid":"홍길동","status":"paid"}"#, "missing field `imp_uid`"),
        (JSON, r#"{"imp_uid":["홍길동"],"merchant_uid":"o","status":"paid"}"#, "imp_uid: expected a string"),
        (JSON, r#"{"imp_uid":1,"merchant_uid":"o","status":"paid"}"#, "imp_uid: expected a string"),
        (JSON, r#"{"imp_uid":"i","merchant_uid":"o"}"#, "missing field `status`"),
        (JSON, r#"{"imp_uid":"i","imp_uid":"j","merchant_uid":"o","status":"paid"}"#, "expected each field once"),
        (
            JSON,
            r#"{"imp_uid":"i","merchant_uid":"o","status":"paid","홍길동":1,"홍길동":2}"#,
            "expected each field once",
        ),
        (JSON, "imp_uid=i&merchant_uid=o&status=paid", "the body is not JSON"),
        (JSON, &deep, "invalid webhook"),
        (FORM, "", "missing field `imp_uid`"),
        (FORM, r#"{"imp_uid":"i","merchant_uid":"o","status":"paid"}"#, "missing field `imp_uid`"),
        (FORM, "imp_uid=i&imp_uid=j&merchant_uid=o&status=paid", "expected each field once"),
        (FORM, "imp_uid=%FF&merchant_uid=o&status=paid", "the body is not UTF-8"),
        (FORM, "imp_uid=&merchant_uid=o&status=paid", "missing field `imp_uid`"),
    ] {
        let error = Webhook::parse(content_type, body.as_bytes()).unwrap_err();
        assert!(
            error.to_string().starts_with("invalid webhook: ") && error.to_string().contains(text),
            "{text}: {error}"
        );
        assert!(!format!("{error} {error:?}").contains("홍길동"), "{error:?}");
    }
    assert!(Webhook::parse(JSON, b"{\"imp_uid\":\"\xff\"}").is_err());
}

#[test]
fn error_of_a_form_has_no_position_in_json() {
    for (form, text) in [
        ("", "invalid webhook: missing field `imp_uid`"),
        ("imp_uid=i&imp_uid=j&merchant_uid=o&status=paid", "invalid webhook: expected each field once"),
    ] {
        assert_eq!(Webhook::parse(FORM, form.as_bytes()).unwrap_err().to_string(), text);
    }
    let json = Webhook::parse(JSON, b"{}").unwrap_err().to_string();
    assert_eq!(json, "invalid webhook: missing field `imp_uid` (line 1, column 2)");
}

#[test]
fn webhook_is_written_as_it_is_read() {
    let body = r#"{"imp_uid":"i","merchant_uid":"o","status":"paid","cancellation_id":"c","a":{"b":[1.10]},"tx":"\/"}"#;
    let webhook = Webhook::parse(JSON, body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&webhook).unwrap(), body);
    let mut made = Webhook::new("i", "o", PaymentStatus::Paid);
    assert_eq!(serde_json::to_string(&made).unwrap(), r#"{"imp_uid":"i","merchant_uid":"o","status":"paid"}"#);
    made.extra.insert("status".to_owned(), json!("failed").into());
    assert_eq!(serde_json::to_string(&made).unwrap().matches("status").count(), 1);
    assert_eq!(std::collections::HashSet::from([webhook.clone(), webhook]).len(), 1);
}

#[test]
fn debug_does_not_print_unknown_values() {
    let body = r#"{"imp_uid":"i","merchant_uid":"o","status":"paid","buyer_name":"홍길동"}"#;
    let webhook = Webhook::parse(JSON, body.as_bytes()).unwrap();
    assert!(!format!("{webhook:?}").contains("홍길동"));
}

proptest! {
    #[test]
    fn any_body_is_a_webhook_or_an_error(
        body in prop::collection::vec(any::<u8>(), 0..200),
        form in "[a-z_&=%+0-9\\[\\]]{0,60}",
        kind in prop::sample::select(vec![JSON, FORM, "a/b", ";"]),
    ) {
        for body in [body.as_slice(), form.as_bytes()] {
            if let Err(error) = Webhook::parse(kind, body) {
                prop_assert!(error.to_string().starts_with("invalid webhook: "));
            }
        }
    }

    #[test]
    fn written_form_is_read_back(imp_uid in "\\PC{1,20}", merchant_uid in "\\PC{1,20}") {
        let body = serde_json::to_vec(&json!({ "imp_uid": imp_uid, "merchant_uid": merchant_uid, "status": "paid" })).unwrap();
        let webhook = Webhook::parse(JSON, &body).unwrap();
        prop_assert_eq!((webhook.imp_uid, webhook.merchant_uid), (imp_uid, merchant_uid));
    }
}
