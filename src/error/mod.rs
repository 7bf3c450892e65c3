//! The error of the crate: one opaque type without secrets or personal data.

mod attempts;
mod certificate;
mod display;
mod from;
mod kind;
mod retry_after;
mod sent;
#[cfg(feature = "sandbox")]
mod testing;

use std::{error, fmt, sync::Arc, time::Duration};

pub(crate) use attempts::{Attempts, RejectedToken};
use kind::Kind;
use reqwest::StatusCode;
pub(crate) use retry_after::retry_after;

/// The error returned by all client calls.
///
/// | predicate | cause | what to do |
/// | --- | --- | --- |
/// | [`is_not_found`](Self::is_not_found) | the service knows no such payment or billing key | treat it as a result |
/// | [`is_unauthorized`](Self::is_unauthorized) | the key or the secret is invalid, or the service rejected a new token too | check what the message names |
/// | [`is_timeout`](Self::is_timeout) | no complete response in time | call again; raise the timeout if it persists |
/// | [`is_connect`](Self::is_connect) | no connection to the service | check network and base URL; call again if it is transient |
/// | [`is_certificate`](Self::is_certificate) | the server's certificate was rejected | trust its root, or correct the base URL |
/// | [`is_connection_broken`](Self::is_connection_broken) | the connection broke before the response was complete | call again |
/// | [`is_decode`](Self::is_decode) | a response that cannot be decoded, a listing that is inconsistent or kept changing while it was read, or custom data of another type | read a listing again; report a single response as a bug of this crate |
/// | [`is_rejected`](Self::is_rejected) | a response that [`inspect`](crate::ClientBuilder::inspect) or `validation` rejects | read its source, or its `validation_report` |
/// | [`is_mismatch`](Self::is_mismatch) | the response holds another payment than the requested one | do not use it; report it to the service |
/// | [`is_too_large`](Self::is_too_large) | a response beyond the limit | raise [`max_response_bytes`](crate::ClientBuilder::max_response_bytes) |
/// | [`is_invalid_request`](Self::is_invalid_request) | an argument that cannot be sent; nothing was sent | correct the argument |
/// | [`is_config`](Self::is_config) | the client could not be built | correct the setting that the message names |
///
/// [`is_transient`](Self::is_transient) says whether the same call may succeed later. A transient error is returned only
/// after the retries that [`RetryConfig`](crate::RetryConfig) allows.
///
/// "Call again" is for look-ups. A [raw request](crate::Client::request) that changes something may have been carried out
/// although it failed: ask [`is_maybe_sent`](Self::is_maybe_sent) first.
///
/// The service's own status, code and message are in [`status`](Self::status), [`code`](Self::code) and
/// [`message`](Self::message). Neither `Display` nor `Debug` contains a response body, an identifier that the caller
/// passed, or a secret. `Display` quotes the first 200 characters of the service's `message`, which contains no personal
/// data in the documented responses; it does not quote that of a raw request. Clones are cheap: callers that waited for the
/// same access token share one error.
#[derive(Clone)]
pub struct Error {
    kind: Arc<Kind>,
    attempts: Attempts,
    /// The error is of the access token; the call itself was not made.
    during_auth: bool,
    retry_after: Option<Duration>,
}

impl Error {
    /// Returns whether another attempt may succeed, for failures without a response.
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(&*self.kind, Kind::Connect(_) | Kind::Network(_) | Kind::Timeout(_) | Kind::AttemptTimeout(_))
    }

    /// Returns whether the same call may succeed later: the service could not be reached or did not respond in time, the
    /// connection broke, the service or a proxy responded with HTTP 408, 429, 500, 502, 503 or 504, the call waited too
    /// long because of `max_in_flight`, or its runtime was shut down.
    ///
    /// The client has retried the call by itself as far as [`RetryConfig`](crate::RetryConfig) and the timeout of the call
    /// allow; a longer `Retry-After` is returned at once. Schedule the call for later, not before
    /// [`retry_after`](Self::retry_after), unless it changes something and [may have been sent](Self::is_maybe_sent).
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// match client.find_payment("order-0001").await {
    ///     Err(error) if error.is_transient() => println!("try again after {:?}", error.retry_after()),
    ///     result => println!("{:?}", result?.map(|payment| payment.status)),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_transient(&self) -> bool {
        self.is_retryable()
            || matches!(&*self.kind, Kind::CallTimeout(_) | Kind::PermitTimeout(_) | Kind::Aborted)
            || matches!(&*self.kind, Kind::Api { status, .. } | Kind::UnexpectedStatus(status) | Kind::Rejected(status, _)
                if is_transient_status(*status))
    }

    /// Returns how long the service asked to wait before another call, by the header `Retry-After` of a transient error:
    /// seconds or a date, at most a year.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns whether the service knows no such payment or billing key: HTTP 404 with the whole envelope
    /// of the service (`code`, `message` and `response`).
    ///
    /// A 404 of a gateway, a proxy or a wrong base URL does not count, whether its body is HTML or other JSON. A 404
    /// of the token endpoint does not count either.
    ///
    /// The single look-ups return `None` instead of this error. A listing returns it for an unknown billing key.
    pub fn is_not_found(&self) -> bool {
        !self.during_auth && matches!(&*self.kind, Kind::Api { status: StatusCode::NOT_FOUND, has_response: true, .. })
    }

    /// Returns whether the service rejected the arguments: HTTP 400 with its envelope, and not of the token endpoint.
    pub(crate) fn is_bad_request(&self) -> bool {
        !self.during_auth
            && matches!(&*self.kind, Kind::Api { status: StatusCode::BAD_REQUEST, has_response: true, .. })
    }

    /// Returns whether the keys or the access token are invalid (HTTP 401).
    ///
    /// Invalid keys fail the request for a token. A token that the service rejects is replaced once in a call, and a call
    /// whose second token is rejected too fails with this error although the keys are valid: the message says so. If the
    /// service returns the same token again, a call fails at once for the next five seconds, since another token would
    /// not help: the merchant may not be allowed the operation or the tier.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether a connection, an attempt or the whole call timed out. The message says which, and whether the call
    /// waited for an access token, or because of [`max_in_flight`](crate::ClientBuilder::max_in_flight).
    pub fn is_timeout(&self) -> bool {
        matches!(
            &*self.kind,
            Kind::Timeout(_) | Kind::AttemptTimeout(_) | Kind::CallTimeout(_) | Kind::PermitTimeout(_)
        )
    }

    /// Returns whether no connection was established, or none with a valid certificate
    /// ([`is_certificate`](Self::is_certificate)).
    pub fn is_connect(&self) -> bool {
        match &*self.kind {
            Kind::Connect(_) | Kind::Certificate(..) => true,
            Kind::Timeout(Some(error)) => error.is_connect(),
            _ => false,
        }
    }

    /// Returns whether the server's certificate was rejected. The message says why. It is not transient.
    ///
    /// With the feature `native-tls` alone, it is `false`: the platform's library gives the reason only as text.
    pub fn is_certificate(&self) -> bool {
        matches!(&*self.kind, Kind::Certificate(..))
    }

    /// Returns whether the connection broke after it was established and before the response was complete.
    pub fn is_connection_broken(&self) -> bool {
        matches!(&*self.kind, Kind::Network(_))
    }

    /// Returns whether a response or custom data could not be decoded, or the pages of a listing contradict each other.
    pub fn is_decode(&self) -> bool {
        matches!(
            &*self.kind,
            Kind::Decode(..)
                | Kind::Payment(..)
                | Kind::CustomData(_)
                | Kind::Missing(_)
                | Kind::Pagination(_)
                | Kind::Token
        )
    }

    /// Returns the index, from 0, of a payment that cannot be decoded among those of its page.
    ///
    /// A stream of [`items`](crate::Listing::items) or [`pages`](crate::Listing::pages) goes on after such an error.
    pub fn payment_index(&self) -> Option<usize> {
        match &*self.kind {
            Kind::Payment(_, index, _) => Some(*index),
            _ => None,
        }
    }

    /// Returns whether the response holds another payment than the requested one: its `merchant_uid`, `imp_uid`,
    /// `customer_uid` or `status` differs from the request. The message names the field, not the identifiers.
    pub fn is_mismatch(&self) -> bool {
        matches!(&*self.kind, Kind::Mismatch(..))
    }

    /// Returns whether the response exceeds [`max_response_bytes`](crate::ClientBuilder::max_response_bytes).
    pub fn is_too_large(&self) -> bool {
        matches!(&*self.kind, Kind::TooLarge(..))
    }

    /// Returns whether an argument is invalid. Nothing was sent.
    pub fn is_invalid_request(&self) -> bool {
        matches!(&*self.kind, Kind::InvalidRequest(_))
    }

    /// Returns whether the client could not be built.
    pub fn is_config(&self) -> bool {
        matches!(&*self.kind, Kind::Config(_))
    }

    /// Returns how many requests were made for the call, retries and the replay with a new token included. 0 if nothing
    /// was sent, or if the error is not of a single call (invalid pagination).
    ///
    /// An attempt that could not connect counts. If the access token could not be fetched, the attempts to fetch it
    /// count.
    pub fn attempts(&self) -> u32 {
        self.attempts.made
    }

    /// Returns whether the call was not retried, or not once more, because the client's retry budget was used up. See
    /// [`RetryConfig::budget_percent`](crate::RetryConfig::budget_percent).
    pub fn is_over_retry_budget(&self) -> bool {
        self.attempts.is_over_budget
    }

    /// Returns whether a function of [`ClientBuilder::inspect`](crate::ClientBuilder::inspect) rejected the response. Its
    /// error is the [source](std::error::Error::source).
    pub fn is_rejected(&self) -> bool {
        matches!(&*self.kind, Kind::Rejected(..))
    }

    /// Returns the kind of an error as one word, for the `error.type` of spans.
    #[cfg(feature = "tracing")]
    pub(crate) fn category(&self) -> &'static str {
        match &*self.kind {
            Kind::Config(_) => "config",
            Kind::InvalidRequest(_) => "invalid_request",
            Kind::Aborted => "aborted",
            Kind::Connect(_) => "connect",
            Kind::Certificate(..) => "certificate",
            Kind::Timeout(_) | Kind::AttemptTimeout(_) | Kind::CallTimeout(_) | Kind::PermitTimeout(_) => "timeout",
            Kind::Network(_) => "connection_broken",
            Kind::Redirected => "redirected",
            Kind::TooLarge(..) => "too_large",
            Kind::Api { .. } | Kind::UnexpectedStatus(_) => "api",
            Kind::Mismatch(..) => "mismatch",
            Kind::Rejected(..) => "rejected",
            _ => "decode",
        }
    }

    /// Returns the HTTP status, if there was a response.
    ///
    /// It can be 200: the service also reports failures as HTTP 200 with a `code` other than 0, and a response with
    /// status 200 can be impossible to decode.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.kind {
            Kind::TooLarge(status, _)
            | Kind::UnexpectedStatus(status)
            | Kind::Decode(status, ..)
            | Kind::Payment(status, ..)
            | Kind::Missing(status)
            | Kind::Mismatch(status, _)
            | Kind::Rejected(status, _)
            | Kind::Api { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns the `code` of the envelope, if it is not 0. The API documents no meaning of its values; read it together
    /// with the status.
    pub fn code(&self) -> Option<i64> {
        match &*self.kind {
            Kind::Api { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Returns the `message` of the envelope, if its code is not 0. It is in Korean. That of a
    /// [raw request](crate::Client::request) may have personal data.
    pub fn message(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Api { message, .. } => message.as_deref(),
            _ => None,
        }
    }
}

/// Returns whether a response with this status may be followed by a better one.
pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The fields can hold a long message of the service, and the address of the server.
        f.debug_tuple("Error").field(&format_args!("{self}")).finish()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &*self.kind {
            Kind::Certificate(_, error) | Kind::Connect(error) | Kind::Network(error) | Kind::Timeout(error) => {
                error.as_ref().map(|error| error as &(dyn error::Error + 'static))
            }
            Kind::Rejected(_, error) => Some(&**error),
            _ => None,
        }
    }
}
