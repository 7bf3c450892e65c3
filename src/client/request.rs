//! Helpers of all requests.

use std::{fmt, sync::Arc};

use crate::{
    error::Error,
    generated::{
        self, Operation,
        codes::{PaymentStatus, Sorting},
        types::Payment,
    },
};

/// The generated client, shared by a client and its requests.
pub(super) type Api = Arc<generated::Client>;

/// An identifier, or several, that `Debug` does not print.
#[derive(Clone)]
pub(super) struct Hidden<T>(pub(super) T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The status and the sorting of the requested payments.
#[derive(Clone, Debug, Default)]
pub struct Selection {
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
        self.other_status(payment)
    }

    /// Returns the field `status` if it differs from the requested one.
    pub(super) fn other_status(&self, payment: &Payment) -> Option<&'static str> {
        let status = self.status.as_ref()?;
        (payment.status.as_str() != status.as_str()).then_some("status")
    }
}

/// The options that every request has.
macro_rules! options {
    ($request:ident $(<$query:ident>)?) => {
        impl $(<$query>)? $request $(<$query>)? {
            /// Has the final responses of all calls collected.
            fn record(&mut self) -> crate::generated::received::Recorder {
                std::sync::Arc::make_mut(&mut self.api).inner.options.recorder.insert(Default::default()).clone()
            }

            /// Sets the time limit of the request, instead of [that of a call](crate::ClientBuilder::timeout) of the client. A
            /// look-up that makes several calls, such as [`verify_order`](crate::Client::verify_order), has this time for
            /// all of them; a listing has it for each page. A retry may begin at any time until then, whatever
            /// [`retry_timeout`](crate::RetryConfig::retry_timeout) the client has.
            ///
            /// The wait for an access token counts. The request for a token is shared by all callers, so that it has the
            /// limits of the client, and goes on for the others if this call times out.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                std::sync::Arc::make_mut(&mut self.api).inner.options.timeout = Some(timeout);
                self
            }

            /// Sets the time limit of an attempt, instead of [that of the
            /// client](crate::ClientBuilder::attempt_timeout), but not of an attempt to get an access token. Where it is
            /// longer than the client's [`retry_timeout`](crate::RetryConfig::retry_timeout) (20 seconds), an attempt that
            /// times out is retried only if you set [`timeout`](Self::timeout) too.
            pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
                std::sync::Arc::make_mut(&mut self.api).inner.options.attempt_timeout = Some(timeout);
                self
            }

            /// Disables retries of this request, whatever [the client](crate::ClientBuilder::retry) does. The request for
            /// an access token is shared by all callers, and is still retried as the client says. After a 401, the token is
            /// still replaced once, where the request is safe to repeat.
            pub fn no_retry(mut self) -> Self {
                std::sync::Arc::make_mut(&mut self.api).inner.options.no_retry = true;
                self
            }
        }
    };
}
pub(super) use options;

/// A query with a [`Selection`].
pub trait Select {
    fn selection(&mut self) -> &mut Selection;
}

/// The setters of a [`Selection`].
macro_rules! selection {
    ($request:ident) => {
        impl<Q: $crate::client::request::Select> $request<Q> {
            /// Selects payments by their status: `ready`, `paid`, `failed` or `cancelled`.
            ///
            /// # Default
            ///
            /// Any status.
            pub fn status(mut self, status: impl Into<$crate::generated::codes::PaymentStatus>) -> Self {
                self.query.selection().status = Some(status.into());
                self
            }

            /// Sets the order of the payments; a look-up returns the first one.
            ///
            /// # Default
            ///
            /// In [`ListPayments`](crate::ListPayments), [`Sorting::StartedAsc`](crate::Sorting::StartedAsc). Otherwise it is
            /// not sent: the service returns the payment that was started last first, of those with the status if one is
            /// set.
            pub fn sorting(mut self, sorting: impl Into<$crate::generated::codes::Sorting>) -> Self {
                self.query.selection().sorting = Some(sorting.into());
                self
            }

            /// Sets whether a status or sorting that the API does not list is sent, for values that this version does not
            /// know yet.
            ///
            /// # Default
            ///
            /// `false`: an unlisted value, like a misspelt one, is an error before anything is sent.
            pub fn allow_unlisted(mut self, allow: bool) -> Self {
                self.query.selection().allow_unlisted = allow;
                self
            }
        }
    };
}
pub(super) use selection;

/// Closes the span of a call that ends before the generated client is called, since an argument is invalid.
pub(super) fn checked<T>(operation: &'static str, arguments: Result<T, Error>) -> Result<T, Error> {
    arguments.inspect_err(|error| Operation::named(operation).span().record_error(error))
}

/// Turns "not found" into `None`.
pub(super) fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
