use super::request::{self, Api, Selection};
use crate::{
    error::Error,
    generated::{
        codes::{PaymentStatus, Sorting},
        envelope::Envelope,
        types::{Payment, PaymentPage},
    },
    pagination::{DEFAULT_PAGE_SIZE, Fetched, Paginator, Paging},
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
    selection: Selection,
    paging: Paging,
}

impl FindPayments {
    pub(super) fn new(api: Api, merchant_uid: String) -> Self {
        Self { api, merchant_uid, selection: Selection::default(), paging: Paging::new(DEFAULT_PAGE_SIZE) }
    }

    /// Sets the order of the payments.
    ///
    /// # Default
    ///
    /// Not sent. The service returns the payment that was started last first.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.selection.sorting = Some(sorting.into());
        self
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
        async { self.fetch().await.map(request::page) }
    }

    fn paginator(self) -> Paginator {
        Paginator::new(1, self.paging, move |_, page| Box::pin(self.clone().page(page).fetch()))
    }

    async fn fetch(self) -> Result<Fetched, Error> {
        let Self { api, merchant_uid, selection, paging } = &self;
        let operation = if selection.status.is_some() { "find_payments_with_status" } else { "find_payments" };
        let arguments = selection.check(PaymentStatus::KNOWN).and_then(|_| request::check_page(*paging));
        let (page, limit) = request::checked(operation, arguments).map(|(page, limit)| (Some(page), Some(limit)))?;
        let sorting = selection.sorting.as_ref();
        let response = match &selection.status {
            Some(status) => api.find_payments_with_status(merchant_uid, status, limit, page, sorting, None).await,
            None => api.find_payments(merchant_uid, limit, page, sorting, None).await,
        };
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            listing.payments().iter().find_map(|payment| selection.mismatch(merchant_uid, payment))
        };
        let response = response.map_err(Error::from);
        request::found(response.and_then(|response| Envelope::from(response).open_matching(mismatch)))
    }
}

request::selection!(FindPayments);
request::listing!(FindPayments, page_size: 20);
request::debug!(FindPayments: selection, paging);
