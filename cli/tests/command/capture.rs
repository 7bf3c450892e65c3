//! `--save`: captured responses, which `validate` and `sandbox --data` read.

use std::fs;

use iamport::sandbox::{Endpoint, MockResponse};
use serde_json::Value;

use super::{command, of, reconcile::folder, run, sandbox::Running};
use crate::common::{fill, start};

#[tokio::test(flavor = "multi_thread")]
async fn saved_responses_are_as_the_service_sent_them_without_tokens() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 45);
    let file = folder("capture").join("responses.ndjson");
    let path = file.to_str().unwrap();
    let output = run(of(&sandbox, &["payments", "cust_0001", "--format", "ndjson", "--save", path])).await;
    let note = format!("iamport: {path} will hold personal data; `iamport redact` replaces it, to share the file\n");
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), note));
    let text = fs::read_to_string(&file).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 3, "three pages, and no token");
    let mut counts: Vec<_> =
        records.iter().map(|record| record["body"]["response"]["list"].as_array().unwrap().len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [5, 20, 20]);
    for record in &records {
        assert_eq!(record["operation"], "list_billing_key_payments");
        assert_eq!(
            (record["status"].as_u64(), record["content_type"].as_str()),
            (Some(200), Some("application/json; charset=UTF-8"))
        );
    }
    assert!(!text.contains("access_token") && !text.contains(sandbox.secret()), "{text}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let validated = command(&["validate", path]).output().unwrap();
    let summary = String::from_utf8(validated.stderr).unwrap();
    assert!(
        validated.stdout.is_empty() && summary.starts_with("3 records, 3 without violations or drift; "),
        "{summary}"
    );

    let orders = folder("capture-orders");
    fs::write(orders.join("orders.csv"), "merchant_uid,amount\nsub-0001,22000\n").unwrap();
    let mut reconcile = of(&sandbox, &["reconcile", "orders.csv", "--quiet", "--save", "saved.ndjson"]);
    reconcile.current_dir(&orders);
    assert_eq!(run(reconcile).await.status.code(), Some(0));
    let saved = fs::read_to_string(orders.join("saved.ndjson")).unwrap();
    assert!(saved.starts_with(r#"{"operation":"find_payments","status":200,"#), "{saved}");

    // It is replaced only with the option, and the file of orders never is.
    let again = run(of(&sandbox, &["find", "sub-0001", "--save", path])).await;
    let why = format!("iamport: {path} exists already; name another --save, or replace it with --overwrite\n");
    assert_eq!((again.status.code(), String::from_utf8(again.stderr).unwrap()), (Some(2), why));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    for (args, status) in [("saved.ndjson", 0), ("orders.csv", 2)] {
        let mut reconcile = of(&sandbox, &["reconcile", "orders.csv", "--quiet", "--overwrite", "--save", args]);
        reconcile.current_dir(&orders);
        assert_eq!(run(reconcile).await.status.code(), Some(status), "{args}");
    }
    assert_eq!(fs::read_to_string(orders.join("saved.ndjson")).unwrap().lines().count(), saved.lines().count());
    assert!(fs::read_to_string(orders.join("orders.csv")).unwrap().starts_with("merchant_uid,amount\n"));

    let running = Running::start(&["--data", path]);
    assert!(running.greeting.contains("It has 45 payments of the file"), "{}", running.greeting);
    running.interrupt();
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_every_kind_survive() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 1);
    let failure = r#"{ "code" : -1,"message":"\u00e9","response":null }"#;
    let bodies = [
        failure.as_bytes().to_vec(),
        format!("{failure}\n").into_bytes(),
        b"<html>\r\n\"502\"</html>".to_vec(),
        b"\"text\"".to_vec(),
        b"\xff\x00{".to_vec(),
        Vec::new(),
    ];
    for (at, body) in bodies.iter().enumerate() {
        let file = folder(&format!("capture-{at}")).join("responses.ndjson");
        sandbox.enqueue_response(Endpoint::Find, MockResponse::new(400, "text/html", body.clone()));
        run(of(&sandbox, &["find", "sub-0001", "--save", file.to_str().unwrap()])).await;
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let record: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(record["status"], 400);
        let kept = match (&record["body"], record["body_base64"].as_str()) {
            (Value::String(text), None) => text.clone().into_bytes(),
            (Value::Object(_), None) => {
                assert!(text.contains(failure), "{text}");
                failure.as_bytes().to_vec()
            }
            (Value::Null, Some(base64)) => {
                assert_eq!(base64, "/wB7");
                b"\xff\x00{".to_vec()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(kept, *body, "{text}");
        // Neither a failure nor a body that is not JSON has a payment.
        if at < 3 {
            let running = Running::start(&["--data", file.to_str().unwrap()]);
            assert!(running.greeting.contains("It has no payment yet."), "{}", running.greeting);
            running.interrupt();
        }
    }
}
