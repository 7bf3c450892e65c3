//! The fields of a payment that belong together are filled in.

use iamport::sandbox::InvalidFixture;

use super::*;

const NOW: u64 = 1_709_722_069;

fn fixture(json: Value) -> Value {
    serde_json::to_value(PaymentFixture::from_json(json.to_string().as_bytes(), NOW).unwrap()).unwrap()
}

#[test]
fn new_payment_is_paid_now() {
    let payment = fixture(json!({"merchant_uid": "order", "amount": 15900}));
    assert_eq!([&payment["status"], &payment["pay_method"], &payment["currency"]], ["paid", "card", "KRW"]);
    assert_eq!([&payment["started_at"], &payment["paid_at"], &payment["failed_at"]], [NOW - 47, NOW, 0]);
    assert!(payment["card_number"].is_string() && payment["pg_tid"].is_string() && payment["receipt_url"].is_string());

    let own =
        json!({"merchant_uid": "order", "amount": 10.25, "currency": "USD", "imp_uid": "imp_own", "card_name": null});
    let payment = fixture(own);
    assert_eq!([&payment["imp_uid"], &payment["currency"]], ["imp_own", "USD"]);
    assert_eq!(
        (&payment["amount"], &payment["card_name"]),
        (&json!(10.25), &Value::Null),
        "a field that was sent stays"
    );
}

#[test]
fn times_are_in_order() {
    let with = |field: &str, value: u64| fixture(json!({"merchant_uid": "order", "amount": 1, field: value}));
    let payment = with("started_at", 1000);
    assert_eq!([&payment["started_at"], &payment["paid_at"]], [1000, 1047]);
    let payment = with("paid_at", 1000);
    assert_eq!([&payment["started_at"], &payment["paid_at"]], [953, 1000]);
    let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "status": "cancelled", "paid_at": 1000}));
    assert_eq!([&payment["started_at"], &payment["paid_at"], &payment["cancelled_at"]], [953, 1000, NOW]);
    let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "status": "ready"}));
    assert_eq!([&payment["started_at"], &payment["paid_at"]], [NOW, 0]);
    assert!(payment["pg_tid"].is_null() && payment["card_number"].is_null());
}

#[test]
fn failed_payment_has_a_reason() {
    let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "status": "failed"}));
    assert_eq!([&payment["failed_at"], &payment["paid_at"]], [NOW, 0]);
    assert!(payment["fail_reason"].is_string() && payment["pg_tid"].is_null());
    let payment =
        fixture(json!({"merchant_uid": "order", "amount": 1, "status": "failed", "fail_reason": "잔액 부족"}));
    assert_eq!(payment["fail_reason"], "잔액 부족");
}

#[test]
fn cancelled_payment_has_an_amount_and_a_history() {
    let cancelled = json!({"merchant_uid": "order", "amount": 15900, "status": "cancelled", "cancel_reason": "환불"});
    let payment = fixture(cancelled.clone());
    let [entry] = payment["cancel_history"].as_array().unwrap().as_slice() else { panic!("{payment}") };
    assert_eq!([&payment["cancel_amount"], &entry["amount"]], [15900; 2]);
    assert_eq!([&payment["paid_at"], &payment["cancelled_at"], &entry["cancelled_at"]], [NOW; 3]);
    assert_eq!([&payment["cancel_reason"], &entry["reason"]], ["환불"; 2]);

    for (status, cancel_amount, then) in
        [("paid", 900, "paid"), ("cancelled", 900, "cancelled"), ("paid", 15900, "cancelled")]
    {
        let mut sent = cancelled.clone();
        (sent["status"], sent["cancel_amount"]) = (json!(status), json!(cancel_amount));
        let payment = fixture(sent);
        assert_eq!((&payment["status"], &payment["cancel_amount"]), (&json!(then), &json!(cancel_amount)));
        assert_eq!(payment["cancel_history"][0]["amount"], cancel_amount);
    }
}

#[test]
fn virtual_account_has_an_account_and_no_card() {
    for status in ["ready", "paid"] {
        let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "pay_method": "vbank", "status": status}));
        for field in ["vbank_code", "vbank_name", "vbank_num", "vbank_holder"] {
            assert!(payment[field].is_string(), "{field}");
        }
        assert_eq!(payment["vbank_issued_at"], payment["started_at"]);
        assert!(payment["vbank_date"].as_u64().unwrap() > NOW);
        assert!(payment["card_name"].is_null() && payment["card_number"].is_null() && payment["apply_num"].is_null());
        assert_eq!(payment["pg_tid"].is_string(), status == "paid");
    }
    let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "pay_method": "trans"}));
    assert!(payment["card_name"].is_null() && payment["pg_tid"].is_string() && payment["vbank_num"].is_null());
    let rust = PaymentFixture::new("order", 1).virtual_account().paid();
    assert!(serde_json::to_value(rust).unwrap()["card_name"].is_null());
}

#[test]
fn payment_of_a_billing_key_is_scheduled() {
    let payment = fixture(json!({"merchant_uid": "order", "amount": 1, "customer_uid": "key"}));
    assert_eq!([&payment["customer_uid_usage"], &payment["channel"]], ["payment.scheduled", "api"]);
    assert!(payment["imp_uid"].as_str().unwrap().starts_with("imps_"));
}

#[test]
fn captured_payment_stays_as_it_is() {
    for name in
        ["find-paid-2021.json", "find-cancelled-in-parts.json", "find-ready-vbank.json", "find-documented-sample.json"]
    {
        let captured = captured(name)["response"].take();
        assert_eq!(fixture(captured.clone()), captured, "{name}");
    }
}

#[test]
fn invalid_payment_says_what_was_expected() {
    let valid = json!({"merchant_uid": "order", "amount": 100});
    for (field, value, expected) in [
        ("status", json!("PAID"), "a `status` of ready, paid, failed, cancelled"),
        ("status", json!(1), "a `status` of ready, paid, failed, cancelled"),
        ("amount", json!(-1), "numbers in `amount` and `cancel_amount`, which is at most `amount`"),
        ("amount", json!("many"), "an object with `merchant_uid` and `amount`"),
        ("cancel_amount", json!(101), "numbers in `amount` and `cancel_amount`, which is at most `amount`"),
        ("merchant_uid", json!(""), "a string in `merchant_uid`"),
        ("imp_uid", json!(7), "a string in `imp_uid`"),
        ("paid_at", json!("yesterday"), "Unix seconds in `paid_at`"),
    ] {
        let mut sent = valid.clone();
        sent[field] = value;
        let error: InvalidFixture = PaymentFixture::from_json(sent.to_string().as_bytes(), NOW).unwrap_err();
        assert_eq!(error.to_string(), format!("invalid payment: expected {expected}"));
    }
    let order = json!({"merchant_uid": "order", "amount": 100, "started_at": 5, "paid_at": 4}).to_string();
    let error = PaymentFixture::from_json(order.as_bytes(), NOW).unwrap_err().to_string();
    assert_eq!(error, "invalid payment: expected `started_at`, `paid_at` and `cancelled_at` in this order");
}

#[tokio::test]
async fn new_payment_is_listed_by_default() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(sandbox.payment("of-rust", 1).paid());
    let url = format!("{}/_sandbox/payments", sandbox.base_url());
    assert_eq!(send(http().post(url).body(r#"{"merchant_uid":"of-http","amount":1}"#)).await.0, 200);
    let page = Caller::of(&sandbox).await.response("/payments/status/paid").await;
    assert_eq!(page["total"], 2, "the default period is the last 90 days");
}

#[test]
fn fixture_converts_to_a_payment() {
    let fixture = PaymentFixture::new("order-0001", 15900).paid().paid_at(1_709_722_069).set("surprise", 1);
    let payment = Payment::try_from(fixture).unwrap();
    assert_eq!((payment.merchant_uid.as_str(), payment.paid_at.unwrap().as_secs()), ("order-0001", 1_709_722_069));
    assert_eq!(payment.extra.len(), 1);
    let error: InvalidFixture =
        Payment::try_from(PaymentFixture::new("order-0001", 1).set("amount", "홍길동")).unwrap_err();
    assert_eq!(error.to_string(), "invalid payment: the value of `amount` does not fit");
}
