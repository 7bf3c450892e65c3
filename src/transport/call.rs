//! Makes the attempts of a call, with retries and backoff, until there is a final response or its time is over.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use reqwest::{Request, StatusCode, header};
use tokio::{sync::Semaphore, task::yield_now};

use super::{
    exchange,
    retry::Failure,
    state::{Limits, Shared},
    token::{Acquired, Rejection, Token},
};
use crate::{
    clock::{Clock, later},
    error::{Attempts, Error, RejectedToken},
    generated::{Operation, runtime::RawResponse},
    span::CallSpan,
    task::AbortOnDropTask,
};

/// One call of the generated client.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) operation: Operation,
    pub(super) limits: Limits,
    /// The time from which the timeout runs.
    pub(super) begun: Instant,
}

impl Call<'_> {
    /// Makes attempts until one is final. The timeout covers the token, all attempts and the waits between them. A
    /// token that the server rejects with 401 is replaced once. A request that is not safe to repeat is sent once.
    pub(super) async fn run(&self, request: &Request) -> Result<RawResponse, Error> {
        let shared = self.shared;
        let retry = self.limits.retry;
        let (mut attempts, mut retries) = (Attempts::default(), 0);
        loop {
            let token = if self.operation.authenticated { Some(self.token(attempts).await?) } else { None };
            attempts.made = attempts.made.saturating_add(1);
            let sent = shared.clock.now();
            if attempts.made == 1 {
                shared.budget().count_call(sent);
            }
            let outcome = self.attempt(request, token.as_deref(), sent).await;

            let status = outcome.as_ref().map(|response| response.status);
            let elapsed = || shared.clock.now().saturating_duration_since(sent);
            if let (Ok(StatusCode::UNAUTHORIZED), Some(token)) = (&status, &token) {
                let is_first = attempts.rejected.is_none();
                attempts.rejected = Some(match shared.tokens.reject(token) {
                    Rejection::Reissued => RejectedToken::Reissued,
                    Rejection::Replaced if is_first => RejectedToken::Once,
                    Rejection::Replaced => RejectedToken::Twice,
                });
                if self.operation.safe_to_repeat && attempts.rejected == Some(RejectedToken::Once) {
                    CallSpan::attempt(attempts.made, status, elapsed, None);
                    continue;
                }
            }
            let failure = match &outcome {
                Ok(response) => Failure::of_response(response.status, &response.headers),
                Err(error) => Failure::without_response(error.is_retryable()),
            };
            let backoff = (failure.is_retryable && self.operation.safe_to_repeat).then(|| {
                let spent = shared.clock.now().saturating_duration_since(self.begun);
                retry.next_backoff(failure, retries, spent, shared.random())
            });
            let backoff = backoff.flatten().filter(|_| {
                attempts.is_over_budget = !shared.budget().take_retry(shared.clock.now());
                !attempts.is_over_budget
            });
            CallSpan::attempt(attempts.made, status, elapsed, backoff);
            let Some(backoff) = backoff else {
                let outcome = outcome.map(|response| RawResponse { attempts, ..response });
                return outcome.map_err(|error| error.after(attempts));
            };
            retries += 1;
            shared.clock.sleep(backoff).await;
        }
    }

    /// Returns a token. Usually the cached one is valid, and there is no wait.
    async fn token(&self, attempts: Attempts) -> Result<Arc<Token>, Error> {
        let shared = self.shared;
        let Limits { timeout, .. } = self.limits;
        let api = || shared.api(shared.tier.clone());
        let now = shared.clock.now();
        match shared.tokens.acquire(api, now) {
            Acquired::Token(token) => Ok(token),
            Acquired::Pending(pending) => {
                let on_timeout = || Error::call_timeout(timeout).during_auth().after(attempts);
                let ends_at = later(self.begun, timeout);
                let wait = Box::pin(shared.tokens.wait(api, pending, ends_at, on_timeout));
                with_timeout(&*shared.clock, self.remaining(now), wait, || true, on_timeout).await
            }
        }
    }

    async fn attempt(&self, request: &Request, token: Option<&Token>, now: Instant) -> Result<RawResponse, Error> {
        let shared = self.shared;
        let remaining = self.remaining(now);
        let Limits { timeout, attempt_timeout, .. } = self.limits;
        let limit = attempt_timeout.min(remaining);
        // The request for a token waits for no permit: callers that hold one may take longer than those that wait for it.
        if let (Some(in_flight), true) = (&shared.in_flight, self.operation.authenticated) {
            // A task ends, and releases its permit, although the caller is not polled.
            let decided = Arc::new(AtomicBool::new(false));
            let (in_flight, by_task) = (Arc::clone(in_flight), Arc::clone(&decided));
            let request = copy(request, token)?;
            let task = exchange_with_permit(in_flight, by_task, request, Arc::clone(shared), self.limits);
            let exchange = AbortOnDropTask::spawn(task);
            let is_sent = || decided.load(Ordering::Acquire);
            let on_timeout = || match decided.swap(true, Ordering::AcqRel) {
                true => Error::call_timeout(timeout),
                false => Error::permit_timeout(timeout),
            };
            return with_timeout(&*shared.clock, remaining, exchange, is_sent, on_timeout).await;
        }
        let on_timeout = || {
            if limit < remaining { Error::attempt_timeout(limit) } else { Error::call_timeout(timeout) }
        };
        let request = copy(request, token)?;
        let exchange = Box::pin(exchange::send(&shared.http, request, shared.max_response_bytes));
        with_timeout(&*shared.clock, limit, exchange, || true, on_timeout).await
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

/// Waits for a permit, then sends the request, unless the caller has given it up. The task and the caller both set `decided`,
/// and the one that sets it first decides, so that a request that is sent never counts as one that was not. The attempt's time
/// begins with the permit.
async fn exchange_with_permit(
    in_flight: Arc<Semaphore>,
    decided: Arc<AtomicBool>,
    request: Request,
    shared: Arc<Shared>,
    limits: Limits,
) -> Result<RawResponse, Error> {
    // The semaphore is never closed.
    let _permit = in_flight.acquire_owned().await.map_err(|_| Error::permit_timeout(limits.timeout))?;
    if decided.swap(true, Ordering::AcqRel) {
        return Err(Error::permit_timeout(limits.timeout));
    }
    let limit = limits.attempt_timeout;
    let exchange = Box::pin(exchange::send(&shared.http, request, shared.max_response_bytes));
    with_timeout(&*shared.clock, limit, exchange, || true, || Error::attempt_timeout(limit)).await
}

/// The turns that other tasks get after a timeout, so that a response that is there is read.
const TURNS: usize = 32;

/// Limits the time of a future. If it `is_sent` by then, a response that has arrived is still read.
async fn with_timeout<T>(
    clock: &dyn Clock,
    timeout: Duration,
    mut work: impl Future<Output = Result<T, Error>> + Unpin,
    is_sent: impl Fn() -> bool,
    on_timeout: impl FnOnce() -> Error,
) -> Result<T, Error> {
    if let Either::Left((outcome, _)) = select(&mut work, clock.sleep(timeout)).await {
        return outcome;
    }
    // The response may have arrived while the thread was busy. Tasks of the same thread have to read it first.
    for _ in 0..if is_sent() { TURNS } else { 0 } {
        yield_now().await;
        if let Poll::Ready(outcome) = poll_fn(|context| Poll::Ready(Pin::new(&mut work).poll(context))).await {
            return outcome;
        }
    }
    Err(on_timeout())
}

#[cfg(all(test, feature = "sandbox"))]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use reqwest::Method;

    use super::*;
    use crate::{generated::runtime::CallOptions, sandbox::Sandbox};

    /// A task gets its permit while its caller gives the call up.
    #[tokio::test]
    async fn request_that_its_caller_gave_up_is_not_sent() {
        for is_given_up in [false, true] {
            let sandbox = Sandbox::start().await.unwrap();
            let shared = sandbox.client().shared().unwrap();
            let request = Request::new(Method::POST, format!("{}/banks", sandbox.base_url()).parse().unwrap());
            let (permits, decided) = (Arc::new(Semaphore::new(1)), Arc::new(AtomicBool::new(is_given_up)));
            let limits = shared.limits(&CallOptions::default());
            let outcome = exchange_with_permit(permits, Arc::clone(&decided), request, shared, limits).await;
            assert_eq!(outcome.is_err_and(|error| error.is_timeout() && !error.is_maybe_sent()), is_given_up);
            assert_eq!(sandbox.requests().len(), usize::from(!is_given_up));
            assert!(decided.load(Ordering::Acquire));
        }
    }
}
