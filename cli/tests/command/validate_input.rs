//! `iamport validate`: every form of input, groups of findings, and the baseline.

use std::fs;

use serde_json::{Value, json};

use super::{command, pinned, reconcile::folder, validate::on};
use crate::common::{repository, wire, wire_response};

fn envelope(payment: &Value) -> Value {
    json!({ "code": 0, "message": null, "response": payment })
}

fn with(field: &str, value: Value) -> Value {
    let mut payment = wire_response("find-paid-card.json");
    payment[field] = value;
    payment
}

/// A captured response.
fn capture(operation: &str, status: u16, body: &Value) -> String {
    json!({ "operation": operation, "status": status, "body": body }).to_string()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn bodies_of_the_service_have_no_output_but_the_summary() {
    let files = fs::read_dir(repository().join("tests/wire")).unwrap().map(|file| file.unwrap().path());
    let mut count = 0;
    for file in files.filter(|file| !file.to_str().unwrap().contains("webhook-")) {
        let output = command(&["validate", file.to_str().unwrap()]).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{file:?}");
        let summary = text(&output.stderr);
        assert!(
            summary.starts_with("1 record, 1 without violations or drift; ") && summary.lines().count() == 1,
            "{file:?}: {summary}"
        );
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn findings_of_the_same_operation_place_and_rule_are_one_line() {
    let escrow = with("escrow", json!("Y"));
    let list = |payments: &[&Value]| json!({ "total": 3, "previous": 0, "next": 0, "list": payments });
    let lines = [
        envelope(&escrow).to_string(),
        envelope(&with("new_field", json!("buyer@example.com"))).to_string(),
        envelope(&list(&[&escrow, &escrow, &with("new_field", json!(1))])).to_string(),
        envelope(&with("escrow", json!("buyer@example.com"))).to_string(),
    ];
    pinned!(None, on(&lines.join("\n"), &[]), @r"
    exit 1
    --- stdout
    standard input:1: find_payment: violation at /response/escrow: must be a boolean, found a string of 1 character (violates B, B-sample, V1, wire); 2 times
    standard input:3: find_payments: violation at /response/list/0/escrow: must be a boolean, found a string of 1 character (violates V1, wire); 2 times
    standard input:2: find_payment: drift at /response/new_field: not a field of the document, found a string of 17 characters
    standard input:3: find_payments: drift at /response/list/2/new_field: not a field of the document, found an integer
    --- stderr
    4 records, 0 without violations or drift; 4 violations, 2 drift findings, 12 deviations (--all prints them)
    ");
    pinned!(None, on(&lines.join("\n"), &["--format", "json"]), @r#"
    exit 1
    --- stdout
    {"file":"standard input","line":1,"record":1,"subject":"find_payment","id":"find_payment: violation at /response/escrow: must be a boolean","count":2,"pointer":"/response/escrow","severity":"violation","rule":"must be a boolean","expected":"a boolean","actual":"a string of 1 character","not_allowed_by":["B","B-sample","V1","wire"],"allowed_by":[]}
    {"file":"standard input","line":3,"record":3,"subject":"find_payments","id":"find_payments: violation at /response/list/*/escrow: must be a boolean","count":2,"pointer":"/response/list/0/escrow","severity":"violation","rule":"must be a boolean","expected":"a boolean","actual":"a string of 1 character","not_allowed_by":["V1","wire"],"allowed_by":[]}
    {"file":"standard input","line":2,"record":2,"subject":"find_payment","id":"find_payment: drift at /response/new_field: not a field of the document","count":1,"pointer":"/response/new_field","severity":"drift","rule":"not a field of the document","expected":"no such field","actual":"a string of 17 characters","not_allowed_by":[],"allowed_by":[]}
    {"file":"standard input","line":3,"record":3,"subject":"find_payments","id":"find_payments: drift at /response/list/*/new_field: not a field of the document","count":1,"pointer":"/response/list/2/new_field","severity":"drift","rule":"not a field of the document","expected":"no such field","actual":"an integer","not_allowed_by":[],"allowed_by":[]}
    --- stderr
    4 records, 0 without violations or drift; 4 violations, 2 drift findings, 12 deviations (--all prints them)
    "#);
    pinned!(None, on(&lines.join("\n"), &["--each"]), @r"
    exit 1
    --- stdout
    standard input:1: find_payment: violation at /response/escrow: must be a boolean, found a string of 1 character (violates B, B-sample, V1, wire)
    standard input:2: find_payment: drift at /response/new_field: not a field of the document, found a string of 17 characters
    standard input:3: find_payments: violation at /response/list/0/escrow: must be a boolean, found a string of 1 character (violates V1, wire)
    standard input:3: find_payments: violation at /response/list/1/escrow: must be a boolean, found a string of 1 character (violates V1, wire)
    standard input:3: find_payments: drift at /response/list/2/new_field: not a field of the document, found an integer
    standard input:4: find_payment: violation at /response/escrow: must be a boolean, found a string of 17 characters (violates B, B-sample, V1, wire)
    --- stderr
    4 records, 0 without violations or drift; 4 violations, 2 drift findings, 12 deviations (--all prints them)
    ");
}

/// The output of `--format json` of `find` and `payments`, and pages and lists as a program keeps them.
#[test]
fn payments_pages_and_lists_without_envelope_are_validated() {
    let payment = wire_response("find-paid-card.json");
    let broken = with("amount", json!("15900"));
    let page = |payment: &Value| json!({ "total": 1, "previous": 0, "next": 0, "list": [payment] });
    for (name, ok, bad, records, line) in [
        ("payment", payment.clone(), broken.clone(), 1, "1: PaymentAnnotation: violation at /amount:"),
        (
            "payments",
            json!([payment, payment]),
            json!([payment, broken]),
            2,
            "1: PaymentAnnotation: violation at /amount:",
        ),
        ("page", page(&payment), page(&broken), 1, "1: PaymentPage: violation at /list/0/amount:"),
        ("pages", json!([page(&payment)]), json!([page(&broken)]), 1, "1: PaymentPage: violation at /list/0/amount:"),
        (
            "envelopes",
            json!([envelope(&payment)]),
            json!([envelope(&broken)]),
            1,
            "1: find_payment: violation at /response/amount:",
        ),
        (
            "list",
            envelope(&json!([payment])),
            envelope(&json!([broken])),
            1,
            "1: get_payments: violation at /response/0/amount:",
        ),
        (
            "page in an envelope",
            envelope(&page(&payment)),
            envelope(&page(&broken)),
            1,
            "1: find_payments: violation at /response/list/0/amount:",
        ),
    ] {
        let output = on(&ok.to_string(), &[]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{name}");
        assert!(text(&output.stderr).starts_with(&format!("{records} record")), "{name}: {}", text(&output.stderr));
        let output = on(&bad.to_string(), &[]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(
            text(&output.stdout).starts_with(&format!("standard input:{line}")),
            "{name}: {}",
            text(&output.stdout)
        );
    }
    // The line of an item is that of the item.
    let lines = format!("[\n{payment},\n\n{broken}]");
    assert!(text(&on(&lines, &[]).stdout).starts_with("standard input:4: "));
    assert!(text(&on(&lines, &["--format", "json"]).stdout).contains(r#""line":4,"record":2,"#));
}

/// Only the page on the listing of a billing key claims a plain list, and that `message` is never null.
#[test]
fn page_and_list_of_an_unknown_operation_are_not_checked_by_the_claims_of_one() {
    for file in ["billing-page-1-of-2.json", "billing-array-as-documented.json", "status-first-page.json"] {
        let output = text(&on(&wire(file), &["--all", "--each", "--format", "json"]).stdout);
        let findings: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(!findings.is_empty(), "{file}");
        assert!(findings.iter().all(|finding| finding["not_allowed_by"] == json!(["V1"])), "{file}: {output}");
    }
    let known =
        text(&on(&wire("billing-page-1-of-2.json"), &["--all", "--operation", "list_billing_key_payments"]).stdout);
    assert!(known.contains("list_billing_key_payments: deviation at /message: must not be null"), "{known}");
}

#[test]
fn captured_response_is_checked_by_its_operation_and_status() {
    let payment = wire_response("find-paid-card.json");
    let failure = json!({ "code": -1, "message": "", "response": null });
    let html = "<html>\n502</html>";
    let lines = [
        capture("find_payment", 200, &envelope(&payment)),
        capture("get_payments", 207, &envelope(&json!([payment]))),
        capture("find_payment", 404, &failure),
        capture("list_payments", 400, &failure),
        // An undeclared status, a list where a page belongs, a proxy, bytes that are not UTF-8.
        capture("find_payment", 400, &failure),
        capture("list_payments", 200, &envelope(&json!([payment]))),
        json!({ "operation": "get_payment", "status": 502, "content_type": "text/html", "body": html }).to_string(),
        json!({ "operation": "get_payment", "status": 404, "content_type": "text/html", "body": failure }).to_string(),
        json!({ "operation": "get_payment", "status": 200, "body_base64": "/w==" }).to_string(),
        json!({ "body": failure.to_string(), "status": 404, "operation": "get_payment" }).to_string(),
    ];
    pinned!(None, on(&lines.join("\n"), &[]), @r"
    exit 1
    --- stdout
    standard input:7: get_payment: violation at the body: must be JSON that can be validated, found that the body is not JSON (line 1, column 1); 2 times
    standard input:5: find_payment: drift at the response: not a status of the document, found status 400
    standard input:8: get_payment: drift at the response: not the media type of JSON, found text/html
    --- stderr
    10 records, 6 without violations or drift; 2 violations, 2 drift findings, 6 deviations (--all prints them)
    ");
    let invalid = [
        json!({ "operation": "get_paymnt", "status": 200, "body": failure }).to_string(),
        json!({ "operation": "get_payment", "status": 200 }).to_string(),
        json!({ "operation": "get_payment", "status": "ok", "body": failure }).to_string(),
        json!({ "operation": "get_payment", "status": 200, "body_base64": "!" }).to_string(),
        r#"{"operation":"get_payment","status":200,"body":{"#.to_owned(),
    ];
    // A file, since it lists the operations.
    pinned("validate_invalid_captures", None, &on(&invalid.join("\n"), &[]));
}

#[test]
fn status_of_a_bare_body_is_taken_from_the_option() {
    let failure = wire("error-404.json");
    let first = |input: &str, args: &[&str]| {
        let output = on(input, args);
        (output.status.code().unwrap(), text(&output.stdout).lines().next().unwrap_or_default().to_owned())
    };
    assert_eq!(first(&failure, &["--status", "404"]), (0, String::new()));
    assert_eq!(first(&failure, &["--status", "404", "--operation", "find_payment"]), (0, String::new()));
    let (code, line) = first(&failure, &["--status", "418", "--operation", "find_payment", "--fail-on", "drift"]);
    let drift = "standard input:1: find_payment: drift at the response: not a status of the document, found status 418";
    assert_eq!((code, line.as_str()), (1, drift));
    // Of an unknown operation, no status is undeclared.
    assert_eq!(first(&failure, &["--status", "418"]), (0, String::new()));
    // A body under a status is a response, so a payment without an envelope is none.
    let payment = wire_response("find-paid-card.json").to_string();
    let (code, line) = first(&payment, &["--status", "200"]);
    assert!(code == 1 && line.starts_with("standard input:1: find_payment: violation at /"), "{code} {line}");
    assert_eq!(first(&failure, &["--status", "42"]).0, 2);
}

#[test]
fn what_does_not_decode_is_a_violation() {
    let payment = envelope(&with("amount", json!("RAW"))).to_string();
    for raw in ["1e400", "123456789012345678901234567890"] {
        let output = on(&payment.replace("\"RAW\"", raw), &[]);
        assert!(
            text(&output.stdout).contains(": violation at /response/amount: must be a number of at most 28 digits")
        );
        assert_eq!(output.status.code(), Some(1));
    }
    let paid_at = envelope(&with("paid_at", json!("RAW"))).to_string();
    for raw in ["-0", "1e400", "1.5"] {
        let output = on(&paid_at.replace("\"RAW\"", raw), &[]);
        assert!(text(&output.stdout).contains(": violation at /response/paid_at: must be "), "{raw}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn input_without_a_record_is_invalid() {
    for input in ["", "\n \n", "\u{feff}", "[]", "[ ]\n"] {
        let output = on(input, &[]);
        let why = "iamport: standard input has no record: expected responses or payments in JSON\n";
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), why.to_owned()), "{input:?}");
    }
}

#[test]
fn saved_output_is_a_baseline_for_later_runs() {
    let page = |escrow: Value, name: &str| {
        let page = json!({ "total": 2, "previous": 0, "next": 0, "list": [with("escrow", escrow), with(name, json!("a; 2 times"))] });
        envelope(&page).to_string()
    };
    let before = page(json!("Y"), "new: field, found");
    let file = folder("validate-baseline").join("known.txt");
    let path = file.to_str().unwrap();
    let known = |args: &[&str]| on(&before, &[args, &["--fail-on", "drift"]].concat());
    let ids: String = text(&known(&["--format", "json"]).stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned() + "\n")
        .collect();
    for saved in [text(&known(&[]).stdout), text(&known(&["--each"]).stdout), ids] {
        fs::write(
            &file,
            format!("# of last week\n\n{saved}find_payment: drift at /response/gone: not a field of the document\n"),
        )
        .unwrap();
        // The values differ, and so does the record.
        let again = format!("{}\n{}", wire("error-404.json").trim(), page(json!(5), "new: field, found"));
        let output = on(&again, &["--baseline", path, "--fail-on", "drift"]);
        let unused = "matches no current finding: find_payment: drift at /response/gone: not a field of the document\n";
        let stderr = text(&output.stderr);
        assert!(stderr.starts_with("iamport: ") && stderr.contains(unused), "{saved}\n{stderr}");
        assert!(
            stderr.ends_with(
                "2 records, 2 without violations or drift; 0 violations, 0 drift findings, 2 deviations (--all prints them), 2 known\n"
            ),
            "{stderr}"
        );
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{saved}");
        let output = on(&page(json!("Y"), "newer"), &["--baseline", path, "--fail-on", "drift"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stdout).starts_with("standard input:1: find_payments: drift at /response/list/1/newer: "));
    }
    let output = on(&before, &["--baseline", "no-such-file.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("iamport: cannot read no-such-file.txt: "));
    assert_eq!(on(&before, &["--baseline", "-"]).status.code(), Some(2));
}

/// A body can have any names, so their number is bounded.
#[test]
fn places_beyond_a_thousand_are_counted() {
    let record = |n: usize| json!({ "code": -1, "message": "", "response": null, (format!("f{n}")): 1 }).to_string();
    let lines: Vec<_> = (0..1_500).map(record).collect();
    let output = on(&lines.join("\n"), &[]);
    assert_eq!(text(&output.stdout).lines().count(), 1_000);
    let stderr = text(&output.stderr);
    assert!(stderr.starts_with("iamport: 500 findings at further places; --each prints them\n"), "{stderr}");
    assert!(stderr.contains("0 violations, 1500 drift findings, "), "{stderr}");
    assert_eq!(text(&on(&lines.join("\n"), &["--each"]).stdout).lines().count(), 1_500);
    let fields: String = (0..3_000).map(|n| format!(",\"f{n}\":1")).collect();
    let output = on(&format!("{{\"code\":-1,\"message\":\"\",\"response\":null{fields}}}"), &["--fail-on", "drift"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).ends_with(", 2000 beyond the first 1,000 of a record\n"), "{}", text(&output.stderr));
}
