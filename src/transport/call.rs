//! A call: attempts, with retries and backoff, until there is a final response or its time is over.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use reqwest::{Request, StatusCode, header};

use super::{
    Shared, exchange,
    retry::Failure,
    token::{Acquired, Token},
    trace::CallSpan,
};
use crate::{clock::Clock, error::Error, generated, runtime::RawResponse};

/// One call of the generated client.
pub(super) struct Call<'a> {
    pub(super) api: &'a generated::Client,
    pub(super) shared: &'a Shared,
    pub(super) begun: Instant,
    pub(super) with_token: bool,
}

impl Call<'_> {
    /// Makes attempts until one is final. The timeout covers the token, all attempts and the waits between them. A
    /// token that the server rejects with 401 is replaced once.
    pub(super) async fn run(&self, mut request: Request) -> Result<RawResponse, Error> {
        let Self { shared, .. } = self;
        let retry = shared.retry.within(shared.timeout);
        let (mut attempts, mut retries, mut replaced) = (0_u32, 0, false);
        loop {
            let mut token = None;
            if self.with_token {
                let acquired = token.insert(self.token(attempts).await?);
                request.headers_mut().insert(header::AUTHORIZATION, acquired.header());
            }
            let unclonable = || Error::refused("a request whose body is a stream cannot be sent again");
            let attempt = request.try_clone().ok_or_else(unclonable)?;
            attempts = attempts.saturating_add(1);
            let sent = shared.clock.now();
            let outcome = self.attempt(attempt, attempts, sent).await;

            let elapsed = || shared.clock.now().saturating_duration_since(sent);
            if let (Ok(response), Some(token), false) = (&outcome, &token, replaced)
                && response.status == StatusCode::UNAUTHORIZED
            {
                CallSpan::attempt(attempts, &outcome, elapsed, None);
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
            CallSpan::attempt(attempts, &outcome, elapsed, backoff);
            let Some(backoff) = backoff else {
                return outcome.map_err(|error| error.after(attempts));
            };
            retries += 1;
            shared.clock.sleep(backoff).await;
        }
    }

    /// Most often there is a valid token, and nothing to wait for.
    async fn token(&self, attempts: u32) -> Result<Arc<Token>, Error> {
        let Self { api, shared, .. } = self;
        let now = shared.clock.now();
        match shared.tokens.acquire(api, now) {
            Acquired::Token(token) => Ok(token),
            Acquired::Pending(pending) => {
                let wait = pin!(shared.tokens.wait(api, &*shared.clock, pending));
                let on_timeout = || Error::call_timeout(shared.timeout).after(attempts);
                with_timeout(&*shared.clock, self.remaining(now), wait, on_timeout).await
            }
        }
    }

    async fn attempt(&self, request: Request, number: u32, now: Instant) -> Result<RawResponse, Error> {
        let Self { api, shared, .. } = self;
        let remaining = self.remaining(now);
        let limit = shared.attempt_timeout.min(remaining);
        let on_timeout = || {
            if limit < remaining { Error::attempt_timeout(limit) } else { Error::call_timeout(shared.timeout) }
        };
        let exchange = pin!(exchange::send(&api.client, request, shared.max_response_bytes, number));
        with_timeout(&*shared.clock, limit, exchange, on_timeout).await
    }

    fn remaining(&self, now: Instant) -> Duration {
        self.shared.timeout.saturating_sub(now.saturating_duration_since(self.begun))
    }
}

/// Gives up when the time is over. The caller pins the work, since each function that a future is moved through has room
/// for a copy of it.
pub(super) async fn with_timeout<T>(
    clock: &dyn Clock,
    timeout: Duration,
    work: Pin<&mut impl Future<Output = Result<T, Error>>>,
    on_timeout: impl FnOnce() -> Error,
) -> Result<T, Error> {
    match select(work, clock.sleep(timeout)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err(on_timeout()),
    }
}

impl Shared {
    /// Returns a number between 0 and 1.
    fn random(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }
}
