//! What all requests share.

use std::{num::NonZeroU64, sync::Arc};

use crate::{
    error::Error,
    generated::{
        self,
        codes::{PaymentStatus, Sorting},
    },
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

/// The number of requests that one call keeps in flight.
pub(super) const DEFAULT_CONCURRENCY: usize = 8;

/// A payment that is not found is `None`.
pub(super) fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn check_status(status: Option<&PaymentStatus>) -> Result<(), Error> {
    status.map_or(Ok(()), |status| check_listed("status", status.as_str(), PaymentStatus::KNOWN))
}

pub(super) fn check_sorting(sorting: Option<&Sorting>) -> Result<(), Error> {
    sorting.map_or(Ok(()), |sorting| check_listed("sorting", sorting.as_str(), Sorting::KNOWN))
}

/// The message does not quote the value, which may be anything that the caller has.
pub(super) fn check_listed(name: &str, value: &str, listed: &[&str]) -> Result<(), Error> {
    if listed.contains(&value) {
        return Ok(());
    }
    let listed = listed.join(", ");
    Err(Error::refused(format!("invalid {name}: expected one of {listed}, or `allow_unlisted(true)`")))
}

pub(super) fn check_page_size(payments: u64) -> Result<NonZeroU64, Error> {
    let size = NonZeroU64::new(payments).filter(|size| size.get() <= 1000);
    size.ok_or_else(|| Error::refused(format!("invalid page size: expected 1 to 1000, got {payments}")))
}

pub(super) fn check_page(page: u64) -> Result<NonZeroU64, Error> {
    NonZeroU64::new(page).ok_or_else(|| Error::refused("invalid page: expected a number from 1, got 0"))
}
