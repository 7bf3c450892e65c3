//! What validation finds, where, and how bad it is.

mod bodies;
mod reports;
mod sources;
mod walk;

use std::{fs, path::Path};

use iamport::validate::{self, Report, Severity, Source};
use serde_json::{Value, json};

fn wire(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire").join(name)).unwrap()
}

fn payment() -> Value {
    serde_json::from_slice(&wire("find-paid-card.json")).unwrap()
}

/// The body of a paid card payment with one thing about it changed.
fn find(change: impl FnOnce(&mut Value)) -> Report {
    let mut body = payment();
    change(&mut body);
    validate::validate_value("find_payment", 200, &body).unwrap()
}

/// Severity, pointer and rule of each finding.
fn told(report: &Report) -> Vec<String> {
    let line = |finding: &validate::Finding| format!("{} {} {}", finding.severity(), finding.pointer(), finding.rule());
    report.findings().iter().map(line).collect()
}

/// What is told about one place.
fn told_at(report: &Report, pointer: &str) -> Vec<String> {
    told(report).into_iter().filter(|line| line.split(' ').nth(1) == Some(pointer)).collect()
}

#[test]
fn each_rule_has_its_severity_and_its_sources() {
    let at = |pointer: &str, value: Value| {
        let report = find(|body| *body.pointer_mut(pointer).unwrap() = value);
        let finding = report.findings().iter().find(|finding| finding.pointer() == pointer).cloned();
        finding.map(|f| (f.severity(), f.rule().to_owned(), f.forbidden_by().to_vec(), f.allowed_by().to_vec()))
    };
    let must = |severity, rule: &str, forbid: &[Source], allow: &[Source]| {
        Some((severity, rule.to_owned(), forbid.to_vec(), allow.to_vec()))
    };
    use Severity::{Deviation, Drift, Violation};
    use Source::{B, BSample, V1, Wire};
    let all = [B, BSample, V1, Wire];

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
        must(Deviation, "must be an integer", &[BSample, V1, Wire], &[B])
    );
    assert_eq!(at("/response/paid_at", Value::Null), must(Deviation, "must not be null", &[B, Wire], &[V1]));
    assert_eq!(at("/response/pg_tid", Value::Null), must(Deviation, "must not be null", &[B], &[V1, Wire]));
    assert_eq!(at("/response/escrow", Value::Null), must(Deviation, "must not be null", &[Wire], &[B, V1]));
    assert_eq!(
        at("/response/card_type", "null".into()),
        must(Deviation, "must be an integer or null", &[V1, Wire], &[B, BSample])
    );
    assert_eq!(
        at("/response/buyer_name", "가".repeat(17).into()),
        must(Deviation, "must be at most 16 characters long", &[V1], &[B, BSample, Wire])
    );

    assert_eq!(
        at("/response/status", "expired".into()),
        must(Drift, "not a code of the document", &[B, V1, Wire], &[])
    );
    assert_eq!(at("/response/card_type", 7.into()), must(Drift, "not a code of the document", &[Wire], &[]));
}

#[test]
fn what_bodies_show_is_no_finding_against_the_tables() {
    for (pointer, value) in [
        ("/response/paid_at", json!(0)),
        ("/response/card_type", json!(0)),
        ("/response/card_type", Value::Null),
        ("/response/bank_code", Value::Null),
        ("/response/apply_num", json!("")),
        ("/response/buyer_name", json!("가".repeat(16))),
        ("/response/pay_method", json!("point")),
        ("/response/amount", json!(10.25)),
        ("/response/amount", serde_json::from_str("123456789012345678901234567890.123").unwrap()),
        ("/message", json!("string")),
    ] {
        let report = find(|body| *body.pointer_mut(pointer).unwrap() = value.clone());
        assert_eq!(told_at(&report, pointer), [""; 0], "{value} at {pointer}");
    }
}

#[test]
fn what_is_missing_is_told_where_it_should_be() {
    let without = |field: &str| {
        let report = find(|body| drop(body["response"].as_object_mut().unwrap().remove(field)));
        told_at(&report, &format!("/response/{field}"))
    };
    assert_eq!(without("amount"), ["violation /response/amount must be there"]);
    assert_eq!(without("status"), ["violation /response/status must be there"]);
    assert_eq!(without("channel"), ["deviation /response/channel must be there"]);
    assert_eq!(without("bank_code"), [""; 0]);
    let report = find(|body| drop(body.as_object_mut().unwrap().remove("code")));
    assert_eq!(told(&report)[0], "violation /code must be there");
}

#[test]
fn a_success_without_an_answer_is_a_violation() {
    let there = "violation /response must be there where `code` is 0";
    for body in [json!({"code": 0, "message": "", "response": null}), json!({"code": 0, "message": ""})] {
        for operation in ["find_payment", "list_billing_key_payments", "get_token"] {
            assert_eq!(told(&validate::validate_value(operation, 200, &body).unwrap()), [there]);
        }
    }
    let failure = json!({"code": 1, "message": "", "response": null});
    assert!(validate::validate_value("find_payment", 200, &failure).unwrap().is_clean());
    let mut answered = payment();
    answered["code"] = 1.into();
    answered["response"]["amount"] = Value::Null;
    let report = validate::validate_value("find_payment", 200, &answered).unwrap();
    assert_eq!(told_at(&report, "/response/amount"), ["violation /response/amount must not be null"]);
    assert!(validate::validate_value("find_payment", 503, &failure).unwrap().is_clean(), "an undeclared status");
}

#[test]
fn unknown_fields_are_drift_and_slips_are_nothing() {
    let report = find(|body| {
        body["trace/id~"] = 1.into();
        body["response"]["code"] = 0.into();
        body["response"]["message"] = Value::Null;
        body["response"]["points"] = json!({"used": 100});
    });
    let drift: Vec<_> = report.findings().iter().filter(|finding| finding.severity() == Severity::Drift).collect();
    assert_eq!(drift.iter().map(|f| f.pointer()).collect::<Vec<_>>(), ["/response/points", "/trace~1id~0"]);
    assert_eq!(
        drift[0].to_string(),
        "drift at /response/points: not a field of the document, found an object of 1 field"
    );
    assert_eq!(drift[1].value(), Some(&json!(1)));
}

#[test]
fn a_listing_of_either_shape_has_its_findings_inside() {
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
    assert_eq!(told(&report), ["violation /response must be an object or null"]);
}

#[test]
fn a_code_can_be_unknown_and_written_the_documented_way() {
    let report = find(|body| body["response"]["card_type"] = "7".into());
    assert_eq!(
        told_at(&report, "/response/card_type"),
        [
            "deviation /response/card_type must be an integer or null",
            "drift /response/card_type not a code of the document"
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
fn a_report_reads_well() {
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
