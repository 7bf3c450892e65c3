//! The client, its builder and its requests.

mod base_url;
mod builder;
mod environment;
mod find_payment;
mod list_billing_key_payments;
mod request;
mod tls;

pub use builder::ClientBuilder;
pub use find_payment::FindPayment;
pub use list_billing_key_payments::ListBillingKeyPayments;

use crate::generated;
use request::Api;

/// A client for PortOne V1.
///
/// Cloning is cheap. Clones share the connection pool and the access token: build one client and keep it.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = iamport::Client::builder().credentials("imp_key", "imp_secret").build()?;
///
/// if let Some(payment) = client.find_payment("order-0001").await? {
///     payment.verify(15900, "KRW")?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    api: Api,
}

impl Client {
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
