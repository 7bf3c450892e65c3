//! Retries have jitter, and the error is that of the last attempt.

use iamport::{
    RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, Sandbox},
};

use crate::common::EagerClock;

#[tokio::test]
async fn error_is_that_of_the_last_attempt_with_the_number_of_attempts() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    for fault in [MockResponse::html(503).into(), Fault::ResetInHeaders, MockResponse::html(429).into()] {
        sandbox.inject_fault(Endpoint::Find, fault, 1);
    }
    sandbox.inject_fault(Endpoint::Find, MockResponse::json(200, "[]"), 1);
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_decode() && error.attempts() == 4, "{error:?}");
    assert!(error.to_string().ends_with("expected an object (line 1, column 0) (after 4 attempts)"), "{error}");

    for status in [500, 502, 503, 504] {
        sandbox.inject_fault(Endpoint::Find, MockResponse::html(status), 1);
    }
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert_eq!(error.to_string(), "unexpected HTTP 504 response (not from the PortOne API) (after 4 attempts)");
}

/// Clients that failed at the same time must not retry at the same time.
#[tokio::test]
async fn backoff_is_random_unless_it_has_a_seed() {
    let mut backoffs = Vec::new();
    for retry in
        [RetryConfig::new(), RetryConfig::new(), RetryConfig::new().jitter_seed(7), RetryConfig::new().jitter_seed(7)]
    {
        let sandbox = Sandbox::start().await.unwrap();
        let clock = EagerClock::new();
        let client = sandbox.client().clock(clock.clone()).retry(retry).build().unwrap();
        sandbox.inject_fault(Endpoint::Token, MockResponse::html(503), 3);
        client.find_payment("order-0001").await.unwrap();
        backoffs.push(clock.waits());
    }
    assert!(backoffs.iter().all(|waits| waits.len() == 3), "{backoffs:?}");
    assert_ne!(backoffs[0], backoffs[1]);
    assert_ne!(backoffs[1], backoffs[2]);
    assert_eq!(backoffs[2], backoffs[3]);
}
