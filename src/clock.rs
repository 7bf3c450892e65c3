//! The clock of a client, which tests can replace.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};

/// The clock of a [`Client`](crate::Client).
///
/// The client reads it for the expiry of the token, for timeouts and for the backoff. A test can pass a clock that it
/// advances itself.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Instant;

    /// Completes after a duration.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
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
