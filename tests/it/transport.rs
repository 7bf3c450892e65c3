//! Tiers share token and pool, requests in flight are limited, and settings that exclude each other are an error.

use std::{
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::common::{ManualClock, is_pending, start};
use iamport::{
    Client, Clock, Secret, Tier,
    sandbox::{Endpoint, PaymentFixture, Sandbox},
};

#[tokio::test]
async fn tier_shares_the_token_and_sends_its_header() {
    let (sandbox, merchant) = start().await;
    let tier = |code: &str| code.parse::<Tier>().unwrap();
    let (first, second) = (merchant.with_tier(tier("A01")), merchant.with_tier(tier("B02")));
    for client in [&merchant, &first, &second, &second.with_tier(None)] {
        client.find_payment("order-0001").await.unwrap();
    }
    let requests = sandbox.requests();
    let tiers: Vec<_> = requests.iter().filter(|request| request.endpoint() == Endpoint::Find).collect();
    let tiers: Vec<_> = tiers.iter().map(|request| request.tier.as_deref()).collect();
    assert_eq!(tiers, [None, Some("A01"), Some("B02"), None]);
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn credentials_take_text_and_secrets() {
    let sandbox = Sandbox::start().await.unwrap();
    let (key, secret) = (sandbox.key().to_owned(), sandbox.secret().to_owned());
    let builder = || Client::builder().base_url(sandbox.base_url());
    for builder in [
        builder().credentials(Secret::from(&*key), Secret::from(secret.clone())),
        builder().credentials(&key, &secret),
        builder().credentials(&*key, secret.clone()),
    ] {
        assert!(builder.build().unwrap().find_payment("order-0001").await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_flight_stay_within_the_limit() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().max_in_flight(3).build().unwrap();
    let pause = sandbox.pause(Endpoint::Find);
    let calls: Vec<_> =
        (0..50).map(|number| tokio::spawn(client.find_payment(format!("order-{number}")).into_future())).collect();
    sandbox.wait_for_requests(Endpoint::Find, 3).await;
    drop(pause);
    for call in calls {
        assert!(call.await.unwrap().unwrap().is_none());
    }
    assert_eq!(sandbox.max_in_flight(Endpoint::Find), 3);
}

/// A `select!` loop polls calls once and then awaits another. The permits must not wait with them.
#[tokio::test]
async fn unpolled_call_delays_no_other_call_under_the_limit() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().clock(ManualClock::new()).max_in_flight(1).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    let mut holds_the_permit = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut holds_the_permit).await);
    let mut waits_for_it = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut waits_for_it).await);
    for _ in 0..3 {
        assert!(client.find_payment("order-0001").await.unwrap().is_none());
    }
    assert!(waits_for_it.await.unwrap().is_none());
    assert!(holds_the_permit.await.unwrap().is_none());
}

#[tokio::test]
async fn dropped_call_releases_its_permit() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().clock(ManualClock::new()).max_in_flight(1).build().unwrap();
    let pause = sandbox.pause(Endpoint::Find);
    let dropped = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Find, 1).await;
    let next = tokio::spawn(client.find_payment("order-0001").into_future());
    dropped.abort();
    sandbox.wait_for_requests(Endpoint::Find, 2).await;
    drop(pause);
    assert!(next.await.unwrap().unwrap().is_some());
}

/// A clock that panics where an attempt asks for its timeout, once it is set to.
#[derive(Debug, Default)]
struct PanickingClock(AtomicBool);

impl Clock for PanickingClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        assert!(duration != Duration::from_secs(7) || !self.0.load(Ordering::Relaxed), "the clock of this test");
        Box::pin(tokio::time::sleep(duration))
    }
}

#[tokio::test]
async fn panic_of_an_attempt_reaches_the_caller_that_waits_for_its_task() {
    let (sandbox, clock) = (Sandbox::start().await.unwrap(), Arc::new(PanickingClock::default()));
    let builder = sandbox.client().clock(clock.clone()).attempt_timeout(Duration::from_secs(7));
    let client = builder.max_in_flight(1).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    clock.0.store(true, Ordering::Relaxed);
    let call = tokio::spawn(client.find_payment("order-0001").into_future());
    let panic = call.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref(), Some(&"the clock of this test"));
    // It released its permit.
    clock.0.store(false, Ordering::Relaxed);
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
}

#[tokio::test]
async fn timeout_of_a_call_covers_the_wait_for_a_permit() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::new();
    let builder = sandbox.client().clock(clock.clone()).no_retry().attempt_timeout(Duration::from_secs(20));
    let client = builder.max_in_flight(1).build().unwrap();
    let _pause = sandbox.pause(Endpoint::Find);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Find, 1).await;
    let mut second = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut second).await);
    clock.advance(Duration::from_secs(20));
    let error = first.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "attempt timed out after 20s");
    clock.advance(Duration::from_secs(10));
    let error = second.await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("call timed out after 30s"), "{error}");
}

#[tokio::test]
async fn call_that_gets_no_permit_has_no_attempt() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::new();
    let builder = sandbox.client().clock(clock.clone()).no_retry().timeout(Duration::from_secs(10));
    let client = builder.attempt_timeout(Duration::from_secs(20)).max_in_flight(1).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    let _pause = sandbox.pause(Endpoint::Find);
    let mut sent = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut sent).await);
    sandbox.wait_for_requests(Endpoint::Find, 2).await;
    let mut waits = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut waits).await);
    clock.advance(Duration::from_secs(10));
    let (sent, waits) = (sent.await.unwrap_err(), waits.await.unwrap_err());
    assert_eq!((sent.to_string().as_str(), sent.attempts()), ("call timed out after 10s", 1));
    assert!(waits.is_timeout() && waits.is_transient() && waits.to_string().contains("`max_in_flight`"), "{waits}");
    assert_eq!(waits.attempts(), 0);
    assert_eq!(sandbox.count(Endpoint::Find), 2);
}

#[tokio::test]
async fn request_for_a_token_waits_for_no_permit() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::new();
    let client = sandbox.client().clock(clock.clone()).max_in_flight(1).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    let hour = Duration::from_secs(3600);
    let pause = sandbox.pause(Endpoint::Find);
    let long = client.find_payment("order-0001").timeout(2 * hour).attempt_timeout(2 * hour);
    let long = tokio::spawn(long.send());
    sandbox.wait_for_requests(Endpoint::Find, 2).await;
    clock.advance(hour);
    let short = tokio::spawn(client.find_payment("order-0001").send());
    sandbox.wait_for_requests(Endpoint::Token, 2).await;
    drop(pause);
    assert!(long.await.unwrap().is_ok() && short.await.unwrap().is_ok());
}

#[test]
fn settings_that_exclude_each_other_are_a_config_error() {
    let http = || reqwest::Client::builder().build().unwrap();
    let builder = || Client::builder().credentials("k", "s").base_url("http://127.0.0.1:9");
    assert!(builder().http_client(http()).build().is_ok());
    for (builder, setting) in [
        (builder().http_client(http()).connect_timeout(Duration::from_secs(1)), "`connect_timeout`"),
        (builder().add_root_certificate("der").http_client(http()), "`add_root_certificate`"),
        (builder().max_in_flight(0), "`max_in_flight`"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(setting), "{error}");
    }
    assert!(builder().max_in_flight(usize::MAX).build().is_ok());
}

#[tokio::test]
async fn attempt_that_has_all_the_time_of_the_call_ends_with_the_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::new();
    let limit = Duration::from_secs(10);
    let client = sandbox.client().clock(clock.clone()).timeout(limit).attempt_timeout(limit).build().unwrap();
    let _pause = sandbox.pause(Endpoint::Find);
    let call = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Find, 1).await;
    clock.advance(limit);
    assert_eq!(call.await.unwrap().unwrap_err().to_string(), "call timed out after 10s");
}
