//! A listing with faults returns every payment once and in order, or an error after the payments before it.

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

/// Reads a listing to its end.
async fn list(client: &iamport::Client, concurrency: usize) -> Vec<Result<String, Error>> {
    let mut payments = client.billing_key_payments("cust_0001").concurrency(concurrency).items();
    let mut listed = Vec::new();
    while let Some(payment) = payments.next().await {
        listed.push(payment.map(|payment| payment.merchant_uid));
    }
    assert!(payments.next().await.is_none());
    listed
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
async fn transient_faults_do_not_change_a_listing() {
    let patient = RetryConfig::new().max_retries(30).max_backoff(Duration::from_millis(1)).budget_reserve(u32::MAX);
    for seed in 0..20 {
        let (sandbox, _) = start().await;
        let client = sandbox.client().clock(EagerClock::new()).retry(patient).build().unwrap();
        sandbox.inject_random_faults(Endpoint::List, faults(), 2, seed);
        for concurrency in [1, 3, 8] {
            let listed: Vec<_> = list(&client, concurrency).await.into_iter().map(Result::unwrap).collect();
            let orders: Vec<_> = (1..=COUNT).map(|number| format!("sub-{number:04}")).collect();
            assert_eq!(listed, orders, "seed {seed}, {concurrency} at once");
        }
        assert!(sandbox.count(Endpoint::List) > 15, "seed {seed}: some of it failed");
    }
}

#[tokio::test]
async fn permanently_failing_page_is_an_error_after_the_payments_before_it() {
    for fault in [
        Fault::ResetInBody,
        Fault::TruncatedBody,
        MockResponse::html(503).into(),
        MockResponse::html(404).into(),
        MockResponse::html(401).into(),
    ] {
        for good_pages in 0..5 {
            let (sandbox, client) = start().await;
            // A clock that is ahead does not affect a listing, so this makes the first pages succeed.
            sandbox.inject_fault(Endpoint::List, Fault::ClockAhead(Duration::ZERO), good_pages);
            sandbox.inject_fault(Endpoint::List, fault.clone(), usize::MAX);
            let listed = list(&client, 1).await;
            assert_eq!(listed.len(), 20 * good_pages + 1, "{fault:?}");
            for (number, payment) in listed.iter().take(20 * good_pages).enumerate() {
                assert_eq!(payment.as_ref().unwrap(), &format!("sub-{:04}", number + 1));
            }
            assert!(listed.last().unwrap().is_err());
        }
    }
}

/// Spawned tasks prefetch the pages. They end when the stream is dropped.
#[tokio::test]
async fn dropped_listing_is_not_retried() {
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
