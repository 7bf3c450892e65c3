//! `iamport validate`: findings on standard output, a summary on standard error.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use super::{command, pinned};
use crate::common::{wire, wire_response};

/// Runs it on standard input.
fn on(input: &str, args: &[&str]) -> Output {
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
fn each_kind_of_finding_and_what_it_does_to_the_answer() {
    pinned("help_validate", None, &command(&["validate", "--help"]).output().unwrap());
    let ndjson = format!("{}\n\n{}\n{}", wire("billing-empty.json").trim(), broken(), wire("token.json"));
    pinned("validate_violation", None, &on(&ndjson, &[]));
    pinned("validate_json", None, &on(&ndjson, &["--format", "json", "--fail-on", "drift"]));
    pinned("validate_values", None, &on(&broken(), &["--show-values", "--operation", "find_payment"]));
    let told = String::from_utf8(on(&ndjson, &[]).stdout).unwrap();
    assert!(!told.contains("홍길동") && !told.contains("buyer@example.com"), "{told}");
}

#[test]
fn the_answer_depends_on_what_is_denied() {
    let paid = wire("find-paid-card.json");
    let status = |input: &str, args: &[&str]| on(input, args).status.code().unwrap();
    for (deny, expected) in [("violation", 0), ("deviation", 1), ("drift", 1)] {
        assert_eq!(status(&paid, &["--fail-on", deny]), expected);
        assert_eq!(status(&broken(), &["--fail-on", deny]), 1);
        assert_eq!(status(&wire("error-404.json"), &["--fail-on", deny]), 0);
    }
    let payment: Value = wire_response("find-paid-card.json");
    assert_eq!(status(&format!("{payment:#}"), &[]), 0);
    assert_eq!(status(&payment.to_string(), &["--schema", "PaymentAnnotation"]), 0);
    assert_eq!(status(&payment.to_string(), &["--operation", "find_payment"]), 1);
    assert_eq!(status("", &[]), 0);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let ndjson = format!("{}\n{{\"code\":0,\n", wire("billing-empty.json").trim());
    pinned("validate_cut_short", None, &on(&ndjson, &[]));
    pinned("validate_no_json", None, &on("{\"code\":0}\n<html>홍길동</html>\n", &[]));
    pinned(
        "validate_twice",
        None,
        &on("{\"code\":0,\"code\":1,\"message\":\"홍길동\"}\n", &["--operation", "get_token"]),
    );
    pinned("validate_deep", None, &on(&("[".repeat(1000) + &"]".repeat(1000)), &[]));
    pinned("validate_no_file", None, &command(&["validate", "no-such-file.json"]).output().unwrap());
    pinned("validate_mistyped", None, &command(&["validate", "--operation", "find_paymnt", "-"]).output().unwrap());
}
