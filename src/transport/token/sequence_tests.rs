//! Random sequences of events.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};

use super::{
    tests::{TIMEOUT, failed, token},
    *,
};

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
    waiters: Vec<watch::Receiver<Option<FetchResult>>>,
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

    fn finish(&mut self, result: Result<Token, Failure>) {
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
            Event::Failure => self.finish(failed()),
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
                Some(FetchResult::Token(token)) => self.used.push(token),
                Some(FetchResult::Failed(_)) => {}
                Some(FetchResult::Superseded) => self.call(),
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
