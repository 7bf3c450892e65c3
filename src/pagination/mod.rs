//! Walking all pages of a listing: several on their way at once, handed out in order.

mod page;
mod prefetch;

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    future::poll_fn,
    hash::{BuildHasher, RandomState},
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};

use crate::{
    error::Error,
    generated::types::{Payment, PaymentPage},
    types::PageOrArray,
};

use prefetch::AbortOnDropTask;

/// How many payments the service puts on a page.
const PAGE_SIZE: usize = 20;

type Listing = PageOrArray<PaymentPage, Payment>;
type Answer = Pin<Box<dyn Future<Output = Result<Listing, Error>> + Send>>;

/// A walk over the pages of a listing.
pub(crate) struct Paginator {
    fetch_page: Box<dyn Fn(u64) -> Answer + Send>,
    concurrency: usize,
    in_flight: VecDeque<(u64, AbortOnDropTask<Listing>)>,
    /// The next page to ask for, and the last one that there is as far as is known.
    next: u64,
    last: u64,
    /// What stands in place of the pages to come.
    fault: Option<Error>,
    seen: Seen,
    /// How many payments there were when the walk began at the first page, and whether that has changed since.
    total: Option<i64>,
    total_changed: bool,
    /// Whether the pages are walked once more, for what moved between them.
    second_pass: bool,
    /// Whether the next page is asked for on a guess: behind an array of just a page's length.
    probing: bool,
}

impl Paginator {
    pub(crate) fn new(first: u64, concurrency: usize, fetch_page: impl Fn(u64) -> Answer + Send + 'static) -> Self {
        Self {
            fetch_page: Box::new(fetch_page),
            concurrency,
            in_flight: VecDeque::new(),
            next: first,
            last: first,
            fault: None,
            seen: Seen::default(),
            total: None,
            total_changed: false,
            second_pass: false,
            probing: false,
        }
    }

    /// The next page, and for each of its payments whether it is new.
    async fn advance(&mut self) -> Option<Result<(PaymentPage, Vec<bool>), Error>> {
        if let Some(fault) = self.fault.take() {
            self.end();
            return Some(Err(fault));
        }
        while self.next <= self.last && self.in_flight.len() < self.concurrency {
            self.in_flight.push_back((self.next, AbortOnDropTask::start((self.fetch_page)(self.next))));
            let Some(next) = self.next.checked_add(1) else { break };
            self.next = next;
        }
        let (number, answer) = self.in_flight.pop_front()?;
        match answer.await {
            // An array of just a page's length was all there is.
            Err(error) if error.is_not_found() && self.probing => {
                self.end();
                None
            }
            Ok(listing) => {
                let is_page = matches!(listing, PageOrArray::Page(_));
                let page = PaymentPage::from(listing);
                let new: Vec<_> = page.list.iter().map(|payment| self.seen.insert(&payment.imp_uid)).collect();
                self.look_ahead(number, &page, is_page, new.contains(&true));
                Some(Ok((page, new)))
            }
            Err(error) => {
                self.end();
                Some(Err(error))
            }
        }
    }

    /// Learns from a page what comes after it.
    fn look_ahead(&mut self, number: u64, page: &PaymentPage, is_page: bool, brought_some: bool) {
        if number == 1 && !self.second_pass {
            self.total = page.total;
        }
        self.total_changed |= self.total.is_some() && page.total != self.total;
        match page.next.and_then(|next| u64::try_from(next).ok()) {
            Some(0) if self.total_changed && self.misses_some() && !self.second_pass => self.walk_again(),
            Some(0) if self.total_changed && self.misses_some() => {
                self.fault = Some(Error::paging("payments move between them faster than they are read"));
            }
            Some(0) => self.end(),
            Some(next) if next <= number => {
                self.fault = Some(Error::paging(format!("page {number} says that page {next} comes after it")));
            }
            Some(_) => {
                // A page that another follows is full, so it tells how many there are to a page.
                let (total, size) = (page.total.and_then(|total| u64::try_from(total).ok()), page.list.len());
                let pages = u64::try_from(size)
                    .ok()
                    .and_then(|size| total.unwrap_or(0).checked_add(size)?.checked_sub(1)?.checked_div(size));
                self.last = pages.unwrap_or(0).max(number.saturating_add(1));
            }
            None if is_page
                && page.total.is_none_or(|total| i64::try_from(self.seen.len()).is_ok_and(|seen| seen < total)) =>
            {
                self.fault = Some(Error::paging(format!("page {number} does not say what comes after it")));
            }
            // An array of just a page's length may be the first of several; any other is all there is.
            None if !is_page && page.list.len() == PAGE_SIZE && brought_some => {
                self.last = number.saturating_add(1);
                self.probing = true;
            }
            None => self.end(),
        }
    }

    /// Whether there were more payments at the beginning than have come by now.
    fn misses_some(&self) -> bool {
        self.total.is_some_and(|total| i64::try_from(self.seen.len()).is_ok_and(|seen| seen < total))
    }

    /// Walks all pages once more, one after the other. New payments pushed others to later pages while several pages
    /// were on their way, and one that moved from a page yet to be answered to one already answered stood on neither.
    fn walk_again(&mut self) {
        self.in_flight.clear();
        (self.second_pass, self.concurrency, self.next, self.last) = (true, 1, 1, 1);
    }

    /// Asks for nothing more, and lets go of what is on its way.
    fn end(&mut self) {
        self.last = 0;
        self.in_flight.clear();
    }
}

/// Which payments a walk has handed out, by 128 bits of a keyed hash in place of the identifiers themselves.
#[derive(Default)]
struct Seen {
    hashers: (RandomState, RandomState),
    hashes: HashSet<(u64, u64)>,
}

impl Seen {
    fn insert(&mut self, imp_uid: &str) -> bool {
        self.hashes.insert((self.hashers.0.hash_one(imp_uid), self.hashers.1.hash_one(imp_uid)))
    }

    fn len(&self) -> usize {
        self.hashes.len()
    }
}

macro_rules! streams {
    ($($(#[$doc:meta])* $stream:ident: $item:ty;)+) => {$(
        $(#[$doc])*
        #[must_use = "nothing is asked until it is polled"]
        pub struct $stream(Pin<Box<dyn Stream<Item = Result<$item, Error>> + Send>>);

        impl $stream {
            /// The next one; `None` at the end. The same as a [`Stream`]'s, with nothing to import.
            pub async fn next(&mut self) -> Option<Result<$item, Error>> {
                poll_fn(|context| self.0.as_mut().poll_next(context)).await
            }
        }

        impl Stream for $stream {
            type Item = Result<$item, Error>;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.0.as_mut().poll_next(context)
            }
        }

        impl fmt::Debug for $stream {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($stream)).finish_non_exhaustive()
            }
        }
    )+};
}
streams! {
    /// All payments of a billing key; made by [`items`](crate::ListBillingKeyPayments::items).
    PaymentStream: Payment;
    /// All pages of a billing key's payments; made by [`pages`](crate::ListBillingKeyPayments::pages).
    PaymentPageStream: PaymentPage;
}

impl PaymentStream {
    pub(crate) fn new(walk: Paginator) -> Self {
        let state = (walk, VecDeque::new());
        let payments = stream::unfold(state, |(mut walk, mut ready)| async {
            loop {
                if let Some(payment) = ready.pop_front() {
                    return Some((Ok(payment), (walk, ready)));
                }
                match walk.advance().await? {
                    Ok((page, new)) => {
                        ready.extend(page.list.into_iter().zip(new).filter_map(|(payment, new)| new.then_some(payment)))
                    }
                    Err(error) => return Some((Err(error), (walk, ready))),
                }
            }
        });
        // Whoever asks once more after the end is told again.
        Self(Box::pin(payments.fuse()))
    }
}

impl PaymentPageStream {
    pub(crate) fn new(walk: Paginator) -> Self {
        let pages = stream::unfold(walk, |mut walk| async {
            loop {
                match walk.advance().await? {
                    // An array that brings nothing new is the answer of a service that knows no pages.
                    Ok((page, new))
                        if !new.contains(&true) && (walk.second_pass || !new.is_empty() && page.next.is_none()) => {}
                    Ok((page, _)) => return Some((Ok(page), walk)),
                    Err(error) => return Some((Err(error), walk)),
                }
            }
        });
        Self(Box::pin(pages.fuse()))
    }
}
