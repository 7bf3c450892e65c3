//! A web shop that ships every paid order exactly once, and refunds what it does not ship.
//!
//! - The amount of an order is in the shop's own database. Amounts from the browser and the webhook are not used.
//! - A webhook is unsigned and sent once. The shop takes an `imp_uid` from it, looks the payment up, and compares its order
//!   number, status, amount and currency with the order.
//! - An order is shipped in one transaction, so that a second webhook or a crash cannot ship it twice or in part.
//! - A periodic job looks up the orders of a week that are not shipped, so that nothing depends on a webhook. An older order
//!   is looked up only when a webhook names it.
//! - The stock does not go below zero. An order that is paid when nothing is left, and the second payment of an order, are
//!   recorded for a refund. A refund is recorded as sent before it is sent, and is sent once: after an unknown outcome the
//!   shop only looks for it.
//! - A payment that is cancelled after its order was shipped is noticed, by its webhook or by the periodic job.

mod database;
mod http;
mod refund;
mod settle;

pub use database::{Database, Paid, Shipment};
pub use http::router;
pub use settle::{Settled, Shop, ShopError};
