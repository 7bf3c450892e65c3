//! The access token: one fetch however many callers wait, kept until its last minute, replaced once after a 401.
//!
//! [`TokenState`] decides, without I/O, clock or await. [`TokenCache`] locks it for that decision alone and spawns the
//! fetch that it asks for, so that no caller depends on another one being polled.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::header::HeaderValue;
use tokio::{runtime::Handle, sync::watch};

use crate::{
    clock::Clock,
    error::Error,
    generated::{self, envelope::Envelope, types},
    runtime::in_current_span,
    types::Secret,
};

/// The server returns the same token until its last minute, so an earlier refresh gains nothing.
const REFRESH_WINDOW: Duration = Duration::from_secs(60);

/// The time between two refreshes of a valid token, so that an endpoint that fails, or returns tokens of less than
/// [`REFRESH_WINDOW`], does not receive one request for each call.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// A token, as the header that carries it.
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
    fn new(token: &types::AccessToken, now: Instant) -> Result<Self, Error> {
        let lifetime = Duration::from_secs(u64::try_from(token.expired_at.saturating_sub(token.now)).unwrap_or(0));
        let header = bearer_header(token.access_token.expose())?;
        Ok(Self { header, expires_at: now.checked_add(lifetime).unwrap_or(now) })
    }

    /// Returns the `Authorization` header, marked as sensitive. Clones share its memory.
    pub(super) fn header(&self) -> HeaderValue {
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
enum Outcome {
    Token(Arc<Token>),
    Failed(Error),
    /// The token that a 401 rejected while the fetch was in flight. The waiters need another fetch.
    Rejected,
}

/// The cached token, the fetch in flight, and the decision what a caller does.
#[derive(Debug, Default)]
struct TokenState {
    token: Option<Arc<Token>>,
    in_flight: Option<InFlight>,
    last_id: u64,
    /// The earliest time of the next refresh.
    refresh_at: Option<Instant>,
}

#[derive(Debug)]
struct InFlight {
    id: u64,
    /// A fetch beyond its time is given up: its runtime exists but is no longer polled.
    deadline: Instant,
    /// The token that a 401 rejected after the fetch began.
    rejected: Option<Arc<Token>>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// A fetch that the caller of [`TokenState::acquire`] has to start.
#[derive(Debug)]
struct Fetch {
    id: u64,
    outcome: watch::Sender<Option<Outcome>>,
}

#[derive(Debug)]
enum Decision {
    Use(Arc<Token>),
    /// Use this token, and start a fetch that no caller waits for.
    Refresh(Arc<Token>, Fetch),
    /// Wait for the fetch in flight.
    Wait(watch::Receiver<Option<Outcome>>),
    /// Start a fetch and wait for it.
    Fetch(watch::Receiver<Option<Outcome>>, Fetch),
}

impl TokenState {
    fn acquire(&mut self, now: Instant, fetch_timeout: Duration) -> Decision {
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
    fn finish(&mut self, id: u64, result: Result<Token, Error>, now: Instant) -> Outcome {
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

    /// Forgets a fetch that ended without a result.
    fn take(&mut self, id: u64) -> Option<InFlight> {
        self.in_flight.take_if(|fetch| fetch.id == id)
    }

    /// Discards the cached token if it is the one that the server rejected, and no newer one.
    fn reject(&mut self, rejected: &Arc<Token>) {
        if self.token.take_if(|token| Arc::ptr_eq(token, rejected)).is_some()
            && let Some(fetch) = &mut self.in_flight
        {
            fetch.rejected = Some(Arc::clone(rejected));
        }
    }
}

/// The keys, and the token that they were exchanged for.
pub(crate) struct TokenCache {
    keys: types::TokenRequest,
    state: Mutex<TokenState>,
}

/// A token, or the fetch that will bring one.
pub(super) enum Acquired {
    Token(Arc<Token>),
    Pending(Pending),
}

pub(super) struct Pending {
    outcome: watch::Receiver<Option<Outcome>>,
    /// Whether this caller started the fetch.
    started: bool,
}

impl TokenCache {
    pub(crate) fn new(keys: types::TokenRequest) -> Self {
        Self { keys, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, TokenState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the cached token without waiting, or the fetch to wait for.
    pub(super) fn acquire(&self, api: &generated::Client, now: Instant) -> Acquired {
        let decision = self.state().acquire(now, api.inner.shared.timeout);
        match decision {
            Decision::Use(token) => Acquired::Token(token),
            Decision::Refresh(token, fetch) => {
                spawn(FetchTask { api: api.clone(), fetch }.run());
                Acquired::Token(token)
            }
            Decision::Wait(outcome) => Acquired::Pending(Pending { outcome, started: false }),
            Decision::Fetch(outcome, fetch) => {
                // The fetch belongs to the span of the call that needs it; a refresh belongs to none.
                spawn(in_current_span(FetchTask { api: api.clone(), fetch }.run()));
                Acquired::Pending(Pending { outcome, started: true })
            }
        }
    }

    /// Waits for a fetch. One that ended without a result, because its runtime was shut down, is replaced by another.
    pub(super) async fn wait(
        &self,
        api: &generated::Client,
        clock: &dyn Clock,
        mut pending: Pending,
    ) -> Result<Arc<Token>, Error> {
        loop {
            let outcome = match pending.outcome.wait_for(Option::is_some).await {
                Ok(outcome) => outcome.clone(),
                Err(_) => None,
            };
            match outcome {
                Some(Outcome::Token(token)) => return Ok(token),
                Some(Outcome::Failed(error)) => return Err(error),
                None if pending.started => {
                    return Err(Error::aborted());
                }
                Some(Outcome::Rejected) | None => match self.acquire(api, clock.now()) {
                    Acquired::Token(token) => return Ok(token),
                    Acquired::Pending(next) => pending = next,
                },
            }
        }
    }

    /// Discards a token that the server rejected with 401, unless another caller has replaced it already.
    pub(super) fn reject(&self, token: &Arc<Token>) {
        self.state().reject(token);
    }
}

/// A fetch that is a task. Dropped before its end, with its runtime or by a panic, it lets the waiters start another.
struct FetchTask {
    api: generated::Client,
    fetch: Fetch,
}

impl FetchTask {
    /// Within the timeout and the retries of an ordinary call.
    async fn run(self) {
        let shared = &*self.api.inner.shared;
        let response = self.api.get_token(None, &shared.tokens.keys).await.map_err(Error::from);
        let result = response.and_then(|response| Envelope::from(response).open()).map_err(Error::during_auth);
        let now = shared.clock.now();
        let result = result.and_then(|token| Token::new(&token, now));
        let outcome = shared.tokens.state().finish(self.fetch.id, result, now);
        self.fetch.outcome.send_replace(Some(outcome));
    }
}

impl Drop for FetchTask {
    fn drop(&mut self) {
        // Before the sender is dropped: a waiter that wakes up must not find this fetch in flight.
        self.api.inner.shared.tokens.state().take(self.fetch.id);
    }
}

/// Without a runtime, or on one that was shut down, the task is dropped, which its waiters notice.
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(task);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

    use std::sync::atomic::{AtomicBool, Ordering};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    /// HTTP libraries neither print nor index a header that is marked as sensitive.
    #[test]
    fn header_is_marked_as_sensitive() {
        let header = bearer_header("hunter2").unwrap();
        assert!(header.is_sensitive() && header == "Bearer hunter2");
        assert!(!format!("{header:?}").contains("hunter2"));
    }

    #[test]
    fn clones_of_the_header_share_the_memory_that_is_wiped() {
        static WIPED: AtomicBool = AtomicBool::new(false);
        struct Owner(&'static str);
        impl AsRef<[u8]> for Owner {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
        impl Drop for Owner {
            fn drop(&mut self) {
                WIPED.store(true, Ordering::Relaxed);
            }
        }
        let token = "Bearer hunter2";
        let header = HeaderValue::from_maybe_shared(Bytes::from_owner(Owner(token))).unwrap();
        let clone = header.clone();
        drop(header);
        assert_eq!(clone.as_bytes().as_ptr(), token.as_ptr());
        assert!(!WIPED.load(Ordering::Relaxed));
        drop(clone);
        assert!(WIPED.load(Ordering::Relaxed));

        let header = bearer_header("hunter2").unwrap();
        assert_eq!(header.as_bytes().as_ptr(), header.clone().as_bytes().as_ptr());
    }

    fn token(text: u8, now: Instant, lifetime: u64) -> Token {
        let header = bearer_header(&format!("token-{text}")).unwrap();
        Token { header, expires_at: now + Duration::from_secs(lifetime) }
    }

    #[test]
    fn rejected_token_that_a_running_fetch_returns_again_is_fetched_again() {
        let (mut state, now) = (TokenState::default(), Instant::now());
        let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
        let Outcome::Token(old) = state.finish(fetch.id, Ok(token(1, now, 30)), now) else { panic!("it succeeded") };
        let now = now + REFRESH_INTERVAL;
        let Decision::Refresh(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("its last minute") };
        state.reject(&old);
        assert!(matches!(state.acquire(now, TIMEOUT), Decision::Wait(_)), "the fetch in flight may bring another");
        assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), Outcome::Rejected));
        let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("the same token is of no value") };
        // A fetch that began after the 401 is believed.
        assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), Outcome::Token(_)));
        state.reject(&old);
        assert!(matches!(state.acquire(now, TIMEOUT), Decision::Use(_)), "a second 401 of the old one changes nothing");
    }

    #[test]
    fn last_minute_and_expiry_are_exact() {
        let now = Instant::now();
        let decide = |remaining: Duration| {
            let header = bearer_header("t").unwrap();
            let token = Some(Arc::new(Token { header, expires_at: now + remaining }));
            TokenState { token, ..TokenState::default() }.acquire(now, TIMEOUT)
        };
        let moment = Duration::from_nanos(1);
        assert!(matches!(decide(REFRESH_WINDOW + moment), Decision::Use(_)));
        assert!(matches!(decide(REFRESH_WINDOW), Decision::Refresh(..)));
        assert!(matches!(decide(moment), Decision::Refresh(..)));
        assert!(matches!(decide(Duration::ZERO), Decision::Fetch(..)));
    }

    #[test]
    fn fetch_beyond_its_time_is_replaced() {
        let (mut state, now) = (TokenState::default(), Instant::now());
        let Decision::Fetch(_, stuck) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
        assert!(matches!(state.acquire(now + TIMEOUT, TIMEOUT), Decision::Wait(_)));
        let later = now + TIMEOUT + Duration::from_nanos(1);
        let Decision::Fetch(_, fetch) = state.acquire(later, TIMEOUT) else { panic!("it is beyond its time") };
        state.take(stuck.id);
        assert!(matches!(state.acquire(later, TIMEOUT), Decision::Wait(_)), "the end of the first ends no other");
        state.finish(fetch.id, Ok(token(2, later, 1800)), later);
        state.finish(stuck.id, Ok(token(1, later, 1)), later);
        let Decision::Use(used) = state.acquire(later, TIMEOUT) else { panic!("there is a token") };
        assert_eq!(used.header(), "Bearer token-2");
    }

    #[derive(Clone, Copy, Debug)]
    enum Event {
        Call,
        DropWaiter(usize),
        Success { text: u8, lifetime: u64 },
        Failure,
        Unauthorized(usize),
        TimePasses(u64),
        RuntimeGone,
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            6 => Just(Event::Call),
            1 => any::<usize>().prop_map(Event::DropWaiter),
            3 => (0..4_u8, prop_oneof![0..10_u64, 50..70_u64, Just(1800)])
                .prop_map(|(text, lifetime)| Event::Success { text, lifetime }),
            1 => Just(Event::Failure),
            2 => any::<usize>().prop_map(Event::Unauthorized),
            3 => prop_oneof![0..7_u64, 25..70_u64, Just(1740)].prop_map(Event::TimePasses),
            1 => Just(Event::RuntimeGone),
        ]
    }

    /// The callers and fetches around a [`TokenState`].
    struct World {
        state: TokenState,
        now: Instant,
        fetches: Vec<(Fetch, Instant)>,
        waiters: Vec<watch::Receiver<Option<Outcome>>>,
        used: Vec<Arc<Token>>,
    }

    impl World {
        fn new() -> Self {
            let state = TokenState::default();
            Self { state, now: Instant::now(), fetches: Vec::new(), waiters: Vec::new(), used: Vec::new() }
        }

        fn call(&mut self) {
            let (now, limit) = (self.now, self.now + TIMEOUT);
            let valid = self.state.token.clone().filter(|token| token.expires_at > now);
            let in_flight = self.fetches.iter().any(|(_, deadline)| *deadline >= now);
            match self.state.acquire(now, TIMEOUT) {
                Decision::Use(token) => self.used.push(token),
                Decision::Refresh(token, fetch) => {
                    assert!(!in_flight, "at most one fetch in flight");
                    assert!(token.expires_at - now <= REFRESH_WINDOW);
                    self.used.push(token);
                    self.fetches.push((fetch, limit));
                }
                Decision::Wait(outcome) => {
                    assert!(valid.is_none(), "no caller waits while a valid token exists");
                    assert!(in_flight, "no caller waits without a fetch");
                    self.waiters.push(outcome);
                }
                Decision::Fetch(outcome, fetch) => {
                    assert!(valid.is_none(), "no caller waits while a valid token exists");
                    assert!(!in_flight, "at most one fetch in flight");
                    self.waiters.push(outcome);
                    self.fetches.push((fetch, limit));
                }
            }
            if let Some(valid) = valid {
                assert!(Arc::ptr_eq(self.used.last().unwrap(), &valid), "a valid token is used at once");
            }
        }

        fn finish(&mut self, result: Result<Token, Error>) {
            if let Some((fetch, _)) = self.fetches.pop() {
                let outcome = self.state.finish(fetch.id, result, self.now);
                fetch.outcome.send_replace(Some(outcome));
            }
        }

        fn apply(&mut self, event: Event) {
            match event {
                Event::Call => self.call(),
                Event::DropWaiter(which) if !self.waiters.is_empty() => {
                    self.waiters.swap_remove(which % self.waiters.len());
                }
                Event::Success { text, lifetime } => self.finish(Ok(token(text, self.now, lifetime))),
                Event::Failure => self.finish(Err(Error::call_timeout(TIMEOUT))),
                Event::Unauthorized(which) if !self.used.is_empty() => {
                    let token = &self.used[which % self.used.len()];
                    let other = self.state.token.clone().filter(|cached| !Arc::ptr_eq(cached, token));
                    self.state.reject(token);
                    let left = self.state.token.as_ref();
                    assert_eq!(left.map(Arc::as_ptr), other.as_ref().map(Arc::as_ptr), "that token, and no other");
                }
                Event::TimePasses(secs) => self.now += Duration::from_secs(secs),
                Event::RuntimeGone => {
                    if let Some((fetch, _)) = self.fetches.pop() {
                        self.state.take(fetch.id);
                    }
                }
                Event::DropWaiter(_) | Event::Unauthorized(_) => {}
            }
            self.wake();
        }

        /// Waiters whose fetch ended take the outcome, or wait for another fetch.
        fn wake(&mut self) {
            for waiter in std::mem::take(&mut self.waiters) {
                let (outcome, gone) = (waiter.borrow().clone(), waiter.has_changed().is_err());
                match outcome {
                    Some(Outcome::Token(token)) => self.used.push(token),
                    Some(Outcome::Failed(_)) => {}
                    Some(Outcome::Rejected) => self.call(),
                    None if gone => self.call(),
                    None => self.waiters.push(waiter),
                }
            }
        }
    }

    proptest! {
        #[test]
        fn state_holds_its_invariants_in_every_sequence_of_events(events in vec(event(), 0..60)) {
            let mut world = World::new();
            for event in events {
                world.apply(event);
            }
            // Every waiter ends once every fetch does, however it ends.
            while !world.fetches.is_empty() {
                world.apply(Event::Success { text: 200, lifetime: 1800 });
            }
            prop_assert!(world.waiters.is_empty());
        }
    }
}
