//! Public constructors, for tests of the caller's error handling.

use std::time::Duration;

use reqwest::StatusCode;

use super::{Error, kind::Kind};

/// Constructors for tests (feature `sandbox`), for mocks that replace a [`Client`](crate::Client).
impl Error {
    /// Creates an error of the service: an envelope with a `code` other than 0. With status 404 it
    /// [is not found](Self::is_not_found).
    ///
    /// ```
    /// use iamport::{Error, reqwest::StatusCode};
    ///
    /// let error = Error::api(StatusCode::NOT_FOUND, -1, "존재하지 않는 결제정보입니다.");
    /// assert!(error.is_not_found() && !error.is_transient());
    /// ```
    pub fn api(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self::rejected(status, code, Some(message.into()))
    }

    /// Creates an error of a response that is not from the service, like the HTML page of a proxy.
    pub fn unexpected_status(status: StatusCode) -> Self {
        Self::status_alone(status)
    }

    /// Creates an error of a request that timed out.
    pub fn timeout() -> Self {
        Kind::Timeout(None).into()
    }

    /// Creates an error of a connection that was not established.
    pub fn connect() -> Self {
        Kind::Connect(None).into()
    }

    /// Creates an error of a connection that broke.
    pub fn connection_broken() -> Self {
        Kind::Network(None).into()
    }

    /// Sets [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }
}
