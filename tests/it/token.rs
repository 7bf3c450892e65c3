//! The access token is fetched once, shared by all clones, kept until its last minute, and replaced once after a 401.

use std::{pin::pin, sync::mpsc, thread, time::Duration};

use crate::common::{EagerClock, ManualClock, is_pending, respond_with, start};
use futures_util::{StreamExt, stream};
use iamport::{
    Client,
    generated::types::TokenRequest,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};
use tokio::runtime::Builder;

async fn with_clock() -> (Sandbox, Client, std::sync::Arc<ManualClock>) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let clock = ManualClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_concurrent_calls_fetch_one_token() {
    let (sandbox, client) = start().await;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.find_payment("order-0001").await.unwrap().unwrap().amount })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 15900);
    }
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 1000));
}

#[tokio::test]
async fn new_client_sends_nothing() {
    let (sandbox, _client) = start().await;
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn token_is_kept_until_its_last_minute() {
    let (sandbox, client, clock) = with_clock().await;
    let pass = async |secs, tokens| {
        clock.advance(Duration::from_secs(secs));
        sandbox.advance(Duration::from_secs(secs));
        assert!(client.find_payment("order-0001").await.unwrap().is_some());
        clock.idle().await; // a refresh runs in the background
        assert_eq!(sandbox.count(Endpoint::Token), tokens, "after {secs} s more");
    };
    pass(0, 1).await;
    pass(28 * 60 + 55, 1).await; // 65 s left
    pass(10, 2).await; // 55 s left: its life grows by 5 minutes
    pass(4 * 60 + 45, 2).await; // 70 s left
    pass(20, 3).await; // 50 s left
    pass(60 * 60, 4).await; // long over: another token
    assert_eq!(sandbox.requests().iter().filter(|request| request.endpoint() == Endpoint::Find).count(), 6);
}

#[tokio::test]
async fn lifetime_is_measured_by_the_clock_of_the_server() {
    let (sandbox, client, clock) = with_clock().await;
    // A server whose clock is in 2001 or 2050 still returns tokens of 30 minutes.
    for now in [1_000_000_000_u64, 2_540_000_000] {
        let body = format!(
            r#"{{"code":0,"message":null,"response":{{"access_token":"t{now}","now":{now},"expired_at":{}}}}}"#,
            now + 1800
        );
        sandbox.enqueue_response(Endpoint::Token, MockResponse::json(200, body));
        clock.advance(Duration::from_secs(3600));
        let before = sandbox.count(Endpoint::Token);
        for _ in 0..3 {
            respond_with(&sandbox, Endpoint::Find, 200, "find-paid-card.json");
            assert!(client.find_payment("order-0001").await.unwrap().is_some());
        }
        assert_eq!(sandbox.count(Endpoint::Token), before + 1);
    }
}

#[tokio::test]
async fn rejected_token_is_replaced_and_the_call_repeated_once() {
    let (sandbox, client, _clock) = with_clock().await;
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    sandbox.revoke_tokens();
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (2, 3));
}

#[tokio::test]
async fn call_that_is_always_rejected_is_sent_twice() {
    let (sandbox, client, _clock) = with_clock().await;
    for _ in 0..4 {
        respond_with(&sandbox, Endpoint::Find, 401, "error-401.json");
    }
    assert!(client.find_payment("order-0001").await.unwrap_err().is_unauthorized());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (2, 2));
}

#[tokio::test]
async fn wrong_keys_are_not_retried() {
    let (sandbox, _) = start().await;
    let wrong = sandbox.client().credentials(sandbox.key(), "wrong").build().unwrap();
    let error = wrong.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_unauthorized() && error.code() == Some(-1), "{error:?}");
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 0));
    assert!(!format!("{wrong:?} {error:?} {error}").contains("wrong"));
}

#[tokio::test]
async fn callers_that_waited_share_the_error_of_the_fetch() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().no_retry().build().unwrap();
    for _ in 0..100 {
        sandbox.enqueue_response(Endpoint::Token, MockResponse::html(502));
    }
    let pause = sandbox.pause(Endpoint::Token);
    // On one thread every task runs until it waits, before the first response is read.
    let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(client.find_payment("order-0001").into_future())).collect();
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    drop(pause);
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap_err().status().unwrap().as_u16(), 502);
    }
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn failed_refresh_is_repeated_after_an_interval_and_fails_no_call() {
    let (sandbox, client, clock) = with_clock().await;
    sandbox.inject_fault(Endpoint::Token, Fault::ClockAhead(Duration::ZERO), 1);
    sandbox.inject_fault(Endpoint::Token, MockResponse::html(501), usize::MAX);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    clock.advance(Duration::from_secs(29 * 60));
    for (secs, requests) in [(0, 2), (0, 2), (4, 2), (1, 3), (4, 3), (1, 4), (49, 5)] {
        clock.advance(Duration::from_secs(secs));
        assert!(client.find_payment("order-0001").await.unwrap().is_some());
        clock.idle().await;
        assert_eq!(sandbox.count(Endpoint::Token), requests, "{secs} s later");
    }
    // The token has expired, so each call fetches a token, a second after the last one failed, and fails.
    clock.advance(Duration::from_secs(1));
    for requests in [6, 7] {
        let mut call = pin!(client.find_payment("order-0001").into_future());
        assert!(is_pending(&mut call).await);
        tokio::task::yield_now().await; // the fetch is a task
        clock.advance(Duration::from_secs(1));
        assert_eq!(call.await.unwrap_err().status().unwrap().as_u16(), 501);
        assert_eq!(sandbox.count(Endpoint::Token), requests);
    }
}

/// A server whose tokens live less than the refresh window does not receive a token request for each call.
#[tokio::test]
async fn token_of_a_short_lifetime_is_refreshed_at_an_interval() {
    let (sandbox, client, clock) = with_clock().await;
    let body = r#"{"code":0,"message":null,"response":{"access_token":"short","now":1000,"expired_at":1030}}"#;
    sandbox.inject_fault(Endpoint::Token, MockResponse::json(200, body), usize::MAX);
    for (secs, requests) in [(0, 1), (0, 1), (4, 1), (1, 2), (4, 2), (1, 3), (31, 4)] {
        clock.advance(Duration::from_secs(secs));
        respond_with(&sandbox, Endpoint::Find, 200, "find-paid-card.json");
        assert!(client.find_payment("order-0001").await.is_ok());
        clock.idle().await;
        assert_eq!(sandbox.count(Endpoint::Token), requests, "{secs} s later");
    }
}

/// A `select!` loop polls a call once and then awaits another.
#[tokio::test]
async fn unpolled_call_that_started_the_fetch_blocks_no_other_call() {
    let (sandbox, client, _clock) = with_clock().await;
    let mut unpolled = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut unpolled).await);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
    assert!(unpolled.await.unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn unpolled_call_that_waits_for_a_token_blocks_no_other_call() {
    let (sandbox, client, _clock) = with_clock().await;
    let pause = sandbox.pause(Endpoint::Token);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let mut unpolled = pin!(client.find_payment("order-0001").into_future());
    assert!(is_pending(&mut unpolled).await);
    drop(pause);
    assert!(first.await.unwrap().unwrap().is_some());
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert!(unpolled.await.unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paused_stream_of_calls_blocks_no_other_call() {
    let (sandbox, client, _clock) = with_clock().await;
    let pause = sandbox.pause(Endpoint::Token);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let calls = stream::iter(0..200).map(|_| client.find_payment("order-0001").into_future()).buffer_unordered(32);
    let mut calls = pin!(calls);
    assert!(is_pending(&mut calls.next()).await);
    drop(pause);
    assert!(first.await.unwrap().unwrap().is_some());
    for _ in 0..10 {
        // Nothing polls the 32 calls of the stream meanwhile.
        let others: Vec<_> = (0..16).map(|_| tokio::spawn(client.find_payment("order-0001").into_future())).collect();
        for other in others {
            assert!(other.await.unwrap().unwrap().is_some());
        }
        assert!(calls.next().await.unwrap().unwrap().is_some());
    }
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn dropped_callers_do_not_abort_the_fetch() {
    let (sandbox, client, _clock) = with_clock().await;
    let pause = sandbox.pause(Endpoint::Token);
    for _ in 0..10 {
        let caller = tokio::spawn(client.find_payment("order-0001").into_future());
        sandbox.wait_for_requests(Endpoint::Token, 1).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
    }
    drop(pause);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn stalled_refresh_delays_no_call_while_the_token_lives() {
    let (sandbox, client, clock) = with_clock().await;
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    clock.advance(Duration::from_secs(29 * 60 + 15));
    sandbox.inject_fault(Endpoint::Token, Fault::StallInHeaders, 1);
    for _ in 0..5 {
        // The clock does not advance, so a call that waited for the refresh would never end.
        assert!(client.find_payment("order-0001").await.unwrap().is_some());
    }
    sandbox.wait_for_requests(Endpoint::Token, 2).await;
    assert_eq!(sandbox.count(Endpoint::Token), 2);
}

#[tokio::test]
async fn token_that_expires_during_a_stalled_refresh_is_retried() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let clock = EagerClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    clock.advance(Duration::from_secs(29 * 60 + 55));
    sandbox.inject_fault(Endpoint::Token, Fault::StallInHeaders, 1);
    sandbox.inject_fault(Endpoint::Token, MockResponse::html(503), 1);
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    sandbox.wait_for_requests(Endpoint::Token, 2).await;
    clock.advance(Duration::from_secs(6));
    sandbox.revoke_tokens();
    let call = tokio::spawn(client.find_payment("order-0001").into_future());
    tokio::task::yield_now().await;
    clock.advance(Duration::from_secs(4));
    assert!(call.await.unwrap().unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 4, "the stall, the 503 and the new token");
}

#[tokio::test]
async fn generated_get_token_is_retried_during_a_refresh() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = EagerClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    clock.advance(Duration::from_secs(29 * 60 + 15));
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    sandbox.wait_for_requests(Endpoint::Token, 2).await;
    sandbox.inject_fault(Endpoint::Token, MockResponse::html(503), 2);
    let keys = TokenRequest { imp_key: sandbox.key().into(), imp_secret: sandbox.secret().into() };
    let response = client.generated().get_token(&keys).await.unwrap();
    assert_eq!(response.attempts(), 3);
}

#[test]
fn client_that_outlives_its_runtime_fetches_another_token() {
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (sandbox, client, _clock) = server.block_on(with_clock());
    let pause = sandbox.pause(Endpoint::Token);
    let first = Builder::new_current_thread().enable_all().build().unwrap();
    first.block_on(async {
        let call = client.find_payment("order-0001").into_future();
        tokio::select! {
            _ = call => panic!("the token endpoint is paused"),
            () = sandbox.wait_for_requests(Endpoint::Token, 1) => {}
        }
    });
    // A caller on another runtime waits for the fetch when that fetch ends with its runtime.
    let waiter = client.find_payment("order-0001").into_future();
    let (waits, waiting) = mpsc::channel();
    let waiter = thread::spawn(move || {
        let second = Builder::new_current_thread().enable_all().build().unwrap();
        second.block_on(async {
            let mut waiter = pin!(waiter);
            assert!(is_pending(&mut waiter).await);
            waits.send(()).unwrap();
            waiter.await
        })
    });
    waiting.recv().unwrap();
    drop(first);
    server.block_on(sandbox.wait_for_requests(Endpoint::Token, 2));
    drop(pause);
    assert!(waiter.join().unwrap().unwrap().is_some());
    assert!(server.block_on(client.find_payment("order-0001").into_future()).unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 2);
}

#[test]
fn call_on_a_runtime_that_was_shut_down_fails_at_once() {
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (sandbox, client, _clock) = server.block_on(with_clock());
    let gone = Builder::new_current_thread().enable_all().build().unwrap().handle().clone();
    let error = gone.block_on(client.find_payment("order-0001").into_future()).unwrap_err();
    assert!(error.to_string().contains("aborted"), "{error}");
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn caller_that_gives_up_leaves_the_fetch_to_the_others() {
    let (sandbox, client, _clock) = with_clock().await;
    let pause = sandbox.pause(Endpoint::Token);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let second = tokio::spawn(client.find_payment("order-0001").into_future());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    drop(pause);
    assert!(second.await.unwrap().unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}
