//! Allocations per payment, and the peak memory of a long listing. Each listing has a separate process.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail by panicking"
)]

mod support;

use std::{env, hint::black_box, process::Command};

use iamport::{PageOrArray, Payment, PaymentPage, generated};
use serde::de::DeserializeOwned;
use support::{
    PAGE, PAYMENTS_A_PAGE,
    baseline::{Baseline, Envelope, Page},
    peak, server,
    table::{self, BY_HAND, OURS},
};

const PAGES: usize = 5_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list", who, base_url] => list(who, base_url),
        _ => compare(),
    }
}

fn compare() {
    let (baseline, ours) =
        (allocations::<Envelope<Page>>(), allocations::<generated::Envelope<PageOrArray<PaymentPage, Payment>>>());
    table::head("memory");
    println!(
        "| allocations per payment decoded, ours − by hand | {ours:.1} − {baseline:.1} = {:+.1} | ≤ +2 |",
        ours - baseline
    );

    let base_url = server::start();
    let [baseline, ours] = [BY_HAND, OURS].map(|who| {
        let output = Command::new(env::current_exe().unwrap()).args(["list", who, &base_url]).output().unwrap();
        assert!(output.status.success(), "the listing failed");
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_whitespace().map(|kib| kib.parse::<f64>().unwrap() / 1024.0).collect::<Vec<_>>()
    });
    let peak = |mib: &[f64]| *mib.last().unwrap();
    let difference = peak(&ours) - peak(&baseline);
    println!(
        "| peak of a listing of {} payments, ours − by hand, MiB | {:.1} − {:.1} = {difference:+.1} | ≤ +8 |",
        PAGES * PAYMENTS_A_PAGE,
        peak(&ours),
        peak(&baseline)
    );
    println!("| growth in the listing's second half, MiB | {:+.1} | flat |", peak(&ours) - ours[ours.len() / 2]);
}

fn allocations<T: DeserializeOwned>() -> f64 {
    let counted = allocation_counter::measure(|| {
        black_box(serde_json::from_slice::<T>(PAGE.as_bytes()).unwrap());
    });
    counted.count_total as f64 / PAYMENTS_A_PAGE as f64
}

/// Prints the peak memory in KiB after each tenth of a listing.
#[tokio::main(flavor = "current_thread")]
async fn list(who: &str, base_url: &str) {
    let mut payments = 0;
    let mut count = || {
        payments += 1;
        if payments % (PAGES * PAYMENTS_A_PAGE / 10) == 0 {
            println!("{}", peak());
        }
    };
    if who == OURS {
        let mut stream = support::client(base_url).billing_key_payments(PAGES.to_string()).items();
        while let Some(payment) = stream.next().await {
            black_box(payment.unwrap());
            count();
        }
    } else {
        let each = |payment| {
            black_box(payment);
            count();
        };
        Baseline::new(base_url).unwrap().list(&PAGES.to_string(), each).await.unwrap();
    }
    assert_eq!(payments, PAGES * PAYMENTS_A_PAGE);
}
