//! The functions that see the final response of each call.

use std::{error, fmt, sync::Arc};

use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};

use crate::{error::Error, generated::runtime::RawResponse};

/// The final response of a call, as [`ClientBuilder::inspect`](crate::ClientBuilder::inspect) passes it on.
#[derive(Clone, Copy)]
pub struct InspectedResponse<'a> {
    operation: &'a str,
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl InspectedResponse<'_> {
    /// Returns the `operationId` of the call, or the method and the path template of a raw request, like
    /// `POST /payments/cancel`.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the HTTP headers, such as `Date`, and the request id that a gateway sets.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Returns the `Content-Type`, if the response has one of visible ASCII characters.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }

    /// Returns the body as it was received. It has personal data, and that of `get_token` an access token.
    pub fn body(&self) -> &[u8] {
        self.body
    }
}

impl fmt::Debug for InspectedResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, .. } = self;
        f.debug_struct("InspectedResponse")
            .field("operation", operation)
            .field("status", status)
            .finish_non_exhaustive()
    }
}

type Inspector = dyn Fn(&InspectedResponse<'_>) -> Result<(), Box<dyn error::Error + Send + Sync>> + Send + Sync;

/// The functions of a client, in the order in which they were added.
#[derive(Clone, Default)]
pub(crate) struct Inspectors(Vec<Arc<Inspector>>);

impl Inspectors {
    pub(crate) fn add(
        &mut self,
        inspector: impl Fn(&InspectedResponse<'_>) -> Result<(), Box<dyn error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) {
        self.0.push(Arc::new(inspector));
    }

    /// Calls the functions until one rejects the response.
    pub(super) fn inspect(&self, operation: &str, response: &RawResponse) -> Result<(), Error> {
        let RawResponse { status, headers, body, attempts, .. } = response;
        let inspected = InspectedResponse { operation, status: *status, headers, body };
        let outcome = self.0.iter().try_for_each(|inspector| inspector(&inspected));
        outcome.map_err(|source| Error::rejected_response(*status, source).with_headers(headers).after(*attempts))
    }
}
