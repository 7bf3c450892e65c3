//! Makes every call of the generated client: checks it, adds a token, and makes attempts until there is a final response
//! or the time is over.

mod budget;
mod call;
mod exchange;
mod inspect;
mod retry;
mod state;
mod token;

use std::{sync::Arc, time::SystemTime};

use reqwest::Request;

use crate::generated::{
    Operation,
    runtime::{CallOptions, Pending, RawResponse, Transport},
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
    fn call(self: Arc<Self>, request: Request, operation: Operation, options: CallOptions) -> Pending {
        Box::pin(async move {
            let begun = self.clock.now();
            let span = operation.span();
            let first_begun = options.begun.as_ref().map_or(begun, |first| *first.get_or_init(|| begun));
            let call = Call { shared: &self, operation, limits: self.limits(&options), begun: first_begun };
            let outcome = span.instrument(Box::pin(call.run(&request))).await;
            let outcome = span.in_scope(|| {
                let response = outcome?;
                if let Some(recorder) = options.recorder {
                    recorder.add(response.received(&operation));
                }
                self.inspectors.inspect(&operation.name(), &response)?;
                Ok(response)
            });
            let summary = outcome.as_ref().map(|response| (response.status, response.attempts.made));
            span.record(summary, || self.clock.now().saturating_duration_since(begun));
            outcome.map(|response| RawResponse { span, ..response })
        })
    }

    fn system_time(&self) -> SystemTime {
        self.clock.system_time()
    }
}

#[cfg(all(test, feature = "sandbox"))]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use reqwest::{Method, StatusCode, Url};

    use super::*;
    use crate::{
        generated::runtime::CallOptions,
        sandbox::{Endpoint, Fault, MockResponse, Sandbox},
    };

    /// A refund that is sent again could be made twice.
    #[tokio::test]
    async fn request_that_is_not_safe_to_repeat_is_sent_once() {
        for (safe_to_repeat, method, requests) in
            [(false, Method::POST, 1), (true, Method::POST, 4), (true, Method::GET, 4)]
        {
            for fault in [MockResponse::html(503).into(), Fault::ResetInBody, MockResponse::html(401).into()] {
                let sandbox = Sandbox::start().await.unwrap();
                let retry = RetryConfig::new().initial_backoff(std::time::Duration::ZERO);
                let client = sandbox.client().retry(retry).build().unwrap();
                let url = Url::parse(&format!("{}/subscribe/payments/again", sandbox.base_url())).unwrap();
                let operation = Operation {
                    id: "again",
                    method: "POST",
                    path: "/subscribe/payments/again",
                    authenticated: true,
                    safe_to_repeat,
                };
                sandbox.inject_fault(Endpoint::Other, fault.clone(), usize::MAX);
                let transport = Arc::clone(&client.generated().inner.transport);
                let call = transport.call(Request::new(method.clone(), url), operation, CallOptions::default());
                let outcome = call.await;
                let is_unauthorized = outcome.is_ok_and(|response| response.status == StatusCode::UNAUTHORIZED);
                let requests = if is_unauthorized { requests.min(2) } else { requests };
                assert_eq!(sandbox.count(Endpoint::Other), requests, "{method} {fault:?} {safe_to_repeat}");
            }
        }
    }
}
