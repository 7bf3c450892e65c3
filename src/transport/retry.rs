//! Whether a call that failed is made again, and after how long: a decision, not a wait.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};

use crate::error::{is_transient_status, retry_after};

/// When a call that failed is made again, and after how long. Given to [`ClientBuilder::retry`].
///
/// What passes by itself is tried again: no connection or a broken one, an attempt that [stalls], and HTTP 408, 429,
/// 500, 502, 503 and 504. All that the client asks for can be asked for twice. Any other answer is final: 404 and its
/// like, a redirect, a body that cannot be read. (A 401 is a matter of the token, which is replaced once.)
///
/// The wait before the n-th retry is random between nothing and `initial_backoff`·2ⁿ⁻¹, at most `max_backoff`, and not less
/// than the service asks for by `Retry-After`.
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
/// [stalls]: crate::ClientBuilder::attempt_timeout
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it is of use to `ClientBuilder::retry`"]
pub struct RetryConfig {
    retries: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    budget: Duration,
    seed: Option<u64>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryConfig {
    /// The defaults, which are told at each setter.
    pub const fn new() -> Self {
        Self {
            retries: 3,
            initial_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(10),
            budget: Duration::from_secs(20),
            seed: None,
        }
    }

    /// Nothing is made again.
    pub const fn disabled() -> Self {
        Self::new().max_retries(0)
    }

    /// How often a call is made again, at most.
    ///
    /// # Default
    ///
    /// 3.
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The longest wait before the first retry; it doubles with each.
    ///
    /// # Default
    ///
    /// 250 ms.
    pub const fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial_backoff = wait;
        self
    }

    /// The longest wait before any retry, unless the service asks for a longer one.
    ///
    /// # Default
    ///
    /// 5 seconds.
    pub const fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// The longest `Retry-After` that is waited for. A service that asks for more has its failure handed on at once.
    ///
    /// # Default
    ///
    /// 10 seconds.
    pub const fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// How long after a call began its last retry may begin. The call's own time-out holds besides.
    ///
    /// # Default
    ///
    /// 20 seconds, so that the last one has the 10 of an attempt before the call's 30 are over.
    pub const fn retry_timeout(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Makes the waits the same in every run, for tests.
    ///
    /// # Default
    ///
    /// They differ from client to client, so that many that failed together don't come back together.
    pub const fn jitter_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// What draws the waits.
    pub(crate) fn random(&self) -> fastrand::Rng {
        self.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
    }

    /// The same within a time that the whole call has.
    pub(crate) fn within(self, time: Duration) -> Self {
        Self { budget: self.budget.min(time), ..self }
    }

    /// How long to wait before a call is made again; `None` if that failure is its last.
    ///
    /// `retries` is how many were made already, `spent` the time since the call began, `random` between 0 and 1.
    pub(crate) fn next_backoff(
        &self,
        failure: Failure,
        retries: u32,
        spent: Duration,
        random: f64,
    ) -> Option<Duration> {
        if !failure.is_retryable || retries >= self.retries {
            return None;
        }
        let asked = failure.retry_after.unwrap_or_default();
        if asked > self.max_retry_after {
            return None;
        }
        let doubled = self.initial_backoff.saturating_mul(1_u32.checked_shl(retries).unwrap_or(u32::MAX));
        let wait = doubled.min(self.max_backoff).mul_f64(random.clamp(0.0, 1.0)).max(asked);
        (spent.saturating_add(wait) < self.budget).then_some(wait)
    }
}

/// A failure, as far as a retry depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Whether it may pass by itself.
    pub(crate) is_retryable: bool,
    retry_after: Option<Duration>,
}

impl Failure {
    /// No answer.
    pub(crate) const fn without_response(is_retryable: bool) -> Self {
        Self { is_retryable, retry_after: None }
    }

    /// An answer that may be one.
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
    fn what_passes_by_itself_is_tried_again() {
        let passes = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            RetryConfig::new()
                .next_backoff(Failure::of_response(status, &HeaderMap::new()), 0, Duration::ZERO, 1.0)
                .is_some()
        };
        let passing: Vec<u16> = (100..600).filter(|status| passes(*status)).collect();
        assert_eq!(passing, [408, 429, 500, 502, 503, 504]);
        assert_eq!(RetryConfig::new().next_backoff(Failure::without_response(false), 0, Duration::ZERO, 1.0), None);
        assert!(RetryConfig::new().next_backoff(Failure::without_response(true), 0, Duration::ZERO, 1.0).is_some());
        assert_eq!(RetryConfig::disabled().next_backoff(Failure::without_response(true), 0, Duration::ZERO, 1.0), None);
    }

    #[test]
    fn waits_double_up_to_a_cap_and_are_drawn_between_nothing_and_that() {
        let retry = RetryConfig::new().max_retries(u32::MAX);
        let wait = |retries, random| retry.next_backoff(failed(None), retries, Duration::ZERO, random);
        let longest = [0, 1, 2, 4, 5, 31, 32, u32::MAX - 1].map(|retries| wait(retries, 1.0).map(|w| w.as_millis()));
        assert_eq!(longest, [250, 500, 1000, 4000, 5000, 5000, 5000, 5000].map(Some));
        assert_eq!(wait(2, 0.0), Some(Duration::ZERO));
        assert_eq!(wait(2, 0.5), Some(SECOND / 2));
        assert_eq!(wait(u32::MAX, 1.0), None);
    }

    #[test]
    fn what_the_service_asks_for_is_waited_for_within_limits() {
        let wait = |asked: u64, spent: u64| {
            RetryConfig::new().next_backoff(
                failed(Some(Duration::from_secs(asked))),
                0,
                Duration::from_secs(spent),
                1.0,
            )
        };
        assert_eq!(wait(0, 0), Some(SECOND / 4));
        assert_eq!(wait(10, 0), Some(10 * SECOND));
        assert_eq!(wait(11, 0), None);
        assert_eq!(wait(u64::MAX, 0), None);
        assert_eq!(wait(9, 10), Some(9 * SECOND));
        assert_eq!(wait(10, 10), None, "the budget is 20 s");
        let hurried = RetryConfig::new().within(5 * SECOND);
        assert_eq!(hurried.next_backoff(failed(Some(5 * SECOND)), 0, Duration::ZERO, 0.0), None);
    }
}
