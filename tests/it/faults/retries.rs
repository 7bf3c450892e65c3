//! How often, how soon, and what is told in the end.

use iamport::{
    RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, Sandbox},
};

use crate::common::EagerClock;

#[tokio::test]
async fn the_error_is_the_last_failure_and_tells_of_all_attempts() {
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

/// Many that failed together must not come back together.
#[tokio::test]
async fn waits_are_drawn_by_chance_or_by_a_seed() {
    let mut drawn = Vec::new();
    for retry in
        [RetryConfig::new(), RetryConfig::new(), RetryConfig::new().jitter_seed(7), RetryConfig::new().jitter_seed(7)]
    {
        let sandbox = Sandbox::start().await.unwrap();
        let clock = EagerClock::new();
        let client = sandbox.client().clock(clock.clone()).retry(retry).build().unwrap();
        sandbox.inject_fault(Endpoint::Token, MockResponse::html(503), 3);
        client.find_payment("order-0001").await.unwrap();
        drawn.push(clock.waits());
    }
    assert!(drawn.iter().all(|waits| waits.len() == 3), "{drawn:?}");
    assert_ne!(drawn[0], drawn[1]);
    assert_ne!(drawn[1], drawn[2]);
    assert_eq!(drawn[2], drawn[3]);
}
