//! The shop's HTTP interface.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use iamport::Webhook;
use serde::{Deserialize, Serialize};

use crate::{Settled, Shop, ShopError};

pub fn router(shop: Arc<Shop>) -> Router {
    let router = Router::new().route("/checkout", post(check_out)).route("/webhook", post(webhook));
    router.route("/orders/{order}", get(order)).with_state(shop)
}

/// The request of the browser. It does not contain the price.
#[derive(Deserialize)]
struct Basket {
    product: String,
    quantity: u32,
}

/// The data that the browser passes to the payment window.
#[derive(Serialize)]
struct Order {
    merchant_uid: String,
    amount: i64,
}

async fn check_out(State(shop): State<Arc<Shop>>, Json(basket): Json<Basket>) -> Result<Response, ShopError> {
    if !(1..=100).contains(&basket.quantity) {
        return Ok((StatusCode::BAD_REQUEST, "expected a quantity from 1 to 100").into_response());
    }
    Ok(match shop.database.check_out(basket.product, basket.quantity).await? {
        Some((merchant_uid, amount)) => Json(Order { merchant_uid, amount }).into_response(),
        None => (StatusCode::NOT_FOUND, "no such product, or sold out").into_response(),
    })
}

async fn webhook(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Result<Response, ShopError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let webhook = match Webhook::parse(content_type, &body) {
        Ok(webhook) => webhook,
        Err(error) => return Ok((StatusCode::BAD_REQUEST, error.to_string()).into_response()),
    };
    Ok(match shop.settle_webhook(&webhook).await? {
        Settled::Shipped => "shipped".into_response(),
        Settled::AlreadyShipped => "already shipped".into_response(),
        Settled::SoldOut => "sold out".into_response(),
        Settled::Cancelled => "cancelled".into_response(),
        Settled::Rejected(reason) => format!("not shipped: {reason}").into_response(),
    })
}

async fn order(State(shop): State<Arc<Shop>>, Path(order): Path<String>) -> Result<Response, ShopError> {
    Ok(match shop.database.amount(&order).await? {
        None => (StatusCode::NOT_FOUND, "no such order").into_response(),
        Some(_) if shop.database.is_shipped(&order).await? => "shipped".into_response(),
        Some(_) => "open".into_response(),
    })
}

/// The sender of a webhook need not repeat it after a 503: the periodic job looks the order up.
impl IntoResponse for ShopError {
    fn into_response(self) -> Response {
        eprintln!("{self}");
        (StatusCode::SERVICE_UNAVAILABLE, "try again later").into_response()
    }
}
