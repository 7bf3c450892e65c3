//! Public constructors, for tests of the caller's error handling.

use std::{error, time::Duration};

use reqwest::StatusCode;

use super::{Error, certificate::BadCertificate, kind::Kind};

/// Constructors for tests (feature `sandbox`), for mocks that replace a [`Client`](crate::Client), named like the
/// predicates. [`api`](Self::api) makes those with a status: not found, unauthorized, transient.
/// [`attempts`](Error::attempts) of such an error is 0. [`is_maybe_sent`](Error::is_maybe_sent) is `true` for `timeout`,
/// `connection_broken`, `decode`, `mismatch`, `too_large`, `rejected`, and a status of 3xx, 408 or 5xx; otherwise it is
/// `false`.
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
        Self::of_service(status, code, Some(message.into()), true)
    }

    /// Creates an error of a response that is not from the service, like the HTML page of a proxy.
    pub fn unexpected_status(status: StatusCode) -> Self {
        Self::status_alone(status)
    }

    /// Creates an error of a request that timed out.
    pub fn timeout() -> Self {
        Kind::Timeout(None).into()
    }

    /// Creates an error of a response that cannot be decoded.
    pub fn decode() -> Self {
        Self::missing(StatusCode::OK)
    }

    /// Creates an error of a response with another payment than the requested one.
    pub fn mismatch() -> Self {
        Self::another_payment(StatusCode::OK, "merchant_uid")
    }

    /// Creates an error of a response that exceeds the limit.
    pub fn too_large() -> Self {
        Self::exceeds(StatusCode::OK, 8 << 20)
    }

    /// Creates an error of an invalid argument.
    pub fn invalid_request(reason: impl Into<String>) -> Self {
        Self::invalid_argument(reason)
    }

    /// Creates an error of a response that a function of [`inspect`](crate::ClientBuilder::inspect) rejected, with its error.
    pub fn rejected(error: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self::rejected_response(StatusCode::OK, error.into())
    }

    /// Creates an error of a certificate that is not issued by a trusted CA.
    pub fn certificate() -> Self {
        Kind::Certificate(BadCertificate::Untrusted, None).into()
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
