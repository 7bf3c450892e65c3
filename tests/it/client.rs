//! A client is built from valid settings only, and sends what its requests say.

use std::time::Duration;

use crate::common::start;
use iamport::{
    Client, Error, Payment, PaymentStatus, PaymentStream, Sorting,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};
use proptest::prelude::*;

/// The raw target of the last request that was not for an access token.
fn last_target(sandbox: &Sandbox) -> String {
    let requests = sandbox.requests();
    requests.iter().rev().find(|request| request.endpoint() != Endpoint::Token).unwrap().target.clone()
}

#[tokio::test]
async fn status_and_sorting_are_sent() {
    let (sandbox, client) = start().await;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 100).failed("한도 초과"));
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 200));

    let first = client.find_payment("order-0001").await.unwrap().unwrap();
    assert_eq!((first.status, first.amount), (PaymentStatus::Ready, 200.into()));
    assert_eq!(last_target(&sandbox), "/payments/find/order-0001");

    let paid = client.find_payment("order-0001").status(PaymentStatus::Paid).sorting(Sorting::PaidDesc);
    assert_eq!(paid.await.unwrap().unwrap().amount, 15900);
    assert_eq!(last_target(&sandbox), "/payments/find/order-0001/paid?sorting=-paid");

    let oldest = client.find_payment("order-0001").sorting("started").await.unwrap().unwrap();
    assert_eq!(oldest.fail_reason.as_deref(), Some("한도 초과"));
    assert_eq!(last_target(&sandbox), "/payments/find/order-0001?sorting=started");
    assert!(client.find_payment("order-0001").status("cancelled").await.unwrap().is_none());
}

#[tokio::test]
async fn response_for_another_order_is_a_mismatch() {
    let (sandbox, client) = start().await;
    let body = r#"{"code":0,"message":null,"response":
        {"imp_uid":"imp_1","merchant_uid":"order-0001","amount":15900,"currency":"KRW","status":"paid"}}"#;
    let response = || MockResponse::json(200, body);
    for (merchant_uid, status, field) in [
        ("order-0002", None, "merchant_uid"),
        ("order-0002", Some("paid"), "merchant_uid"),
        ("ORDER-0001", None, "merchant_uid"),
        ("order-0001 ", None, "merchant_uid"),
        ("order-0001", Some("cancelled"), "status"),
    ] {
        sandbox.enqueue_response(Endpoint::Find, response());
        let request = client.find_payment(merchant_uid);
        let request = if let Some(status) = status { request.status(status) } else { request };
        let error = request.await.unwrap_err();
        assert!(error.is_mismatch() && !error.is_decode() && !error.is_not_found(), "{error:?}");
        assert_eq!(
            (error.status().map(|status| status.as_u16()), error.code(), error.attempts()),
            (Some(200), None, 1)
        );
        let text = format!("{error} {error:?}");
        assert!(text.contains(&format!("requested `{field}`")) && !text.to_lowercase().contains("order-000"), "{text}");
    }
    sandbox.enqueue_response(Endpoint::Find, response());
    assert!(client.find_payment("order-0001").status("paid").await.unwrap().is_some());
}

#[tokio::test]
async fn tier_is_sent_and_no_version_header() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().tier("A01".parse().unwrap()).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.tier.as_deref(), Some("A01"));
        assert!(!request.headers.iter().any(|name| name == "api-version"), "{request:?}");
    }
}

#[tokio::test]
async fn generated_client_shares_token_and_checks() {
    let (sandbox, client) = start().await;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let envelope = client.generated().find_payment("order-0001", None).await.unwrap().into_inner();
    assert_eq!((envelope.code, envelope.response.unwrap().amount), (0, 15900.into()));
    let error = client.generated().find_payment("order-9999", None).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 404);
    assert!(error.is_not_found() && error.message().is_some());
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

const INVALID: [&str; 3] = ["", ".", ".."];
const SENT: [&str; 22] = [
    "order-0001",
    "a/../b",
    "../..",
    "/",
    "//",
    "a/b",
    "%2e%2e",
    "%",
    "%zz",
    "a%2Fb",
    r"a\b",
    r"\..\",
    r"a\..\b",
    "?#;",
    "a b",
    "\0",
    "\r\nX: y",
    "주문-1",
    "\u{202e}gnp",
    "🧾",
    "...",
    "a@b.c_d-e:f~g",
];

#[tokio::test]
async fn identifier_is_sent_as_one_segment_or_not_at_all() {
    let (sandbox, client) = start().await;
    for identifier in INVALID {
        let generated = client.generated();
        let status = PaymentStatus::from(identifier);
        let errors = [
            client.find_payment(identifier).await.unwrap_err(),
            client.find_payment(identifier).status("paid").await.unwrap_err(),
            client.find_payment("order-0001").status(identifier).await.unwrap_err(),
            client.billing_key_payments(identifier).await.unwrap_err(),
            generated.find_payment(identifier, None).await.unwrap_err(),
            generated.find_payment_with_status(identifier, &status, None).await.unwrap_err(),
            generated.find_payment_with_status("order-0001", &status, None).await.unwrap_err(),
            generated.list_billing_key_payments(identifier, None).await.unwrap_err(),
        ];
        assert!(errors.iter().all(iamport::Error::is_invalid_request), "{identifier:?}: {errors:?}");
    }
    assert_eq!(sandbox.requests().len(), 0, "not even for a token");

    let long = "길".repeat(10_000 / 3);
    for identifier in SENT.into_iter().chain([long.as_str()]) {
        sandbox.upsert_payment(PaymentFixture::new(identifier, 100).paid());
        for sent in [client.find_payment(identifier).await, client.find_payment(identifier).status("paid").await] {
            assert_eq!(sent.unwrap().unwrap().merchant_uid, identifier);
        }
        let generated = client.generated().find_payment(identifier, None).await.unwrap().into_inner();
        assert_eq!(generated.response.unwrap().merchant_uid, identifier);
    }
}

#[tokio::test]
async fn not_found_without_the_envelope_of_the_service_is_an_error() {
    let (sandbox, client) = start().await;
    let bodies = [
        (r#"{"code":5,"message":"Not Found"}"#, Some(5)),
        (r#"{"code":5,"message":"Not Found","details":[]}"#, Some(5)),
        (r#"{"code":0}"#, None),
        (r#"{"code":0,"message":null,"response":null}"#, None),
        (r#"{"code":-1,"response":null}"#, None),
        (r#"{"code":-1}"#, None),
        ("", None),
    ];
    for (body, code) in bodies {
        for endpoint in [Endpoint::Find, Endpoint::FindAll, Endpoint::Get, Endpoint::GetMany, Endpoint::ListByStatus] {
            sandbox.enqueue_response(endpoint, MockResponse::json(404, body));
        }
        let errors = [
            client.find_payment("order-0001").await.unwrap_err(),
            client.find_payments("order-0001").await.unwrap_err(),
            client.get_payment("imp_1").await.unwrap_err(),
            client.get_payments(["imp_1"]).await.unwrap_err(),
            client.list_payments().await.unwrap_err(),
        ];
        for error in errors {
            assert!(!error.is_not_found(), "{body}: {error}");
            assert_eq!((error.status().unwrap().as_u16(), error.code()), (404, code), "{body}: {error}");
        }
    }
    let whole = MockResponse::json(404, r#"{"code":-1,"message":null,"response":null}"#);
    sandbox.enqueue_response(Endpoint::Find, whole);
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
}

#[tokio::test]
async fn undeclared_status_has_the_value_or_the_error_of_its_envelope() {
    let (sandbox, client) = start().await;
    let payment = r#"{"imp_uid":"i","merchant_uid":"order-0001","amount":1,"status":"paid"}"#;
    let body = format!(r#"{{"code":0,"message":null,"response":{payment}}}"#);
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(206, body.as_str()));
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    for (status, body, code) in [
        (206, r#"{"code":0,"message":null,"response":null}"#, None),
        (206, r#"{"code":7,"message":"m","response":null}"#, Some(7)),
        (200, r#"{"code":7,"response":null}"#, None),
        (403, r#"{"code":7,"message":"m"}"#, Some(7)),
        (403, body.as_str(), None),
    ] {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::json(status, body));
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.code()), (status, code), "{body}: {error}");
    }
}

#[tokio::test]
async fn unexpected_response_has_its_own_error() {
    let html = || MockResponse::new(200, "text/html", "<html>홍길동</html>");
    let cases = [
        (MockResponse::html(502), Some(502), false, "unexpected HTTP 502 response (not from the PortOne API)"),
        (MockResponse::html(404), Some(404), false, "unexpected HTTP 404 response (not from the PortOne API)"),
        (MockResponse::html(503), Some(503), false, "unexpected HTTP 503 response (not from the PortOne API)"),
        (html(), Some(200), true, "the body is not JSON"),
        (MockResponse::json(200, ""), Some(200), true, "the body is empty"),
        (MockResponse::json(200, r#"{"code":0,"response":{"imp_"#), Some(200), true, "the body ends early"),
        (
            MockResponse::json(200, r#"{"code":0,"response":null}"#),
            Some(200),
            true,
            "has code 0 but no `response` of the documented type",
        ),
        (
            MockResponse::json(200, r#"{"code":0,"response":[]}"#),
            Some(200),
            true,
            "has code 0 but no `response` of the documented type",
        ),
        (MockResponse::json(200, b"{\"code\":0,\n\"\xff"), Some(200), true, "the body is not UTF-8 (line 2, column 1)"),
        (MockResponse::json(200, b"{\"code\":1}\xff"), Some(200), true, "the body is not UTF-8 (line 1, column 10)"),
        (MockResponse::json(200, b"[]\xff"), Some(200), true, "expected an object"),
        (MockResponse::json(200, b"\xff"), Some(200), true, "the body is not UTF-8 (line 1, column 0)"),
        (MockResponse::json(200, r#"[]"#), Some(200), true, "expected an object"),
        (MockResponse::json(200, r#"{"message":"홍길동"}"#), Some(200), true, "missing field `code`"),
        (
            MockResponse::json(
                200,
                r#"{"code":0,"response":{"imp_uid":"i","merchant_uid":"m","status":"paid","amount":"홍길동"}}"#,
            ),
            Some(200),
            true,
            "response.amount: expected a number",
        ),
        (MockResponse::json(204, ""), Some(204), true, "the body is empty"),
        (MockResponse::html(302).header("location", "http://127.0.0.1:1/"), Some(302), false, "HTTP 302"),
    ];
    for (response, status, decode, text) in cases {
        let sandbox = Sandbox::start().await.unwrap();
        let client = sandbox.client().no_retry().build().unwrap();
        sandbox.enqueue_response(Endpoint::Find, response);
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), status, "{error:?}");
        assert_eq!((error.is_decode(), error.is_not_found()), (decode, false), "{error:?}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(!format!("{error} {error:?}").contains("홍길동"));
    }
}

#[tokio::test]
async fn decode_error_of_a_bulk_look_up_has_the_path_of_the_field() {
    let whole = r#"{"imp_uid":"i","merchant_uid":"홍길동","status":"paid","amount":100}"#;
    for (item, text) in [
        (
            whole.replace(r#""amount":100"#, r#""amount":"홍길동""#),
            "response[1].amount: expected a number of at most 28 digits",
        ),
        (whole.replace("amount", "price"), "response[1]: missing field `amount`"),
        (
            whole.replace('}', r#","cancel_history":[{},{"reason":"홍길동","reason":"홍길동"}]}"#),
            "response[1].cancel_history[1]: duplicate field `reason`",
        ),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let body = format!(r#"{{"code":0,"response":[{whole},{item}]}}"#);
        sandbox.enqueue_response(Endpoint::GetMany, MockResponse::json(200, body));
        let found = sandbox.client().build().unwrap().get_payments(["i"]).await.unwrap();
        let error = found.undecoded[0].error();
        assert!(error.to_string().contains(&format!("(HTTP 200): {text} (line 1,")), "{error}");
        assert!(!format!("{error} {error:?}").contains("홍길동"));
    }
}

#[tokio::test]
async fn transient_error_carries_the_wait_that_the_service_asked_for() {
    for (status, header, transient, wait) in [
        (503, "3600", true, Some(3600)),
        (429, "7", true, Some(7)),
        (503, "soon", true, None),
        (404, "7", false, None),
        (400, "7", false, None),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = sandbox.client().no_retry().build().unwrap();
        for body in [r#"{"code":-1,"message":"점검","response":null}"#, "<html>"] {
            let content = if body.starts_with('<') { "text/html" } else { "application/json" };
            let response = MockResponse::new(status, content, body).header("retry-after", header);
            sandbox.enqueue_response(Endpoint::List, response);
            let error = client.billing_key_payments("cust_0001").await.unwrap_err();
            assert_eq!(
                (error.is_transient(), error.retry_after().map(|wait| wait.as_secs())),
                (transient, wait),
                "{error:?}"
            );
        }
    }
}

#[test]
fn constructed_errors_look_like_real_ones() {
    use iamport::reqwest::StatusCode;
    use std::time::Duration;

    let error = Error::api(StatusCode::NOT_FOUND, -1, "존재하지 않는 결제정보입니다.");
    assert!(error.is_not_found() && !error.is_transient() && error.code() == Some(-1));
    assert_eq!(error.to_string(), "API error: HTTP 404, code -1: 존재하지 않는 결제정보입니다.");
    assert!(Error::api(StatusCode::OK, 1, "").status() == Some(StatusCode::OK));
    assert!(Error::timeout().is_timeout() && Error::timeout().is_transient() && !Error::timeout().is_connect());
    assert!(Error::connect().is_connect() && Error::connect().is_transient());
    assert!(Error::connection_broken().is_connection_broken() && Error::connection_broken().is_transient());
    assert!(Error::decode().is_decode() && Error::mismatch().is_mismatch() && Error::too_large().is_too_large());
    assert!(Error::invalid_request("invalid page").is_invalid_request());
    assert!(Error::certificate().is_certificate() && Error::certificate().is_connect());
    assert!(!Error::certificate().is_transient() && !Error::connect().is_certificate());
    let busy = Error::unexpected_status(StatusCode::SERVICE_UNAVAILABLE).with_retry_after(Duration::from_secs(7));
    assert!(busy.is_transient() && busy.retry_after() == Some(Duration::from_secs(7)) && busy.code().is_none());
}

#[tokio::test]
async fn mocked_listing_returns_its_items() {
    let payment = || Payment::try_from(PaymentFixture::new("order-0001", 15900).paid()).unwrap();
    let mut payments = PaymentStream::from_items([Ok(payment()), Err(Error::timeout()), Ok(payment())]);
    assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, "order-0001");
    assert!(payments.next().await.unwrap().unwrap_err().is_timeout());
    assert!(payments.next().await.is_none());
}

#[tokio::test]
async fn html_with_status_401_is_unauthorized() {
    let (sandbox, client) = start().await;
    for _ in 0..2 {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(401));
    }
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_decode() && error.code().is_none(), "{error:?}");
}

#[tokio::test]
async fn response_beyond_the_limit_is_too_large() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().max_response_bytes(4096).build().unwrap();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, vec![b' '; 4097]));
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_too_large() && error.to_string().contains("exceeds 4096 bytes"), "{error}");
}

#[tokio::test]
async fn closed_port_is_a_connect_error() {
    let client = Client::builder().credentials("k", "s").base_url("http://127.0.0.1:1").no_retry().build().unwrap();
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(error.is_connect() && error.status().is_none(), "{error:?}");
    assert_eq!(error.to_string(), "cannot get an access token: cannot connect to the service");
    assert!(!format!("{error:?}").contains("order-0001"));
}

#[test]
fn invalid_setting_is_a_config_error_with_its_reason() {
    let built = |base_url: &str| Client::builder().credentials("k", "s").base_url(base_url).build();
    for (base_url, text) in [
        ("api.iamport.kr", "is not a URL"),
        ("http://api.iamport.kr", "plain http to a host other than loopback"),
        ("http://localhost.example.com", "plain http to a host other than loopback"),
        ("ftp://api.iamport.kr", "neither https nor http"),
        ("https://user:hunter2@api.iamport.kr", "a user name or a password"),
        ("https://api.iamport.kr/?key=hunter2", "a query or a fragment"),
    ] {
        let error = built(base_url).unwrap_err();
        assert!(error.is_config() && error.to_string().contains(text), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    for base_url in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080/prefix/"] {
        assert!(built(base_url).is_ok(), "{base_url}");
    }
    assert!(
        Client::builder()
            .dangerously_allow_http(true)
            .base_url("http://10.0.0.1")
            .credentials("k", "s")
            .build()
            .is_ok()
    );
    assert!(Client::builder().build().unwrap_err().to_string().contains("credentials"));
    let debug = format!("{:?}", Client::builder().credentials("key-hunter2", "secret-hunter2"));
    assert!(!debug.contains("hunter2"), "{debug}");
}

#[test]
fn debug_of_a_client_has_its_settings_and_no_secret() {
    let builder = Client::builder().credentials("key-hunter2", "secret-hunter2");
    let client = builder.timeout(Duration::from_secs(17)).attempt_timeout(Duration::from_secs(7)).build().unwrap();
    let debug = format!("{:?}", client.with_tier("A01".parse().ok()));
    for setting in [r#"tier: Some(Tier("A01"))"#, "timeout: 17s", "attempt_timeout: 7s", "retry: RetryConfig {"] {
        assert!(debug.contains(setting), "{setting}: {debug}");
    }
    assert!(!debug.contains("hunter2"), "{debug}");
}

#[tokio::test]
async fn debug_prints_no_header_of_an_own_http_client() {
    let headers = [("x-proxy-key", "hunter2")].map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let http = iamport::reqwest::Client::builder().default_headers(headers.into_iter().collect()).build().unwrap();
    let builder = Client::builder().credentials("k", "s").http_client(http);
    let client = builder.clone().build().unwrap();
    let request = client.find_payment("order-0001");
    let debug = format!("{builder:?} {client:#?} {:?} {request:?} {:?}", client.generated(), client.list_payments());
    assert!(!debug.contains("hunter2") && !debug.contains("x-proxy-key"), "{debug}");
}

#[tokio::test]
async fn debug_of_an_error_is_short_and_has_no_address() {
    let (sandbox, client) = start().await;
    let message = "가".repeat(1 << 20);
    let body = serde_json::json!({ "code": -1, "message": message, "response": null }).to_string();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(400, body));
    let error = client.find_payment("order-0001").await.unwrap_err();
    assert!(format!("{error:?} {error:#?}").len() < 4_000);
    assert_eq!(error.message().map(str::len), Some(3 << 20));

    let refused = Client::builder().credentials("k", "s").base_url("http://127.0.0.1:1").no_retry().build().unwrap();
    let error = refused.find_payment("order-0001").await.unwrap_err();
    let debug = format!("{error:?} {error:#?}");
    assert!(debug.contains("cannot connect") && !debug.contains("127.0.0.1"), "{debug}");
}

#[tokio::test]
async fn blanks_around_credentials_are_removed() {
    let sandbox = Sandbox::builder().keys("key", "secret").start().await.unwrap();
    let client = sandbox.client().credentials(" key\n", "\tsecret\r\n").build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
    let error = Client::builder().credentials("key", " \n").build().unwrap_err();
    assert!(error.is_config(), "{error}");
}

#[tokio::test]
async fn tier_is_given_as_text_and_an_invalid_one_is_not_sent() {
    let (sandbox, client) = start().await;
    let tier: iamport::Tier = "A01".parse().unwrap();
    for tiered in [
        client.with_tier("A01"),
        client.with_tier("A01".to_owned()),
        client.with_tier(&tier),
        client.with_tier(tier.clone()),
        client.with_tier(Some(tier.clone())),
    ] {
        tiered.find_payment("order-0001").await.unwrap();
        assert_eq!(sandbox.requests().last().unwrap().tier.as_deref(), Some("A01"));
        tiered.with_tier(None).find_payment("order-0001").await.unwrap();
        assert_eq!(sandbox.requests().last().unwrap().tier, None);
    }
    sandbox.clear_requests();
    for invalid in ["a01", "", "A0", "가01", "A\r\n"] {
        let error = client.with_tier(invalid).find_payment("order-0001").await.unwrap_err();
        assert!(error.is_invalid_request(), "{error}");
        assert_eq!(error.to_string(), "invalid tier: expected three characters of A-Z and 0-9, like A01");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn path_of_the_base_url_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().base_url(format!("{}/proxy/", sandbox.base_url())).build().unwrap();
    let token = r#"{"code":0,"message":null,"response":{"access_token":"t","now":0,"expired_at":1800}}"#;
    for _ in 0..2 {
        sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, token));
    }
    assert!(client.find_payment("order-0001").await.unwrap_err().is_decode());
    assert_eq!(last_target(&sandbox), "/proxy/payments/find/order-0001");
    assert!(client.find_payment("..").await.unwrap_err().is_invalid_request());
}

/// An identifier that cannot be sent is marked by a segment `!`.
#[tokio::test]
async fn exclamation_mark_in_the_base_url_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().base_url(format!("{}/pay!/", sandbox.base_url())).build().unwrap();
    let token = r#"{"code":0,"message":null,"response":{"access_token":"t","now":0,"expired_at":1800}}"#;
    sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, token));
    assert!(!client.find_payment("order-0001").await.unwrap_err().is_invalid_request());
    assert_eq!(last_target(&sandbox), "/pay!/payments/find/order-0001");
    assert!(client.find_payment("..").await.unwrap_err().is_invalid_request());
}

#[tokio::test]
async fn misspelt_status_and_sorting_are_invalid_before_anything_is_sent() {
    let (sandbox, client) = start().await;
    for text in ["piad", "all", "Paid", "paid ", "홍길동", ""] {
        for request in [client.find_payment("order-0001").status(text), client.find_payment("order-0001").sorting(text)]
        {
            let error = request.await.unwrap_err();
            assert!(error.is_invalid_request(), "{error:?}");
            assert!(!error.to_string().contains("홍길동") && error.to_string().contains("expected one of "), "{error}");
        }
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn unlisted_status_and_sorting_are_sent_on_purpose() {
    let (sandbox, client) = start().await;
    let pending = client.find_payment("order-0001").status("pending").sorting("-pending").allow_unlisted(true);
    assert!(pending.await.unwrap().is_none());
    assert_eq!(last_target(&sandbox), "/payments/find/order-0001/pending?sorting=-pending");
    // A listed value that was built by hand is listed.
    let by_hand = client.find_payment("order-0001").status(PaymentStatus::Unknown("paid".to_owned()));
    assert!(by_hand.await.unwrap().is_none());
}

#[tokio::test]
async fn sent_requests_run_in_spawned_tasks() {
    use futures_util::{StreamExt, future, stream};

    let (sandbox, client) = start().await;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid().billing_key("cust_0001"));
    let spawned = tokio::spawn(client.find_payment("order-0001").send());
    assert!(spawned.await.unwrap().unwrap().is_some());
    let page = tokio::spawn(client.billing_key_payments("cust_0001").send()).await.unwrap().unwrap();
    assert_eq!(page.list.len(), 1);
    let found = future::join_all(["order-0001", "order-0002"].map(|order| client.find_payment(order).send())).await;
    assert_eq!(found.into_iter().map(|found| found.unwrap().is_some()).collect::<Vec<_>>(), [true, false]);
    let requests = (0..20).map(|_| client.find_payment("order-0001").send());
    assert_eq!(
        stream::iter(requests).buffer_unordered(4).filter(|found| future::ready(found.is_ok())).count().await,
        20
    );
}

#[test]
fn futures_and_streams_are_send_and_static() {
    fn is_send<T: Send + 'static>(value: T) -> T {
        value
    }
    fn is_error<T: std::error::Error + Send + Sync + Clone + 'static>() {}
    is_error::<iamport::Error>();
    let client = Client::builder().credentials("k", "s").build().unwrap();
    drop(is_send(client.find_payment("order-0001").into_future()));
    drop(is_send(client.find_payment("order-0001").send()));
    drop(is_send(client.billing_key_payments("cust_0001").into_future()));
    drop(is_send(client.billing_key_payments("cust_0001").send()));
    drop(is_send(client.billing_key_payments("cust_0001").items()));
    drop(is_send(client.billing_key_payments("cust_0001").pages()));
    let api = client.generated().clone();
    drop(is_send(async move { api.find_payment("order-0001", None).await.is_ok() }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_identifier_arrives_unchanged_or_not_at_all(identifier in "\\PC{0,12}|[./%\\\\?#;a\0-\u{1f}]{0,8}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (sandbox, client) = start().await;
            sandbox.upsert_payment(PaymentFixture::new(&identifier, 100).paid());
            match client.find_payment(&identifier).await {
                Ok(payment) => assert_eq!(payment.unwrap().merchant_uid, identifier),
                Err(error) => {
                    assert!(error.is_invalid_request() && INVALID.contains(&identifier.as_str()), "{error:?}");
                    assert_eq!(sandbox.requests().len(), 0);
                }
            }
        });
    }
}
