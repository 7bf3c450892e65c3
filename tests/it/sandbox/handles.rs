//! Tests read the request log, enqueue responses, and pause and stop the sandbox.

use super::*;

#[tokio::test]
async fn targets_are_routed_and_logged_as_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    for uid in ["a/paid", "..", "주문@1:2", "a"] {
        sandbox.upsert_payment(PaymentFixture::new(uid, 1).paid().set("name", uid));
    }
    let token = token(&sandbox).await.0;
    let name = |response: &str| {
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap()["response"]["name"].as_str().map(ToOwned::to_owned)
    };
    let targets = [
        ("/payments/find/a%2Fpaid", Some("a/paid")),
        ("/payments/find/a%2fpaid/paid/?sorting=-paid", Some("a/paid")),
        ("/payments/find/../paid", Some("..")),
        ("/payments/find/%EC%A3%BC%EB%AC%B8@1:2", Some("주문@1:2")),
        ("/payments/find/a/paid", Some("a")),
        ("/payments/find/a%252Fpaid", None),
    ];
    for (target, expected) in targets {
        assert_eq!(name(&raw(&sandbox, target, &token).await).as_deref(), expected, "{target}");
    }
    for target in ["/", "/payments/find//paid", "/payment"] {
        let response = raw(&sandbox, target, &token).await;
        assert!(response.starts_with("HTTP/1.1 501 ") && response.contains("does not imitate"));
    }

    let requests = sandbox.requests();
    assert_eq!((&*requests[0].method, &*requests[0].target), ("POST", "/users/getToken"));
    assert_eq!(requests[0].endpoint(), Endpoint::Token);
    for (request, (target, _)) in requests[1..].iter().zip(targets) {
        assert_eq!((&*request.method, &*request.target, &request.tier), ("GET", target, &None));
    }
    let counts = [Endpoint::Token, Endpoint::Find, Endpoint::List, Endpoint::Other].map(|e| sandbox.count(e));
    assert_eq!(counts, [1, 6, 0, 3]);
}

#[tokio::test]
async fn request_log_has_the_tier_and_no_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    send(caller.request("/subscribe/customers/key/payments?page=2").header("Tier", "A01")).await;
    let requests = sandbox.requests();
    assert_eq!(requests[1].tier.as_deref(), Some("A01"));
    assert_eq!(requests[1].target, "/subscribe/customers/key/payments?page=2");
    let mock = MockResponse::json(200, caller.token.clone());
    let debug = format!("{requests:?} {sandbox:?} {:?} {mock:?}", Sandbox::builder());
    assert!(!debug.contains(&caller.token) && !debug.contains(sandbox.secret()), "{debug}");
    let body = format!("{:?}", PaymentFixture::new("order", 1).paid());
    assert!(body.contains("order") && !body.contains("홍길동") && !body.contains('@'), "{body}");
}

#[tokio::test]
async fn enqueued_responses_are_sent_first_and_in_order() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order", 1));
    let caller = Caller::of(&sandbox).await;
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, wire("error-200-code-1.json")));
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(502));
    sandbox.enqueue_response(Endpoint::Find, MockResponse::new(429, "text/plain", "slow").header("Retry-After", "7"));
    sandbox.enqueue_response(Endpoint::Find, MockResponse::new(200, "text/plain", "x").header("a\nb", "c"));
    sandbox.enqueue_response(Endpoint::Find, MockResponse::new(99, "text/plain", "x"));
    sandbox.enqueue_response(Endpoint::List, MockResponse::json(500, [0xff, 0x00]));

    let url = format!("{}/payments/find/order", sandbox.base_url());
    assert_eq!(send(caller.http.get(&url)).await, (200, wire("error-200-code-1.json")), "without a token");
    let (status, page) = caller.get("/payments/find/order").await;
    assert!(status == 502 && page.contains("502 Bad Gateway"), "{page}");
    let response = caller.request("/payments/find/order").send().await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(response.headers().get_all(CONTENT_TYPE).iter().collect::<Vec<_>>(), ["text/plain"]);
    for what in ["header", "status"] {
        let (status, text) = caller.get("/payments/find/order").await;
        assert!(status == 500 && text.contains(what), "{text}");
    }
    assert_eq!(caller.get("/payments/find/order").await.0, 200);

    let response = caller.request("/subscribe/customers/key/payments").send().await.unwrap();
    assert_eq!(response.status(), 500);
    assert_eq!(*response.bytes().await.unwrap(), [0xff, 0x00]);
    assert_eq!(sandbox.count(Endpoint::Find), 6);
}

#[tokio::test]
async fn responses_wait_while_paused() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    sandbox.upsert_payment(PaymentFixture::new("order", 1));
    let (pause, twice) = (sandbox.pause(Endpoint::Find), sandbox.pause(Endpoint::Find));
    let token = token(&sandbox).await.0; // other endpoints are not paused
    let http = http();
    let url = format!("{}/payments/find/order", sandbox.base_url());
    let calls: Vec<_> = (0..5).map(|_| tokio::spawn(send(http.get(&url).bearer_auth(&token)))).collect();
    sandbox.wait_for_requests(Endpoint::Find, 5).await;
    sandbox.wait_for_requests(Endpoint::Find, 2).await;
    assert_eq!((sandbox.count(Endpoint::Find), sandbox.max_in_flight(Endpoint::Find)), (5, 5));
    drop(twice);
    assert!(calls.iter().all(|call| !call.is_finished()));
    drop(pause);
    for call in calls {
        assert_eq!(call.await.unwrap().0, 200);
    }

    assert_eq!(send(http.get(&url).bearer_auth(&token)).await.0, 200);
    assert_eq!(sandbox.max_in_flight(Endpoint::Find), 5);
    assert_eq!((sandbox.max_in_flight(Endpoint::Token), sandbox.max_in_flight(Endpoint::List)), (1, 0));

    let pause = sandbox.pause(Endpoint::Find);
    let late = tokio::spawn(send(http.get(&url).bearer_auth(&token)));
    sandbox.wait_for_requests(Endpoint::Find, 7).await;
    sandbox.revoke_tokens();
    drop(pause);
    assert_eq!(late.await.unwrap().0, 401, "the token is checked after the pause");
}

#[tokio::test]
async fn latency_delays_every_response() {
    let sandbox = Sandbox::builder().latency(Duration::from_millis(30)).start().await.unwrap();
    let before = std::time::Instant::now();
    token(&sandbox).await;
    assert!(before.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn stop_finishes_responses_and_closes_the_port() {
    let sandbox = Sandbox::builder().latency(60 * MINUTE).start().await.unwrap();
    let url = format!("{}/nowhere", sandbox.base_url());
    let _pause = sandbox.pause(Endpoint::Other);
    let held = tokio::spawn(send(http().get(&url)));
    sandbox.wait_for_requests(Endpoint::Other, 1).await;
    sandbox.stop().await;
    assert_eq!(held.await.unwrap().0, 501, "a request in flight gets a response");
    assert!(http().get(&url).send().await.unwrap_err().is_connect());

    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/nowhere", sandbox.base_url());
    let kept_alive = http();
    assert_eq!(send(kept_alive.get(&url)).await.0, 501);
    drop(sandbox);
    tokio::task::yield_now().await;
    assert!(http().get(&url).send().await.unwrap_err().is_connect());
    assert!(kept_alive.get(&url).send().await.is_err());

    let sandbox = Sandbox::start().await.unwrap();
    let mut half = TcpStream::connect(sandbox.base_url().strip_prefix("http://").unwrap()).await.unwrap();
    half.write_all(b"GET /pay").await.unwrap();
    raw(&sandbox, "/", "").await; // the half request before it has been accepted
    let stop = tokio::time::timeout(Duration::from_secs(10), sandbox.stop());
    assert!(stop.await.is_ok(), "an incomplete request does not delay `stop`");
}

#[test]
fn start_without_a_runtime_is_an_error() {
    let mut start = std::pin::pin!(Sandbox::start());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(start.as_mut().poll(&mut context), std::task::Poll::Ready(Err(_))));
}
