//! What several tests share.
#![allow(dead_code, reason = "each test uses its part")]

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use iamport::{
    Client, Clock,
    sandbox::{CannedAnswer, Endpoint, PaymentBody, Sandbox},
};
use serde_json::Value;
use tokio::sync::watch;

/// A clock that is moved by hand.
#[derive(Debug)]
pub struct ManualClock {
    start: Instant,
    elapsed: watch::Sender<Duration>,
}

impl ManualClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), elapsed: watch::Sender::new(Duration::ZERO) })
    }

    pub fn advance(&self, by: Duration) {
        self.elapsed.send_modify(|elapsed| *elapsed += by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.start + *self.elapsed.borrow()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let until = *self.elapsed.borrow() + duration;
        let mut elapsed = self.elapsed.subscribe();
        Box::pin(async move {
            let _ = elapsed.wait_for(|elapsed| *elapsed >= until).await;
        })
    }
}

/// A sandbox and a client of it.
pub async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    (sandbox, client)
}

/// A sandbox whose billing key `cust_0001` has so many payments, and a client of it.
pub async fn with_payments(count: usize) -> (Sandbox, Client) {
    let (sandbox, client) = start().await;
    fill(&sandbox, count);
    (sandbox, client)
}

pub fn fill(sandbox: &Sandbox, count: usize) {
    for number in 1..=count {
        sandbox.put(PaymentBody::new(&format!("sub-{number:04}"), 22000).billing_key("cust_0001").paid());
    }
}

/// The text of a captured body.
pub fn wire(file: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/wire/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What is in the envelope of a captured body.
pub fn wire_response(file: &str) -> Value {
    serde_json::from_str::<Value>(&wire(file)).unwrap()["response"].take()
}

/// The next answer of an endpoint is a captured body.
pub fn answer_with(sandbox: &Sandbox, endpoint: Endpoint, status: u16, file: &str) {
    sandbox.answer_next(endpoint, CannedAnswer::json(status, wire(file)));
}
