//! Walks under fire: every payment once, in order; an error in its page's place; then the end.

use std::time::Duration;

use iamport::{
    Error, RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, Sandbox},
};

use crate::common::{EagerClock, fill};

const COUNT: usize = 100;

async fn start() -> (Sandbox, iamport::Client) {
    let sandbox = Sandbox::start().await.unwrap();
    fill(&sandbox, COUNT);
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    (sandbox, client)
}

/// What a walk yields, after the end too.
async fn walk(client: &iamport::Client, concurrency: usize) -> Vec<Result<String, Error>> {
    let mut payments = client.billing_key_payments("cust_0001").concurrency(concurrency).items();
    let mut walked = Vec::new();
    while let Some(payment) = payments.next().await {
        walked.push(payment.map(|payment| payment.merchant_uid));
    }
    assert!(payments.next().await.is_none());
    walked
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::ResetInHeaders,
        Fault::ResetInBody,
        Fault::LengthTooLong,
        MockResponse::html(502).into(),
        MockResponse::html(429).into(),
    ]
}

#[tokio::test]
async fn faults_that_pass_leave_no_trace_in_a_walk() {
    let patient = RetryConfig::new().max_retries(30).max_backoff(Duration::from_millis(1));
    for seed in 0..20 {
        let (sandbox, _) = start().await;
        let client = sandbox.client().clock(EagerClock::new()).retry(patient).build().unwrap();
        sandbox.inject_random_faults(Endpoint::List, faults(), 2, seed);
        for concurrency in [1, 3, 8] {
            let walked: Vec<_> = walk(&client, concurrency).await.into_iter().map(Result::unwrap).collect();
            let orders: Vec<_> = (1..=COUNT).map(|number| format!("sub-{number:04}")).collect();
            assert_eq!(walked, orders, "seed {seed}, {concurrency} at once");
        }
        assert!(sandbox.count(Endpoint::List) > 15, "seed {seed}: some of it failed");
    }
}

#[tokio::test]
async fn a_page_that_fails_for_good_is_an_error_after_every_payment_before_it() {
    for fault in [
        Fault::ResetInBody,
        Fault::TruncatedBody,
        MockResponse::html(503).into(),
        MockResponse::html(404).into(),
        MockResponse::html(401).into(),
    ] {
        for good_pages in 0..5 {
            let (sandbox, client) = start().await;
            // A wrong clock is nothing to a page: so many good ones first.
            sandbox.inject_fault(Endpoint::List, Fault::ClockAhead(Duration::ZERO), good_pages);
            sandbox.inject_fault(Endpoint::List, fault.clone(), usize::MAX);
            let walked = walk(&client, 1).await;
            assert_eq!(walked.len(), 20 * good_pages + 1, "{fault:?}");
            for (number, payment) in walked.iter().take(20 * good_pages).enumerate() {
                assert_eq!(payment.as_ref().unwrap(), &format!("sub-{:04}", number + 1));
            }
            assert!(walked.last().unwrap().is_err());
        }
    }
}

/// Pages are fetched ahead by tasks of their own; they end with the walk.
#[tokio::test]
async fn nothing_is_tried_again_for_a_walk_that_was_dropped() {
    let (sandbox, clock) = (Sandbox::start().await.unwrap(), EagerClock::new());
    fill(&sandbox, COUNT);
    let client = sandbox.client().clock(clock.clone()).build().unwrap();
    let mut payments = client.billing_key_payments("cust_0001").concurrency(3).items();
    for _ in 0..20 {
        payments.next().await.unwrap().unwrap();
    }
    sandbox.inject_fault(Endpoint::List, Fault::StallInBody, usize::MAX);
    tokio::select! {
        biased;
        page = payments.next() => panic!("it stalls: {page:?}"),
        () = sandbox.wait_for_requests(Endpoint::List, 4) => {}
    }
    drop(payments);
    clock.advance(Duration::from_secs(10));
    for _ in 0..5 {
        assert!(client.find_payment("order-0001").await.unwrap().is_none());
    }
    assert_eq!(sandbox.count(Endpoint::List), 4);
}
