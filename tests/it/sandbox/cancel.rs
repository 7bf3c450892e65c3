//! `POST /payments/cancel`, and the operations that the sandbox does not imitate.

use iamport::{
    Payment,
    reqwest::Method,
    sandbox::{Fault, WebhookFault, WebhookFormat},
};
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::common::ManualClock;

impl Caller<'_> {
    async fn cancel(&self, body: &Value) -> Value {
        let request = self.http.post(format!("{}/payments/cancel", self.sandbox.base_url())).bearer_auth(&self.token);
        let (status, body) = send(request.json(body)).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

async fn with_payment() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(sandbox.payment("order", 15900).set("imp_uid", "imp_1").paid());
    sandbox
}

#[tokio::test]
async fn payment_is_cancelled_in_parts_then_in_full() {
    let sandbox = with_payment().await;
    let caller = Caller::of(&sandbox).await;
    let part = json!({"imp_uid": "imp_1", "amount": 900, "checksum": 15900, "reason": "부분 환불", "extra": {"requester": "admin"}});
    let payment = caller.cancel(&part).await["response"].take();
    assert_eq!((&payment["status"], &payment["cancel_amount"]), (&json!("paid"), &json!(900)));
    let entry = &payment["cancel_history"][0];
    assert_eq!((&entry["amount"], &entry["reason"]), (&json!(900), &json!("부분 환불")));
    assert!(payment["cancelled_at"].as_u64() >= payment["paid_at"].as_u64());
    assert_eq!(caller.response("/payments/imp_1").await, payment);

    for everything in [json!({"imp_uid": "imp_1", "amount": 0, "checksum": null}), json!({"imp_uid": "imp_1"})] {
        let sandbox = with_payment().await;
        let caller = Caller::of(&sandbox).await;
        caller.cancel(&part).await;
        let payment = caller.cancel(&everything).await["response"].take();
        assert_eq!((&payment["status"], &payment["cancel_amount"]), (&json!("cancelled"), &json!(15900)));
        assert_eq!(payment["cancel_history"][1]["amount"], 15000);
        let again = caller.cancel(&everything).await;
        assert_eq!((&again["code"], &again["response"]), (&json!(1), &Value::Null), "{again}");
    }
}

#[tokio::test]
async fn refused_cancellation_changes_nothing() {
    let sandbox = with_payment().await;
    sandbox.upsert_payment(PaymentFixture::new("ready", 100).set("imp_uid", "imp_ready"));
    sandbox.upsert_payment(PaymentFixture::new("vbank", 100).set("imp_uid", "imp_vbank").virtual_account().paid());
    let caller = Caller::of(&sandbox).await;
    let before = caller.response("/payments/imp_1").await;
    for refused in [
        json!({}),
        json!({"imp_uid": "imp_9"}),
        json!({"imp_uid": "imp_9", "merchant_uid": "order"}),
        json!({"merchant_uid": "none"}),
        json!({"imp_uid": "imp_1", "amount": 15901}),
        json!({"imp_uid": "imp_1", "amount": -1}),
        json!({"imp_uid": "imp_1", "amount": "all"}),
        json!({"imp_uid": "imp_1", "checksum": 100}),
        json!({"imp_uid": "imp_1", "checksum": 0}),
        json!({"imp_uid": "imp_ready"}),
        json!({"imp_uid": "imp_vbank"}),
        json!([]),
    ] {
        let body = caller.cancel(&refused).await;
        assert_eq!((&body["code"], &body["response"]), (&json!(1), &Value::Null), "{refused}");
        assert!(body["message"].is_string());
    }
    assert_eq!(caller.response("/payments/imp_1").await, before);
    let account =
        json!({"imp_uid": "imp_vbank", "refund_holder": "홍길동", "refund_bank": "04", "refund_account": "1"});
    assert_eq!(caller.cancel(&account).await["response"]["status"], "cancelled");

    let url = format!("{}/payments/cancel", sandbox.base_url());
    assert_eq!(send(http().post(url).json(&json!({"imp_uid": "imp_1"}))).await, (401, wire("error-401.json")));
    assert_eq!(sandbox.count(Endpoint::Cancel), 14);
}

#[tokio::test]
async fn cancellation_is_accepted_as_a_form_and_by_order() {
    let sandbox = with_payment().await;
    sandbox.upsert_payment(sandbox.payment("order", 15900).failed("한도 초과"));
    let caller = Caller::of(&sandbox).await;
    let request = caller.http.post(format!("{}/payments/cancel", sandbox.base_url())).bearer_auth(&caller.token);
    let form = "merchant_uid=order&amount=100.50&checksum=&reason=%ED%99%98%EB%B6%88&extra%5Brequester%5D=admin";
    let (_, body) = send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)).await;
    let payment = serde_json::from_str::<Value>(&body).unwrap()["response"].take();
    assert_eq!((&payment["imp_uid"], &payment["cancel_amount"]), (&json!("imp_1"), &json!(100.50)));
    assert_eq!(payment["cancel_reason"], "환불");
}

#[tokio::test]
async fn cancellation_by_the_api_sends_a_webhook_only_if_asked_to() {
    let (shop, _client) = crate::common::start().await;
    let (sender, mut outcomes) = unbounded_channel();
    let builder = Sandbox::builder().webhook(shop.base_url(), WebhookFormat::Json);
    let sandbox = builder.on_webhook(move |uid, _| sender.send(uid.to_owned()).unwrap()).start().await.unwrap();
    sandbox.inject_webhook_fault(WebhookFault::Lost, 2);
    for uid in ["imp_silent", "imp_loud"] {
        sandbox.upsert_payment(sandbox.payment("order", 100).set("imp_uid", uid).paid());
    }
    let caller = Caller::of(&sandbox).await;
    caller.cancel(&json!({"imp_uid": "imp_silent"})).await;
    caller.cancel(&json!({"imp_uid": "imp_silent", "enable_webhook": false})).await;
    caller.cancel(&json!({"imp_uid": "imp_loud", "enable_webhook": true})).await;
    assert_eq!(outcomes.recv().await.as_deref(), Some("imp_loud"));
    sandbox.stop().await;
    assert!(outcomes.is_empty());
}

/// Whether the cancellation is carried out before its response gets the fault.
#[tokio::test]
async fn faults_of_a_cancellation_carry_it_out_unless_documented() {
    let proxy = || MockResponse::html(502);
    for (fault, is_carried_out) in [
        (Fault::Latency(Duration::from_millis(1)), true),
        (Fault::ReplacedResponse(proxy()), true),
        (Fault::ResetInHeaders, true),
        (Fault::ResetInBody, true),
        (Fault::StallInHeaders, true),
        (Fault::StallInBody, true),
        (Fault::Trickle, true),
        (Fault::TruncatedBody, true),
        (Fault::LengthTooLong, true),
        (Fault::LengthTooShort, true),
        (Fault::OversizedBody(1), true),
        (Fault::ClockAhead(MINUTE), true),
        (Fault::ClockBehind(MINUTE), true),
        (Fault::Response(proxy()), false),
        (Fault::RevokedToken, false),
        (Fault::ExpiredToken, false),
    ] {
        let (sandbox, clock) = (with_payment().await, ManualClock::new());
        let client = sandbox.client().clock(clock.clone()).build().unwrap();
        client.get_payment("imp_1").await.unwrap();
        sandbox.inject_fault(Endpoint::Cancel, fault.clone(), 1);
        let request = client.request(Method::POST, "/payments/cancel").json(&json!({"imp_uid": "imp_1"}));
        let response = tokio::spawn(request.send::<Payment>());
        let is_cancelled = async || client.get_payment("imp_1").await.unwrap().unwrap().status == "cancelled";
        while is_carried_out && !is_cancelled().await {}
        if matches!(fault, Fault::StallInHeaders | Fault::StallInBody) {
            clock.advance(MINUTE);
        }
        let response = response.await.unwrap();
        assert_eq!((is_cancelled().await, sandbox.count(Endpoint::Cancel)), (is_carried_out, 1), "{fault:?}");
        // A caller that is told that nothing happened is told the truth.
        assert!(response.is_ok() || response.unwrap_err().is_maybe_sent() || !is_carried_out, "{fault:?}");
    }
}

#[tokio::test]
async fn cancellation_whose_client_is_gone_when_the_pause_ends_is_not_carried_out() {
    let sandbox = with_payment().await;
    let caller = Caller::of(&sandbox).await;
    let (pause, everything) = (sandbox.pause(Endpoint::Cancel), json!({"imp_uid": "imp_1"}));
    tokio::select! {
        body = caller.cancel(&everything) => panic!("{body}"),
        () = sandbox.wait_for_requests(Endpoint::Cancel, 1) => {}
    }
    caller.response("/payments/imp_1").await;
    drop(pause);
    assert_eq!(caller.response("/payments/imp_1").await["status"], "paid");
    caller.cancel(&everything).await;
    assert_eq!((sandbox.count(Endpoint::Cancel), sandbox.max_in_flight(Endpoint::Cancel)), (2, 1));
}

/// The client may use a connection of its pool that is closed, once.
#[tokio::test]
async fn cancellation_on_a_closed_connection_is_maybe_sent() {
    let sandbox = with_payment().await;
    let client = sandbox.client().build().unwrap();
    client.get_payment("imp_1").await.unwrap();
    let _down = sandbox.refuse_connections();
    let cancel = || client.request(Method::POST, "/payments/cancel").json(&json!({"imp_uid": "imp_1"}));
    let error = cancel().send::<Payment>().await.unwrap_err();
    assert_eq!(error.is_maybe_sent(), error.is_connection_broken(), "{error:?}");
    assert!(error.is_connection_broken() || error.is_connect(), "{error:?}");
    let error = cancel().send::<Payment>().await.unwrap_err();
    assert!(error.is_connect() && !error.is_maybe_sent(), "{error:?}");
    assert_eq!(sandbox.count(Endpoint::Cancel), 0);
}

#[tokio::test]
async fn other_operations_say_that_they_are_not_imitated() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path) in [("POST", "/subscribe/payments/schedule"), ("GET", "/banks"), ("DELETE", "/payments/find/a")]
    {
        let request = http().request(method.parse().unwrap(), format!("{}{path}", sandbox.base_url()));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=UTF-8");
        let (status, body) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
        let message = format!("the sandbox does not imitate {method} {path}");
        assert_eq!((status, body), (501, json!({"code": -1, "message": message, "response": null})));
    }
}
