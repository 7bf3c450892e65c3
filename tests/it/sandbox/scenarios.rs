//! Scenarios by name, with the webhooks that the service would send.

use iamport::sandbox::{Scenario, WebhookFormat};
use tokio::sync::mpsc::unbounded_channel;

use super::*;

/// The statuses of the payments, and the statuses in the webhooks.
const EXPECTED: [(&str, &[&str], &[&str]); 10] = [
    ("paid", &["paid"], &["paid"]),
    ("wrong_amount", &["paid"], &["paid"]),
    ("test_channel", &["paid"], &["paid"]),
    ("virtual_account", &["paid"], &["ready", "paid"]),
    ("scheduled_failed", &["failed"], &["failed"]),
    ("failed_then_paid", &["failed", "paid"], &["paid"]),
    ("cancelled_in_console", &["cancelled"], &["paid", "cancelled"]),
    ("cancelled_by_api", &["cancelled"], &["paid"]),
    ("partially_cancelled", &["paid"], &["paid", "cancelled"]),
    ("paid_twice", &["paid", "paid"], &["paid", "paid"]),
];

#[tokio::test]
async fn scenarios_have_their_payments_and_webhooks() {
    let shop = Sandbox::start().await.unwrap();
    assert_eq!(Scenario::ALL.map(|(name, _)| name), EXPECTED.map(|(name, ..)| name));
    for (name, statuses, webhooks) in EXPECTED {
        let sandbox = Sandbox::builder().webhook(shop.base_url(), WebhookFormat::Json).start().await.unwrap();
        let url = format!("{}/_sandbox/scenarios/{name}", sandbox.base_url());
        let (status, body) = send(http().post(url).json(&json!({"merchant_uid": "order", "amount": 15900}))).await;
        assert_eq!(status, 200, "{body}");
        let payments = serde_json::from_str::<Value>(&body).unwrap()["response"].take();
        let found: Vec<_> =
            payments.as_array().unwrap().iter().map(|payment| payment["status"].as_str().unwrap()).collect();
        assert_eq!(found, statuses, "{name}");
        let page = Caller::of(&sandbox).await.response("/payments/findAll/order?sorting=started").await;
        assert_eq!(page["list"], payments, "{name}");

        shop.wait_for_requests(Endpoint::Other, webhooks.len()).await;
        sandbox.stop().await;
        let sent: Vec<_> =
            shop.requests().iter().map(|request| serde_json::from_slice::<Value>(request.body()).unwrap()).collect();
        let sent: Vec<_> = sent.iter().map(|webhook| webhook["status"].as_str().unwrap()).collect();
        assert_eq!(sent, webhooks, "{name}");
        shop.clear_requests();
    }
}

#[tokio::test]
async fn orders_of_scenarios_are_checked_by_the_client() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    for (name, scenario) in Scenario::ALL {
        assert_eq!(name.parse(), Ok(scenario));
        sandbox.run_scenario(scenario, name, 15900).unwrap();
        let check = client.verify_order(name, 15900, "KRW").await.unwrap();
        let is_paid = ["paid", "virtual_account", "failed_then_paid", "paid_twice"].contains(&name);
        assert_eq!((check.is_paid(), check.is_paid_twice()), (is_paid, name == "paid_twice"), "{name}");
    }
    let part = client.find_payment("partially_cancelled").await.unwrap().unwrap();
    assert_eq!(part.cancelled_amount().unwrap(), 5300);
    assert_eq!(client.find_payment("wrong_amount").await.unwrap().unwrap().amount, 159);
}

#[tokio::test]
async fn unknown_scenario_and_order_are_invalid() {
    let (sender, mut webhooks) = unbounded_channel();
    let builder = Sandbox::builder().webhook("http://127.0.0.1:1", WebhookFormat::Json);
    let sandbox = builder.on_webhook(move |uid, _| sender.send(uid.to_owned()).unwrap()).start().await.unwrap();
    let error = "paid_thrice".parse::<Scenario>().unwrap_err().to_string();
    assert!(error.starts_with("expected a scenario: paid, wrong_amount, "), "{error}");
    for (name, body, expected) in [
        ("paid_thrice", json!({"merchant_uid": "order", "amount": 1}), "expected a scenario: paid"),
        ("paid", json!({"merchant_uid": "order"}), "missing field `amount`"),
        ("paid", json!({"merchant_uid": "order", "amount": 0}), "an `amount` above 0"),
        ("paid", json!({"merchant_uid": "", "amount": 1}), "a `merchant_uid`"),
    ] {
        let url = format!("{}/_sandbox/scenarios/{name}", sandbox.base_url());
        let (status, text) = send(http().post(url).json(&body)).await;
        assert!(status == 400 && text.contains(expected), "{status} {text}");
    }
    sandbox.stop().await;
    assert!(webhooks.try_recv().is_err());
}
