//! The access token while requests fail.

use std::{sync::Arc, time::Duration};

use iamport::{
    Client, Tier,
    sandbox::{Endpoint, Fault, MockResponse, Sandbox},
};

use crate::common::{EagerClock, numbered};
use tokio::task::AbortHandle;

async fn start() -> (Sandbox, Client, Arc<EagerClock>) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    let clock = EagerClock::new();
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

async fn is_found(client: &Client) -> bool {
    client.find_payment("order-0001").await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_calls_with_a_revoked_token_fetch_one_token_and_repeat_at_most_once() {
    let (sandbox, client, _clock) = start().await;
    assert!(is_found(&client).await);
    sandbox.revoke_tokens();
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { is_found(&client).await })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert_eq!(sandbox.count(Endpoint::Token), 2);
    assert!(sandbox.count(Endpoint::Find) <= 1 + 2 * 1000, "{}", sandbox.count(Endpoint::Find));
}

/// The service returns the same token after the 401, so the token is not the reason.
#[tokio::test]
async fn call_that_is_always_rejected_does_not_discard_the_token_each_time() {
    let (sandbox, client, clock) = start().await;
    let (find, tokens) = (|| sandbox.count(Endpoint::Find), || sandbox.count(Endpoint::Token));
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(401), usize::MAX);
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_unauthorized() && error.attempts() == 2, "{error}");
    assert_eq!((find(), tokens()), (2, 2));
    for calls in 1..=5 {
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert!(error.is_unauthorized() && error.attempts() == 1, "{error}");
        assert_eq!((find(), tokens()), (2 + calls, 2));
    }
    // The service may have revoked the token meanwhile.
    clock.advance(Duration::from_secs(5));
    assert!(client.find_payment("order-0001").await.unwrap_err().is_unauthorized());
    assert_eq!((find(), tokens()), (2 + 5 + 2, 3));
    sandbox.clear_faults();
    assert!(is_found(&client).await);
    clock.advance(Duration::from_secs(5));
    sandbox.revoke_tokens();
    assert!(is_found(&client).await);
    assert_eq!(tokens(), 4);
}

#[tokio::test]
async fn token_that_is_rejected_twice_is_not_reported_as_wrong_keys() {
    let (sandbox, client, _clock) = start().await;
    assert!(is_found(&client).await);
    for fault in [Fault::RevokedToken, Fault::ExpiredToken] {
        sandbox.inject_fault(Endpoint::Find, fault.clone(), 2);
        let error = client.find_payment("order-0001").await.unwrap_err();
        let text = error.to_string();
        assert!(error.is_unauthorized() && text.contains("rejected") && text.contains("twice"), "{fault:?}: {text}");
        assert!(!text.contains("secret") && !text.contains("key"), "{fault:?}: {text}");
    }
}

/// The request for a token is not one of the tier that needs it.
#[tokio::test]
async fn tier_whose_request_for_a_token_is_rejected_fails_no_other_tier() {
    let (sandbox, client, _clock) = start().await;
    let pause = sandbox.pause(Endpoint::Token);
    let unknown = client.with_tier("ZZZ".parse::<Tier>().unwrap());
    let first = tokio::spawn(unknown.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    let other = tokio::spawn(client.find_payment("order-0001").into_future());
    drop(pause);
    assert!(other.await.unwrap().unwrap().is_some());
    assert!(first.await.unwrap().is_ok());
    let token = sandbox.requests().into_iter().find(|request| request.endpoint() == Endpoint::Token).unwrap();
    assert_eq!(token.tier, None);
}

#[tokio::test]
async fn limits_beyond_any_time_are_no_limits() {
    let (sandbox, _, clock) = start().await;
    let body =
        format!(r#"{{"code":0,"message":null,"response":{{"access_token":"t","now":0,"expired_at":{}}}}}"#, i64::MAX);
    sandbox.inject_fault(Endpoint::Token, MockResponse::json(200, body), usize::MAX);
    let payment = r#"{"code":-1,"message":null,"response":null}"#;
    sandbox.inject_fault(Endpoint::Find, MockResponse::json(404, payment), usize::MAX);
    let longest = sandbox.client().clock(clock).timeout(Duration::MAX).attempt_timeout(Duration::MAX);
    let client = longest.build().unwrap();
    let calls = (0..100).map(|_| tokio::spawn(client.clone().find_payment("order-0001").into_future()));
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap().unwrap().is_none());
    }
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 100));
}

#[tokio::test]
async fn failed_attempt_to_refresh_is_retried_in_the_background() {
    for fault in [Fault::ResetInBody, Fault::StallInHeaders, MockResponse::html(503).into()] {
        let (sandbox, client, clock) = start().await;
        assert!(is_found(&client).await);
        clock.advance(Duration::from_secs(29 * 60 + 15));
        sandbox.inject_fault(Endpoint::Token, fault.clone(), 1);
        assert!(is_found(&client).await, "{fault:?}");
        sandbox.wait_for_requests(Endpoint::Token, 2).await;
        if let Fault::StallInHeaders = fault {
            clock.advance(Duration::from_secs(10));
        }
        sandbox.wait_for_requests(Endpoint::Token, 3).await;
        clock.idle().await;
        assert_eq!(sandbox.count(Endpoint::Token), 3, "{fault:?}");
        clock.advance(Duration::from_secs(25 * 60));
        assert!(is_found(&client).await, "the refreshed token lives");
        assert_eq!(sandbox.count(Endpoint::Token), 3, "{fault:?}");
    }
}

/// A 404 of the token endpoint must not be read as "there is no such payment".
#[tokio::test]
async fn not_found_for_the_token_is_an_error_of_find_payment() {
    let (sandbox, client, _clock) = start().await;
    let response = MockResponse::json(404, r#"{"code":-1,"message":null,"response":null}"#);
    sandbox.inject_fault(Endpoint::Token, response, 1);
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(!error.is_not_found() && error.status().unwrap().as_u16() == 404, "{error}");
}

#[tokio::test]
async fn retry_uses_the_new_token() {
    let (sandbox, client, _clock) = start().await;
    assert!(is_found(&client).await);
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503), 1);
    sandbox.inject_fault(Endpoint::Find, Fault::RevokedToken, 1);
    sandbox.inject_fault(Endpoint::Find, Fault::ResetInBody, 1);
    assert!(is_found(&client).await, "503, 401, a reset of the replay, then the payment");
    assert_eq!((sandbox.count(Endpoint::Find), sandbox.count(Endpoint::Token)), (1 + 4, 2));
}

/// Aborts a task when it is dropped.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test]
async fn caller_that_is_cancelled_between_retries_does_not_end_them() {
    let (sandbox, client, clock) = start().await;
    sandbox.inject_fault(Endpoint::Token, MockResponse::html(503).header("retry-after", "5"), 1);
    let first = tokio::spawn(client.find_payment("order-0001").into_future());
    clock.hold_until_a_wait(AbortOnDrop(first.abort_handle()));
    let second = tokio::spawn(client.find_payment("order-0001").into_future());
    assert!(first.await.unwrap_err().is_cancelled());
    assert!(second.await.unwrap().unwrap().is_some());
    assert_eq!((sandbox.count(Endpoint::Token), clock.waits().len()), (2, 1));
}
