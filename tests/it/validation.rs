//! A client that looks at its answers: in passing, or strictly.

use std::sync::{Arc, Mutex};

use crate::common::{start, wire_response};
use iamport::{
    Validation,
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
async fn every_answer_is_reported_once() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let reports = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&reports);
    let watch = Validation::observe(move |operation, report| {
        seen.lock().unwrap().push((operation.to_owned(), report.max_severity()));
    });
    let client = sandbox.client().validation(watch).build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    sandbox.enqueue_response(Endpoint::Find, violation());
    assert!(client.find_payment("order-0001").status("paid").await.unwrap().is_some());
    assert!(client.find_payment("order-9999").await.unwrap().is_none());

    let expected = [
        ("get_token", Some(Severity::Deviation)),
        ("find_payment", Some(Severity::Deviation)),
        ("find_payment_with_status", Some(Severity::Violation)),
        ("find_payment", None),
    ];
    let expected = expected.map(|(operation, worst)| (operation.to_owned(), worst));
    assert_eq!(*reports.lock().unwrap(), expected);
    assert_eq!(sandbox.requests().len(), 4, "nothing is downloaded twice");
}

#[tokio::test]
async fn an_answer_with_violations_is_refused_with_its_report() {
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
    assert!(strict.find_payment("order-0001").await.unwrap().is_some(), "a deviation is no reason to refuse");
    assert_eq!(format!("{:?}", Validation::reject()), "reject");
}

/// Every answer that the sandbox can give is one that the document allows.
#[tokio::test]
async fn the_sandbox_speaks_as_the_document_does() {
    for array in [false, true] {
        let sandbox = Sandbox::builder().plain_array(array).start().await.unwrap();
        let worst = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&worst);
        let watch = Validation::observe(move |operation, report| {
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
        assert!(client.find_payment("nobody's").await.unwrap().is_none());
        let stranger = sandbox.client().credentials("k", "s").validation(watch).build().unwrap();
        assert!(stranger.find_payment("paid").await.unwrap_err().is_unauthorized());
        assert_eq!(*worst.lock().unwrap(), Vec::<String>::new());
    }
}
