//! What the generated code runs on, under the names that progenitor's own runtime has.
//!
//! It differs where money and personal data ask for it: errors print no body, header or address; an answer is read
//! whole, by the hooks, before it is decoded; and an identifier stays one path segment.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::Value;

pub(crate) mod path;

pub(crate) use self::path::encode_path;
use crate::{error, json};

/// What is known of a generated client.
#[allow(dead_code, reason = "progenitor implements all of it")]
pub(crate) trait ClientInfo<Inner> {
    /// The `info.version` of the document.
    fn api_version() -> &'static str;

    /// Where requests go.
    fn baseurl(&self) -> &str;

    /// The HTTP client that makes them.
    fn client(&self) -> &reqwest::Client;

    /// What the hooks carry.
    fn inner(&self) -> &Inner;
}

/// Which operation of the document a request is for.
#[derive(Debug)]
pub(crate) struct OperationInfo {
    /// Its `operationId`.
    pub(crate) operation_id: &'static str,
}

/// What is done with every request of a generated client.
pub(crate) trait ClientHooks<Inner>: ClientInfo<Inner> {
    /// Looks at a request before it is made, and may refuse it.
    async fn pre(&self, request: &mut reqwest::Request, info: &OperationInfo) -> Result<(), error::Error>;

    /// Makes the request and reads the answer.
    async fn exec(&self, request: reqwest::Request, info: &OperationInfo) -> Result<RawResponse, error::Error>;

    /// Looks at what came of it.
    async fn post(&self, _: &Result<RawResponse, error::Error>, _: &OperationInfo) -> Result<(), error::Error> {
        Ok(())
    }
}

/// An HTTP answer, read whole.
pub struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How often the service was asked for it.
    pub(crate) attempts: u32,
}

impl RawResponse {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A decoded answer of the generated client.
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
}

impl<T: DeserializeOwned> ResponseValue<T> {
    #[doc(hidden)]
    pub async fn from_response<E>(answer: RawResponse) -> Result<Self, Error<E>> {
        let RawResponse { status, headers, body, attempts } = answer;
        let inner = json::parse(&body).map_err(|error| error::Error::body(status, error).after(attempts))?;
        Ok(Self { inner, status, headers, attempts })
    }
}

impl<T> ResponseValue<T> {
    /// The value, without status and headers.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How often the service was asked for it.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Why a call of the generated client came to nothing. Converts to [`crate::Error`].
pub enum Error<E = ()> {
    /// A failure that the document tells of, with its envelope.
    ErrorResponse(ResponseValue<E>),
    /// An HTTP status that the document does not tell of.
    UnexpectedResponse(RawResponse),
    /// Everything else: refused before it was sent, not answered, or answered with what could not be read.
    Failed(error::Error),
}

impl<E> Error<E> {
    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::ErrorResponse(value) => Some(value.status),
            Self::UnexpectedResponse(answer) => Some(answer.status),
            Self::Failed(error) => error.status(),
        }
    }
}

impl<E> From<error::Error> for Error<E> {
    fn from(error: error::Error) -> Self {
        Self::Failed(error)
    }
}

/// A request that could not be built.
impl<E> From<reqwest::Error> for Error<E> {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error::Error::transport(error))
    }
}

impl<E> From<reqwest::header::InvalidHeaderValue> for Error<E> {
    fn from(_: reqwest::header::InvalidHeaderValue) -> Self {
        Self::Failed(error::Error::refused("a header cannot hold that value"))
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorResponse(value) => write!(f, "the service refused the call with HTTP {}", value.status.as_u16()),
            Self::UnexpectedResponse(answer) => write!(f, "the service answered with HTTP {}", answer.status.as_u16()),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorResponse(value) => f.debug_tuple("ErrorResponse").field(&value.status).finish(),
            Self::UnexpectedResponse(answer) => f.debug_tuple("UnexpectedResponse").field(answer).finish(),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

impl<E> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}

/// A query parameter: none for `None`, one for each item of an array, otherwise one.
#[derive(Debug)]
pub(crate) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a Option<T>,
}

impl<'a, T> QueryParam<'a, T> {
    pub(crate) fn new(name: &'a str, value: &'a Option<T>) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value.as_ref().map(serde_json::to_value).transpose().map_err(S::Error::custom)?;
        let values = match value {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        };
        serializer.collect_seq(values.iter().map(|value| (self.name, value)))
    }
}

/// Imported by the generated code; no operation of the document streams.
pub(crate) use std::convert::Infallible as ByteStream;

/// Imported by the generated code; no operation of the document sends a form.
#[allow(dead_code, reason = "progenitor imports it everywhere")]
pub(crate) trait RequestBuilderExt {}
