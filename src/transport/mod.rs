//! What happens to every call of the generated client: it is checked, gets a token, and is attempted until there is a
//! final response or the time is over.

mod call;
mod exchange;
mod retry;
mod token;
mod trace;
#[cfg(feature = "validate")]
mod validation;

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Request, header::HeaderValue};

use crate::{
    clock::Clock,
    error::Error,
    generated,
    runtime::{ClientHooks, OperationInfo, RawResponse, path},
    types::Tier,
};

use call::Call;
pub use retry::RetryConfig;
pub(crate) use token::TokenCache;
use trace::CallSpan;
#[cfg(feature = "validate")]
pub use validation::Validation;

/// The `operationId` of the one operation that needs no token.
const GET_TOKEN: &str = "get_token";

/// The state that the generated client carries.
#[derive(Clone)]
pub(crate) struct ClientState {
    shared: Arc<Shared>,
    tier: Option<HeaderValue>,
}

impl ClientState {
    pub(crate) fn new(shared: Arc<Shared>, tier: Option<&Tier>) -> Result<Self, Error> {
        let invalid = |_| Error::config("the tier is no valid header value");
        let tier = tier.map(|tier| HeaderValue::from_str(tier.as_str())).transpose().map_err(invalid)?;
        Ok(Self { shared, tier })
    }
}

impl generated::Client {
    /// The caller has checked the base URL.
    pub(crate) fn new(baseurl: String, client: reqwest::Client, inner: ClientState) -> Self {
        Self { baseurl, client, inner }
    }
}

/// The settings and state that all clones of a client share; see [`ClientBuilder`](crate::ClientBuilder).
pub(crate) struct Shared {
    pub(crate) tokens: TokenCache,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    #[cfg(feature = "validate")]
    pub(crate) validation: Validation,
    pub(crate) retry: RetryConfig,
    /// Draws the jitter of the backoff.
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl fmt::Debug for ClientState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { timeout, attempt_timeout, max_response_bytes, retry, .. } = &*self.shared;
        let mut debug = f.debug_struct("ClientState");
        debug
            .field("tier", &self.tier)
            .field("timeout", timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("max_response_bytes", max_response_bytes)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<ClientState> for generated::Client {
    async fn pre(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error> {
        path::check(request.url())?;
        let headers = request.headers_mut();
        // The generated code sends the version of the document; the server does not ask for it.
        headers.remove("api-version");
        if let Some(tier) = &self.inner.tier
            && !headers.contains_key("tier")
        {
            headers.insert("tier", tier.clone());
        }
        Ok(())
    }

    async fn exec(&self, request: Request, info: &OperationInfo) -> Result<RawResponse, Error> {
        let shared = &*self.inner.shared;
        let begun = shared.clock.now();
        let span = CallSpan::new(info.operation_id);
        let call = Call { api: self, shared, begun, with_token: info.operation_id != GET_TOKEN };
        let run = async {
            let outcome = call.run(request).await;
            #[cfg(feature = "validate")]
            if let Ok(response) = &outcome {
                shared.validation.check(info.operation_id, response)?;
            }
            outcome
        };
        let outcome = span.instrument(run).await;
        span.end(&outcome, || shared.clock.now().saturating_duration_since(begun));
        outcome
    }
}
