//! The runtime of the generated code, with the names of progenitor's own runtime (`progenitor-client`).
//!
//! It differs in three points: there is one error type, which prints no body, header or address; a response is read to its
//! end and its envelope is opened; and an identifier is always encoded as one path segment.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    pin::Pin,
    sync::{Arc, OnceLock},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use reqwest::{Request, StatusCode, header::HeaderMap};
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::Value;

pub(crate) use super::path::encode_path;
use super::{
    envelope::{self, Envelope},
    operation::Operation,
    received::{ReceivedResponse, Recorder},
};
pub(crate) use crate::error::Error;
use crate::{
    error::Attempts,
    span::CallSpan,
    types::{InvalidTier, Tier},
};

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

/// The limits of a call that differ from those of the transport, and who gets its response.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    /// The time at which the first of several calls began that share the timeout.
    pub(crate) begun: Option<Arc<OnceLock<Instant>>>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) no_retry: bool,
    pub(crate) recorder: Option<Recorder>,
}

/// The state of a generated client: how its requests are sent, within which limits, and for which sub-merchant.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) tier: Option<Tier>,
    /// The error of a tier that was given and is none. Without it, a call would be the merchant's own.
    pub(crate) tier_error: Option<InvalidTier>,
    pub(crate) options: CallOptions,
}

/// Sends the requests of a generated client.
pub(crate) trait Transport: fmt::Debug + Send + Sync {
    /// Makes a call: adds the token, sends the request, and reads the response.
    fn call(self: Arc<Self>, request: Request, operation: Operation, options: CallOptions) -> Pending;

    /// Returns the time of day by the client's clock.
    fn system_time(&self) -> SystemTime;
}

/// A call under way. Boxed, so that the futures of all operations are small.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<RawResponse, Error>> + Send>>;

/// The operation of a request.
#[derive(Debug)]
pub(crate) struct OperationInfo {
    /// Its `operationId`.
    pub(crate) operation_id: &'static str,
}

impl OperationInfo {
    /// Returns the operation as the document describes it.
    pub(super) fn operation(&self) -> Operation {
        Operation::named(self.operation_id)
    }
}

/// The hooks of every request of a generated client.
pub(crate) trait ClientHooks<Inner>: ClientInfo<Inner> {
    /// Checks and completes a request before it is sent.
    async fn pre(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error>;

    /// Sends the request and reads the response.
    fn exec(&self, request: Request, info: &OperationInfo) -> impl Future<Output = Result<RawResponse, Error>> + Send;

    /// Does nothing; progenitor calls it.
    async fn post(&self, _: &Result<RawResponse, Error>, _: &OperationInfo) -> Result<(), Error> {
        Ok(())
    }
}

/// An HTTP response, read to its end.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The attempts of the call.
    pub(crate) attempts: Attempts,
    /// The span of the call.
    pub(crate) span: CallSpan,
}

impl RawResponse {
    /// Returns the response as its caller gets it.
    pub(crate) fn received(&self, operation: &Operation) -> ReceivedResponse {
        let (headers, body) = (self.headers.clone(), self.body.clone());
        ReceivedResponse { operation: operation.name(), status: self.status, headers, body }
    }

    /// Opens the envelope of a raw request, and decodes its content as a type of the caller.
    pub(crate) fn content<T: DeserializeOwned>(&self) -> Result<T, Error> {
        envelope::content(self.status, &self.body).map_err(|error| self.failed(error))
    }

    /// Completes the error of a call that ended with this response.
    fn failed(&self, error: Error) -> Error {
        let error = error.with_headers(&self.headers).after(self.attempts);
        self.span.record_error(&error);
        error
    }
}

/// A decoded response of the generated client.
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: Attempts,
    span: CallSpan,
}

impl<T> ResponseValue<Envelope<T>> {
    /// Opens the envelope of a response. The value has `code` 0.
    pub(crate) fn from_response(response: RawResponse) -> Result<Self, Error>
    where
        Envelope<T>: DeserializeOwned,
    {
        let inner = Envelope::open(response.status, &response.body).map_err(|error| response.failed(error))?;
        let RawResponse { status, headers, attempts, span, .. } = response;
        Ok(Self { inner, status, headers, attempts, span })
    }

    /// Returns the content, unless `mismatch` names a field in which it differs from the request.
    pub(crate) fn content(self, mismatch: impl FnOnce(&T) -> Option<&'static str>) -> Result<T, Error> {
        let content = match self.inner.response {
            None => Err(Error::missing(self.status)),
            Some(content) => match mismatch(&content) {
                Some(field) => Err(Error::another_payment(self.status, field)),
                None => Ok(content),
            },
        };
        content.map_err(|error| error.after(self.attempts)).inspect_err(|error| self.span.record_error(error))
    }
}

impl<T> ResponseValue<T> {
    /// Returns the value, without status and headers.
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

    /// The number of attempts: 1 plus the retries and the replay with a new token.
    pub fn attempts(&self) -> u32 {
        self.attempts.made
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

/// A query parameter: none for `None`, one for each item of an array, otherwise one.
#[derive(Debug)]
pub(crate) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    pub(crate) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = match serde_json::to_value(self.value).map_err(S::Error::custom)? {
            Value::Null => Vec::new(),
            Value::Array(values) => values,
            value => vec![value],
        };
        serializer.collect_seq(values.iter().map(|value| (self.name, value)))
    }
}

/// Imported by the generated code; no operation of the document streams.
pub(crate) use std::convert::Infallible as ByteStream;

/// Imported by the generated code; no operation of the document sends a form.
#[allow(dead_code, reason = "progenitor imports it everywhere")]
pub(crate) trait RequestBuilderExt {}
