//! The access token: one fetch however many callers wait, kept until its last minute, replaced once after a 401.
//!
//! [`TokenState`] decides, without I/O, clock or await. [`TokenCache`] locks it only for that decision and spawns the
//! fetch that it asks for, so that no caller depends on another one being polled.

mod state;

use std::{
    future::poll_fn,
    panic,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use tokio::{runtime::Handle, sync::watch};

use crate::{
    clock::Clock,
    error::Error,
    generated::{self, types},
    span::in_current_span,
    task::catch_panic,
};

use state::{Decision, Failure, Fetch, FetchResult, TokenState};
pub(super) use state::{Rejection, Token};

/// The credentials and their cached token.
pub(crate) struct TokenCache {
    keys: types::TokenRequest,
    state: Mutex<TokenState>,
    /// The time after which a fetch that was not polled is given up.
    idle_timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// A token, or the fetch that will bring one.
pub(super) enum Acquired {
    Token(Arc<Token>),
    Pending(Pending),
}

pub(super) struct Pending {
    outcome: watch::Receiver<Option<FetchResult>>,
    /// Whether this caller started the fetch.
    started: bool,
}

impl TokenCache {
    pub(crate) fn new(keys: types::TokenRequest, idle_timeout: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { keys, state: Mutex::default(), idle_timeout, clock }
    }

    fn state(&self) -> MutexGuard<'_, TokenState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the cached token without waiting, or the fetch to wait for, which `api` makes.
    pub(super) fn acquire(self: &Arc<Self>, api: impl FnOnce() -> generated::Client, now: Instant) -> Acquired {
        let decision = self.state().acquire(now, self.idle_timeout);
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

    /// Waits for a fetch. One that ended without a result, because its runtime was shut down, is replaced by another, and so
    /// is one that is not polled, because its runtime is idle. Nothing is sent after the call ends.
    pub(super) async fn wait(
        self: &Arc<Self>,
        api: impl Fn() -> generated::Client,
        mut pending: Pending,
        ends_at: Instant,
        on_timeout: impl Fn() -> Error,
    ) -> Result<Arc<Token>, Error> {
        loop {
            let outcome = {
                let outcome = pin!(pending.outcome.wait_for(Option::is_some));
                match select(outcome, self.clock.sleep(self.idle_timeout)).await {
                    Either::Left((Ok(outcome), _)) => outcome.clone(),
                    Either::Left((Err(_), _)) => None,
                    Either::Right(_) => Some(FetchResult::Superseded),
                }
            };
            match outcome {
                Some(FetchResult::Token(token)) => return Ok(token),
                Some(FetchResult::Failed(Failure::Error(error))) => return Err(error),
                Some(FetchResult::Failed(Failure::Panic(message))) => {
                    panic::resume_unwind(Box::new(message.to_string()))
                }
                None if pending.started => {
                    return Err(Error::aborted().during_auth());
                }
                Some(FetchResult::Superseded) | None if ends_at <= self.clock.now() => return Err(on_timeout()),
                Some(FetchResult::Superseded) | None => match self.acquire(&api, self.clock.now()) {
                    Acquired::Token(token) => return Ok(token),
                    Acquired::Pending(next) => pending = next,
                },
            }
        }
    }

    /// Discards a token that the server rejected with 401, unless another caller has replaced it already, or the service
    /// returned it again lately.
    pub(super) fn reject(&self, token: &Arc<Token>) -> Rejection {
        let now = self.clock.now();
        self.state().reject(token, now)
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
        if !self.fetch.delay.is_zero() {
            self.cache.clock.sleep(self.fetch.delay).await;
        }
        // A panic of a function that inspects the response is one of each call that waits.
        let mut request = pin!(catch_panic(self.api.get_token(&self.cache.keys)));
        let request = poll_fn(|context| {
            self.cache.state().polled(self.fetch.id, self.cache.clock.now());
            request.as_mut().poll(context)
        });
        let response = request.await;
        let now = self.cache.clock.now();
        let result = response.map_err(Failure::Panic).and_then(|response| {
            let token = response.and_then(|response| response.content(|_| None)).map_err(Error::during_auth);
            token.and_then(|token| Token::new(&token, now)).map_err(Failure::Error)
        });
        let outcome = self.cache.state().finish(self.fetch.id, result, now);
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
