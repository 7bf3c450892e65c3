//! One token for everybody, kept until its last minute, replaced once when it is refused.

use std::time::Duration;

use crate::common::{ManualClock, answer_with, start};
use iamport::{
    Client,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};

async fn with_clock() -> (Sandbox, Client, std::sync::Arc<ManualClock>) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let clock = ManualClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tasks_that_start_together_ask_for_one_token() {
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
async fn nothing_is_asked_before_it_is_needed() {
    let (sandbox, _client) = start().await;
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_token_is_kept_until_its_last_minute() {
    let (sandbox, client, clock) = with_clock().await;
    let pass = async |secs, tokens| {
        clock.advance(Duration::from_secs(secs));
        sandbox.advance(Duration::from_secs(secs));
        assert!(client.find_payment("order-0001").await.unwrap().is_some());
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
async fn a_tokens_life_is_reckoned_by_the_clock_of_the_service() {
    let (sandbox, client, clock) = with_clock().await;
    // A service that lives in 2001, or 2050, gives tokens of half an hour all the same.
    for now in [1_000_000_000_u64, 2_540_000_000] {
        let body = format!(
            r#"{{"code":0,"message":null,"response":{{"access_token":"t{now}","now":{now},"expired_at":{}}}}}"#,
            now + 1800
        );
        sandbox.enqueue_response(Endpoint::Token, MockResponse::json(200, body));
        clock.advance(Duration::from_secs(3600));
        let before = sandbox.count(Endpoint::Token);
        for _ in 0..3 {
            answer_with(&sandbox, Endpoint::Find, 200, "find-paid-card.json");
            assert!(client.find_payment("order-0001").await.unwrap().is_some());
        }
        assert_eq!(sandbox.count(Endpoint::Token), before + 1);
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_made_once_more() {
    let (sandbox, client, _clock) = with_clock().await;
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    sandbox.revoke_tokens();
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (2, 3));
}

#[tokio::test]
async fn a_service_that_always_refuses_is_asked_twice() {
    let (sandbox, client, _clock) = with_clock().await;
    for _ in 0..4 {
        answer_with(&sandbox, Endpoint::Find, 401, "error-401.json");
    }
    assert!(client.find_payment("order-0001").await.unwrap_err().is_unauthorized());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (2, 2));
}

#[tokio::test]
async fn wrong_keys_are_not_tried_again() {
    let (sandbox, _) = start().await;
    let stranger = sandbox.client().credentials(sandbox.key(), "wrong").build().unwrap();
    let error = stranger.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_unauthorized() && error.code() == Some(-1), "{error:?}");
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 0));
    assert!(!format!("{stranger:?} {error:?} {error}").contains("wrong"));
}

/// A thousand callers of a service that is down must not become a thousand requests, one behind the other.
#[tokio::test]
async fn callers_that_waited_for_a_token_share_the_error_that_came_instead() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().no_retry().build().unwrap();
    for _ in 0..100 {
        sandbox.enqueue_response(Endpoint::Token, MockResponse::html(502));
    }
    let pause = sandbox.pause(Endpoint::Token);
    // On one thread each of them has run as far as it can before the first request is answered.
    let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(client.find_payment("order-0001").into_future())).collect();
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    drop(pause);
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap_err().status().unwrap().as_u16(), 502);
    }
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_while_it_lives() {
    let (sandbox, client, clock) = with_clock().await;
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    clock.advance(Duration::from_secs(29 * 60 + 30));
    sandbox.enqueue_response(Endpoint::Token, MockResponse::html(502));
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 2, "no retry while there is one to fall back on");
    clock.advance(Duration::from_secs(30));
    sandbox.enqueue_response(Endpoint::Token, MockResponse::html(501));
    assert_eq!(client.find_payment("order-0001").await.unwrap_err().status().unwrap().as_u16(), 501);
}

#[tokio::test]
async fn whoever_gives_up_while_fetching_a_token_strands_nobody() {
    let (sandbox, client, _clock) = with_clock().await;
    let pause = sandbox.pause(Endpoint::Token);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let second = tokio::spawn(client.find_payment("order-0001").into_future());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    sandbox.wait_for_requests(Endpoint::Token, 2).await;
    drop(pause);
    assert!(second.await.unwrap().unwrap().is_some());
}
