//! Makes every call of the generated client: checks it, adds a token, and makes attempts until there is a final response
//! or the time is over.

mod call;
mod exchange;
mod retry;
mod state;
mod token;
#[cfg(feature = "validate")]
mod validation;

use reqwest::Request;

use crate::{
    error::Error,
    generated::{
        self, path,
        runtime::{ClientHooks, OperationInfo, RawResponse},
    },
    span::CallSpan,
};

use call::Call;
pub use retry::RetryConfig;
pub(crate) use state::{ClientState, Shared};
pub(crate) use token::TokenCache;
#[cfg(feature = "validate")]
pub use validation::Validation;

impl generated::Client {
    /// The caller has checked the base URL.
    pub(crate) fn new(baseurl: String, client: reqwest::Client, inner: ClientState) -> Self {
        Self { baseurl, client, inner }
    }

    /// Makes a call, with its token, retries, span and validation. It is boxed in parts, since an allocation of more than
    /// a kilobyte takes the slow path of glibc.
    async fn call(&self, request: Request, operation: &'static str) -> Result<RawResponse, Error> {
        let shared = &*self.inner.shared;
        let begun = shared.clock.now();
        let span = CallSpan::new(operation);
        let with_token = generated::OPERATIONS.iter().any(|known| known.id == operation && known.authenticated);
        let call = Call { api: self, begun, with_token };
        let outcome = span.instrument(Box::pin(call.run(&request)).as_mut()).await;
        #[cfg(feature = "validate")]
        let outcome = span.in_scope(|| {
            let response = outcome?;
            shared.validation.check(operation, &response)?;
            Ok(response)
        });
        let summary = outcome.as_ref().map(|response| (response.status, response.attempts));
        span.record(summary, || shared.clock.now().saturating_duration_since(begun));
        outcome.map(|response| RawResponse { span, ..response })
    }
}

impl ClientHooks<ClientState> for generated::Client {
    async fn pre(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error> {
        path::check(request.url()).inspect_err(|error| CallSpan::new(info.operation_id).record_error(error))?;
        let headers = request.headers_mut();
        if let Some(tier) = &self.inner.tier
            && !headers.contains_key("tier")
        {
            let tier = tier
                .as_str()
                .parse()
                .map_err(|_| Error::invalid_argument("invalid tier: expected three characters of A-Z and 0-9"))?;
            headers.insert("tier", tier);
        }
        Ok(())
    }

    fn exec(&self, request: Request, info: &OperationInfo) -> impl Future<Output = Result<RawResponse, Error>> + Send {
        Box::pin(self.call(request, info.operation_id))
    }
}
