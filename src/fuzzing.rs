//! Doors for the targets under `fuzz/`; there in their builds alone.

#![allow(clippy::panic, reason = "a finding is a panic")]

use reqwest::{
    StatusCode,
    header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    decode,
    error::Error,
    generated::types::{AccessTokenResponse, ErrorResponse, PaymentListResponse, PaymentResponse},
    retry::Failure,
};

/// The answer to a look-up by order.
pub fn find(body: &[u8]) {
    read::<PaymentResponse>(body);
    read::<ErrorResponse>(body);
}

/// The answer to a listing.
pub fn list(body: &[u8]) {
    read::<PaymentListResponse>(body);
}

/// The answer to the question for a token.
pub fn token(body: &[u8]) {
    if let Ok(answer) = decode::decode::<AccessTokenResponse>(StatusCode::OK, body) {
        let _ = format!("{answer:?}");
    }
}

/// `Retry-After` and `Date`, on two lines.
pub fn retry_after(text: &[u8]) {
    let values = text.splitn(2, |byte| *byte == b'\n').filter_map(|value| HeaderValue::from_bytes(value).ok());
    let headers: HeaderMap = [RETRY_AFTER, DATE].into_iter().zip(values).collect();
    let _ = Failure::answered(StatusCode::TOO_MANY_REQUESTS, &headers);
}

/// What is read can be written, and is read as the same again; what is not can be told.
fn read<T: DeserializeOwned + Serialize + std::fmt::Debug>(body: &[u8]) {
    let Ok(value) = decode::decode::<T>(StatusCode::OK, body).map_err(told) else { return };
    let written = serde_json::to_string(&value).unwrap_or_default();
    let again = decode::decode::<T>(StatusCode::OK, written.as_bytes()).map_err(told);
    let again = again.ok().and_then(|again| serde_json::to_string(&again).ok());
    assert_eq!(again.as_deref(), Some(&*written), "not the same after a round trip");
    let _ = format!("{value:?}");
}

fn told(error: Error) -> usize {
    assert!(error.is_decode());
    format!("{error} {error:?}").len()
}
