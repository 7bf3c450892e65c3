//! The runtime of the generated code, with the names of progenitor's own runtime (`progenitor-client`).
//!
//! It differs in three points: errors print no body, header or address; the hooks read a response to its end before it is
//! decoded; and an identifier is always encoded as one path segment.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::{Value, value::RawValue};

pub(crate) use super::path::encode_path;
use crate::{error, json, span::CallSpan};

/// The properties of a generated client.
#[allow(dead_code, reason = "progenitor implements all of it")]
pub(crate) trait ClientInfo<Inner> {
    /// The `info.version` of the document.
    fn api_version() -> &'static str;

    /// The base URL.
    fn baseurl(&self) -> &str;

    /// The HTTP client.
    fn client(&self) -> &reqwest::Client;

    /// The state of the hooks.
    fn inner(&self) -> &Inner;
}

/// The operation of a request.
#[derive(Debug)]
pub(crate) struct OperationInfo {
    /// Its `operationId`.
    pub(crate) operation_id: &'static str,
}

/// The hooks of every request of a generated client.
pub(crate) trait ClientHooks<Inner>: ClientInfo<Inner> {
    /// Checks and completes a request before it is sent.
    async fn pre(&self, request: &mut reqwest::Request, info: &OperationInfo) -> Result<(), error::Error>;

    /// Sends the request and reads the response.
    fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> impl Future<Output = Result<RawResponse, error::Error>> + Send;

    /// Does nothing; progenitor calls it.
    async fn post(&self, _: &Result<RawResponse, error::Error>, _: &OperationInfo) -> Result<(), error::Error> {
        Ok(())
    }
}

/// An HTTP response, read to its end.
pub struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The number of attempts.
    pub(crate) attempts: u32,
    /// The span of the call.
    pub(crate) span: CallSpan,
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

/// A decoded response of the generated client.
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    span: CallSpan,
}

/// The part of an envelope that says whether the call succeeded.
#[derive(Deserialize)]
struct ApiError {
    code: i64,
    /// As received, since it may be anything.
    message: Option<Box<RawValue>>,
}

impl<T: DeserializeOwned> ResponseValue<T> {
    #[doc(hidden)]
    pub async fn from_response<E>(response: RawResponse) -> Result<Self, Error<E>> {
        let RawResponse { status, headers, body, attempts, span } = response;
        let decoded = json::parse(&body).map_err(|error| {
            // An API error can have any other fields.
            let error = match json::parse::<ApiError>(&body) {
                Ok(ApiError { code, message }) if code != 0 => {
                    let message = message.and_then(|message| serde_json::from_str(message.get()).ok());
                    error::Error::rejected(status, code, message).with_headers(&headers)
                }
                _ => error::Error::body(status, error),
            };
            error.after(attempts)
        });
        let inner = decoded.inspect_err(|error| span.record_error(error))?;
        Ok(Self { inner, status, headers, attempts, span })
    }
}

impl<T> ResponseValue<T> {
    /// Returns the value, without status and headers.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// Returns the value and the span of the call, which closes with the error if the value is one.
    pub(crate) fn into_parts(self) -> (T, CallSpan) {
        (self.inner, self.span)
    }

    pub(crate) fn span(&self) -> &CallSpan {
        &self.span
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The number of attempts: 1 plus the retries and the replay with a new token.
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

/// The error returned by all calls of the generated client. Converts to [`crate::Error`].
pub enum Error<E = ()> {
    /// A status that the document declares as an error, with its envelope.
    ErrorResponse(ResponseValue<E>),
    /// An HTTP status that the document does not declare.
    UnexpectedResponse(RawResponse),
    /// Everything else: an invalid request, no response, or a response that cannot be decoded.
    Failed(error::Error),
}

impl<E> Error<E> {
    /// The HTTP status, if there was a response.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::ErrorResponse(value) => Some(value.status),
            Self::UnexpectedResponse(response) => Some(response.status),
            Self::Failed(error) => error.status(),
        }
    }
}

impl<E> From<error::Error> for Error<E> {
    fn from(error: error::Error) -> Self {
        Self::Failed(error)
    }
}

/// Converts the error of a request that cannot be built.
impl<E> From<reqwest::Error> for Error<E> {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error::Error::transport(error))
    }
}

impl<E> From<reqwest::header::InvalidHeaderValue> for Error<E> {
    fn from(_: reqwest::header::InvalidHeaderValue) -> Self {
        Self::Failed(error::Error::invalid_argument("invalid header value: expected visible ASCII characters"))
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorResponse(value) => write!(f, "API error: HTTP {}", value.status.as_u16()),
            Self::UnexpectedResponse(response) => write!(f, "unexpected response: HTTP {}", response.status.as_u16()),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorResponse(value) => f.debug_tuple("ErrorResponse").field(&value.status).finish(),
            Self::UnexpectedResponse(response) => f.debug_tuple("UnexpectedResponse").field(response).finish(),
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
