//! Captured bodies and the examples of the document have the findings that are expected of them.

use std::{fs, path::Path};

use iamport::validate::{self, Severity};
use serde_json::Value;

use super::{findings, wire};

/// The findings of every captured paid payment: `message` and `emb_pg_provider` are null, `sandbox` is missing.
const ORDINARY: [&str; 3] = [
    "deviation /message must not be null",
    "deviation /response/emb_pg_provider must not be null",
    "deviation /response/sandbox must be present",
];

#[test]
fn captured_bodies_have_only_the_expected_findings() {
    let page = |count: usize, at: &str| {
        let payment =
            |n| ORDINARY[1..].iter().map(move |line| line.replace("/response", &format!("/response{at}/{n}")));
        (0..count).flat_map(payment).collect::<Vec<_>>()
    };
    let message = || vec![ORDINARY[0].to_owned()];
    let also = |line: &str| {
        [message(), vec![line.to_owned()], ORDINARY[1..].iter().map(|l| (*l).to_owned()).collect()].concat()
    };
    // Only the vendor's description and bodies cover the look-ups by identifier and period.
    let sandbox = |at: &[&str]| {
        at.iter().map(|at| format!("deviation /response{at}/sandbox must be present")).collect::<Vec<_>>()
    };
    let ordinary = || ORDINARY.map(str::to_owned).to_vec();
    let list = "list_billing_key_payments";
    let expected = [
        (
            "billing-array-as-documented.json",
            list,
            200,
            [message(), vec!["deviation /response must be an object or null".into()], page(2, "")].concat(),
        ),
        ("billing-empty.json", list, 200, message()),
        ("billing-page-1-of-2.json", list, 200, [message(), page(20, "/list")].concat()),
        ("billing-page-2-of-2.json", list, 200, [message(), page(3, "/list")].concat()),
        ("find-all-two-attempts.json", "find_payments", 200, sandbox(&["/list/0", "/list/1"])),
        ("get-payment-sandbox.json", "get_payment", 200, ordinary()[..2].to_vec()),
        (
            "get-payments-some-missing.json",
            "get_payments",
            207,
            [
                sandbox(&["/0"]),
                vec!["deviation /response/1/cancel_history/0/cancellation_id must be present".into()],
                sandbox(&["/1"]),
            ]
            .concat(),
        ),
        ("status-empty.json", "list_payments", 200, vec![]),
        ("status-first-page.json", "list_payments", 200, sandbox(&["/list/0", "/list/1"])),
        (
            "status-previous-false.json",
            "list_payments",
            200,
            [
                sandbox(&["/list/0"]),
                vec![
                    "deviation /response/next must not be null".into(),
                    "deviation /response/previous must be an integer".into(),
                ],
            ]
            .concat(),
        ),
        ("error-200-code-1.json", list, 200, vec![]),
        ("error-400-token.json", "get_token", 400, vec![]),
        ("error-401.json", "get_token", 401, vec![]),
        ("error-404.json", "find_payment", 404, vec![]),
        (
            "find-cancelled-in-parts.json",
            "find_payment",
            200,
            also("deviation /response/cancel_history/0/cancellation_id must be present"),
        ),
        (
            "find-documented-sample.json",
            "find_payment_with_status",
            200,
            vec![
                "deviation /response/cancel_history/0/cancellation_id must be present".into(),
                "deviation /response/card_type must be an integer or null".into(),
                "deviation /response/sandbox must be present".into(),
            ],
        ),
        (
            "find-paid-2021.json",
            "find_payment",
            200,
            ordinary()
                .iter()
                .map(|line| line.replace("emb_pg_provider must not be null", "emb_pg_provider must be present"))
                .collect(),
        ),
        ("find-paid-card.json", "find_payment", 200, ordinary()),
        ("find-ready-vbank.json", "find_payment", 200, ordinary()),
        ("token.json", "get_token", 200, vec![]),
    ];
    for (file, operation, status, lines) in &expected {
        let report = validate::validate_response(operation, *status, &wire(file)).unwrap();
        assert_eq!(findings(&report), *lines, "{file}");
        let beyond: Vec<_> = report.without_ordinary().map(validate::Finding::pointer).collect();
        let expected: &[&str] = match *file {
            "billing-array-as-documented.json" => &["/response"],
            "find-documented-sample.json" => &["/response/card_type"],
            "status-previous-false.json" => &["/response/next", "/response/previous"],
            _ => &[],
        };
        assert_eq!(beyond, expected, "{file}");
    }
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let other = |name: &String| !name.starts_with("webhook-") && !name.starts_with("merchant-");
    assert_eq!(names.filter(other).count(), expected.len());
}

/// Bodies that merchants published: gateways, methods and fields that the others do not have.
#[test]
fn bodies_of_merchants_have_ordinary_deviations_only() {
    for number in ["02", "03", "06", "08", "12", "14"] {
        let body = wire(&format!("merchant-{number}.json"));
        let report = validate::validate_response("get_payment", 200, &body).unwrap();
        let beyond: Vec<_> = report.without_ordinary().map(validate::Finding::pointer).collect();
        // Its order number has 42 characters, two more than V1 allows.
        let expected: &[&str] = if number == "03" { &["/response/merchant_uid"] } else { &[] };
        assert_eq!(beyond, expected, "{number}");
        assert_eq!(report.max_severity(), Some(Severity::Deviation), "{number}");
    }
}

/// Only a source that lists all values makes another value drift.
#[test]
fn value_beyond_a_list_of_examples_is_no_finding() {
    let mut body: Value = serde_json::from_slice(&wire("find-paid-card.json")).unwrap();
    for field in ["pg_provider", "emb_pg_provider", "currency"] {
        body["response"][field] = "new".into();
    }
    let drift = |body: &Value| {
        let report = validate::validate_value("find_payment", 200, body).unwrap();
        report.with_min_severity(Severity::Drift).map(|finding| finding.pointer().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(drift(&body), [""; 0]);
    body["response"]["pay_method"] = "new".into();
    assert_eq!(drift(&body), ["/response/pay_method"]);
}

#[test]
fn examples_of_the_document_have_no_violation_or_drift() {
    let document: Value = yaml_serde::from_str(include_str!("../../../openapi/iamport.yaml")).unwrap();
    let examples = document["components"]["examples"].as_object().unwrap();
    for (name, example) in examples {
        let (operation, status) = match name.as_str() {
            "Token" => ("get_token", 200),
            "InvalidRequest" => ("list_payments", 400),
            "LastPage" | "EmptyPage" | "ArrayOfPayments" | "CodeOne" => ("list_billing_key_payments", 200),
            "KeysMissing" => ("get_token", 400),
            "Unauthorized" => ("find_payment", 401),
            "NoSuchPayment" => ("find_payment", 404),
            _ => ("find_payment_with_status", 200),
        };
        let report = validate::validate_value(operation, status, &example["value"]).unwrap();
        let only = report.findings().iter().all(|finding| finding.severity() == Severity::Deviation);
        assert!(only, "{name}:\n{report}");
    }
}
