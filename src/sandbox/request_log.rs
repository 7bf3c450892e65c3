//! The log of requests, and their number in flight.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use super::{Endpoint, Request};

/// The number of requests that the log keeps.
const MAX_REQUESTS: usize = 100_000;
/// The size of the bodies that the log keeps, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A log that notifies waiters of new requests.
#[derive(Debug)]
pub(super) struct RequestLog(watch::Sender<LogState>);

#[derive(Debug, Default)]
struct LogState {
    log: VecDeque<Request>,
    /// The size of the bodies in the log.
    bytes: usize,
    endpoints: BTreeMap<Endpoint, EndpointStats>,
    stopped: bool,
}

/// The requests of one endpoint.
#[derive(Debug, Default)]
struct EndpointStats {
    /// The requests since the log was cleared, also those that it no longer keeps.
    arrived: usize,
    in_flight: usize,
    max_in_flight: usize,
    pauses: usize,
}

impl RequestLog {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(LogState::default()))
    }

    /// Adds a request, which is in flight until the returned value is dropped.
    pub(super) fn record(self: &Arc<Self>, request: Request) -> InFlight {
        let endpoint = request.endpoint();
        self.0.send_modify(|state| {
            if endpoint != Endpoint::Control {
                state.push(request);
            }
            let stats = state.endpoints.entry(endpoint).or_default();
            stats.arrived += 1;
            stats.in_flight += 1;
            stats.max_in_flight = stats.max_in_flight.max(stats.in_flight);
        });
        InFlight { log: Arc::clone(self), endpoint }
    }

    /// Waits for the latency, then for the end of the endpoint's pauses, or until the sandbox stops.
    pub(super) async fn hold(&self, endpoint: Endpoint, latency: Duration) {
        if !latency.is_zero() {
            let _ = timeout(latency, self.until(|state| state.stopped)).await;
        }
        self.until(|state| state.stopped || state.endpoints.get(&endpoint).is_none_or(|stats| stats.pauses == 0)).await;
    }

    /// Waits for a time, or until the sandbox stops.
    pub(super) async fn delay(&self, latency: Duration) {
        let _ = timeout(latency, self.stopped()).await;
    }

    /// Waits until `n` requests have arrived for an endpoint, or for any but the control.
    pub(super) async fn wait_for(&self, endpoint: Option<Endpoint>, n: usize) {
        self.until(|state| state.stopped || state.arrived(endpoint) >= n).await;
    }

    /// Returns how many requests have arrived for an endpoint, or for any but the control.
    pub(super) fn arrived(&self, endpoint: Option<Endpoint>) -> usize {
        self.0.borrow().arrived(endpoint)
    }

    /// Returns the latest requests, in the order of arrival.
    pub(super) fn latest(&self, endpoint: Option<Endpoint>, max: usize) -> Vec<Request> {
        let state = self.0.borrow();
        let all = state.log.iter().rev().filter(|request| endpoint.is_none_or(|only| request.endpoint() == only));
        let mut latest: Vec<_> = all.take(max).cloned().collect();
        latest.reverse();
        latest
    }

    pub(super) async fn stopped(&self) {
        self.until(|state| state.stopped).await;
    }

    pub(super) fn stop(&self) {
        self.0.send_modify(|state| state.stopped = true);
    }

    pub(super) fn pause(&self, endpoint: Endpoint) {
        self.0.send_modify(|state| state.endpoints.entry(endpoint).or_default().pauses += 1);
    }

    pub(super) fn resume(&self, endpoint: Endpoint) {
        self.0.send_modify(|state| state.endpoints.entry(endpoint).or_default().pauses -= 1);
    }

    pub(super) fn clear(&self) -> usize {
        let mut forgotten = 0;
        self.0.send_modify(|state| {
            state.log.clear();
            state.bytes = 0;
            forgotten = state.arrived(None);
            state.endpoints.values_mut().for_each(|stats| stats.arrived = 0);
        });
        forgotten
    }

    pub(super) fn max_in_flight(&self, endpoint: Endpoint) -> usize {
        self.0.borrow().endpoints.get(&endpoint).map_or(0, |stats| stats.max_in_flight)
    }

    async fn until(&self, condition: impl FnMut(&LogState) -> bool) {
        // Fails only without a sender, which is `self`.
        let _ = self.0.subscribe().wait_for(condition).await;
    }
}

impl LogState {
    fn push(&mut self, request: Request) {
        self.bytes = self.bytes.saturating_add(request.body().len());
        self.log.push_back(request);
        while self.log.len() > MAX_REQUESTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.log.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.body().len());
        }
    }

    fn arrived(&self, endpoint: Option<Endpoint>) -> usize {
        let is_counted = |known: &Endpoint| endpoint.map_or(*known != Endpoint::Control, |only| *known == only);
        self.endpoints.iter().filter(|(known, _)| is_counted(known)).map(|(_, stats)| stats.arrived).sum()
    }
}

/// Counts a request as in flight until it is dropped: with its response, or when its client hangs up.
#[derive(Debug)]
pub(super) struct InFlight {
    log: Arc<RequestLog>,
    endpoint: Endpoint,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.log.0.send_modify(|state| state.endpoints.entry(self.endpoint).or_default().in_flight -= 1);
    }
}

#[cfg(test)]
mod tests {
    use hyper::http;

    use super::*;
    use crate::sandbox::route::Route;

    fn request(target: &str) -> Request {
        let (head, ()) = http::Request::get(target).body(()).unwrap_or_default().into_parts();
        Request::new(&head, &Route::of(&head.method, &head.uri))
    }

    #[test]
    fn full_log_drops_the_oldest_request_and_counts_all() {
        let log = Arc::new(RequestLog::new());
        drop(log.record(request("/payments/find/oldest")));
        let other = request("/other");
        for _ in 0..MAX_REQUESTS {
            drop(log.record(other.clone()));
        }
        let requests = log.latest(None, usize::MAX);
        assert_eq!((requests.len(), requests.first()), (MAX_REQUESTS, Some(&other)));
        let arrived = |endpoint| log.arrived(Some(endpoint));
        assert_eq!((arrived(Endpoint::Find), arrived(Endpoint::Other)), (1, MAX_REQUESTS));
        assert_eq!((log.clear(), arrived(Endpoint::Other)), (MAX_REQUESTS + 1, 0));
        assert!(log.latest(None, usize::MAX).is_empty());
    }
}
