//! Bodies are byte for byte like those of the service.

use super::*;

#[tokio::test]
async fn payments_equal_captured_bodies() {
    let sandbox = Sandbox::start().await.unwrap();
    for name in ["find-paid-card", "find-cancelled-in-parts", "find-ready-vbank", "find-paid-2021"] {
        sandbox.upsert_payment(PaymentFixture::from_value(captured(&format!("{name}.json"))).unwrap());
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
async fn listings_equal_captured_bodies() {
    let list = "/subscribe/customers/cust_0001/payments";
    let sandbox = Sandbox::start().await.unwrap();
    for page in ["billing-page-1-of-2.json", "billing-page-2-of-2.json"] {
        for payment in captured(page)["response"]["list"].as_array().unwrap() {
            sandbox.upsert_payment(PaymentFixture::from_value(payment.clone()).unwrap());
        }
    }
    sandbox.put_billing_key("new");
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get(list).await, (200, wire("billing-page-1-of-2.json")));
    assert_eq!(caller.get(&format!("{list}?page=2")).await, (200, wire("billing-page-2-of-2.json")));
    assert_eq!(caller.get("/subscribe/customers/new/payments").await, (200, wire("billing-empty.json")));
    assert_eq!(caller.get("/subscribe/customers/none/payments").await, (404, wire("error-404.json")));

    let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
    for payment in captured("billing-array-as-documented.json")["response"].as_array().unwrap() {
        sandbox.upsert_payment(PaymentFixture::from_value(payment.clone()).unwrap());
    }
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get(&format!("{list}?page=7")).await, (200, wire("billing-array-as-documented.json")));
}

#[tokio::test]
async fn fixture_and_decoded_payment_equal_captured_bodies() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let paid =
        PaymentFixture::new("order-0001", 15900).set("started_at", 1709722022).set("imp_uid", "imp_100000000001");
    sandbox.upsert_payment(paid.clone().paid());
    assert_eq!(caller.get("/payments/find/order-0001").await, (200, wire("find-paid-card.json")));

    // A decoded payment is encoded to the same bytes.
    for (order, name) in [("order-0001", "find-paid-card.json"), ("order-0002", "find-cancelled-in-parts.json")] {
        let payment: Payment = serde_json::from_value(captured(name)["response"].take()).unwrap();
        sandbox.upsert_payment(&payment);
        assert_eq!(caller.get(&format!("/payments/find/{order}")).await, (200, wire(name)));
    }
}

#[tokio::test]
async fn amounts_are_exact() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let amount: Amount = "12345678901234567890.01".parse().unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order", amount).currency("USD").paid().cancelled(amount, "all of it"));
    let (_, body) = caller.get("/payments/find/order/cancelled").await;
    assert_eq!(body.matches(":12345678901234567890.01,").count(), 3, "{body}");
    assert!(body.contains(r#""currency":"USD""#));

    let payment =
        serde_json::from_str::<iamport::generated::Envelope<iamport::Payment>>(&body).unwrap().response.unwrap();
    sandbox.upsert_payment(&payment);
    assert_eq!(caller.get("/payments/find/order").await.1, body);
}

#[tokio::test]
async fn fixture_has_the_fields_of_each_status() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let ready = PaymentFixture::new("order", 15900);
    sandbox.upsert_payment(ready.clone());
    let payment = caller.response("/payments/find/order").await;
    assert_eq!(
        [&payment["status"], &payment["paid_at"], &payment["receipt_url"]],
        [&json!("ready"), &json!(0), &Value::Null]
    );

    sandbox.upsert_payment(ready.clone().failed("한도 초과"));
    let payment = caller.response("/payments/find/order").await;
    assert_eq!([&payment["status"], &payment["fail_reason"]], [&json!("failed"), &json!("한도 초과")]);
    assert_eq!(payment["failed_at"].as_u64().unwrap(), payment["started_at"].as_u64().unwrap() + 47);

    let partly = ready.paid().cancelled(5900, "부분 취소");
    sandbox.upsert_payment(partly.clone());
    let payment = caller.response("/payments/find/order").await;
    assert_eq!([&payment["status"], &payment["cancel_amount"]], [&json!("paid"), &json!(5900)]);

    sandbox.upsert_payment(partly.cancelled(10000, "고객 변심"));
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
async fn fields_of_any_type_are_served() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    sandbox.upsert_payment(
        PaymentFixture::new("order", 1).set("imp_uid", Value::Null).set("cancel_history", "none").set("더/", true),
    );
    sandbox.upsert_payment(PaymentFixture::new("order", 2).set("imp_uid", Value::Null).cancelled(1, "second"));
    let (_, body) = caller.get("/payments/find/order?sorting=started").await;
    assert!(body.contains(r#""cancel_history":"none""#) && body.ends_with(r#","\ub354\/":true}}"#), "{body}");
    assert_eq!(caller.response("/payments/find/order").await["amount"], 2);

    for invalid in [json!([]), json!({"imp_uid": 1, "merchant_uid": "m"}), captured("error-404.json")] {
        let error = PaymentFixture::from_value(invalid).unwrap_err();
        assert!(error.to_string().contains("`imp_uid`"));
    }
}
