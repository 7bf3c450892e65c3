//! The clock of a client, which tests can replace.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime},
};

/// The clock of a [`Client`](crate::Client).
///
/// The client reads it for the expiry of the token, for timeouts, for the backoff, and for the end of a listing's period. A
/// test can pass a clock that it advances itself.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current monotonic time.
    fn now(&self) -> Instant;

    /// Returns the time of day. [`list_payments`](crate::Client::list_payments) reads no further than to it.
    ///
    /// # Default
    ///
    /// The system's clock.
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Completes after a duration.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// A century. Not every [`Instant`] can be later by [`Duration::MAX`].
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Adds a duration to a time, at most a century.
pub(crate) fn later(now: Instant, by: Duration) -> Instant {
    now.checked_add(by.min(FAR)).unwrap_or(now)
}

/// The system's monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
