//! A client for PortOne V1 (formerly i'mport, 아임포트): look up, list and verify payments. Unofficial.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = iamport::Client::from_env()?; // IMP_KEY, IMP_SECRET
//!
//! let order = client.verify_order("order-0001", 15900, "KRW").await?;
//! match order.rejection() {
//!     None => println!("status, amount and currency of a payment match the order: fulfil it"),
//!     Some(reason) => println!("not paid: {reason}"),
//! }
//!
//! let mut payments = client.billing_key_payments("cust_0001").items();
//! while let Some(payment) = payments.next().await {
//!     println!("{}", payment?.amount);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The content of a browser callback or a webhook can be forged. Pass the amount that your own database has for the order
//! to [`Client::verify_order`], which looks at all payments of the order; a [`VerifyError`] is the reason why it is not
//! paid. [`Payment::verify`] checks a single payment.
//!
//! # Guide
//!
//! ## Authentication
//!
//! [`Client::builder`] takes an API key and its secret, [`Client::from_env`] reads them from the environment. The access
//! token is fetched on first use, and concurrent calls share one request. It is refreshed in the background in its last
//! minute, by the server's clock, and replaced once in a call after a 401. Clones of a client share it: build one client
//! and keep it. [`ClientBuilder::tier`] acts for a sub-merchant.
//!
//! ## Requests
//!
//! | request | returns |
//! | --- | --- |
//! | [`verify_order`](Client::verify_order) | whether an order is paid, by all its payments |
//! | [`find_payment`](Client::find_payment) | the payment of an order |
//! | [`find_payments`](Client::find_payments) | all payments of an order, a listing |
//! | [`get_payment`](Client::get_payment) | a payment by its `imp_uid`, after a [`Webhook`] |
//! | [`get_payments`](Client::get_payments), [`get_payments_by_merchant_uid`](Client::get_payments_by_merchant_uid) | many payments, 100 in a request |
//! | [`list_payments`](Client::list_payments) | the payments of a period, a listing |
//! | [`billing_key_payments`](Client::billing_key_payments) | the payments of a billing key, a listing |
//! | [`request`](Client::request) | what any other operation responds, like a refund; sent at most once, unless it is a GET |
//!
//! Await a request, or call its `send()`: that is a `Send + 'static` future for `tokio::spawn`, `join_all` or
//! `buffer_unordered`. [`send_with_responses()`](Lookup::send_with_responses) returns status, headers and bytes as well.
//!
//! ## Errors
//!
//! There is one opaque [`Error`] with predicates, and with the status, code and message of the service. An order without
//! a payment is `None`, not an error; an unknown billing key is an error.
//!
//! ```no_run
//! # async fn run(client: iamport::Client) {
//! match client.find_payment("order-0001").await {
//!     Ok(Some(payment)) => println!("{}", payment.status),
//!     Ok(None) => println!("no payment"),
//!     Err(error) if error.is_unauthorized() => eprintln!("check the keys: {error}"),
//!     Err(error) if error.is_transient() => eprintln!("call again after {:?}: {error}", error.retry_after()),
//!     Err(error) => eprintln!("{error}; status {:?}, code {:?}", error.status(), error.code()),
//! }
//! # }
//! ```
//!
//! ## Retries
//!
//! Transient errors are retried with exponential backoff and full jitter: a connection that cannot be established or
//! breaks, an attempt that takes longer than [`ClientBuilder::attempt_timeout`] (10 seconds), and HTTP 408, 429, 500,
//! 502, 503 and 504. `Retry-After` is respected. All of it stays within [`ClientBuilder::timeout`] (30 seconds), which
//! holds for each call, and in a listing for each page. [`RetryConfig`] sets the limits, [`ClientBuilder::no_retry`]
//! disables retries, and [`Error::attempts`] counts the requests. A request can have its own
//! [`timeout`](Lookup::timeout), [`attempt_timeout`](Lookup::attempt_timeout) and [`no_retry`](Lookup::no_retry).
//!
//! ## Pagination
//!
//! `items()` of a listing returns all payments, each once, in order unless the listing changes while it is read, with
//! several pages in flight; `pages()` returns the pages; awaiting the listing returns one page. `items()` and `pages()`
//! are [`Stream`](futures_core::Stream)s with a `next()` that needs no import. [`PaymentStream`] documents when a
//! listing is complete and what happens if it changes while it is read.
//!
//! ## Money and time
//!
//! [`Amount`] is an exact decimal in major currency units: `15900` is 15,900 won, `10.25` is 10 dollars and 25 cents.
//! [`Timestamp`] is a time in Unix seconds. A time that the service writes as 0, null, an empty string or not at all is
//! `None`.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-0001","status":"paid","currency":"USD","amount":10.25,
//!     "cancel_amount":0.25,"paid_at":1709722069,"failed_at":0}"#;
//! let payment: iamport::Payment = serde_json::from_str(body)?;
//! assert_eq!(payment.remaining_amount()?, 10);
//! assert_eq!(payment.paid_at.map(|at| at.as_secs()), Some(1_709_722_069));
//! assert_eq!(payment.failed_at, None);
//! # Ok(())
//! # }
//! ```
//!
//! ## Personal data
//!
//! `Debug` prints keys, tokens and personal text as `[redacted]` ([`Secret`], [`PersonalText`]). No error message
//! contains an identifier, a URL, or anything of a body but the service's `code` and `message`. `Serialize` writes a
//! payment with the buyer's name and address: do not return a [`Payment`] to a browser, but its
//! [`redacted`](Payment::redacted) view.
//!
//! A payment that `serde_json` writes as text and reads again is equal to the first one: amounts to the last digit,
//! unknown fields as received, without the blanks between their parts. A JSON column that rewrites texts, such as `jsonb`,
//! also rewrites unknown fields. The text is not that of the service: an absent field may have been null or 0, `10.10` is
//! written as `10.1`, and a time in digits as a number.
//!
//! ## Validation
//!
//! Deserialization is lenient: a payment is decoded unless `imp_uid`, `merchant_uid`, `amount` or `status` is missing or
//! has an impossible type. Unknown codes, unknown fields and values of another type than documented are kept, the latter
//! two in `extra`, and serialized as they were received.
//!
//! [`validate`] (feature `validate`) reports which rule of which source a response violates. Call it directly, or let the
//! client validate the last response of each call: the client then passes the findings to a function, logs them, or
//! rejects the response ([`Validation`]). [`ClientBuilder::inspect`] passes these responses to any function of yours.
//!
#![cfg_attr(feature = "validate", doc = "```no_run")]
#![cfg_attr(not(feature = "validate"), doc = "```ignore")]
//! use iamport::{ClientBuilder, Validation};
//!
//! # fn main() -> Result<(), iamport::Error> {
//! let validation = Validation::observe(|operation, status, report| {
//!     // Almost every response deviates from one of the sources. A clean one has no finding.
//!     report.without_ordinary().for_each(|finding| eprintln!("{operation} {status}: {finding}"));
//! });
//! let client = ClientBuilder::from_env()?.validation(validation).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! ## Testing
//!
//! [`sandbox`] (feature `sandbox`) is a server that responds like the service, for the tests of your code: without
//! keys or a network, with a clock that you move and faults that you inject.
//!
#![cfg_attr(feature = "sandbox", doc = "```")]
#![cfg_attr(not(feature = "sandbox"), doc = "```ignore")]
//! use iamport::sandbox::{PaymentFixture, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
//!
//! let client = sandbox.client().build()?;
//! assert!(client.verify_order("order-0001", 15900, "KRW").await?.is_paid());
//! # Ok(())
//! # }
//! ```
//!
//! ### Without a server
//!
//! Mock a trait of your own, whose futures are `Send`, so that a spawned task can call it. With the feature `sandbox`,
//! [`Error`] has constructors and a [`Payment`] is made from a fixture; serde makes one from JSON in any case.
//! [`PaymentStream::from_items`] makes a listing, and [`ReceivedResponse::new`] a response for an audit.
//!
#![cfg_attr(feature = "sandbox", doc = "```")]
#![cfg_attr(not(feature = "sandbox"), doc = "```ignore")]
//! use iamport::{Client, Error, OrderCheck, Payment, sandbox::PaymentFixture};
//!
//! trait Payments {
//!     fn verify(&self, order: &str, price: u64) -> impl Future<Output = Result<OrderCheck, Error>> + Send;
//! }
//!
//! impl Payments for Client {
//!     async fn verify(&self, order: &str, price: u64) -> Result<OrderCheck, Error> {
//!         self.verify_order(order, price, "KRW").await
//!     }
//! }
//!
//! struct Mock(Result<Vec<Payment>, Error>);
//!
//! impl Payments for Mock {
//!     async fn verify(&self, _: &str, price: u64) -> Result<OrderCheck, Error> {
//!         Ok(OrderCheck::new(&self.0.clone()?, price, "KRW"))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let payment = Payment::try_from(PaymentFixture::new("order-0001", 15900).paid())?;
//! assert!(Mock(Ok(vec![payment])).verify("order-0001", 15900).await?.is_paid());
//! assert!(Mock(Err(Error::timeout())).verify("order-0001", 15900).await.unwrap_err().is_transient());
//! # Ok(())
//! # }
//! ```
//!
//! ## Tracing
//!
//! With the feature `tracing`, each call is a span `iamport` with `operation`, `attempts`, `elapsed_ms`, and the `status`
//! or `error` of the last attempt; each attempt is an event in it, with the `wait_ms` before the next one. Neither has an
//! identifier, a header or a body. This is a first look-up that was retried, as
//! `tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE)` prints it (at level `DEBUG`, without times, targets and
//! OpenTelemetry's fields):
//!
//! ```text
//! DEBUG iamport{operation="find_payment"}:iamport{operation="get_token"}: response received attempt=1 status=200 elapsed_ms=56
//!  INFO iamport{operation="find_payment"}:iamport{operation="get_token" attempts=1 elapsed_ms=56 status=200}: close
//! DEBUG iamport{operation="find_payment"}: response received attempt=1 status=503 elapsed_ms=43 wait_ms=155
//! DEBUG iamport{operation="find_payment"}: response received attempt=2 status=200 elapsed_ms=43
//!  INFO iamport{operation="find_payment" attempts=2 elapsed_ms=301 status=200}: close
//! ```
//!
//! Besides, a span has the fields of OpenTelemetry's conventions for HTTP clients: `otel.name` (method and path template),
//! `otel.kind`, `http.request.method`, `url.template`, `http.response.status_code`, `http.request.resend_count`, and of a
//! call that failed `otel.status_code` and `error.type`. A spawned
//! [`send()`](Lookup::send) belongs to the span in which it was called.
//!
//! An attempt without a response is a `WARN` with its `error`, one with a response is `DEBUG`, whatever its status. The
//! level `INFO` shows the closing line of each span, the one of the token's request too.
//!
//! ## The generated client
//!
//! [`Client::generated`] returns the client that progenitor generates from the document, with the same access token,
//! checks and limits.
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | `rustls` (default) | TLS by reqwest's `rustls`: aws-lc-rs or the process-wide default provider, and the platform's trust store |
//! | `rustls-no-provider` | the same without aws-lc-rs: the program installs a provider |
//! | `codegen` (default) | generates the client from the document at build time; without it the checked-in copy is compiled |
//! | `native-tls` | TLS by the platform's library |
//! | `tracing` | a span per call |
//! | `jiff`, `chrono`, `time` | conversions of [`Timestamp`] from and to jiff 0.2, chrono 0.4 and time 0.3; [`SystemTime`](std::time::SystemTime) always |
//! | `schemars` | JSON Schema of the types |
//! | `sandbox` | [`sandbox`]: a server for tests, and constructors of [`Error`] |
//! | `spec` | [`spec`]: the OpenAPI document, and its differences from another description of the API |
//! | `validate` | [`validate`]: validation of responses against the document; includes `spec` |
//!
#![cfg_attr(not(feature = "sandbox"), doc = "[`sandbox`]: #features")]
#![cfg_attr(not(feature = "spec"), doc = "[`spec`]: #features")]
#![cfg_attr(not(feature = "validate"), doc = "[`validate`]: #features")]
#![cfg_attr(not(feature = "validate"), doc = "[`Validation`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod clock;
#[cfg(feature = "spec")]
#[cfg_attr(not(feature = "validate"), allow(dead_code, reason = "validation needs the whole model, the diff a part"))]
mod document;
mod error;
pub mod generated;
mod json;
mod pagination;
mod payment;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod span;
#[cfg(feature = "spec")]
pub mod spec;
mod task;
mod transport;
mod types;
#[cfg(feature = "validate")]
pub mod validate;
mod webhook;

pub use client::*;
pub use clock::Clock;
pub use error::Error;
pub use generated::received::ReceivedResponse;
#[doc(inline)]
pub use generated::{
    codes::{CardType, Channel, Currency, CustomerUidUsage, PayMethod, PaymentStatus, PgProvider, Sorting},
    types::{Cancellation, Deposit, Payment, PaymentPage, Promotion},
};
pub use pagination::{PaymentPageStream, PaymentStream, UndecodedPayment};
pub use payment::{OrderCheck, VerifyError};
pub use transport::{InspectedResponse, RetryConfig};
pub use types::{
    Amount, InvalidAmount, InvalidTier, InvalidTimestamp, PageOrArray, PersonalText, Secret, Tier, Timestamp,
    UnknownField,
};
#[cfg(feature = "validate")]
pub use validate::Validation;
pub use webhook::{InvalidWebhook, Webhook};

/// The HTTP client of [`ClientBuilder::http_client`], and [`StatusCode`](reqwest::StatusCode).
pub use reqwest;
/// The decimal of [`Amount`].
pub use rust_decimal;

/// Compiles and runs the code of the READMEs.
#[cfg(all(doctest, feature = "sandbox", feature = "validate"))]
mod readme {
    #[doc = include_str!("../README.md")]
    mod english {}
    #[doc = include_str!("../README.ko.md")]
    mod korean {}
}
