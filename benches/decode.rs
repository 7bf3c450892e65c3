//! Decoding of payments, with and without validation. Like the client, it checks once that the whole body is UTF-8.
#![allow(clippy::unwrap_used, reason = "a benchmark may fail by panicking")]

mod support;

use std::hint::black_box;

use criterion::Criterion;
use iamport::{PageOrArray, PaymentPage, generated};
use serde::de::DeserializeOwned;
use support::{
    PAGE, PAYMENT,
    baseline::{Envelope, Page, Payment},
    table::{self, BY_HAND, OURS},
};

type OurListing = generated::Envelope<PageOrArray<PaymentPage, iamport::Payment>>;

const VALIDATED: &str = "iamport, validated";

fn main() {
    let mut criterion = table::criterion();
    page(&mut criterion);
    payment(&mut criterion);
    criterion.final_summary();

    table::head("decoding, by time");
    table::row("a page of 20, ours ÷ by hand", table::ratio("page", BY_HAND, OURS), "≤ 1.05");
    table::row("a payment, ours ÷ by hand", table::ratio("payment", BY_HAND, OURS), "");
    table::row("a page of 20, decoded and validated ÷ decoded", table::ratio("page", OURS, VALIDATED), "≤ 2.0");
}

fn ours<T: DeserializeOwned>(body: &[u8]) -> T {
    serde_json::from_str(str::from_utf8(body).unwrap()).unwrap()
}

fn page(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page");
    group.bench_function(BY_HAND, |b| {
        b.iter(|| serde_json::from_slice::<Envelope<Page>>(black_box(PAGE.as_bytes())).unwrap());
    });
    group.bench_function(OURS, |b| {
        b.iter(|| ours::<OurListing>(black_box(PAGE.as_bytes())));
    });
    #[cfg(feature = "validate")]
    group.bench_function(VALIDATED, |b| {
        b.iter(|| {
            let report =
                iamport::validate::validate_response("list_billing_key_payments", 200, black_box(PAGE.as_bytes()));
            (ours::<OurListing>(black_box(PAGE.as_bytes())), report.unwrap())
        });
    });
}

fn payment(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("payment");
    group.bench_function(BY_HAND, |b| {
        b.iter(|| serde_json::from_slice::<Envelope<Payment>>(black_box(PAYMENT.as_bytes())).unwrap());
    });
    group.bench_function(OURS, |b| {
        b.iter(|| ours::<generated::Envelope<iamport::Payment>>(black_box(PAYMENT.as_bytes())));
    });
}
