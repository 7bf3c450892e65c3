//! A webhook that verifies before it fulfils. `cargo run --example axum_webhook --features sandbox`
//!
//! Whoever knows its address can call it, and say what they like. All it takes from a call is the order's number; the
//! rest is looked up, and held against the shop's own books.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use iamport::{
    Client,
    sandbox::{PaymentBody, Sandbox},
};
use serde::Deserialize;

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
    sandbox.put(PaymentBody::new("order-0001", 15900).paid());
    sandbox.put(PaymentBody::new("order-0002", 100).paid());
    let prices = ["order-0001", "order-0002"].map(|order| (order.to_owned(), 15900));
    let client = sandbox.client().build()?; // elsewhere: Client::from_env()?
    Ok(Arc::new(Shop { client, prices: prices.into(), shipped: Mutex::default() }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let shop = shop(&sandbox)?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/webhook", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, app(Arc::clone(&shop))).into_future());

    for order in ["order-0001", "order-0002", "order-9999"] {
        let said = serde_json::json!({ "imp_uid": "imp_1", "merchant_uid": order, "status": "paid" });
        let answer = reqwest::Client::new().post(&address).json(&said).send().await?;
        println!("{order}: {} {}", answer.status(), answer.text().await?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(shop: &Arc<Shop>, order: &str) -> (StatusCode, String) {
        webhook(State(Arc::clone(shop)), Json(Webhook { merchant_uid: order.to_owned() })).await
    }

    #[tokio::test]
    async fn what_is_paid_is_shipped_once() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        assert_eq!(call(&shop, "order-0001").await, (StatusCode::OK, "shipped".to_owned()));
        assert_eq!(call(&shop, "order-0001").await, (StatusCode::OK, "shipped".to_owned()));
        assert_eq!(shop.shipped.lock().unwrap_or_else(PoisonError::into_inner).len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_forged_amount_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        let (_, said) = call(&shop, "order-0002").await;
        assert_eq!(said, "refused: the payment is over 100, not 15900");
        assert!(shop.shipped.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn a_service_that_is_down_is_asked_again() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start().await?;
        let shop = shop(&sandbox)?;
        sandbox.stop().await;
        assert_eq!(call(&shop, "order-0001").await.0, StatusCode::SERVICE_UNAVAILABLE);
        Ok(())
    }
}
