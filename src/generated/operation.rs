//! The operations and responses of the document as data.

use std::borrow::Cow;

use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

use super::client::OPERATIONS;
use crate::{error::Error, json, span::CallSpan};

/// The name of OpenTelemetry's conventions for any other method.
const OTHER: &str = "_OTHER";

/// An operation of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`. Empty for a raw request.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Whether it needs an access token.
    pub authenticated: bool,
    /// Whether the client may send a request again whose outcome is unknown: GET, and what the document marks with
    /// `x-safe-to-repeat`.
    pub safe_to_repeat: bool,
}

impl Operation {
    /// Returns an operation by its `operationId`.
    pub(crate) fn named(id: &'static str) -> Self {
        let known = OPERATIONS.iter().find(|known| known.id == id).copied();
        // The table and the methods are generated from one document.
        known.unwrap_or(Self { id, method: "", path: "", authenticated: true, safe_to_repeat: false })
    }

    /// Returns the operation of a raw request. Only GET is safe to repeat. A method whose response has no body is other.
    pub(crate) fn raw(method: &Method, path: &'static str) -> Self {
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        let method = known.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER);
        Self { id: "", method, path, authenticated: true, safe_to_repeat: method == "GET" }
    }

    /// Returns whether the method is none that a raw request can have.
    pub(crate) fn is_other(&self) -> bool {
        self.method == OTHER
    }

    /// Returns the `operationId`, or the method and the path template of a raw request.
    pub(crate) fn name(&self) -> Cow<'static, str> {
        match self.id {
            "" => format!("{} {}", self.method, self.path).into(),
            id => id.into(),
        }
    }

    /// Opens the span of a call.
    pub(crate) fn span(&self) -> CallSpan {
        CallSpan::new(&self.name(), self.method, self.path)
    }
}

/// A response of the document.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The `operationId` of its operation.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The name of its schema in the document.
    pub schema: &'static str,
    reencode: fn(&[u8]) -> Result<String, json::DecodeError>,
}

impl Response {
    /// A response whose body has this type.
    pub(super) const fn of<T: DeserializeOwned + Serialize>(
        operation: &'static str,
        status: u16,
        schema: &'static str,
    ) -> Self {
        Self { operation, status, schema, reencode: reencode::<T> }
    }

    /// Decodes a body as the Rust type of the response, and encodes the value again.
    ///
    /// # Errors
    ///
    /// Returns an error if the body does not decode ([`is_decode`](Error::is_decode)).
    pub fn reencode(&self, body: &[u8]) -> Result<String, Error> {
        let status = reqwest::StatusCode::from_u16(self.status).unwrap_or_default();
        (self.reencode)(body).map_err(|error| Error::decoding(status, error, None))
    }
}

fn reencode<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<String, json::DecodeError> {
    let value: T = json::parse(body)?;
    Ok(serde_json::to_string(&value).unwrap_or_default())
}
