//! A webhook that verifies before it ships. `cargo run --example axum_webhook --features sandbox`
//!
//! A webhook is not signed: anybody who knows the URL can send one. So the handler takes only the identifiers from it, and
//! verifies the order with the price of the shop's own database. The payment that the webhook names must be among those
//! that were checked. The service sends a webhook once, also if the response is an error. So a periodic job verifies the
//! orders that are not shipped yet.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router, body,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Request, StatusCode, header::CONTENT_TYPE},
    routing::post,
};
use iamport::{
    Client, Webhook,
    sandbox::{PaymentFixture, Sandbox},
};
use tower::ServiceExt;

/// The shop: what its orders cost, and which of them are shipped.
struct Shop {
    client: Client,
    prices: BTreeMap<String, u64>,
    shipped: Mutex<BTreeSet<String>>,
}

impl Shop {
    /// Ships an order if it is paid, at most once: the same webhook can come again. `imp_uid` is the payment that a
    /// webhook named.
    async fn ship_if_paid(&self, order: &str, imp_uid: Option<&str>) -> Result<String, iamport::Error> {
        let Some(price) = self.prices.get(order) else { return Ok("rejected: no such order".to_owned()) };
        let check = self.client.verify_order(order, *price, "KRW").await?;
        let is_checked = |imp_uid| check.payments().iter().any(|payment| payment.imp_uid == imp_uid);
        if !imp_uid.is_none_or(is_checked) {
            return Ok("rejected: the order has no such payment".to_owned());
        }
        if let Some(reason) = check.rejection() {
            return Ok(format!("rejected: {reason}"));
        }
        if check.is_paid_twice() {
            println!("{order}: paid twice, refund a payment");
        }
        self.shipped.lock().unwrap_or_else(PoisonError::into_inner).insert(order.to_owned());
        Ok("shipped".to_owned())
    }

    /// The periodic job: ships the orders whose webhook was lost.
    async fn catch_up(&self) -> Result<(), iamport::Error> {
        for order in self.prices.keys() {
            let is_shipped = self.shipped.lock().unwrap_or_else(PoisonError::into_inner).contains(order);
            if !is_shipped {
                println!("{order}: {}", self.ship_if_paid(order, None).await?);
            }
        }
        Ok(())
    }
}

fn app(shop: Arc<Shop>) -> Router {
    Router::new().route("/webhook", post(webhook)).with_state(shop)
}

async fn webhook(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let webhook = match Webhook::parse(content_type, &body) {
        Ok(webhook) => webhook,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    match shop.ship_if_paid(&webhook.merchant_uid, Some(&webhook.imp_uid)).await {
        Ok(outcome) => (StatusCode::OK, outcome),
        // The service does not send the webhook again: the periodic job verifies the order.
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}

/// A shop with three orders of 15,900 won: the second is paid with 100 won, the third through a test channel.
fn shop(sandbox: &Sandbox) -> Result<Arc<Shop>, iamport::Error> {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0002", 100).set("imp_uid", "imp_2").paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0003", 15900).set("imp_uid", "imp_3").paid().test());
    let prices = ["order-0001", "order-0002", "order-0003"].map(|order| (order.to_owned(), 15900));
    let client = sandbox.client().build()?; // in production: Client::from_env()?
    Ok(Arc::new(Shop { client, prices: prices.into(), shipped: Mutex::default() }))
}

/// Calls the webhook. Anybody can, not only the service.
async fn call(
    shop: &Arc<Shop>,
    imp_uid: &str,
    order: &str,
) -> Result<(StatusCode, String), Box<dyn std::error::Error>> {
    let content = serde_json::json!({ "imp_uid": imp_uid, "merchant_uid": order, "status": "paid" });
    let request = Request::post("/webhook").header(CONTENT_TYPE, "application/json").body(content.to_string())?;
    let response = app(Arc::clone(shop)).oneshot(request).await?;
    let status = response.status();
    let text = body::to_bytes(response.into_body(), 1024).await?;
    Ok((status, String::from_utf8(text.into())?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let shop = shop(&sandbox)?;
    for (imp_uid, order) in
        [("imp_1", "order-0001"), ("imp_2", "order-0002"), ("imp_3", "order-0003"), ("imp_1", "order-0002")]
    {
        let (status, text) = call(&shop, imp_uid, order).await?;
        println!("{imp_uid} for {order}: {status}, {text}");
    }
    shop.catch_up().await?;
    // In production: axum::serve(TcpListener::bind("0.0.0.0:8080").await?, app(shop)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    fn shipped(shop: &Shop) -> Vec<String> {
        shop.shipped.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    #[tokio::test]
    async fn paid_order_is_shipped_once() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        for _ in 0..2 {
            assert_eq!(call(&shop, "imp_1", "order-0001").await?, (StatusCode::OK, "shipped".to_owned()));
        }
        assert_eq!(shipped(&shop), ["order-0001"]);
        Ok(())
    }

    #[tokio::test]
    async fn forged_webhooks_ship_nothing() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        for (imp_uid, order, text) in [
            ("imp_2", "order-0002", "rejected: amount mismatch: expected 15900, got 100"),
            ("imp_3", "order-0003", "rejected: test payment: no money was transferred"),
            ("imp_1", "order-0002", "rejected: the order has no such payment"),
            ("imp_1", "order-0009", "rejected: no such order"),
            // The order is paid, but the webhook names another payment: it is not of the service.
            ("imp_2", "order-0001", "rejected: the order has no such payment"),
            ("imp_9", "order-0001", "rejected: the order has no such payment"),
        ] {
            assert_eq!(call(&shop, imp_uid, order).await?, (StatusCode::OK, text.to_owned()));
        }
        assert!(shipped(&shop).is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn payment_of_the_webhook_is_among_those_that_were_checked() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        // The webhook of an attempt that failed after the order was paid.
        let failed = PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_4").failed("이미 결제됨");
        sandbox.upsert_payment(failed);
        assert_eq!(call(&shop, "imp_4", "order-0001").await?, (StatusCode::OK, "shipped".to_owned()));
        Ok(())
    }

    #[tokio::test]
    async fn form_is_accepted_and_other_bodies_are_not() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        let form = "imp_uid=imp_1&merchant_uid=order-0001&status=paid";
        for (content_type, status) in [
            ("application/x-www-form-urlencoded", StatusCode::OK),
            ("application/json", StatusCode::BAD_REQUEST),
            ("text/plain", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::post("/webhook").header(CONTENT_TYPE, content_type).body(form.to_owned())?;
            assert_eq!(app(Arc::clone(&shop)).oneshot(request).await?.status(), status);
        }
        assert_eq!(shipped(&shop), ["order-0001"]);
        Ok(())
    }

    #[tokio::test]
    async fn order_whose_webhook_was_lost_is_shipped_later() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        shop.catch_up().await?;
        assert_eq!(shipped(&shop), ["order-0001"]);
        sandbox.stop().await;
        assert_eq!(call(&shop, "imp_1", "order-0001").await?.0, StatusCode::SERVICE_UNAVAILABLE);
        Ok(())
    }
}
