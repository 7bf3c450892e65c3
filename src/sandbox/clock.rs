use std::time::{Duration, Instant, SystemTime};

use crate::types::Timestamp;

/// The clock of the service. It is monotonic, and a test can advance it.
#[derive(Debug)]
pub(super) struct SandboxClock {
    start: Duration,
    since: Instant,
    ahead: Duration,
    /// The time of the first start.
    initial: (Duration, Instant),
}

impl SandboxClock {
    /// Creates a clock that starts at a time, by default that of the system.
    pub(super) fn new(start: Option<Timestamp>) -> Self {
        let start = start.map_or_else(SystemTime::now, SystemTime::from);
        let start = start.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let since = Instant::now();
        Self { start, since, ahead: Duration::ZERO, initial: (start, since) }
    }

    /// Returns the time in Unix seconds.
    pub(super) fn now(&self) -> u64 {
        self.start.saturating_add(self.since.elapsed()).saturating_add(self.ahead).as_secs()
    }

    pub(super) fn set(&mut self, time: Timestamp) {
        (self.start, self.since) = (Duration::from_secs(time.as_secs()), Instant::now());
        self.ahead = Duration::ZERO;
    }

    /// Undoes all settings and advances.
    pub(super) fn reset(&mut self) {
        ((self.start, self.since), self.ahead) = (self.initial, Duration::ZERO);
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
