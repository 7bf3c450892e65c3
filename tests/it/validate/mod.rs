//! Validation reports each broken rule with its location, severity and sources.

mod bodies;
mod json;
mod mutations;
mod reports;
mod sources;

use std::{fs, path::Path};

use iamport::validate::{self, Finding, Report, Severity, Source};
use serde_json::{Value, json};

fn wire(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire").join(name)).unwrap()
}

fn payment() -> Value {
    serde_json::from_slice(&wire("find-paid-card.json")).unwrap()
}

/// Validates a paid card payment after a change.
fn find(change: impl FnOnce(&mut Value)) -> Report {
    let mut body = payment();
    change(&mut body);
    validate::validate_value("find_payment", 200, &body).unwrap()
}

/// Severity, pointer and rule of each finding.
fn findings(report: &Report) -> Vec<String> {
    let line = |finding: &validate::Finding| format!("{} {} {}", finding.severity(), finding.pointer(), finding.rule());
    report.findings().iter().map(line).collect()
}

/// The findings at a pointer.
fn findings_at(report: &Report, pointer: &str) -> Vec<String> {
    findings(report).into_iter().filter(|line| line.split(' ').nth(1) == Some(pointer)).collect()
}

#[test]
fn each_rule_has_its_severity_and_its_sources() {
    let at = |pointer: &str, value: Value| {
        let report = find(|body| *body.pointer_mut(pointer).unwrap() = value);
        let finding = report.findings().iter().find(|finding| finding.pointer() == pointer).cloned();
        let names = |sources: &[Source]| sources.iter().map(|source| source.as_str()).collect::<Vec<_>>();
        finding.map(|f| (f.severity(), f.rule().to_owned(), names(f.not_allowed_by()), names(f.allowed_by())))
    };
    let must = |severity, rule: &str, forbid: &[&'static str], allow: &[&'static str]| {
        Some((severity, rule.to_owned(), forbid.to_vec(), allow.to_vec()))
    };
    use Severity::{Deviation, Drift, Violation};
    const B: &str = "B";
    const SAMPLE: &str = "B-sample";
    const V1: &str = "V1";
    const WIRE: &str = "wire";
    let all = [B, SAMPLE, V1, WIRE];

    assert_eq!(at("/response/escrow", "no".into()), must(Violation, "must be a boolean", &all, &[]));
    assert_eq!(at("/response/amount", "15900".into()), must(Violation, "must be a number", &all, &[]));
    assert_eq!(at("/response/paid_at", (-1).into()), must(Violation, "must be at least 0", &all, &[]));
    assert_eq!(
        at("/response/paid_at", "soon".into()),
        must(Violation, "must be text that matches ^[0-9]*$", &all, &[])
    );
    assert_eq!(at("/response/status", Value::Null), must(Violation, "must not be null", &all, &[]));
    assert_eq!(
        at("/response/card_quota", json!(9_223_372_036_854_775_808_u64)),
        must(Violation, "must be at most 9223372036854775807", &all, &[])
    );
    assert_eq!(at("/response/card_quota", json!(2.5)), must(Violation, "must be an integer", &all, &[]));

    assert_eq!(
        at("/response/paid_at", "1709722069".into()),
        must(Deviation, "must be an integer", &[SAMPLE, V1, WIRE], &[B])
    );
    assert_eq!(at("/response/paid_at", Value::Null), must(Deviation, "must not be null", &[B, WIRE], &[V1]));
    assert_eq!(at("/response/pg_tid", Value::Null), must(Deviation, "must not be null", &[B], &[V1, WIRE]));
    assert_eq!(at("/response/escrow", Value::Null), must(Deviation, "must not be null", &[WIRE], &[B, V1]));
    assert_eq!(
        at("/response/card_type", "null".into()),
        must(Deviation, "must be an integer or null", &[V1, WIRE], &[B, SAMPLE])
    );
    assert_eq!(
        at("/response/buyer_name", "가".repeat(17).into()),
        must(Deviation, "must be at most 16 characters long", &[V1], &[B, SAMPLE, WIRE])
    );

    assert_eq!(at("/response/status", "expired".into()), must(Drift, "not a code of the document", &["A", B, V1], &[]));
    assert_eq!(at("/response/card_type", 7.into()), must(Drift, "not a code of the document", &["A"], &[]));
}

#[test]
fn value_that_captured_bodies_have_is_no_finding() {
    for (pointer, value) in [
        ("/response/paid_at", json!(0)),
        ("/response/card_type", json!(0)),
        ("/response/card_type", Value::Null),
        ("/response/bank_code", Value::Null),
        ("/response/apply_num", json!("")),
        ("/response/buyer_name", json!("가".repeat(16))),
        ("/response/pay_method", json!("point")),
        ("/response/amount", json!(10.25)),
        ("/message", json!("string")),
    ] {
        let report = find(|body| *body.pointer_mut(pointer).unwrap() = value.clone());
        assert_eq!(findings_at(&report, pointer), [""; 0], "{value} at {pointer}");
    }
}

#[test]
fn missing_field_is_a_finding_at_its_pointer() {
    let without = |field: &str| {
        let report = find(|body| drop(body["response"].as_object_mut().unwrap().remove(field)));
        findings_at(&report, &format!("/response/{field}"))
    };
    assert_eq!(without("amount"), ["violation /response/amount must be present"]);
    assert_eq!(without("status"), ["violation /response/status must be present"]);
    assert_eq!(without("channel"), ["deviation /response/channel must be present"]);
    assert_eq!(without("bank_code"), [""; 0]);
    let report = find(|body| drop(body.as_object_mut().unwrap().remove("code")));
    assert_eq!(findings(&report)[0], "violation /code must be present");
}

#[test]
fn success_without_response_is_a_violation() {
    let there = "violation /response must be present where `code` is 0";
    for body in [json!({"code": 0, "message": "", "response": null}), json!({"code": 0, "message": ""})] {
        for operation in ["find_payment", "list_billing_key_payments", "get_token"] {
            assert_eq!(findings(&validate::validate_value(operation, 200, &body).unwrap()), [there]);
        }
    }
    let failure = json!({"code": 1, "message": "", "response": null});
    assert!(validate::validate_value("find_payment", 200, &failure).unwrap().is_clean());
    let mut failure_with_response = payment();
    failure_with_response["code"] = 1.into();
    failure_with_response["response"]["amount"] = Value::Null;
    let report = validate::validate_value("find_payment", 200, &failure_with_response).unwrap();
    assert_eq!(findings_at(&report, "/response/amount"), ["violation /response/amount must not be null"]);
}

#[test]
fn undeclared_status_and_another_media_type_are_drift() {
    let failure = json!({"code": 1, "message": "", "response": null});
    let report = |status| validate::validate_value("find_payment", status, &failure).unwrap();
    for declared in [200, 401, 404] {
        assert!(report(declared).is_clean(), "{declared}");
    }
    let text = "drift at the response: not a status of the document, found status 503";
    assert_eq!(report(503).to_string(), text);
    assert_eq!((report(503).findings()[0].pointer(), report(503).findings()[0].expected()), ("", "200, 401 or 404"));
    for json in
        [None, Some("application/json"), Some("Application/JSON; charset=utf-8"), Some("application/problem+json")]
    {
        assert!(report(404).with_content_type(json).is_clean(), "{json:?}");
    }
    let report = report(404).with_content_type(Some("text/html; charset=utf-8"));
    assert_eq!(report.to_string(), "drift at the response: not the media type of JSON, found text/html");
    assert_eq!(report.max_severity(), Some(Severity::Drift));
    let many: String = (0..1_000).map(|n| format!(",\"f{n}\":1")).collect();
    let body = format!(r#"{{"code":1,"message":"","response":null{many}}}"#);
    let report =
        validate::validate_response("find_payment", 404, body.as_bytes()).unwrap().with_content_type(Some("text/html"));
    assert_eq!((report.findings().len(), report.omitted(), report.findings()[0].pointer()), (1_000, 1, ""));
    let hostile = validate::Report::default().with_content_type(Some("buyer@example.com\u{1b}"));
    assert!(hostile.to_string().ends_with("found another media type"), "{hostile}");
}

/// The page on the listing of a billing key claims that `message` is never null; the other pages do not.
#[test]
fn value_without_an_envelope_is_checked_by_the_sources_of_its_schema() {
    let page = json!({"total": 0, "previous": 0, "next": 0, "list": []});
    assert!(validate::schema("PaymentPage", &page).unwrap().is_clean());
    let page = json!({"total": 1, "previous": 0, "next": 0, "list": [payment()["response"]]});
    let report = validate::schema("PaymentPage", &page).unwrap();
    let sources: Vec<_> =
        report.findings().iter().flat_map(Finding::not_allowed_by).map(|source| source.as_str()).collect();
    assert_eq!(sources, ["V1"]);
}

#[test]
fn unknown_fields_are_drift_and_envelope_fields_in_a_payment_are_not() {
    let report = find(|body| {
        body["trace/id~"] = 1.into();
        body["response"]["code"] = 0.into();
        body["response"]["message"] = Value::Null;
        body["response"]["points_of_tests"] = json!({"used": 100});
    });
    let drift: Vec<_> = report.findings().iter().filter(|finding| finding.severity() == Severity::Drift).collect();
    assert_eq!(drift.iter().map(|f| f.pointer()).collect::<Vec<_>>(), ["/response/points_of_tests", "/trace~1id~0"]);
    assert_eq!(
        drift[0].to_string(),
        "drift at /response/points_of_tests: not a field of the document, found an object of 1 field"
    );
    assert_eq!(drift[1].value().unwrap().get(), "1");
}

#[test]
fn page_and_array_have_findings_of_their_payments() {
    for (file, pointer) in [
        ("billing-page-1-of-2.json", "/response/list/12/amount"),
        ("billing-array-as-documented.json", "/response/1/amount"),
    ] {
        let mut body: Value = serde_json::from_slice(&wire(file)).unwrap();
        *body.pointer_mut(pointer).unwrap() = Value::Null;
        let report = validate::validate_value("list_billing_key_payments", 200, &body).unwrap();
        let violations: Vec<_> =
            report.with_min_severity(Severity::Violation).map(|finding| finding.pointer().to_owned()).collect();
        assert_eq!(violations, [pointer]);
    }
    let neither = json!({"code": 0, "message": "", "response": "none"});
    let report = validate::validate_value("list_billing_key_payments", 200, &neither).unwrap();
    assert_eq!(findings(&report), ["violation /response must be an object or null"]);
}

#[test]
fn failure_with_a_response_has_each_finding_once() {
    let mut body = payment();
    body["code"] = 1.into();
    body["message"] = 7.into();
    body["response"]["escrow"] = "N".into();
    body["trace"] = 1.into();
    let report = validate::validate_value("find_payment", 200, &body).unwrap();
    assert_eq!(
        findings(&report),
        [
            "violation /message must be a string",
            "deviation /response/emb_pg_provider must not be null",
            "violation /response/escrow must be a boolean",
            "deviation /response/sandbox must be present",
            "drift /trace not a field of the document",
        ]
    );
    // The document allows any `response` in a failure.
    for response in [json!([]), json!({}), json!(false)] {
        let body = json!({"code": 1, "message": "", "response": response});
        let report = validate::validate_value("get_token", 401, &body).unwrap();
        assert!(report.max_severity() < Some(Severity::Violation), "{report}");
    }
}

#[test]
fn numbers_are_checked_by_their_digits() {
    let at = |pointer: &str, number: &str| {
        let body = String::from_utf8(wire("find-paid-card.json")).unwrap();
        let field = format!("\"{}\":", pointer.rsplit('/').next().unwrap());
        let (before, after) = body.split_once(&field).unwrap_or_else(|| panic!("no {field} in {body}"));
        let end = after.find([',', '}']).unwrap();
        let body = format!("{before}{field} {number}{}", &after[end..]);
        findings_at(&validate::validate_response("find_payment", 200, body.as_bytes()).unwrap(), pointer)
    };
    let quota = "/response/card_quota";
    for fits in ["0", "9223372036854775807", "-9223372036854775808"] {
        assert_eq!(at(quota, fits), [""; 0], "{fits}");
    }
    let least = format!("violation {quota} must be at least -9223372036854775808");
    let most = format!("violation {quota} must be at most 9223372036854775807");
    let whole = format!("violation {quota} must be an integer");
    assert_eq!(at(quota, "-9223372036854775809"), [least.as_str()]);
    assert_eq!(at(quota, "9223372036854775808"), [most.as_str()]);
    assert_eq!(at(quota, "123456789012345678901234567890"), [most.as_str()]);
    assert_eq!(at(quota, "1.0"), [whole.as_str()]);
    assert_eq!(at(quota, "1e0"), [whole.as_str()]);
    assert_eq!(at(quota, "-0"), [whole.as_str()]);
    assert_eq!(at("/code", "-0"), ["violation /code must be an integer"]);
    assert_eq!(
        at("/response/paid_at", "-1.5"),
        ["violation /response/paid_at must be an integer", "violation /response/paid_at must be at least 0"]
    );
    for amount in ["0.1", "-0", "1e2", "1.5E-3", "12345678901234567890123456.78", "79228162514264337593543950335"] {
        assert_eq!(at("/response/amount", amount), [""; 0], "{amount}");
    }
    for amount in ["1e400", "0.12345678901234567890123456789012345", "123456789012345678901234567890"] {
        let rule = "violation /response/amount must be a number of at most 28 digits";
        assert_eq!(at("/response/amount", amount), [rule], "{amount}");
    }
}

#[test]
fn value_that_only_the_schema_allows_is_a_deviation() {
    let report = find(|body| {
        body["response"]["deposit_history"] =
            json!([{"pg_tid": "1", "amount": 1, "depositor_name": "", "deposited_at": "1709722069"}])
    });
    let pointer = "/response/deposit_history/0/deposited_at";
    assert_eq!(findings_at(&report, pointer), [format!("deviation {pointer} must be an integer")]);
}

#[test]
fn place_of_a_finding_has_no_indexes() {
    let mut body: Value = serde_json::from_slice(&wire("billing-page-1-of-2.json")).unwrap();
    body["response"]["list"][11]["cancel_history"] = json!([{"0": {"1": 2}}, {"a/1": 3}]);
    let report = validate::validate_value("list_billing_key_payments", 200, &body).unwrap();
    let places: Vec<_> = report.with_min_severity(Severity::Drift).map(|f| (f.pointer(), f.place())).collect();
    let mut unknown = report.with_min_severity(Severity::Drift).map(Finding::is_unknown_field);
    assert!(unknown.all(|is_unknown| is_unknown));
    assert!(report.findings().iter().any(|finding| !finding.is_unknown_field()));
    assert_eq!(
        places,
        [
            ("/response/list/11/cancel_history/0/0", "/response/list/*/cancel_history/*/0".to_owned()),
            ("/response/list/11/cancel_history/1/a~11", "/response/list/*/cancel_history/*/a~11".to_owned()),
        ]
    );
}

#[test]
fn source_has_the_title_and_the_address_of_the_document() {
    let report = find(|body| body["response"]["escrow"] = "N".into());
    let finding = report.with_min_severity(Severity::Violation).next().unwrap();
    let known = iamport::spec::document()["x-sources"].as_object().unwrap();
    for source in finding.not_allowed_by() {
        assert_eq!(source.title(), known[source.as_str()]["title"].as_str().unwrap());
        assert_eq!(source.address(), known[source.as_str()]["address"].as_str());
    }
}

#[test]
fn unknown_code_of_another_type_is_drift_and_a_deviation() {
    let report = find(|body| body["response"]["card_type"] = "7".into());
    assert_eq!(
        findings_at(&report, "/response/card_type"),
        [
            "drift /response/card_type not a code of the document",
            "deviation /response/card_type must be an integer or null"
        ]
    );
}

fn pinned(name: &str, text: &str) {
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../snapshots/validate",
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn reports_match_their_snapshots() {
    let report = validate::validate_response("find_payment", 200, &wire("find-documented-sample.json")).unwrap();
    pinned("sample", &report.to_string());
    let report = find(|body| {
        let payment = body["response"].as_object_mut().unwrap();
        payment.remove("amount");
        payment.insert("escrow".into(), "N".into());
        payment.insert("paid_at".into(), "1709722069".into());
        payment.insert("channel".into(), "kiosk".into());
        payment.insert("buyer_addr".into(), "서울".repeat(80).into());
        payment.insert("\u{1b}[2Jpoints".into(), 100.into());
    });
    pinned("faults", &report.to_string());
    pinned("faults_json", &serde_json::to_string_pretty(&report.with_values()).unwrap());
    assert_eq!(
        validate::validate_value("find_payment", 404, &json!({"code": -1, "message": "", "response": null}))
            .unwrap()
            .to_string(),
        ""
    );
}
