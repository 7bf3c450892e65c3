//! The command as its users see it: results on standard output, the rest on standard error, exit statuses 0 to 3.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

#[path = "../../../tests/common/mod.rs"]
mod common;

mod partial;
mod payments;
mod picture;
mod readme;
mod reconcile;
mod sandbox;
mod spec;
mod streams;
mod terminal;
mod validate;
mod verify;

use std::process::{Command, Output, Stdio};

use crate::common::{fill, numbered, start, wire_response};
use iamport::sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox};
use serde_json::Value;

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamport"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

fn of(sandbox: &Sandbox, args: &[&str]) -> Command {
    let mut command = command(args);
    command.env("IMP_KEY", sandbox.key()).env("IMP_SECRET", sandbox.secret()).env("IMP_BASE_URL", sandbox.base_url());
    command
}

/// Runs a command on another thread, so that the sandbox can respond to it.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Returns the exit status, standard output and standard error as one text.
fn transcript(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// Compares the transcript with a snapshot. The port of the sandbox, which differs each time, is masked.
fn pinned(name: &str, sandbox: Option<&Sandbox>, output: &Output) {
    let mut text = transcript(output);
    if let Some(address) =
        sandbox.map(Sandbox::base_url).or_else(|| text.split(' ').find(|word| word.contains("http://127")))
    {
        text = text.replace(&address.lines().next().unwrap().to_owned(), "http://127.0.0.1:PORT");
    }
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots",
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_prints_every_step() {
    pinned("demo", None, &run(command(&["demo"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_invalid_usage_match_their_snapshots() {
    for (name, args) in [
        ("help", &["--help"][..]),
        ("help_demo", &["demo", "--help"]),
        ("help_find", &["find", "--help"]),
        ("help_payments", &["payments", "--help"]),
        ("help_verify", &["verify", "--help"]),
        ("help_reconcile", &["reconcile", "--help"]),
        ("help_sandbox", &["sandbox", "--help"]),
        ("help_completions", &["completions", "--help"]),
        ("nothing", &[]),
        ("mistyped_command", &["fnd"]),
        ("mistyped_status", &["find", "order-0001", "--status", "payd"]),
        ("mistyped_sorting", &["find", "order-0001", "--sort", "-payd"]),
        ("mistyped_shell", &["completions", "bsh"]),
        ("base_url_of_the_demo", &["demo", "--base-url", "https://api.iamport.kr"]),
        ("page_zero", &["payments", "cust_0001", "--page", "0"]),
        ("page_negative", &["payments", "cust_0001", "--page", "-1"]),
        ("since_impossible", &["payments", "cust_0001", "--since", "2024-02-30"]),
        ("since_a_time", &["payments", "cust_0001", "--since", "2024-03-01T09:00"]),
        ("port_no_number", &["sandbox", "--port", "http"]),
        ("since_no_day", &["payments", "cust_0001", "--since", "2024-3-1"]),
        ("since_after_until", &["payments", "cust_0001", "--since", "2024-03-02", "--until", "2024-03-01"]),
        ("amount_no_number", &["verify", "order-0001", "--amount", "15.900,00"]),
        ("amount_negative", &["verify", "order-0001", "--amount", "-1"]),
        ("amount_missing", &["verify", "order-0001"]),
        ("currency_won", &["verify", "order-0001", "--amount", "1", "--currency", "won"]),
        ("amount_long", &["verify", "order-0001", "--amount", "123456789012345678901234567890"]),
        ("currency_no_code", &["verify", "order-0001", "--amount", "1", "--currency", "₩"]),
        ("concurrency_zero", &["reconcile", "orders.csv", "--concurrency", "0"]),
        ("include_test_of_an_order", &["find", "order-0001", "--include-test"]),
        ("overwrite_without_out", &["reconcile", "orders.csv", "--overwrite"]),
        ("latency_no_unit", &["sandbox", "--latency", "30"]),
        ("no_keys", &["find", "order-0001"]),
    ] {
        pinned(name, None, &run(command(args)).await);
    }
    assert!(run(command(&["--version"])).await.stdout.starts_with(b"iamport 0."));
}

#[tokio::test(flavor = "multi_thread")]
async fn find_prints_the_payment_in_every_format() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(PaymentFixture::from_value(wire_response("find-paid-card.json")).unwrap());
    sandbox.upsert_payment(numbered("order-0001", 100, 7).failed("한도 초과").set("started_at", 1));
    for (name, args) in [
        ("find_table", &["find", "order-0001"][..]),
        ("find_json", &["find", "order-0001", "--format", "json"]),
        ("find_ndjson", &["find", "order-0001", "--format", "ndjson", "--status", "failed"]),
        ("find_sorted", &["find", "order-0001", "--sort", "started"]),
        ("find_nothing", &["find", "order-9999"]),
        ("find_unsendable", &["find", ".."]),
    ] {
        pinned(name, Some(&sandbox), &run(of(&sandbox, args)).await);
    }
    let json: Value =
        serde_json::from_slice(&run(of(&sandbox, &["find", "order-0001", "--format", "json"])).await.stdout).unwrap();
    assert_eq!((json["buyer_name"].as_str(), json["amount"].as_u64()), (Some("홍길동"), Some(15900)));
}

#[tokio::test(flavor = "multi_thread")]
async fn find_prints_payments_by_imp_uid_and_all_of_an_order() {
    let (sandbox, _) = start().await;
    for number in 1..=3 {
        let payment = numbered("order-0001", 15900, number).set("imp_uid", format!("imp_{number}").as_str());
        sandbox.upsert_payment(if number == 2 { payment.paid() } else { payment.failed("한도 초과") });
    }
    sandbox.upsert_payment(numbered("order-0002", 100, 4).set("imp_uid", "imp_4").paid().set("sandbox", true));
    for (name, args) in [
        ("find_imp_uid", &["find", "--imp-uid", "imp_2"][..]),
        ("find_imp_uids", &["find", "--imp-uid", "imp_3", "imp_1"]),
        ("find_imp_uids_missing", &["find", "--imp-uid", "imp_9", "imp_3", "imp_4", "imp_1"]),
        ("find_imp_uid_missing", &["find", "--imp-uid", "imp_9"]),
        ("find_imp_uid_test", &["find", "--imp-uid", "imp_4"]),
        ("find_imp_uid_test_included", &["find", "--imp-uid", "imp_4", "--include-test"]),
        ("find_imp_uids_test_included", &["find", "--imp-uid", "imp_4", "imp_1", "--include-test"]),
        ("find_all", &["find", "order-0001", "--all"]),
        ("find_all_of_a_status", &["find", "order-0001", "--all", "--status", "failed", "--sort", "started"]),
        ("find_all_nothing", &["find", "order-9999", "--all"]),
        ("find_order_and_imp_uid", &["find", "order-0001", "--imp-uid", "imp_1"]),
        ("find_without_identifier", &["find"]),
    ] {
        pinned(name, Some(&sandbox), &run(of(&sandbox, args)).await);
    }
    let json = async |args: &[&str]| {
        let output = run(of(&sandbox, &[args, &["--format", "json"]].concat())).await;
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(json(&["find", "--imp-uid", "imp_2"]).await["imp_uid"], "imp_2");
    assert_eq!(json(&["find", "--imp-uid", "imp_3", "imp_1"]).await[1]["imp_uid"], "imp_1");
    assert_eq!(json(&["find", "order-0001", "--all"]).await.as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_print_the_cause_and_a_hint() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 45);
    let mut wrong = of(&sandbox, &["find", "order-0001"]);
    wrong.env("IMP_SECRET", "hunter2");
    pinned("wrong_secret", Some(&sandbox), &run(wrong).await);
    pinned(
        "wrong_address",
        Some(&sandbox),
        &run(of(&sandbox, &["find", "order-0001", "--base-url", "api.iamport.kr"])).await,
    );
    pinned(
        "plain_http",
        Some(&sandbox),
        &run(of(&sandbox, &["find", "order-0001", "--base-url", "http://api.iamport.kr"])).await,
    );

    for _ in 0..4 {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(502));
    }
    pinned("bad_gateway", Some(&sandbox), &run(of(&sandbox, &["find", "order-0001"])).await);
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, r#"{"code":0,"response":{"imp_uid":"imp_1"}}"#));
    pinned("broken_body", Some(&sandbox), &run(of(&sandbox, &["find", "order-0001"])).await);

    let another = r#"{"code":0,"response":{"imp_uid":"imp_1","merchant_uid":"order-0002","amount":1,"status":"paid"}}"#;
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, another));
    pinned("another_payment", Some(&sandbox), &run(of(&sandbox, &["find", "order-0001"])).await);

    // Before the command too, where any other option than this one is an error.
    for command in ["find", "verify --amount 1", "payments", "reconcile"] {
        let arguments: Vec<_> = ["--base-url", "ftp://h"].into_iter().chain(command.split(' ')).chain(["x"]).collect();
        let invalid = run(of(&sandbox, &arguments)).await;
        let message = String::from_utf8(invalid.stderr).unwrap();
        assert!(message.contains("base URL") && invalid.status.code() == Some(2), "{command}: {message}");
    }
    let refused = run(of(&sandbox, &["find", "order-0001", "--base-url", "http://127.0.0.1:1"])).await;
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .starts_with("iamport: cannot connect to the service (after 4 attempts)\n")
    );
}

/// A proxy from the environment would otherwise receive the token of a local server.
#[tokio::test]
async fn proxy_is_not_used_for_loopback() {
    let ((sandbox, _), (proxy, _)) = (start().await, start().await);
    let mut command = of(&sandbox, &["find", "order-0001"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.base_url());
    }
    let output = run(command).await;
    assert_eq!(proxy.requests(), [], "{output:?}");
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 1), "{output:?}");
}
