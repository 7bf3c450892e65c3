//! The log of a call equals the log that the rustdoc shows.
#![cfg(all(feature = "sandbox", feature = "tracing"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;
#[path = "common/log.rs"]
mod log;

use std::fs;

use common::EagerClock;
use iamport::sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox};
use log::Log;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{self, format::FmtSpan},
    prelude::*,
};

/// Milliseconds differ from run to run.
fn without_figures(line: &str) -> String {
    let mut parts = line.split("_ms=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "_ms=…" + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The log lines that a file shows, without comment markers.
fn shown(file: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lines = text.lines().map(|line| line.strip_prefix("//! ").unwrap_or(line));
    lines.filter(|line| line.contains(" iamport{operation=")).map(without_figures).collect()
}

/// Captures the log of the crate on this thread.
fn capture() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let layer = fmt::layer().with_span_events(FmtSpan::CLOSE).with_target(false).without_time();
    let layer = layer.with_ansi(false).with_writer(log.clone());
    let ours = Targets::new().with_target("iamport", LevelFilter::DEBUG);
    (log, tracing_subscriber::registry().with(layer).with(ours).set_default())
}

/// Returns the lines since the last call.
fn lines(log: &Log, seen: &mut usize) -> Vec<String> {
    let text = log.text().split_off(*seen);
    *seen += text.len();
    text.lines().map(without_figures).collect()
}

/// A single test, since tracing caches for all threads whether a span is enabled.
#[tokio::test]
async fn log_of_a_call_equals_that_of_the_guide_and_has_the_error() {
    let (log, _guard) = capture();
    let mut seen = 0;

    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), 1);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    let logged = lines(&log, &mut seen);
    assert_eq!(shown("src/lib.rs"), logged);

    sandbox.inject_fault(Endpoint::Find, Fault::ResetInBody, 4);
    let error = client.find_payment("order-0001").await.unwrap_err();
    let failed = lines(&log, &mut seen);
    assert_eq!(failed.iter().filter(|line| line.contains("WARN")).count(), 4, "{failed:?}");
    let span = format!(r#"iamport{{operation="find_payment" attempts=4 elapsed_ms=… error={error}}}"#);
    assert_eq!(failed.last().unwrap(), &format!(" INFO {span}: close"));

    // Errors that occur after the last attempt.
    #[cfg(feature = "validate")]
    let strict = {
        let validation = iamport::Validation::trace().and(iamport::Validation::reject());
        let strict = sandbox.client().validation(validation).build().unwrap();
        assert!(strict.find_payment("order-0001").await.unwrap().is_some());
        lines(&log, &mut seen);
        strict
    };
    #[cfg(not(feature = "validate"))]
    let strict = client.clone();
    let other = r#"{"code":0,"message":null,"response":{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":1}}"#;
    for (body, rejects) in [
        ("[]", false),
        (r#"{"code":1,"message":"no","response":null}"#, false),
        (r#"{"code":0,"message":null,"response":null}"#, false),
        (other, false),
        (r#"{"code":0,"message":1,"response":{"imp_uid":1}}"#, true),
        (r#"{"code":0,"message":null,"response":null,"s":{"a":1,"a":2}}"#, true),
        (r#"{"code":0,"message":null,"response":{"escrow":"홍길동"}}"#, true),
    ] {
        if rejects && cfg!(not(feature = "validate")) {
            continue;
        }
        sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, body));
        let caller = if rejects { &strict } else { &client };
        let error = caller.find_payment("order-0001").await.unwrap_err();
        let logged = lines(&log, &mut seen);
        let span = format!(r#"iamport{{operation="find_payment" attempts=1 elapsed_ms=… status=200 error={error}}}"#);
        assert_eq!(logged.last().unwrap(), &format!(" INFO {span}: close"), "{body}");
        assert_eq!(logged.iter().filter(|line| line.contains("close")).count(), 1, "{body}");
        if rejects {
            let events: Vec<_> = logged.iter().filter(|line| line.contains("ERROR")).collect();
            let inside = r#"ERROR iamport{operation="find_payment"}: "#;
            assert!(!events.is_empty() && events.iter().all(|event| event.starts_with(inside)), "{logged:?}");
            let fields = ["operation=", "pointer=\"/response", "rule=", "severity=\"violation\"", "actual="];
            let cannot = "not validated";
            let has_fields = events.iter().any(|event| fields.iter().all(|field| event.contains(field)));
            assert!(has_fields || events[0].contains(cannot), "{logged:?}");
        }
    }

    assert!(!log.text().contains("홍길동"));

    // The generated client also closes its spans.
    sandbox.enqueue_response(Endpoint::List, MockResponse::json(200, "[]"));
    let error = client.generated().list_billing_key_payments("cust_0001", None).await.unwrap_err();
    let span = r#"iamport{operation="list_billing_key_payments" attempts=1 elapsed_ms=… status=200 error="#;
    assert_eq!(lines(&log, &mut seen).last().unwrap(), &format!(" INFO {span}{error}}}: close"));

    // Nothing was sent.
    let error = client.find_payment("..").await.unwrap_err();
    let span = format!(r#"iamport{{operation="find_payment" error={error}}}"#);
    assert_eq!(lines(&log, &mut seen), [format!(" INFO {span}: close")]);

    let (find, find_all, list) = (client.find_payment("o"), client.find_payments("o"), client.list_payments());
    for (operation, error) in [
        ("find_payment", find.clone().sorting("x").await.unwrap_err()),
        ("find_payment_with_status", find.status("x").await.unwrap_err()),
        ("find_payments", find_all.clone().page(0).await.unwrap_err()),
        ("find_payments_with_status", find_all.status("paid").page_size(0).await.unwrap_err()),
        ("list_payments", list.clone().status("x").items().next().await.unwrap().unwrap_err()),
        ("list_payments", list.page(0).await.unwrap_err()),
        ("get_payments", client.get_payments([""]).await.unwrap_err()),
        ("list_billing_key_payments", client.billing_key_payments("c").page(0).await.unwrap_err()),
    ] {
        let span = format!(r#"iamport{{operation="{operation}" error={error}}}"#);
        assert!(log.text().contains(&format!(" INFO {span}: close\n")), "{span}");
    }
    assert_eq!(lines(&log, &mut seen).len(), 8);

    // A missing payment is a result, not an error.
    assert!(client.find_payment("order-9999").await.unwrap().is_none());
    let span = r#"iamport{operation="find_payment" attempts=1 elapsed_ms=… status=404}"#;
    assert_eq!(lines(&log, &mut seen).last().unwrap(), &format!(" INFO {span}: close"));
}
