use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{envelope::Envelope, types::Payment},
};

/// A look-up of one payment by its `imp_uid`. Returned by [`Client::get_payment`](crate::Client::get_payment).
///
/// Await it, or call [`send`](Self::send) where a future is needed.
#[must_use = "requests do nothing unless awaited or sent"]
#[derive(Clone)]
pub struct GetPayment {
    api: Api,
    imp_uid: String,
    include_sandbox: bool,
}

impl GetPayment {
    pub(super) fn new(api: Api, imp_uid: String) -> Self {
        Self { api, imp_uid, include_sandbox: false }
    }

    /// Sets whether a payment of a test channel is found. It is safe in production: [`verify`](Payment::verify) rejects such
    /// a payment, with a reason.
    ///
    /// # Default
    ///
    /// `false`: the service responds as if there were no such payment.
    pub fn include_sandbox(mut self, include: bool) -> Self {
        self.include_sandbox = include;
        self
    }

    /// Sends the request. Returns `None` if the service finds no payment.
    ///
    /// # Errors
    ///
    /// Returns an error if the identifier is invalid ([`is_invalid_request`](Error::is_invalid_request)), if the call
    /// fails, or if the response holds another payment than the requested one ([`is_mismatch`](Error::is_mismatch)).
    pub fn send(self) -> impl Future<Output = Result<Option<Payment>, Error>> + Send + 'static {
        async move {
            let include_sandbox = self.include_sandbox.then_some(true);
            let response = self.api.get_payment(&self.imp_uid, include_sandbox, None).await;
            let mismatch = |payment: &Payment| (payment.imp_uid != self.imp_uid).then_some("imp_uid");
            let response = response.map_err(Error::from);
            request::found(response.and_then(|response| Envelope::from(response).open_matching(mismatch)))
        }
    }
}

request::into_future!(GetPayment => Option<Payment>);
request::debug!(GetPayment: include_sandbox);
