//! The log of a call equals the log that the rustdoc shows.
#![cfg(all(feature = "sandbox", feature = "tracing"))]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;
#[path = "common/log.rs"]
mod log;

use std::{
    collections::BTreeMap,
    fmt::Debug,
    fs,
    sync::{Arc, Mutex},
};

use common::EagerClock;
use iamport::{
    reqwest::Method,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};
use log::Log;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt::{self, format::FmtSpan},
    layer::Context,
    prelude::*,
    registry::LookupSpan,
};

/// The fields of a span with their types, and the operation of its parent.
type Fields = BTreeMap<&'static str, String>;

/// Collects the fields of spans as an exporter does.
#[derive(Clone, Default)]
struct Exporter(Arc<Mutex<Vec<(Id, Fields)>>>);

impl Exporter {
    fn add(&self, id: &Id, record: impl FnOnce(&mut Exported<'_>)) {
        let mut spans = self.0.lock().unwrap();
        if let Some((_, fields)) = spans.iter_mut().rev().find(|(known, _)| known == id) {
            record(&mut Exported(fields));
        }
    }

    fn take(&self) -> Vec<Fields> {
        std::mem::take(&mut *self.0.lock().unwrap()).into_iter().map(|(_, fields)| fields).collect()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Exporter {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context.span(id).and_then(|span| Some(span.parent()?.name()));
        let fields = Fields::from([("parent", parent.unwrap_or("none").to_owned())]);
        self.0.lock().unwrap().push((id.clone(), fields));
        self.add(id, |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.add(id, |fields| values.record(fields));
    }
}

struct Exported<'a>(&'a mut Fields);

impl Visit for Exported<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        let value = if field.name().ends_with("_ms") { "…".to_owned() } else { value.to_string() };
        self.0.insert(field.name(), format!("i64 {value}"));
    }

    fn record_u64(&mut self, field: &Field, _: u64) {
        panic!("OpenTelemetry drops the u64 {field}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// Leaves out the fields of OpenTelemetry's conventions.
fn without_opentelemetry(line: &str) -> String {
    let mut text = line.to_owned();
    for prefix in [" otel.", " http.", " url.", " error.type="] {
        while let Some(start) = text.find(prefix) {
            let value = start + text[start..].find('=').unwrap() + 1;
            let end = match text[value..].strip_prefix('"') {
                Some(quoted) => value + quoted.find('"').unwrap() + 2,
                None => value + text[value..].find([' ', '}']).unwrap(),
            };
            text.replace_range(start..end, "");
        }
    }
    text
}

/// Milliseconds differ from run to run.
fn without_figures(line: &str) -> String {
    let line = without_opentelemetry(line);
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
fn capture() -> (Log, Exporter, tracing::subscriber::DefaultGuard) {
    let (log, exporter) = (Log::default(), Exporter::default());
    let layer = fmt::layer().with_span_events(FmtSpan::CLOSE).with_target(false).without_time();
    let layer = layer.with_ansi(false).with_writer(log.clone());
    let ours = Targets::new().with_target("iamport", LevelFilter::DEBUG).with_target("spans", LevelFilter::DEBUG);
    let subscriber = tracing_subscriber::registry().with(layer).with(exporter.clone()).with(ours);
    (log, exporter, subscriber.set_default())
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
    let (log, exporter, _guard) = capture();
    let mut seen = 0;

    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), 1);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    let logged = lines(&log, &mut seen);
    assert_eq!(shown("src/lib.rs"), logged);
    let mut exported = exporter.take();
    let found = Fields::from(
        [
            ("parent", "none"),
            ("operation", "find_payment"),
            ("attempts", "i64 2"),
            ("elapsed_ms", "i64 …"),
            ("status", "i64 200"),
            ("otel.name", "GET /payments/find/{merchant_uid}"),
            ("otel.kind", "client"),
            ("http.request.method", "GET"),
            ("http.request.resend_count", "i64 1"),
            ("http.response.status_code", "i64 200"),
            ("url.template", "/payments/find/{merchant_uid}"),
        ]
        .map(|(name, value)| (name, value.to_owned())),
    );
    assert_eq!(exported.remove(0), found);
    assert_eq!(exported[0]["parent"], "iamport", "the request for a token belongs to the call");

    // A call that failed, in a task of another span.
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(501), 1);
    let checkout = tracing::info_span!("checkout");
    let call = checkout.in_scope(|| tokio::spawn(client.find_payment("order-0001").send()));
    let error = call.await.unwrap().unwrap_err().to_string();
    let failed = exporter.take().pop().unwrap();
    let failure = ["parent", "otel.status_code", "error", "error.type", "http.response.status_code"];
    assert_eq!(failure.map(|field| &*failed[field]), ["checkout", "ERROR", &error, "501", "i64 501"]);
    assert!(!failed.contains_key("http.request.resend_count"));
    let page = checkout.in_scope(|| tokio::spawn(client.find_payments("order-0001").send()));
    page.await.unwrap().unwrap();
    assert_eq!(exporter.take().pop().unwrap()["parent"], "checkout");
    lines(&log, &mut seen);

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

    // A raw request has the template of its path.
    exporter.take();
    sandbox.enqueue_response(Endpoint::Other, MockResponse::html(501));
    let raw = client.request(Method::POST, "/subscribe/{customer_uid}").path("customer_uid", "hush");
    let error = raw.json("hush").send::<()>().await.unwrap_err();
    let span = r#"iamport{operation="POST /subscribe/{customer_uid}" attempts=1 elapsed_ms=… status=501 error="#;
    assert_eq!(lines(&log, &mut seen).last().unwrap(), &format!(" INFO {span}{error}}}: close"));
    let exported = exporter.take().pop().unwrap();
    let fields = ["otel.name", "http.request.method", "url.template"];
    let named = ["POST /subscribe/{customer_uid}", "POST", "/subscribe/{customer_uid}"];
    assert_eq!(fields.map(|field| &*exported[field]), named);
    sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, "[]"));
    let error = client.request(Method::PUT, "/banks").send::<()>().await.unwrap_err();
    let span = r#"iamport{operation="PUT /banks" attempts=1 elapsed_ms=… status=200 error="#;
    assert_eq!(lines(&log, &mut seen).last().unwrap(), &format!(" INFO {span}{error}}}: close"));
    for (method, name) in [(Method::GET, "GET"), (Method::HEAD, "_OTHER")] {
        let error = client.request(method, "/{uid}").path("uid", "..").send::<()>().await.unwrap_err();
        let span = format!(r#"iamport{{operation="{name} /{{uid}}" error={error}}}"#);
        assert_eq!(lines(&log, &mut seen), [format!(" INFO {span}: close")]);
    }
    assert!(!log.text().contains("hush"));

    // Nothing was sent.
    let error = client.find_payment("..").await.unwrap_err();
    let span = format!(r#"iamport{{operation="find_payment" error={error}}}"#);
    assert_eq!(lines(&log, &mut seen), [format!(" INFO {span}: close")]);

    let (find, find_all, list) = (client.find_payment("o"), client.find_payments("o"), client.list_payments());
    let mut closed = Vec::new();
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
        closed.push(format!(" INFO {span}: close"));
    }
    assert_eq!(lines(&log, &mut seen), closed);

    // A missing payment is a result, not an error.
    assert!(client.find_payment("order-9999").await.unwrap().is_none());
    let span = r#"iamport{operation="find_payment" attempts=1 elapsed_ms=… status=404}"#;
    assert_eq!(lines(&log, &mut seen).last().unwrap(), &format!(" INFO {span}: close"));
}
