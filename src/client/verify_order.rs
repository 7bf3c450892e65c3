use super::{
    Client,
    find_payments::FindPaymentsQuery,
    listing::Listing,
    lookup::{Lookup, LookupQuery},
    request::Api,
};
use crate::{error::Error, generated::codes::Currency, payment::OrderCheck, types::Amount};

/// The number of payments on a page. An order with fewer is checked with one request.
const PAGE_SIZE: u64 = 100;

/// A check of an order by all its payments. Returned by [`Client::verify_order`].
///
/// An order without payments is not an error: it is [not paid](OrderCheck::is_paid). It is an error if the payments cannot
/// be listed completely ([`is_decode`](Error::is_decode)).
pub type VerifyOrder = Lookup<VerifyOrderQuery>;

#[derive(Clone, Debug)]
pub struct VerifyOrderQuery {
    payments: FindPaymentsQuery,
    amount: Amount,
    currency: Currency,
    allow_test: bool,
}

impl Client {
    /// Checks that an order (주문번호) is paid, by all its payments: the failed attempts, and those that pay it again.
    ///
    /// Pass the amount that *your* database has for the order, in major currency units, and its currency as an ISO 4217
    /// code in capitals. The content of a browser callback or a webhook can be forged.
    ///
    /// It lists all payments of the order, in one request for up to 100 of them. An order that the service does not know is
    /// requested twice. Where a webhook named a payment, look for its `imp_uid` among [the payments that were
    /// checked](OrderCheck::payments).
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let order = client.verify_order("order-0001", 15900, "KRW").await?;
    /// match order.rejection() {
    ///     None => println!("paid: fulfil it"),
    ///     Some(reason) => println!("not paid: {reason}"),
    /// }
    /// for payment in order.extra_payments() {
    ///     println!("paid again: refund {}", payment.imp_uid);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify_order(
        &self,
        merchant_uid: impl Into<String>,
        amount: impl Into<Amount>,
        currency: impl Into<Currency>,
    ) -> VerifyOrder {
        let payments = FindPaymentsQuery::new(merchant_uid.into());
        let (amount, currency) = (amount.into(), currency.into());
        Lookup::new(&self.api, VerifyOrderQuery { payments, amount, currency, allow_test: false })
    }
}

impl VerifyOrder {
    /// Sets whether payments of a test channel are accepted like real ones. For development only: no money moves in a test
    /// payment, and anybody can make one while a test channel is configured.
    ///
    /// # Default
    ///
    /// `false`.
    pub fn allow_test(mut self, allow: bool) -> Self {
        self.query.allow_test = allow;
        self
    }
}

impl LookupQuery for VerifyOrderQuery {
    type Output = OrderCheck;

    async fn fetch(self, api: Api) -> Result<OrderCheck, Error> {
        let Self { payments, amount, currency, allow_test } = self;
        let (mut payments, mut all) = (Listing::new(&api, payments).page_size(PAGE_SIZE).items(), Vec::new());
        while let Some(payment) = payments.next().await {
            all.push(payment?);
        }
        Ok(OrderCheck::check(all, amount, &currency, allow_test))
    }
}
