//! What happens to every call of the generated client: it is checked, given a token, and attempted until it is answered
//! or given up.

mod retry;
mod token;
mod trace;
#[cfg(feature = "validate")]
mod validation;

use std::{
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, FutureExt, select};
use reqwest::{Request, StatusCode, header};

use crate::{
    clock::Clock,
    error::Error,
    generated,
    runtime::{ClientHooks, ClientInfo, OperationInfo, RawResponse, path},
    types::Tier,
};

pub(crate) use retry::Failure;
pub use retry::RetryConfig;
pub(crate) use token::Tokens;
use trace::Call;
#[cfg(feature = "validate")]
pub use validation::Validation;

/// What the generated client carries along.
#[derive(Clone)]
pub struct ClientState(pub(crate) Arc<Settings>);

/// See [`ClientBuilder`](crate::ClientBuilder), which fills them in.
pub(crate) struct Settings {
    pub(crate) tokens: Tokens,
    pub(crate) tier: Option<Tier>,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    #[cfg(feature = "validate")]
    pub(crate) validation: Validation,
    pub(crate) retry: RetryConfig,
    /// What draws the waits before a retry.
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl fmt::Debug for ClientState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { tier, timeout, attempt_timeout, max_response_bytes, retry, .. } = &*self.0;
        let mut debug = f.debug_struct("ClientState");
        debug
            .field("tier", tier)
            .field("timeout", timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("max_response_bytes", max_response_bytes)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<ClientState> for generated::Client {
    async fn pre(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error> {
        path::check(request.url())?;
        let headers = request.headers_mut();
        // Progenitor sends the version of the document along; the service does not ask for it.
        headers.remove("api-version");
        if let Some(tier) = &self.inner().0.tier
            && !headers.contains_key("tier")
        {
            let tier = tier.as_str().parse().map_err(|_| Error::refused("a header cannot hold that tier"))?;
            headers.insert("tier", tier);
        }
        Ok(())
    }

    async fn exec(&self, request: Request, info: &OperationInfo) -> Result<RawResponse, Error> {
        let settings = &*self.inner().0;
        let begun = settings.clock.now();
        let with_token = info.operation_id != "get_token";
        // While the old token lives, a new one is not worth a retry, nor a long wait.
        let spare = !with_token && settings.tokens.has_spare();
        let (retry, time) =
            if spare { (RetryConfig::disabled(), settings.timeout / 3) } else { (settings.retry, settings.timeout) };

        let trace = Call::new(info.operation_id);
        let call = pin!(settings.call(self, request, with_token, retry.within(time), (begun, time)));
        let outcome = trace.cover(call).await;
        trace.end(&outcome, || settings.since(begun));
        #[cfg(feature = "validate")]
        if let Ok(answer) = &outcome {
            settings.validation.check(info.operation_id, answer)?;
        }
        outcome
    }
}

impl Settings {
    /// Makes attempt after attempt until one is answered, its failure is the last, or the time for all of it is over:
    /// token, attempts and the waits between them. A token that the service no longer takes is replaced once.
    async fn call(
        &self,
        api: &generated::Client,
        mut request: Request,
        with_token: bool,
        retry: RetryConfig,
        (begun, time): (Instant, Duration),
    ) -> Result<RawResponse, Error> {
        let left = |now: Instant| time.saturating_sub(now.saturating_duration_since(begun));
        let (mut made, mut retries, mut replaced) = (0_u32, 0, None);
        loop {
            let mut token = None;
            if with_token {
                let mut get = pin!(self.tokens.get(api, &*self.clock, replaced.as_ref()));
                // Most often there is one, and nothing to wait for.
                let got = match get.as_mut().now_or_never() {
                    Some(got) => got,
                    None => self.within(left(self.clock.now()), get, |_| Error::call_timeout(time).after(made)).await,
                };
                request.headers_mut().insert(header::AUTHORIZATION, token.insert(got?).header()?);
            }
            let unclonable = || Error::refused("a request whose body is a stream cannot be made again");
            let copy = request.try_clone().ok_or_else(unclonable)?;
            made = made.saturating_add(1);
            let sent = self.clock.now();
            let left = left(sent);
            let late = |limit| if limit < left { Error::attempt_timeout(limit) } else { Error::call_timeout(time) };
            let attempt = pin!(self.send(api.client(), copy, made));
            let outcome = self.within(self.attempt_timeout.min(left), attempt, late).await;
            let refused = matches!(&outcome, Ok(answer) if answer.status == StatusCode::UNAUTHORIZED);
            if refused && token.is_some() && replaced.is_none() {
                Call::attempt(made, &outcome, || self.since(sent), None);
                replaced = token;
                continue;
            }
            let failure = match &outcome {
                Ok(answer) => Failure::answered(answer.status, &answer.headers),
                Err(error) => Failure::unanswered(error.is_retryable()),
            };
            let decide = || retry.decide(failure, retries, self.since(begun), self.random());
            let wait = if failure.passes { decide() } else { None };
            Call::attempt(made, &outcome, || self.since(sent), wait);
            let Some(wait) = wait else {
                return outcome.map_err(|error| error.after(made));
            };
            retries += 1;
            self.clock.sleep(wait).await;
        }
    }

    /// Gives up when the time for it is over. The work is pinned by the caller, as each place that a future is moved
    /// through has room for a copy of it.
    async fn within<T>(
        &self,
        time: Duration,
        work: Pin<&mut impl Future<Output = Result<T, Error>>>,
        late: impl FnOnce(Duration) -> Error,
    ) -> Result<T, Error> {
        match select(work, self.clock.sleep(time)).await {
            Either::Left((done, _)) => done,
            Either::Right(_) => Err(late(time)),
        }
    }

    fn since(&self, moment: Instant) -> Duration {
        self.clock.now().saturating_duration_since(moment)
    }

    /// Between 0 and 1.
    fn random(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }

    /// Sends a request and reads the answer, as far as the limit goes.
    async fn send(&self, client: &reqwest::Client, request: Request, attempts: u32) -> Result<RawResponse, Error> {
        let mut response = client.execute(request).await.map_err(Error::transport)?;
        let status = response.status();
        // A look-up comes in one chunk, which is not copied. What is announced is not believed.
        let mut body = Bytes::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::transport)? {
            if chunk.len() > self.max_response_bytes.saturating_sub(body.len()) {
                return Err(Error::too_large(status, self.max_response_bytes));
            }
            body = if body.is_empty() { chunk } else { joined(body, &chunk) };
        }
        Ok(RawResponse { status, headers: std::mem::take(response.headers_mut()), body, attempts })
    }
}

/// What is joined already has room to grow, and is not copied once for each chunk.
fn joined(body: Bytes, chunk: &[u8]) -> Bytes {
    let mut body = BytesMut::from(body);
    body.extend_from_slice(chunk);
    body.freeze()
}
