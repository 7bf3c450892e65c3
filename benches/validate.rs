//! Validation of NDJSON, in MB/s: the library and the command report findings with sources, `jsonschema` and ajv
//! only whether a record is valid. The rounds are interleaved, and the best of three counts.
//!
//! `IAMPORT_BENCH_MB` is the size of a file, 100 by default. ajv is skipped unless node finds it:
//! `npm install --prefix target/tmp/node ajv@8`, or `NODE_PATH`.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail by panicking"
)]

mod support;
#[path = "../tests/it/contract/translate.rs"]
mod translate;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use iamport::validate;
use serde_json::Value;
use support::{PAYMENT, command, table};

const ROUNDS: usize = 3;

fn main() {
    let megabytes: usize = env::var("IAMPORT_BENCH_MB").ok().and_then(|mb| mb.parse().ok()).unwrap_or(100);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let rules = folder.join("validate.schema.json");
    let schema = translate::json_schema(iamport::spec::document(), "PaymentResponse");
    fs::write(&rules, schema.to_string()).unwrap();
    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&schema).unwrap();
    let command = command();

    let size = megabytes * 1_000_000;
    for (name, ndjson) in
        [("plain", records(size, false)), ("escaped", records(size, true)), ("different", different_records(size))]
    {
        let input = folder.join("validate.ndjson");
        fs::write(&input, &ndjson).unwrap();
        let speed = |seconds: f64| ndjson.len() as f64 / 1e6 / seconds;
        let [mut library, mut by_command, mut jsonschema] = [0_f64; 3];
        let (mut ajv, mut findings, mut peak) = (Ok::<_, String>(0_f64), 0, 0);
        for _ in 0..ROUNDS {
            findings = 0;
            library = library.max(speed(measure(&ndjson, |record| {
                let report = validate::validate_response("find_payment", 200, record.as_bytes()).unwrap();
                findings += report.findings().len();
            })));
            let (seconds, kib) = run(&command, &input);
            (by_command, peak) = (by_command.max(speed(seconds)), peak.max(kib));
            jsonschema = jsonschema.max(speed(measure(&ndjson, |record| {
                let body: Value = serde_json::from_str(record).unwrap();
                assert!(validator.is_valid(&body));
            })));
            ajv = ajv.and_then(|best| Ok(best.max(speed(run_ajv(&rules, &input)?))));
        }
        fs::remove_file(&input).unwrap();

        println!("\n| {} MB of {name} NDJSON, {findings} findings | MB/s |\n| --- | --- |", ndjson.len() / 1_000_000);
        println!("| `iamport validate` (peak of {:.1} MiB) | {by_command:.0} |", f64::from(peak) / 1024.0);
        println!("| `validate_response` | {library:.0} |\n| jsonschema | {jsonschema:.0} |");
        match &ajv {
            Ok(ajv) => println!("| ajv | {ajv:.0} |"),
            Err(why) => println!("\nSKIPPED ajv: {why}"),
        }
        table::head(&format!("validation of {name} NDJSON, by speed"));
        let ajv = ajv.ok();
        table::row("`iamport validate` ÷ ajv", ajv.map(|ajv| by_command / ajv), "≥ 1.3");
        table::row("`validate_response` ÷ ajv", ajv.map(|ajv| library / ajv), "");
        table::row("`iamport validate` ÷ jsonschema", Some(by_command / jsonschema), "");
        table::row("`validate_response` ÷ jsonschema", Some(library / jsonschema), "");
    }
}

/// Responses to look-ups of different orders, one per line.
fn records(size: usize, escape: bool) -> String {
    let body: Value = serde_json::from_str(PAYMENT).unwrap();
    let (mut line, order) = (body.to_string(), body["response"]["merchant_uid"].as_str().unwrap());
    if escape {
        line = line.chars().map(escaped).collect();
    }
    let mut ndjson = String::with_capacity(size + line.len());
    for number in 0.. {
        if ndjson.len() >= size {
            break;
        }
        ndjson += &line.replace(order, &format!("order-{number:08}"));
        ndjson += "\n";
    }
    ndjson
}

/// The fields without which a payment is invalid.
const REQUIRED: [&str; 4] = ["imp_uid", "merchant_uid", "amount", "status"];

/// The fields with texts of any length.
const TEXTS: [&str; 8] =
    ["name", "buyer_name", "buyer_email", "buyer_addr", "custom_data", "receipt_url", "user_agent", "fail_reason"];

/// Responses that differ in their fields, the order of those, and the lengths and alphabets of texts; some escape them. The
/// same in every run.
fn different_records(size: usize) -> String {
    let mut random = fastrand::Rng::with_seed(20_240_306);
    let body: Value = serde_json::from_str(PAYMENT).unwrap();
    let payment: Vec<_> = body["response"].as_object().unwrap().iter().collect();
    let mut ndjson = String::with_capacity(size + 4_096);
    while ndjson.len() < size {
        let mut fields: Vec<_> = payment.clone();
        fields.retain(|(name, _)| REQUIRED.contains(&name.as_str()) || random.u8(..10) > 0);
        if random.bool() {
            random.shuffle(&mut fields);
        }
        let escape = random.u8(..4) == 0;
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "amount" => format!("\"amount\":{}", random.u32(100..10_000_000)),
                "merchant_uid" => format!("\"merchant_uid\":\"order-{:08}\"", random.u32(..100_000_000)),
                name if TEXTS.contains(&name) && random.u8(..4) > 0 => {
                    let text = text(&mut random);
                    let text = if escape { text.chars().map(escaped).collect() } else { text };
                    format!("\"{name}\":\"{text}\"")
                }
                name => format!("\"{name}\":{value}"),
            })
            .collect();
        ndjson += &format!("{{\"code\":0,\"message\":null,\"response\":{{{}}}}}\n", fields.join(","));
    }
    ndjson
}

/// A text in Hangul or in ASCII, of up to 200 characters, most of them short.
fn text(random: &mut fastrand::Rng) -> String {
    let longest = if random.u8(..4) == 0 { 200 } else { 20 };
    let (length, hangul) = (random.usize(..longest), random.bool());
    let letter = |_| if hangul { random.char('가'..='힣') } else { random.alphanumeric() };
    (0..length).map(letter).collect()
}

/// Escapes a character like PHP's `json_encode`.
fn escaped(c: char) -> String {
    match c {
        '/' => "\\/".to_owned(),
        c if c.is_ascii() => c.into(),
        c => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    }
}

/// Returns the seconds for all records.
fn measure(ndjson: &str, check: impl FnMut(&str)) -> f64 {
    let begun = Instant::now();
    ndjson.lines().for_each(check);
    begun.elapsed().as_secs_f64()
}

/// Runs the command. Returns its seconds, startup included, and its peak memory in KiB.
fn run(command: &Path, input: &Path) -> (f64, u32) {
    let begun = Instant::now();
    let mut child =
        Command::new(command).arg("validate").arg(input).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let watch = thread::spawn(move || watch(&status));
    assert!(child.wait().unwrap().success());
    (begun.elapsed().as_secs_f64(), watch.join().unwrap())
}

/// Polls the peak memory of a process until it exits. Returns 0 on other systems than Linux.
fn watch(status: &Path) -> u32 {
    let mut peak = 0;
    while let Some(now) = fs::read_to_string(status).ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }) {
        peak = now;
        thread::sleep(Duration::from_millis(10));
    }
    peak
}

/// Returns the seconds that ajv takes, or why it cannot run.
fn run_ajv(rules: &Path, input: &Path) -> Result<f64, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/support/ajv.js");
    let modules = env::var_os("NODE_PATH")
        .unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("node/node_modules").into_os_string());
    let output = Command::new("node").arg(script).arg(rules).arg(input).env("NODE_PATH", modules).output();
    let output = output.map_err(|error| format!("node cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8(output.stdout).unwrap().trim().parse().unwrap())
}
