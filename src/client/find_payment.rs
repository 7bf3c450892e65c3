use super::{
    Client,
    lookup::{Lookup, LookupQuery},
    request::{self, Api, Hidden, Select, Selection},
};
use crate::{
    error::Error,
    generated::{codes::PaymentStatus, types::Payment},
};

/// A look-up of one payment by its order number. Returned by [`Client::find_payment`].
///
/// It returns `None` if the service finds no payment. It is a mismatch if the `merchant_uid` of the payment differs, or
/// its status where one was set.
pub type FindPayment = Lookup<FindPaymentQuery>;

#[derive(Clone, Debug)]
pub struct FindPaymentQuery {
    merchant_uid: Hidden<String>,
    selection: Selection,
}

impl Client {
    /// Finds the payment of an order by the merchant's order number (주문번호). Returns `None` if there is none.
    ///
    /// Several payments can share one order number. Without [`status`](FindPayment::status) and
    /// [`sorting`](FindPayment::sorting) the service returns the one that was started last.
    pub fn find_payment(&self, merchant_uid: impl Into<String>) -> FindPayment {
        let merchant_uid = Hidden(merchant_uid.into());
        Lookup::new(&self.api, FindPaymentQuery { merchant_uid, selection: Selection::default() })
    }
}

impl Select for FindPaymentQuery {
    fn selection(&mut self) -> &mut Selection {
        &mut self.selection
    }
}

impl LookupQuery for FindPaymentQuery {
    type Output = Option<Payment>;

    async fn fetch(self, api: Api) -> Result<Option<Payment>, Error> {
        let Self { merchant_uid: Hidden(merchant_uid), selection } = &self;
        let operation = if selection.status.is_some() { "find_payment_with_status" } else { "find_payment" };
        request::checked(operation, selection.check(PaymentStatus::KNOWN))?;
        let sorting = selection.sorting.as_ref();
        let response = match &selection.status {
            Some(status) => api.find_payment_with_status(merchant_uid, status, sorting).await,
            None => api.find_payment(merchant_uid, sorting).await,
        };
        let mismatch = |payment: &Payment| selection.mismatch(merchant_uid, payment);
        request::found(response.and_then(|response| response.content(mismatch)))
    }
}
