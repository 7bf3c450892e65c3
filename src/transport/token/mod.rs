//! The access token: one fetch however many callers wait, kept until its last minute, replaced once after a 401.
//!
//! [`TokenState`] decides, without I/O, clock or await. [`TokenCache`] locks it only for that decision and spawns the
//! fetch that it asks for, so that no caller depends on another one being polled.

mod state;

use std::{
    panic,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, sync::watch};

use crate::{
    clock::Clock,
    error::Error,
    generated::{self, types},
    span::in_current_span,
    task::catch_panic,
};

pub(super) use state::Token;
use state::{Decision, Fetch, Outcome, TokenState};

/// The credentials and their cached token.
pub(crate) struct TokenCache {
    keys: types::TokenRequest,
    state: Mutex<TokenState>,
    /// The timeout of a call, which a fetch is.
    timeout: Duration,
    clock: Arc<dyn Clock>,
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
    pub(crate) fn new(keys: types::TokenRequest, timeout: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { keys, state: Mutex::default(), timeout, clock }
    }

    fn state(&self) -> MutexGuard<'_, TokenState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the cached token without waiting, or the fetch to wait for, which `api` makes.
    pub(super) fn acquire(self: &Arc<Self>, api: impl FnOnce() -> generated::Client, now: Instant) -> Acquired {
        let decision = self.state().acquire(now, self.timeout);
        let task = |fetch| FetchTask { api: api(), cache: Arc::clone(self), fetch }.run();
        match decision {
            Decision::Use(token) => Acquired::Token(token),
            Decision::Refresh(token, fetch) => {
                spawn(task(fetch));
                Acquired::Token(token)
            }
            Decision::Wait(outcome) => Acquired::Pending(Pending { outcome, started: false }),
            Decision::Fetch(outcome, fetch) => {
                // The fetch belongs to the span of the call that needs it; a refresh belongs to none.
                spawn(in_current_span(task(fetch)));
                Acquired::Pending(Pending { outcome, started: true })
            }
        }
    }

    /// Waits for a fetch. One that ended without a result, because its runtime was shut down, is replaced by another.
    pub(super) async fn wait(
        self: &Arc<Self>,
        api: impl Fn() -> generated::Client,
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
                Some(Outcome::Panicked(message)) => panic::resume_unwind(Box::new(message.to_string())),
                None if pending.started => {
                    return Err(Error::aborted());
                }
                Some(Outcome::Rejected) | None => match self.acquire(&api, self.clock.now()) {
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
    cache: Arc<TokenCache>,
    fetch: Fetch,
}

impl FetchTask {
    /// Fetches with the timeout and the retries of an ordinary call.
    async fn run(self) {
        // A panic of a function that inspects the response is one of each call that waits.
        let outcome = match catch_panic(self.api.get_token(&self.cache.keys)).await {
            Ok(response) => {
                let result = response.and_then(|response| response.content(|_| None)).map_err(Error::during_auth);
                let now = self.cache.clock.now();
                let result = result.and_then(|token| Token::new(&token, now));
                self.cache.state().finish(self.fetch.id, result, now)
            }
            Err(message) => {
                self.cache.state().take(self.fetch.id);
                Outcome::Panicked(message)
            }
        };
        self.fetch.outcome.send_replace(Some(outcome));
    }
}

impl Drop for FetchTask {
    fn drop(&mut self) {
        // Before the sender is dropped: a waiter that wakes up must not find this fetch in flight.
        self.cache.state().take(self.fetch.id);
    }
}

/// Spawns a task. Without a runtime, or on one that was shut down, the task is dropped, which notifies its waiters.
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(task);
    }
}
