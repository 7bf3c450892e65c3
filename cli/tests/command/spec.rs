//! `iamport spec` and `iamport spec diff`.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use iamport::spec;
use serde_json::{Value, json};

use crate::common::repository;

const VENDOR: &str = "vendor.swagger.yaml";

/// Runs the command in the folder of the descriptions, so that its output contains no other path.
fn run(args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamport"));
    command.args(args).env_clear().current_dir(repository().join("tests/specs"));
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The command may exit before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Compares the exit status, standard output and standard error with a snapshot.
fn pinned(name: &str, output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let text = format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    );
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots",
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The vendor's description with changes of every impact.
fn changed() -> Vec<u8> {
    let text = std::fs::read_to_string(repository().join("tests/specs").join(VENDOR)).unwrap();
    let mut document: Value = yaml_serde::from_str(&text).unwrap();
    let payment = &mut document["definitions"]["PaymentAnnotation"];
    payment["properties"]["points"] = json!({"type": "number"});
    payment["properties"]["name"]["maxLength"] = json!("80");
    payment["properties"]["status"]["enum"] = json!(["ready", "paid", "failed", "cancelled", "held"]);
    payment["properties"]["card_quota"]["type"] = json!("string");
    document["paths"].as_object_mut().unwrap().remove("/users/getToken");
    document.to_string().into_bytes()
}

#[test]
fn spec_prints_the_document() {
    let yaml = run(&["spec"], b"");
    assert_eq!((yaml.status.code(), String::from_utf8(yaml.stdout).unwrap().as_str()), (Some(0), spec::DOCUMENT));
    let json = run(&["spec", "--format", "json"], b"");
    assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap(), *spec::document());
    // The document does not differ from itself.
    pinned("spec_diff_itself", &run(&["spec", "diff", "-"], &json.stdout));
}

#[test]
fn diff_prints_differences_in_every_format() {
    for (name, args) in [
        ("help_spec", &["spec", "--help"][..]),
        ("help_spec_diff", &["spec", "diff", "--help"]),
        ("spec_mistyped_format", &["spec", "--format", "xml"]),
        ("spec_diff_nothing", &["spec", "diff", VENDOR]),
        ("spec_diff_text", &["spec", "diff", "-"]),
        ("spec_diff_json", &["spec", "diff", "-", "--format", "json"]),
        ("spec_diff_accepted", &["spec", "diff", "-", "--baseline", "known.txt"]),
        ("spec_diff_no_file", &["spec", "diff", "nowhere.json"]),
        ("spec_diff_no_list", &["spec", "diff", VENDOR, "--baseline", "nowhere.txt"]),
        ("spec_diff_no_spec", &["spec", "diff", "known.txt"]),
        ("spec_diff_without_other", &["spec", "diff"]),
    ] {
        pinned(name, &run(args, &changed()));
    }
    pinned("spec_diff_broken_json", &run(&["spec", "diff", "-"], b"{\n  \"swagger\": \"2.0\",\n}"));
    pinned(
        "spec_diff_dangling",
        &run(&["spec", "diff", "-"], b"swagger: '2.0'\ndefinitions: { PaymentAnnotation: { $ref: '#/gone' } }"),
    );
}

#[test]
fn saved_output_is_a_baseline_for_later_runs() {
    let known = run(&["spec", "diff", "-"], &changed()).stdout;
    let file = std::env::temp_dir().join(format!("iamport-known-{}.txt", std::process::id()));
    std::fs::write(&file, known).unwrap();
    let again = run(&["spec", "diff", "-", "--baseline", file.to_str().unwrap()], &changed());
    std::fs::remove_file(file).unwrap();
    assert_eq!((again.status.code(), again.stdout, again.stderr), (Some(0), vec![], vec![]));
}
