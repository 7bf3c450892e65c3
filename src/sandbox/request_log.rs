//! The requests that arrived, are in flight, or are held back.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use super::{Endpoint, Request};

/// How many requests the log keeps.
const KEPT: usize = 100_000;

/// A log that can be waited on.
#[derive(Debug)]
pub(super) struct RequestLog(watch::Sender<State>);

#[derive(Debug, Default)]
struct State {
    log: VecDeque<Request>,
    endpoints: BTreeMap<Endpoint, EndpointStats>,
    stopped: bool,
}

/// The requests of one endpoint.
#[derive(Debug, Default)]
struct EndpointStats {
    /// How many have arrived since the log was emptied, whether it still keeps them or not.
    arrived: usize,
    in_flight: usize,
    most: usize,
    pauses: usize,
}

impl RequestLog {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Logs a request. It is in flight until what is returned is dropped.
    pub(super) fn record(self: &Arc<Self>, request: Request) -> InFlight {
        let endpoint = request.endpoint();
        self.0.send_modify(|state| {
            if state.log.len() == KEPT {
                state.log.pop_front();
            }
            state.log.push_back(request);
            let stats = state.endpoints.entry(endpoint).or_default();
            stats.arrived += 1;
            stats.in_flight += 1;
            stats.most = stats.most.max(stats.in_flight);
        });
        InFlight { log: Arc::clone(self), endpoint }
    }

    /// Waits as long as every answer takes, then until the endpoint is not paused. When the sandbox stops, no longer.
    pub(super) async fn hold(&self, endpoint: Endpoint, latency: Duration) {
        if !latency.is_zero() {
            let _ = timeout(latency, self.until(|state| state.stopped)).await;
        }
        self.until(|state| state.stopped || state.endpoints.get(&endpoint).is_none_or(|stats| stats.pauses == 0)).await;
    }

    pub(super) async fn wait_for_requests(&self, endpoint: Endpoint, n: usize) {
        self.until(|state| state.count(endpoint) >= n).await;
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

    pub(super) fn requests(&self) -> Vec<Request> {
        self.0.borrow().log.iter().cloned().collect()
    }

    pub(super) fn clear(&self) -> usize {
        let mut forgotten = 0;
        self.0.send_modify(|state| {
            state.log.clear();
            forgotten = state.endpoints.values_mut().map(|stats| std::mem::take(&mut stats.arrived)).sum();
        });
        forgotten
    }

    pub(super) fn count(&self, endpoint: Endpoint) -> usize {
        self.0.borrow().count(endpoint)
    }

    pub(super) fn max_in_flight(&self, endpoint: Endpoint) -> usize {
        self.0.borrow().endpoints.get(&endpoint).map_or(0, |stats| stats.most)
    }

    async fn until(&self, is_so: impl FnMut(&State) -> bool) {
        // Fails only where the sender is gone, and that is `self`.
        let _ = self.0.subscribe().wait_for(is_so).await;
    }
}

impl State {
    fn count(&self, endpoint: Endpoint) -> usize {
        self.endpoints.get(&endpoint).map_or(0, |stats| stats.arrived)
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
    fn the_log_forgets_the_oldest_and_the_counts_nothing() {
        let log = Arc::new(RequestLog::new());
        drop(log.record(request("/payments/find/oldest")));
        let other = request("/other");
        for _ in 0..KEPT {
            drop(log.record(other.clone()));
        }
        let requests = log.requests();
        assert_eq!((requests.len(), requests.first()), (KEPT, Some(&other)));
        assert_eq!((log.count(Endpoint::Find), log.count(Endpoint::Other)), (1, KEPT));
        assert_eq!((log.clear(), log.count(Endpoint::Other), log.requests().len()), (KEPT + 1, 0, 0));
    }
}
