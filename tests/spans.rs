//! What an operator sees of a call, as the README and the guide show it.
#![cfg(all(feature = "sandbox", feature = "tracing"))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use std::fs;

use common::{EagerClock, log::Log};
use iamport::sandbox::{CannedAnswer, Endpoint, Fault, PaymentBody, Sandbox};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{self, format::FmtSpan},
    prelude::*,
};

/// Milliseconds are of the run that was printed.
fn without_figures(line: &str) -> String {
    let mut parts = line.split("_ms=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "_ms=…" + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The lines of a file that show spans, without what makes a comment of them.
fn shown(file: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lines = text.lines().map(|line| line.strip_prefix("//! ").unwrap_or(line));
    lines.filter(|line| line.contains(" iamport{operation=")).map(without_figures).collect()
}

/// Logs what the crate does, on this thread, until the guard is dropped.
fn watch() -> (Log, DefaultGuard) {
    let log = Log::default();
    let layer = fmt::layer().with_span_events(FmtSpan::CLOSE).with_target(false).without_time();
    let layer = layer.with_ansi(false).with_writer(log.clone());
    let ours = Targets::new().with_target("iamport", LevelFilter::DEBUG);
    (log, tracing_subscriber::registry().with(layer).with(ours).set_default())
}

#[tokio::test]
async fn the_log_of_a_call_that_is_tried_again_is_what_the_guide_shows() {
    let (log, _guard) = watch();
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.put(PaymentBody::new("order-0001", 15900).paid());
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.misbehave(Endpoint::Find, CannedAnswer::html(503), 1);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());

    let log = log.text();
    let logged: Vec<_> = log.lines().map(without_figures).collect();
    assert_eq!(shown("README.md"), logged, "{log}");
    assert_eq!(shown("src/lib.rs"), logged, "{log}");
}

#[tokio::test]
async fn a_call_without_an_answer_tells_why() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    let (log, _guard) = watch();
    sandbox.misbehave(Endpoint::Find, Fault::ResetInBody, usize::MAX);
    let error = client.find_payment("order-0001").await.unwrap_err();
    let log = log.text();
    assert_eq!(log.matches("WARN").count(), 4, "{log}");
    let last = without_figures(log.lines().last().unwrap());
    let span = format!(r#"iamport{{operation="find_payment" attempts=4 elapsed_ms=… error={error}}}"#);
    assert_eq!(last, format!(" INFO {span}: close"));
}
