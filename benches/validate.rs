//! Validation of NDJSON in one thread, in MB/s: this crate with findings and sources, `jsonschema` and ajv with only valid
//! or invalid. `IAMPORT_BENCH_MB` is the size of the file, 100 by default. ajv is skipped where node does not find it.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail by panicking"
)]

#[path = "../tests/it/contract/translate.rs"]
mod translate;

use std::{env, fs, path::Path, process::Command, time::Instant};

use iamport::validate;
use serde_json::Value;

const BODY: &str = include_str!("../tests/wire/find-paid-card.json");

fn main() {
    let megabytes: usize = env::var("IAMPORT_BENCH_MB").ok().and_then(|mb| mb.parse().ok()).unwrap_or(100);
    let ndjson = records(megabytes * 1_000_000);
    let schema = translate::json_schema(iamport::spec::document(), "PaymentResponse");

    println!("| validation of {} MB of NDJSON, MB/s | |\n| --- | --- |", ndjson.len() / 1_000_000);
    let mut findings = 0;
    let ours = measure(&ndjson, |record| {
        let report = validate::validate_response("find_payment", 200, record.as_bytes()).unwrap();
        findings += report.findings().len();
    });
    println!("| iamport ({findings} findings) | {ours:.0} |");

    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&schema).unwrap();
    let jsonschema = measure(&ndjson, |record| {
        let body: Value = serde_json::from_str(record).unwrap();
        assert!(validator.is_valid(&body));
    });
    println!("| jsonschema | {jsonschema:.0} |");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (input, rules) = (folder.join("validate.ndjson"), folder.join("validate.schema.json"));
    fs::write(&input, &ndjson).unwrap();
    fs::write(&rules, schema.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/support/ajv.js");
    let output = Command::new("node").arg(script).arg(&rules).arg(&input).output();
    fs::remove_file(&input).unwrap();
    match output {
        Ok(output) if output.status.success() => {
            let ajv: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
            println!("| ajv | {ajv:.0} |\n| iamport ÷ ajv | {:.2} |", ours / ajv);
        }
        Ok(output) => println!("\nSKIPPED ajv: {}", String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => println!("\nSKIPPED ajv: node cannot be run: {error}"),
    }
}

/// Responses to look-ups of different orders, one per line.
fn records(size: usize) -> String {
    let body: Value = serde_json::from_str(BODY).unwrap();
    let (line, order) = (body.to_string(), body["response"]["merchant_uid"].as_str().unwrap());
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

/// Returns the best of three runs over all records.
fn measure(ndjson: &str, mut check: impl FnMut(&str)) -> f64 {
    let run = |_| {
        let begun = Instant::now();
        ndjson.lines().for_each(&mut check);
        begun.elapsed().as_secs_f64()
    };
    let seconds = (0..3).map(run).fold(f64::INFINITY, f64::min);
    f64::from(u32::try_from(ndjson.len()).unwrap()) / 1e6 / seconds
}
