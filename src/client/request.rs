//! Helpers of all requests.

use std::{num::NonZeroU64, sync::Arc};

use crate::{
    error::Error,
    generated::{
        self,
        codes::{PaymentStatus, Sorting},
        types::{Payment, PaymentPage},
    },
    pagination::{Fetched, Paging},
    span::CallSpan,
};

/// The generated client, shared by a client and its requests.
pub(super) type Api = Arc<generated::Client>;

/// Implements `IntoFuture` for a request by its `send`.
macro_rules! into_future {
    ($request:ident => $output:ty) => {
        impl std::future::IntoFuture for $request {
            type Output = Result<$output, crate::error::Error>;
            type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
}
pub(super) use into_future;

/// Implements `Debug` for a request: the fields without an identifier.
macro_rules! debug {
    ($request:ident: $($field:ident),+) => {
        impl std::fmt::Debug for $request {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut debug = f.debug_struct(stringify!($request));
                debug$(.field(stringify!($field), &self.$field))+.finish_non_exhaustive()
            }
        }
    };
}
pub(super) use debug;

/// The setters of a request with a [`Selection`], except for `sorting`, whose default differs.
macro_rules! selection {
    ($request:ident) => {
        impl $request {
            /// Selects payments by their status: `ready`, `paid`, `failed` or `cancelled`.
            ///
            /// # Default
            ///
            /// Any status.
            pub fn status(mut self, status: impl Into<crate::generated::codes::PaymentStatus>) -> Self {
                self.selection.status = Some(status.into());
                self
            }

            /// Sets whether a status or sorting that the API does not list is sent, for values that this version does
            /// not know yet.
            ///
            /// # Default
            ///
            /// `false`: an unlisted value, like a misspelt one, is an error before anything is sent.
            pub fn allow_unlisted(mut self, allow: bool) -> Self {
                self.selection.allow_unlisted = allow;
                self
            }
        }
    };
}
pub(super) use selection;

/// The methods of a request with a [`Paging`], by its `paginator` and `send`.
macro_rules! listing {
    ($request:ident, page_size: $default:literal) => {
        impl $request {
            /// Sets the number of payments on a page, from 1 to 1000.
            ///
            /// # Default
            ///
            #[doc = concat!($default, " payments.")]
            pub fn page_size(mut self, payments: u64) -> Self {
                self.paging.page_size = payments;
                self
            }
        }

        request::listing!($request);
    };
    ($request:ident) => {
        impl $request {
            /// Sets the page, from 1. [`items`](Self::items) and [`pages`](Self::pages) start there.
            ///
            /// # Default
            ///
            /// The first page.
            pub fn page(mut self, page: u64) -> Self {
                self.paging.first_page = page;
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

            /// Returns all payments, each once, in the order of the pages.
            /// [`PaymentStream`](crate::PaymentStream) documents the rules.
            ///
            /// The [`timeout`](crate::ClientBuilder::timeout) of a call holds for each page, not for the whole listing.
            pub fn items(self) -> crate::pagination::PaymentStream {
                crate::pagination::PaymentStream::new(self.paginator())
            }

            /// Returns all pages, requested like those of [`items`](Self::items). A payment can be on two of them.
            pub fn pages(self) -> crate::pagination::PaymentPageStream {
                crate::pagination::PaymentPageStream::new(self.paginator())
            }
        }

        request::into_future!($request => PaymentPage);
    };
}
pub(super) use listing;

/// The status and the sorting of the requested payments.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) status: Option<PaymentStatus>,
    pub(super) sorting: Option<Sorting>,
    pub(super) allow_unlisted: bool,
}

impl Selection {
    /// Returns whether the API lists the status and the sorting, or an error if they may not be sent.
    pub(super) fn check(&self, statuses: &[&str]) -> Result<bool, Error> {
        let check = |name, value: Option<&str>, listed: &[&str]| match value {
            // The message does not quote the value, which may be personal data.
            Some(value) if !listed.contains(&value) => {
                let listed = listed.join(", ");
                Err(Error::invalid_argument(format!(
                    "invalid {name}: expected one of {listed}, or `allow_unlisted(true)`"
                )))
            }
            _ => Ok(()),
        };
        let listed = check("status", self.status.as_ref().map(PaymentStatus::as_str), statuses)
            .and_then(|()| check("sorting", self.sorting.as_ref().map(Sorting::as_str), Sorting::KNOWN));
        match listed {
            Err(error) if !self.allow_unlisted => Err(error),
            listed => Ok(listed.is_ok()),
        }
    }

    /// Returns the field in which a payment differs from the requested order and status.
    pub(super) fn mismatch(&self, merchant_uid: &str, payment: &Payment) -> Option<&'static str> {
        if payment.merchant_uid != merchant_uid {
            return Some("merchant_uid");
        }
        let status = self.status.as_ref()?;
        (payment.status.as_str() != status.as_str()).then_some("status")
    }
}

/// Closes the span of a call that ends before the generated client is called, since an argument is invalid.
pub(super) fn checked<T>(operation: &'static str, arguments: Result<T, Error>) -> Result<T, Error> {
    arguments.inspect_err(|error| CallSpan::new(operation).record_error(error))
}

/// Returns the page and its size.
pub(super) fn check_page(paging: Paging) -> Result<(NonZeroU64, NonZeroU64), Error> {
    let Paging { first_page, page_size, .. } = paging;
    let page = NonZeroU64::new(first_page);
    let page = page.ok_or_else(|| Error::invalid_argument("invalid page: expected a number from 1, got 0"))?;
    let size = NonZeroU64::new(page_size).filter(|size| size.get() <= 1000);
    let size =
        size.ok_or_else(|| Error::invalid_argument(format!("invalid page size: expected 1 to 1000, got {page_size}")))?;
    Ok((page, size))
}

/// Turns "not found" into `None`.
pub(super) fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Turns a page past the end into an empty one.
pub(super) fn page(fetched: Fetched) -> PaymentPage {
    fetched.map_or_else(PaymentPage::empty, PaymentPage::from)
}
