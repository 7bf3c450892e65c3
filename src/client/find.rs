use std::{fmt, future::IntoFuture, pin::Pin};

use super::Client;
use crate::{
    error::Error,
    generated::envelope::Envelope,
    generated::{
        codes::{PaymentStatus, Sorting},
        types::Payment,
    },
};

/// The look-up of an order's payment; await it. Made by [`Client::find_payment`].
#[must_use = "nothing is asked until it is awaited"]
#[derive(Clone)]
pub struct FindPayment {
    client: Client,
    merchant_uid: String,
    status: Option<PaymentStatus>,
    sorting: Option<Sorting>,
}

impl FindPayment {
    pub(super) fn new(client: Client, merchant_uid: String) -> Self {
        Self { client, merchant_uid, status: None, sorting: None }
    }

    /// Only a payment in this status.
    ///
    /// # Default
    ///
    /// Any status.
    pub fn status(mut self, status: impl Into<PaymentStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Which of several payments comes first.
    ///
    /// # Default
    ///
    /// The service's own order: the one begun last, or the newest of a status.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.sorting = Some(sorting.into());
        self
    }

    async fn send(self) -> Result<Option<Payment>, Error> {
        let api = self.client.generated();
        let sorting = self.sorting.as_ref();
        let answer = match &self.status {
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
        match answer.map_err(Error::from).and_then(|answer| Envelope::from(answer).open_matching(mismatch)) {
            Ok(payment) => Ok(Some(payment)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl IntoFuture for FindPayment {
    type Output = Result<Option<Payment>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for FindPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, sorting, .. } = self;
        f.debug_struct("FindPayment").field("status", status).field("sorting", sorting).finish_non_exhaustive()
    }
}
