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
//! # Guide
//!
//! **Keys.** [`Client::builder`] takes an API key and its secret, [`Client::from_env`] reads them from the environment.
//! The token that they are traded for is fetched on first need, once however many callers wait, kept until its last
//! minute by the service's clock, and replaced once when it is refused. Nothing prints it.
//!
//! **Money and time.** [`Amount`] is an exact decimal in major currency units. [`Timestamp`] is a moment in Unix seconds;
//! what has not happened is `None`, whichever way the service writes that.
//!
//! **Verify.** What a browser or a webhook says can be forged. Look the payment up and call [`Payment::verify`] with what
//! your own database says the order costs.
//!
//! **Pages.** A billing key's payments come 20 to a page. [`BillingKeyPayments::items`] walks them all, in order, each
//! once, with several pages on their way at once.
//!
//! **Errors.** One opaque [`Error`] with predicates, and with the status, code and message of the service. An order
//! without a payment is `None`, not an error.
//!
//! **Faults.** What passes by itself is tried again, after waits that grow and differ, within a budget; see [`Retry`].
//!
//! **Lenient in, exact out.** A body is read unless `imp_uid`, `merchant_uid`, `amount` or `status` are missing or of an
//! impossible type. Unknown codes are kept as they came, unknown fields in a payment's `extra`, and so are values of a
//! type that no source tells of.
//!
//! **Privacy.** [`PersonalText`] and [`Secret`] print as `[redacted]`. No text of an error holds a body, an identifier or
//! an address.
//!
//! **Watching.** With the feature `tracing`, a call is a span `iamport` with `operation`, `attempts`, `status` and
//! `elapsed_ms`, and each attempt an event in it with the `wait_ms` that follows: enough to see which calls fail and how
//! slow they are, and nothing of whom they are about.
//!
//! ```text
//! INFO iamport{operation="find_payment" attempts=2 status=200 elapsed_ms=431}
//! DEBUG iamport{operation="find_payment"}: answered attempt=1 status=503 elapsed_ms=38 wait_ms=204
//! DEBUG iamport{operation="find_payment"}: answered attempt=2 status=200 elapsed_ms=189
//! ```
//!
//! **Testing.** The `sandbox` module (feature `sandbox`) is a server of the same behaviour for the tests of your own
//! code.
//!
//! **More than the wrapper.** [`Client::generated`] is the client as progenitor makes it from the document, with the same
//! token, checks and limits.
//!
//! # Features
//!
//! `rustls` (default) or `native-tls`; `tracing` for a span per call; `jiff` and `chrono` for conversions; `schemars`;
//! `sandbox`; `spec` for the document and what others say differently; `validate`; `cli` for the command.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod certificate;
mod client;
mod clock;
mod decode;
mod envelope;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod generated;
mod hooks;
mod pages;
mod path;
mod payment;
mod retry;
mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "spec")]
pub mod spec;
mod token;
mod trace;
mod types;
#[cfg(feature = "validate")]
pub mod validate;

pub use client::{BillingKeyPayments, Client, ClientBuilder, FindPayment};
pub use clock::Clock;
pub use error::Error;
pub use generated::{
    codes::{CardType, Channel, Currency, CustomerUidUsage, PayMethod, PaymentStatus, PgProvider, Sorting},
    types::{Cancellation, Deposit, Payment, PaymentPage, Promotion},
};
pub use pages::{PaymentPages, Payments};
pub use payment::VerifyError;
pub use retry::Retry;
pub use types::{Amount, InvalidAmount, InvalidTier, PageOrArray, PersonalText, Secret, Tier, Timestamp, UnknownField};

/// The code of the READMEs is compiled, and run where it can be.
#[cfg(all(doctest, feature = "sandbox"))]
mod readme {
    #[doc = include_str!("../README.md")]
    mod english {}
    #[doc = include_str!("../README.ko.md")]
    mod korean {}
}
