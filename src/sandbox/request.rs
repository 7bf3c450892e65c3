use hyper::{Uri, http::request::Parts};

use super::route::{Endpoint, Route};

/// A request that reached the sandbox. Keeps no key, secret or token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The method: `GET`, `POST`.
    pub method: String,
    /// The path and query as they were sent, nothing decoded.
    pub target: String,
    /// The `Tier` header.
    pub tier: Option<String>,
    /// The names of its headers, in lower case; their values are nobody's business.
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

    /// What it asked for.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }
}

fn raw(target: &Uri) -> String {
    target.path_and_query().map_or_else(|| target.to_string(), ToString::to_string)
}
