use hyper::{Uri, http::request::Parts};

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
    /// The names of the headers, in lower case. Their values are not kept.
    pub headers: Vec<String>,
    endpoint: Endpoint,
}

impl Request {
    pub(super) fn new(head: &Parts, route: &Route) -> Self {
        Self {
            method: head.method.to_string(),
            target: raw(&head.uri),
            tier: head.headers.get("tier").map(|tier| String::from_utf8_lossy(tier.as_bytes()).into_owned()),
            headers: head.headers.keys().map(ToString::to_string).collect(),
            endpoint: route.endpoint,
        }
    }

    /// Returns the endpoint of the request.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }
}

fn raw(target: &Uri) -> String {
    target.path_and_query().map_or_else(|| target.to_string(), ToString::to_string)
}
