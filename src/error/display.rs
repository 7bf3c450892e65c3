//! The message of an error. It has no secret, identifier, body or address.

use std::fmt;

use super::{Error, kind::Kind};

/// The number of characters of the service's message that an error quotes.
const MAX_MESSAGE_CHARS: usize = 200;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It says nothing about a payment, and has the limits of another request.
        if self.during_auth {
            f.write_str("cannot get an access token: ")?;
        }
        match (self.attempts.rejected, &*self.kind) {
            // The message of the service asks to check the keys, which are valid.
            (Some(rejected), Kind::Api { status, code, .. }) => {
                write!(f, "{rejected} (HTTP {}, code {code})", status.as_u16())?;
            }
            (_, kind) => kind.fmt(f)?,
        }
        self.attempts.fmt(f)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Config(reason) => write!(f, "cannot build the client: {reason}"),
            Kind::InvalidRequest(reason) => f.write_str(reason),
            Kind::Aborted => f.write_str("request aborted: the tokio runtime was shut down"),
            Kind::Connect(_) => f.write_str("cannot connect to the service"),
            Kind::Certificate(certificate, _) => write!(f, "cannot connect to the service: {certificate}"),
            Kind::Timeout(_) => f.write_str("request timed out"),
            Kind::AttemptTimeout(limit) => write!(f, "attempt timed out after {limit:?}"),
            Kind::CallTimeout(limit) => write!(f, "call timed out after {limit:?}"),
            Kind::PermitTimeout(limit) => {
                write!(
                    f,
                    "call timed out after {limit:?} while waiting to be sent: `max_in_flight` requests were in flight"
                )
            }
            Kind::Network(_) => f.write_str("connection to the service was interrupted"),
            Kind::Redirected => f.write_str(
                "the HTTP client followed a redirect: build it with `.redirect(reqwest::redirect::Policy::none())`",
            ),
            Kind::TooLarge(status, limit) => {
                write!(f, "response (HTTP {}) exceeds {limit} bytes", status.as_u16())
            }
            Kind::Api { status, code, message, is_documented, .. } => {
                write!(f, "API error: HTTP {}, code {code}", status.as_u16())?;
                let Some(message) = message.as_ref().filter(|_| *is_documented) else { return Ok(()) };
                let quoted: String = message.chars().take(MAX_MESSAGE_CHARS).collect();
                write!(f, ": {}{}", quoted.escape_debug(), if quoted.len() < message.len() { "…" } else { "" })
            }
            Kind::UnexpectedStatus(status) => {
                write!(f, "unexpected HTTP {} response (not from the PortOne API)", status.as_u16())
            }
            Kind::Decode(status, error, _) | Kind::Payment(status, _, error) => {
                write!(f, "cannot decode the response (HTTP {}): {error}", status.as_u16())
            }
            Kind::CustomData(error) => write!(f, "cannot parse custom_data: {error}"),
            Kind::Rejected(status, error) => write!(f, "response (HTTP {}) rejected: {error}", status.as_u16()),
            Kind::Missing(status) => {
                write!(f, "response (HTTP {}) has code 0 but no `response` of the documented type", status.as_u16())
            }
            Kind::Mismatch(_, field) => {
                write!(f, "response does not match the request: expected the requested `{field}`, got another")
            }
            Kind::Token => f.write_str("access token contains characters that are invalid in an HTTP header"),
            Kind::Pagination(reason) => write!(f, "invalid pagination: {reason}"),
        }
    }
}
