//! Look payments up at PortOne V1 (formerly i'mport, 아임포트): the payment of an order, and the payments of a billing
//! key.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = iamport::Client::from_env()?; // IMP_KEY, IMP_SECRET
//!
//! let payment = client.find_payment("order-0001").await?.ok_or("nobody paid this order")?;
//! payment.verify(15900, "KRW")?; // status, amount and currency are the order's own: ship it
//!
//! let mut payments = client.billing_key_payments("cust_0001").items();
//! while let Some(payment) = payments.next().await {
//!     println!("{}", payment?.amount);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What a browser or a webhook says can be forged. Look the payment up, and hold it against what your own database says
//! the order costs: that is [`Payment::verify`], and a [`VerifyError`] says why not.
//!
//! # Guide
//!
//! [Auth](#auth) · [errors](#errors) · [retries](#retries) · [pages](#pages) · [money and time](#money-and-time) ·
//! [validation](#validation) · [testing](#testing) · [watching](#watching) · [features](#features)
//!
//! ## Auth
//!
//! [`Client::builder`] takes an API key and its secret, [`Client::from_env`] reads them from the environment. The access
//! token is fetched on first use, once however many calls wait, refreshed in the background in its last minute by the
//! server's clock, and replaced once after a 401. Clones of a client share it: make one and keep it.
//! [`ClientBuilder::tier`] acts for a sub-merchant.
//!
//! Keys, tokens and people's data print as `[redacted]` ([`Secret`], [`PersonalText`]). No text of an error holds a body,
//! an identifier or an address.
//!
//! ## Errors
//!
//! One opaque [`Error`] with predicates, and with the status, code and message of the service. An order without a payment
//! is `None`, not an error.
//!
//! ```no_run
//! # async fn run(client: iamport::Client) {
//! match client.find_payment("order-0001").await {
//!     Ok(Some(payment)) => println!("{}", payment.status),
//!     Ok(None) => println!("no payment"),
//!     Err(error) if error.is_unauthorized() => eprintln!("check the keys: {error}"),
//!     Err(error) if error.is_timeout() || error.is_connect() => eprintln!("ask again later: {error}"),
//!     Err(error) => eprintln!("{error}; status {:?}, code {:?}", error.status(), error.code()),
//! }
//! # }
//! ```
//!
//! ## Retries
//!
//! What passes by itself is tried again: no or a broken connection, no answer within the 10 seconds of
//! [`ClientBuilder::attempt_timeout`], 408, 429, 500, 502, 503, 504. Waits grow, differ from caller to caller, and
//! honour `Retry-After`; all of it stays within [`ClientBuilder::timeout`], which is 30 seconds for the whole call.
//! [`RetryConfig`] changes how often and how long, [`ClientBuilder::no_retry`] turns it off, and [`Error::attempts`] tells
//! how often was asked.
//!
//! ## Pages
//!
//! A billing key's payments come 20 to a page. [`ListBillingKeyPayments::items`] walks them all, in order, each once, with
//! several pages on their way at once and none past the end; [`pages`](ListBillingKeyPayments::pages) gives them page by
//! page, and awaiting the listing itself gives one. Both walks are [`Stream`](futures_core::Stream)s, and have a
//! `next()` that needs no import.
//!
//! ## Money and time
//!
//! [`Amount`] is an exact decimal in major currency units: `15900` is 15,900 won, `10.25` ten dollars and a quarter.
//! [`Timestamp`] is a moment in Unix seconds; what has not happened is `None`, whichever way the service writes that.
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
//! ## Validation
//!
//! Parsed is lenient: a body is read unless `imp_uid`, `merchant_uid`, `amount` or `status` are missing or of an
//! impossible type. Unknown codes are kept as they came, unknown fields in a payment's `extra`, and so are values of a
//! type that no source tells of.
//!
//! What such a body breaks, and whose rule, is told by [`validate`] (feature of that name): by hand, or by the client for
//! every answer, which it reports, traces or refuses ([`Validation`]).
//!
#![cfg_attr(feature = "validate", doc = "```no_run")]
#![cfg_attr(not(feature = "validate"), doc = "```ignore")]
//! use iamport::{ClientBuilder, Validation};
//!
//! # fn main() -> Result<(), iamport::Error> {
//! let watch = Validation::observe(|operation, report| eprintln!("{operation}: {report}"));
//! let client = ClientBuilder::from_env()?.validation(watch).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! ## Testing
//!
//! The module [`sandbox`] (feature of that name) is a server that answers as the service does, for the tests of your own
//! code: no key, no network, a clock of its own, and faults to order.
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
//! assert!(client.find_payment("order-0001").await?.is_some_and(|payment| payment.verify(15900, "KRW").is_ok()));
//! # Ok(())
//! # }
//! ```
//!
//! ## Watching
//!
//! With the feature `tracing`, a call is a span `iamport` with `operation`, `attempts`, `elapsed_ms`, and the `status` or
//! the `error` of the last; each attempt is an event in it with the `wait_ms` that follows: enough to see which calls
//! fail and how slow they are, and nothing of whom they are about. This is a first look-up that was tried again, as
//! `tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE)` prints it (at the level `DEBUG`, without times and
//! targets):
//!
//! ```text
//! DEBUG iamport{operation="find_payment"}:iamport{operation="get_token"}: answered attempt=1 status=200 elapsed_ms=56
//!  INFO iamport{operation="find_payment"}:iamport{operation="get_token" attempts=1 elapsed_ms=56 status=200}: close
//! DEBUG iamport{operation="find_payment"}: answered attempt=1 status=503 elapsed_ms=43 wait_ms=155
//! DEBUG iamport{operation="find_payment"}: answered attempt=2 status=200 elapsed_ms=43
//!  INFO iamport{operation="find_payment" attempts=2 elapsed_ms=301 status=200}: close
//! ```
//!
//! An attempt without an answer is a `WARN` with its `error`; the closing `INFO` lines alone tell of each call.
//!
//! ## More than the wrapper
//!
//! [`Client::generated`] is the client as progenitor makes it from the document, with the same token, checks and limits.
//!
//! # Features
//!
//! | feature | what it brings |
//! | --- | --- |
//! | `rustls` (default) | TLS by reqwest's `rustls`: aws-lc-rs or the process-wide default provider, and the platform's trust store |
//! | `rustls-no-provider` | the same without aws-lc-rs: the program installs a provider |
//! | `codegen` (default) | generates the client from the document at build time; without it the checked-in copy is compiled |
//! | `native-tls` | TLS by the platform's own library |
//! | `tracing` | a span per call |
//! | `jiff`, `chrono` | conversions of [`Timestamp`]; [`SystemTime`](std::time::SystemTime) always |
//! | `schemars` | JSON Schema of the types |
//! | `sandbox` | [`sandbox`]: the embedded server |
//! | `spec` | [`spec`]: the document, and what another description of the API says differently |
//! | `validate` | [`validate`]: answers checked against the document; brings `spec` |
//! | `cli` | the command `iamport` |
//!
#![cfg_attr(not(feature = "sandbox"), doc = "[`sandbox`]: #features")]
#![cfg_attr(not(feature = "spec"), doc = "[`spec`]: #features")]
#![cfg_attr(not(feature = "validate"), doc = "[`validate`]: #features")]
#![cfg_attr(not(feature = "validate"), doc = "[`Validation`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod clock;
#[cfg(feature = "spec")]
mod diff;
#[cfg(feature = "spec")]
mod document;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod generated;
mod json;
mod pagination;
mod payment;
mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "spec")]
pub mod spec {
    //! The document, and what another description of the API says differently.
    pub use crate::diff::*;
}
mod transport;
mod types;
#[cfg(feature = "validate")]
pub mod validate;
mod webhook;

pub use client::{Client, ClientBuilder, FindPayment, ListBillingKeyPayments};
pub use clock::Clock;
pub use error::Error;
pub use generated::{
    codes::{CardType, Channel, Currency, CustomerUidUsage, PayMethod, PaymentStatus, PgProvider, Sorting},
    types::{Cancellation, Deposit, Payment, PaymentPage, Promotion},
};
pub use pagination::{PaymentPageStream, PaymentStream};
pub use payment::VerifyError;
pub use transport::RetryConfig;
#[cfg(feature = "validate")]
pub use transport::Validation;
pub use types::{Amount, InvalidAmount, InvalidTier, PageOrArray, PersonalText, Secret, Tier, Timestamp, UnknownField};
pub use webhook::Webhook;

/// The HTTP client of [`ClientBuilder::http_client`], and [`StatusCode`](reqwest::StatusCode).
pub use reqwest;
/// The decimal of [`Amount`].
pub use rust_decimal;

/// The code of the READMEs is compiled, and run where it can be.
#[cfg(all(doctest, feature = "sandbox"))]
mod readme {
    #[doc = include_str!("../README.md")]
    mod english {}
    #[doc = include_str!("../README.ko.md")]
    mod korean {}
}
