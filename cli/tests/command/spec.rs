//! `iamport spec` and `iamport spec diff`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use iamport::spec;
use serde_json::{Value, json};

use super::{pinned, reconcile::folder};
use crate::common::{repository, vendor::vendor};

const VENDOR: &str = "vendor.swagger.yaml";

/// Runs the command in the folder of the descriptions, so that its output contains no other path.
fn run(args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamport"));
    command.args(args).env_clear().current_dir(specs());
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

/// A folder with the vendor's descriptions.
pub(crate) fn specs() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = folder("specs");
        for file in fs::read_dir(repository().join("tests/specs")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let source = repository().join("tests/specs").join(&name);
            let text = if name.starts_with("vendor.") { vendor(&name) } else { fs::read_to_string(source).unwrap() };
            fs::write(folder.join(name), text).unwrap();
        }
        folder
    });
    &FOLDER
}

/// The vendor's description with changes of every impact.
fn changed() -> Vec<u8> {
    let mut document: Value = yaml_serde::from_str(&vendor(VENDOR)).unwrap();
    let payment = &mut document["definitions"]["PaymentAnnotation"];
    payment["properties"]["points_of_tests"] = json!({"type": "number"});
    payment["properties"]["name"]["maxLength"] = json!("80");
    payment["properties"]["status"]["enum"] = json!(["ready", "paid", "failed", "cancelled", "held"]);
    payment["properties"]["card_quota"]["type"] = json!("string");
    document["paths"].as_object_mut().unwrap().remove("/users/getToken");
    document.to_string().into_bytes()
}

/// All objects of a document with their keys.
fn objects(node: &Value) -> Vec<&serde_json::Map<String, Value>> {
    match node {
        Value::Array(items) => items.iter().flat_map(objects).collect(),
        Value::Object(fields) => fields.values().flat_map(objects).chain([fields]).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn plain_document_has_no_extensions_and_codes_are_texts_with_known_values() {
    let output = run(&["spec", "--plain"], b"");
    assert!(output.status.success(), "{output:?}");
    let plain: Value = serde_json::from_slice(&output.stdout).unwrap();
    for fields in objects(&plain) {
        assert!(!fields.keys().any(|key| key.starts_with("x-")), "{fields:?}");
        if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
            assert!(plain.pointer(target.trim_start_matches('#')).is_some(), "{target} leads to nothing");
        }
    }
    let status = &plain["components"]["schemas"]["PaymentStatus"];
    let known = json!({ "type": "string", "enum": ["ready", "paid", "failed", "cancelled"] });
    assert_eq!((&status["anyOf"], &status["type"]), (&json!([known, { "type": "string" }]), &Value::Null));
    let response = &plain["components"]["schemas"]["PaymentResponse"]["properties"]["response"];
    let payment = json!([{ "$ref": "#/components/schemas/PaymentAnnotation" }]);
    assert_eq!((&response["allOf"], &response["nullable"]), (&payment, &json!(true)));
    assert_eq!(plain["paths"].as_object().unwrap().len(), spec::document()["paths"].as_object().unwrap().len());
}

#[test]
fn spec_prints_the_document() {
    let yaml = run(&["spec"], b"");
    assert_eq!((yaml.status.code(), String::from_utf8(yaml.stdout).unwrap().as_str()), (Some(0), spec::DOCUMENT));
    let json = run(&["spec", "--format", "json"], b"");
    assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap(), *spec::document());
    // The document does not differ from itself.
    pinned!(None, run(&["spec", "diff", "-"], &json.stdout), @r"
    exit 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn diff_prints_differences_in_every_format() {
    for (name, args) in [
        ("help_spec", &["spec", "--help"][..]),
        ("help_spec_diff", &["spec", "diff", "--help"]),
        ("spec_diff_text", &["spec", "diff", "-"]),
        ("spec_diff_json", &["spec", "diff", "-", "--format", "json", "--new-operations"]),
        ("spec_diff_github", &["spec", "diff", "-", "--format", "github", "--new-operations"]),
    ] {
        pinned(name, None, &run(args, &changed()));
    }
    pinned!(None, run(&["spec", "--format", "xml"], &changed()), @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'xml' for '--format <FORMAT>'
      [possible values: yaml, json]

      tip: a similar value exists: 'yaml'

    For more information, try '--help'.
    ");
    pinned!(None, run(&["spec", "diff", VENDOR], &changed()), @r"
    exit 0
    --- stdout
    --- stderr
    ");
    pinned!(None, run(&["spec", "diff", "-", "--baseline", "known.txt"], &changed()), @r"
    exit 1
    --- stdout
    # breaks decoding or a call
    POST /users/getToken: gone  # standard input:1 /paths
    PaymentAnnotation.card_quota: is string now, was integer  # standard input:1 /definitions/PaymentAnnotation/properties/card_quota

    # added, not read by this crate
    PaymentAnnotation.status: new value `held`  # standard input:1 /definitions/PaymentAnnotation/properties/status
    --- stderr
    iamport: known.txt:5: matches no current difference: PaymentAnnotation.bonus: new, string
    ");
    pinned!(None, run(&["spec", "diff", "nowhere.json"], &changed()), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read nowhere.json: No such file or directory (os error 2)
    ");
    pinned!(None, run(&["spec", "diff", VENDOR, "--baseline", "nowhere.txt"], &changed()), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read nowhere.txt: No such file or directory (os error 2)
    ");
    pinned!(None, run(&["spec", "diff", "known.txt"], &changed()), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read known.txt: invalid YAML: could not find expected ':' at line 5 column 1, while scanning a simple key at line 4 column 1
    ");
    pinned!(None, run(&["spec", "diff"], &changed()), @r"
    exit 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <OTHER>

    Usage: iamport spec diff <OTHER>

    For more information, try '--help'.
    ");
    pinned!(None, run(&["spec", "diff", "-"], b"{\n  \"swagger\": \"2.0\",\n}"), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read standard input: invalid JSON: trailing comma at line 3 column 1
    ");
    pinned!(None, run(&["spec", "diff", "-"], b"swagger: '2.0'\ndefinitions: { PaymentAnnotation: { $ref: '#/gone' } }"), @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot read standard input: `$ref: #/gone` leads to nothing in the document: at /definitions/PaymentAnnotation
    ");
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

#[test]
fn exit_status_depends_on_the_impact() {
    let mut additive: Value = yaml_serde::from_str(&vendor(VENDOR)).unwrap();
    additive["definitions"]["PaymentAnnotation"]["properties"]["new"] = json!({"type": "number"});
    let additive = additive.to_string().into_bytes();
    let mut documentation: Value = yaml_serde::from_str(&vendor(VENDOR)).unwrap();
    documentation["definitions"]["PaymentAnnotation"]["properties"]["name"]["maxLength"] = json!("80");
    let documentation = documentation.to_string().into_bytes();
    for (input, statuses) in [(changed(), [1, 1, 1]), (additive, [0, 1, 1]), (documentation, [0, 0, 1])] {
        for (fail_on, status) in ["breaking", "additive", "any"].iter().zip(statuses) {
            let output = run(&["spec", "diff", "-", "--fail-on", fail_on], &input);
            assert_eq!(output.status.code(), Some(status), "{fail_on}");
            assert!(!output.stdout.is_empty());
        }
    }
}

#[test]
fn differences_have_their_place_in_the_file() {
    let text = vendor(VENDOR).replacen("      card_quota: { type: integer }", "      card_quota: { type: string }", 1);
    let file = folder("spec-place").join("vendor, new.yaml");
    fs::write(&file, &text).unwrap();
    let line = text.lines().position(|line| line.starts_with("      card_quota:")).unwrap() + 1;
    let path = file.to_str().unwrap();
    let pointer = "/definitions/PaymentAnnotation/properties/card_quota";
    let printed = String::from_utf8(run(&["spec", "diff", path], b"").stdout).unwrap();
    let text = "PaymentAnnotation.card_quota: is string now, was integer";
    assert!(printed.ends_with(&format!("{text}  # {path}:{line} {pointer}\n")), "{printed}");
    let printed = String::from_utf8(run(&["spec", "diff", path, "--format", "github"], b"").stdout).unwrap();
    let path = path.replace(',', "%2C");
    let title = "breaks decoding or a call";
    assert_eq!(printed, format!("::error file={path},line={line},title={title}::{text} ({pointer})\n"));
}

/// Inputs of 1 MB, each of which took much more once. A build without optimizations takes longer.
#[cfg(target_os = "linux")]
#[test]
fn process_of_any_description_is_bounded() {
    let repeat = |part: &str| part.repeat(1_000_000 / part.len());
    let variables: String =
        (0..24).map(|n| format!("v{n}: {{ default: '{{v{0}}}{{v{0}}}' }}\n      ", n + 1)).collect();
    let parameters: String =
        (0..15_000).map(|n| format!(r#"{{"name":"p{n}","in":"query","type":"string"}},"#)).collect();
    let seconds = if cfg!(debug_assertions) { 30 } else { 2 };
    for (name, text) in [
        (
            "variables",
            format!(
                "openapi: 3.0.3\npaths: {{}}\nservers:\n  - url: https://a/{{v0}}\n    variables:\n      {variables}v24: {{ default: x }}\n"
            ),
        ),
        ("brackets", "swagger: '2.0'\npaths: ".to_owned() + &repeat("[")),
        ("braces", "swagger: '2.0'\npaths: ".to_owned() + &repeat("{a: ")),
        ("objects", format!("[{}0]", repeat("{\"a\":1},"))),
        (
            "parameters",
            format!(
                r#"{{"swagger":"2.0","paths":{{"/payments/find/{{merchant_uid}}":{{"get":{{"parameters":[{parameters}{{}}],"responses":{{}}}}}}}}}}"#
            ),
        ),
    ] {
        let file = folder("spec-bounds").join("other.yaml");
        fs::write(&file, text).unwrap();
        // Writable memory, apart from the stacks of the threads.
        let script = format!("ulimit -d 65536 -t {seconds}; exec \"$0\" spec diff \"$1\"");
        let mut command = Command::new("bash");
        let output =
            command.args(["-c", &script, env!("CARGO_BIN_EXE_iamport"), file.to_str().unwrap()]).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(0..=2)), "{name}: {:?} {stderr}", output.status);
    }
}
