use std::fmt;

use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{
        codes::{PaymentStatus, Sorting},
        envelope::Envelope,
        types::{Payment, PaymentPage},
    },
    pagination::{DEFAULT_PAGE_SIZE, Fetched, Paginator, PaymentPageStream, PaymentStream},
    types::PageOrArray,
};

/// A listing of all payments of one order. Returned by [`Client::find_payments`](crate::Client::find_payments).
///
/// Await it, or call [`send`](Self::send), for one page; call [`items`](Self::items) or [`pages`](Self::pages) for all.
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct FindPayments {
    api: Api,
    merchant_uid: String,
    status: Option<PaymentStatus>,
    sorting: Option<Sorting>,
    page: u64,
    page_size: u64,
    concurrency: usize,
    allow_unlisted: bool,
}

impl FindPayments {
    pub(super) fn new(api: Api, merchant_uid: String) -> Self {
        Self {
            api,
            merchant_uid,
            status: None,
            sorting: None,
            page: 1,
            page_size: DEFAULT_PAGE_SIZE,
            concurrency: request::DEFAULT_CONCURRENCY,
            allow_unlisted: false,
        }
    }

    /// Sets the status of the payments: `ready`, `paid`, `failed` or `cancelled`.
    ///
    /// # Default
    ///
    /// Any status.
    pub fn status(mut self, status: impl Into<PaymentStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Sets the order of the payments.
    ///
    /// # Default
    ///
    /// Not sent. The service returns the payment that was started last first.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.sorting = Some(sorting.into());
        self
    }

    /// Sets whether a status or sorting that the API does not list is sent, for values that this version does not know
    /// yet.
    ///
    /// # Default
    ///
    /// `false`: an unlisted value, like a misspelt one, is an error before anything is sent.
    pub fn allow_unlisted(mut self, allow: bool) -> Self {
        self.allow_unlisted = allow;
        self
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

    /// Sets the number of payments on a page, from 1 to 1000.
    ///
    /// # Default
    ///
    /// 20.
    pub fn page_size(mut self, payments: u64) -> Self {
        self.page_size = payments;
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
    pub fn items(self) -> PaymentStream {
        PaymentStream::new(self.paginator())
    }

    /// Returns all pages, requested like those of [`items`](Self::items). A payment can be on two of them.
    pub fn pages(self) -> PaymentPageStream {
        PaymentPageStream::new(self.paginator())
    }

    /// Sends the request for one page.
    ///
    /// An order without payments, which the service responds to with 404, is an empty page, like a page past the end.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid ([`is_invalid_request`](Error::is_invalid_request)), if the call
    /// fails, or if the page holds another payment than the requested ones ([`is_mismatch`](Error::is_mismatch)): its
    /// `merchant_uid`, or the status where one was set, differs.
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        async { Ok(self.fetch().await?.map_or_else(PaymentPage::empty, PaymentPage::from)) }
    }

    fn paginator(self) -> Paginator {
        let (first, size, concurrency) = (self.page, self.page_size, self.concurrency);
        Paginator::new(1, first, size, concurrency, move |_, page| Box::pin(self.clone().page(page).fetch()))
    }

    async fn fetch(self) -> Result<Fetched, Error> {
        if !self.allow_unlisted {
            request::check_status(self.status.as_ref())?;
            request::check_sorting(self.sorting.as_ref())?;
        }
        let (page, limit) = (request::check_page(self.page)?, request::check_page_size(self.page_size)?);
        let (api, sorting) = (&self.api, self.sorting.as_ref());
        let response = match &self.status {
            Some(status) => {
                api.find_payments_with_status(&self.merchant_uid, status, Some(limit), Some(page), sorting, None).await
            }
            None => api.find_payments(&self.merchant_uid, Some(limit), Some(page), sorting, None).await,
        };
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            let list = listing.payments();
            if list.iter().any(|payment| payment.merchant_uid != self.merchant_uid) {
                return Some("merchant_uid");
            }
            let status = self.status.as_ref()?.as_str();
            list.iter().any(|payment| payment.status.as_str() != status).then_some("status")
        };
        request::found(
            response.map_err(Error::from).and_then(|response| Envelope::from(response).open_matching(mismatch)),
        )
    }
}

request::into_future!(FindPayments => PaymentPage);

impl fmt::Debug for FindPayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, sorting, page, page_size, concurrency, .. } = self;
        f.debug_struct("FindPayments")
            .field("status", status)
            .field("sorting", sorting)
            .field("page", page)
            .field("page_size", page_size)
            .field("concurrency", concurrency)
            .finish_non_exhaustive()
    }
}
