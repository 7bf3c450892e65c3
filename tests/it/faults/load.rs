//! A failing service does not receive many times the requests of its callers.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use iamport::{
    Client, Error, RetryConfig,
    sandbox::{Endpoint, MockResponse, Sandbox},
};

use crate::common::EagerClock;

async fn start() -> (Sandbox, Client, Arc<EagerClock>) {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = EagerClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

async fn errors(client: &Client, callers: usize) -> Vec<Error> {
    let calls = (0..callers).map(|_| tokio::spawn(client.clone().find_payment("order-0001").into_future()));
    join_all(calls).await.into_iter().map(|call| call.unwrap().unwrap_err()).collect()
}

#[tokio::test]
async fn hundred_callers_of_a_failing_service_send_a_fifth_more_and_ten() {
    let (sandbox, client, _clock) = start().await;
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), usize::MAX);
    let errors = errors(&client, 100).await;
    let requests = sandbox.count(Endpoint::Find) - 1;
    // The budget counts the requests for a payment and for a token that were sent before.
    assert!((110..=100 + 20 + 10).contains(&requests), "{requests} requests");
    assert!(errors.iter().all(Error::is_transient));
    let over: Vec<_> = errors.iter().filter(|error| error.is_over_retry_budget()).collect();
    assert!(over.len() >= 70, "{} callers", over.len());
    assert!(over.iter().all(|error| error.to_string().contains("no retry budget left")));
}

#[tokio::test]
async fn budget_is_shared_by_clones_configured_and_renewed_after_ten_seconds() {
    let (sandbox, clock) = (Sandbox::start().await.unwrap(), EagerClock::new());
    let retry = RetryConfig::new().initial_backoff(Duration::ZERO).budget_percent(0).budget_reserve(2);
    let client = sandbox.client().clock(clock.clone()).retry(retry).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), usize::MAX);
    let attempts = async || {
        let error = client.clone().with_tier(None).find_payment("order-0001").await.unwrap_err();
        assert!(error.is_over_retry_budget());
        error.attempts()
    };
    assert_eq!([attempts().await, attempts().await], [3, 1]);
    clock.advance(Duration::from_secs(10));
    assert_eq!([attempts().await, attempts().await], [3, 1]);

    let endless = sandbox.client().clock(clock).retry(retry.budget_reserve(u32::MAX)).build().unwrap();
    for _ in 0..20 {
        let error = endless.find_payment("order-0001").await.unwrap_err();
        assert_eq!((error.attempts(), error.is_over_retry_budget()), (4, false));
    }
}

#[tokio::test]
async fn hundred_callers_without_a_token_send_few_requests_for_it() {
    let (sandbox, client, clock) = start().await;
    sandbox.inject_fault(Endpoint::Token, MockResponse::html(503), usize::MAX);
    assert_eq!(errors(&client, 100).await.len(), 100);
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (4, 0));
    // One after the other: each waits for a second since the last fetch failed. Meanwhile the budget is renewed twice.
    let before = clock.waits().iter().filter(|wait| **wait == Duration::from_secs(1)).count();
    for _ in 0..20 {
        client.find_payment("order-0001").await.unwrap_err();
    }
    let after = clock.waits().iter().filter(|wait| **wait == Duration::from_secs(1)).count();
    assert_eq!(after - before, 20);
    assert!(sandbox.count(Endpoint::Token) <= 4 + 20 + 3 * 12, "{}", sandbox.count(Endpoint::Token));
}

#[tokio::test]
async fn retry_after_is_a_minimum_to_which_jitter_is_added() {
    let mut waits = Vec::new();
    for _ in 0..2 {
        let (sandbox, client, clock) = start().await;
        assert!(client.find_payment("order-0001").await.unwrap().is_none());
        sandbox.inject_fault(Endpoint::Find, MockResponse::html(503).header("retry-after", "3"), 1);
        assert!(client.find_payment("order-0001").await.unwrap().is_none());
        waits.extend(clock.waits());
    }
    let (least, most) = (Duration::from_secs(3), Duration::from_millis(3250));
    assert!(waits.iter().all(|wait| (least..=most).contains(wait)), "{waits:?}");
    assert_ne!(waits[0], waits[1], "clients that failed together do not retry together");
}
