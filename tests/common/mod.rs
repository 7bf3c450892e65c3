//! Helpers of the tests.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "each test uses its part, and may fail by panicking"
)]

pub(crate) mod checked_in;
pub(crate) mod operations;
pub(crate) mod readme;
pub(crate) mod vendor;
mod watchdog;

use std::{
    any::Any,
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::{Duration, Instant},
};

use iamport::{
    Client, Clock,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};
use serde_json::Value;
use tokio::sync::watch;

pub(crate) use self::checked_in::repository;
use self::watchdog::Watchdog;

/// A clock that only [`advance`](Self::advance) moves.
#[derive(Debug)]
pub(crate) struct ManualClock {
    start: Instant,
    elapsed: watch::Sender<Duration>,
    _watchdog: Watchdog,
}

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        let elapsed = watch::Sender::new(Duration::ZERO);
        Arc::new(Self { start: Instant::now(), elapsed, _watchdog: Watchdog::new() })
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.elapsed.send_modify(|elapsed| *elapsed += by);
    }

    /// Waits until nothing sleeps by this clock, so that no attempt and no backoff is left.
    pub(crate) async fn idle(&self) {
        self.elapsed.closed().await;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.start + *self.elapsed.borrow()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let until = self.elapsed.borrow().saturating_add(duration);
        let mut elapsed = self.elapsed.subscribe();
        Box::pin(async move {
            let _ = elapsed.wait_for(|elapsed| *elapsed >= until).await;
        })
    }
}

/// A sleep of at least this is a timeout, a shorter one is a backoff.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A clock that skips and records the backoff. Timeouts wait for [`advance`](Self::advance).
pub(crate) struct EagerClock {
    clock: Arc<ManualClock>,
    waits: Mutex<Vec<Duration>>,
    held: Mutex<Option<Box<dyn Any + Send>>>,
}

impl EagerClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { clock: ManualClock::new(), waits: Mutex::default(), held: Mutex::default() })
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(crate) async fn idle(&self) {
        self.clock.idle().await;
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    /// Drops a value when the next backoff begins.
    pub(crate) fn hold_until_a_wait(&self, something: impl Any + Send) {
        *self.held.lock().unwrap() = Some(Box::new(something));
    }
}

impl fmt::Debug for EagerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EagerClock")
    }
}

impl Clock for EagerClock {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if duration >= TIMEOUT {
            return self.clock.sleep(duration);
        }
        self.held.lock().unwrap().take();
        self.waits.lock().unwrap().push(duration);
        self.clock.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

/// Polls a future once.
pub(crate) async fn is_pending(future: &mut (impl Future + Unpin)) -> bool {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
}

/// Starts a sandbox and builds a client of it.
pub(crate) async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    (sandbox, client)
}

/// Starts a sandbox whose billing key `cust_0001` has `count` payments, and builds a client of it.
pub(crate) async fn with_payments(count: usize) -> (Sandbox, Client) {
    let (sandbox, client) = start().await;
    fill(&sandbox, count);
    (sandbox, client)
}

pub(crate) fn fill(sandbox: &Sandbox, count: usize) {
    for number in 1..=count {
        sandbox.upsert_payment(numbered(&format!("sub-{number:04}"), 22000, number).billing_key("cust_0001").paid());
    }
}

/// A payment that is the same in every run. By default its numbers depend on the fixtures created before.
pub(crate) fn numbered(merchant_uid: &str, amount: u32, number: usize) -> PaymentFixture {
    let body = PaymentFixture::new(merchant_uid, amount).set("imp_uid", format!("imp_{number:012}"));
    body.set("started_at", 1_709_722_022 + 60 * number)
}

/// Reads a captured body.
pub(crate) fn wire(file: &str) -> String {
    std::fs::read_to_string(repository().join("tests/wire").join(file)).unwrap()
}

/// Reads the `response` of a captured body.
pub(crate) fn wire_response(file: &str) -> Value {
    serde_json::from_str::<Value>(&wire(file)).unwrap()["response"].take()
}

/// Enqueues a captured body as the next response of an endpoint.
pub(crate) fn respond_with(sandbox: &Sandbox, endpoint: Endpoint, status: u16, file: &str) {
    sandbox.enqueue_response(endpoint, MockResponse::json(status, wire(file)));
}
