//! What each error is made of.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;

use super::{Error, certificate::BadCertificate, kind::Kind};
#[cfg(feature = "validate")]
use crate::validate::Report;
use crate::{
    generated::types::ErrorResponse,
    json::{self, DecodeError},
    runtime,
};

impl Error {
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Kind::Config(why.into()).into()
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Kind::Refused(why.into()).into()
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The address of a request holds identifiers.
        let error = error.without_url();
        if let Some(bad) = BadCertificate::find(&error) {
            Kind::Certificate(bad, error).into()
        } else if error.is_timeout() {
            Kind::Timeout(error).into()
        } else if error.is_connect() {
            Kind::Connect(error).into()
        } else if error.is_builder() {
            Kind::Refused(format!("the request cannot be built: {error}")).into()
        } else {
            Kind::Network(error).into()
        }
    }

    pub(crate) fn attempt_timeout(time: Duration) -> Self {
        Kind::AttemptTimeout(time).into()
    }

    pub(crate) fn call_timeout(time: Duration) -> Self {
        Kind::CallTimeout(time).into()
    }

    pub(crate) fn too_large(status: StatusCode, limit: usize) -> Self {
        Kind::TooLarge(status, limit).into()
    }

    pub(crate) fn rejected(status: StatusCode, code: i64, message: Option<String>) -> Self {
        Kind::Rejected { status, code, message }.into()
    }

    pub(crate) fn status_alone(status: StatusCode) -> Self {
        Kind::Status(status).into()
    }

    pub(crate) fn decode(status: StatusCode, fault: DecodeError) -> Self {
        Kind::Decode(status, fault).into()
    }

    pub(crate) fn custom_data(fault: DecodeError) -> Self {
        Kind::CustomData(fault).into()
    }

    /// The last failure of so many attempts.
    pub(crate) fn after(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// A token that cannot be sent.
    pub(crate) fn token() -> Self {
        Kind::Token.into()
    }

    /// A failure to get a token: whatever it says, it says nothing of a payment.
    pub(crate) fn during_auth(self) -> Self {
        Self { during_auth: true, ..self }
    }

    /// Success, by its `code`, with nothing in it.
    pub(crate) fn missing(status: StatusCode) -> Self {
        Kind::Missing(status).into()
    }

    /// A payment other than the requested one. Names the field, not the identifiers.
    pub(crate) fn mismatch(status: StatusCode, field: &'static str) -> Self {
        Kind::Mismatch(status, field).into()
    }

    #[cfg(feature = "validate")]
    pub(crate) fn invalid(status: StatusCode, report: Report) -> Self {
        Kind::Invalid(status, report).into()
    }

    pub(crate) fn paging(why: impl Into<String>) -> Self {
        Kind::Paging(why.into()).into()
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), attempts: 0, during_auth: false }
    }
}

impl From<runtime::Error<ErrorResponse>> for Error {
    fn from(error: runtime::Error<ErrorResponse>) -> Self {
        match error {
            runtime::Error::Failed(error) => error,
            runtime::Error::ErrorResponse(value) => {
                let (status, attempts) = (value.status(), value.attempts());
                let envelope = value.into_inner();
                Self::rejected(status, envelope.code, envelope.message).after(attempts)
            }
            runtime::Error::UnexpectedResponse(answer) => {
                let error = match json::decode::<ErrorResponse>(answer.status, &answer.body) {
                    Ok(envelope) => Self::rejected(answer.status, envelope.code, envelope.message),
                    Err(_) => Self::status_alone(answer.status),
                };
                error.after(answer.attempts)
            }
        }
    }
}
