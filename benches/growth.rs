//! Growth with the work: time a payment listed and peak memory, from 1,000 to 1,000,000 payments; time a finding, from
//! 1 to 1,000 in a record. Each measurement runs in a separate process. Look-ups by 1 to 256 tasks are in `calls`.
//!
//! `IAMPORT_BENCH_PAYMENTS` is the longest listing, 1,000,000 by default.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail by panicking"
)]

mod support;

use std::{env, hint::black_box, process::Command, time::Instant};

use iamport::validate;
use serde_json::{Map, Value, json};
use support::{PAYMENTS_A_PAGE, peak, server};

/// Findings of all records of a measurement, shared by however many records there are.
const FINDINGS: usize = 1_000_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list", payments, base_url] => list(payments.parse().unwrap(), base_url),
        ["validate", findings] => validate(findings.parse().unwrap()),
        _ => compare(),
    }
}

fn compare() {
    let longest = env::var("IAMPORT_BENCH_PAYMENTS").ok().and_then(|most| most.parse().ok()).unwrap_or(1_000_000);
    let base_url = server::start();
    let listed = [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|payments| *payments <= longest);
    print("payments listed", "a payment", listed, |payments| {
        vec!["list".into(), payments.to_string(), base_url.clone()]
    });
    let findings = [1, 10, 100, 1_000];
    print("findings a record", "a finding", findings, |findings| vec!["validate".into(), findings.to_string()]);
}

fn print(what: &str, unit: &str, sizes: impl IntoIterator<Item = usize>, arguments: impl Fn(usize) -> Vec<String>) {
    println!("\n| {what} | time {unit}, µs | ÷ the first | peak, MiB |\n| --- | --- | --- | --- |");
    let mut first = None;
    for size in sizes {
        let output = Command::new(env::current_exe().unwrap()).args(arguments(size)).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        let (micros, mib) = (figures[0], figures[1]);
        let first = *first.get_or_insert(micros);
        println!("| {size} | {micros:.2} | {:.2} | {mib:.1} |", micros / first);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn list(payments: usize, base_url: &str) {
    let client = support::client(base_url);
    // The token and the connections are there before.
    client.billing_key_payments("1").page(1).await.unwrap();
    let begun = Instant::now();
    let mut items = client.billing_key_payments((payments / PAYMENTS_A_PAGE).to_string()).items();
    let mut count = 0;
    while let Some(payment) = items.next().await {
        black_box(payment.unwrap());
        count += 1;
    }
    assert_eq!(count, payments);
    print_figures(begun, payments);
}

/// Validates records of so many unknown fields.
fn validate(findings: usize) {
    let mut response = json!({ "access_token": "0123", "now": 1_709_722_000, "expired_at": 1_709_723_800 });
    let fields = response.as_object_mut().unwrap();
    fields.extend((0..findings).map(|number| (format!("field_{number}"), Value::Null)).collect::<Map<_, _>>());
    let record = json!({ "code": 0, "message": "", "response": response }).to_string();
    let check = || validate::validate_response("get_token", 200, record.as_bytes()).unwrap();
    assert_eq!(check().findings().len(), findings);
    let begun = Instant::now();
    for _ in 0..FINDINGS / findings {
        black_box(check());
    }
    print_figures(begun, FINDINGS);
}

/// Prints the microseconds a unit, and the peak memory in MiB.
fn print_figures(begun: Instant, units: usize) {
    println!("{} {}", begun.elapsed().as_secs_f64() * 1e6 / units as f64, peak() as f64 / 1024.0);
}
