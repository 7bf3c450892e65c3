//! Look payments up at PortOne V1 (formerly i'mport, 아임포트).
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod clock;
mod decode;
mod envelope;
mod error;
pub mod generated;
mod hooks;
mod pages;
mod path;
mod payment;
mod runtime;
mod token;
mod types;

pub use client::{BillingKeyPayments, Client, ClientBuilder, FindPayment};
pub use clock::Clock;
pub use error::Error;
pub use generated::{
    codes::{CardType, Channel, Currency, CustomerUidUsage, PayMethod, PaymentStatus, PgProvider, Sorting},
    types::{Cancellation, Deposit, Payment, PaymentPage, Promotion},
};
pub use pages::{PaymentPages, Payments};
pub use payment::VerifyError;
pub use types::{Amount, InvalidAmount, InvalidTier, PageOrArray, PersonalText, Secret, Tier, Timestamp, UnknownField};
