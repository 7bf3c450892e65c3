//! The input of a request for control, and the reason why it is invalid.

use std::fmt::Display;

use hyper::StatusCode;
use serde::de::DeserializeOwned;

use super::super::service::Call;

/// The reason why a request is invalid, and the status of the response.
pub(super) struct Invalid(pub(super) StatusCode, pub(super) String);

impl Invalid {
    pub(super) fn new(reason: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, format!("invalid request: {reason}"))
    }

    pub(super) fn expected(expected: impl Display) -> Self {
        Self(StatusCode::BAD_REQUEST, format!("invalid request: expected {expected}"))
    }
}

/// Reads a body. An empty one is an object without fields.
pub(super) fn body<T: DeserializeOwned>(call: &Call) -> Result<T, Invalid> {
    let json: &[u8] = if call.body.is_empty() { b"{}" } else { &call.body };
    serde_json::from_slice(json).map_err(|error| Invalid(StatusCode::BAD_REQUEST, format!("invalid request: {error}")))
}
