//! The look-ups: everything that they have in common.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc};

use super::request::{Api, options, selection};
use crate::{error::Error, generated::received::ReceivedResponse, span::in_current_span};

/// A look-up: [`FindPayment`](crate::FindPayment), [`GetPayment`](crate::GetPayment), [`GetPayments`](crate::GetPayments)
/// or [`VerifyOrder`](crate::VerifyOrder).
///
/// Await it, or call [`send`](Self::send) where a future is needed.
#[must_use = "requests do nothing unless awaited or sent"]
#[derive(Clone)]
pub struct Lookup<Q> {
    api: Api,
    pub(super) query: Q,
}

/// What a look-up asks for. Its `Debug` prints no identifier.
pub trait LookupQuery: fmt::Debug + 'static {
    type Output;

    fn fetch(self, api: Api) -> impl Future<Output = Result<Self::Output, Error>> + Send + 'static;
}

impl<Q: LookupQuery> Lookup<Q> {
    pub(super) fn new(api: &Api, query: Q) -> Self {
        Self { api: Api::clone(api), query }
    }

    /// Sends the request. The same as awaiting it, as a future that can be spawned or joined:
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
    /// Returns an error if an argument is invalid ([`is_invalid_request`](Error::is_invalid_request)), if the call
    /// fails, or if the response holds another payment than the requested one ([`is_mismatch`](Error::is_mismatch)).
    pub fn send(mut self) -> impl Future<Output = Result<Q::Output, Error>> + Send + 'static {
        if self.api.inner.options.timeout.is_some() {
            Arc::make_mut(&mut self.api).inner.options.begun = Some(Arc::default());
        }
        in_current_span(self.query.fetch(self.api))
    }

    /// Sends the request like [`send`](Self::send), and returns the responses as well, for an audit, whether the result is an
    /// error or not: the final response of each call, in the order of arrival. Most look-ups make one call. The responses of
    /// attempts that are retried and the one with the access token are not among them.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let (payment, responses) = client.find_payment("order-0001").send_with_responses().await;
    /// for response in responses {
    ///     println!("{} {} {:?}", response.operation(), response.status(), response.headers().get("date"));
    /// }
    /// println!("{:?}", payment?.map(|payment| payment.status));
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_with_responses(
        mut self,
    ) -> impl Future<Output = (Result<Q::Output, Error>, Vec<ReceivedResponse>)> + Send + 'static {
        self.record().with(self.send())
    }
}

impl<Q: LookupQuery> IntoFuture for Lookup<Q> {
    type Output = Result<Q::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<Q: fmt::Debug> fmt::Debug for Lookup<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("query", &self.query).finish_non_exhaustive()
    }
}

options!(Lookup<Q>);
selection!(Lookup);
