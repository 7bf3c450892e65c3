//! No log line and no printed value contains a secret or personal data, neither ours nor of our dependencies.
#![cfg(all(feature = "sandbox", feature = "tracing"))]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;
#[path = "common/log.rs"]
mod log;
#[path = "secrets/types.rs"]
mod types;

use std::{error::Error as _, io::Write, time::Duration};

use common::EagerClock;
use iamport::{
    Client, Payment, RetryConfig,
    generated::types::TokenRequest,
    reqwest::Method,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};
use log::Log;
use serde_json::{Value, json};

const KEY: &str = "hush-api-key";
const SECRET: &str = "hush-api-secret";
const MERCHANT_UID: &str = "hush-order";
const CUSTOMER_UID: &str = "hush-customer";

/// The personal fields of a payment.
const PERSONAL: [&str; 11] = [
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "buyer_addr",
    "buyer_postcode",
    "card_number",
    "vbank_num",
    "vbank_holder",
    "custom_data",
    "user_agent",
    "receipt_url",
];

fn payment() -> PaymentFixture {
    let body = PaymentFixture::new(MERCHANT_UID, 15900).paid();
    let body = PERSONAL.iter().fold(body, |body, field| body.set(field, format!("hush-{field}-홍길동")));
    let body = body.set("customer_uid", CUSTOMER_UID).cancelled(100, "부분 취소");
    let body = body
        .set("cancel_receipt_urls", ["hush-receipt-홍길동"])
        .set("deposit_history", [json!({"depositor_name": "hush-depositor-홍길동"})]);
    body.set("a_new_field", json!({"holder": "hush-unknown-홍길동"}))
}

fn html(status: u16) -> MockResponse {
    MockResponse::new(status, "text/html", "<html>hush-html-홍길동</html>").header("x-trace", "hush-header")
}

fn faults(elsewhere: &Sandbox) -> Vec<Fault> {
    let body = |body: &str| Fault::from(MockResponse::json(200, body));
    vec![
        Fault::ResetInHeaders,
        Fault::ResetInBody,
        Fault::StallInHeaders,
        Fault::StallInBody,
        Fault::Trickle,
        Fault::TruncatedBody,
        Fault::LengthTooLong,
        Fault::LengthTooShort,
        Fault::OversizedBody(20 << 20),
        Fault::RevokedToken,
        Fault::ExpiredToken,
        Fault::ClockAhead(Duration::from_secs(3600)),
        Fault::ClockBehind(Duration::from_secs(3600)),
        html(200).into(),
        html(401).into(),
        html(403).into(),
        html(404).into(),
        html(429).header("retry-after", "7").into(),
        html(503).into(),
        html(302).header("location", &format!("{}/hush-location", elsewhere.base_url())).into(),
        MockResponse::json(204, "").into(),
        body("[\"hush-array\"]"),
        body(r#"{"code":"hush-code"}"#),
        body(r#"{"code":0,"response":"hush-response"}"#),
        body(r#"{"code":0,"response":{"imp_uid":1,"merchant_uid":"hush-order"}}"#),
        body(
            r#"{"code":0,"response":{"imp_uid":"i","merchant_uid":"hush-order","status":"paid","amount":"hush-amount"}}"#,
        ),
        body(
            r#"{"code":0,"response":{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":1,"hush-f":1,"hush-f":2}}"#,
        ),
        body(r#"{"code":0,"response":{"access_token":"hush\r\ntoken","now":0,"expired_at":1800}}"#),
        MockResponse::new(200, "application/json", [0x1f, 0x8b, b'h', b'u', b's', b'h'])
            .header("content-encoding", "gzip")
            .into(),
    ]
}

/// Prints a result with `Display`, `Debug` and its sources.
fn print(log: &Log, outcome: Result<impl std::fmt::Debug, iamport::Error>) {
    let mut log = log.clone();
    match outcome {
        Ok(response) => writeln!(log, "{response:?}\n{response:#?}").unwrap(),
        Err(error) => {
            writeln!(log, "{error}\n{error:?}\n{error:#?}").unwrap();
            let mut source = error.source();
            while let Some(cause) = source {
                writeln!(log, "{cause}\n{cause:?}\n{cause:#?}").unwrap();
                source = cause.source();
            }
        }
    }
}

async fn call(log: &Log, client: &Client, endpoint: Endpoint) {
    if endpoint == Endpoint::List {
        print(log, client.billing_key_payments(CUSTOMER_UID).await.map(|page| page.list.len()));
        print(log, client.billing_key_payments(CUSTOMER_UID).items().next().await.transpose().map(|one| one.is_some()));
    } else {
        print(log, client.find_payment(MERCHANT_UID).await.map(|found| found.map(Printed)));
        let raw = client.request(Method::GET, "/payments/find/{merchant_uid}").path("merchant_uid", MERCHANT_UID);
        print(
            log,
            raw.query(&[("customer_uid", CUSTOMER_UID)])
                .send::<Option<Payment>>()
                .await
                .map(|found| found.map(Printed)),
        );
        match client.generated().find_payment(MERCHANT_UID, None).await {
            Ok(response) => print(log, Ok(response.into_inner().response.map(Printed))),
            Err(error) => {
                writeln!(log.clone(), "{error} {error:?} {error:#?}").unwrap();
                print(log, Err::<(), _>(error));
            }
        }
    }
}

/// A value that may print identifiers but no personal data.
struct Printed<T>(T);

impl<T: std::fmt::Debug> std::fmt::Debug for Printed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if f.alternate() { format!("{:#?}", self.0) } else { format!("{:?}", self.0) };
        f.write_str(&text.replace(MERCHANT_UID, "its order").replace(CUSTOMER_UID, "its billing key"))
    }
}

#[test]
fn logs_and_printed_values_contain_no_secret_or_personal_data() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    // Also for other threads, and for crates that use `log`.
    let subscriber = subscriber.with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL).with_ansi(false);
    tracing_subscriber::util::SubscriberInitExt::init(subscriber.with_writer(log.clone()).finish());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tokens = runtime.block_on(call_with_every_fault(&log));

    let text = log.text();
    // hyper logs only in builds with `hyper_unstable_tracing`.
    let hyper = if cfg!(hyper_unstable_tracing) { "hyper::proto" } else { "hyper_util" };
    for seen in ["iamport{operation=", "reqwest", "hyper_util", hyper, "attempts=4", "status=503"] {
        assert!(text.contains(seen), "the log lacks {seen}");
    }
    assert!(tokens.len() > 1);
    let secrets = ["hush", "홍길동"].into_iter().map(str::to_owned).chain(tokens);
    for secret in secrets {
        if let Some(at) = text.find(&secret) {
            let from = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let line = text[from..].lines().next().unwrap();
            panic!("{secret}: {}", line.chars().take(400).collect::<String>());
        }
    }
}

/// Calls through every fault, and returns the issued tokens.
async fn call_with_every_fault(log: &Log) -> Vec<String> {
    let elsewhere = Sandbox::start().await.unwrap();
    let mut tokens = Vec::new();
    for fault in faults(&elsewhere) {
        for endpoint in [Endpoint::Find, Endpoint::List, Endpoint::Token] {
            let sandbox = Sandbox::builder().keys(KEY, SECRET).start().await.unwrap();
            sandbox.upsert_payment(payment().tier("A01".parse().unwrap()));
            let clock = EagerClock::new();
            let builder = sandbox.client().tier("A01".parse().unwrap()).clock(clock.clone());
            let client = builder.clone().build().unwrap();
            call(log, &client, Endpoint::Find).await;

            sandbox.inject_fault(endpoint, fault.clone(), usize::MAX);
            if endpoint == Endpoint::Token {
                sandbox.revoke_tokens();
            }
            let stalls = matches!(fault, Fault::StallInHeaders | Fault::StallInBody);
            let time = async {
                let mut arrived = sandbox.count(endpoint);
                loop {
                    arrived += 1;
                    sandbox.wait_for_requests(endpoint, arrived).await;
                    clock.advance(Duration::from_secs(10));
                }
            };
            if stalls {
                tokio::select! { () = call(log, &client, endpoint) => {}, () = time => {} }
            } else {
                call(log, &client, endpoint).await;
            }
            sandbox.clear_faults();
            types::print_all(log, &client, &sandbox).await;
            print(log, Ok((builder, client, sandbox.requests().len(), fault.clone(), RetryConfig::new())));
            print(log, Ok(sandbox.client()));
            tokens.push(token_of(&sandbox).await);
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);

    let request = TokenRequest { imp_key: KEY.into(), imp_secret: SECRET.into() };
    print(log, Ok((request, Client::builder().credentials(KEY, SECRET), iamport::Secret::from(SECRET))));
    let base_url = Client::builder().credentials(KEY, SECRET).base_url("https://hush:hush@127.0.0.1/?hush");
    print(log, Ok(&base_url));
    print(log, base_url.build());
    for identifier in ["hush/../", "..", "hush\r\nx: y"] {
        let client = Client::builder().credentials(KEY, SECRET).base_url("http://127.0.0.1:1").no_retry();
        let client = client.build().unwrap();
        print(log, client.find_payment(identifier).await);
        print(log, client.request(Method::POST, "/{uid}").path("uid", identifier).send::<Payment>().await);
    }
    tokens.sort();
    tokens.dedup();
    tokens
}

/// Returns the current token of the sandbox.
async fn token_of(sandbox: &Sandbox) -> String {
    let client = sandbox.client().build().unwrap();
    let request = TokenRequest { imp_key: KEY.into(), imp_secret: SECRET.into() };
    let response = client.generated().get_token(&request).await.unwrap().into_inner();
    let token = serde_json::to_value(response.response.unwrap()).unwrap();
    let Value::String(token) = token["access_token"].clone() else { panic!("a token is a string") };
    token
}
