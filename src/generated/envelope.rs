//! What every answer comes in: success is a `code` of 0 and something in `response`.

use reqwest::StatusCode;

use crate::{
    error::Error,
    generated::types::{AccessToken, AccessTokenResponse, Payment, PaymentListResponse, PaymentPage, PaymentResponse},
    runtime::ResponseValue,
    types::PageOrArray,
};

/// An envelope, whatever is in it.
pub(crate) struct Envelope<T> {
    status: StatusCode,
    code: i64,
    message: Option<String>,
    response: Option<T>,
    attempts: u32,
}

impl<T> Envelope<T> {
    /// What is in it, or what the service said instead.
    pub(crate) fn open(self) -> Result<T, Error> {
        if self.code != 0 {
            return Err(Error::rejected(self.status, self.code, self.message).after(self.attempts));
        }
        self.response.ok_or_else(|| Error::missing(self.status).after(self.attempts))
    }
}

impl Envelope<Payment> {
    /// Returns the payment, unless `mismatch` names a field in which it differs from the request.
    pub(crate) fn open_matching(
        self,
        mismatch: impl FnOnce(&Payment) -> Option<&'static str>,
    ) -> Result<Payment, Error> {
        let (status, attempts) = (self.status, self.attempts);
        let payment = self.open()?;
        match mismatch(&payment) {
            Some(field) => Err(Error::mismatch(status, field).after(attempts)),
            None => Ok(payment),
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
    AccessTokenResponse => AccessToken,
}
