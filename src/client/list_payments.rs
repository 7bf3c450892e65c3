use super::request::{self, Api, Selection};
use crate::{
    error::Error,
    generated::{
        codes::{Sorting, StatusFilter},
        envelope::Envelope,
        types::PaymentPage,
    },
    pagination::{Fetched, Paginator, Paging},
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
/// is cancelled in May is then listed in May, as cancelled; no status finds it in March any more. So the sum of a past day
/// can fall, and a listing of a past day does not show what was paid that day. To reconcile days, store what was listed
/// and update it with the later listings of all statuses.
///
/// Sorting uses a different time than the period does: by default the time when the payment was started.
#[must_use = "requests do nothing unless awaited, sent or polled"]
#[derive(Clone)]
pub struct ListPayments {
    api: Api,
    period: Option<(Timestamp, Timestamp)>,
    selection: Selection,
    paging: Paging,
}

impl ListPayments {
    pub(super) fn new(api: Api) -> Self {
        let selection = Selection { sorting: Some(Sorting::StartedAsc), ..Selection::default() };
        Self { api, period: None, selection, paging: Paging::new(DEFAULT_PAGE_SIZE) }
    }

    /// Sets the period in Unix seconds, both ends included.
    ///
    /// The service accepts at most 90 days. [`items`](Self::items) and [`pages`](Self::pages) cut longer periods into
    /// windows that follow each other, and read each from its first page. `total`, `previous` and `next` of a page are those of
    /// its window.
    ///
    /// # Default
    ///
    /// Not sent. The service lists the last 90 days. Since that period moves on while it is read, set one for more than
    /// a few pages. In a test, set one too: the payments of the sandbox's fixtures are of March 2024.
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
        self.selection.sorting = Some(sorting.into());
        self
    }

    /// Sends the request for one page of a period of at most 90 days.
    ///
    /// A period without payments and a page past the end are an empty page, whether the service responds with an empty
    /// list, 404 or 400. Exception: if [`allow_unlisted`](Self::allow_unlisted) let an unlisted value through, a 400 is an
    /// error.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid or the period is longer than 90 days
    /// ([`is_invalid_request`](Error::is_invalid_request)), or if the call fails.
    pub fn send(self) -> impl Future<Output = Result<PaymentPage, Error>> + Send + 'static {
        async move {
            let window = self.windows().and_then(|windows| match windows.as_slice() {
                &[window] => Ok(window),
                _ => Err(Error::invalid_argument(
                    "invalid period: expected at most 90 days for one page; use `items` or `pages`",
                )),
            });
            self.fetch(window).await.map(request::page)
        }
    }

    fn paginator(self) -> Paginator {
        let paging = self.paging;
        let windows = match self.windows() {
            Ok(windows) if windows.len() > 1 && paging.first_page != 1 => {
                Err(Error::invalid_argument("invalid page: expected 1 for a period of more than 90 days"))
            }
            windows => windows,
        };
        let count = windows.as_ref().map_or(1, Vec::len);
        Paginator::new(count, paging, move |window, page| {
            let windows = windows.as_ref().map_err(Error::clone);
            let window = windows.map(|windows| windows.get(window).copied().flatten());
            Box::pin(self.clone().page(page).fetch(window))
        })
    }

    /// Cuts the period into windows that the service accepts, in the order of the sorting. `None` is the period that
    /// the service chooses.
    fn windows(&self) -> Result<Vec<Option<(Timestamp, Timestamp)>>, Error> {
        let Some((from, to)) = self.period else { return Ok(vec![None]) };
        if from > to {
            return Err(Error::invalid_argument("invalid period: expected `from` before `to`"));
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
        if self.selection.sorting.as_ref().is_some_and(|sorting| sorting.as_str().starts_with('-')) {
            windows.reverse();
        }
        Ok(windows)
    }

    async fn fetch(self, window: Result<Option<(Timestamp, Timestamp)>, Error>) -> Result<Fetched, Error> {
        let Self { api, selection, paging, .. } = &self;
        let arguments = window.and_then(|window| {
            let is_listed = selection.check(StatusFilter::KNOWN)?;
            Ok((window, is_listed, request::check_page(*paging)?))
        });
        let (window, is_listed, (page, limit)) = request::checked("list_payments", arguments)?;
        let status = selection.status.as_ref().map_or(StatusFilter::All, |status| status.as_str().into());
        let secs = |time: Timestamp| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let (from, to) = window.map(|(from, to)| (secs(from), secs(to))).unzip();
        let sorting = selection.sorting.as_ref();
        let response = api.list_payments(&status, from, Some(limit), Some(page), sorting, to, None).await;
        match request::found(response.map_err(Error::from).and_then(|response| Envelope::from(response).open())) {
            Err(error) if is_listed && error.is_bad_request() => Ok(None),
            result => result,
        }
    }
}

request::selection!(ListPayments);
request::listing!(ListPayments, page_size: 100);
request::debug!(ListPayments: period, selection, paging);
