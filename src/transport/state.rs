//! The settings and state that all clones of a client share.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{inspect::Inspectors, retry::RetryConfig, token::TokenCache};
use crate::{
    clock::Clock,
    generated::{self, runtime::Inner},
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
    /// Draws the jitter of the backoff.
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) clock: Arc<dyn Clock>,
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
        let inner = Inner { transport: Arc::<Self>::clone(self), tier, tier_error: None };
        generated::Client { baseurl: self.base_url.clone(), client: self.http.clone(), inner }
    }

    /// Returns a number between 0 and 1.
    pub(super) fn random(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}
