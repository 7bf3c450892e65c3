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

/// A state whose token was rejected while it is refreshed: the token, the refresh, and the time.
fn rejected_while_refreshed() -> (TokenState, Arc<Token>, Fetch, Instant) {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
    let Outcome::Token(old) = state.finish(fetch.id, Ok(token(1, now, 30)), now) else { panic!("it succeeded") };
    let now = now + REFRESH_INTERVAL;
    let Decision::Refresh(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("its last minute") };
    state.reject(&old, now);
    (state, old, fetch, now)
}

#[test]
fn rejected_token_that_a_running_fetch_returns_again_is_fetched_again() {
    let (mut state, old, fetch, now) = rejected_while_refreshed();
    assert!(matches!(state.acquire(now, TIMEOUT), Decision::Wait(_)), "the fetch in flight may bring another");
    assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), Outcome::Superseded));
    let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("the rejected token is not used") };
    // The result of a fetch that began after the 401 is accepted.
    assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), Outcome::Token(_)));
    state.reject(&old, now);
    assert!(matches!(state.acquire(now, TIMEOUT), Decision::Use(_)), "a second 401 of the old one changes nothing");
}

#[test]
fn token_that_the_service_returns_again_after_a_401_is_kept_for_a_while() {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let fetch = |state: &mut TokenState, text: u8, now: Instant| {
        let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
        let Outcome::Token(token) = state.finish(fetch.id, Ok(token(text, now, 1800)), now) else {
            panic!("it is used")
        };
        token
    };
    let first = fetch(&mut state, 1, now);
    assert_eq!(state.reject(&first, now), Rejection::Replaced);
    let again = fetch(&mut state, 1, now);
    let last = now + REISSUED_INTERVAL - Duration::from_nanos(1);
    for now in [now, last] {
        assert_eq!(state.reject(&again, now), Rejection::Reissued);
        assert!(matches!(state.acquire(now, TIMEOUT), Decision::Use(_)));
    }
    // After that time, it may have been revoked.
    let now = now + REISSUED_INTERVAL;
    assert_eq!(state.reject(&again, now), Rejection::Replaced);
    let other = fetch(&mut state, 2, now);
    assert_eq!(state.reject(&other, now), Rejection::Replaced, "another token is not the one that was rejected");
}

#[test]
fn fetch_waits_for_a_second_after_one_that_failed() {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let delay = |state: &mut TokenState, now: Instant| {
        let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
        state.finish(fetch.id, Err(Error::call_timeout(TIMEOUT)), now + fetch.delay);
        fetch.delay
    };
    assert_eq!(delay(&mut state, now), Duration::ZERO);
    assert_eq!(delay(&mut state, now), FAILURE_INTERVAL);
    assert_eq!(delay(&mut state, now + FAILURE_INTERVAL * 3 / 2), FAILURE_INTERVAL / 2);
    assert_eq!(delay(&mut state, now + FAILURE_INTERVAL * 10), Duration::ZERO);
}

#[test]
fn times_beyond_the_range_of_the_clock_saturate() {
    let (mut state, now) = (TokenState::default(), Instant::now());
    assert!(matches!(state.acquire(now, Duration::MAX), Decision::Fetch(..)));
    assert!(matches!(state.acquire(now + Duration::from_secs(1), Duration::MAX), Decision::Wait(_)));
    let endless = types::AccessToken { expired_at: i64::MAX, ..access_token() };
    assert!(Token::new(&endless, now).unwrap().is_valid_for(Duration::from_secs(1 << 30), now));
    let over = types::AccessToken { expired_at: i64::MIN, ..access_token() };
    assert!(!Token::new(&over, now).unwrap().is_valid_for(Duration::ZERO, now));
}

fn access_token() -> types::AccessToken {
    serde_json::from_str(r#"{"access_token":"t","now":0,"expired_at":0}"#).unwrap()
}

#[test]
fn other_token_that_a_running_fetch_returns_after_a_401_is_used() {
    let (mut state, _, fetch, now) = rejected_while_refreshed();
    assert!(matches!(state.finish(fetch.id, Ok(token(2, now, 1800)), now), Outcome::Token(_)));
    let Decision::Use(used) = state.acquire(now, TIMEOUT) else { panic!("there is a token") };
    assert_eq!(used.header(), "Bearer token-2");
}

#[test]
fn last_minute_and_expiry_are_exact() {
    let now = Instant::now();
    let decide = |remaining: Duration| {
        let header = bearer_header("t").unwrap();
        let token = Some(Arc::new(Token { header, expires_at: now + remaining }));
        TokenState { token, ..TokenState::default() }.acquire(now, TIMEOUT)
    };
    let instant = Duration::from_nanos(1);
    assert!(matches!(decide(REFRESH_WINDOW + instant), Decision::Use(_)));
    assert!(matches!(decide(REFRESH_WINDOW), Decision::Refresh(..)));
    assert!(matches!(decide(instant), Decision::Refresh(..)));
    assert!(matches!(decide(Duration::ZERO), Decision::Fetch(..)));
}

#[test]
fn fetch_that_is_not_polled_is_replaced() {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let Decision::Fetch(_, stuck) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
    assert!(matches!(state.acquire(now + TIMEOUT, TIMEOUT), Decision::Wait(_)));
    let now = now + TIMEOUT;
    state.polled(stuck.id, now);
    assert!(matches!(state.acquire(now + TIMEOUT, TIMEOUT), Decision::Wait(_)));
    let later = now + TIMEOUT + Duration::from_nanos(1);
    let Decision::Fetch(_, fetch) = state.acquire(later, TIMEOUT) else { panic!("it is not polled") };
    state.take(stuck.id);
    state.polled(stuck.id, later);
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
                assert!(fetch.delay <= FAILURE_INTERVAL);
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
                let before = self.state.token.clone();
                let rejection = self.state.reject(token, self.now);
                let is_kept = |cached: &Arc<Token>| !Arc::ptr_eq(cached, token) || rejection == Rejection::Reissued;
                let kept = before.filter(is_kept);
                let left = self.state.token.as_ref();
                assert_eq!(left.map(Arc::as_ptr), kept.as_ref().map(Arc::as_ptr), "that token, and no other");
                assert!(rejection == Rejection::Replaced || self.state.reissued_until > Some(self.now));
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
                Some(Outcome::Failed(_) | Outcome::Panicked(_)) => {}
                Some(Outcome::Superseded) => self.call(),
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
