//! Output to full disks, closed pipes and terminals, with text that contains control characters.

use std::{fs::File, process::Stdio};

use serde_json::{Value, json};

use super::{command, of, reconcile::folder, run, spec::specs, transcript};
use crate::common::{numbered, start, wire_response};

/// A device on which every write fails.
#[cfg(target_os = "linux")]
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn full_stderr_changes_neither_results_nor_exit_status() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).billing_key("cust_0001").paid());
    let folder = folder("full_stderr");
    std::fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0001,15900\norder-0002,100\n").unwrap();
    std::fs::write(folder.join("bad.csv"), "merchant_uid,amount\norder-0001,won\n").unwrap();
    std::fs::write(folder.join("payment.json"), wire_response("find-paid-card.json").to_string()).unwrap();
    std::fs::write(folder.join("known.txt"), "no such difference\n").unwrap();
    let vendor = specs().join("vendor.swagger.yaml");
    let vendor = vendor.to_str().unwrap();
    for (args, status) in [
        (&["find", "order-0001"][..], 0),
        (&["find", "order-9999"], 1),
        (&["find", ".."], 2),
        (&["find", "order-0001", "--base-url", "http://127.0.0.1:1"], 3),
        (&["payments", "cust_0001"], 0),
        (&["payments", "cust_9999"], 1),
        (&["verify", "order-0001", "--amount", "100"], 1),
        (&["reconcile", "orders.csv"], 1),
        (&["reconcile", "bad.csv"], 2),
        (&["reconcile", "no-such-file.csv"], 2),
        (&["validate", "payment.json"], 0),
        (&["validate", "no-such-file.json"], 2),
        (&["spec", "diff", vendor, "--baseline", "known.txt"], 0),
        (&["fnd"], 2),
    ] {
        let both = |stderr: Stdio| {
            let mut command = of(&sandbox, args);
            command.current_dir(&folder).stdout(Stdio::piped()).stderr(stderr);
            tokio::task::spawn_blocking(move || command.spawn().unwrap().wait_with_output().unwrap())
        };
        let (expected, output) = (both(Stdio::null()).await.unwrap(), both(full().into()).await.unwrap());
        assert_eq!((output.status.code(), &output.stdout), (Some(status), &expected.stdout), "{args:?}");
        assert_eq!(expected.status.code(), Some(status), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_on_a_full_disk_exits_3() {
    for args in [&["--help"][..], &["-h"], &["--version"], &["find", "--help"], &["spec"], &["completions", "bash"]] {
        let mut command = command(args);
        let output = command.stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("iamport: cannot write the output: "), "{args:?}: {stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn help_into_a_closed_pipe_exits_0() {
    for args in [&["--help"][..], &["completions", "bash"]] {
        let (read, write) = std::io::pipe().unwrap();
        drop(read);
        let output = command(args).stdout(write).output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_pipe_is_silent_and_keeps_the_exit_status() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).billing_key("cust_0001").paid());
    let folder = folder("closed_pipe");
    std::fs::write(folder.join("fine.csv"), "merchant_uid,amount\norder-0001,15900\n").unwrap();
    std::fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0001,100\norder-0001,won\n").unwrap();
    let many: String = (0..2_500).map(|number| format!("order-{number:04},15900\n")).collect();
    std::fs::write(folder.join("many.csv"), format!("merchant_uid,amount\n{many}")).unwrap();
    std::fs::write(folder.join("fine.json"), wire_response("find-paid-card.json").to_string()).unwrap();
    std::fs::write(folder.join("empty.json"), "{}").unwrap();
    let without_payments = r#"{"openapi":"3.0.3","info":{"title":"","version":""},"paths":{}}"#;
    std::fs::write(folder.join("other.json"), without_payments).unwrap();
    for (args, status) in [
        (&["find", "order-0001"][..], 0),
        (&["find", "--imp-uid", "imp_000000000001", "imp_9"], 1),
        (&["payments", "cust_0001"], 0),
        (&["verify", "order-0001", "--amount", "15900"], 0),
        (&["verify", "order-0001", "--amount", "100"], 1),
        (&["reconcile", "fine.csv", "--quiet"], 0),
        (&["reconcile", "many.csv", "--quiet"], 1),
        (&["reconcile", "many.csv", "--quiet", "--format", "csv"], 1),
        (&["reconcile", "orders.csv", "--quiet", "--format", "ndjson"], 2),
        (&["validate", "fine.json", "--all"], 0),
        (&["validate", "empty.json", "--each"], 1),
        (&["redact", "fine.json"], 0),
        (&["check"], 0),
        (&["spec"], 0),
        (&["spec", "diff", "other.json"], 1),
    ] {
        let (read, write) = std::io::pipe().unwrap();
        drop(read);
        let mut command = of(&sandbox, args);
        command.current_dir(&folder).stdout(write).stderr(Stdio::piped());
        let child = tokio::task::spawn_blocking(move || command.spawn().unwrap().wait_with_output().unwrap());
        let output = child.await.unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{args:?}: {stderr}");
        assert!(!stderr.contains("cannot write"), "{args:?}: {stderr}");
    }
}

/// Control characters that a terminal acts on: CSI, bidirectional overrides, line separators, zero-width characters.
const STEERING: &str = "a\u{9b}31mb\u{1b}[2Jc\u{202e}d\u{2028}e\u{2066}f\u{200b}g\u{feff}\n\t\u{7f}";
const ESCAPED: &str = r"a\u{9b}31mb\u{1b}[2Jc\u{202e}d\u{2028}e\u{2066}f\u{200b}g\u{feff}\n\t\u{7f}";

fn steers(text: &str) -> bool {
    text.replace('\n', "").chars().any(|c| c.is_control() || STEERING.contains(c) && !c.is_ascii())
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_escaped_in_all_text_output() {
    let (sandbox, _) = start().await;
    let payment = numbered("order-0001", 15900, 1).paid().billing_key("cust_0001");
    sandbox.upsert_payment(payment.set("pay_method", STEERING).set("buyer_name", STEERING));
    for args in [&["find", "order-0001", "--no-mask"][..], &["payments", "cust_0001", "--no-mask"]] {
        let table = transcript(&run(of(&sandbox, args)).await);
        assert!(table.contains(ESCAPED) && !steers(&table), "{args:?}: {table:?}");
    }
    // JSON has the text unchanged.
    let json = run(of(&sandbox, &["find", "order-0001", "--format", "json"])).await.stdout;
    assert_eq!(serde_json::from_slice::<Value>(&json).unwrap()["buyer_name"], STEERING);

    let folder = folder("steering");
    let mut payment = wire_response("find-paid-card.json");
    payment["escrow"] = json!(STEERING);
    payment["a\u{202e}b"] = json!(1);
    let file = folder.join("a\u{9b}31m.json");
    std::fs::write(&file, payment.to_string()).unwrap();
    let findings = transcript(&run(command(&["validate", "--show-values", file.to_str().unwrap()])).await);
    assert!(findings.contains(r"\u{202e}d") && !steers(&findings), "{findings:?}");

    for args in [
        &["find", "order\u{9b}31m\u{202e}", "--base-url", "http://\u{202e}\u{9b}"][..],
        &["validate", "no\u{202e}such\u{9b}file"],
        &["reconcile", "no\u{202e}such\u{9b}file"],
        &["spec", "diff", "no\u{202e}such\u{9b}file"],
    ] {
        let message = transcript(&run(of(&sandbox, args)).await);
        assert!(!steers(&message), "{args:?}: {message:?}");
    }
    let body = json!({ "code": 1, "message": STEERING, "response": null }).to_string();
    sandbox.enqueue_response(iamport::sandbox::Endpoint::Find, iamport::sandbox::MockResponse::json(200, body));
    let message = transcript(&run(of(&sandbox, &["find", "order-0001"])).await);
    assert!(message.contains(r"\u{9b}31m") && !steers(&message), "{message:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_unknown_fields_of_any_name() {
    let (sandbox, _) = start().await;
    let names = ["a\"b", "c\\d", "e\nf", "g\u{1b}h", "i\u{202e}j", "", "extra"];
    let payment = names.iter().fold(numbered("order-0001", 15900, 1).paid(), |payment, name| payment.set(name, "뜻밖"));
    sandbox.upsert_payment(payment);
    let output = run(of(&sandbox, &["find", "order-0001", "--format", "csv"])).await;
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
    let mut rows = csv::Reader::from_reader(&*output.stdout);
    let column = rows.headers().unwrap().iter().position(|column| column == "extra").unwrap();
    let row = rows.records().next().unwrap().unwrap();
    let extra: Value = serde_json::from_str(row.get(column).unwrap()).unwrap();
    for name in names {
        assert_eq!(extra[name], "뜻밖", "{name:?}");
    }
}
