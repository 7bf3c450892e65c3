use super::{
    Client,
    listing::{Listing, ListingQuery, Page, PageSize},
    period::Window,
    request::{self, Hidden, Select, Selection},
};
use crate::{
    error::Error,
    generated::{
        self,
        codes::PaymentStatus,
        types::{Payment, PaymentPage},
    },
    pagination::{Fetched, Listed},
    types::PageOrArray,
};

/// A listing of all payments of one order. Returned by [`Client::find_payments`].
///
/// An order without payments, which the service responds to with 404 twice in a row, is an empty page, like a page past the
/// end. It is a mismatch if the `merchant_uid` of a payment differs, or its status where one was set.
pub type FindPayments = Listing<FindPaymentsQuery>;

#[derive(Clone, Debug)]
pub struct FindPaymentsQuery {
    merchant_uid: Hidden<String>,
    selection: Selection,
}

impl Client {
    /// Lists all payments of an order, the failed attempts too.
    pub fn find_payments(&self, merchant_uid: impl Into<String>) -> FindPayments {
        Listing::new(&self.api, FindPaymentsQuery::new(merchant_uid.into()))
    }
}

impl FindPaymentsQuery {
    pub(super) fn new(merchant_uid: String) -> Self {
        Self { merchant_uid: Hidden(merchant_uid), selection: Selection::default() }
    }
}

impl PageSize for FindPaymentsQuery {}

impl Select for FindPaymentsQuery {
    fn selection(&mut self) -> &mut Selection {
        &mut self.selection
    }
}

impl ListingQuery for FindPaymentsQuery {
    const PAGE_SIZE: u64 = 20;

    fn operation(&self) -> &'static str {
        if self.selection.status.is_some() { "find_payments_with_status" } else { "find_payments" }
    }

    fn check(&self) -> Result<(), Error> {
        self.selection.check(PaymentStatus::KNOWN).map(|_| ())
    }

    async fn fetch(&self, api: &generated::Client, _: Window, page: Page) -> Result<Fetched, Error> {
        let Self { merchant_uid: Hidden(merchant_uid), selection } = self;
        let (page, limit, sorting) = (Some(page.number), Some(page.size), selection.sorting.as_ref());
        let response = match &selection.status {
            Some(status) => api.find_payments_with_status(merchant_uid, status, limit, page, sorting).await,
            None => api.find_payments(merchant_uid, limit, page, sorting).await,
        };
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            listing.payments().iter().find_map(|payment| selection.mismatch(merchant_uid, payment))
        };
        request::found(Listed::read(response, mismatch))
    }
}
