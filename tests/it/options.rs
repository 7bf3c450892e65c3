//! A request has its own limits, whatever those of its client are.

use std::{
    future::IntoFuture,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iamport::{
    Client, Error, RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Request, Sandbox},
};

use crate::common::{EagerClock, ManualClock};

const SECOND: Duration = Duration::from_secs(1);

async fn start(clock: &Arc<ManualClock>) -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).billing_key("cust_0001").paid());
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn timeout_of_a_request_overrides_that_of_its_client() {
    for max_in_flight in [None, Some(9)] {
        let clock = ManualClock::new();
        let (sandbox, mut client) = start(&clock).await;
        if let Some(max) = max_in_flight {
            client = sandbox.client().clock(clock.clone()).max_in_flight(max).build().unwrap();
            client.find_payment("order-0001").await.unwrap();
        }
        sandbox.clear_requests();
        let pause = sandbox.pause(Endpoint::Find);
        let short = tokio::spawn(client.find_payment("order-0001").timeout(5 * SECOND).into_future());
        let long =
            tokio::spawn(client.find_payment("order-0001").attempt_timeout(60 * SECOND).timeout(60 * SECOND).send());
        sandbox.wait_for_requests(Endpoint::Find, 2).await;
        clock.advance(5 * SECOND);
        let error = short.await.unwrap().unwrap_err();
        assert!(error.is_timeout() && error.to_string() == "call timed out after 5s", "{error}");
        // The client's own limits are 10 and 30 seconds.
        clock.advance(50 * SECOND);
        drop(pause);
        assert!(long.await.unwrap().unwrap().is_some());
    }
}

/// A checkout waits for two seconds, however many calls the check of an order takes.
#[tokio::test]
async fn timeout_of_a_look_up_is_that_of_all_its_calls() {
    let clock = ManualClock::new();
    let slow = Arc::clone(&clock);
    let is_first = AtomicBool::new(true);
    let first_takes_time = move |_: &Request, status| {
        if status == 404 && is_first.fetch_not(Ordering::Relaxed) {
            slow.advance(SECOND + SECOND / 2);
        }
    };
    let sandbox = Sandbox::builder().on_response(first_takes_time).start().await.unwrap();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    let request = client.verify_order("unknown", 15900, "KRW").timeout(2 * SECOND);
    for _ in 0..2 {
        sandbox.clear_requests();
        sandbox.inject_fault(Endpoint::FindAll, Fault::Latency(Duration::ZERO), 1);
        sandbox.inject_fault(Endpoint::FindAll, Fault::StallInHeaders, 1);
        let call = tokio::spawn(request.clone().send());
        // An unknown order is requested once more.
        sandbox.wait_for_requests(Endpoint::FindAll, 2).await;
        clock.advance(SECOND / 2);
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "call timed out after 2s");
    }
}

#[tokio::test]
async fn timeout_of_an_attempt_overrides_that_of_the_client() {
    for max_in_flight in [None, Some(9)] {
        let clock = ManualClock::new();
        let (sandbox, mut client) = start(&clock).await;
        if let Some(max) = max_in_flight {
            client = sandbox.client().clock(clock.clone()).max_in_flight(max).build().unwrap();
            client.find_payment("order-0001").await.unwrap();
        }
        sandbox.clear_requests();
        let _pause = sandbox.pause(Endpoint::Find);
        let call = client.find_payment("order-0001").attempt_timeout(2 * SECOND).no_retry();
        let call = tokio::spawn(call.send());
        sandbox.wait_for_requests(Endpoint::Find, 1).await;
        clock.advance(2 * SECOND);
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.to_string(), error.attempts()), ("attempt timed out after 2s".to_owned(), 1));
    }
}

/// One stalled page must not end a nightly job, whose calls have minutes. The client begins no retry after 20 seconds.
#[tokio::test]
async fn call_with_its_own_timeout_is_retried_until_then() {
    let clock = ManualClock::new();
    let (sandbox, _) = start(&clock).await;
    let retry = RetryConfig::new().initial_backoff(Duration::ZERO);
    let client = sandbox.client().clock(clock.clone()).retry(retry).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    for (timeout, is_retried) in [(Some(90 * SECOND), true), (Some(21 * SECOND), false), (None, false)] {
        sandbox.clear_requests();
        sandbox.inject_fault(Endpoint::Find, Fault::StallInHeaders, 1);
        let call = client.find_payment("order-0001").attempt_timeout(21 * SECOND);
        let call = tokio::spawn(if let Some(timeout) = timeout { call.timeout(timeout) } else { call }.send());
        sandbox.wait_for_requests(Endpoint::Find, 1).await;
        clock.advance(21 * SECOND);
        assert_eq!(call.await.unwrap().is_ok(), is_retried, "{timeout:?}");
        assert_eq!(sandbox.count(Endpoint::Find), 1 + usize::from(is_retried));
    }
}

/// The error of each kind of request while the service is out of order, and the number of requests of one call.
async fn outcomes(client: &Client, sandbox: &Sandbox, no_retry: bool) -> Vec<(Error, usize)> {
    macro_rules! outcome {
        ($request:expr, $($call:tt)+) => {{
            sandbox.clear_requests();
            let request = if no_retry { $request.no_retry() } else { $request };
            (request.$($call)+.unwrap_err(), sandbox.requests().len())
        }};
    }
    vec![
        outcome!(client.find_payment("order-0001"), await),
        outcome!(client.get_payment("imp_1"), await),
        outcome!(client.get_payments(["imp_1"]), await),
        outcome!(client.verify_order("order-0001", 15900, "KRW"), await),
        outcome!(client.find_payments("order-0001"), await),
        outcome!(client.list_payments(), items().next().await.unwrap()),
        outcome!(client.billing_key_payments("cust_0001"), pages().next().await.unwrap()),
    ]
}

#[tokio::test]
async fn request_without_retries_is_sent_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let retry = RetryConfig::new().budget_reserve(u32::MAX);
    let client = sandbox.client().clock(EagerClock::new()).retry(retry).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    let endpoints =
        [Endpoint::Find, Endpoint::Get, Endpoint::GetMany, Endpoint::FindAll, Endpoint::List, Endpoint::ListByStatus];
    for (no_retry, requests) in [(true, 1), (false, 4)] {
        for endpoint in endpoints {
            for _ in 0..2 * requests {
                sandbox.enqueue_response(endpoint, MockResponse::html(503));
            }
        }
        for (error, sent) in outcomes(&client, &sandbox, no_retry).await {
            assert_eq!((error.status().unwrap().as_u16(), error.attempts(), sent), (503, requests as u32, requests));
        }
    }
}

/// Callers share the request for a token, so that it has the limits of the client.
#[tokio::test]
async fn short_request_does_not_end_the_token_request_of_others() {
    let clock = ManualClock::new();
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    let pause = sandbox.pause(Endpoint::Token);
    let short = tokio::spawn(client.find_payment("order-0001").timeout(SECOND).attempt_timeout(SECOND).send());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let other = tokio::spawn(client.find_payment("order-0001").send());
    tokio::task::yield_now().await;
    clock.advance(SECOND);
    let error = short.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.is_transient() && error.attempts() == 0, "{error:?}");
    assert_eq!(error.to_string(), "cannot get an access token: call timed out after 1s");
    drop(pause);
    assert!(other.await.unwrap().unwrap().is_none());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

/// The request for a token belongs to no call, so that it is retried as the client says.
#[tokio::test]
async fn request_without_retries_waits_for_a_token_that_is_retried() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.enqueue_response(Endpoint::Token, MockResponse::html(503));
    assert!(client.find_payment("order-0001").no_retry().await.unwrap().is_none());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (2, 1));
}
