use std::time::Duration;

use reqwest::StatusCode;

use super::certificate::BadCertificate;
use crate::json::DecodeError;
#[cfg(feature = "validate")]
use crate::validate::Report;

/// What went wrong, with all that may be told of it.
#[derive(Debug)]
pub(super) enum Kind {
    Config(String),
    Refused(String),
    Connect(reqwest::Error),
    Certificate(BadCertificate, reqwest::Error),
    /// By a limit of the HTTP client's own: that of a connection, for one.
    Timeout(reqwest::Error),
    AttemptTimeout(Duration),
    CallTimeout(Duration),
    Network(reqwest::Error),
    TooLarge(StatusCode, usize),
    Rejected {
        status: StatusCode,
        code: i64,
        message: Option<String>,
    },
    Status(StatusCode),
    Decode(StatusCode, DecodeError),
    CustomData(DecodeError),
    Missing(StatusCode),
    /// The field of the response that differs from the request.
    Mismatch(StatusCode, &'static str),
    Paging(String),
    #[cfg(feature = "validate")]
    Invalid(StatusCode, Report),
    Token,
}
