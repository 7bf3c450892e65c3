use std::time::{Duration, Instant, SystemTime};

use crate::types::Timestamp;

/// The clock of the service. It is monotonic, and a test can advance it.
#[derive(Debug)]
pub(super) struct SandboxClock {
    start: Duration,
    since: Instant,
    ahead: Duration,
}

impl SandboxClock {
    /// Creates a clock that starts at a time, by default that of the system.
    pub(super) fn new(start: Option<Timestamp>) -> Self {
        let start = start.map_or_else(SystemTime::now, SystemTime::from);
        let start = start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { start, since: Instant::now(), ahead: Duration::ZERO }
    }

    /// Returns the time in Unix seconds.
    pub(super) fn now(&self) -> u64 {
        self.start.saturating_add(self.since.elapsed()).saturating_add(self.ahead).as_secs()
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
