use std::fmt;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::wire::{self, ResponseEnvelope};

const JSON: &str = "application/json; charset=UTF-8";
const HTML: &str = "text/html; charset=UTF-8";

/// A response that a test sets; see [`Sandbox::enqueue_response`](super::Sandbox::enqueue_response).
///
/// If the status is not in 200 to 999, or a header is invalid in HTTP, a 500 whose text says so is sent instead. It is
/// deserialized from an object with `status` and, if it has them, `body`, `content_type` and `retry_after`.
#[derive(Clone)]
pub struct MockResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl<'de> Deserialize<'de> for MockResponse {
    fn deserialize<D: Deserializer<'de>>(fields: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            status: u16,
            body: Option<String>,
            content_type: Option<String>,
            retry_after: Option<u32>,
        }

        let Fields { status, body, content_type, retry_after } = Fields::deserialize(fields)?;
        if !(200..=599).contains(&status) {
            return Err(D::Error::custom("expected a `status` from 200 to 599"));
        }
        let response = match (body, content_type) {
            (None, None) => Self::html(status),
            (body, content_type) => {
                Self::new(status, content_type.as_deref().unwrap_or(JSON), body.unwrap_or_default())
            }
        };
        let wait = retry_after.map(|seconds| seconds.to_string());
        Ok(wait.iter().fold(response, |response, wait| response.header("retry-after", wait)))
    }
}

impl MockResponse {
    /// Creates a response.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let response = Self { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into().into() };
        match StatusCode::from_u16(status) {
            Ok(status) if !status.is_informational() => {
                Self { status, ..response }.header("content-type", content_type)
            }
            _ => Self::impossible("status"),
        }
    }

    /// Creates a response in JSON. The body is sent unchanged, valid or not.
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, JSON, body)
    }

    /// Creates a response of a proxy in front of the service: an HTML page.
    pub fn html(status: u16) -> Self {
        let title = StatusCode::from_u16(status).map_or_else(|_| status.to_string(), |status| status.to_string());
        let page = format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
        Self::new(status, HTML, page)
    }

    /// Sets a header. Replaces a header with the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
                self
            }
            _ => Self::impossible("header"),
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the status line and the headers, with the length of the body and `Connection: close`.
    pub(super) fn head(&self, framing: &str) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n{framing}\r\nconnection: close\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        head
    }

    pub(super) fn into_http(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// Creates an envelope with a `response`.
    pub(super) fn success(response: impl Serialize) -> Self {
        Self::success_with(StatusCode::OK, response)
    }

    pub(super) fn success_with(status: StatusCode, response: impl Serialize) -> Self {
        Self::envelope(status, &ResponseEnvelope { code: 0, message: None, response })
    }

    /// Creates an envelope with an error.
    pub(super) fn failure(status: StatusCode, message: &str) -> Self {
        Self::envelope(status, &ResponseEnvelope { code: -1, message: Some(message), response: () })
    }

    /// Creates an envelope with an error under HTTP 200.
    pub(super) fn refusal(message: &str) -> Self {
        Self::envelope(StatusCode::OK, &ResponseEnvelope { code: 1, message: Some(message), response: () })
    }

    fn envelope<T: Serialize>(status: StatusCode, envelope: &ResponseEnvelope<'_, T>) -> Self {
        Self::json(status.as_u16(), wire::write(envelope))
    }

    fn impossible(what: &str) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/plain"))]);
        let body = format!("sandbox: the queued response has a {what} that is invalid in HTTP\n");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, headers, body: body.into() }
    }
}

/// Shows the size of the body, which may contain tokens and personal data.
impl fmt::Debug for MockResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content_type = self.headers.get(CONTENT_TYPE);
        let bytes = self.body.len();
        f.debug_struct("MockResponse")
            .field("status", &self.status.as_u16())
            .field("content_type", &content_type)
            .field("bytes", &bytes)
            .finish_non_exhaustive()
    }
}
