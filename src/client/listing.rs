use std::{fmt, future::IntoFuture, num::NonZeroU64, pin::Pin};

use super::Client;
use crate::{
    error::Error,
    generated::envelope::Envelope,
    generated::types::{Payment, PaymentPage},
    pagination::{DEFAULT_PAGE_SIZE, Paginator, PaymentPageStream, PaymentStream},
    types::PageOrArray,
};

/// The listing of a billing key's payments; await it for one page, or walk all of them. Made by
/// [`Client::billing_key_payments`].
#[must_use = "nothing is asked until it is awaited or walked"]
#[derive(Clone)]
pub struct ListBillingKeyPayments {
    client: Client,
    customer_uid: String,
    page: u64,
    concurrency: usize,
}

impl ListBillingKeyPayments {
    pub(super) fn new(client: Client, customer_uid: String) -> Self {
        Self { client, customer_uid, page: 1, concurrency: 8 }
    }

    /// Which page, counted from 1; a walk begins there.
    ///
    /// # Default
    ///
    /// The first.
    pub fn page(mut self, page: u64) -> Self {
        self.page = page;
        self
    }

    /// How many pages a walk asks for at once, at least one.
    ///
    /// # Default
    ///
    /// 8.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.concurrency = pages.max(1);
        self
    }

    /// All payments, page after page, each once.
    ///
    /// The first page tells how many there are; from then on several are on their way at once, in order, and none past
    /// the end is asked for (behind a plain array of just a page, one more). They come while you are busy with those
    /// before them. An error stands in its page's place and ends the walk. Dropped, it asks for nothing more.
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

    /// All pages as they come, walked like [`items`](Self::items). A payment that new ones push to a later page stands
    /// on both.
    pub fn pages(self) -> PaymentPageStream {
        PaymentPageStream::new(self.paginator())
    }

    fn paginator(self) -> Paginator {
        let (first, concurrency) = (self.page, self.concurrency);
        Paginator::new(1, first, DEFAULT_PAGE_SIZE, concurrency, move |_, page| {
            let fetch = self.clone().page(page).send();
            Box::pin(async { fetch.await.map(Some) })
        })
    }

    async fn send(self) -> Result<PageOrArray<PaymentPage, Payment>, Error> {
        let page = NonZeroU64::new(self.page).ok_or_else(|| Error::refused("pages are counted from 1"))?;
        let answer = self.client.generated().list_billing_key_payments(&self.customer_uid, Some(page), None).await;
        Envelope::from(answer?).open()
    }
}

impl IntoFuture for ListBillingKeyPayments {
    type Output = Result<PaymentPage, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.send().await.map(PaymentPage::from) })
    }
}

impl fmt::Debug for ListBillingKeyPayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, concurrency, .. } = self;
        f.debug_struct("ListBillingKeyPayments")
            .field("page", page)
            .field("concurrency", concurrency)
            .finish_non_exhaustive()
    }
}
