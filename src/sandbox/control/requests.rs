//! The requests that arrived, over HTTP.

use std::{collections::BTreeMap, time::Duration};

use hyper::StatusCode;
use serde::Serialize;
use tokio::time::timeout;

use super::{
    super::{MockResponse, Request, service::Call, shared::Shared},
    faults::endpoint,
    input::Invalid,
};

/// The largest number of requests in a response: the latest ones.
const MAX_REQUESTS: usize = 1000;
/// The default time to wait for requests, and the longest, in seconds.
const WAIT: u64 = 10;
const MAX_WAIT: u64 = 60;

#[derive(Serialize)]
struct Listed<'a> {
    method: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    headers: BTreeMap<&'a str, &'a str>,
    body: String,
}

/// Returns the latest requests, after `wait` of them have arrived.
pub(super) async fn list(shared: &Shared, call: &Call) -> Result<MockResponse, Invalid> {
    let endpoint = call.route.query("operation").map(endpoint).transpose()?;
    let number = |name, default, max| match call.route.query(name).map(str::parse::<u64>) {
        None => Ok(default),
        Some(Ok(number)) if number <= max => Ok(number),
        Some(_) => Err(Invalid::expected(format_args!("a number from 0 to {max} in `{name}`"))),
    };
    let (wait, limit) = (number("wait", 0, 100_000)?, number("timeout", WAIT, MAX_WAIT)?);
    let expected = usize::try_from(wait).unwrap_or(usize::MAX);
    let arrived = shared.log.wait_for(endpoint, expected);
    if timeout(Duration::from_secs(limit), arrived).await.is_err() {
        let got = shared.log.arrived(endpoint);
        let message = format!("expected {expected} requests within {limit} seconds, got {got}");
        return Err(Invalid(StatusCode::REQUEST_TIMEOUT, message));
    }
    let requests = shared.log.latest(endpoint, MAX_REQUESTS);
    let list: Vec<_> = requests.iter().map(Listed::of).collect();
    Ok(MockResponse::success(serde_json::json!({"total": shared.log.arrived(endpoint), "list": list})))
}

impl<'a> Listed<'a> {
    fn of(request: &'a Request) -> Self {
        let (path, query) = match request.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (request.target.as_str(), None),
        };
        let headers = request.headers.iter().filter_map(|name| Some((name.as_str(), request.header(name)?))).collect();
        Self {
            method: &request.method,
            path,
            query,
            headers,
            body: String::from_utf8_lossy(request.body()).into_owned(),
        }
    }
}
