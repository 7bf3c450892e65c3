//! `iamport validate`: findings on standard output, a summary on standard error.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use super::{command, pinned};
use crate::common::{wire, wire_response};

/// Runs `validate` on standard input.
pub(crate) fn on(input: &str, args: &[&str]) -> Output {
    let mut command = command(&[&["validate"], args, &["-"]].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_owned());
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn broken() -> String {
    let mut payment = wire_response("find-paid-card.json");
    payment["escrow"] = json!("홍길동");
    payment["paid_at"] = json!("1709722069");
    payment["new_field"] = json!("buyer@example.com");
    json!({ "code": 0, "message": "", "response": payment }).to_string()
}

#[test]
fn findings_of_each_severity_are_printed_without_values() {
    pinned("help_validate", None, &command(&["validate", "--help"]).output().unwrap());
    let ndjson = format!("{}\n\n{}\n{}", wire("billing-empty.json").trim(), broken(), wire("token.json"));
    pinned!(None, on(&ndjson, &["--all", "--each"]), @r"
    exit 1
    --- stdout
    standard input:3: find_payment: deviation at /response/emb_pg_provider: must not be null, expected a string, found null (violates B; allowed by V1, wire)
    standard input:3: find_payment: violation at /response/escrow: must be a boolean, found a string of 3 characters (violates B, B-sample, V1, wire)
    standard input:3: find_payment: drift at /response/new_field: not a field of the document, found a string of 17 characters
    standard input:3: find_payment: deviation at /response/paid_at: must be an integer, found a string of 10 characters (violates B-sample, V1, wire; allowed by B)
    standard input:3: find_payment: deviation at /response/sandbox: must be present, expected a boolean (violates V1; allowed by wire)
    --- stderr
    3 records, 2 without violations or drift; 1 violation, 1 drift finding, 3 deviations
    ");
    pinned!(None, on(&ndjson, &["--format", "json", "--fail-on", "deviation", "--each"]), @r#"
    exit 1
    --- stdout
    {"file":"standard input","line":3,"record":2,"subject":"find_payment","id":"find_payment: deviation at /response/emb_pg_provider: must not be null","pointer":"/response/emb_pg_provider","severity":"deviation","rule":"must not be null","expected":"a string","actual":"null","not_allowed_by":["B"],"allowed_by":["V1","wire"]}
    {"file":"standard input","line":3,"record":2,"subject":"find_payment","id":"find_payment: violation at /response/escrow: must be a boolean","pointer":"/response/escrow","severity":"violation","rule":"must be a boolean","expected":"a boolean","actual":"a string of 3 characters","not_allowed_by":["B","B-sample","V1","wire"],"allowed_by":[]}
    {"file":"standard input","line":3,"record":2,"subject":"find_payment","id":"find_payment: drift at /response/new_field: not a field of the document","pointer":"/response/new_field","severity":"drift","rule":"not a field of the document","expected":"no such field","actual":"a string of 17 characters","not_allowed_by":[],"allowed_by":[]}
    {"file":"standard input","line":3,"record":2,"subject":"find_payment","id":"find_payment: deviation at /response/paid_at: must be an integer","pointer":"/response/paid_at","severity":"deviation","rule":"must be an integer","expected":"an integer","actual":"a string of 10 characters","not_allowed_by":["B-sample","V1","wire"],"allowed_by":["B"]}
    {"file":"standard input","line":3,"record":2,"subject":"find_payment","id":"find_payment: deviation at /response/sandbox: must be present","pointer":"/response/sandbox","severity":"deviation","rule":"must be present","expected":"a boolean","actual":"nothing","not_allowed_by":["V1"],"allowed_by":["wire"]}
    --- stderr
    3 records, 2 without violations or drift; 1 violation, 1 drift finding, 3 deviations
    "#);
    pinned!(None, on(&broken(), &["--show-values", "--operation", "find_payment", "--all"]), @r#"
    exit 1
    --- stdout
    standard input:1: find_payment: violation at /response/escrow: must be a boolean, found a string of 3 characters (violates B, B-sample, V1, wire): "홍길동"
    standard input:1: find_payment: drift at /response/new_field: not a field of the document, found a string of 17 characters: "buyer@example.com"
    standard input:1: find_payment: deviation at /response/emb_pg_provider: must not be null, expected a string, found null (violates B; allowed by V1, wire): null
    standard input:1: find_payment: deviation at /response/paid_at: must be an integer, found a string of 10 characters (violates B-sample, V1, wire; allowed by B): "1709722069"
    standard input:1: find_payment: deviation at /response/sandbox: must be present, expected a boolean (violates V1; allowed by wire)
    --- stderr
    1 record, 0 without violations or drift; 1 violation, 1 drift finding, 3 deviations
    "#);
    let text = String::from_utf8(on(&ndjson, &[]).stdout).unwrap();
    assert!(!text.contains("홍길동") && !text.contains("buyer@example.com"), "{text}");
}

#[test]
fn exit_status_depends_on_fail_on() {
    let paid = wire("find-paid-card.json");
    let status = |input: &str, args: &[&str]| on(input, args).status.code().unwrap();
    let drift = r#"{"code":-1,"message":"","response":null,"trace":"1"}"#;
    for (deny, of_paid, of_drift) in [("violation", 0, 0), ("drift", 0, 1), ("deviation", 1, 1)] {
        assert_eq!(status(&paid, &["--fail-on", deny]), of_paid);
        assert_eq!(status(drift, &["--fail-on", deny]), of_drift);
        assert_eq!(status(&broken(), &["--fail-on", deny]), 1);
        assert_eq!(status(&wire("error-404.json"), &["--fail-on", deny]), 0);
    }
    let payment: Value = wire_response("find-paid-card.json");
    assert_eq!(status(&format!("{payment:#}"), &[]), 0);
    assert_eq!(status(&payment.to_string(), &["--schema", "PaymentAnnotation"]), 0);
    assert_eq!(status(&payment.to_string(), &["--operation", "find_payment"]), 1);
}

#[test]
fn invalid_records_are_reported_and_the_rest_is_checked() {
    let clean = wire("billing-empty.json").trim().to_owned();
    let deep = "[".repeat(200) + &"]".repeat(200);
    let broken = broken();
    // Truncated inside a string, after a comma, after a colon and inside an array: the next line is a new record.
    let cut =
        ["{\"code\":0,\"message\":\"홍", "{\"code\":0,", "{\"code\":0,\"response\":", "{\"code\":0,\"response\":["];
    let mut lines =
        vec![clean.as_str(), r#"{"code":1e400}"#, &clean, r#"{"code":0,"message":"\ud800"}"#, &broken, &deep];
    for cut in &cut {
        lines.extend([*cut, &clean]);
    }
    lines.extend(["<html>홍길동</html>", "", &clean, "{\"code\":0,\"co"]);
    pinned("validate_invalid_records", None, &on(&lines.join("\n"), &["--all", "--each"]));
    pinned("validate_invalid_records_json", None, &on(&lines.join("\r\n"), &["--format", "json"]));
}

#[test]
fn file_is_one_value_or_one_record_per_line() {
    let payment = wire_response("find-paid-card.json");
    let record = json!({ "code": 0, "message": null, "response": payment });
    let (compact, pretty) = (record.to_string(), format!("{record:#}"));
    let unindented: String = pretty.lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    for (layout, text, records) in [
        ("a line each", format!("{compact}\n{compact}\n{compact}\n"), 3),
        ("no line break at the end", format!("{compact}\n{compact}\n{compact}"), 3),
        ("blanks", format!("\u{feff}\n \t{compact}\r\n\r\n{compact} \n"), 2),
        ("many lines", format!("\u{feff}\r\n{}\r\n\r\n", pretty.replace('\n', "\r\n")), 1),
        ("unindented", unindented, 1),
        ("a list", format!("[\n{payment},\n{payment}\n]\n"), 2),
    ] {
        let text = String::from_utf8(on(&text, &[]).stderr).unwrap();
        let plural = if records == 1 { "" } else { "s" };
        assert!(text.starts_with(&format!("{records} record{plural}, ")), "{layout}: {text}");
    }
    // A broken record of many lines is one record, and so are several of them.
    for (text, place) in
        [(pretty.replacen("\"code\": 0", "\"code\": 0e", 1), "2:13"), (format!("\n{pretty}\n{pretty}\n"), "55:1")]
    {
        let text = String::from_utf8(on(&text, &[]).stderr).unwrap();
        assert!(text.starts_with(&format!("iamport: standard input:{place}: record 1: ")), "{text}");
        assert!(text.contains("\n1 record, 0 without violations or drift, 1 invalid; 0 violations"), "{text}");
    }
    // Two records on one line.
    let text = String::from_utf8(on(&format!("{compact} {compact}\n{compact}\n"), &[]).stderr).unwrap();
    assert!(text.contains("\n2 records, 1 without violations or drift, 1 invalid; 0 violations"), "{text}");
}

/// Read to the end of the file from each line, these would take many minutes.
#[test]
fn lines_that_are_never_closed_are_read_once() {
    for line in ["{\"a\": [\n", "[\"]\\\"]\", {}, [1],\n"] {
        let output = on(&line.repeat(50_000), &["--schema", "UnknownField"]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            text.ends_with(
                "\n1 record, 0 without violations or drift, 1 invalid; 0 violations, 0 drift findings, 0 deviations\n"
            ),
            "{text}"
        );
        let output = on(&("{}\n".to_owned() + &line.repeat(50_000)), &["--schema", "UnknownField"]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("\n50001 records, 1 without violations or drift, 50000 invalid; "));
        // The first ones are named.
        assert!(text.contains(": record 21: ") && !text.contains(": record 22: "), "{text}");
        assert!(text.contains("\niamport: 49980 more invalid records\n"), "{text}");
    }
}

/// Lines and records longer than any buffer.
#[test]
fn large_files_are_read_in_pieces() {
    let long = json!({ "code": -1, "message": "길".repeat(1 << 20), "response": null });
    let clean = wire("error-404.json").trim().to_owned();
    let text = format!("{clean}\n{long}\n{}", format!("{clean}\n").repeat(40_000));
    let output = on(&format!("{long:#}"), &[]);
    assert_eq!(output.status.code(), Some(0));
    let output = on(&text, &[]);
    let summary = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (summary.as_str(), output.status.code()),
        ("40002 records, 40002 without violations or drift; 0 violations, 0 drift findings, 0 deviations\n", Some(0))
    );
}

#[test]
fn unreadable_file_does_not_stop_the_next() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/wire/error-404.json");
    let output = command(&["validate", "no-such-file.json", file]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.starts_with("iamport: cannot read no-such-file.json: ")
            && text.contains("\n1 record, 1 without violations or drift"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn unreadable_input_is_reported_with_its_position() {
    let ndjson = format!("{}\n{{\"code\":0,\n", wire("billing-empty.json").trim());
    pinned!(None, on(&ndjson, &[]), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: standard input:2:10: record 2: the body ends early
    2 records, 1 without violations or drift, 1 invalid; 0 violations, 0 drift findings, 0 deviations
    ");
    pinned!(None, on("{\"code\":0}\n<html>홍길동</html>\n", &[]), @r"
    exit 2
    --- stdout
    standard input:1: find_payment: violation at /response: must be present where `code` is 0, expected an object (violates B, B-sample, V1, wire)
    --- stderr
    iamport: standard input:2:1: record 2: the body is not JSON
    2 records, 0 without violations or drift, 1 invalid; 1 violation, 0 drift findings, 1 deviation (--all prints them)
    ");
    pinned!(None, on("{\"code\":0,\"code\":1,\"message\":\"홍길동\"}\n", &["--operation", "get_token"]), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: standard input:1:11: record 1: the body has a duplicate field
    1 record, 0 without violations or drift, 1 invalid; 0 violations, 0 drift findings, 0 deviations
    ");
    pinned!(None, on(&("[".repeat(1000) + &"]".repeat(1000)), &[]), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: standard input:1:129: record 1: the body is nested more than 127 levels deep
    1 record, 0 without violations or drift, 1 invalid; 0 violations, 0 drift findings, 0 deviations
    ");
    pinned!(None, command(&["validate", "no-such-file.json"]).output().unwrap(), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read no-such-file.json: No such file or directory (os error 2)
    ");
    // A file, since it lists the operations.
    pinned(
        "validate_unknown_operation",
        None,
        &command(&["validate", "--operation", "find_paymnt", "-"]).output().unwrap(),
    );
}
