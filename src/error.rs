//! What can go wrong, in one opaque type that tells no secret and nobody's data.

use std::{error, fmt, sync::Arc, time::Duration};

use reqwest::StatusCode;

#[cfg(feature = "validate")]
use crate::validate::{Report, Severity};
use crate::{
    certificate::BadCertificate,
    decode::{self, Fault},
    generated::types::ErrorResponse,
    runtime,
};

/// Why a call came to nothing.
///
/// | predicate | what happened | what to do |
/// | --- | --- | --- |
/// | [`is_not_found`](Self::is_not_found) | the service knows no such payment or billing key | treat it as an answer |
/// | [`is_unauthorized`](Self::is_unauthorized) | key, secret or token are not valid, even with a new token | check the keys |
/// | [`is_timeout`](Self::is_timeout) | no answer in time | try again; raise the time-out if it lasts |
/// | [`is_connect`](Self::is_connect) | no connection to the service | check network and base URL; try again |
/// | [`is_decode`](Self::is_decode) | an answer that the document does not allow | tell the keeper of the document |
/// | `is_invalid` (feature `validate`) | an answer with violations, refused as the client was told to | read its report |
/// | [`is_too_large`](Self::is_too_large) | an answer beyond the limit | raise the limit, if such answers are meant |
/// | [`is_refused`](Self::is_refused) | an identifier that cannot be sent; nothing was | correct the identifier |
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
    of_token: bool,
}

#[derive(Debug)]
enum Kind {
    Config(String),
    Refused(String),
    Connect(reqwest::Error),
    Certificate(BadCertificate, reqwest::Error),
    Timeout(Option<reqwest::Error>, Option<Duration>),
    Network(reqwest::Error),
    TooLarge(StatusCode, usize),
    Rejected {
        status: StatusCode,
        code: i64,
        message: Option<String>,
    },
    Status(StatusCode),
    Decode(StatusCode, Fault),
    CustomData(Fault),
    Missing(StatusCode),
    Paging(String),
    #[cfg(feature = "validate")]
    Invalid(StatusCode, Report),
    Token,
}

/// How much of the service's message an error's text repeats, in characters.
const MESSAGE: usize = 200;

impl Error {
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Kind::Config(why.into()).into()
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Kind::Refused(why.into()).into()
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The address of a request holds identifiers.
        let error = error.without_url();
        if let Some(bad) = BadCertificate::find(&error) {
            Kind::Certificate(bad, error).into()
        } else if error.is_timeout() {
            Kind::Timeout(Some(error), None).into()
        } else if error.is_connect() {
            Kind::Connect(error).into()
        } else if error.is_builder() {
            Kind::Refused(format!("the request cannot be built: {error}")).into()
        } else {
            Kind::Network(error).into()
        }
    }

    pub(crate) fn timeout(after: Duration) -> Self {
        Kind::Timeout(None, Some(after)).into()
    }

    pub(crate) fn too_large(status: StatusCode, limit: usize) -> Self {
        Kind::TooLarge(status, limit).into()
    }

    pub(crate) fn rejected(status: StatusCode, code: i64, message: Option<String>) -> Self {
        Kind::Rejected { status, code, message }.into()
    }

    pub(crate) fn status_alone(status: StatusCode) -> Self {
        Kind::Status(status).into()
    }

    pub(crate) fn decode(status: StatusCode, fault: Fault) -> Self {
        Kind::Decode(status, fault).into()
    }

    pub(crate) fn custom_data(fault: Fault) -> Self {
        Kind::CustomData(fault).into()
    }

    /// The last failure of so many attempts.
    pub(crate) fn after(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// A token that cannot be sent.
    pub(crate) fn token() -> Self {
        Kind::Token.into()
    }

    /// A failure to get a token: whatever it says, it says nothing of a payment.
    pub(crate) fn of_token(self) -> Self {
        Self { of_token: true, ..self }
    }

    /// Whether it may pass by itself.
    pub(crate) fn passes(&self) -> bool {
        matches!(&*self.kind, Kind::Connect(_) | Kind::Network(_) | Kind::Timeout(Some(_), _))
    }

    /// Success, by its `code`, with nothing in it.
    pub(crate) fn missing(status: StatusCode) -> Self {
        Kind::Missing(status).into()
    }

    #[cfg(feature = "validate")]
    pub(crate) fn invalid(status: StatusCode, report: Report) -> Self {
        Kind::Invalid(status, report).into()
    }

    pub(crate) fn paging(why: impl Into<String>) -> Self {
        Kind::Paging(why.into()).into()
    }

    /// The service knows no such payment or billing key: HTTP 404, said in the service's own envelope.
    ///
    /// A 404 of a proxy or of a wrong base URL is not that; it has a [`status`](Self::status) and no `code`. Nor is one
    /// in answer to the question for a token.
    pub fn is_not_found(&self) -> bool {
        !self.of_token && matches!(&*self.kind, Kind::Rejected { status: StatusCode::NOT_FOUND, .. })
    }

    /// The keys or the token are not valid (HTTP 401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// No connection, or no answer, in time.
    pub fn is_timeout(&self) -> bool {
        matches!(&*self.kind, Kind::Timeout(..))
    }

    /// No connection to the service, or none that can be trusted: then the text tells what is wrong with its certificate.
    pub fn is_connect(&self) -> bool {
        match &*self.kind {
            Kind::Connect(_) | Kind::Certificate(..) => true,
            Kind::Timeout(Some(error), _) => error.is_connect(),
            _ => false,
        }
    }

    /// An answer that could not be read (not JSON, cut short, without what every payment has), or custom data that
    /// could not.
    pub fn is_decode(&self) -> bool {
        matches!(&*self.kind, Kind::Decode(..) | Kind::CustomData(_) | Kind::Missing(_) | Kind::Paging(_) | Kind::Token)
    }

    /// An answer longer than [`max_body`](crate::ClientBuilder::max_body) allows.
    pub fn is_too_large(&self) -> bool {
        matches!(&*self.kind, Kind::TooLarge(..))
    }

    /// The call was refused before anything was sent.
    pub fn is_refused(&self) -> bool {
        matches!(&*self.kind, Kind::Refused(_))
    }

    /// The client could not be built.
    pub fn is_config(&self) -> bool {
        matches!(&*self.kind, Kind::Config(_))
    }

    /// How often the service was asked, retries and the replay with a new token among them; 0 if nothing was sent, or if
    /// the failure is none of one call alone (pages that do not follow each other).
    ///
    /// The error is the last failure of them all. If it was the token that could not be had, it tells how often that was
    /// asked for.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// An answer that was refused for what validation found in it; see [`report`](Self::report).
    #[cfg(feature = "validate")]
    pub fn is_invalid(&self) -> bool {
        self.report().is_some()
    }

    /// What validation found, where a client refuses answers with violations
    /// ([`Validation::refuse`](crate::Validation::refuse)).
    #[cfg(feature = "validate")]
    pub fn report(&self) -> Option<&Report> {
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
            Kind::Rejected { status, .. } => Some(*status),
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

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), attempts: 0, of_token: false }
    }
}

impl From<runtime::Error<ErrorResponse>> for Error {
    fn from(error: runtime::Error<ErrorResponse>) -> Self {
        match error {
            runtime::Error::Failed(error) => error,
            runtime::Error::ErrorResponse(value) => {
                let (status, attempts) = (value.status(), value.attempts());
                let envelope = value.into_inner();
                Self::rejected(status, envelope.code, envelope.message).after(attempts)
            }
            runtime::Error::UnexpectedResponse(answer) => {
                let error = match decode::decode::<ErrorResponse>(answer.status, &answer.body) {
                    Ok(envelope) => Self::rejected(answer.status, envelope.code, envelope.message),
                    Err(_) => Self::status_alone(answer.status),
                };
                error.after(answer.attempts)
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Kind::Timeout(_, Some(after)) => write!(f, "no answer from the service within {after:?}"),
            Kind::Timeout(_, None) => f.write_str("no answer from the service in time"),
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
                report.at_least(Severity::Violation).next().map_or(Ok(()), |first| write!(f, ": {first}"))
            }
            Kind::Missing(status) => write!(f, "the answer (HTTP {}) says success and holds nothing", status.as_u16()),
            Kind::Token => f.write_str("the service gave a token that no header can hold"),
            Kind::Paging(why) => write!(f, "the pages do not follow each other: {why}"),
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
            Kind::Connect(error)
            | Kind::Certificate(_, error)
            | Kind::Network(error)
            | Kind::Timeout(Some(error), _) => Some(error),
            _ => None,
        }
    }
}
