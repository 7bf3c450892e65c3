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
    check_listed("status", status.map(PaymentStatus::as_str), PaymentStatus::KNOWN)
}

pub(super) fn check_sorting(sorting: Option<&Sorting>) -> Result<(), Error> {
    check_listed("sorting", sorting.map(Sorting::as_str), Sorting::KNOWN)
}

/// The message does not quote the value, which may be anything that the caller has.
fn check_listed(name: &str, value: Option<&str>, listed: &[&str]) -> Result<(), Error> {
    if value.is_none_or(|value| listed.contains(&value)) {
        return Ok(());
    }
    let listed = listed.join(", ");
    Err(Error::refused(format!("invalid {name}: expected one of {listed}, or `allow_unlisted(true)`")))
}

pub(super) fn check_page(page: u64) -> Result<NonZeroU64, Error> {
    NonZeroU64::new(page).ok_or_else(|| Error::refused("invalid page: expected a number from 1, got 0"))
}
