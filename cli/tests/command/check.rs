//! `iamport check`, with every fault of the service.

use std::{fs, process::Output, time::Duration};

use iamport::sandbox::{Endpoint, Fault, MockResponse, Sandbox};
use serde_json::{Value, json};

use super::{command, of, pinned, reconcile::folder, run};
use crate::common::{numbered, start};

/// The operations after the token.
const OPERATIONS: [&str; 8] = [
    "list_payments",
    "get_payment",
    "get_payments",
    "find_payment",
    "find_payment_with_status",
    "find_payments",
    "find_payments_with_status",
    "list_billing_key_payments",
];

/// A sandbox with a payment of now.
async fn recent() -> Sandbox {
    let (sandbox, _) = start().await;
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    sandbox.set_time(iamport::Timestamp::from_secs(now).unwrap());
    let payment = numbered("order-0001", 15900, 1)
        .billing_key("cust_0001")
        .set("started_at", now - 100)
        .set("imp_uid", "imp_000000000001");
    sandbox.upsert_payment(payment.set("paid_at", now - 90).set("status", "paid"));
    sandbox
}

/// The rows of the table, without the milliseconds.
fn rows(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let cells = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|cells| cells.len() == 6);
    cells.map(|cells| [&cells[..2], &cells[3..]].concat().join(" ")).skip(1).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_checked_once() {
    pinned("help_check", None, &command(&["check", "--help"]).output().unwrap());
    let sandbox = recent().await;
    let report = folder("check").join("report.md");
    let output = run(of(&sandbox, &["check", "--report", report.to_str().unwrap()])).await;
    let mut expected = vec!["get_token 200 yes 0 0".to_owned()];
    expected.extend(OPERATIONS.map(|operation| format!("{operation} 200 yes 0 0")));
    assert_eq!((rows(&output), stderr(&output), output.status.code()), (expected, String::new(), Some(0)));
    assert_eq!(sandbox.requests().len(), 9);
    let text = fs::read_to_string(report).unwrap();
    assert!(
        text.contains("| find_payment | 200 | ") && text.contains("\nClock: the clock agrees with the service's.\n")
    );
    for secret in ["order-0001", "imp_0", "cust_0001", "홍길동", sandbox.key(), sandbox.secret(), sandbox.base_url()]
    {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn service_without_payments_is_checked_by_an_unknown_order() {
    let (sandbox, _) = start().await;
    let output = run(of(&sandbox, &["check"])).await;
    let statuses: Vec<_> = rows(&output).iter().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(statuses[2..], ["404", "404", "404", "404", "404", "404", "-"]);
    let last = "iamport: not all is checked: there is no payment in the last week, so 6 operations are checked only by an \
                order that does not exist, and list_billing_key_payments is not checked\n";
    assert!(stderr(&output).ends_with(last), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_payments_are_those_by_the_clock_of_the_service() {
    let (sandbox, _) = start().await;
    sandbox.set_time(iamport::Timestamp::from_secs(1_709_722_922).unwrap());
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    let report = folder("check-clock").join("report.md");
    let output = run(of(&sandbox, &["check", "--report", report.to_str().unwrap()])).await;
    let statuses: Vec<_> = rows(&output).iter().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(statuses[1..], ["200", "200", "200", "200", "200", "200", "200", "-"], "{}", stderr(&output));
    let last = "not all is checked: there is no payment of a billing key in the last week, so list_billing_key_payments is \
                not checked";
    assert!(stderr(&output).ends_with(&format!("iamport: {last}\n")), "{}", stderr(&output));
    assert!(stderr(&output).contains(" days ahead of the service's"), "{}", stderr(&output));
    let report = fs::read_to_string(report).unwrap();
    assert!(report.contains("\nNote: not all is checked: there is no payment of a billing key"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn violation_and_drift_are_found_and_reported_without_personal_data() {
    let sandbox = recent().await;
    let payment: Value = serde_json::from_str(
        r#"{"imp_uid":"imp_000000000001","merchant_uid":"order-0001","amount":15900,"status":"paid"}"#,
    )
    .unwrap();
    let with = |field: &str, value: Value| {
        let mut payment = payment.clone();
        payment[field] = value;
        MockResponse::json(200, json!({"code": 0, "message": "홍길동", "response": payment}).to_string())
    };
    let report = folder("check-findings").join("report.md");
    let args = ["check", "--report", report.to_str().unwrap()];
    sandbox.enqueue_response(Endpoint::Get, with("escrow", json!("홍길동")));
    sandbox.enqueue_response(Endpoint::Find, with("hong@example.com", json!("010-0000-0000")));
    let output = run(of(&sandbox, &args)).await;
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let rows = rows(&output);
    assert_eq!((rows[2].as_str(), rows[4].as_str()), ("get_payment 200 yes 1 0", "find_payment 200 yes 0 1"));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.contains("get_payment: violation at /response/escrow: must be a boolean"), "{text}");
    let report = fs::read_to_string(report).unwrap();
    assert!(report.contains("- get_payment: violation at `/response/escrow`: must be a boolean"), "{report}");
    assert!(report.contains("- find_payment: drift at `/response/…`: not a field of the document"), "{report}");
    for personal in ["홍길동", "hong@", "010-", "order-0001"] {
        assert!(!report.contains(personal) && !stderr(&output).contains(personal), "{personal}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_told_apart() {
    let cases: [(&str, Endpoint, Fault, &str, &str); 5] = [
        (
            "500",
            Endpoint::Find,
            MockResponse::json(500, r#"{"code":-1,"message":"order-0001","response":null}"#).into(),
            "find_payment 500 no 0 1",
            "failed, HTTP 500, code -1",
        ),
        ("a proxy", Endpoint::Find, MockResponse::html(502).into(), "find_payment 502 no - -", "failed, HTTP 502"),
        ("a reset", Endpoint::Find, Fault::ResetInBody, "find_payment - no - -", "the connection broke"),
        (
            "half a body",
            Endpoint::Find,
            Fault::TruncatedBody,
            "find_payment 200 no - -",
            "the response cannot be decoded, HTTP 200",
        ),
        (
            "an error of the token",
            Endpoint::Token,
            MockResponse::json(500, "{}").into(),
            "get_token 500 no",
            "failed, HTTP 500",
        ),
    ];
    for (name, endpoint, fault, row, error) in cases {
        let sandbox = recent().await;
        let report = folder("check-failures").join("report.md");
        sandbox.inject_fault(endpoint, fault, 1);
        let output = run(of(&sandbox, &["check", "--report", report.to_str().unwrap()])).await;
        let found = rows(&output);
        assert!(found.iter().any(|found| found.starts_with(row)), "{name}: {found:?}");
        let operation = row.split(' ').next().unwrap();
        assert!(stderr(&output).contains(&format!("iamport: {operation} failed:\n")), "{name}: {}", stderr(&output));
        let text = fs::read_to_string(report).unwrap();
        assert!(text.contains(&format!("- {operation}: {error}")), "{name}: {text}");
        assert!(!text.contains("order-0001"), "{text}");
        let expected = if name == "half a body" { 1 } else { 3 };
        assert_eq!(output.status.code(), Some(expected), "{name}: {}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_missing_keys_and_no_service_are_told_apart() {
    let sandbox = recent().await;
    let mut wrong = of(&sandbox, &["check"]);
    wrong.env("IMP_SECRET", "hunter2");
    let output = run(wrong).await;
    assert_eq!((rows(&output), output.status.code()), (vec!["get_token 401 no 0 0".to_owned()], Some(3)));
    assert!(stderr(&output).contains("Check IMP_KEY and IMP_SECRET"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("hunter2"));
    assert_eq!(command(&["check"]).output().unwrap().status.code(), Some(2));
    let mut nowhere = of(&sandbox, &["check", "--report", "/no/such/folder/report.md"]);
    assert_eq!(nowhere.output().unwrap().status.code(), Some(2));
    let address = sandbox.base_url().to_owned();
    let mut gone = of(&sandbox, &["check", "--base-url", &address]);
    sandbox.stop().await;
    let output = tokio::task::spawn_blocking(move || gone.output().unwrap()).await.unwrap();
    assert_eq!((rows(&output), output.status.code()), (vec!["get_token - no - -".to_owned()], Some(3)));
    assert!(stderr(&output).contains("iamport: get_token failed:\niamport: "), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn difference_of_the_clocks_is_reported() {
    for (fault, word) in [
        (Fault::ClockAhead(Duration::from_secs(3600)), "behind"),
        (Fault::ClockBehind(Duration::from_secs(3600)), "ahead of"),
    ] {
        let sandbox = recent().await;
        sandbox.inject_fault(Endpoint::Token, fault, usize::MAX);
        let output = run(of(&sandbox, &["check"])).await;
        let text = stderr(&output);
        assert!(text.contains(&format!(" minutes {word} the service's; if this machine's is wrong, set it")), "{text}");
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
}
