//! Several runtimes share a client, and a busy runtime reads what has arrived before it gives up.

use std::{
    pin::pin,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use iamport::{
    Client, ClientBuilder,
    sandbox::{Endpoint, PaymentFixture, Sandbox},
};
use tokio::runtime::{Builder, Runtime};

use crate::common::{ManualClock, is_pending};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A sandbox on a runtime of its own.
struct Service {
    runtime: Runtime,
    sandbox: Sandbox,
    clock: Arc<ManualClock>,
}

impl Service {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start()).unwrap();
        sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
        Self { runtime, sandbox, clock: ManualClock::new() }
    }

    fn client(&self, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        set(self.sandbox.client().clock(self.clock.clone())).build().unwrap()
    }

    fn wait_for(&self, endpoint: Endpoint, requests: usize) {
        self.runtime.block_on(self.sandbox.wait_for_requests(endpoint, requests));
    }
}

/// Starts a fetch on a runtime that nothing polls any more, although its response is there.
fn idle_fetch(service: &Service, client: &Client) -> Runtime {
    let pause = service.sandbox.pause(Endpoint::Token);
    let idle = current_thread();
    idle.block_on(async {
        tokio::select! {
            _ = client.find_payment("order-0001").into_future() => panic!("the token endpoint is paused"),
            () = service.sandbox.wait_for_requests(Endpoint::Token, 1) => {}
        }
    });
    drop(pause);
    idle
}

#[test]
fn fetch_on_an_idle_runtime_is_given_up_before_its_waiters_time_out() {
    let service = Service::start();
    let client = service.client(|client| client);
    let idle = idle_fetch(&service, &client);
    let waiter = client.find_payment("order-0001").into_future();
    let (waits, waiting) = mpsc::channel();
    let waiter = thread::spawn(move || {
        current_thread().block_on(async {
            let mut waiter = pin!(waiter);
            assert!(is_pending(&mut waiter).await);
            waits.send(()).unwrap();
            waiter.await
        })
    });
    waiting.recv().unwrap();
    service.clock.advance(Duration::from_secs(21));
    assert!(waiter.join().unwrap().unwrap().is_some());
    assert_eq!(service.sandbox.count(Endpoint::Token), 2);
    drop(idle);
}

#[test]
fn waiter_whose_time_is_over_starts_no_other_fetch() {
    let service = Service::start();
    let client = service.client(|client| client);
    let idle = idle_fetch(&service, &client);
    let mut waiter = client.find_payment("order-0001").into_future();
    let runtime = current_thread();
    assert!(runtime.block_on(is_pending(&mut waiter)));
    service.clock.advance(Duration::from_secs(31));
    assert!(runtime.block_on(waiter).unwrap_err().is_timeout());
    drop(idle);
    runtime.block_on(service.clock.idle());
    assert_eq!(service.sandbox.count(Endpoint::Token), 1);
}

#[test]
fn dropped_call_releases_its_permit_although_its_runtime_is_idle() {
    let service = Service::start();
    let client = service.client(|client| client.max_in_flight(1));
    assert!(service.runtime.block_on(client.find_payment("order-0001").into_future()).unwrap().is_some());
    let pause = service.sandbox.pause(Endpoint::Find);
    let idle = current_thread();
    let mut holds_the_permit = client.find_payment("order-0001").into_future();
    let mut waits_for_it = client.find_payment("order-0001").into_future();
    idle.block_on(async {
        assert!(is_pending(&mut holds_the_permit).await);
        service.sandbox.wait_for_requests(Endpoint::Find, 2).await;
        assert!(is_pending(&mut waits_for_it).await);
        tokio::task::yield_now().await;
    });
    drop((waits_for_it, holds_the_permit));
    drop(pause);
    let next = client.find_payment("order-0001").into_future();
    let next = service.runtime.spawn(next);
    service.wait_for(Endpoint::Find, 3);
    assert!(service.runtime.block_on(next).unwrap().unwrap().is_some());
    drop(idle);
}

/// The caller works for longer than the timeout without an await.
#[test]
fn response_that_arrived_while_the_thread_was_busy_is_not_a_timeout() {
    for limit in [None, Some(4)] {
        let service = Service::start();
        let client = service.client(|client| match limit {
            None => client.no_retry(),
            Some(limit) => client.no_retry().max_in_flight(limit),
        });
        let busy = current_thread();
        assert!(busy.block_on(client.find_payment("order-0001").into_future()).unwrap().is_some());
        let pause = service.sandbox.pause(Endpoint::Find);
        let mut call = client.find_payment("order-0001").into_future();
        busy.block_on(async {
            assert!(is_pending(&mut call).await);
            service.sandbox.wait_for_requests(Endpoint::Find, 2).await;
        });
        drop(pause);
        let other = service.client(|client| client);
        assert!(service.runtime.block_on(other.find_payment("order-0001").into_future()).unwrap().is_some());
        service.clock.advance(Duration::from_secs(25));
        assert!(busy.block_on(call).unwrap().is_some(), "{limit:?}");
    }
}
