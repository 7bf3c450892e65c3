use std::fmt;

use bytes::Bytes;
use hyper::{Uri, header::HeaderName, http::request::Parts};

use super::route::{Endpoint, Route};

/// A request that the sandbox received, without keys, secrets and tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method: `GET`, `POST`.
    pub method: String,
    /// The path and query as the client sent them, not decoded.
    pub target: String,
    /// The `Tier` header.
    pub tier: Option<String>,
    /// The names of the headers, in lower case.
    pub headers: Vec<String>,
    content: Content,
    endpoint: Endpoint,
}

impl Request {
    pub(super) fn new(head: &Parts, route: &Route) -> Self {
        Self {
            method: head.method.to_string(),
            target: raw(&head.uri),
            tier: head.headers.get("tier").map(|tier| String::from_utf8_lossy(tier.as_bytes()).into_owned()),
            headers: head.headers.keys().map(ToString::to_string).collect(),
            content: Content::of(head),
            endpoint: route.endpoint,
        }
    }

    /// Keeps the body, unless it has keys.
    pub(super) fn set_body(&mut self, body: &Bytes) {
        if self.endpoint != Endpoint::Token {
            self.content.body = body.clone();
        }
    }

    /// Returns the value of a header; `[redacted]` if it is a secret, and `None` if there is none in UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        let at = self.headers.iter().position(|known| known.eq_ignore_ascii_case(name))?;
        self.content.headers.get(at)?.as_deref()
    }

    /// Returns the body; empty for a request for a token, whose body has the keys.
    pub fn body(&self) -> &[u8] {
        &self.content.body
    }

    /// Returns the endpoint of the request.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }
}

/// The values of the headers, and the body.
#[derive(Clone, PartialEq, Eq)]
struct Content {
    headers: Vec<Option<String>>,
    body: Bytes,
}

impl Content {
    fn of(head: &Parts) -> Self {
        let value = |name: &HeaderName| match name.as_str() {
            "authorization" | "cookie" | "proxy-authorization" => Some("[redacted]".to_owned()),
            _ => head.headers.get(name)?.to_str().ok().map(str::to_owned),
        };
        Self { headers: head.headers.keys().map(value).collect(), body: Bytes::new() }
    }
}

/// Shows the size of the body, since both may have personal data.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

fn raw(target: &Uri) -> String {
    target.path_and_query().map_or_else(|| target.to_string(), ToString::to_string)
}
