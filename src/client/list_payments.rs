use super::{
    Client,
    listing::{Listing, ListingQuery, Page, PageSize, Select, Window},
    request::{self, Selection},
};
use crate::{
    error::Error,
    generated::{
        self,
        codes::{Sorting, StatusFilter},
    },
    pagination::Fetched,
    types::Timestamp,
};

/// The longest window that is requested at once, in seconds: 90 days, both ends included.
const WINDOW_SECS: u64 = 90 * 24 * 60 * 60;

/// A listing of all payments of a period. Returned by [`Client::list_payments`].
///
/// One page is of a period of at most 90 days. A period without payments and a page past the end are an empty page,
/// whether the service responds with an empty list, 404 or 400. Exception: if
/// [`allow_unlisted`](ListPayments::allow_unlisted) let an unlisted value through, a 400 is an error.
///
/// With a descending [`sorting`](ListPayments::sorting), the latest window of 90 days comes first.
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
pub type ListPayments = Listing<ListPaymentsQuery>;

#[derive(Clone, Debug)]
pub struct ListPaymentsQuery {
    period: Window,
    selection: Selection,
}

impl Client {
    /// Lists the payments of a period. A listing of a past period can change: see
    /// [`ListPayments`](ListPayments#the-listing-of-a-closed-day-changes).
    pub fn list_payments(&self) -> ListPayments {
        // In an ascending order, new payments do not move others to later pages.
        let selection = Selection { sorting: Some(Sorting::StartedAsc), ..Selection::default() };
        Listing::new(&self.api, ListPaymentsQuery { period: None, selection })
    }
}

impl ListPayments {
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
        self.query.period = Some((from, to));
        self
    }
}

impl PageSize for ListPaymentsQuery {}

impl Select for ListPaymentsQuery {
    fn selection(&mut self) -> &mut Selection {
        &mut self.selection
    }
}

impl ListingQuery for ListPaymentsQuery {
    const PAGE_SIZE: u64 = 100;

    fn operation(&self) -> &'static str {
        "list_payments"
    }

    fn check(&self) -> Result<(), Error> {
        if self.period.is_some_and(|(from, to)| from > to) {
            return Err(Error::invalid_argument("invalid period: expected `from` before `to`"));
        }
        self.selection.check(StatusFilter::KNOWN).map(|_| ())
    }

    /// Cuts the period into windows that the service accepts, in the order of the sorting.
    fn windows(&self) -> Vec<Window> {
        let Some((from, to)) = self.period else { return vec![None] };
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
        windows
    }

    async fn fetch(&self, api: &generated::Client, window: Window, page: Page) -> Result<Fetched, Error> {
        let selection = &self.selection;
        let status = selection.status.as_ref().map_or(StatusFilter::All, |status| status.as_str().into());
        let secs = |time: Timestamp| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let (from, to) = window.map(|(from, to)| (secs(from), secs(to))).unzip();
        let sorting = selection.sorting.as_ref();
        let response = api.list_payments(&status, from, Some(page.size), Some(page.number), sorting, to).await;
        match request::found(response.and_then(|response| response.content(|_| None))) {
            Err(error) if error.is_bad_request() && selection.check(StatusFilter::KNOWN).is_ok_and(|listed| listed) => {
                Ok(None)
            }
            result => result,
        }
    }
}
