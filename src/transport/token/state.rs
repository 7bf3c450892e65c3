//! Decides which token a caller uses and when another one is fetched, without I/O, clock or await.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::header::HeaderValue;
use tokio::sync::watch;

use crate::{clock::later, error::Error, generated::types, types::Secret};

/// The server returns the same token until its last minute, so an earlier refresh gains nothing.
const REFRESH_WINDOW: Duration = Duration::from_secs(60);

/// The time between two refreshes of a valid token, so that an endpoint that fails, or returns tokens of less than
/// [`REFRESH_WINDOW`], does not receive one request for each call.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// The time from a failed fetch to the next one, so that callers one after the other do not send one request each.
const FAILURE_INTERVAL: Duration = Duration::from_secs(1);

/// The time for which a token that the service returned again after a 401 is not discarded by another 401. Without it, an
/// operation that is not allowed would cost everybody the token with each call. A token that is revoked meanwhile is
/// replaced after this time.
const REISSUED_INTERVAL: Duration = Duration::from_secs(5);

/// An access token as an `Authorization` header.
#[derive(Debug)]
pub(crate) struct Token {
    header: HeaderValue,
    expires_at: Instant,
}

/// The memory behind a header. It is wiped when the last request that shares it is dropped.
struct Bearer(Secret);

impl AsRef<[u8]> for Bearer {
    fn as_ref(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

impl Token {
    /// Takes the lifetime from the server's clock, which may differ from the client's by hours.
    pub(super) fn new(token: &types::AccessToken, now: Instant) -> Result<Self, Error> {
        let lifetime = Duration::from_secs(u64::try_from(token.expired_at.saturating_sub(token.now)).unwrap_or(0));
        let header = bearer_header(token.access_token.expose())?;
        Ok(Self { header, expires_at: later(now, lifetime) })
    }

    /// Returns the `Authorization` header, marked as sensitive. Clones share its memory.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    fn is_valid_for(&self, time: Duration, now: Instant) -> bool {
        self.expires_at.saturating_duration_since(now) > time
    }
}

fn bearer_header(token: &str) -> Result<HeaderValue, Error> {
    const SCHEME: &str = "Bearer ";
    // Exact capacity: a reallocation would leave a copy behind that is not wiped.
    let mut bearer = String::with_capacity(SCHEME.len().saturating_add(token.len()));
    bearer.push_str(SCHEME);
    bearer.push_str(token);
    let bytes = Bytes::from_owner(Bearer(bearer.into()));
    let mut header = HeaderValue::from_maybe_shared(bytes).map_err(|_| Error::token())?;
    header.set_sensitive(true);
    Ok(header)
}

/// The result of a fetch, shared by all who waited for it.
#[derive(Clone, Debug)]
pub(super) enum FetchResult {
    Token(Arc<Token>),
    Failed(Failure),
    /// The waiters need another fetch: this one brought the token that a 401 rejected meanwhile, or is not polled.
    Superseded,
}

/// Why a fetch brought no token.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Error(Error),
    /// The message of a panic.
    Panic(Arc<str>),
}

/// The cached token, the fetch in flight, and the decision what a caller does.
#[derive(Debug, Default)]
pub(super) struct TokenState {
    token: Option<Arc<Token>>,
    in_flight: Option<InFlight>,
    last_id: u64,
    /// The earliest time of the next refresh.
    refresh_at: Option<Instant>,
    /// The earliest time of the next fetch, after one that failed.
    fetch_at: Option<Instant>,
    /// The token that a 401 rejected, until a fetch that began later succeeds.
    rejected: Option<Arc<Token>>,
    /// Until when a 401 does not discard the token, which the service returned again after one.
    reissued_until: Option<Instant>,
}

/// The effect of a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Another token will be used.
    Replaced,
    /// The service returned the same token again lately. It is kept.
    Reissued,
}

#[derive(Debug)]
pub(super) struct InFlight {
    id: u64,
    /// When the fetch was polled last. Its runtime may exist without being polled any more.
    polled_at: Instant,
    outcome: watch::Receiver<Option<FetchResult>>,
    /// The token that a 401 rejected after the fetch began.
    rejected: Option<Arc<Token>>,
}

/// A fetch that the caller of [`TokenState::acquire`] has to start.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) id: u64,
    /// The time to wait before the request.
    pub(super) delay: Duration,
    pub(super) outcome: watch::Sender<Option<FetchResult>>,
}

#[derive(Debug)]
pub(super) enum Decision {
    Use(Arc<Token>),
    /// Use this token, and start a fetch that no caller waits for.
    Refresh(Arc<Token>, Fetch),
    /// Wait for the fetch in flight.
    Wait(watch::Receiver<Option<FetchResult>>),
    /// Start a fetch and wait for it.
    Fetch(watch::Receiver<Option<FetchResult>>, Fetch),
}

impl TokenState {
    pub(super) fn acquire(&mut self, now: Instant, idle_timeout: Duration) -> Decision {
        let valid = self.token.as_ref().filter(|token| token.is_valid_for(Duration::ZERO, now)).cloned();
        let in_flight =
            self.in_flight.as_ref().filter(|fetch| now.saturating_duration_since(fetch.polled_at) <= idle_timeout);
        match (valid, in_flight) {
            (Some(token), None) if self.needs_refresh(&token, now) => Decision::Refresh(token, self.start(now).0),
            (Some(token), _) => Decision::Use(token),
            (None, Some(fetch)) => Decision::Wait(fetch.outcome.clone()),
            (None, None) => {
                let (fetch, outcome) = self.start(now);
                Decision::Fetch(outcome, fetch)
            }
        }
    }

    fn needs_refresh(&self, token: &Token, now: Instant) -> bool {
        !token.is_valid_for(REFRESH_WINDOW, now) && self.refresh_at.is_none_or(|refresh_at| refresh_at <= now)
    }

    fn start(&mut self, now: Instant) -> (Fetch, watch::Receiver<Option<FetchResult>>) {
        self.last_id = self.last_id.wrapping_add(1);
        let (sender, outcome) = watch::channel(None);
        let delay = self.fetch_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let id = self.last_id;
        self.in_flight = Some(InFlight { id, polled_at: now, rejected: None, outcome: outcome.clone() });
        (Fetch { id, delay, outcome: sender }, outcome)
    }

    /// Notes that a fetch makes progress.
    pub(super) fn polled(&mut self, id: u64, now: Instant) {
        if let Some(fetch) = self.in_flight.as_mut().filter(|fetch| fetch.id == id) {
            fetch.polled_at = now;
        }
    }

    /// Takes the result of a fetch. One that was given up changes nothing.
    pub(super) fn finish(&mut self, id: u64, result: Result<Token, Failure>, now: Instant) -> FetchResult {
        let fetch = self.take(id);
        if fetch.is_some() {
            self.refresh_at = Some(later(now, REFRESH_INTERVAL));
            self.fetch_at = result.is_err().then(|| later(now, FAILURE_INTERVAL));
        }
        match (result, fetch) {
            (Err(failure), _) => FetchResult::Failed(failure),
            (Ok(token), None) => FetchResult::Token(Arc::new(token)),
            (Ok(token), Some(InFlight { rejected: Some(rejected), .. })) if rejected.header == token.header => {
                self.rejected = Some(rejected);
                FetchResult::Superseded
            }
            (Ok(token), Some(_)) => {
                let is_reissued = self.rejected.take().is_some_and(|rejected| rejected.header == token.header);
                self.reissued_until = is_reissued.then(|| later(now, REISSUED_INTERVAL));
                FetchResult::Token(Arc::clone(self.token.insert(Arc::new(token))))
            }
        }
    }

    /// Removes a fetch that ended without a result.
    pub(super) fn take(&mut self, id: u64) -> Option<InFlight> {
        self.in_flight.take_if(|fetch| fetch.id == id)
    }

    /// Discards the cached token if it is the one that the server rejected, and no newer one, unless the service returned
    /// it again lately.
    pub(super) fn reject(&mut self, rejected: &Arc<Token>, now: Instant) -> Rejection {
        if !self.token.as_ref().is_some_and(|token| Arc::ptr_eq(token, rejected)) {
            return Rejection::Replaced;
        }
        if self.reissued_until.is_some_and(|until| now < until) {
            return Rejection::Reissued;
        }
        self.token = None;
        match &mut self.in_flight {
            Some(fetch) => fetch.rejected = Some(Arc::clone(rejected)),
            None => self.rejected = Some(Arc::clone(rejected)),
        }
        Rejection::Replaced
    }
}

#[cfg(test)]
#[path = "sequence_tests.rs"]
mod sequence_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
