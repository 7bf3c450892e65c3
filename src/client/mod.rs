//! The client, its builder and its requests.

mod base_url;
mod build;
mod builder;
mod environment;
mod find_payment;
mod find_payments;
mod get_payment;
mod get_payments;
mod list_billing_key_payments;
mod list_payments;
mod listing;
mod lookup;
mod period;
mod raw;
mod request;
pub(crate) mod tls;
mod verify_order;

use std::sync::Arc;

pub use builder::ClientBuilder;
pub use find_payment::FindPayment;
pub use find_payments::FindPayments;
pub use get_payment::GetPayment;
pub use get_payments::{FoundPayments, GetPayments};
pub use list_billing_key_payments::ListBillingKeyPayments;
pub use list_payments::ListPayments;
pub use listing::Listing;
pub use lookup::Lookup;
pub use raw::RawRequest;
pub use verify_order::VerifyOrder;

use crate::{generated, types::IntoTier};
use request::Api;

/// A client for PortOne V1.
///
/// Cloning is cheap. Clones share the connection pool, the access token and the retry budget: build one client and keep it.
///
/// A client can be used by several tokio runtimes. If the runtime that requests a token is not polled any more, the
/// other callers request another one when the longest attempt or backoff is over (12 seconds by default). A dropped call
/// returns its permit of [`max_in_flight`](ClientBuilder::max_in_flight) at once. Two things remain bound to the runtime that started them: a
/// pooled connection is driven by the runtime that opened it, so that a call that takes it from the pool fails with a
/// timeout or a broken connection, which is retried, if that runtime is idle or gone; and a call that is neither polled nor
/// dropped keeps its permit. Where runtimes come and go, build one client for each.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = iamport::Client::builder().credentials("imp_key", "imp_secret").build()?;
///
/// if client.verify_order("order-0001", 15900, "KRW").await?.is_paid() {
///     println!("fulfil the order");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    api: Api,
}

impl Client {
    /// Returns a client that acts for a sub-merchant (하위 상점), or with `None` for the merchant itself. It shares the
    /// connection pool, the access token and all settings with this client. The request for a token has the tier of the
    /// [builder](ClientBuilder::tier), whichever client needs it.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let branch = client.with_tier("A01");
    /// let payment = branch.find_payment("order-0001").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A text that is not a [`Tier`](crate::Tier) is an error of each call
    /// ([`is_invalid_request`](crate::Error::is_invalid_request)), before anything is sent.
    #[must_use]
    pub fn with_tier(&self, tier: impl IntoTier) -> Self {
        let mut api = generated::Client::clone(&self.api);
        let tier = tier.into_tier();
        api.inner.tier_error = tier.as_ref().err().cloned();
        api.inner.tier = tier.unwrap_or_default();
        Self { api: Arc::new(api) }
    }

    /// Returns the generated client, with the access token, checks and limits of this one.
    pub fn generated(&self) -> &generated::Client {
        &self.api
    }
}
