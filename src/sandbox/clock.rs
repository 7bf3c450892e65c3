use std::time::{Duration, Instant, SystemTime};

/// The service's clock: the machine's, and as much ahead of it as it was moved. Never runs backwards.
#[derive(Debug)]
pub(super) struct Clock {
    start: Duration,
    since: Instant,
    ahead: Duration,
}

impl Clock {
    pub(super) fn new() -> Self {
        let start = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { start, since: Instant::now(), ahead: Duration::ZERO }
    }

    /// Unix seconds.
    pub(super) fn now(&self) -> u64 {
        self.start.saturating_add(self.since.elapsed()).saturating_add(self.ahead).as_secs()
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
