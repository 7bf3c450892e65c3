//! The responses that the caller of a request gets along with its value.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

/// The final response of a call, as it was received. Returned by [`Lookup::send_with_responses`](crate::Lookup::send_with_responses)
/// and its equals. Its `Debug` has neither headers nor the body.
#[derive(Clone)]
pub struct ReceivedResponse {
    pub(crate) operation: Cow<'static, str>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl ReceivedResponse {
    /// Creates a response, for a mock of your own code.
    pub fn new(
        operation: impl Into<Cow<'static, str>>,
        status: StatusCode,
        headers: HeaderMap,
        body: impl Into<Bytes>,
    ) -> Self {
        Self { operation: operation.into(), status, headers, body: body.into() }
    }

    /// Returns the `operationId` of the call, or the method and the path template of a [raw request](crate::Client::request).
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the HTTP headers, such as `Date`, `Retry-After`, and the request id that a gateway sets.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as it was received. It has personal data.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for ReceivedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, body, .. } = self;
        let mut debug = f.debug_struct("ReceivedResponse");
        debug.field("operation", operation).field("status", &status.as_u16()).field("bytes", &body.len());
        debug.finish_non_exhaustive()
    }
}

/// Collects the final responses of the calls of one request, in the order in which they arrive.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<ReceivedResponse>>>);

impl Recorder {
    fn responses(&self) -> MutexGuard<'_, Vec<ReceivedResponse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, response: ReceivedResponse) {
        self.responses().push(response);
    }

    /// Waits for the result of a request, and adds its responses.
    pub(crate) async fn with<T>(self, result: impl Future<Output = T>) -> (T, Vec<ReceivedResponse>) {
        let result = result.await;
        let responses = std::mem::take(&mut *self.responses());
        (result, responses)
    }
}
