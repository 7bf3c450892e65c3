use std::fmt;

use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{
        codes::{PaymentStatus, Sorting, StatusFilter},
        envelope::Envelope,
        types::PaymentPage,
    },
    pagination::{Fetched, Paginator, PaymentPageStream, PaymentStream},
    types::Timestamp,
};

/// The longest window that is requested at once, in seconds: 90 days, both ends included.
const WINDOW_SECS: u64 = 90 * 24 * 60 * 60;

const DEFAULT_PAGE_SIZE: u64 = 100;

/// A listing of all payments of a period. Returned by [`Client::list_payments`](crate::Client::list_payments).
///
/// Await it, or call [`send`](Self::send), for one page; call [`items`](Self::items) or [`pages`](Self::pages) for all.
///
/// ```no_run
/// # async fn run(client: iamport::Client, from: iamport::Timestamp, to: iamport::Timestamp) -> Result<(), iamport::Error> {
/// let mut payments = client.list_payments().status("paid").between(from, to).page_size(1000).items();
/// while let Some(payment) = payments.next().await {
///     let payment = payment?;
///     println!("{} {}", payment.merchant_uid, payment.amount);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # The listing of a closed day changes
///
/// The period selects each payment by the time of its *current* status: a `ready` payment by `started_at`, a `paid` one
/// by `paid_at`, a `failed` one by `failed_at`, a `cancelled` one by `cancelled_at`. A payment that was paid in March and
/// is cancelled in May is no longer in March, but in May, whichever status is asked for. So the sum of a day that is over
/// can fall, and a listing of a past day does not show what was paid that day. To reconcile days, store what was listed
/// and update it with the later listings of all statuses.
///
/// The sorting is another time than that of the period: by default the time when the payment was started.
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct ListPayments {
    api: Api,
    status: Option<PaymentStatus>,
    period: Option<(Timestamp, Timestamp)>,
    sorting: Sorting,
    page: u64,
    page_size: u64,
    concurrency: usize,
    allow_unlisted: bool,
}

impl ListPayments {
    pub(super) fn new(api: Api) -> Self {
        Self {
            api,
            status: None,
            period: None,
            sorting: Sorting::StartedAsc,
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
    /// All of them.
    pub fn status(mut self, status: impl Into<PaymentStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Sets the period in Unix seconds, both ends included.
    ///
    /// The service accepts at most 90 days. [`items`](Self::items) and [`pages`](Self::pages) cut longer periods into
    /// windows that follow each other.
    ///
    /// # Default
    ///
    /// Not sent. The service lists the last 90 days. Since that period moves on while it is read, set one for more than
    /// a few pages.
    pub fn between(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.period = Some((from, to));
        self
    }

    /// Sets the order of the payments, within each window of 90 days. With a descending order, the latest window comes
    /// first.
    ///
    /// # Default
    ///
    /// [`Sorting::StartedAsc`]. In an ascending order, new payments do not move others to later pages.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.sorting = sorting.into();
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

    /// Sets the page, from 1. [`items`](Self::items) and [`pages`](Self::pages) start there. Only for periods of at most
    /// 90 days.
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
    /// 100.
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

    /// Returns all payments, each once, window by window, in the order of the pages. [`PaymentStream`] documents the
    /// rules.
    ///
    /// The [`timeout`](crate::ClientBuilder::timeout) of a call holds for each page, not for the whole listing.
    pub fn items(self) -> PaymentStream {
        PaymentStream::new(self.paginator())
    }

    /// Returns all pages, requested like those of [`items`](Self::items). A payment can be on two of them. `total`,
    /// `previous` and `next` are those of the page's window.
    pub fn pages(self) -> PaymentPageStream {
        PaymentPageStream::new(self.paginator())
    }

    /// Sends the request for one page of a period of at most 90 days.
    ///
    /// A period without payments and a page past the end are an empty page, whether the service responds with an empty
    /// list, 404, or 400. A 400 counts as empty only if all arguments are listed values, which are checked before they
    /// are sent; with [`allow_unlisted`](Self::allow_unlisted) values it is an error.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid or the period is longer than 90 days
    /// ([`is_invalid_request`](Error::is_invalid_request)), or if the call fails.
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        async move {
            let windows = self.windows()?;
            let &[window] = windows.as_slice() else {
                return Err(Error::refused(
                    "invalid period: expected at most 90 days for one page; use `items` or `pages`",
                ));
            };
            Ok(self.fetch(window).await?.map_or_else(PaymentPage::empty, PaymentPage::from))
        }
    }

    fn paginator(self) -> Paginator {
        let (page, size, concurrency) = (self.page, self.page_size, self.concurrency);
        let windows = match self.windows() {
            Ok(windows) if windows.len() > 1 && page != 1 => {
                Err(Error::refused("invalid page: expected 1 for a period of more than 90 days"))
            }
            windows => windows,
        };
        let count = windows.as_ref().map_or(1, Vec::len);
        Paginator::new(count, page, size, concurrency, move |window, page| {
            let window = match &windows {
                Ok(windows) => Ok(windows.get(window).copied().flatten()),
                Err(error) => Err(error.clone()),
            };
            let request = self.clone().page(page);
            Box::pin(async move { request.fetch(window?).await })
        })
    }

    /// Cuts the period into windows that the service accepts, in the order of the sorting. `None` is the period that
    /// the service chooses.
    fn windows(&self) -> Result<Vec<Option<(Timestamp, Timestamp)>>, Error> {
        let Some((from, to)) = self.period else { return Ok(vec![None]) };
        if from > to {
            return Err(Error::refused("invalid period: expected `from` before `to`"));
        }
        let (mut windows, mut start) = (Vec::new(), from);
        loop {
            // Both ends are included, so the next window starts one second later.
            let next = Timestamp::from_secs(start.as_secs() + WINDOW_SECS).filter(|next| *next <= to);
            let end = next.and_then(|next| Timestamp::from_secs(next.as_secs() - 1)).unwrap_or(to);
            windows.push(Some((start, end)));
            match next {
                Some(next) => start = next,
                None => break,
            }
        }
        if self.sorting.as_str().starts_with('-') {
            windows.reverse();
        }
        Ok(windows)
    }

    async fn fetch(self, window: Option<(Timestamp, Timestamp)>) -> Result<Fetched, Error> {
        let status = self.status.as_ref().map_or(StatusFilter::All, |status| status.as_str().into());
        let listed = request::check_listed("status", status.as_str(), StatusFilter::KNOWN)
            .and_then(|()| request::check_sorting(Some(&self.sorting)));
        let is_listed = listed.is_ok();
        if !self.allow_unlisted {
            listed?;
        }
        let (page, limit) = (request::check_page(self.page)?, request::check_page_size(self.page_size)?);
        let secs = |time: Timestamp| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let (from, to) = window.map(|(from, to)| (secs(from), secs(to))).unzip();
        let sorting = Some(&self.sorting);
        let response = self.api.list_payments(&status, from, Some(limit), Some(page), sorting, to, None).await;
        match request::found(response.map_err(Error::from).and_then(|response| Envelope::from(response).open())) {
            Err(error) if is_listed && error.is_bad_request() => Ok(None),
            result => result,
        }
    }
}

request::into_future!(ListPayments => PaymentPage);

impl fmt::Debug for ListPayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, period, sorting, page, page_size, concurrency, .. } = self;
        f.debug_struct("ListPayments")
            .field("status", status)
            .field("period", period)
            .field("sorting", sorting)
            .field("page", page)
            .field("page_size", page_size)
            .field("concurrency", concurrency)
            .finish_non_exhaustive()
    }
}
