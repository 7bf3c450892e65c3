//! Untrusted identifiers, credentials and URLs are sent unchanged, or rejected with a reason.

use crate::common::{
    EagerClock,
    operations::{call, operations, put_payments},
    start,
};
use iamport::{
    Client, Error, PaymentStatus, Tier,
    generated::{self, OPERATIONS},
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};
use percent_encoding::percent_decode_str;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

/// Characters that are special in headers, lines and strings.
const SPECIAL: [&str; 8] = ["a\r\nX-Evil: 1", "a\nb", "a\0b", "\u{7f}", "키", "🧾\u{202e}", "\" or \\", " a "];

fn huge() -> String {
    "A".repeat(10_000)
}

#[test]
fn tier_of_other_than_three_characters_is_invalid() {
    let lengths = ["", "A", "A0", "A012", "a01", "A0 ", "A0\n", "\r\nA", "A\0B", "Á1", "Ａ01", "홍", "A0\u{200b}"];
    for text in lengths.into_iter().chain(SPECIAL).chain([huge().as_str()]) {
        let error = text.parse::<Tier>().unwrap_err();
        assert_eq!(error.to_string(), "a tier is three characters of A-Z and 0-9, like A01", "{text:?}");
    }
}

/// Key and secret are sent in JSON only.
#[tokio::test]
async fn key_and_secret_are_sent_unchanged() {
    for text in SPECIAL.into_iter().chain([huge().as_str()]) {
        // Blanks at either end are removed, any other are a part of it.
        let (key, secret) = (format!("key-{text}."), format!("secret-{text}."));
        let sandbox = Sandbox::builder().keys(key.clone(), secret.clone()).start().await.unwrap();
        let client = sandbox.client().build().unwrap();
        assert!(client.find_payment("order-0001").await.unwrap().is_none(), "{text:?}");
        let headers: Vec<_> = sandbox.requests().into_iter().flat_map(|request| request.headers).collect();
        assert!(!headers.iter().any(|name| name == "x-evil"), "{headers:?}");

        for (key, secret) in [(key.clone(), format!("{secret}x")), (format!("{key}x"), secret)] {
            let wrong = sandbox.client().credentials(key.clone(), secret.clone()).build().unwrap();
            let error = wrong.find_payment("order-0001").await.unwrap_err();
            assert!(error.is_unauthorized(), "{error}");
            let shown = format!("{error} {error:?} {wrong:?}");
            assert!(!shown.contains(&key) && !shown.contains(&secret) && !shown.contains("X-Evil"), "{shown}");
        }
    }
    for (key, secret) in [("", "hunter2"), ("hunter2", "")] {
        let error = Client::builder().credentials(key, secret).build().unwrap_err();
        assert!(error.is_config() && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn invalid_base_url_is_an_error_with_a_reason() {
    const NO_URL: &str = "is not a URL";
    const PLAIN: &str = "plain http to a host other than loopback";
    const CHARACTER: &str = "whitespace, a control character or a backslash";
    const PASSWORD: &str = "a user name or a password";
    const QUERY: &str = "a query or a fragment";
    const SCHEME: &str = "neither https nor http";
    let long = format!("https://api.iamport.kr/hunter2/{}", "a".repeat(70_000));
    let cases = [
        ("", NO_URL),
        ("https://", NO_URL),
        ("https:///", NO_URL),
        ("//api.iamport.kr", NO_URL),
        ("hunter2", NO_URL),
        ("https://hunter2:65536", NO_URL),
        ("https://hunter2:port", NO_URL),
        ("https://hunter2%00.example.com", NO_URL),
        ("https://hunter2<>.example.com", NO_URL),
        ("https://[::1", NO_URL),
        ("https://256.0.0.1", NO_URL),
        ("https://hunter2@api.iamport.kr", PASSWORD),
        ("https://:hunter2@api.iamport.kr", PASSWORD),
        ("https://api.iamport.kr@hunter2.example.com", PASSWORD),
        ("https://api.iamport.kr:443@hunter2.example.com", PASSWORD),
        ("http://hunter2@127.0.0.1", PASSWORD),
        ("https://api.iamport.kr?", QUERY),
        ("https://api.iamport.kr/?key=hunter2", QUERY),
        ("https://api.iamport.kr/#hunter2", QUERY),
        ("https://hunter2.example.com#@api.iamport.kr", QUERY),
        ("https://api.iamport.kr\r\nX-Evil: hunter2", CHARACTER),
        ("https://api.iam\nport.kr", CHARACTER),
        ("https://api.iamport.kr/a b", CHARACTER),
        ("https://api.iamport.kr/\0", CHARACTER),
        ("https://hunter2.example.com\\@api.iamport.kr", CHARACTER),
        ("https:\\\\api.iamport.kr", CHARACTER),
        ("ftp://api.iamport.kr", SCHEME),
        ("file:///hunter2", SCHEME),
        ("data:hunter2", SCHEME),
        ("javascript:hunter2", SCHEME),
        ("ws://127.0.0.1", SCHEME),
        ("unix:/hunter2", SCHEME),
        ("http+unix://hunter2", SCHEME),
        ("localhost:8080", SCHEME),
        ("http://127.0.0.1.example.com", PLAIN),
        ("http://127.0.0.1%2eexample.com", PLAIN),
        ("http://localhost.example.com", PLAIN),
        ("http://localhost.", PLAIN),
        ("http://notlocalhost", PLAIN),
        ("http://0.0.0.0", PLAIN),
        ("http://0", PLAIN),
        ("http://[::]", PLAIN),
        ("http://[::ffff:127.0.0.1]", PLAIN),
        ("http://[::ffff:10.0.0.1]", PLAIN),
        ("http://128.0.0.1", PLAIN),
        ("http://2130706432.example.com", PLAIN),
        ("HTTP://API.IAMPORT.KR", PLAIN),
        (&long, "a path that is too long"),
    ];
    for (base_url, reason) in cases {
        let builder = Client::builder().credentials("k", "s").base_url(base_url);
        let debug = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(reason), "{base_url:?}: {error}");
        assert!(!format!("{error} {error:?} {debug}").contains("hunter2"), "{base_url:?}: {error:?}");
    }
    let https = [
        "HTTPS://API.IAMPORT.KR",
        "https://아임포트.example.com",
        "https://[::1]:8443",
        "https://10.0.0.1",
        "https://h:0/",
    ];
    for base_url in https.into_iter().chain(["https://api.iamport.kr/a%0d%0ab/", " https://api.iamport.kr\n"]) {
        let built = Client::builder().credentials("k", "s").base_url(base_url).build();
        assert!(built.is_ok(), "{base_url:?}: {built:?}");
    }
}

/// Every notation of a loopback address, over a socket.
#[tokio::test]
async fn base_url_with_any_notation_of_loopback_works() {
    let (sandbox, _) = start().await;
    let port = sandbox.base_url().rsplit_once(':').unwrap().1;
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "１２７.0.0.1",
        "127.0.0.1.",
        "LOCALHOST",
        "%6cocalhost",
    ];
    for base_url in hosts.map(|host| format!("HTTP://{host}:{port}//")) {
        let client = sandbox.client().base_url(&base_url).build().unwrap();
        assert!(client.find_payment("order-0001").await.unwrap().is_none(), "{base_url}");
        assert_eq!(sandbox.requests().last().unwrap().target, "/payments/find/order-0001");
        assert_eq!(sandbox.clear_requests(), 2, "{base_url}");
    }
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let (elsewhere, _) = start().await;
    put_payments(&elsewhere);
    let port = elsewhere.base_url().rsplit_once(':').unwrap().1;
    let hosts = [elsewhere.base_url().to_owned(), format!("//127.0.0.1:{port}"), format!("http://localhost:{port}")];
    for status in [300, 301, 302, 303, 305, 307, 308] {
        for ((operation, endpoint), host) in
            operations().flat_map(|operation| hosts.iter().map(move |host| (operation, host)))
        {
            let (sandbox, client) = start().await;
            let response = MockResponse::html(status).header("location", &format!("{host}/payments/find/order-0001"));
            sandbox.inject_fault(endpoint, response, usize::MAX);
            let error = call(&client, operation).await.unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{operation}: {error:?}");
            assert_eq!(sandbox.count(endpoint), 1, "{operation} {status}");
        }
    }
    assert_eq!(elsewhere.requests(), []);
}

#[tokio::test]
async fn too_long_url_is_invalid_before_anything_is_sent() {
    let (sandbox, client) = start().await;
    let long = "가".repeat(10_000);
    let mut errors = vec![
        client.find_payment(&long).await.unwrap_err(),
        client.billing_key_payments(&long).await.map(drop).unwrap_err(),
    ];
    let api = client.generated();
    for operation in look_ups() {
        errors.push(request(api, operation.id, &long, &long, &long).await.unwrap_err());
    }
    errors.push(request(api, "find_payment", "order-0001", "paid", &long).await.unwrap_err());
    errors.push(request(api, "find_payment_with_status", "order-0001", &long, "paid").await.unwrap_err());
    errors.push(request(api, "list_payments", "", "all", &long).await.unwrap_err());
    for error in errors {
        assert!(error.is_invalid_request() && error.to_string().contains("longer than 65534 bytes"), "{error:?}");
        assert!(error.to_string().len() < 200);
    }
    assert_eq!(sandbox.requests(), [], "not even a token");
    let most = "x".repeat(65_534 - format!("{}/payments/find/", sandbox.base_url()).len());
    assert!(client.find_payment(format!("{most}x")).await.unwrap_err().is_invalid_request());
    sandbox.upsert_payment(PaymentFixture::new(&most, 100).paid());
    assert!(client.find_payment(&most).await.unwrap().is_some());
}

/// The operations that read payments.
fn look_ups() -> impl Iterator<Item = &'static generated::Operation> {
    OPERATIONS.iter().filter(|operation| operation.method == "GET")
}

/// Calls an operation of the generated client with every text that it takes.
async fn request(api: &generated::Client, id: &str, uid: &str, status: &str, sorting: &str) -> Result<(), Error> {
    let text = |name: &str| match name {
        "payment_status" => Some(status.to_owned()),
        "sorting" => Some(sorting.to_owned()),
        _ => Some(uid.to_owned()),
    };
    api.call_by_id(id, text).await.unwrap().map(drop)
}

fn decoded(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8().unwrap().into_owned()
}

/// Identifiers and unknown codes, often with characters that are special in a URL.
fn texts() -> impl Strategy<Value = String> {
    let special = "[./%\\\\?#;:@&=+!*~'\"<>{}|^` a2eEfF\0-\u{1f}\u{7f}-\u{a0}\u{200e}\u{202e}\u{2028}가-힣]{1,12}";
    prop_oneof![any::<String>(), special, "\\PC{1,40}", "(\\.|%2e|%2E|/|\\\\|%2f|%5c){1,6}"]
        .prop_filter("these are invalid", |text| !matches!(text.as_str(), "" | "." | ".."))
}

#[test]
fn generated_client_sends_every_text_as_one_segment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    // Retries have no backoff.
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    let send = async |uid: &str, status: &str, sorting: &str| {
        assert_eq!(PaymentStatus::from(status).as_str(), status);
        for operation in look_ups() {
            let _ = request(client.generated(), operation.id, uid, status, sorting).await;
            let endpoint = Endpoint::of_operation(operation.id);
            let target = sandbox.requests().into_iter().rfind(|request| request.endpoint() == endpoint).unwrap().target;
            sandbox.clear_requests();
            assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#'), "{target}");

            let (path, query) = target.split_once('?').unwrap_or((&target, ""));
            assert_eq!(path.split('/').count(), operation.path.split('/').count(), "{target}");
            for (name, segment) in operation.path.split('/').zip(path.split('/')) {
                match name {
                    "{payment_status}" => assert_eq!(decoded(segment), status, "{target}"),
                    name if name.starts_with('{') => assert_eq!(decoded(segment), uid, "{target}"),
                    name => assert_eq!(segment, name, "{target}"),
                }
            }
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap();
                let expected = match &*decoded(name) {
                    "sorting" => sorting,
                    "imp_uid[]" | "merchant_uid[]" => uid,
                    other => panic!("{other} was not set"),
                };
                assert_eq!(decoded(&value.replace('+', " ")), expected, "{target}");
            }
        }
    };
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(512) });
    let outcome = runner.run(&(texts(), texts(), texts()), |(uid, status, sorting)| {
        runtime.block_on(send(&uid, &status, &sorting));
        Ok(())
    });
    outcome.unwrap();
}
