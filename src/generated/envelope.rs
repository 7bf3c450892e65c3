//! The envelope of every response. Success is `code` 0 and a `response` that is not null.

use reqwest::StatusCode;

use crate::{
    error::Error,
    generated::{
        runtime::{self, ResponseValue},
        types::{
            AccessToken, AccessTokenResponse, ErrorResponse, Payment, PaymentArrayResponse, PaymentListResponse,
            PaymentPage, PaymentPageResponse, PaymentResponse,
        },
    },
    json,
    span::CallSpan,
    types::PageOrArray,
};

/// An envelope with any content.
pub(crate) struct Envelope<T> {
    status: StatusCode,
    code: i64,
    message: Option<String>,
    response: Option<T>,
    attempts: u32,
    span: CallSpan,
}

impl<T> Envelope<T> {
    /// Returns the content, or the error of the service.
    pub(crate) fn open(self) -> Result<T, Error> {
        self.open_checked(|_| Ok(()))
    }

    fn open_checked(self, check: impl FnOnce(&T) -> Result<(), Error>) -> Result<T, Error> {
        let opened = match self.response {
            _ if self.code != 0 => Err(Error::rejected(self.status, self.code, self.message)),
            None => Err(Error::missing(self.status)),
            Some(response) => check(&response).map(|()| response),
        };
        opened.map_err(|error| error.after(self.attempts)).inspect_err(|error| self.span.record_error(error))
    }

    /// Returns the content, unless `mismatch` names a field in which it differs from the request.
    pub(crate) fn open_matching(self, mismatch: impl FnOnce(&T) -> Option<&'static str>) -> Result<T, Error> {
        let status = self.status;
        self.open_checked(|content| {
            mismatch(content).map_or(Ok(()), |field| Err(Error::another_payment(status, field)))
        })
    }
}

macro_rules! envelope {
    ($($response:ty => $content:ty),+ $(,)?) => {$(
        impl From<ResponseValue<$response>> for Envelope<$content> {
            fn from(value: ResponseValue<$response>) -> Self {
                let (status, attempts) = (value.status(), value.attempts());
                let (envelope, span) = value.into_parts();
                let (code, message, response) = (envelope.code, envelope.message, envelope.response);
                Self { status, code, message, response, attempts, span }
            }
        }
    )+};
}
envelope! {
    PaymentResponse => Payment,
    PaymentListResponse => PageOrArray<PaymentPage, Payment>,
    PaymentPageResponse => PageOrArray<PaymentPage, Payment>,
    PaymentArrayResponse => Vec<Payment>,
    AccessTokenResponse => AccessToken,
}

impl From<runtime::Error<ErrorResponse>> for Error {
    fn from(error: runtime::Error<ErrorResponse>) -> Self {
        match error {
            runtime::Error::Failed(error) => error,
            runtime::Error::ErrorResponse(value) => {
                let error = Self::rejected(value.status(), value.code, value.message.clone());
                let error = error.with_headers(value.headers()).after(value.attempts());
                value.span().record_error(&error);
                error
            }
            runtime::Error::UnexpectedResponse(response) => {
                let error = match json::parse::<ErrorResponse>(&response.body) {
                    Ok(envelope) => Self::rejected(response.status, envelope.code, envelope.message),
                    Err(_) => Self::status_alone(response.status),
                };
                let error = error.with_headers(&response.headers).after(response.attempts);
                response.span.record_error(&error);
                error
            }
        }
    }
}
