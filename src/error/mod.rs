//! What can go wrong, in one opaque type that tells no secret and nobody's data.

mod certificate;
mod display;
mod from;
mod kind;

use std::{error, fmt, sync::Arc};

use kind::Kind;
use reqwest::StatusCode;

#[cfg(feature = "validate")]
use crate::validate::Report;

/// Why a call came to nothing.
///
/// | predicate | what happened | what to do |
/// | --- | --- | --- |
/// | [`is_not_found`](Self::is_not_found) | the service knows no such payment or billing key | treat it as an answer |
/// | [`is_unauthorized`](Self::is_unauthorized) | key, secret or token are not valid, even with a new token | check the keys |
/// | [`is_timeout`](Self::is_timeout) | no answer in time | try again; raise the time-out if it lasts |
/// | [`is_connect`](Self::is_connect) | no connection to the service | check network and base URL; try again |
/// | [`is_decode`](Self::is_decode) | an answer that the document does not allow | tell the keeper of the document |
/// | `is_validation` (feature `validate`) | an answer with violations, refused as the client was told to | read its report |
/// | [`is_mismatch`](Self::is_mismatch) | the response holds another payment than the requested one | do not use it; report it to the service |
/// | [`is_too_large`](Self::is_too_large) | an answer beyond the limit | raise the limit, if such answers are meant |
/// | [`is_invalid_request`](Self::is_invalid_request) | an identifier that cannot be sent; nothing was | correct the identifier |
/// | [`is_config`](Self::is_config) | the client could not be built | correct what the text names |
///
/// Whatever the service said is in [`status`](Self::status), [`code`](Self::code) and [`message`](Self::message). No
/// text of an error holds a body, an identifier or a secret. Clones are cheap: callers that waited for one token share
/// the error that came instead.
#[derive(Clone)]
pub struct Error {
    kind: Arc<Kind>,
    attempts: u32,
    /// It was the token that could not be had; the call itself was not made.
    during_auth: bool,
}

impl Error {
    /// Whether it may pass by itself.
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(&*self.kind, Kind::Connect(_) | Kind::Network(_) | Kind::Timeout(_) | Kind::AttemptTimeout(_))
    }

    /// The service knows no such payment or billing key: HTTP 404, said in the service's own envelope.
    ///
    /// A 404 of a proxy or of a wrong base URL is not that; it has a [`status`](Self::status) and no `code`. Nor is one
    /// in answer to the question for a token.
    pub fn is_not_found(&self) -> bool {
        !self.during_auth && matches!(&*self.kind, Kind::Rejected { status: StatusCode::NOT_FOUND, .. })
    }

    /// The keys or the token are not valid (HTTP 401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// No connection, or no answer, in time: that of an attempt or that of the call, as the text tells.
    pub fn is_timeout(&self) -> bool {
        matches!(&*self.kind, Kind::Timeout(_) | Kind::AttemptTimeout(_) | Kind::CallTimeout(_))
    }

    /// No connection to the service, or none that can be trusted: then the text tells what is wrong with its
    /// certificate.
    pub fn is_connect(&self) -> bool {
        match &*self.kind {
            Kind::Connect(_) | Kind::Certificate(..) => true,
            Kind::Timeout(error) => error.is_connect(),
            _ => false,
        }
    }

    /// An answer that could not be read (not JSON, cut short, without what every payment has), or custom data that
    /// could not.
    pub fn is_decode(&self) -> bool {
        matches!(&*self.kind, Kind::Decode(..) | Kind::CustomData(_) | Kind::Missing(_) | Kind::Paging(_) | Kind::Token)
    }

    /// Returns whether the response holds another payment than the requested one: its `merchant_uid`, `imp_uid` or
    /// `status` differs from the request. The message names the field, not the identifiers.
    pub fn is_mismatch(&self) -> bool {
        matches!(&*self.kind, Kind::Mismatch(..))
    }

    /// An answer longer than [`max_response_bytes`](crate::ClientBuilder::max_response_bytes) allows.
    pub fn is_too_large(&self) -> bool {
        matches!(&*self.kind, Kind::TooLarge(..))
    }

    /// The call was refused before anything was sent.
    pub fn is_invalid_request(&self) -> bool {
        matches!(&*self.kind, Kind::Refused(_))
    }

    /// The client could not be built.
    pub fn is_config(&self) -> bool {
        matches!(&*self.kind, Kind::Config(_))
    }

    /// How often the service was asked, retries and the replay with a new token among them; 0 if nothing was sent, or
    /// if the failure is none of one call alone (pages that do not follow each other).
    ///
    /// The error is the last failure of them all. If it was the token that could not be had, it tells how often that was
    /// asked for.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// An answer that was refused for what validation found in it; see [`validation_report`](Self::validation_report).
    #[cfg(feature = "validate")]
    pub fn is_validation(&self) -> bool {
        self.validation_report().is_some()
    }

    /// What validation found, where a client refuses answers with violations
    /// ([`Validation::reject`](crate::Validation::reject)).
    #[cfg(feature = "validate")]
    pub fn validation_report(&self) -> Option<&Report> {
        match &*self.kind {
            Kind::Invalid(_, report) => Some(report),
            _ => None,
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.kind {
            Kind::TooLarge(status, _) | Kind::Status(status) | Kind::Decode(status, _) | Kind::Missing(status) => {
                Some(*status)
            }
            Kind::Rejected { status, .. } | Kind::Mismatch(status, _) => Some(*status),
            #[cfg(feature = "validate")]
            Kind::Invalid(status, _) => Some(*status),
            _ => None,
        }
    }

    /// The envelope's `code`, where the service said no. Its values have no system; read it together with the status.
    pub fn code(&self) -> Option<i64> {
        match &*self.kind {
            Kind::Rejected { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The envelope's `message`, where the service said no; in Korean.
    pub fn message(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Rejected { message, .. } => message.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.kind, f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &*self.kind {
            Kind::Connect(error) | Kind::Certificate(_, error) | Kind::Network(error) | Kind::Timeout(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}
