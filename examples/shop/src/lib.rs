//! A web shop that ships every paid order exactly once.
//!
//! - The amount of an order is in the shop's own database. Amounts from the browser and the webhook are not used.
//! - A webhook is unsigned and sent once. The shop takes an `imp_uid` from it, looks the payment up, and compares its order
//!   number, status, amount and currency with the order.
//! - An order is shipped in one transaction, so that a second webhook or a crash cannot ship it twice or in part.
//! - A periodic job looks up every order that is not shipped, so that nothing depends on a webhook.

mod database;
mod http;
mod settle;

pub use database::Database;
pub use http::router;
pub use settle::{Settled, Shop, ShopError};
