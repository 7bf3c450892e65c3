//! The envelope of every response. Success is `code` 0 and a `response` that is not null.

use reqwest::StatusCode;

use crate::{
    error::Error,
    generated::types::{
        AccessToken, AccessTokenResponse, ErrorResponse, Payment, PaymentArrayResponse, PaymentListResponse,
        PaymentPage, PaymentPageResponse, PaymentResponse,
    },
    json,
    runtime::{self, ResponseValue},
    types::PageOrArray,
};

/// An envelope with any content.
pub(crate) struct Envelope<T> {
    status: StatusCode,
    code: i64,
    message: Option<String>,
    response: Option<T>,
    attempts: u32,
}

impl<T> Envelope<T> {
    /// Returns the content, or the error of the service.
    pub(crate) fn open(self) -> Result<T, Error> {
        if self.code != 0 {
            return Err(Error::rejected(self.status, self.code, self.message).after(self.attempts));
        }
        self.response.ok_or_else(|| Error::missing(self.status).after(self.attempts))
    }

    /// Returns the content, unless `mismatch` names a field in which it differs from the request.
    pub(crate) fn open_matching(self, mismatch: impl FnOnce(&T) -> Option<&'static str>) -> Result<T, Error> {
        let (status, attempts) = (self.status, self.attempts);
        let content = self.open()?;
        match mismatch(&content) {
            Some(field) => Err(Error::mismatch(status, field).after(attempts)),
            None => Ok(content),
        }
    }
}

macro_rules! envelope {
    ($($response:ty => $content:ty),+ $(,)?) => {$(
        impl From<ResponseValue<$response>> for Envelope<$content> {
            fn from(value: ResponseValue<$response>) -> Self {
                let (status, attempts) = (value.status(), value.attempts());
                let envelope = value.into_inner();
                Self { status, code: envelope.code, message: envelope.message, response: envelope.response, attempts }
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
                error.with_headers(value.headers()).after(value.attempts())
            }
            runtime::Error::UnexpectedResponse(response) => {
                let error = match json::parse::<ErrorResponse>(&response.body) {
                    Ok(envelope) => Self::rejected(response.status, envelope.code, envelope.message),
                    Err(_) => Self::status_alone(response.status),
                };
                error.with_headers(&response.headers).after(response.attempts)
            }
        }
    }
}
