//! An attempt and a call end after their timeouts.

use std::{sync::Arc, time::Duration};

use iamport::{
    ClientBuilder, Error, Payment, RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};

use crate::common::{EagerClock, ManualClock, fill};

const SECOND: Duration = Duration::from_secs(1);

struct Service {
    sandbox: Sandbox,
    clock: Arc<ManualClock>,
}

impl Service {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
        Self { sandbox, clock: ManualClock::new() }
    }

    /// A client without backoff, so that all the time that passes is that of attempts.
    fn client(&self) -> ClientBuilder {
        self.sandbox.client().clock(self.clock.clone()).retry(RetryConfig::new().initial_backoff(Duration::ZERO))
    }

    /// Looks a payment up with a new client. The clock advances by one of `stalls` during each request to the endpoint.
    async fn find(
        &self,
        client: ClientBuilder,
        endpoint: Endpoint,
        stalls: &[Duration],
    ) -> Result<Option<Payment>, Error> {
        let before = self.sandbox.count(endpoint);
        let call = tokio::spawn(client.build().unwrap().find_payment("order-0001").into_future());
        for (stalled, time) in (1..).zip(stalls) {
            self.sandbox.wait_for_requests(endpoint, before + stalled).await;
            self.clock.advance(*time);
        }
        call.await.unwrap()
    }
}

#[tokio::test]
async fn stalled_attempt_is_retried_like_a_transient_error() {
    for (endpoint, fault) in [(Endpoint::Find, Fault::StallInHeaders), (Endpoint::Token, Fault::StallInBody)] {
        let service = Service::start().await;
        let short = || service.client().attempt_timeout(SECOND);

        service.sandbox.inject_fault(endpoint, fault.clone(), 2);
        assert!(service.find(short(), endpoint, &[SECOND; 2]).await.unwrap().is_some());
        service.sandbox.inject_fault(endpoint, fault.clone(), 4);
        let error = service.find(short(), endpoint, &[SECOND; 4]).await.unwrap_err();
        assert!(error.is_timeout() && error.attempts() == 4, "{error:?}");
        let of = if endpoint == Endpoint::Token { "cannot get an access token: " } else { "" };
        assert_eq!(error.to_string(), format!("{of}attempt timed out after 1s (after 4 attempts)"));

        service.sandbox.inject_fault(endpoint, fault, 1);
        let error = service.find(service.client().no_retry(), endpoint, &[10 * SECOND]).await.unwrap_err();
        assert_eq!(error.to_string(), format!("{of}attempt timed out after 10s"));
    }
}

#[tokio::test]
async fn timeout_of_a_call_covers_all_its_attempts() {
    let service = Service::start().await;
    let patient = RetryConfig::new().initial_backoff(Duration::ZERO).retry_timeout(25 * SECOND);
    let client = service.client().timeout(25 * SECOND).retry(patient);
    service.sandbox.inject_fault(Endpoint::Find, Fault::StallInBody, 3);
    let stalls = [10 * SECOND, 10 * SECOND, 5 * SECOND];
    let error = service.find(client, Endpoint::Find, &stalls).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 3, "{error:?}");
    assert_eq!(error.to_string(), "call timed out after 25s (after 3 attempts)");
}

#[tokio::test]
async fn timeout_of_a_call_covers_its_token() {
    let service = Service::start().await;
    let client = service.client().attempt_timeout(60 * SECOND);
    service.sandbox.inject_fault(Endpoint::Token, Fault::StallInHeaders, 1);
    let error = service.find(client, Endpoint::Token, &[30 * SECOND]).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.to_string(), "cannot get an access token: call timed out after 30s");
}

#[tokio::test]
async fn timeout_of_a_call_covers_the_backoff() {
    let Service { sandbox, .. } = Service::start().await;
    let clock = EagerClock::new();
    let client = sandbox.client().clock(clock.clone()).attempt_timeout(60 * SECOND).build().unwrap();
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(503).header("retry-after", "5"), 1);
    sandbox.inject_fault(Endpoint::Find, Fault::StallInBody, 1);
    let call = tokio::spawn(client.find_payment("order-0001").into_future());
    sandbox.wait_for_requests(Endpoint::Find, 2).await;
    clock.advance(25 * SECOND);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 2, "{error:?}");
    assert_eq!(error.to_string(), "call timed out after 30s (after 2 attempts)");
}

/// Prefetching makes progress while the caller does not poll the stream.
#[tokio::test]
async fn pages_are_prefetched_and_retried_while_the_caller_is_busy() {
    for (busy, failures) in [(15, 0), (60, 0), (60, 1)] {
        let (sandbox, clock) = (Sandbox::start().await.unwrap(), EagerClock::new());
        fill(&sandbox, 100);
        let client = sandbox.client().clock(clock.clone()).build().unwrap();
        let mut payments = client.billing_key_payments("cust_0001").items();
        for number in 1..=100 {
            if number == 21 {
                sandbox.inject_fault(Endpoint::List, MockResponse::html(503), failures);
            }
            let payment = payments.next().await.unwrap().unwrap();
            assert_eq!(payment.merchant_uid, format!("sub-{number:04}"));
            if number == 21 {
                sandbox.wait_for_requests(Endpoint::List, 5 + failures).await;
                let payment = client.find_payment("order-0001").await.unwrap();
                assert!(payment.is_none(), "the server has responded to the pages before");
            }
            if number % 20 == 1 {
                clock.advance(busy * SECOND);
            }
        }
        assert!(payments.next().await.is_none());
        assert_eq!(sandbox.count(Endpoint::List), 5 + failures, "busy for {busy} s");
    }
}
