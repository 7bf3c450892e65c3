//! The listings: everything that they have in common.

use std::{fmt, future::IntoFuture, num::NonZeroU64, pin::Pin, sync::Arc};

use super::{
    period::{Present, Window},
    request::{self, Api},
};
use crate::{
    error::Error,
    generated::{self, received::ReceivedResponse, types::PaymentPage},
    pagination::{FetchFuture, Fetched, Listed, Pages, Paginator, Paging, PaymentPageStream, PaymentStream},
    span::in_current_span,
};

/// A listing: [`FindPayments`](crate::FindPayments), [`ListPayments`](crate::ListPayments) or
/// [`ListBillingKeyPayments`](crate::ListBillingKeyPayments).
///
/// Await it, or call [`send`](Self::send), for one page; call [`items`](Self::items) or [`pages`](Self::pages) for all.
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct Listing<Q> {
    api: Api,
    pub(super) query: Q,
    paging: Paging,
}

/// What a listing asks for. Its `Debug` prints no identifier.
pub trait ListingQuery: fmt::Debug + Send + Sync + 'static {
    /// The number of payments on a page by default.
    const PAGE_SIZE: u64;

    /// Returns the `operationId`.
    fn operation(&self) -> &'static str;

    /// Checks the arguments before anything is sent.
    fn check(&self) -> Result<(), Error>;

    /// Returns the window of one page.
    fn single_window(&self) -> Result<Window, Error> {
        Ok(None)
    }

    /// Returns whether the listing has one window.
    fn is_single(&self, _: Present) -> bool {
        true
    }

    /// Returns a window, counted from 0, or `None` after the last one. Windows are listed one after the other.
    fn window(&self, index: usize, _: Present) -> Result<Option<Window>, Error> {
        Ok((index == 0).then_some(None))
    }

    /// Requests a page of a window. Returns `None` if the service does not have it.
    fn fetch(
        &self,
        api: &generated::Client,
        window: Window,
        page: Page,
    ) -> impl Future<Output = Result<Fetched, Error>> + Send;
}

/// A query whose pages have the size that the caller sets.
pub trait PageSize {}

/// The requested page and its size.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub(super) number: NonZeroU64,
    pub(super) size: NonZeroU64,
}

impl<Q: ListingQuery> Listing<Q> {
    pub(super) fn new(api: &Api, query: Q) -> Self {
        Self { api: Api::clone(api), query, paging: Paging::new(Q::PAGE_SIZE) }
    }

    /// Sets the page, from 1. [`items`](Self::items) and [`pages`](Self::pages) start there.
    ///
    /// # Default
    ///
    /// The first page.
    pub fn page(mut self, page: u64) -> Self {
        self.paging.first_page = page;
        self
    }

    /// Sets the number of payments on a page, from 1 to 1000.
    ///
    /// # Default
    ///
    /// 20 payments; 100 in [`ListPayments`](crate::ListPayments).
    pub fn page_size(mut self, payments: u64) -> Self
    where
        Q: PageSize,
    {
        self.paging.page_size = payments;
        self
    }

    /// Sets how many pages [`items`](Self::items) and [`pages`](Self::pages) request at once, at least one.
    ///
    /// # Default
    ///
    /// 8 pages.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.paging.concurrency = pages.max(1);
        self
    }

    /// Sends the request for one page.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid ([`is_invalid_request`](Error::is_invalid_request)), if the call
    /// fails, if a payment cannot be decoded ([`is_decode`](Error::is_decode); the streams of all pages have the others), or
    /// if the page holds another payment than the requested ones ([`is_mismatch`](Error::is_mismatch)).
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        in_current_span(self.fetch())
    }

    /// Sends the request for one page like [`send`](Self::send), and returns the responses as well, as
    /// [`Lookup::send_with_responses`](crate::Lookup::send_with_responses) does.
    pub fn send_with_responses(
        mut self,
    ) -> impl Future<Output = (Result<PaymentPage, Error>, Vec<ReceivedResponse>)> + Send + 'static {
        self.record().with(self.send())
    }

    async fn fetch(self) -> Result<PaymentPage, Error> {
        let Self { api, query, paging } = self;
        let page = check(&query, paging)?;
        let window = request::checked(query.operation(), query.single_window())?;
        match fetch(&query, &api, window, page).await? {
            None => Ok(PaymentPage::empty()),
            Some(Listed { payments, undecoded }) => match undecoded.first() {
                None => Ok(payments.into()),
                Some(payment) => Err(payment.error().clone()),
            },
        }
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

    fn paginator(self) -> Paginator {
        let Self { api, query, paging } = self;
        let listed = ListedPages { api, query: Arc::new(query), paging, began: 0, window: None };
        Paginator::new(Box::new(listed), paging)
    }
}

/// The pages of a listing, for its paginator.
struct ListedPages<Q> {
    api: Api,
    query: Arc<Q>,
    paging: Paging,
    /// The time of day when the listing began to be read, in Unix seconds.
    began: u64,
    window: Window,
}

impl<Q: ListingQuery> Pages for ListedPages<Q> {
    fn begin(&mut self, part: usize) -> Result<bool, Error> {
        let now = Present::secs(self.api.inner.transport.system_time());
        let is_first_page = self.paging.first_page == 1;
        if part == 0 && self.began == 0 {
            check(&*self.query, self.paging)?;
            self.began = now;
        } else if part > 0 && !is_first_page {
            return Ok(false);
        }
        let present = Present { began: self.began, now };
        let window = match self.query.is_single(present) || is_first_page {
            true => self.query.window(part, present),
            false => Err(Error::invalid_argument("invalid page: expected 1 for a period of more than 90 days")),
        };
        let window = request::checked(self.query.operation(), window)?;
        self.window = window.flatten();
        Ok(window.is_some())
    }

    fn fetch(&self, page: u64) -> FetchFuture {
        let (api, query, window) = (Api::clone(&self.api), Arc::clone(&self.query), self.window);
        let page = numbers(Paging { first_page: page, ..self.paging });
        Box::pin(async move { fetch(&*query, &api, window, page?).await })
    }
}

/// Requests a page, and requests it once more if the service does not have it, since it may have said so by mistake.
async fn fetch<Q: ListingQuery>(
    query: &Q,
    api: &generated::Client,
    window: Window,
    page: Page,
) -> Result<Fetched, Error> {
    match query.fetch(api, window, page).await? {
        None => query.fetch(api, window, page).await,
        fetched => Ok(fetched),
    }
}

/// Checks the arguments and returns the first page.
fn check<Q: ListingQuery>(query: &Q, paging: Paging) -> Result<Page, Error> {
    request::checked(query.operation(), query.check().and_then(|()| numbers(paging)))
}

fn numbers(paging: Paging) -> Result<Page, Error> {
    let Paging { first_page, page_size, .. } = paging;
    let number = NonZeroU64::new(first_page);
    let number = number.ok_or_else(|| Error::invalid_argument("invalid page: expected a number from 1, got 0"))?;
    let size = NonZeroU64::new(page_size).filter(|size| size.get() <= 1000);
    let size =
        size.ok_or_else(|| Error::invalid_argument(format!("invalid page size: expected 1 to 1000, got {page_size}")))?;
    Ok(Page { number, size })
}

impl<Q: ListingQuery> IntoFuture for Listing<Q> {
    type Output = Result<PaymentPage, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<Q: fmt::Debug> fmt::Debug for Listing<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Listing");
        debug.field("query", &self.query).field("paging", &self.paging).finish_non_exhaustive()
    }
}

request::options!(Listing<Q>);
request::selection!(Listing);
