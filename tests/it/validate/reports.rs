//! Reports have an order, redact values, and are replaced by an error where the body cannot be validated.

use std::thread;

use iamport::validate::{self, Report, Severity, ValidateError};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{findings, payment, wire};

#[test]
fn findings_are_sorted_by_pointer() {
    let mut body: Value = serde_json::from_slice(&wire("billing-page-1-of-2.json")).unwrap();
    for n in [10, 9, 2] {
        body["response"]["list"][n]["status"] = 5.into();
        body["response"]["list"][n]["new"] = 5.into();
    }
    let report = validate::validate_value("list_billing_key_payments", 200, &body).unwrap();
    let order: Vec<_> = report.with_min_severity(Severity::Drift).map(|f| f.pointer()).collect();
    assert_eq!(
        order,
        [
            "/response/list/2/new",
            "/response/list/2/status",
            "/response/list/9/new",
            "/response/list/9/status",
            "/response/list/10/new",
            "/response/list/10/status",
        ]
    );
    assert_eq!(report.max_severity(), Some(Severity::Violation));
    assert!(Severity::Deviation < Severity::Drift && Severity::Drift < Severity::Violation);
}

/// An array index is a decimal number without a leading zero (RFC 6901), and comes before any text.
fn by_segment(pointer: &str) -> Vec<(bool, usize, String)> {
    let segment = |segment: &str| {
        let digits = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits && (segment == "0" || !segment.starts_with('0'));
        (!number, if number { segment.len() } else { 0 }, segment.to_owned())
    };
    pointer.split('/').map(segment).collect()
}

/// The pointers of a body with these unknown fields, as they are reported.
fn reported<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut body = json!({"code": 0, "message": "", "response": {"access_token": "t", "now": 1, "expired_at": 2}});
    body.as_object_mut().unwrap().extend(names.into_iter().map(|name| (name.to_owned(), Value::Null)));
    let report = validate::validate_value("get_token", 200, &body).unwrap();
    report.findings().iter().map(|finding| finding.pointer().to_owned()).collect()
}

#[test]
fn unknown_fields_with_numbers_in_their_names_are_ordered() {
    let names = "190d 148d 55 9 264 263b 6 164 228a 142 84z 193a 299- 25z 130 111 79_ 220c 71z 194 218z";
    let numbers = "/6 /9 /55 /111 /130 /142 /164 /194 /264".split(' ');
    let texts = "/148d /190d /193a /218z /220c /228a /25z /263b /299- /71z /79_ /84z".split(' ');
    assert_eq!(reported(names.split(' ')), numbers.chain(texts).collect::<Vec<_>>());
    assert_eq!(
        reported(["10", "+1", "", "01", "2", "99999999999999999999999", "a"]),
        ["/2", "/10", "/99999999999999999999999", "/", "/+1", "/01", "/a"]
    );
}

proptest! {
    #[test]
    fn findings_of_any_names_are_in_a_total_order(names in prop::collection::btree_set("[0-9]{0,3}[a-c+/~-]{0,1}", 0..80)) {
        let pointers = reported(names.iter().map(String::as_str));
        prop_assert_eq!(pointers.len(), names.len());
        prop_assert!(pointers.is_sorted_by_key(|pointer| by_segment(pointer)));
    }
}

#[test]
fn values_are_shown_only_on_request() {
    let hidden =
        ["홍길동입니다 그리고 더 길게 씁니다", "buyer@example.com", "31491375", "20240306194748374762", "9281"];
    let body = json!({"code": 0, "message": null, "new": hidden[0], "response": {
        "imp_uid": 9281, "merchant_uid": [hidden[1]], "amount": hidden[2], "status": hidden[3], "buyer_name": hidden[0],
        "buyer_email": {"mail": hidden[1]}, "paid_at": hidden[2],
    }});
    let report = validate::validate_value("find_payment", 200, &body).unwrap();
    let with_values = report.with_values();
    let mwith_values =
        [report.to_string(), format!("{report:?}{with_values:?}"), serde_json::to_string(&report).unwrap()];
    for text in &mwith_values {
        for value in hidden {
            assert!(!text.contains(value), "{value} in {text}");
        }
    }
    let shown = serde_json::to_string(&with_values).unwrap();
    assert!(shown.contains(r#""value":9281"#) && shown.contains(hidden[0]), "{shown}");
    assert!(with_values.to_string().contains(r#": "31491375""#));
    assert!(!shown.contains(hidden[1]), "arrays and objects are shown by their size");

    let token = json!({"code": 0, "message": null, "response": {"access_token": 9281, "now": 1, "expired_at": 2}});
    let report = validate::validate_value("get_token", 200, &token).unwrap();
    assert_eq!(report.max_severity(), Some(Severity::Violation));
    assert!(!report.with_values().to_string().contains("9281"), "a secret is not even shown on request");
}

#[test]
fn error_of_an_invalid_body_has_none_of_its_content() {
    let invalid = |body: &[u8]| validate::validate_response("find_payment", 200, body).unwrap_err();
    let error = invalid(b"{\"code\": 0,\n \"message\": <html>}");
    assert_eq!(error.location(), Some((2, 13)));
    assert_eq!(error.to_string(), "the body is not JSON (line 2, column 13)");
    assert_eq!(invalid(b"").to_string(), "the body is empty (line 1, column 0)");
    assert!(invalid(b"{\"code\": 0").to_string().starts_with("the body ends early"));
    assert!(invalid(b"{\"code\": 0, \"code\": 1}").to_string().starts_with("the body has a duplicate field"));
    assert!(invalid(&[b'['; 10_000]).to_string().starts_with("the body is nested more than 127 levels deep"));
}

#[test]
fn unknown_name_is_an_error_that_lists_the_known_ones() {
    let mut known: Vec<_> = iamport::generated::OPERATIONS.iter().map(|operation| operation.id).collect();
    known.sort_unstable();
    let error = validate::validate_value("find_a_payment", 200, &Value::Null).unwrap_err();
    assert!(error.is_unknown_name() && error.location().is_none());
    assert_eq!(error.to_string(), format!("there is no operation `find_a_payment`; there are {}", known.join(", ")));
    let error = validate::schema("Payment", &Value::Null).unwrap_err();
    assert!(error.is_unknown_name() && error.to_string().contains("PaymentAnnotation, "), "{error}");
    assert_eq!(validate::operations().count(), iamport::generated::OPERATIONS.len());
    for name in validate::schemas() {
        validate::schema(name, &Value::Null).unwrap();
    }
}

#[test]
fn value_is_validated_against_a_named_schema() {
    let payment = &payment()["response"];
    let report = validate::schema("PaymentAnnotation", payment).unwrap();
    assert_eq!(
        findings(&report),
        ["deviation /emb_pg_provider must not be null", "deviation /sandbox must be present"]
    );
    assert!(validate::schema("Timestamp", &json!("1709722069")).unwrap().is_clean());
    assert_eq!(
        findings(&validate::schema("Tier", &json!("a")).unwrap()),
        ["violation  must be text that matches ^[A-Z0-9]{3}$"]
    );
    let report = validate::schema("PaymentStatus", &json!("gone")).unwrap();
    assert_eq!(
        report.to_string(),
        "drift at the body: not a code of the document, found a string of 4 characters (violates A, B, V1)"
    );
}

#[test]
fn threads_validate_in_parallel() {
    fn shared<T: Send + Sync>() {}
    shared::<Report>();
    shared::<ValidateError>();
    let check = || {
        validate::validate_response("list_billing_key_payments", 200, &wire("billing-page-1-of-2.json"))
            .unwrap()
            .to_string()
    };
    let reports: Vec<_> =
        (0..8).map(|_| thread::spawn(check)).collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).collect();
    assert!(reports.iter().all(|report| *report == check()));
}

#[test]
fn thousand_most_severe_findings_are_kept_and_the_rest_is_counted() {
    let payments = |count: usize, payment: &str| vec![payment; count].join(",");
    // Each of them lacks required fields.
    let body = format!(r#"{{"code":0,"message":"","response":[{}]}}"#, payments(5_000, "{}"));
    let report = validate::validate_response("list_billing_key_payments", 200, body.as_bytes()).unwrap();
    assert_eq!(report.findings().len(), 1_000);
    assert!(report.findings().iter().all(|finding| finding.severity() == Severity::Violation), "{report}");
    assert_eq!(report.findings()[0].pointer(), "/response/0/amount");
    let each =
        validate::validate_response("list_billing_key_payments", 200, br#"{"code":0,"message":"","response":[{}]}"#);
    // One of them is that of the envelope.
    assert_eq!(report.omitted() + 1_000, 5_000 * (each.unwrap().findings().len() - 1) + 1);
    assert!(report.to_string().ends_with(&format!("\n{} more findings", report.omitted())));
    assert_eq!(serde_json::to_value(&report).unwrap()["omitted"], report.omitted());

    // A violation behind many findings of ordinary responses is reported.
    let mut page: Value = serde_json::from_slice(&super::wire("billing-page-1-of-2.json")).unwrap();
    let payment = page["response"]["list"][0].clone();
    let mut last = payment.clone();
    last["amount"] = Value::Null;
    page["response"]["list"] = [vec![payment; 2_000], vec![last]].concat().into();
    let report = validate::validate_value("list_billing_key_payments", 200, &page).unwrap();
    assert_eq!((report.findings().len(), report.max_severity()), (1_000, Some(Severity::Violation)));
    let violations: Vec<_> = report.with_min_severity(Severity::Violation).map(|finding| finding.pointer()).collect();
    assert_eq!(violations, ["/response/list/2000/amount"]);
}
