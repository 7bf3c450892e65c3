use std::fmt;

use super::request::{self, Api};
use crate::{
    error::Error,
    generated::{
        codes::{PaymentStatus, Sorting},
        envelope::Envelope,
        types::Payment,
    },
};

/// A look-up of one payment by its order number. Returned by [`Client::find_payment`](crate::Client::find_payment).
///
/// Await it, or call [`send`](Self::send) where a future is needed.
#[must_use = "requests do nothing unless awaited or sent"]
#[derive(Clone)]
pub struct FindPayment {
    api: Api,
    merchant_uid: String,
    status: Option<PaymentStatus>,
    sorting: Option<Sorting>,
    allow_unlisted: bool,
}

impl FindPayment {
    pub(super) fn new(api: Api, merchant_uid: String) -> Self {
        Self { api, merchant_uid, status: None, sorting: None, allow_unlisted: false }
    }

    /// Sets the status of the payment: `ready`, `paid`, `failed` or `cancelled`.
    ///
    /// # Default
    ///
    /// Any status.
    pub fn status(mut self, status: impl Into<PaymentStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Sets which of several payments comes first.
    ///
    /// # Default
    ///
    /// Not sent. The service returns the payment that was started last, or the newest one of the status.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.sorting = Some(sorting.into());
        self
    }

    /// Sets whether a status or sorting that the API does not list is sent, for values that this version does not know
    /// yet.
    ///
    /// # Default
    ///
    /// `false`: an unlisted value, like a misspelt one, is an error before anything is sent.
    pub fn allow_unlisted(mut self, allow: bool) -> Self {
        self.allow_unlisted = allow;
        self
    }

    /// Sends the request. Returns `None` if the service finds no payment.
    ///
    /// The same as awaiting it, as a future that can be spawned or joined:
    ///
    /// ```no_run
    /// use futures_util::{StreamExt, stream};
    ///
    /// # async fn run(client: iamport::Client, orders: Vec<String>) -> Result<(), iamport::Error> {
    /// let requests = orders.into_iter().map(|order| client.find_payment(order).send());
    /// let mut payments = stream::iter(requests).buffer_unordered(8);
    /// while let Some(payment) = payments.next().await {
    ///     println!("{:?}", payment?.map(|payment| payment.status));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the identifier or a code is invalid ([`is_invalid_request`](Error::is_invalid_request)), if
    /// the call fails, or if the response holds another payment than the requested one
    /// ([`is_mismatch`](Error::is_mismatch)): its `merchant_uid`, or the status where one was set, differs.
    pub fn send(self) -> impl Future<Output = Result<Option<Payment>, Error>> + Send + 'static {
        async move {
            if !self.allow_unlisted {
                request::check_status(self.status.as_ref())?;
                request::check_sorting(self.sorting.as_ref())?;
            }
            let api = &self.api;
            let sorting = self.sorting.as_ref();
            let response = match &self.status {
                Some(status) => api.find_payment_with_status(&self.merchant_uid, status, sorting, None).await,
                None => api.find_payment(&self.merchant_uid, sorting, None).await,
            };
            let mismatch = |payment: &Payment| {
                if payment.merchant_uid != self.merchant_uid {
                    return Some("merchant_uid");
                }
                let status = self.status.as_ref()?;
                (payment.status.as_str() != status.as_str()).then_some("status")
            };
            request::found(
                response.map_err(Error::from).and_then(|response| Envelope::from(response).open_matching(mismatch)),
            )
        }
    }
}

request::into_future!(FindPayment => Option<Payment>);

impl fmt::Debug for FindPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, sorting, .. } = self;
        f.debug_struct("FindPayment").field("status", status).field("sorting", sorting).finish_non_exhaustive()
    }
}
