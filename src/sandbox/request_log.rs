//! What arrives, what is in flight, and what is held back.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use super::{Endpoint, Request};

/// How many requests the log keeps.
const KEPT: usize = 100_000;

/// Whoever waits for a change of it is woken by each.
#[derive(Debug)]
pub(super) struct Traffic(watch::Sender<Seen>);

#[derive(Debug, Default)]
struct Seen {
    log: VecDeque<Request>,
    lanes: BTreeMap<Endpoint, Lane>,
    stopped: bool,
}

/// The requests of one endpoint.
#[derive(Debug, Default)]
struct Lane {
    /// How many have arrived since the log was emptied, whether it still keeps them or not.
    arrived: usize,
    in_flight: usize,
    most: usize,
    pauses: usize,
}

impl Traffic {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Seen::default()))
    }

    /// Logs a request. It is in flight until what is returned is dropped.
    pub(super) fn arrive(&self, request: Request) -> InFlight<'_> {
        let endpoint = request.endpoint();
        self.0.send_modify(|seen| {
            if seen.log.len() == KEPT {
                seen.log.pop_front();
            }
            seen.log.push_back(request);
            let lane = seen.lanes.entry(endpoint).or_default();
            lane.arrived += 1;
            lane.in_flight += 1;
            lane.most = lane.most.max(lane.in_flight);
        });
        InFlight { traffic: self, endpoint }
    }

    /// Waits as long as every answer takes, then until the endpoint is not paused. When the sandbox stops, no longer.
    pub(super) async fn hold(&self, endpoint: Endpoint, latency: Duration) {
        if !latency.is_zero() {
            let _ = timeout(latency, self.until(|seen| seen.stopped)).await;
        }
        self.until(|seen| seen.stopped || seen.lanes.get(&endpoint).is_none_or(|lane| lane.pauses == 0)).await;
    }

    pub(super) async fn wait_for_requests(&self, endpoint: Endpoint, n: usize) {
        self.until(|seen| seen.count(endpoint) >= n).await;
    }

    pub(super) async fn stopped(&self) {
        self.until(|seen| seen.stopped).await;
    }

    pub(super) fn stop(&self) {
        self.0.send_modify(|seen| seen.stopped = true);
    }

    pub(super) fn pause(&self, endpoint: Endpoint) {
        self.0.send_modify(|seen| seen.lanes.entry(endpoint).or_default().pauses += 1);
    }

    pub(super) fn resume(&self, endpoint: Endpoint) {
        self.0.send_modify(|seen| seen.lanes.entry(endpoint).or_default().pauses -= 1);
    }

    pub(super) fn log(&self) -> Vec<Request> {
        self.0.borrow().log.iter().cloned().collect()
    }

    pub(super) fn forget(&self) -> usize {
        let mut forgotten = 0;
        self.0.send_modify(|seen| {
            seen.log.clear();
            forgotten = seen.lanes.values_mut().map(|lane| std::mem::take(&mut lane.arrived)).sum();
        });
        forgotten
    }

    pub(super) fn count(&self, endpoint: Endpoint) -> usize {
        self.0.borrow().count(endpoint)
    }

    pub(super) fn max_in_flight(&self, endpoint: Endpoint) -> usize {
        self.0.borrow().lanes.get(&endpoint).map_or(0, |lane| lane.most)
    }

    async fn until(&self, is_so: impl FnMut(&Seen) -> bool) {
        // Fails only where the sender is gone, and that is `self`.
        let _ = self.0.subscribe().wait_for(is_so).await;
    }
}

impl Seen {
    fn count(&self, endpoint: Endpoint) -> usize {
        self.lanes.get(&endpoint).map_or(0, |lane| lane.arrived)
    }
}

/// A request that has not been answered. It ends, too, when its client hangs up.
pub(super) struct InFlight<'a> {
    traffic: &'a Traffic,
    endpoint: Endpoint,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.traffic.0.send_modify(|seen| seen.lanes.entry(self.endpoint).or_default().in_flight -= 1);
    }
}

#[cfg(test)]
mod tests {
    use axum::http;

    use super::*;
    use crate::sandbox::route::Route;

    fn request(target: &str) -> Request {
        let (head, ()) = http::Request::get(target).body(()).unwrap_or_default().into_parts();
        Request::new(&head, &Route::of(&head.method, &head.uri))
    }

    #[test]
    fn the_log_forgets_the_oldest_and_the_counts_nothing() {
        let traffic = Traffic::new();
        drop(traffic.arrive(request("/payments/find/oldest")));
        let other = request("/other");
        for _ in 0..KEPT {
            drop(traffic.arrive(other.clone()));
        }
        let log = traffic.log();
        assert_eq!((log.len(), log.first()), (KEPT, Some(&other)));
        assert_eq!((traffic.count(Endpoint::Find), traffic.count(Endpoint::Other)), (1, KEPT));
        assert_eq!((traffic.forget(), traffic.count(Endpoint::Other), traffic.log().len()), (KEPT + 1, 0, 0));
    }
}
