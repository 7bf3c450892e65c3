#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

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

pub(super) fn token(text: u8, now: Instant, lifetime: u64) -> Token {
    let header = bearer_header(&format!("token-{text}")).unwrap();
    Token { header, expires_at: now + Duration::from_secs(lifetime) }
}

/// A state whose token was rejected while it is refreshed: the token, the refresh, and the time.
fn rejected_while_refreshed() -> (TokenState, Arc<Token>, Fetch, Instant) {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
    let FetchResult::Token(old) = state.finish(fetch.id, Ok(token(1, now, 30)), now) else { panic!("it succeeded") };
    let now = now + REFRESH_INTERVAL;
    let Decision::Refresh(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("its last minute") };
    state.reject(&old, now);
    (state, old, fetch, now)
}

#[test]
fn rejected_token_that_a_running_fetch_returns_again_is_fetched_again() {
    let (mut state, old, fetch, now) = rejected_while_refreshed();
    assert!(matches!(state.acquire(now, TIMEOUT), Decision::Wait(_)), "the fetch in flight may bring another");
    assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), FetchResult::Superseded));
    let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("the rejected token is not used") };
    // The result of a fetch that began after the 401 is accepted.
    assert!(matches!(state.finish(fetch.id, Ok(token(1, now, 1800)), now), FetchResult::Token(_)));
    state.reject(&old, now);
    assert!(matches!(state.acquire(now, TIMEOUT), Decision::Use(_)), "a second 401 of the old one changes nothing");
}

#[test]
fn token_that_the_service_returns_again_after_a_401_is_kept_for_a_while() {
    let (mut state, now) = (TokenState::default(), Instant::now());
    let fetch = |state: &mut TokenState, text: u8, now: Instant| {
        let Decision::Fetch(_, fetch) = state.acquire(now, TIMEOUT) else { panic!("there is no token") };
        let FetchResult::Token(token) = state.finish(fetch.id, Ok(token(text, now, 1800)), now) else {
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
        state.finish(fetch.id, failed(), now + fetch.delay);
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

pub(super) fn failed() -> Result<Token, Failure> {
    Err(Failure::Error(Error::call_timeout(TIMEOUT)))
}

fn access_token() -> types::AccessToken {
    serde_json::from_str(r#"{"access_token":"t","now":0,"expired_at":0}"#).unwrap()
}

#[test]
fn other_token_that_a_running_fetch_returns_after_a_401_is_used() {
    let (mut state, _, fetch, now) = rejected_while_refreshed();
    assert!(matches!(state.finish(fetch.id, Ok(token(2, now, 1800)), now), FetchResult::Token(_)));
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
