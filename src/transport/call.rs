//! Makes the attempts of a call, with retries and backoff, until there is a final response or its time is over.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use reqwest::{Request, StatusCode, header};
use tokio::sync::Semaphore;

use super::{
    exchange,
    retry::Failure,
    state::{Limits, Shared},
    token::{Acquired, Token},
};
use crate::{
    clock::Clock, error::Error, generated::runtime::RawResponse, span::CallSpan, task::AbortOnDropTask, types::Tier,
};

/// One call of the generated client.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Arc<Shared>,
    /// The tier of a token request that the call needs.
    pub(super) tier: Option<Tier>,
    pub(super) limits: Limits,
    pub(super) begun: Instant,
    pub(super) with_token: bool,
}

impl Call<'_> {
    /// Makes attempts until one is final. The timeout covers the token, all attempts and the waits between them. A
    /// token that the server rejects with 401 is replaced once.
    pub(super) async fn run(&self, request: &Request) -> Result<RawResponse, Error> {
        let shared = self.shared;
        let retry = self.limits.retry;
        let (mut attempts, mut retries, mut replaced) = (0_u32, 0, false);
        loop {
            let token = if self.with_token { Some(self.token(attempts).await?) } else { None };
            attempts = attempts.saturating_add(1);
            let sent = shared.clock.now();
            let outcome = self.attempt(request, token.as_deref(), attempts, sent).await;

            let status = outcome.as_ref().map(|response| response.status);
            let elapsed = || shared.clock.now().saturating_duration_since(sent);
            if let (Ok(response), Some(token), false) = (&outcome, &token, replaced)
                && response.status == StatusCode::UNAUTHORIZED
            {
                CallSpan::attempt(attempts, status, elapsed, None);
                shared.tokens.reject(token);
                replaced = true;
                continue;
            }
            let failure = match &outcome {
                Ok(response) => Failure::of_response(response.status, &response.headers),
                Err(error) => Failure::without_response(error.is_retryable()),
            };
            let backoff = failure.is_retryable.then(|| {
                let spent = shared.clock.now().saturating_duration_since(self.begun);
                retry.next_backoff(failure, retries, spent, shared.random())
            });
            let backoff = backoff.flatten();
            CallSpan::attempt(attempts, status, elapsed, backoff);
            let Some(backoff) = backoff else {
                return outcome.map_err(|error| error.after(attempts));
            };
            retries += 1;
            shared.clock.sleep(backoff).await;
        }
    }

    /// Returns a token. Usually the cached one is valid, and there is no wait.
    async fn token(&self, attempts: u32) -> Result<Arc<Token>, Error> {
        let shared = self.shared;
        let Limits { timeout, .. } = self.limits;
        let api = || shared.api(self.tier.clone());
        let now = shared.clock.now();
        match shared.tokens.acquire(api, now) {
            Acquired::Token(token) => Ok(token),
            Acquired::Pending(pending) => {
                let wait = Box::pin(shared.tokens.wait(api, pending));
                let on_timeout = || Error::call_timeout(timeout).after(attempts);
                with_timeout(&*shared.clock, self.remaining(now), wait, on_timeout).await
            }
        }
    }

    async fn attempt(
        &self,
        request: &Request,
        token: Option<&Token>,
        number: u32,
        now: Instant,
    ) -> Result<RawResponse, Error> {
        let shared = self.shared;
        let remaining = self.remaining(now);
        let Limits { timeout, attempt_timeout, .. } = self.limits;
        let limit = attempt_timeout.min(remaining);
        if let Some(in_flight) = &shared.in_flight {
            // A task ends, and releases its permit, although the caller is not polled.
            let sent = Arc::new(AtomicBool::new(false));
            let (in_flight, is_sent) = (Arc::clone(in_flight), Arc::clone(&sent));
            let request = copy(request, token)?;
            let task = exchange_with_permit(in_flight, is_sent, request, Arc::clone(shared), self.limits, number);
            let exchange = AbortOnDropTask::spawn(task);
            let on_timeout = || match sent.load(Ordering::Relaxed) {
                true => Error::call_timeout(timeout),
                false => Error::permit_timeout(timeout),
            };
            return with_timeout(&*shared.clock, remaining, exchange, on_timeout).await;
        }
        let on_timeout = || {
            if limit < remaining { Error::attempt_timeout(limit) } else { Error::call_timeout(timeout) }
        };
        let request = copy(request, token)?;
        let exchange = Box::pin(exchange::send(&shared.http, request, shared.max_response_bytes, number));
        with_timeout(&*shared.clock, limit, exchange, on_timeout).await
    }

    fn remaining(&self, now: Instant) -> Duration {
        self.limits.timeout.saturating_sub(now.saturating_duration_since(self.begun))
    }
}

/// Copies a request for an attempt, and adds the token.
fn copy(request: &Request, token: Option<&Token>) -> Result<Request, Error> {
    let copy = request.try_clone();
    let mut copy = copy.ok_or_else(|| Error::invalid_argument("cannot retry a request whose body is a stream"))?;
    if let Some(token) = token {
        copy.headers_mut().insert(header::AUTHORIZATION, token.header());
    }
    Ok(copy)
}

/// Waits for a permit, then sends the request. The attempt's time begins with the permit.
async fn exchange_with_permit(
    in_flight: Arc<Semaphore>,
    is_sent: Arc<AtomicBool>,
    request: Request,
    shared: Arc<Shared>,
    limits: Limits,
    number: u32,
) -> Result<RawResponse, Error> {
    // The semaphore is never closed.
    let _permit = in_flight.acquire_owned().await.map_err(|_| Error::call_timeout(limits.timeout))?;
    is_sent.store(true, Ordering::Relaxed);
    let limit = limits.attempt_timeout;
    let exchange = Box::pin(exchange::send(&shared.http, request, shared.max_response_bytes, number));
    with_timeout(&*shared.clock, limit, exchange, || Error::attempt_timeout(limit)).await
}

/// Limits the time of a future.
async fn with_timeout<T>(
    clock: &dyn Clock,
    timeout: Duration,
    work: impl Future<Output = Result<T, Error>> + Unpin,
    on_timeout: impl FnOnce() -> Error,
) -> Result<T, Error> {
    match select(work, clock.sleep(timeout)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err(on_timeout()),
    }
}
