//! The state of a running sandbox.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{MockResponse, Request, request_log::RequestLog, service::Service};

/// The state that connections and [`Sandbox`](super::Sandbox) share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) log: Arc<RequestLog>,
    service: Mutex<Service>,
    pub(super) latency: Duration,
    observer: Option<ResponseObserver>,
}

impl Shared {
    pub(super) fn new(service: Service, latency: Duration, observer: Option<ResponseObserver>) -> Self {
        Self { log: Arc::new(RequestLog::new()), service: Mutex::new(service), latency, observer }
    }

    pub(super) fn observe(&self, request: &Request, response: &MockResponse) {
        if let Some(ResponseObserver(observe)) = &self.observer {
            observe(request, response.status());
        }
    }

    pub(super) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A function that is called with every request and the status of its response.
#[derive(Clone)]
pub(super) struct ResponseObserver(pub(super) Arc<Observe>);

type Observe = dyn Fn(&Request, u16) + Send + Sync;

impl fmt::Debug for ResponseObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseObserver")
    }
}
