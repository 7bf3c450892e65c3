//! The views of a sandbox that outlive a call: guards, and the clock of its clients.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{Endpoint, listener::Listener, shared::Shared};
use crate::clock::{Clock, SystemClock};

/// Delays responses while it lives; see [`Sandbox::pause`](super::Sandbox::pause).
#[must_use = "the pause ends when the guard is dropped"]
pub struct PauseGuard {
    shared: Arc<Shared>,
    endpoint: Endpoint,
}

impl PauseGuard {
    pub(super) fn new(shared: Arc<Shared>, endpoint: Endpoint) -> Self {
        Self { shared, endpoint }
    }
}

impl Drop for PauseGuard {
    fn drop(&mut self) {
        self.shared.log.resume(self.endpoint);
    }
}

impl fmt::Debug for PauseGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PauseGuard").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Refuses connections while it lives; see [`Sandbox::refuse_connections`](super::Sandbox::refuse_connections).
#[derive(Debug)]
#[must_use = "connections are accepted again when the guard is dropped"]
pub struct RefuseGuard(Arc<Listener>);

impl RefuseGuard {
    pub(super) fn new(listener: Arc<Listener>) -> Self {
        Self(listener)
    }
}

impl Drop for RefuseGuard {
    fn drop(&mut self) {
        self.0.reopen();
    }
}

/// The system's clock, with the time of day of a sandbox.
#[derive(Debug)]
pub(super) struct ClientClock(Arc<Shared>);

impl ClientClock {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl Clock for ClientClock {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        SystemClock.sleep(duration)
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.service().clock.now())
    }
}
