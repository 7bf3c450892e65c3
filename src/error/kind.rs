use std::{error::Error, fmt, time::Duration};

use bytes::Bytes;
use reqwest::StatusCode;

use super::certificate::BadCertificate;
use crate::json::DecodeError;

/// A body that could not be decoded, until its parts are. Never printed.
pub(super) struct Body(pub(super) Option<Bytes>);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The cause of an error, without secrets, identifiers or bodies. Errors that a test constructs have no source.
#[derive(Debug)]
pub(super) enum Kind {
    Config(String),
    InvalidRequest(String),
    /// The runtime of a spawned request is gone.
    Aborted,
    Connect(Option<reqwest::Error>),
    Certificate(BadCertificate, Option<reqwest::Error>),
    /// A timeout of the HTTP client, like that of a connection.
    Timeout(Option<reqwest::Error>),
    AttemptTimeout(Duration),
    CallTimeout(Duration),
    /// A timeout of a call that was not sent, as the limit of requests in flight was reached.
    PermitTimeout(Duration),
    Network(Option<reqwest::Error>),
    /// The HTTP client of the user followed a redirect.
    Redirected,
    TooLarge(StatusCode, usize),
    /// A response of the service whose `code` is not 0.
    Api {
        status: StatusCode,
        code: i64,
        message: Option<String>,
        /// Whether the message is one of a documented operation, which has no personal data.
        is_documented: bool,
        /// Whether the envelope has the key `response`, as every envelope of the service has.
        has_response: bool,
    },
    /// A response without the envelope of the service.
    UnexpectedStatus(StatusCode),
    Decode(StatusCode, DecodeError, Body),
    /// One of the payments of a response, with its index.
    Payment(StatusCode, usize, DecodeError),
    CustomData(DecodeError),
    Missing(StatusCode),
    /// The field of the response that differs from the request.
    Mismatch(StatusCode, &'static str),
    Pagination(String),
    /// A response that a function of the caller rejects.
    Rejected(StatusCode, Box<dyn Error + Send + Sync>),
    Token,
}
