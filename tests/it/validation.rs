//! A client observes responses, or rejects them.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::common::{EagerClock, start, wire_response};
use iamport::{
    RetryConfig, Validation,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
    validate::Severity,
};
use serde_json::json;

/// A payment that decodes, and violates the document in one place.
fn violation() -> MockResponse {
    let mut payment = wire_response("find-paid-card.json");
    payment["escrow"] = json!("홍길동");
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": payment }).to_string())
}

#[tokio::test]
async fn last_response_of_each_call_is_observed_with_its_status() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let reports = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&reports);
    let watch = Validation::observe(move |operation, status, report| {
        seen.lock().unwrap().push((operation.to_owned(), status.as_u16(), report.max_severity()));
    });
    let client = sandbox.client().clock(EagerClock::new()).validation(watch).build().unwrap();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(503));
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    sandbox.enqueue_response(Endpoint::Find, violation());
    assert!(client.find_payment("order-0001").status("paid").await.unwrap().is_some());
    assert!(client.find_payment("order-9999").await.unwrap().is_none());

    let expected = [
        ("get_token", 200, None),
        ("find_payment", 200, Some(Severity::Deviation)),
        ("find_payment_with_status", 200, Some(Severity::Violation)),
        ("find_payment", 404, None),
    ];
    let expected = expected.map(|(operation, status, findings)| (operation.to_owned(), status, findings));
    assert_eq!(*reports.lock().unwrap(), expected);
    assert_eq!(sandbox.requests().len(), 5, "nothing is downloaded twice");
}

#[tokio::test]
async fn response_with_violations_is_rejected_with_its_report() {
    let (sandbox, lenient) = start().await;
    let strict = sandbox.client().validation(Validation::reject()).build().unwrap();
    for client in [&lenient, &strict] {
        sandbox.enqueue_response(Endpoint::Find, violation());
        match client.find_payment("order-0001").await {
            Ok(payment) => assert_eq!(payment.unwrap().extra["escrow"], json!("홍길동")),
            Err(error) => {
                assert!(error.is_validation() && !error.is_decode() && error.status().unwrap().as_u16() == 200);
                let report = error.validation_report().unwrap();
                assert_eq!(report.with_min_severity(Severity::Violation).next().unwrap().pointer(), "/response/escrow");
                assert!(error.to_string().contains("violates the API document: violation at /response/escrow"));
                assert!(!format!("{error} {error:?}").contains("홍길동"));
            }
        }
    }
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    assert!(strict.find_payment("order-0001").await.unwrap().is_some(), "a deviation is not rejected");
    assert_eq!(format!("{:?}", Validation::reject()), "reject");
}

/// A response with a violation, and with one more field.
fn violation_with(field: &str) -> MockResponse {
    let mut payment = wire_response("find-paid-card.json");
    payment["escrow"] = json!("홍길동");
    let body = json!({ "code": 0, "message": null, "response": payment }).to_string();
    MockResponse::json(200, body.replacen('{', &format!("{{{field},"), 1))
}

#[tokio::test]
async fn response_that_cannot_be_validated_is_rejected_and_observed() {
    for (field, can_be_validated) in [
        (r#""s":{"a":1,"a":2}"#, false),
        (r#""promotion":{"x":{"a":1,"a":2}}"#, false),
        (r#""cancel_history":[{"foo":{"a":1,"a":2}}]"#, false),
        (r#""s":"\ud800""#, false),
        (r#""s":{"$serde_json::private::Number":"x"}"#, true),
        (r#""s":1e400"#, true),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let reports = Arc::clone(&seen);
        let observe = Validation::observe(move |operation, _, report| {
            if operation == "find_payment" {
                reports.lock().unwrap().push((report.error().is_none(), report.max_severity()));
            }
        });
        let strict = sandbox.client().validation(observe.and(Validation::reject())).build().unwrap();
        sandbox.enqueue_response(Endpoint::Find, violation_with(field));
        let error = strict.find_payment("order-0001").await.unwrap_err();
        assert!(error.is_validation() && !error.is_decode(), "{field}: {error}");
        assert_eq!(error.to_string().contains("it cannot be validated"), !can_be_validated, "{error}");
        assert_eq!(*seen.lock().unwrap(), [(can_be_validated, Some(Severity::Violation))], "{field}");
    }
}

#[tokio::test]
async fn body_that_is_not_json_is_rejected_unless_its_status_says_more() {
    let (sandbox, _) = start().await;
    let strict = sandbox.client().validation(Validation::reject()).retry(RetryConfig::disabled()).build().unwrap();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, "<html>홍길동</html>"));
    let error = strict.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_validation() && error.validation_report().unwrap().error().unwrap().is_not_json());
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(502, "<html>Bad Gateway</html>"));
    let error = strict.find_payment("order-0001").await.unwrap_err();
    assert!(!error.is_validation() && error.status().unwrap().as_u16() == 502, "{error}");
}

/// Gateways send JSON that the document does not have. Such an error stays transient, also one of the token endpoint.
#[tokio::test]
async fn transient_status_keeps_its_predicates_although_responses_are_rejected() {
    for endpoint in [Endpoint::Find, Endpoint::Token] {
        for status in [408, 429, 500, 502, 503, 504] {
            let (sandbox, _) = start().await;
            let strict = sandbox.client().validation(Validation::reject()).no_retry().build().unwrap();
            let response = MockResponse::json(status, r#"{"message":"Too Many Requests","code":"429"}"#);
            sandbox.enqueue_response(endpoint, response.header("retry-after", "7"));
            let error = strict.find_payment("order-0001").await.unwrap_err();
            assert!(error.is_transient() && !error.is_validation(), "{endpoint:?} {status}: {error}");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{endpoint:?} {status}: {error}");
            assert_eq!(error.status().unwrap().as_u16(), status);
        }
    }
}

#[tokio::test]
async fn rejected_response_counts_its_attempts() {
    let (sandbox, _) = start().await;
    let strict = sandbox.client().clock(EagerClock::new()).validation(Validation::reject()).build().unwrap();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(503, "{}"));
    sandbox.enqueue_response(Endpoint::Find, violation());
    let error = strict.find_payment("order-0001").await.unwrap_err();
    assert_eq!((error.is_validation(), error.attempts()), (true, 2));
}

#[test]
fn constructed_error_of_a_report_has_it() {
    let report = iamport::validate::validate_response("find_payment", 200, b"{}").unwrap();
    assert!(iamport::Error::validation(report).is_validation());
}

#[tokio::test]
async fn all_observers_are_called() {
    let sandbox = Sandbox::start().await.unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let observe = || {
        let count = Arc::clone(&count);
        Validation::observe(move |_, _, _| {
            count.fetch_add(1, Ordering::Relaxed);
        })
    };
    let both = observe().and(observe()).and(Validation::off());
    assert_eq!(format!("{both:?}"), "observe");
    assert_eq!(format!("{:?}", both.clone().and(Validation::reject())), "observe and reject");
    let client = sandbox.client().validation(both).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    assert_eq!(count.load(Ordering::Relaxed), 4, "two for the token, two for the payment");
}

/// The document allows every response of the sandbox.
#[tokio::test]
async fn sandbox_responses_follow_the_document() {
    for array in [false, true] {
        let sandbox = Sandbox::builder().plain_array(array).start().await.unwrap();
        let findings = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&findings);
        let watch = Validation::observe(move |operation, _, report| {
            let beyond = report.findings().iter().filter(|finding| finding.severity() != Severity::Deviation);
            seen.lock().unwrap().extend(beyond.map(|finding| format!("{operation}: {finding}")));
        });
        let client = sandbox.client().validation(watch.clone()).build().unwrap();
        let bodies = [
            PaymentFixture::new("ready", 15900),
            PaymentFixture::new("paid", 15900).paid(),
            PaymentFixture::new("failed", 15900).failed("한도 초과"),
            PaymentFixture::new("cancelled", 15900).paid().cancelled(15900, "고객 변심"),
            PaymentFixture::new("partly", 15900).paid().cancelled(5900, "부분 취소").currency("USD"),
        ];
        for body in bodies {
            let merchant_uid = body.merchant_uid();
            sandbox.upsert_payment(body);
            assert!(client.find_payment(&merchant_uid).await.unwrap().is_some());
        }
        for number in 0..45 {
            sandbox
                .upsert_payment(PaymentFixture::new(&format!("sub-{number}"), 22000).billing_key("cust_0001").paid());
        }
        sandbox.put_billing_key("cust_0002");
        let mut payments = client.billing_key_payments("cust_0001").items();
        while let Some(payment) = payments.next().await {
            payment.unwrap();
        }
        assert!(client.billing_key_payments("cust_0002").await.unwrap().list.is_empty());
        assert!(client.billing_key_payments("cust_0003").await.unwrap_err().is_not_found());
        assert!(client.find_payment("order-9999").await.unwrap().is_none());
        let unauthorized = sandbox.client().credentials("k", "s").validation(watch).build().unwrap();
        assert!(unauthorized.find_payment("paid").await.unwrap_err().is_unauthorized());
        assert_eq!(*findings.lock().unwrap(), Vec::<String>::new());
    }
}
