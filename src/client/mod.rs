//! The client, and how one is made.

mod base_url;
mod builder;
mod environment;
mod find;
mod listing;
mod tls;

use std::sync::Arc;

pub use builder::ClientBuilder;
pub use find::FindPayment;
pub use listing::ListBillingKeyPayments;

use crate::{error::Error, generated};

/// Looks payments up at PortOne V1.
///
/// Cheap to clone; clones share one connection pool and one token. Make one and keep it.
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
    /// What a client is made with.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client from the environment: the API key in `IMP_KEY`, its secret in `IMP_SECRET`, and if need be a
    /// sub-merchant in `IMP_TIER` and another address in `IMP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// If a variable is missing or of no use; the text names it ([`is_config`](Error::is_config)).
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// The payment of an order (주문번호), by the merchant's own number; `None` if there is none.
    ///
    /// Several payments can share one number. Await it as it is for the first in the service's order, or say more with
    /// [`status`](FindPayment::status) and [`sorting`](FindPayment::sorting).
    pub fn find_payment(&self, merchant_uid: impl Into<String>) -> FindPayment {
        FindPayment::new(self.clone(), merchant_uid.into())
    }

    /// The payments made with a billing key (빌링키).
    ///
    /// Await it for one page, or walk all of them with [`items`](ListBillingKeyPayments::items).
    pub fn billing_key_payments(&self, customer_uid: impl Into<String>) -> ListBillingKeyPayments {
        ListBillingKeyPayments::new(self.clone(), customer_uid.into())
    }

    /// The generated client, with the token, checks and limits of this one.
    pub fn generated(&self) -> &generated::Client {
        &self.api
    }
}
