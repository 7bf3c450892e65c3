//! What an operator sees of a call, as the guide shows it.
#![cfg(all(feature = "sandbox", feature = "tracing"))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use std::fs;

use common::{EagerClock, log::Log};
use iamport::sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox};
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

/// In one test, since whether a span is worth a look is found out once for all threads.
#[tokio::test]
async fn the_log_of_a_call_is_what_the_guide_shows_and_tells_why_it_failed() {
    let log = Log::default();
    let layer = fmt::layer().with_span_events(FmtSpan::CLOSE).with_target(false).without_time();
    let layer = layer.with_ansi(false).with_writer(log.clone());
    let ours = Targets::new().with_target("iamport", LevelFilter::DEBUG);
    let _guard = tracing_subscriber::registry().with(layer).with(ours).set_default();

    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), 1);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());

    let retried = log.text();
    let logged: Vec<_> = retried.lines().map(without_figures).collect();
    assert_eq!(shown("src/lib.rs"), logged, "{retried}");

    #[cfg(feature = "validate")]
    {
        let before = log.text().len();
        let validation = iamport::Validation::trace().and(iamport::Validation::reject());
        let client = sandbox.client().validation(validation).build().unwrap();
        sandbox.upsert_payment(PaymentFixture::new("order-0002", 15900).paid().set("escrow", "홍길동"));
        let error = client.find_payment("order-0002").await.unwrap_err();
        let text = log.text().split_off(before);
        let event = r#"ERROR iamport{operation="find_payment"}: finding operation="find_payment" severity="violation" pointer="/response/escrow" rule="must be a boolean" actual="a string of 3 characters""#;
        assert!(text.contains(event) && !text.contains("홍길동"), "{text}");
        let last = without_figures(text.lines().last().unwrap());
        assert!(last.contains(&format!("error={error}")) && last.ends_with(": close"), "{last}");
    }

    let retried = log.text();
    sandbox.inject_fault(Endpoint::Find, Fault::ResetInBody, usize::MAX);
    let error = client.find_payment("order-0001").await.unwrap_err();
    let failed = log.text().split_off(retried.len());
    assert_eq!(failed.matches("WARN").count(), 4, "{failed}");
    let last = without_figures(failed.lines().last().unwrap());
    let span = format!(r#"iamport{{operation="find_payment" attempts=4 elapsed_ms=… error={error}}}"#);
    assert_eq!(last, format!(" INFO {span}: close"));
}
