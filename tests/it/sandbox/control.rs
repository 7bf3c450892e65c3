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
