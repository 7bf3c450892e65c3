//! The client, its builder and its requests.

#![allow(clippy::manual_async_fn, reason = "`send` promises a future that is Send and 'static")]

mod base_url;
mod builder;
mod environment;
mod find_payment;
mod find_payments;
mod get_payment;
mod get_payments;
mod list_billing_key_payments;
mod list_payments;
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
pub use verify_order::VerifyOrder;

use crate::{generated, transport::ClientState, types::Tier};
use get_payments::Identifier;
use request::Api;

/// A client for PortOne V1.
///
/// Cloning is cheap. Clones share the connection pool and the access token: build one client and keep it.
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
    /// client that needs it first.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let branch = client.with_tier("A01".parse::<iamport::Tier>()?);
    /// let payment = branch.find_payment("order-0001").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_tier(&self, tier: impl Into<Option<Tier>>) -> Self {
        let generated::Client { baseurl, client, inner } = &*self.api;
        let state = ClientState { shared: Arc::clone(&inner.shared), tier: tier.into() };
        Self { api: Arc::new(generated::Client::new(baseurl.clone(), client.clone(), state)) }
    }

    /// Gets a payment by its `imp_uid` (포트원 결제 고유번호), as a webhook carries it. Returns `None` if there is none.
    ///
    /// Since 2026-01-26 the service does not find payments of a test channel by `imp_uid`, unless
    /// [`include_sandbox`](GetPayment::include_sandbox) is set. The other requests always find them.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// if let Some(payment) = client.get_payment("imp_123456789012").await? {
    ///     payment.verify(15900, "KRW")?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_payment(&self, imp_uid: impl Into<String>) -> GetPayment {
        GetPayment::new(self.api.clone(), imp_uid.into())
    }

    /// Gets many payments by their `imp_uid`, up to 100 in one request.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let found = client.get_payments(["imp_123456789012", "imp_123456789013"]).await?;
    /// println!("{} found, {} missing", found.payments.len(), found.missing.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_payments(&self, imp_uids: impl IntoIterator<Item = impl Into<String>>) -> GetPayments {
        GetPayments::new(self.api.clone(), Identifier::ImpUid, imp_uids.into_iter().map(Into::into).collect())
    }

    /// Gets the payments of many orders by their order numbers (주문번호), up to 100 in one request.
    ///
    /// Several payments can share one order number. The API does not document how many of them it returns here: to see
    /// all payments of an order, use [`find_payments`](Self::find_payments).
    pub fn get_payments_by_merchant_uid(
        &self,
        merchant_uids: impl IntoIterator<Item = impl Into<String>>,
    ) -> GetPayments {
        GetPayments::new(self.api.clone(), Identifier::MerchantUid, merchant_uids.into_iter().map(Into::into).collect())
    }

    /// Lists all payments of an order, the failed attempts too.
    pub fn find_payments(&self, merchant_uid: impl Into<String>) -> FindPayments {
        FindPayments::new(self.api.clone(), merchant_uid.into())
    }

    /// Lists the payments of a period. A listing of a past period can change: see
    /// [`ListPayments`](ListPayments#the-listing-of-a-closed-day-changes).
    pub fn list_payments(&self) -> ListPayments {
        ListPayments::new(self.api.clone())
    }

    /// Finds the payment of an order by the merchant's order number (주문번호). Returns `None` if there is none.
    ///
    /// Several payments can share one order number. Without [`status`](FindPayment::status) and
    /// [`sorting`](FindPayment::sorting) the service returns the one that was started last.
    pub fn find_payment(&self, merchant_uid: impl Into<String>) -> FindPayment {
        FindPayment::new(self.api.clone(), merchant_uid.into())
    }

    /// Lists the payments made with a billing key (빌링키).
    pub fn billing_key_payments(&self, customer_uid: impl Into<String>) -> ListBillingKeyPayments {
        ListBillingKeyPayments::new(self.api.clone(), customer_uid.into())
    }

    /// Returns the generated client, with the access token, checks and limits of this one.
    pub fn generated(&self) -> &generated::Client {
        &self.api
    }
}
