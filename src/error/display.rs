//! The text of an error: a sentence that tells no secret and nobody's data.

use std::fmt;

use super::{Error, kind::Kind};
#[cfg(feature = "validate")]
use crate::validate::Severity;

/// How much of the service's message an error's text repeats, in characters.
const MESSAGE: usize = 200;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What the service says to the keys is not said of a payment.
        if self.during_auth && self.status().is_some() {
            f.write_str("no token: ")?;
        }
        self.kind.fmt(f)?;
        if self.attempts > 1 { write!(f, " (after {} attempts)", self.attempts) } else { Ok(()) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Config(why) => write!(f, "the client cannot be built: {why}"),
            Kind::Refused(why) => write!(f, "nothing was sent: {why}"),
            Kind::Connect(_) => f.write_str("no connection to the service"),
            Kind::Certificate(bad, _) => write!(f, "no connection to the service: {bad}"),
            Kind::Timeout(_) => f.write_str("no answer from the service in time"),
            Kind::AttemptTimeout(time) => write!(f, "no answer from the service within the {time:?} of an attempt"),
            Kind::CallTimeout(time) => write!(f, "no answer from the service within the {time:?} of a call"),
            Kind::Network(_) => f.write_str("the connection to the service broke off"),
            Kind::TooLarge(status, limit) => {
                write!(f, "the answer (HTTP {}) is longer than {limit} bytes", status.as_u16())
            }
            Kind::Rejected { status, code, message } => {
                write!(f, "the service refused the call: HTTP {}, code {code}", status.as_u16())?;
                let Some(message) = message else { return Ok(()) };
                let told: String = message.chars().take(MESSAGE).collect();
                write!(f, ": {}{}", told.escape_debug(), if told.len() < message.len() { "…" } else { "" })
            }
            Kind::Status(status) => write!(f, "HTTP {} in place of an answer of the service", status.as_u16()),
            Kind::Decode(status, fault) => write!(f, "the answer (HTTP {}) cannot be read: {fault}", status.as_u16()),
            Kind::CustomData(fault) => write!(f, "the payment's custom_data cannot be read: {fault}"),
            #[cfg(feature = "validate")]
            Kind::Invalid(status, report) => {
                write!(f, "the answer (HTTP {}) is not what the document allows", status.as_u16())?;
                report.with_min_severity(Severity::Violation).next().map_or(Ok(()), |first| write!(f, ": {first}"))
            }
            Kind::Missing(status) => write!(f, "the answer (HTTP {}) says success and holds nothing", status.as_u16()),
            Kind::Mismatch(_, field) => {
                write!(f, "response does not match the request: expected the requested `{field}`, got another")
            }
            Kind::Token => f.write_str("the service gave a token that no header can hold"),
            Kind::Paging(why) => write!(f, "invalid pagination: {why}"),
        }
    }
}
