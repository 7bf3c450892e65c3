use super::{
    Client,
    listing::{Listing, ListingQuery, Page, PageSize},
    period::{Period, Present, Window},
    request::{self, Select, Selection},
};
use crate::{
    error::Error,
    generated::{
        self,
        codes::{Sorting, StatusFilter},
        types::{Payment, PaymentPage},
    },
    pagination::{Fetched, Listed},
    types::{PageOrArray, Timestamp},
};

/// A listing of all payments of a period. Returned by [`Client::list_payments`].
///
/// One page is of a period of at most 90 days. A period without payments and a page past the end are an empty page,
/// whether the service responds with an empty list or, twice in a row, with 404 or 400. Exception: if
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
    period: Period,
    selection: Selection,
}

impl Client {
    /// Lists the payments of a period. A listing of a past period can change: see
    /// [`ListPayments`](ListPayments#the-listing-of-a-closed-day-changes).
    pub fn list_payments(&self) -> ListPayments {
        // In an ascending order, new payments do not move others to later pages.
        let selection = Selection { sorting: Some(Sorting::StartedAsc), ..Selection::default() };
        Listing::new(&self.api, ListPaymentsQuery { period: Period::Recent, selection })
    }
}

impl ListPayments {
    /// Sets the period, both ends included: two times as [`Timestamp`], [`SystemTime`](std::time::SystemTime), seconds as
    /// `i64`, or a type of the features `jiff`, `chrono` and `time`.
    ///
    /// The service accepts at most 90 days. [`items`](Self::items) and [`pages`](Self::pages) cut longer periods into
    /// windows that follow each other, read each from its first page, and read no further than to the present by the clock
    /// of this machine ([`Clock::system_time`](crate::Clock::system_time)). `total`, `previous` and `next` of a page are
    /// those of its window.
    ///
    /// # Default
    ///
    /// The last 90 days: for one page by the clock of the service, for `items` and `pages` by that of this machine. In a
    /// test, set a period: the payments of the sandbox's fixtures are of March 2024.
    pub fn between(mut self, from: impl TryInto<Timestamp>, to: impl TryInto<Timestamp>) -> Self {
        self.query.period = Period::between(from, to);
        self
    }

    /// Sets the period to a day in Korea Standard Time, by year, month and day.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let mut payments = client.list_payments().kst_day(2024, 3, 6).items();
    /// # Ok(())
    /// # }
    /// ```
    pub fn kst_day(self, year: u16, month: u8, day: u8) -> Self {
        self.kst_days((year, month, day), (year, month, day))
    }

    /// Sets the period to days in Korea Standard Time, both included, each by year, month and day.
    pub fn kst_days(mut self, first: (u16, u8, u8), last: (u16, u8, u8)) -> Self {
        self.query.period = Period::kst_days(first, last);
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
        self.period.check()?;
        self.selection.check(StatusFilter::KNOWN).map(|_| ())
    }

    fn single_window(&self) -> Result<Window, Error> {
        self.period.single()
    }

    fn is_single(&self, present: Present) -> bool {
        self.period.is_single(present)
    }

    fn window(&self, index: usize, present: Present) -> Result<Option<Window>, Error> {
        let sorting = self.selection.sorting.as_ref();
        let descending = sorting.is_some_and(|sorting| sorting.as_str().starts_with('-'));
        self.period.window(index, descending, present)
    }

    async fn fetch(&self, api: &generated::Client, window: Window, page: Page) -> Result<Fetched, Error> {
        let selection = &self.selection;
        let status = selection.status.as_ref().map_or(StatusFilter::All, |status| status.as_str().into());
        let secs = |secs| i64::try_from(secs).unwrap_or(i64::MAX);
        let (from, to) = window.map(|(from, to)| (secs(from), secs(to))).unzip();
        let sorting = selection.sorting.as_ref();
        let response = api.list_payments(&status, from, Some(page.size), Some(page.number), sorting, to).await;
        let mismatch = |listing: &PageOrArray<PaymentPage, Payment>| {
            let compared = if status == StatusFilter::All { &[] } else { listing.payments() };
            compared.iter().find_map(|payment| selection.other_status(payment))
        };
        match request::found(Listed::read(response, mismatch)) {
            Err(error) if error.is_bad_request() && selection.check(StatusFilter::KNOWN).is_ok_and(|listed| listed) => {
                Ok(None)
            }
            result => result,
        }
    }
}
