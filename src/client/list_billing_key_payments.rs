use std::fmt;

use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{
        envelope::Envelope,
        types::{Payment, PaymentPage},
    },
    pagination::{DEFAULT_PAGE_SIZE, Paginator, PaymentPageStream, PaymentStream},
    types::PageOrArray,
};

/// A listing of the payments made with a billing key (빌링키). Returned by [`Client::billing_key_payments`](crate::Client::billing_key_payments).
///
/// Await it, or call [`send`](Self::send), for one page; call [`items`](Self::items) or [`pages`](Self::pages) for all.
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct ListBillingKeyPayments {
    api: Api,
    customer_uid: String,
    page: u64,
    concurrency: usize,
}

impl ListBillingKeyPayments {
    pub(super) fn new(api: Api, customer_uid: String) -> Self {
        Self { api, customer_uid, page: 1, concurrency: request::DEFAULT_CONCURRENCY }
    }

    /// Sets the page, from 1. [`items`](Self::items) and [`pages`](Self::pages) start there.
    ///
    /// # Default
    ///
    /// 1.
    pub fn page(mut self, page: u64) -> Self {
        self.page = page;
        self
    }

    /// Sets how many pages [`items`](Self::items) and [`pages`](Self::pages) request at once, at least one.
    ///
    /// # Default
    ///
    /// 8.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.concurrency = pages.max(1);
        self
    }

    /// Returns all payments, each once, in the order of the pages. [`PaymentStream`] documents the rules.
    ///
    /// The [`timeout`](crate::ClientBuilder::timeout) of a call holds for each page, not for the whole listing.
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
    pub fn items(self) -> PaymentStream {
        PaymentStream::new(self.paginator())
    }

    /// Returns all pages, requested like those of [`items`](Self::items). A payment can be on two of them.
    pub fn pages(self) -> PaymentPageStream {
        PaymentPageStream::new(self.paginator())
    }

    /// Sends the request for one page.
    ///
    /// # Errors
    ///
    /// Returns an error if the page is 0 or the identifier is invalid ([`is_invalid_request`](Error::is_invalid_request)),
    /// or if the call fails. An unknown billing key is an error ([`is_not_found`](Error::is_not_found)), unlike an order
    /// without a payment: a billing key that the service does not know is not one without payments.
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        async { self.fetch().await.map(PaymentPage::from) }
    }

    fn paginator(self) -> Paginator {
        let (first, concurrency) = (self.page, self.concurrency);
        Paginator::new(1, first, DEFAULT_PAGE_SIZE, concurrency, move |_, page| {
            let fetch = self.clone().page(page).fetch();
            Box::pin(async { fetch.await.map(Some) })
        })
    }

    async fn fetch(self) -> Result<PageOrArray<PaymentPage, Payment>, Error> {
        let page = request::check_page(self.page)?;
        let response = self.api.list_billing_key_payments(&self.customer_uid, Some(page), None).await;
        Envelope::from(response?).open()
    }
}

request::into_future!(ListBillingKeyPayments => PaymentPage);

impl fmt::Debug for ListBillingKeyPayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, concurrency, .. } = self;
        f.debug_struct("ListBillingKeyPayments")
            .field("page", page)
            .field("concurrency", concurrency)
            .finish_non_exhaustive()
    }
}
