use super::{
    Client,
    lookup::{Lookup, LookupQuery},
    request::{self, Api, Hidden},
};
use crate::{error::Error, generated::types::Payment};

/// A look-up of one payment by its `imp_uid`. Returned by [`Client::get_payment`].
///
/// It returns `None` if the service finds no payment.
pub type GetPayment = Lookup<GetPaymentQuery>;

#[derive(Clone, Debug)]
pub struct GetPaymentQuery {
    imp_uid: Hidden<String>,
    include_sandbox: bool,
}

impl Client {
    /// Gets a payment by its `imp_uid` (포트원 결제 고유번호), as a webhook carries it. Returns `None` if there is none.
    ///
    /// Since 2026-01-26 the service does not find payments of a test channel by `imp_uid`, unless
    /// [`include_sandbox`](GetPayment::include_sandbox) is set. The other requests always find them.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// if let Some(payment) = client.get_payment("imp_123456789012").await? {
    ///     payment.verify(15900, "KRW")?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_payment(&self, imp_uid: impl Into<String>) -> GetPayment {
        Lookup::new(&self.api, GetPaymentQuery { imp_uid: Hidden(imp_uid.into()), include_sandbox: false })
    }
}

impl GetPayment {
    /// Sets whether a payment of a test channel is found. It is safe in production: [`verify`](Payment::verify) rejects such
    /// a payment, with a reason.
    ///
    /// # Default
    ///
    /// `false`: the service responds as if there were no such payment.
    pub fn include_sandbox(mut self, include: bool) -> Self {
        self.query.include_sandbox = include;
        self
    }
}

impl LookupQuery for GetPaymentQuery {
    type Output = Option<Payment>;

    async fn fetch(self, api: Api) -> Result<Option<Payment>, Error> {
        let Self { imp_uid: Hidden(imp_uid), include_sandbox } = &self;
        let response = api.get_payment(imp_uid, include_sandbox.then_some(true)).await;
        let mismatch = |payment: &Payment| (payment.imp_uid != *imp_uid).then_some("imp_uid");
        request::found(response.and_then(|response| response.content(mismatch)))
    }
}
