use super::request::{self, Api, Selection};
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
    selection: Selection,
}

impl FindPayment {
    pub(super) fn new(api: Api, merchant_uid: String) -> Self {
        Self { api, merchant_uid, selection: Selection::default() }
    }

    /// Sets which of several payments comes first.
    ///
    /// # Default
    ///
    /// Not sent. The service returns the payment that was started last, of those with the status if one is set.
    pub fn sorting(mut self, sorting: impl Into<Sorting>) -> Self {
        self.selection.sorting = Some(sorting.into());
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
            let Self { api, merchant_uid, selection } = &self;
            let operation = if selection.status.is_some() { "find_payment_with_status" } else { "find_payment" };
            request::checked(operation, selection.check(PaymentStatus::KNOWN))?;
            let sorting = selection.sorting.as_ref();
            let response = match &selection.status {
                Some(status) => api.find_payment_with_status(merchant_uid, status, sorting, None).await,
                None => api.find_payment(merchant_uid, sorting, None).await,
            };
            let mismatch = |payment: &Payment| selection.mismatch(merchant_uid, payment);
            let response = response.map_err(Error::from);
            request::found(response.and_then(|response| Envelope::from(response).open_matching(mismatch)))
        }
    }
}

request::selection!(FindPayment);
request::into_future!(FindPayment => Option<Payment>);
request::debug!(FindPayment: selection);
