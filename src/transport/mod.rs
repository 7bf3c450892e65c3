//! Makes every call of the generated client: checks it, adds a token, and makes attempts until there is a final response
//! or the time is over.

mod call;
mod exchange;
mod inspect;
mod retry;
mod state;
mod token;

use std::{sync::Arc, time::SystemTime};

use reqwest::Request;

use crate::{
    generated::{
        OPERATIONS,
        runtime::{CallOptions, Pending, RawResponse, Transport},
    },
    span::CallSpan,
    types::Tier,
};

use call::Call;
pub use inspect::InspectedResponse;
pub(crate) use inspect::Inspectors;
pub use retry::RetryConfig;
pub(crate) use state::Shared;
pub(crate) use token::TokenCache;

impl Transport for Shared {
    /// Makes a call, with its token, retries, span and inspection. Its futures are boxed one by one, since a future holds
    /// every other future that is moved through it.
    fn call(
        self: Arc<Self>,
        request: Request,
        operation: &'static str,
        tier: Option<Tier>,
        options: CallOptions,
    ) -> Pending {
        Box::pin(async move {
            let begun = self.clock.now();
            let span = CallSpan::new(operation);
            let with_token = OPERATIONS.iter().any(|known| known.id == operation && known.authenticated);
            let call = Call { shared: &self, tier, limits: self.limits(options), begun, with_token };
            let outcome = span.instrument(Box::pin(call.run(&request))).await;
            let outcome = span.in_scope(|| {
                let response = outcome?;
                self.inspectors.inspect(operation, &response)?;
                Ok(response)
            });
            let summary = outcome.as_ref().map(|response| (response.status, response.attempts));
            span.record(summary, || self.clock.now().saturating_duration_since(begun));
            outcome.map(|response| RawResponse { span, ..response })
        })
    }

    fn system_time(&self) -> SystemTime {
        self.clock.system_time()
    }
}
