//! The settings and state that all clones of a client share.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{budget::Budget, inspect::Inspectors, retry::RetryConfig, token::TokenCache};
use crate::{
    clock::Clock,
    generated::{
        self,
        runtime::{CallOptions, Inner},
    },
    types::Tier,
};

/// The settings and state that all clones of a client share; see [`ClientBuilder`](crate::ClientBuilder).
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) tokens: Arc<TokenCache>,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    /// A permit for each request in flight.
    pub(crate) in_flight: Option<Arc<Semaphore>>,
    pub(crate) inspectors: Inspectors,
    pub(crate) retry: RetryConfig,
    /// The tier of the requests for a token.
    pub(crate) tier: Option<Tier>,
    /// The retries that are left.
    pub(crate) budget: Mutex<Budget>,
    /// Draws the jitter of the backoff.
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The limits of one call.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) attempt_timeout: Duration,
    pub(super) retry: RetryConfig,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timeout, attempt_timeout, max_response_bytes, retry, .. } = self;
        f.debug_struct("Shared")
            .field("timeout", timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("max_response_bytes", max_response_bytes)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Returns a generated client with these settings. [`ClientBuilder`](crate::ClientBuilder) has checked them.
    pub(crate) fn api(self: &Arc<Self>, tier: Option<Tier>) -> generated::Client {
        let transport = Arc::<Self>::clone(self);
        let inner = Inner { transport, tier, tier_error: None, options: CallOptions::default() };
        generated::Client { baseurl: self.base_url.clone(), client: self.http.clone(), inner }
    }

    /// Returns the limits of a call.
    pub(super) fn limits(&self, options: &CallOptions) -> Limits {
        let CallOptions { timeout, attempt_timeout, no_retry, .. } = *options;
        let retry = if no_retry { RetryConfig::disabled() } else { self.retry };
        // The time for retries belongs to the timeout of the client, so that another timeout replaces both.
        let (timeout, retry) = match timeout {
            Some(timeout) => (timeout, retry.retry_timeout(timeout)),
            None => (self.timeout, retry.within(self.timeout)),
        };
        Limits { timeout, attempt_timeout: attempt_timeout.unwrap_or(self.attempt_timeout), retry }
    }

    pub(super) fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a number between 0 and 1.
    pub(super) fn random(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}
