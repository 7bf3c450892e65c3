//! Constructors of errors.

use std::{error, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use super::{
    Attempts, Error,
    certificate::BadCertificate,
    kind::{Body, Kind},
    retry_after,
};
use crate::json::DecodeError;

impl Error {
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Kind::Config(why.into()).into()
    }

    pub(crate) fn invalid_argument(why: impl Into<String>) -> Self {
        Kind::InvalidRequest(why.into()).into()
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The URL contains identifiers.
        let error = error.without_url();
        if let Some(bad) = BadCertificate::find(&error) {
            Kind::Certificate(bad, Some(error)).into()
        } else if error.is_timeout() {
            Kind::Timeout(Some(error)).into()
        } else if error.is_connect() {
            Kind::Connect(Some(error)).into()
        } else if error.is_builder() {
            Kind::InvalidRequest(format!("cannot build the request: {error}")).into()
        } else {
            Kind::Network(Some(error)).into()
        }
    }

    pub(crate) fn redirected() -> Self {
        Kind::Redirected.into()
    }

    pub(crate) fn aborted() -> Self {
        Kind::Aborted.into()
    }

    pub(crate) fn attempt_timeout(time: Duration) -> Self {
        Kind::AttemptTimeout(time).into()
    }

    pub(crate) fn call_timeout(time: Duration) -> Self {
        Kind::CallTimeout(time).into()
    }

    pub(crate) fn permit_timeout(time: Duration) -> Self {
        Kind::PermitTimeout(time).into()
    }

    pub(crate) fn exceeds(status: StatusCode, limit: usize) -> Self {
        Kind::TooLarge(status, limit).into()
    }

    /// Creates an error of the service. `has_response` says whether the envelope has the key `response`.
    pub(crate) fn of_service(status: StatusCode, code: i64, message: Option<String>, has_response: bool) -> Self {
        Kind::Api { status, code, message, is_documented: true, has_response }.into()
    }

    /// Keeps the message of the service out of the texts: that of an operation without documentation may have anything.
    pub(crate) fn of_raw_request(mut self) -> Self {
        if let Some(Kind::Api { is_documented, .. }) = Arc::get_mut(&mut self.kind) {
            *is_documented = false;
        }
        self
    }

    pub(crate) fn status_alone(status: StatusCode) -> Self {
        Kind::UnexpectedStatus(status).into()
    }

    /// Creates the error of a successful response whose body is not the expected JSON.
    pub(crate) fn decoding(status: StatusCode, error: DecodeError, body: Option<Bytes>) -> Self {
        Kind::Decode(status, error, Body(body)).into()
    }

    /// Creates the error of one of the payments of a response, by its index.
    pub(crate) fn payment(status: StatusCode, index: usize, error: DecodeError) -> Self {
        Kind::Payment(status, index, error).into()
    }

    /// Takes the body that could not be decoded out of the error, if nobody shares it.
    pub(crate) fn take_body(&mut self) -> Option<(StatusCode, Bytes)> {
        match Arc::get_mut(&mut self.kind)? {
            Kind::Decode(status, _, Body(body)) => Some((*status, body.take()?)),
            _ => None,
        }
    }

    pub(crate) fn custom_data(fault: DecodeError) -> Self {
        Kind::CustomData(fault).into()
    }

    /// Adds the `Retry-After` of a transient response.
    pub(crate) fn with_headers(self, headers: &HeaderMap) -> Self {
        let retry_after = if self.is_transient() { retry_after(headers) } else { None };
        Self { retry_after, ..self }
    }

    /// Sets the attempts, without one that did not get a permit: it was not sent.
    pub(crate) fn after(self, attempts: impl Into<Attempts>) -> Self {
        let unsent = u32::from(matches!(&*self.kind, Kind::PermitTimeout(_)));
        let attempts = attempts.into();
        Self { attempts: Attempts { made: attempts.made.saturating_sub(unsent), ..attempts }, ..self }
    }

    /// Creates the error of an access token that is not a valid header value.
    pub(crate) fn token() -> Self {
        Kind::Token.into()
    }

    /// Marks an error of the token endpoint, or of the wait for a token: it says nothing about a payment.
    pub(crate) fn during_auth(self) -> Self {
        Self { during_auth: true, ..self }
    }

    /// Creates the error of a response with `code` 0 but no `response` field.
    pub(crate) fn missing(status: StatusCode) -> Self {
        Kind::Missing(status).into()
    }

    /// Creates the error of a payment other than the requested one. It has the field, not the identifiers.
    pub(crate) fn another_payment(status: StatusCode, field: &'static str) -> Self {
        Kind::Mismatch(status, field).into()
    }

    pub(crate) fn rejected_response(status: StatusCode, error: Box<dyn error::Error + Send + Sync>) -> Self {
        Kind::Rejected(status, error).into()
    }

    pub(crate) fn paging(why: impl Into<String>) -> Self {
        Kind::Pagination(why.into()).into()
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), attempts: Attempts::default(), during_auth: false, retry_after: None }
    }
}
