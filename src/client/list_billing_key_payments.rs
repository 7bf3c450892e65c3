use super::{
    Client,
    listing::{Listing, ListingQuery, Page},
    period::Window,
    request::Hidden,
};
use crate::{
    error::Error,
    generated::{
        self,
        types::{Payment, PaymentPage},
    },
    pagination::{Fetched, Listed},
    types::PageOrArray,
};

/// A listing of the payments made with a billing key (빌링키). Returned by [`Client::billing_key_payments`].
///
/// An unknown billing key is an error ([`is_not_found`](Error::is_not_found)), unlike an order without a payment: a
/// billing key that the service does not know is not one without payments. It is a mismatch if a payment names another
/// billing key.
///
/// ```no_run
/// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
/// let mut payments = client.billing_key_payments("cust_0001").items();
/// while let Some(payment) = payments.next().await {
///     println!("{}", payment?.merchant_uid);
/// }
/// # Ok(())
/// # }
/// ```
pub type ListBillingKeyPayments = Listing<ListBillingKeyPaymentsQuery>;

#[derive(Clone, Debug)]
pub struct ListBillingKeyPaymentsQuery {
    customer_uid: Hidden<String>,
}

impl Client {
    /// Lists the payments made with a billing key (빌링키).
    pub fn billing_key_payments(&self, customer_uid: impl Into<String>) -> ListBillingKeyPayments {
        Listing::new(&self.api, ListBillingKeyPaymentsQuery { customer_uid: Hidden(customer_uid.into()) })
    }
}

impl ListingQuery for ListBillingKeyPaymentsQuery {
    const PAGE_SIZE: u64 = 20;

    fn operation(&self) -> &'static str {
        "list_billing_key_payments"
    }

    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn fetch(&self, api: &generated::Client, _: Window, page: Page) -> Result<Fetched, Error> {
        let Hidden(customer_uid) = &self.customer_uid;
        let response = api.list_billing_key_payments(customer_uid, Some(page.number)).await;
        // A payment may lack its billing key.
        let is_other = |payment: &Payment| {
            let uid = payment.customer_uid.as_deref().unwrap_or_default();
            !uid.is_empty() && uid != customer_uid
        };
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            listing.payments().iter().any(is_other).then_some("customer_uid")
        };
        Listed::read(response, mismatch).map(Some)
    }
}
