//! The control of the sandbox over HTTP.

use super::*;

#[tokio::test]
async fn payment_is_put_over_http() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let put = |body: String| http().post(format!("{}/_sandbox/payments", sandbox.base_url())).body(body);

    let (status, body) =
        send(put(r#"{"merchant_uid":"new","amount":12345678901234567890.01,"currency":"USD"}"#.into())).await;
    assert_eq!(status, 200);
    let payment = caller.get("/payments/find/new/paid").await;
    assert_eq!((status, body), payment);
    assert!(payment.1.contains(r#""amount":12345678901234567890.01,"#) && payment.1.contains(r#""currency":"USD""#));

    for status in ["ready", "failed", "cancelled"] {
        let body = json!({"merchant_uid": status, "amount": 100, "status": status, "sandbox": true});
        assert_eq!(send(put(body.to_string())).await.0, 200);
        let payment = caller.response(&format!("/payments/find/{status}/{status}")).await;
        assert_eq!((&payment["sandbox"], &payment["amount"]), (&json!(true), &json!(100)));
        assert_eq!(payment["cancel_amount"], if status == "cancelled" { 100 } else { 0 });
    }

    let captured = captured("find-paid-2021.json")["response"].to_string();
    assert_eq!(send(put(captured)).await, (200, wire("find-paid-2021.json")));
    assert_eq!(caller.get("/payments/find/87").await, (200, wire("find-paid-2021.json")));

    let of_tier = json!({"merchant_uid": "tiered", "amount": 100}).to_string();
    assert_eq!(send(put(of_tier.clone()).header("Tier", "A01")).await.0, 200);
    assert_eq!(caller.get("/payments/find/tiered").await.0, 404);
    assert_eq!(send(caller.request("/payments/find/tiered").header("Tier", "A01")).await.0, 200);

    for invalid in ["", "[]", "{}", r#"{"merchant_uid":"a"}"#, r#"{"merchant_uid":1,"amount":1}"#] {
        let (status, body) = send(put(invalid.to_owned())).await;
        assert!(status == 400 && body.contains("`merchant_uid` and `amount`"), "{invalid}: {body}");
    }
    assert_eq!(send(put(of_tier).header("Tier", "a01")).await.0, 400);
}

/// Controls a sandbox over HTTP.
struct Remote {
    http: reqwest::Client,
    url: String,
}

impl Remote {
    fn of(sandbox: &Sandbox) -> Self {
        Self { http: http(), url: format!("{}/_sandbox", sandbox.base_url()) }
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.url));
        let request = body.iter().fold(request, |request, body| request.json(body));
        let (status, body) = send(request).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        self.done("GET", path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.done("POST", path, Some(body)).await
    }

    async fn done(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, mut body) = self.send(method, path, body).await;
        assert_eq!((status, &body["code"]), (200, &json!(0)), "{method} {path}: {body}");
        body["response"].take()
    }

    async fn invalid(&self, method: &str, path: &str, body: Value) -> String {
        let (status, body) = self.send(method, path, Some(body)).await;
        assert_eq!((status, &body["code"]), (400, &json!(-1)), "{method} {path}: {body}");
        body["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn payments_are_listed_changed_and_deleted() {
    let sandbox = Sandbox::start().await.unwrap();
    let remote = Remote::of(&sandbox);
    for order in ["a", "b", "c"] {
        remote
            .post("/payments", json!({"merchant_uid": order, "amount": 15900, "imp_uid": format!("imp_{order}")}))
            .await;
    }
    let page = remote.get("/payments?limit=2&page=2").await;
    assert_eq!(
        (&page["total"], &page["previous"], &page["list"][0]["imp_uid"]),
        (&json!(3), &json!(1), &json!("imp_c"))
    );

    let before = remote.get("/payments/imp_a").await;
    let after = remote.done("PATCH", "/payments/imp_a", Some(json!({"name": "배 5kg"}))).await;
    let mut expected = before.clone();
    expected["name"] = json!("배 5kg");
    assert_eq!(after, expected, "all other fields stay");
    let after = remote.done("PATCH", "/payments/imp_a", Some(json!({"status": "cancelled"}))).await;
    assert_eq!(
        (&after["cancel_amount"], &after["name"], &after["paid_at"]),
        (&json!(15900), &json!("배 5kg"), &before["paid_at"])
    );
    assert!(
        remote
            .invalid("PATCH", "/payments/imp_a", json!({"imp_uid": "imp_z"}))
            .await
            .contains("no change of `imp_uid`")
    );
    assert!(
        remote.invalid("PATCH", "/payments/imp_a", json!({"status": "done"})).await.contains("ready, paid, failed")
    );

    remote.done("DELETE", "/payments/imp_b", None).await;
    assert_eq!(remote.send("GET", "/payments/imp_b", None).await.0, 404);
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get("/payments/find/b").await.0, 404);
    assert_eq!(caller.imp_uid("/payments/find/c").await, "imp_c");
    remote.done("DELETE", "/payments", None).await;
    assert_eq!(remote.get("/payments").await["total"], 0);
    assert!(
        remote.invalid("GET", "/payments?limit=0", Value::Null).await.contains("a number from 1 to 1000 in `limit`")
    );
}

#[tokio::test]
async fn payment_is_paid_failed_and_cancelled() {
    let sandbox = Sandbox::start().await.unwrap();
    let remote = Remote::of(&sandbox);
    for uid in ["imp_1", "imp_2"] {
        let ready =
            json!({"merchant_uid": "order", "amount": 100, "imp_uid": uid, "pay_method": "vbank", "status": "ready"});
        remote.post("/payments", ready).await;
    }
    assert_eq!(remote.post("/payments/imp_2/fail", json!({"reason": "잔액 부족"})).await["fail_reason"], "잔액 부족");
    assert!(remote.invalid("POST", "/payments/imp_2/fail", json!({})).await.contains("a payment in status ready"));
    assert_eq!(remote.done("POST", "/payments/imp_2/pay", None).await["status"], "paid");

    assert!(remote.invalid("POST", "/payments/imp_1/cancel", json!({})).await.contains("status paid or cancelled"));
    let paid = remote.post("/payments/imp_1/pay", json!({})).await;
    assert!(paid["paid_at"].as_u64() >= paid["started_at"].as_u64() && paid["card_name"].is_null());
    let part = remote.post("/payments/imp_1/cancel", json!({"amount": 40, "reason": "부분 환불"})).await;
    assert_eq!((&part["status"], &part["cancel_amount"]), (&json!("paid"), &json!(40)));
    assert!(remote.invalid("POST", "/payments/imp_1/cancel", json!({"amount": 61})).await.contains("at most 60"));
    assert_eq!(remote.done("POST", "/payments/imp_1/cancel", None).await["status"], "cancelled");
    assert_eq!(remote.send("POST", "/payments/imp_9/pay", None).await.0, 404);
}

#[tokio::test]
async fn faults_are_injected_over_http() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(sandbox.payment("order", 1).paid());
    let (remote, caller) = (Remote::of(&sandbox), Caller::of(&sandbox).await);
    let find = "/payments/find/order";
    let fault = |more: Value| {
        let mut fault = json!({"operation": "find_payment"});
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        remote.post("/faults", fault)
    };
    fault(json!({"kind": "response", "status": 500, "times": 2})).await;
    assert_eq!([caller.get(find).await.0, caller.get(find).await.0, caller.get(find).await.0], [500, 500, 200]);
    fault(json!({"kind": "response", "status": 429, "body": "{}", "retry_after": 7})).await;
    let response = caller.request(find).send().await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    fault(json!({"kind": "latency", "milliseconds": 100})).await;
    let before = std::time::Instant::now();
    assert_eq!(caller.get(find).await.0, 200);
    assert!(before.elapsed() >= Duration::from_millis(100));
    fault(json!({"kind": "reset_in_body"})).await;
    assert!(caller.request(find).send().await.is_ok_and(|response| response.content_length() > Some(0)));
    fault(json!({"kind": "replaced_response", "status": 504})).await;
    let (status, page) = caller.get(find).await;
    assert!(status == 504 && page.contains("<h1>504 Gateway Timeout</h1>"), "{page}");
    fault(json!({"kind": "expired_token"})).await;
    assert_eq!(caller.get(find).await.0, 401);

    fault(json!({"kind": "response", "status": 500, "times": 100})).await;
    remote.done("DELETE", "/faults", None).await;
    assert_eq!(Caller::of(&sandbox).await.get(find).await.0, 200);
    remote.post("/webhooks/faults", json!({"kind": "delayed", "milliseconds": 1, "times": 3})).await;

    for (invalid, expected) in [
        (json!({}), "missing field `operation`"),
        (json!({"operation": "find", "kind": "trickle"}), "an `operation` of get_token, find_payment,"),
        (
            json!({"operation": "find_payment", "kind": "tickle"}),
            "unknown variant `tickle`, expected one of `response`",
        ),
        (json!({"operation": "find_payment", "kind": "response", "status": 100}), "a `status` from 200 to 599"),
        (json!({"operation": "find_payment", "kind": "replaced_response"}), "missing field `status`"),
        (json!({"operation": "find_payment", "kind": "latency"}), "missing field `milliseconds`"),
    ] {
        let message = remote.invalid("POST", "/faults", invalid).await;
        assert!(message.contains(expected), "{message}");
    }
    assert!(remote.invalid("POST", "/webhooks/faults", json!({"kind": "late"})).await.contains("`lost`"));
}

#[tokio::test]
async fn clock_and_tokens_are_controlled_over_http() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(sandbox.payment("order", 1).paid());
    let remote = Remote::of(&sandbox);
    assert_eq!(remote.get("/health").await["status"], "ok");
    let caller = Caller::of(&sandbox).await;
    remote.post("/clock", json!({"advance": 1800})).await;
    assert_eq!(caller.get("/payments/find/order").await.0, 401, "the token has expired");
    assert_eq!(remote.post("/clock", json!({"time": 1_709_722_069})).await["time"], 1_709_722_069);
    assert!((1_709_722_069..1_709_722_129).contains(&remote.get("/clock").await["time"].as_u64().unwrap()));
    for path in ["/tokens/revoke", "/tokens/expire"] {
        let caller = Caller::of(&sandbox).await;
        assert_eq!(caller.get("/payments/find/order").await.0, 200);
        remote.done("POST", path, None).await;
        assert_eq!(caller.get("/payments/find/order").await.0, 401, "{path}");
        assert_ne!(token(&sandbox).await.0, caller.token);
    }
    for invalid in [json!({}), json!({"time": 0}), json!({"time": "now"}), json!({"advance": -1}), json!([])] {
        remote.invalid("POST", "/clock", invalid).await;
    }
}

#[tokio::test]
async fn requests_are_listed_and_waited_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let (remote, caller) = (Remote::of(&sandbox), Caller::of(&sandbox).await);
    let (status, body) = remote.send("GET", "/requests?wait=2&timeout=0", None).await;
    assert_eq!((status, &body["message"]), (408, &json!("expected 2 requests within 0 seconds, got 1")));
    let waiting = async { remote.get("/requests?wait=1&operation=cancel_payment").await };
    let calling = async {
        caller.get("/payments/find/a%2Fb?sorting=-paid").await;
        let request = caller.http.post(format!("{}/payments/cancel", sandbox.base_url())).bearer_auth(&caller.token);
        send(request.json(&json!({"imp_uid": "imp_1"}))).await
    };
    let (cancelled, _) = tokio::join!(waiting, calling);
    assert_eq!((&cancelled["total"], &cancelled["list"][0]["body"]), (&json!(1), &json!(r#"{"imp_uid":"imp_1"}"#)));

    let all = remote.get("/requests").await;
    assert_eq!(all["total"], 3, "the control is not listed");
    let [token, find, _] = all["list"].as_array().unwrap().as_slice() else { panic!("{all}") };
    assert_eq!((&token["path"], &token["body"]), (&json!("/users/getToken"), &json!("")));
    assert_eq!((&find["path"], &find["query"]), (&json!("/payments/find/a%2Fb"), &json!("sorting=-paid")));
    assert_eq!(find["headers"]["authorization"], "[redacted]");
    assert!(!all.to_string().contains(&caller.token) && !all.to_string().contains(sandbox.secret()));
    let logged = sandbox.requests();
    assert_eq!((logged[2].header("Content-Type"), logged[2].body().len()), (Some("application/json"), 19));

    assert_eq!(remote.done("DELETE", "/requests", None).await["cleared"], 3);
    assert_eq!(remote.get("/requests").await, json!({"total": 0, "list": []}));
    assert!(remote.invalid("GET", "/requests?timeout=61", Value::Null).await.contains("from 0 to 60 in `timeout`"));
}

#[tokio::test]
async fn reset_restores_the_start() {
    let now = 1_709_722_069;
    let initial = PaymentFixture::new("initial", 1).set("imp_uid", "imp_0").paid();
    let builder = Sandbox::builder().payments([initial]).time(iamport::Timestamp::from_secs(now).unwrap());
    let sandbox = builder.start().await.unwrap();
    let (remote, caller) = (Remote::of(&sandbox), Caller::of(&sandbox).await);
    remote.post("/payments", json!({"merchant_uid": "added", "amount": 1})).await;
    remote.done("DELETE", "/payments/imp_0", None).await;
    remote.post("/clock", json!({"advance": 1_000_000})).await;
    remote.post("/faults", json!({"operation": "find_payment", "kind": "response", "status": 500})).await;
    remote.done("POST", "/reset", None).await;

    assert!((now..now + 60).contains(&remote.get("/clock").await["time"].as_u64().unwrap()));
    assert_eq!(remote.get("/requests").await["total"], 0);
    assert_eq!(caller.get("/payments/find/initial").await.0, 401);
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.imp_uid("/payments/find/initial").await, "imp_0");
    assert_eq!(caller.get("/payments/find/added").await.0, 404);
}

#[tokio::test]
async fn control_is_described_and_unknown_control_is_not_imitated() {
    let sandbox = Sandbox::start().await.unwrap();
    let (status, document) = Remote::of(&sandbox).send("GET", "/openapi.json", None).await;
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    assert!(document["paths"]["/_sandbox/health"]["get"].is_object());
    assert_eq!(Remote::of(&sandbox).send("GET", "/unknown", None).await.0, 501);
    assert_eq!(Remote::of(&sandbox).send("PUT", "/payments", None).await.0, 501);
}
