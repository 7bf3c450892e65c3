//! The embedded server, over a real socket.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{fs, sync::Arc, time::Duration};

use iamport::{
    Amount,
    generated::types::Payment,
    sandbox::{CannedAnswer, Endpoint, PaymentBody, Sandbox},
};
use reqwest::{
    RequestBuilder,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MINUTE: Duration = Duration::from_secs(60);

fn wire(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/wire/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap().trim_end().to_owned()
}

fn captured(name: &str) -> Value {
    serde_json::from_str(&wire(name)).unwrap()
}

fn http() -> reqwest::Client {
    #[cfg(feature = "rustls")]
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A status and a body.
async fn send(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Asks for a token, and gives its text and its life in seconds.
async fn token(sandbox: &Sandbox) -> (String, u64) {
    let keys = json!({"imp_key": sandbox.key(), "imp_secret": sandbox.secret()});
    let (status, body) = send(http().post(format!("{}/users/getToken", sandbox.base_url())).json(&keys)).await;
    assert_eq!(status, 200, "{body}");
    let token: Value = serde_json::from_str::<Value>(&body).unwrap()["response"].take();
    let life = token["expired_at"].as_u64().unwrap() - token["now"].as_u64().unwrap();
    (token["access_token"].as_str().unwrap().to_owned(), life)
}

/// Someone who has a token.
struct Caller<'a> {
    sandbox: &'a Sandbox,
    http: reqwest::Client,
    token: String,
}

impl<'a> Caller<'a> {
    async fn of(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, http: http(), token: token(sandbox).await.0 }
    }

    fn request(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.sandbox.base_url())).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> (u16, String) {
        send(self.request(path)).await
    }

    async fn response(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str::<Value>(&body).unwrap()["response"].take()
    }

    async fn imp_uid(&self, path: &str) -> String {
        self.response(path).await["imp_uid"].as_str().unwrap().to_owned()
    }
}

/// Sends a target that no URL parser has touched; gives the head and body of the answer.
async fn raw(sandbox: &Sandbox, target: &str, token: &str) -> String {
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn bodies_are_those_of_the_wire() {
    let sandbox = Sandbox::start().await.unwrap();
    for name in ["find-paid-card", "find-cancelled-in-parts", "find-ready-vbank", "find-paid-2021"] {
        sandbox.put(PaymentBody::from_value(captured(&format!("{name}.json"))).unwrap());
    }
    let caller = Caller::of(&sandbox).await;
    for (order, name) in [
        ("order-0001", "find-paid-card"),
        ("order-0002", "find-cancelled-in-parts"),
        ("order-0003", "find-ready-vbank"),
        ("87", "find-paid-2021"),
    ] {
        assert_eq!(caller.get(&format!("/payments/find/{order}")).await, (200, wire(&format!("{name}.json"))));
    }
    let response = caller.request("/payments/find/87").send().await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=UTF-8");
}

#[tokio::test]
async fn listings_are_those_of_the_wire() {
    let list = "/subscribe/customers/cust_0001/payments";
    let sandbox = Sandbox::start().await.unwrap();
    for page in ["billing-page-1-of-2.json", "billing-page-2-of-2.json"] {
        for payment in captured(page)["response"]["list"].as_array().unwrap() {
            sandbox.put(PaymentBody::from_value(payment.clone()).unwrap());
        }
    }
    sandbox.put_billing_key("new");
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get(list).await, (200, wire("billing-page-1-of-2.json")));
    assert_eq!(caller.get(&format!("{list}?page=2")).await, (200, wire("billing-page-2-of-2.json")));
    assert_eq!(caller.get("/subscribe/customers/new/payments").await, (200, wire("billing-empty.json")));
    assert_eq!(caller.get("/subscribe/customers/none/payments").await, (404, wire("error-404.json")));

    let sandbox = Sandbox::builder().array_shape(true).start().await.unwrap();
    for payment in captured("billing-array-as-documented.json")["response"].as_array().unwrap() {
        sandbox.put(PaymentBody::from_value(payment.clone()).unwrap());
    }
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get(&format!("{list}?page=7")).await, (200, wire("billing-array-as-documented.json")));
}

#[tokio::test]
async fn a_new_payment_is_one_of_the_wire() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let paid = PaymentBody::new("order-0001", 15900).set("started_at", 1709722022).set("imp_uid", "imp_100000000001");
    sandbox.put(paid.clone().paid());
    assert_eq!(caller.get("/payments/find/order-0001").await, (200, wire("find-paid-card.json")));

    // What was decoded is written again as it came, cancellations in their own order too.
    for (order, name) in [("order-0001", "find-paid-card.json"), ("order-0002", "find-cancelled-in-parts.json")] {
        let payment: Payment = serde_json::from_value(captured(name)["response"].take()).unwrap();
        sandbox.put(&payment);
        assert_eq!(caller.get(&format!("/payments/find/{order}")).await, (200, wire(name)));
    }
}

#[tokio::test]
async fn amounts_are_exact() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let amount: Amount = "12345678901234567890.01".parse().unwrap();
    sandbox.put(PaymentBody::new("order", amount).currency("USD").paid().cancelled(amount, "all of it"));
    let (_, body) = caller.get("/payments/find/order/cancelled").await;
    assert_eq!(body.matches(":12345678901234567890.01,").count(), 3, "{body}");
    assert!(body.contains(r#""currency":"USD""#));

    let payment = serde_json::from_str::<iamport::generated::types::PaymentResponse>(&body).unwrap().response.unwrap();
    sandbox.put(&payment);
    assert_eq!(caller.get("/payments/find/order").await.1, body);
}

#[tokio::test]
async fn a_payment_goes_through_its_life() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let ready = PaymentBody::new("order", 15900);
    sandbox.put(ready.clone());
    let payment = caller.response("/payments/find/order").await;
    assert_eq!(
        [&payment["status"], &payment["paid_at"], &payment["receipt_url"]],
        [&json!("ready"), &json!(0), &Value::Null]
    );

    sandbox.put(ready.clone().failed("한도 초과"));
    let payment = caller.response("/payments/find/order").await;
    assert_eq!([&payment["status"], &payment["fail_reason"]], [&json!("failed"), &json!("한도 초과")]);
    assert_eq!(payment["failed_at"].as_u64().unwrap(), payment["started_at"].as_u64().unwrap() + 47);

    let partly = ready.paid().cancelled(5900, "부분 취소");
    sandbox.put(partly.clone());
    let payment = caller.response("/payments/find/order").await;
    assert_eq!([&payment["status"], &payment["cancel_amount"]], [&json!("paid"), &json!(5900)]);

    sandbox.put(partly.cancelled(10000, "고객 변심"));
    let payment = caller.response("/payments/find/order").await;
    assert_eq!([&payment["status"], &payment["cancel_amount"]], [&json!("cancelled"), &json!(15900)]);
    assert_eq!(payment["cancel_reason"], "고객 변심");
    let [first, last] = payment["cancel_history"].as_array().unwrap().as_slice() else { panic!("{payment}") };
    assert_eq!([&first["amount"], &last["amount"]], [5900, 10000]);
    assert_eq!(payment["cancelled_at"], last["cancelled_at"]);
    assert!(first["cancelled_at"].as_u64() < last["cancelled_at"].as_u64());
    assert_eq!(payment["cancel_receipt_urls"], json!([first["receipt_url"], last["receipt_url"]]));
    assert_ne!(first["cancellation_id"], last["cancellation_id"]);
}

#[tokio::test]
async fn fields_may_hold_anything() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    sandbox
        .put(PaymentBody::new("order", 1).set("imp_uid", Value::Null).set("cancel_history", "none").set("더/", true));
    sandbox.put(PaymentBody::new("order", 2).set("imp_uid", Value::Null).cancelled(1, "second"));
    let (_, body) = caller.get("/payments/find/order?sorting=started").await;
    assert!(body.contains(r#""cancel_history":"none""#) && body.ends_with(r#","\ub354\/":true}}"#), "{body}");
    assert_eq!(caller.response("/payments/find/order").await["amount"], 2);

    for odd in [json!([]), json!({"imp_uid": 1, "merchant_uid": "m"}), captured("error-404.json")] {
        let error = PaymentBody::from_value(odd).unwrap_err();
        assert!(error.to_string().contains("`imp_uid`"));
    }
}

#[tokio::test]
async fn pages() {
    let sandbox = Sandbox::start().await.unwrap();
    let uids: Vec<_> = (0..45)
        .map(|n| {
            let body = PaymentBody::new(&format!("sub-{n}"), 22000).billing_key("cust@1").paid();
            sandbox.put(body.clone());
            body.imp_uid()
        })
        .collect();
    assert!(uids.iter().all(|uid| uid.starts_with("imps_") && uid.len() == 17));
    sandbox.put(PaymentBody::new("another", 1).billing_key("cust@2"));
    sandbox.put(PaymentBody::new("ordinary", 1));
    let caller = Caller::of(&sandbox).await;
    for (query, from, len, previous, next) in [
        ("", 0, 20, 0, 2),
        ("?page=1", 0, 20, 0, 2),
        ("?page=2", 20, 20, 1, 3),
        ("?page=3", 40, 5, 2, 0),
        ("?page=4", 45, 0, 3, 0),
        ("?page=18446744073709551615", 45, 0, 3, 0),
        ("?page=0", 0, 20, 0, 2),
        ("?page=-1", 0, 20, 0, 2),
        ("?page=two", 0, 20, 0, 2),
    ] {
        let page = caller.response(&format!("/subscribe/customers/cust%401/payments{query}")).await;
        let numbers = json!([page["total"], page["previous"], page["next"]]);
        assert_eq!(numbers, json!([45, previous, next]), "{query}");
        let listed: Vec<_> = page["list"].as_array().unwrap().iter().map(|p| p["imp_uid"].as_str().unwrap()).collect();
        assert_eq!(listed, uids[from..from + len], "{query}");
    }
    assert_eq!(caller.response("/subscribe/customers/cust@2/payments").await["list"][0]["channel"], "api");
}

#[tokio::test]
async fn newest_first() {
    let sandbox = Sandbox::builder().newest_first(true).array_shape(true).start().await.unwrap();
    for (order, started_at) in [("b", 2), ("c", 3), ("a", 1)] {
        sandbox.put(PaymentBody::new(order, 1).billing_key("key").set("started_at", started_at));
    }
    let list = Caller::of(&sandbox).await.response("/subscribe/customers/key/payments").await;
    let orders: Vec<_> = list.as_array().unwrap().iter().map(|payment| &payment["merchant_uid"]).collect();
    assert_eq!(orders, ["c", "b", "a"]);
}

#[tokio::test]
async fn sorting_and_status_choose_the_payment() {
    let sandbox = Sandbox::start().await.unwrap();
    let payment = |uid: &str, status: &str, started: u64, paid: u64, cancelled: u64| {
        sandbox.put(
            PaymentBody::new("order", 1)
                .set("imp_uid", uid)
                .set("status", status)
                .set("started_at", started)
                .set("paid_at", paid.to_string()) // the tables call it a string
                .set("cancelled_at", cancelled),
        );
    };
    payment("imp_a", "paid", 100, 900, 0);
    payment("imp_b", "cancelled", 200, 210, 950);
    payment("imp_c", "paid", 300, 310, 0);
    payment("imp_d", "paid", 50, 500, 0);
    let caller = Caller::of(&sandbox).await;
    for (rest, uid) in [
        ("", "imp_c"),
        ("/", "imp_c"),
        ("?sorting=-started", "imp_c"),
        ("/?sorting=started", "imp_d"),
        ("?sorting=-paid", "imp_a"),
        ("?sorting=paid", "imp_b"),
        ("?sorting=-updated", "imp_b"),
        ("?sorting=updated", "imp_c"),
        ("?sorting=sideways", "imp_c"),
        ("/paid", "imp_c"),
        ("/paid/", "imp_c"),
        ("/paid?sorting=-paid", "imp_a"),
        ("/paid/?sorting=started", "imp_d"),
        ("/cancelled", "imp_b"),
    ] {
        assert_eq!(caller.imp_uid(&format!("/payments/find/order{rest}")).await, uid, "{rest}");
    }
    for rest in ["order/failed", "order/no-such-status", "another", "order/PAID"] {
        assert_eq!(caller.get(&format!("/payments/find/{rest}")).await, (404, wire("error-404.json")), "{rest}");
    }
    payment("imp_c", "failed", 10, 0, 0);
    assert_eq!(caller.imp_uid("/payments/find/order").await, "imp_b", "a payment is replaced by its imp_uid");
    assert_eq!(caller.imp_uid("/payments/find/order?sorting=started").await, "imp_c");
}

#[tokio::test]
async fn a_token_lives_half_an_hour() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.put(PaymentBody::new("order", 1));
    let caller = Caller::of(&sandbox).await;
    let first = caller.token.clone();
    let works = async || caller.get("/payments/find/order").await.0 == 200;
    let (again, life) = token(&sandbox).await;
    assert_eq!(again, first);
    assert!((1799..=1800).contains(&life), "{life}");

    sandbox.advance(28 * MINUTE);
    let (again, life) = token(&sandbox).await;
    assert!(again == first && (118..=120).contains(&life), "{life}");

    sandbox.advance(MINUTE);
    let (again, life) = token(&sandbox).await;
    assert!(again == first && (358..=360).contains(&life), "five minutes more: {life}");

    sandbox.advance(5 * MINUTE);
    assert!(works().await);
    sandbox.advance(MINUTE);
    assert!(!works().await);
    assert_eq!(caller.get("/payments/find/order").await, (401, wire("error-401.json")));

    let (second, life) = token(&sandbox).await;
    assert!(second != first && second.len() == 40 && life >= 1799);
    assert!(!works().await, "the first token stays dead");

    sandbox.revoke_tokens();
    let (third, _) = token(&sandbox).await;
    assert!(third != second && third != first);
}

#[tokio::test]
async fn tokens_are_asked_for_with_keys() {
    let sandbox = Sandbox::builder().keys("k&", "s=").start().await.unwrap();
    assert_eq!((sandbox.key(), sandbox.secret()), ("k&", "s="));
    let http = http();
    let post = || http.post(format!("{}/users/getToken", sandbox.base_url()));
    let form = |body: &'static str| post().header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);

    let (status, body) = send(form("imp_key=k%26&imp_secret=s%3D")).await;
    assert_eq!(status, 200);
    assert!(body.starts_with(r#"{"code":0,"message":null,"response":{"access_token":""#), "{body}");
    let order: Vec<_> = ["access_token", "now", "expired_at"].iter().map(|key| body.find(key).unwrap()).collect();
    assert!(order.is_sorted());

    for missing in [
        form(""),
        form("imp_key=k"),
        post(),
        post().json(&json!({"imp_secret": "s"})),
        post().json(&json!({"imp_key": 1, "imp_secret": null})),
        post().header(CONTENT_TYPE, "application/json").body("{"),
    ] {
        assert_eq!(send(missing).await, (400, wire("error-400-token.json")));
    }
    for wrong in [form("imp_key=k%26&imp_secret=s"), post().json(&json!({"imp_key": "k", "imp_secret": "s="}))] {
        assert_eq!(send(wrong).await, (401, wire("error-401.json")));
    }
}

#[tokio::test]
async fn a_token_is_needed() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.put(PaymentBody::new("order", 1).billing_key("key"));
    let (http, token) = (http(), token(&sandbox).await.0);
    for path in ["/payments/find/order", "/payments/find/none/paid", "/subscribe/customers/key/payments"] {
        let get = || http.get(format!("{}{path}", sandbox.base_url()));
        let expected = if path.contains("none") { 404 } else { 200 };
        for good in [token.clone(), format!("Bearer {token}"), format!("bearer {token}")] {
            assert_eq!(send(get().header(AUTHORIZATION, good)).await.0, expected);
        }
        assert_eq!(send(get()).await, (401, wire("error-401.json")));
        for bad in ["", "Bearer", "Bearer ", "0123456789abcdef0123456789abcdef01234567", &format!("Basic {token}")] {
            assert_eq!(send(get().header(AUTHORIZATION, bad)).await, (401, wire("error-401.json")), "{bad}");
        }
    }
}

#[tokio::test]
async fn targets_are_taken_and_logged_as_they_were_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    for uid in ["a/paid", "..", "주문@1:2", "a"] {
        sandbox.put(PaymentBody::new(uid, 1).paid().set("name", uid));
    }
    let token = token(&sandbox).await.0;
    let name = |answer: &str| {
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
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
    for target in ["/", "/payments/find//paid", "/payments"] {
        let answer = raw(&sandbox, target, &token).await;
        assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("text/html") && answer.contains("<html>"));
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
async fn the_log_keeps_the_tier_and_no_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    send(caller.request("/subscribe/customers/key/payments?page=2").header("Tier", "A01")).await;
    let requests = sandbox.requests();
    assert_eq!(requests[1].tier.as_deref(), Some("A01"));
    assert_eq!(requests[1].target, "/subscribe/customers/key/payments?page=2");
    let canned = CannedAnswer::json(200, caller.token.clone());
    let debug = format!("{requests:?} {sandbox:?} {:?} {canned:?}", Sandbox::builder());
    assert!(!debug.contains(&caller.token) && !debug.contains(sandbox.secret()), "{debug}");
    let body = format!("{:?}", PaymentBody::new("order", 1).paid());
    assert!(body.contains("order") && !body.contains("홍길동") && !body.contains('@'), "{body}");
}

#[tokio::test]
async fn canned_answers_come_first_and_in_order() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.put(PaymentBody::new("order", 1));
    let caller = Caller::of(&sandbox).await;
    sandbox.answer_next(Endpoint::Find, CannedAnswer::json(200, wire("error-200-code-1.json")));
    sandbox.answer_next(Endpoint::Find, CannedAnswer::html(502));
    sandbox.answer_next(Endpoint::Find, CannedAnswer::new(429, "text/plain", "slow").header("Retry-After", "7"));
    sandbox.answer_next(Endpoint::Find, CannedAnswer::new(200, "text/plain", "x").header("a\nb", "c"));
    sandbox.answer_next(Endpoint::Find, CannedAnswer::new(99, "text/plain", "x"));
    sandbox.answer_next(Endpoint::List, CannedAnswer::json(500, [0xff, 0x00]));

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
async fn answers_wait_while_paused() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    sandbox.put(PaymentBody::new("order", 1));
    let (pause, twice) = (sandbox.pause(Endpoint::Find), sandbox.pause(Endpoint::Find));
    let token = token(&sandbox).await.0; // other endpoints go on
    let http = http();
    let url = format!("{}/payments/find/order", sandbox.base_url());
    let calls: Vec<_> = (0..5).map(|_| tokio::spawn(send(http.get(&url).bearer_auth(&token)))).collect();
    sandbox.arrived(Endpoint::Find, 5).await;
    sandbox.arrived(Endpoint::Find, 2).await;
    assert_eq!((sandbox.count(Endpoint::Find), sandbox.most_in_flight(Endpoint::Find)), (5, 5));
    drop(twice);
    assert!(calls.iter().all(|call| !call.is_finished()));
    drop(pause);
    for call in calls {
        assert_eq!(call.await.unwrap().0, 200);
    }

    assert_eq!(send(http.get(&url).bearer_auth(&token)).await.0, 200);
    assert_eq!(sandbox.most_in_flight(Endpoint::Find), 5);
    assert_eq!((sandbox.most_in_flight(Endpoint::Token), sandbox.most_in_flight(Endpoint::List)), (1, 0));

    let pause = sandbox.pause(Endpoint::Find);
    let late = tokio::spawn(send(http.get(&url).bearer_auth(&token)));
    sandbox.arrived(Endpoint::Find, 7).await;
    sandbox.revoke_tokens();
    drop(pause);
    assert_eq!(late.await.unwrap().0, 401, "decided when it is let go");
}

#[tokio::test]
async fn every_answer_takes_its_time() {
    let sandbox = Sandbox::builder().latency(Duration::from_millis(30)).start().await.unwrap();
    let before = std::time::Instant::now();
    token(&sandbox).await;
    assert!(before.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn stopping_ends_it() {
    let sandbox = Sandbox::builder().latency(60 * MINUTE).start().await.unwrap();
    let url = format!("{}/nowhere", sandbox.base_url());
    let _pause = sandbox.pause(Endpoint::Other);
    let held = tokio::spawn(send(http().get(&url)));
    sandbox.arrived(Endpoint::Other, 1).await;
    sandbox.stop().await;
    assert_eq!(held.await.unwrap().0, 404, "what was in flight is answered");
    assert!(http().get(&url).send().await.unwrap_err().is_connect());

    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/nowhere", sandbox.base_url());
    let kept_alive = http();
    assert_eq!(send(kept_alive.get(&url)).await.0, 404);
    drop(sandbox);
    tokio::task::yield_now().await;
    assert!(http().get(&url).send().await.unwrap_err().is_connect());
    assert!(kept_alive.get(&url).send().await.is_err());
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let mut start = std::pin::pin!(Sandbox::start());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(start.as_mut().poll(&mut context), std::task::Poll::Ready(Err(_))));
}
