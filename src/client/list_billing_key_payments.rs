use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{
        envelope::Envelope,
        types::{Payment, PaymentPage},
    },
    pagination::{DEFAULT_PAGE_SIZE, Fetched, Paginator, Paging},
    types::PageOrArray,
};

/// A listing of the payments made with a billing key (빌링키). Returned by
/// [`Client::billing_key_payments`](crate::Client::billing_key_payments).
///
/// Await it, or call [`send`](Self::send), for one page; call [`items`](Self::items) or [`pages`](Self::pages) for all.
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
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct ListBillingKeyPayments {
    api: Api,
    customer_uid: String,
    paging: Paging,
}

impl ListBillingKeyPayments {
    pub(super) fn new(api: Api, customer_uid: String) -> Self {
        Self { api, customer_uid, paging: Paging::new(DEFAULT_PAGE_SIZE) }
    }

    /// Sends the request for one page.
    ///
    /// # Errors
    ///
    /// Returns an error if the page is 0 or the identifier is invalid ([`is_invalid_request`](Error::is_invalid_request)),
    /// if the call fails, or if the page holds a payment of another billing key ([`is_mismatch`](Error::is_mismatch)).
    ///
    /// An unknown billing key is an error ([`is_not_found`](Error::is_not_found)), unlike an order without a payment: a
    /// billing key that the service does not know is not one without payments.
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        async { self.fetch().await.map(request::page) }
    }

    fn paginator(self) -> Paginator {
        Paginator::new(1, self.paging, move |_, page| Box::pin(self.clone().page(page).fetch()))
    }

    async fn fetch(self) -> Result<Fetched, Error> {
        let (page, _) = request::checked("list_billing_key_payments", request::check_page(self.paging))?;
        let response = self.api.list_billing_key_payments(&self.customer_uid, Some(page), None).await;
        // A payment may lack its billing key.
        let is_other = |payment: &Payment| {
            let uid = payment.customer_uid.as_deref().unwrap_or_default();
            !uid.is_empty() && uid != self.customer_uid
        };
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            listing.payments().iter().any(is_other).then_some("customer_uid")
        };
        Envelope::from(response?).open_matching(mismatch).map(Some)
    }
}

request::listing!(ListBillingKeyPayments);
request::debug!(ListBillingKeyPayments: paging);
