//! Decides whether a failed call is retried, and after which backoff, without I/O and clock.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};

use super::budget::Budget;
use crate::error::{is_transient_status, retry_after};

/// Configures retries of transient errors; the argument of [`ClientBuilder::retry`].
///
/// Transient errors are retried with exponential backoff and full jitter: no connection or a broken one, an attempt that
/// exceeds its [timeout], and HTTP 408, 429, 500, 502, 503 and 504. Every other response is final: 404 and other client
/// errors, a redirect, an undecodable body. (After a 401, the token is replaced and the call is repeated, once.)
///
/// Only requests that are safe to repeat are retried or repeated: GET, the request for a token, and the operations that the
/// OpenAPI document marks with `x-safe-to-repeat: true`.
///
/// The backoff before the n-th retry is random between zero and `initial_backoff`·2ⁿ⁻¹, at most `max_backoff`. It is added
/// to what the server asks for by `Retry-After`.
///
/// A client and its clones share a budget, so that callers of a failing service do not multiply its requests: in any ten
/// seconds, the retries are at most 20 % of the calls, plus ten. Requests for a token count. A call for which the budget
/// has no retry left returns its error at once ([`is_over_retry_budget`](crate::Error::is_over_retry_budget)).
///
/// ```
/// use std::time::Duration;
///
/// use iamport::RetryConfig;
///
/// # fn main() -> Result<(), iamport::Error> {
/// let retry = RetryConfig::new().max_retries(5).retry_timeout(Duration::from_secs(10));
/// let client = iamport::Client::builder().credentials("imp_key", "imp_secret").retry(retry).build()?;
/// # Ok(())
/// # }
/// ```
///
/// [`ClientBuilder::retry`]: crate::ClientBuilder::retry
/// [timeout]: crate::ClientBuilder::attempt_timeout
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "pass it to `ClientBuilder::retry`"]
pub struct RetryConfig {
    max_retries: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    retry_timeout: Duration,
    budget_percent: u32,
    budget_reserve: u32,
    jitter_seed: Option<u64>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryConfig {
    /// Returns the defaults; see each setter.
    pub const fn new() -> Self {
        Self {
            max_retries: 3,
            initial_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(10),
            retry_timeout: Duration::from_secs(20),
            budget_percent: 20,
            budget_reserve: 10,
            jitter_seed: None,
        }
    }

    /// Disables retries.
    pub const fn disabled() -> Self {
        Self::new().max_retries(0)
    }

    /// Sets the number of retries of a call, at most.
    ///
    /// # Default
    ///
    /// 3 retries.
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff before the first retry, before jitter. It doubles with each retry.
    ///
    /// # Default
    ///
    /// 250 ms.
    pub const fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial_backoff = wait;
        self
    }

    /// Sets the longest backoff. `Retry-After` can ask for a longer one.
    ///
    /// # Default
    ///
    /// 5 seconds.
    pub const fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// Sets the longest `Retry-After` that is honoured. If the server asks for more, the call fails without a retry.
    ///
    /// # Default
    ///
    /// 10 seconds.
    pub const fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Sets the time after which a call begins no retry, counted from its start. The
    /// [timeout](crate::ClientBuilder::timeout) of the call applies as well. A request with its own
    /// [`timeout`](crate::Lookup::timeout) may begin a retry at any time until then.
    ///
    /// # Default
    ///
    /// 20 seconds, so that the last retry still has the 10 seconds of an attempt within the 30 seconds of the call.
    pub const fn retry_timeout(mut self, timeout: Duration) -> Self {
        self.retry_timeout = timeout;
        self
    }

    /// Sets the share of the calls of the last ten seconds, in percent, that may be retries. All clones of a client share
    /// the budget.
    ///
    /// # Default
    ///
    /// 20 percent.
    pub const fn budget_percent(mut self, percent: u32) -> Self {
        self.budget_percent = percent;
        self
    }

    /// Sets the number of retries in ten seconds that the budget has in addition to its
    /// [share](Self::budget_percent) of the calls. `u32::MAX` disables the budget.
    ///
    /// # Default
    ///
    /// 10 retries.
    pub const fn budget_reserve(mut self, retries: u32) -> Self {
        self.budget_reserve = retries;
        self
    }

    /// Seeds the jitter, so that the backoff is the same in every run, for tests.
    ///
    /// # Default
    ///
    /// A random seed for each client, so that clients that failed together do not retry together.
    pub const fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Returns the budget of a client.
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(self.budget_percent, self.budget_reserve)
    }

    /// Returns the generator of the jitter.
    pub(crate) fn random(&self) -> fastrand::Rng {
        self.jitter_seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
    }

    /// Limits the retries to the timeout of the call.
    pub(crate) fn within(self, timeout: Duration) -> Self {
        Self { retry_timeout: self.retry_timeout.min(timeout), ..self }
    }

    /// Returns the longest backoff of a call.
    pub(crate) fn longest_backoff(&self) -> Duration {
        self.backoff(self.max_retries.saturating_sub(1)).saturating_add(self.max_retry_after)
    }

    /// Returns the longest backoff after a number of retries, without what the server asks for.
    fn backoff(&self, retries: u32) -> Duration {
        let doubled = self.initial_backoff.saturating_mul(1_u32.checked_shl(retries).unwrap_or(u32::MAX));
        doubled.min(self.max_backoff)
    }

    /// Returns the backoff before the next attempt, or `None` if the failure is final.
    ///
    /// `retries` counts those already made, `spent` is the time since the call began, `random` is between 0 and 1.
    pub(crate) fn next_backoff(
        &self,
        failure: Failure,
        retries: u32,
        spent: Duration,
        random: f64,
    ) -> Option<Duration> {
        if !failure.is_retryable || retries >= self.max_retries {
            return None;
        }
        let asked = failure.retry_after.unwrap_or_default();
        if asked > self.max_retry_after {
            return None;
        }
        let jittered = self.backoff(retries).as_secs_f64() * random.clamp(0.0, 1.0);
        let wait = Duration::try_from_secs_f64(jittered).unwrap_or(Duration::MAX).saturating_add(asked);
        (spent.saturating_add(wait) < self.retry_timeout).then_some(wait)
    }
}

/// The properties of a failure that a retry depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether the error is transient.
    pub(crate) is_retryable: bool,
    retry_after: Option<Duration>,
}

impl Failure {
    /// An attempt without a response.
    pub(crate) const fn without_response(is_retryable: bool) -> Self {
        Self { is_retryable, retry_after: None }
    }

    /// A response, which is a failure if its status says so.
    pub(crate) fn of_response(status: StatusCode, headers: &HeaderMap) -> Self {
        let is_retryable = is_transient_status(status);
        Self { is_retryable, retry_after: is_retryable.then(|| retry_after(headers)).flatten() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn failed(retry_after: Option<Duration>) -> Failure {
        Failure { is_retryable: true, retry_after }
    }

    #[test]
    fn transient_status_is_retried() {
        let is_retried = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            RetryConfig::new()
                .next_backoff(Failure::of_response(status, &HeaderMap::new()), 0, Duration::ZERO, 1.0)
                .is_some()
        };
        let retried: Vec<u16> = (100..600).filter(|status| is_retried(*status)).collect();
        assert_eq!(retried, [408, 429, 500, 502, 503, 504]);
        assert_eq!(RetryConfig::new().next_backoff(Failure::without_response(false), 0, Duration::ZERO, 1.0), None);
        assert!(RetryConfig::new().next_backoff(Failure::without_response(true), 0, Duration::ZERO, 1.0).is_some());
        assert_eq!(RetryConfig::disabled().next_backoff(Failure::without_response(true), 0, Duration::ZERO, 1.0), None);
    }

    #[test]
    fn backoff_doubles_up_to_the_maximum_with_full_jitter() {
        let retry = RetryConfig::new().max_retries(u32::MAX);
        let wait = |retries, random| retry.next_backoff(failed(None), retries, Duration::ZERO, random);
        let longest = [0, 1, 2, 4, 5, 31, 32, u32::MAX - 1].map(|retries| wait(retries, 1.0).map(|w| w.as_millis()));
        assert_eq!(longest, [250, 500, 1000, 4000, 5000, 5000, 5000, 5000].map(Some));
        assert_eq!(wait(2, 0.0), Some(Duration::ZERO));
        assert_eq!(wait(2, 0.5), Some(SECOND / 2));
        assert_eq!(wait(u32::MAX, 1.0), None);
        let endless = retry.initial_backoff(Duration::MAX).max_backoff(Duration::MAX).retry_timeout(Duration::MAX);
        assert_eq!(endless.next_backoff(failed(None), 0, Duration::ZERO, 1.0), None);
    }

    #[test]
    fn longest_backoff_is_that_of_the_last_retry_after_the_longest_retry_after() {
        assert_eq!(RetryConfig::new().longest_backoff(), 11 * SECOND);
        assert_eq!(RetryConfig::new().max_retries(1).max_retry_after(SECOND).longest_backoff(), SECOND * 5 / 4);
        assert_eq!(RetryConfig::new().max_retries(u32::MAX).longest_backoff(), 15 * SECOND);
        assert_eq!(RetryConfig::new().max_retry_after(Duration::MAX).longest_backoff(), Duration::MAX);
    }

    #[test]
    fn retry_after_is_honoured_within_limits() {
        let wait = |asked: u64, spent: u64| {
            RetryConfig::new().next_backoff(
                failed(Some(Duration::from_secs(asked))),
                0,
                Duration::from_secs(spent),
                1.0,
            )
        };
        assert_eq!(wait(0, 0), Some(SECOND / 4));
        assert_eq!(wait(10, 0), Some(10 * SECOND + SECOND / 4), "jitter is added");
        assert_eq!(wait(11, 0), None);
        assert_eq!(wait(u64::MAX, 0), None);
        assert_eq!(wait(9, 10), Some(9 * SECOND + SECOND / 4));
        assert_eq!(wait(10, 10), None, "the retry timeout is 20 s");
        let hurried = RetryConfig::new().within(5 * SECOND);
        assert_eq!(hurried.next_backoff(failed(Some(5 * SECOND)), 0, Duration::ZERO, 0.0), None);
    }
}
