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
