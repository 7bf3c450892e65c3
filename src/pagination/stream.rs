use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};

use super::{Delivery, Paginator};
use crate::{
    error::Error,
    generated::types::{Payment, PaymentPage},
};

macro_rules! streams {
    ($($(#[$doc:meta])* $stream:ident: $item:ty;)+) => {$(
        $(#[$doc])*
        #[must_use = "streams do nothing unless polled"]
        pub struct $stream(Pin<Box<dyn Stream<Item = Result<$item, Error>> + Send>>);

        impl $stream {
            /// Creates a stream of these items up to the first error, for mocks of a client (feature `sandbox`).
            #[cfg(feature = "sandbox")]
            pub fn from_items(items: impl IntoIterator<Item = Result<$item, Error>, IntoIter: Send + 'static>) -> Self {
                let mut failed = false;
                let items = items.into_iter().take_while(move |item| !std::mem::replace(&mut failed, item.is_err()));
                Self(Box::pin(stream::iter(items)))
            }

            /// Returns the next item, or `None` at the end. Same as `StreamExt::next`, without an import.
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
    /// All payments of a listing, each once, in the order of the pages. Payments that are found only when the listing is
    /// read again (rule 2) follow those already returned.
    ///
    /// Nothing is requested before the first poll. The first page is requested alone, since it announces how many
    /// there are; from then on up to `concurrency` pages are in flight, also while the caller is busy. An error is
    /// returned after the payments of the pages before it, and is the last item, with one exception: a payment that cannot
    /// be decoded is an error in its place ([`Error::payment_index`]), and the stream goes on after it. Dropping the stream aborts the
    /// requests in flight. Must be polled in a tokio runtime.
    ///
    /// # Rules
    ///
    /// The same rules hold for all listings:
    ///
    /// 1. A listing ends with the page whose `next` is 0, false or null. It is complete if the number of different
    ///    payments read is at least the largest `total` that its pages announced. If the total never changed and
    ///    payments are missing, the listing ends with an error.
    /// 2. If the total changed and payments are missing, some may have moved from a page not yet read to one already
    ///    read. The listing is read again, page by page, and compared only with the totals of that pass, so that new
    ///    payments cannot hide a missing one, and removed ones are not expected. If the total only grew, the pass ends
    ///    as soon as all payments were read. After three passes, the listing ends with an error.
    /// 3. A listing that starts after page 1 follows the same rules; the payments on the pages before are subtracted
    ///    from the total.
    /// 4. On every other page, `next` is the number of the page plus one. Any other value is an error.
    /// 5. A page without payments that announces another page is an error, and so are three pages in a row that hold
    ///    only known payments and announce another page.
    /// 6. An array (documentation of the billing key's listing) is the whole listing, unless its length is exactly
    ///    that of a page: then the next page is requested too, until one brings no new payment or is not found. Where pages
    ///    came before it, the payments read must agree with their totals.
    /// 7. A page of an order or a period that the service does not have (404; for a period also 400) is requested once
    ///    more. Then the listing is empty if it is the first page, and if it is another one, it is the end if the payments
    ///    read agree with the totals; otherwise it counts as a change of the total, so rule 2 holds. In the listing of a
    ///    billing key, a 404 is an error ([`Error::is_not_found`]).
    ///
    /// All other errors of these rules are [`Error::is_decode`]. Read the listing again; a period that is over changes
    /// less.
    ///
    /// # What a complete listing has
    ///
    /// A listing that ends without an error has every payment that stayed in it, if payments only entered it or only left
    /// it while it was read: either changes the total. If one payment leaves and another one enters between the requests
    /// for two pages, the total stays the same, and a third payment that moves to the page already read is missing without
    /// an error. Which listings can do so:
    ///
    /// - [`ListPayments`](crate::ListPayments): none, if the clock of this machine is not ahead of that of the service, and if
    ///   the service gives no change an earlier time than that at which it records it (no source says whether it does). Its
    ///   period ends when the reading begins, so that payments can leave it and none can enter. (Only within the second in
    ///   which the reading begins, one can change to the requested status and another one from it.) A payment that
    ///   changes its status meanwhile belongs to the present; if the period lasts until then, the payment is found there,
    ///   perhaps after others that follow it in the sorting.
    /// - [`ListBillingKeyPayments`](crate::ListBillingKeyPayments), and [`FindPayments`](crate::FindPayments) of any
    ///   status: none, since payments do not leave them.
    /// - [`FindPayments`](crate::FindPayments) with a status, if it has more than one page: list the payments of any status
    ///   instead, and select.
    /// - Pages that a program requests one by one: nothing compares them.
    PaymentStream: Payment;
    /// All pages of a listing, read by the [rules](PaymentStream#rules) of [`PaymentStream`].
    ///
    /// Payments that cannot be decoded are not on their page: each is an error after it ([`Error::payment_index`]), and the
    /// stream goes on. A payment that new ones move to a later page is on both; a page that is read again and has new payments repeats
    /// the others.
    PaymentPageStream: PaymentPage;
}

impl PaymentStream {
    pub(crate) fn new(paginator: Paginator) -> Self {
        Self(Box::pin(read(paginator, |Delivery { page, new, undecoded, .. }, ready| {
            let (mut undecoded, mut index) = (undecoded.into_iter().peekable(), 0);
            for (payment, new) in page.list.into_iter().zip(new) {
                while let Some(before) = undecoded.next_if(|before| before.index <= index) {
                    ready.push_back(Err(before.error().clone()));
                    index += 1;
                }
                ready.extend(new.then_some(Ok(payment)));
                index += 1;
            }
            ready.extend(undecoded.map(|payment| Err(payment.error().clone())));
        })))
    }
}

impl PaymentPageStream {
    pub(crate) fn new(paginator: Paginator) -> Self {
        Self(Box::pin(read(paginator, |Delivery { page, undecoded, repeated, .. }, ready| {
            ready.extend((!repeated).then_some(Ok(page)));
            ready.extend(undecoded.into_iter().map(|payment| Err(payment.error().clone())));
        })))
    }
}

/// Reads a listing to its end or its error. `deliver` turns each page into items.
fn read<T: Send>(
    paginator: Paginator,
    deliver: impl Fn(Delivery, &mut VecDeque<Result<T, Error>>) + Send,
) -> impl Stream<Item = Result<T, Error>> + Send {
    let items = stream::unfold((paginator, VecDeque::new(), deliver), |(mut paginator, mut ready, deliver)| async {
        loop {
            if let Some(item) = ready.pop_front() {
                return Some((item, (paginator, ready, deliver)));
            }
            match paginator.advance().await? {
                Ok(delivery) => deliver(delivery, &mut ready),
                Err(error) => ready.push_back(Err(error)),
            }
        }
    });
    items.fuse()
}
