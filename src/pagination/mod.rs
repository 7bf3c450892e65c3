//! Reads all pages of a listing: several requests in flight, pages in order. [`PaymentStream`] documents the rules.

mod page;
mod seen;
mod stream;
mod totals;
mod undecoded;

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
};

use crate::{
    error::Error,
    generated::types::{Payment, PaymentPage},
    task::AbortOnDropTask,
    types::PageOrArray,
};

use page::NextPage;
use seen::SeenPayments;
pub use stream::{PaymentPageStream, PaymentStream};
use totals::Totals;
pub(crate) use undecoded::Listed;
pub use undecoded::UndecodedPayment;

/// The number of payments on a page where the request does not set it.
pub(crate) const DEFAULT_PAGE_SIZE: u64 = 20;

/// The number of requests that one call keeps in flight.
pub(crate) const DEFAULT_CONCURRENCY: usize = 8;

/// The settings of a listing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    pub(crate) first_page: u64,
    pub(crate) page_size: u64,
    /// The number of pages in flight.
    pub(crate) concurrency: usize,
}

impl Paging {
    pub(crate) fn new(page_size: u64) -> Self {
        Self { first_page: 1, page_size, concurrency: DEFAULT_CONCURRENCY }
    }
}

/// The number of consecutive pages without a new payment after which a listing is an error.
const MAX_STALE_PAGES: u32 = 3;

/// The largest number of passes over a listing whose total changes.
const MAX_PASSES: u32 = 3;

/// A page or an array; `None` for a page past the end of the listing.
pub(crate) type Fetched = Option<Listed<PageOrArray<PaymentPage, Payment>>>;

pub(crate) type FetchFuture = Pin<Box<dyn Future<Output = Result<Fetched, Error>> + Send>>;

/// Where a paginator gets its pages.
pub(crate) trait Pages: Send {
    /// Begins a pass over a part of the listing, counted from 0. Returns `false` after the last part.
    fn begin(&mut self, part: usize) -> Result<bool, Error>;

    /// Requests a page of the part, counted from 1.
    fn fetch(&self, page: u64) -> FetchFuture;
}

/// The pages of one listing, or of several that follow each other (the periods of a long one).
pub(crate) struct Paginator {
    pages: Box<dyn Pages>,
    page_size: usize,
    concurrency: usize,
    first_page: u64,
    /// The part of the listing, from 0, and whether a pass over it has begun.
    part: usize,
    begun: bool,
    ended: bool,
    in_flight: VecDeque<(u64, AbortOnDropTask<Fetched>)>,
    /// The next page to request, and the last one that is known to exist.
    next: u64,
    last: u64,
    /// The error that is returned after the current page.
    error: Option<Error>,
    seen: SeenPayments,
    totals: Totals,
    pass: u32,
    stale_pages: u32,
    /// Whether the next page is requested without having been announced: after an array of exactly one page.
    probing: bool,
}

/// A page, and for each of its payments whether it is delivered for the first time.
struct Delivery {
    page: PaymentPage,
    new: Vec<bool>,
    /// Those that cannot be decoded, for the first time.
    undecoded: Vec<UndecodedPayment>,
    /// Whether the page only repeats what was delivered, because it was read to find what moved.
    repeated: bool,
}

impl Paginator {
    pub(crate) fn new(pages: Box<dyn Pages>, paging: Paging) -> Self {
        let Paging { first_page, page_size, concurrency } = paging;
        Self {
            pages,
            page_size: usize::try_from(page_size).unwrap_or(usize::MAX),
            concurrency,
            first_page,
            part: 0,
            begun: false,
            ended: false,
            in_flight: VecDeque::new(),
            next: first_page,
            last: first_page,
            error: None,
            seen: SeenPayments::default(),
            totals: Totals::default(),
            pass: 1,
            stale_pages: 0,
            probing: false,
        }
    }

    async fn advance(&mut self) -> Option<Result<Delivery, Error>> {
        loop {
            if let Some(error) = self.error.take() {
                self.stop();
                return Some(Err(error));
            }
            if !self.ended && !self.begun {
                self.begun = true;
                match self.pages.begin(self.part) {
                    Ok(true) => {}
                    Ok(false) => self.stop(),
                    Err(error) => {
                        self.error = Some(error);
                        continue;
                    }
                }
            }
            // Later passes read page by page, so that a payment cannot move past a page in flight.
            let concurrency = if self.pass == 1 { self.concurrency } else { 1 };
            while !self.ended && self.next <= self.last && self.in_flight.len() < concurrency {
                let fetch = self.pages.fetch(self.next);
                self.in_flight.push_back((self.next, AbortOnDropTask::spawn(fetch)));
                let Some(next) = self.next.checked_add(1) else { break };
                self.next = next;
            }
            let (number, fetch) = self.in_flight.pop_front()?;
            match fetch.await {
                Ok(Some(listing)) => return Some(Ok(self.deliver(number, listing))),
                Ok(None) if self.probing => self.error = self.end_pass(number).err(),
                Err(error) if error.is_not_found() && self.probing => self.error = self.end_pass(number).err(),
                Ok(None) => {
                    // The page was announced, unless it is the first of an empty listing.
                    if number != self.first_page || self.totals.is_known() {
                        self.totals.lost_page();
                    }
                    self.error = self.end_pass(number).err();
                }
                Err(error) => {
                    self.stop();
                    return Some(Err(error));
                }
            }
        }
    }

    fn deliver(&mut self, number: u64, listed: Listed<PageOrArray<PaymentPage, Payment>>) -> Delivery {
        let Listed { payments, mut undecoded } = listed;
        let is_page = matches!(payments, PageOrArray::Page(_));
        let page = PaymentPage::from(payments);
        let len = page.list.len() + undecoded.len();
        let before = self.seen.in_pass();
        let new: Vec<_> = page.list.iter().map(|payment| self.seen.insert(&payment.imp_uid)).collect();
        let mut equal = HashMap::<String, usize>::new();
        undecoded.retain(|payment| match payment.imp_uid() {
            Some(imp_uid) => self.seen.insert(imp_uid),
            // Without a name, equal ones on a page are as many payments.
            None => {
                let count = equal.entry(payment.as_json().to_owned()).or_default();
                *count += 1;
                self.seen.insert(&format!("{count} {}", payment.as_json()))
            }
        });
        let stale = self.seen.in_pass() == before;
        let later = self.pass > 1 || !is_page && number != self.first_page;
        let repeated = later && !new.contains(&true) && undecoded.is_empty();
        let after = match is_page {
            true => self.after_page(number, &page, len, stale),
            false => self.after_array(number, len, stale),
        };
        self.error = after.err();
        Delivery { page, new, undecoded, repeated }
    }

    /// Decides what follows a page.
    fn after_page(&mut self, number: u64, page: &PaymentPage, len: usize, stale: bool) -> Result<(), Error> {
        self.totals.add(page.total);
        // The pages before the first one hold at least as many payments each.
        self.page_size = self.page_size.max(len);
        self.stale_pages = if stale { self.stale_pages.saturating_add(1) } else { 0 };
        if self.pass > 1 && self.totals.only_grew() && self.seen.in_listing() >= self.expected() {
            self.end_listing();
            return Ok(());
        }
        match page.next_page_or_end() {
            NextPage::End => self.end_pass(number),
            NextPage::Missing if page.total.is_some() => self.end_pass(number),
            NextPage::Missing => Err(Error::paging(format!("page {number} has neither `next` nor `total`"))),
            NextPage::Invalid => {
                Err(Error::paging(format!("page {number} has an invalid `next`: expected a page number")))
            }
            NextPage::Number(next) if number.checked_add(1) != Some(next) => {
                Err(Error::paging(format!("page {number} announces page {next} as the next one")))
            }
            NextPage::Number(next) if len == 0 => {
                Err(Error::paging(format!("page {number} is empty and announces page {next}")))
            }
            NextPage::Number(next) if self.stale_pages >= MAX_STALE_PAGES => Err(Error::paging(format!(
                "{MAX_STALE_PAGES} pages in a row have no new payment, and page {number} announces page {next}"
            ))),
            NextPage::Number(next) => {
                // A page that another one follows is full.
                let pages = page.total.and_then(|total| usize::try_from(total).ok()).unwrap_or(0).div_ceil(len);
                self.last = u64::try_from(pages).unwrap_or(0).max(next);
                Ok(())
            }
        }
    }

    /// Decides what follows an array. One of exactly a page may be the first of several; any other is the whole listing,
    /// or the end of one that had pages before.
    fn after_array(&mut self, number: u64, len: usize, stale: bool) -> Result<(), Error> {
        match number.checked_add(1) {
            Some(next) if self.is_full(len) && !stale => {
                (self.last, self.probing) = (next, true);
                Ok(())
            }
            _ => self.end_pass(number),
        }
    }

    /// Returns whether an array may be a page: of the requested size, or of the default size if the service ignores it.
    fn is_full(&self, len: usize) -> bool {
        len == self.page_size || u64::try_from(len) == Ok(DEFAULT_PAGE_SIZE)
    }

    /// Returns the number of payments from the first page on, by the largest total.
    fn expected(&self) -> usize {
        let pages_before = usize::try_from(self.first_page.saturating_sub(1)).unwrap_or(usize::MAX);
        self.totals.expected().saturating_sub(pages_before.saturating_mul(self.page_size))
    }

    /// Ends the listing if it is complete, or reads it once more if it changed.
    fn end_pass(&mut self, number: u64) -> Result<(), Error> {
        let (expected, actual) = (self.expected(), self.seen.in_pass());
        // Nothing confirms that a page is gone which was announced without a total.
        let is_confirmed = self.totals.is_known() || self.totals.only_grew();
        if is_confirmed && actual >= expected || self.totals.only_grew() && self.seen.in_listing() >= expected {
            self.end_listing();
            Ok(())
        } else if !self.totals.changed() {
            Err(Error::paging(format!("page {number} is the last one: expected {expected} payments, got {actual}")))
        } else if self.pass < MAX_PASSES {
            self.pass += 1;
            self.totals.start_pass();
            self.start_pass();
            Ok(())
        } else {
            Err(Error::paging("the listing changes faster than it is read"))
        }
    }

    fn start_pass(&mut self) {
        self.begun = false;
        self.in_flight.clear();
        self.seen.start_pass();
        (self.next, self.last) = (self.first_page, self.first_page);
        (self.stale_pages, self.probing) = (0, false);
    }

    fn end_listing(&mut self) {
        self.part += 1;
        self.pass = 1;
        self.totals = Totals::default();
        self.start_pass();
        self.seen.start_listing();
    }

    /// Aborts the requests in flight and sends no more.
    fn stop(&mut self) {
        self.ended = true;
        self.in_flight.clear();
    }
}
