//! Decides which token a caller uses and when another one is fetched, without I/O, clock or await.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::header::HeaderValue;
use tokio::sync::watch;

use crate::{error::Error, generated::types, types::Secret};

/// The server returns the same token until its last minute, so an earlier refresh gains nothing.
const REFRESH_WINDOW: Duration = Duration::from_secs(60);

/// The time between two refreshes of a valid token, so that an endpoint that fails, or returns tokens of less than
/// [`REFRESH_WINDOW`], does not receive one request for each call.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

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
        Ok(Self { header, expires_at: now.checked_add(lifetime).unwrap_or(now) })
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
pub(super) enum Outcome {
    Token(Arc<Token>),
    Failed(Error),
    /// The fetch panicked with this message.
    Panicked(Arc<str>),
    /// The token that a 401 rejected while the fetch was in flight. The waiters need another fetch.
    Rejected,
}

/// The cached token, the fetch in flight, and the decision what a caller does.
#[derive(Debug, Default)]
pub(super) struct TokenState {
    token: Option<Arc<Token>>,
    in_flight: Option<InFlight>,
    last_id: u64,
    /// The earliest time of the next refresh.
    refresh_at: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct InFlight {
    id: u64,
    /// A fetch past this time is abandoned: its runtime exists but is not polled any more.
    deadline: Instant,
    /// The token that a 401 rejected after the fetch began.
    rejected: Option<Arc<Token>>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// A fetch that the caller of [`TokenState::acquire`] has to start.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) id: u64,
    pub(super) outcome: watch::Sender<Option<Outcome>>,
}

#[derive(Debug)]
pub(super) enum Decision {
    Use(Arc<Token>),
    /// Use this token, and start a fetch that no caller waits for.
    Refresh(Arc<Token>, Fetch),
    /// Wait for the fetch in flight.
    Wait(watch::Receiver<Option<Outcome>>),
    /// Start a fetch and wait for it.
    Fetch(watch::Receiver<Option<Outcome>>, Fetch),
}

impl TokenState {
    pub(super) fn acquire(&mut self, now: Instant, fetch_timeout: Duration) -> Decision {
        let valid = self.token.as_ref().filter(|token| token.is_valid_for(Duration::ZERO, now)).cloned();
        let in_flight = self.in_flight.as_ref().filter(|fetch| now <= fetch.deadline);
        match (valid, in_flight) {
            (Some(token), None) if self.needs_refresh(&token, now) => {
                Decision::Refresh(token, self.start(now, fetch_timeout).0)
            }
            (Some(token), _) => Decision::Use(token),
            (None, Some(fetch)) => Decision::Wait(fetch.outcome.clone()),
            (None, None) => {
                let (fetch, outcome) = self.start(now, fetch_timeout);
                Decision::Fetch(outcome, fetch)
            }
        }
    }

    fn needs_refresh(&self, token: &Token, now: Instant) -> bool {
        !token.is_valid_for(REFRESH_WINDOW, now) && self.refresh_at.is_none_or(|refresh_at| refresh_at <= now)
    }

    fn start(&mut self, now: Instant, timeout: Duration) -> (Fetch, watch::Receiver<Option<Outcome>>) {
        self.last_id = self.last_id.wrapping_add(1);
        let (sender, outcome) = watch::channel(None);
        let deadline = now.checked_add(timeout).unwrap_or(now);
        self.in_flight = Some(InFlight { id: self.last_id, deadline, rejected: None, outcome: outcome.clone() });
        (Fetch { id: self.last_id, outcome: sender }, outcome)
    }

    /// Takes the result of a fetch. One that was given up changes nothing.
    pub(super) fn finish(&mut self, id: u64, result: Result<Token, Error>, now: Instant) -> Outcome {
        let fetch = self.take(id);
        if fetch.is_some() {
            self.refresh_at = now.checked_add(REFRESH_INTERVAL);
        }
        match result {
            Err(error) => Outcome::Failed(error),
            Ok(token) => match fetch {
                Some(InFlight { rejected: Some(rejected), .. }) if rejected.header == token.header => Outcome::Rejected,
                Some(_) => Outcome::Token(Arc::clone(self.token.insert(Arc::new(token)))),
                None => Outcome::Token(Arc::new(token)),
            },
        }
    }

    /// Removes a fetch that ended without a result.
    pub(super) fn take(&mut self, id: u64) -> Option<InFlight> {
        self.in_flight.take_if(|fetch| fetch.id == id)
    }

    /// Discards the cached token if it is the one that the server rejected, and no newer one.
    pub(super) fn reject(&mut self, rejected: &Arc<Token>) {
        if self.token.take_if(|token| Arc::ptr_eq(token, rejected)).is_some()
            && let Some(fetch) = &mut self.in_flight
        {
            fetch.rejected = Some(Arc::clone(rejected));
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
