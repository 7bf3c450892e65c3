//! The client, its builder and its requests.

mod base_url;
mod builder;
mod environment;
mod find_payment;
mod list_billing_key_payments;
mod request;
mod tls;

use std::sync::Arc;

pub use builder::ClientBuilder;
pub use find_payment::FindPayment;
pub use list_billing_key_payments::ListBillingKeyPayments;

use crate::{error::Error, generated};

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
    api: Arc<generated::Client>,
}

impl Client {
    /// Returns a builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Builds a client from environment variables: the API key `IMP_KEY`, its secret `IMP_SECRET`, and optionally a
    /// sub-merchant `IMP_TIER` and another base URL `IMP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// Returns an error that names the variable if it is missing or invalid ([`is_config`](Error::is_config)).
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Finds the payment of an order by the merchant's order number (주문번호). Returns `None` if there is none.
    ///
    /// Several payments can share one order number. Without [`status`](FindPayment::status) and
    /// [`sorting`](FindPayment::sorting) the service returns the one that was started last.
    pub fn find_payment(&self, merchant_uid: impl Into<String>) -> FindPayment {
        FindPayment::new(self.clone(), merchant_uid.into())
    }

    /// Lists the payments made with a billing key (빌링키).
    pub fn billing_key_payments(&self, customer_uid: impl Into<String>) -> ListBillingKeyPayments {
        ListBillingKeyPayments::new(self.clone(), customer_uid.into())
    }

    /// Returns the generated client, with the access token, checks and limits of this one.
    pub fn generated(&self) -> &generated::Client {
        &self.api
    }
}
