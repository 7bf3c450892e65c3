//! A webhook that verifies before it fulfils. `cargo run --example axum_webhook --features sandbox`
//!
//! Whoever knows its address can call it, and say what they like. All it takes from a call is the order's number; the
//! rest is looked up, and held against the shop's own books.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router, body,
    extract::State,
    http::{Request, StatusCode},
    routing::post,
};
use iamport::{
    Client,
    sandbox::{PaymentFixture, Sandbox},
};
use serde::Deserialize;
use tower::ServiceExt;

/// What the service sends. `imp_uid` and `status` come too, and are not to be believed either.
#[derive(Deserialize)]
struct Webhook {
    merchant_uid: String,
}

/// The shop: what its orders cost, and which it has shipped.
struct Shop {
    client: Client,
    prices: BTreeMap<String, u64>,
    shipped: Mutex<BTreeSet<String>>,
}

impl Shop {
    /// The same webhook can come twice; an order is shipped once.
    fn ship(&self, order: String) {
        self.shipped.lock().unwrap_or_else(PoisonError::into_inner).insert(order);
    }
}

fn app(shop: Arc<Shop>) -> Router {
    Router::new().route("/webhook", post(webhook)).with_state(shop)
}

async fn webhook(State(shop): State<Arc<Shop>>, Json(webhook): Json<Webhook>) -> (StatusCode, String) {
    let order = webhook.merchant_uid;
    let Some(price) = shop.prices.get(&order) else {
        return (StatusCode::NOT_FOUND, "no such order".to_owned());
    };
    match shop.client.find_payment(&order).status("paid").await {
        // The service calls again when it is not answered with success.
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Ok(None) => (StatusCode::OK, "not paid yet".to_owned()),
        Ok(Some(payment)) => match payment.verify(*price, "KRW") {
            Err(refusal) => (StatusCode::OK, format!("refused: {refusal}")),
            Ok(()) => {
                shop.ship(order);
                (StatusCode::OK, "shipped".to_owned())
            }
        },
    }
}

/// A shop with two orders at 15,900 won, of which one was paid with 100.
fn shop(sandbox: &Sandbox) -> Result<Arc<Shop>, iamport::Error> {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0002", 100).paid());
    let prices = ["order-0001", "order-0002"].map(|order| (order.to_owned(), 15900));
    let client = sandbox.client().build()?; // elsewhere: Client::from_env()?
    Ok(Arc::new(Shop { client, prices: prices.into(), shipped: Mutex::default() }))
}

/// Calls the webhook as the service, or anybody else, would.
async fn call(shop: &Arc<Shop>, order: &str) -> Result<(StatusCode, String), Box<dyn std::error::Error>> {
    let said = serde_json::json!({ "imp_uid": "imp_1", "merchant_uid": order, "status": "paid" });
    let request = Request::post("/webhook").header("content-type", "application/json").body(said.to_string())?;
    let answer = app(Arc::clone(shop)).oneshot(request).await?;
    let status = answer.status();
    let text = body::to_bytes(answer.into_body(), 1024).await?;
    Ok((status, String::from_utf8(text.into())?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let shop = shop(&sandbox)?;
    for order in ["order-0001", "order-0002", "order-9999"] {
        let (status, text) = call(&shop, order).await?;
        println!("{order}: {status}, {text}");
    }
    // In earnest: axum::serve(TcpListener::bind("0.0.0.0:8080").await?, app(shop)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Done = Result<(), Box<dyn std::error::Error>>;

    fn shipped(shop: &Shop) -> usize {
        shop.shipped.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    #[tokio::test]
    async fn what_is_paid_is_shipped_once() -> Done {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        assert_eq!(call(&shop, "order-0001").await?, (StatusCode::OK, "shipped".to_owned()));
        assert_eq!(call(&shop, "order-0001").await?, (StatusCode::OK, "shipped".to_owned()));
        assert_eq!(shipped(&shop), 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_forged_amount_is_refused() -> Done {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        let (_, text) = call(&shop, "order-0002").await?;
        assert_eq!(text, "refused: amount mismatch: expected 15900, got 100");
        assert_eq!(shipped(&shop), 0);
        Ok(())
    }

    #[tokio::test]
    async fn what_nobody_ordered_is_not_looked_up() -> Done {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        assert_eq!(call(&shop, "order-9999").await?.0, StatusCode::NOT_FOUND);
        assert!(sandbox.requests().is_empty());
        Ok(())
    }

    /// The service calls again after an answer that is no success.
    #[tokio::test]
    async fn a_service_that_is_down_puts_it_off() -> Done {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        sandbox.stop().await;
        assert_eq!(call(&shop, "order-0001").await?.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(shipped(&shop), 0);
        Ok(())
    }
}
