//! A raw request reaches any operation, with the token, the limits and the errors of every other request.

mod decode;
mod once;
mod paths;

use std::sync::{Arc, Mutex};

use iamport::{
    Amount, Client, Error, Payment, RawRequest, RetryConfig,
    reqwest::Method,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Request, Sandbox},
};
use serde::{Serialize, de::IgnoredAny};
use serde_json::{Value, json};

use crate::common::EagerClock;

#[derive(Serialize)]
struct Cancel {
    imp_uid: &'static str,
    amount: Amount,
    checksum: Amount,
}

/// A cancellation of 900.5 of what is left of the payment `imp_1`.
fn part() -> Cancel {
    Cancel { imp_uid: "imp_1", amount: "900.5".parse().unwrap(), checksum: 15900.into() }
}

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    sandbox.clear_requests();
    (sandbox, client)
}

fn cancel(client: &Client) -> RawRequest {
    client.request(Method::POST, "/payments/cancel").json(&part())
}

/// Returns the only request since the start.
fn only(sandbox: &Sandbox) -> Request {
    let mut requests = sandbox.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

#[tokio::test]
async fn payment_is_cancelled_by_json_and_by_a_form() {
    for is_form in [false, true] {
        let (sandbox, client) = start().await;
        let request = client.request(Method::POST, "/payments/cancel");
        let request = if is_form { request.json(&[0]).form(&part()) } else { request.form(&[("a", 1)]).json(&part()) };
        let payment: Payment = request.send().await.unwrap();
        assert_eq!(payment.remaining_amount().unwrap().to_string(), "14999.5");
        let request = only(&sandbox);
        let sent = ["content-type", "accept"].map(|name| request.header(name).unwrap().to_owned());
        let (content_type, body) = match is_form {
            true => ("application/x-www-form-urlencoded", "imp_uid=imp_1&amount=900.5&checksum=15900"),
            false => ("application/json", r#"{"imp_uid":"imp_1","amount":900.5,"checksum":15900}"#),
        };
        assert_eq!((sent, request.body()), ([content_type, "application/json"].map(str::to_owned), body.as_bytes()));
        assert_eq!(request.headers.iter().filter(|name| *name == "content-type").count(), 1);
    }
}

#[tokio::test]
async fn get_has_its_path_query_tier_and_token() {
    let (sandbox, client) = start().await;
    let fixture = PaymentFixture::new("tiered", 100).set("imp_uid", "imp_2").set("sandbox", true).paid();
    sandbox.upsert_payment(fixture.tier("A01".parse().unwrap()));
    let request = client.with_tier("A01").request(Method::GET, "/payments/{imp_uid}").path("imp_uid", "imp_2");
    let request = request.query(&[("include_sandbox", true)]).query(&json!({"b": "a b&c", "a": 1}));
    let payment = tokio::spawn(request.send::<Option<Payment>>()).await.unwrap().unwrap().unwrap();
    assert_eq!(payment.merchant_uid, "tiered");
    let request = only(&sandbox);
    assert_eq!(request.target, "/payments/imp_2?include_sandbox=true&a=1&b=a+b%26c");
    assert_eq!((request.method.as_str(), request.tier.as_deref()), ("GET", Some("A01")));
    assert_eq!((request.body(), request.header("authorization")), (&[][..], Some("[redacted]")));
}

#[tokio::test]
async fn base_url_keeps_its_path() {
    let (sandbox, _) = start().await;
    for base_url in [format!("{}/gateway/v1", sandbox.base_url()), format!("{}/gateway/v1/", sandbox.base_url())] {
        let client = sandbox.client().base_url(base_url).build().unwrap();
        sandbox.clear_requests();
        let _ = client.request(Method::GET, "/banks/{code}").path("code", "04").send::<Value>().await;
        let targets: Vec<_> = sandbox.requests().into_iter().map(|request| request.target).collect();
        // The sandbox has no token endpoint below a path, so the call ends there.
        assert_eq!(targets, ["/gateway/v1/users/getToken"]);
        sandbox.clear_requests();
        let issued = MockResponse::json(200, r#"{"code":0,"response":{"access_token":"t","now":0,"expired_at":1800}}"#);
        sandbox.enqueue_response(Endpoint::Other, issued);
        sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, r#"{"code":0,"response":[]}"#));
        let client = sandbox.client().base_url(format!("{}/gateway/v1", sandbox.base_url())).build().unwrap();
        client.request(Method::GET, "/banks/{code}").path("code", "04").send::<Vec<u8>>().await.unwrap();
        assert_eq!(sandbox.requests()[1].target, "/gateway/v1/banks/04");
    }
}

/// Some proxies refuse a request without a length.
#[tokio::test]
async fn request_without_a_body_says_its_length() {
    let (sandbox, client) = start().await;
    for (method, length) in
        [("POST", Some("0")), ("PUT", Some("0")), ("PATCH", Some("0")), ("GET", None), ("DELETE", None)]
    {
        for is_empty_form in [false, true] {
            sandbox.clear_requests();
            let request = client.request(method.parse().unwrap(), "/banks");
            let request = if is_empty_form && length.is_some() { request.form(&[("", ""); 0]) } else { request };
            request.send::<IgnoredAny>().await.unwrap_err();
            assert_eq!(only(&sandbox).header("content-length"), length, "{method} {is_empty_form}");
        }
    }
}

#[tokio::test]
async fn errors_of_the_service_are_those_of_every_request() {
    let (sandbox, client) = start().await;
    let get = |imp_uid: &str| client.request(Method::GET, "/payments/{imp_uid}").path("imp_uid", imp_uid);
    let error = get("imp_9").send::<Option<Payment>>().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let refused = client.request(Method::POST, "/payments/cancel").json(&json!({"imp_uid": "imp_9"}));
    let error = refused.send::<Payment>().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code(), error.is_maybe_sent()), (200, Some(1), false));
    let error = client.request(Method::DELETE, "/subscribe/customers/cust_0001").send::<IgnoredAny>().await;
    assert_eq!(error.unwrap_err().status().unwrap().as_u16(), 501);
    sandbox.enqueue_response(Endpoint::Cancel, MockResponse::html(503).header("retry-after", "7"));
    let error = cancel(&client).send::<Payment>().await.unwrap_err();
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7));
}

#[tokio::test]
async fn get_is_retried_within_the_budget_and_others_only_count() {
    let (sandbox, _) = start().await;
    let retry = RetryConfig::new().budget_percent(100).budget_reserve(0);
    let client = sandbox.client().clock(EagerClock::new()).retry(retry).build().unwrap();
    sandbox.inject_fault(Endpoint::Other, MockResponse::html(503), usize::MAX);
    sandbox.inject_fault(Endpoint::Cancel, MockResponse::html(503), 2);
    let get = || client.request(Method::GET, "/banks").send::<IgnoredAny>();
    let error = get().await.unwrap_err();
    // The calls are the request for a token and this one.
    assert_eq!((error.attempts(), error.is_over_retry_budget()), (3, true));
    for _ in 0..2 {
        let error = cancel(&client).send::<Payment>().await.unwrap_err();
        assert_eq!((error.attempts(), error.is_over_retry_budget(), error.is_transient()), (1, false, true));
    }
    assert_eq!(get().await.unwrap_err().attempts(), 4);
    let error = client.request(Method::GET, "/banks").no_retry().send::<IgnoredAny>().await.unwrap_err();
    assert_eq!((error.attempts(), error.is_over_retry_budget()), (1, false));
}

#[tokio::test]
async fn response_is_inspected_under_its_method_and_path_template() {
    let (sandbox, _) = start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = sandbox.client().inspect(move |response| {
        log.lock().unwrap().push(response.operation().to_owned());
        if response.operation() == "POST /payments/cancel" { Err("no")? } else { Ok(()) }
    });
    let client = client.build().unwrap();
    let get = client.request(Method::GET, "/payments/{imp_uid}").path("imp_uid", "imp_1");
    assert!(get.send::<Payment>().await.unwrap().is_paid());
    let error = cancel(&client).send::<Payment>().await.unwrap_err();
    // The service has carried it out.
    assert!(error.is_rejected() && error.is_maybe_sent(), "{error}");
    assert_eq!(*seen.lock().unwrap(), ["get_token", "GET /payments/{imp_uid}", "POST /payments/cancel"]);
}

/// The document does not have the operation, so there is nothing to compare the response with.
#[cfg(feature = "validate")]
#[tokio::test]
async fn response_is_not_rejected_by_validation() {
    use iamport::Validation;

    let (sandbox, _) = start().await;
    let observe = Validation::observe(|operation, _, _| assert_eq!(operation, "get_token"));
    let client = sandbox.client().validation(observe.and(Validation::reject())).build().unwrap();
    assert!(cancel(&client).send::<Payment>().await.is_ok());
}

#[test]
fn debug_has_no_value() {
    let client = Client::builder().credentials("k", "s").build().unwrap();
    let request = client.request(Method::POST, "/payments/{imp_uid}/x").path("imp_uid", "hush").json("hush");
    let expected = r#"RawRequest { method: "POST", path: "/payments/{imp_uid}/x", values: ["imp_uid"], .. }"#;
    assert_eq!(format!("{:?}", request.query(&[("hush", "hush")])), expected);
}

#[test]
fn constructed_errors_say_whether_the_request_was_sent() {
    let status = |status: u16| Error::unexpected_status(iamport::reqwest::StatusCode::from_u16(status).unwrap());
    let decoded = [Error::decode(), Error::mismatch(), Error::too_large(), Error::rejected("no")];
    for sent in decoded.into_iter().chain([Error::timeout(), Error::connection_broken(), status(502)]) {
        assert!(sent.is_maybe_sent(), "{sent}");
    }
    for not in [Error::connect(), Error::certificate(), Error::invalid_request("x"), status(404), status(401)] {
        assert!(!not.is_maybe_sent(), "{not}");
    }
}
