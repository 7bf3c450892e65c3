//! Whether a failed call may have had its effect.

use reqwest::StatusCode;

use super::{Error, kind::Kind};

impl Error {
    /// Returns whether the service may have carried the request out although the call failed, so that its outcome is unknown.
    /// It matters for a [raw request](crate::Client::request) that is not a GET: look up what happened before you send it
    /// again.
    ///
    /// | error | |
    /// | --- | --- |
    /// | an invalid argument, no access token, no connection or certificate, no permit of `max_in_flight` | `false`: nothing was sent |
    /// | a timeout or a broken connection, once an attempt has begun; a runtime that was shut down; a redirect that an own [`http_client`](crate::ClientBuilder::http_client) followed | `true` |
    /// | a `code` other than 0 under a status of success; HTTP 4xx but 408, with 401 | `false`: it was refused |
    /// | HTTP 3xx, 408 and 5xx, of the service or a proxy, which may have passed the request on | `true` |
    /// | a success whose body is too large, does not decode, or is rejected by [`inspect`](crate::ClientBuilder::inspect) | `true` |
    ///
    /// A `code` other than 0 can come from the gateway, and nobody documents what one did that timed out: look before you send
    /// again. A pooled connection that the service closed meanwhile is a broken connection too, although nothing arrived.
    /// [`Client::request`](crate::Client::request) shows a refund with it. Of a call that was retried, it is about the last
    /// attempt.
    pub fn is_maybe_sent(&self) -> bool {
        if self.during_auth {
            return false;
        }
        match (&*self.kind, self.status()) {
            (Kind::Api { status, .. }, _) if status.is_success() => false,
            (_, Some(status)) => !status.is_client_error() || status == StatusCode::REQUEST_TIMEOUT,
            (Kind::Network(_) | Kind::Redirected | Kind::AttemptTimeout(_) | Kind::Aborted, None) => true,
            (Kind::Timeout(_), None) => !self.is_connect(),
            // The time can also end before the first attempt.
            (Kind::CallTimeout(_), None) => self.attempts.made > 0,
            _ => false,
        }
    }
}
