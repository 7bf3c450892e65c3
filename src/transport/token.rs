//! The token that calls are made with: one request however many callers wait, kept until its last minute.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use crate::{clock::Clock, error::Error, generated, generated::envelope::Envelope, generated::types, types::Secret};

/// The service gives the same token again until its last minute, so to ask sooner is to ask in vain.
const MARGIN: Duration = Duration::from_secs(60);

/// A token in use.
#[derive(Debug)]
pub(crate) struct Token {
    bearer: Secret,
    ends: Instant,
}

impl Token {
    /// Reckons its life by the service's clock, which may be hours off from ours.
    fn new(token: &types::AccessToken, now: Instant) -> Result<Self, Error> {
        let life = Duration::from_secs(u64::try_from(token.expired_at.saturating_sub(token.now)).unwrap_or(0));
        let bearer = Secret::from(format!("Bearer {}", token.access_token.expose()));
        let token = Self { bearer, ends: now.checked_add(life).unwrap_or(now) };
        // One that no header can hold is found out here, and not kept.
        token.header().map(|_| token)
    }

    /// Marked as sensitive, so that nobody prints it. Made for each request: what is kept is wiped, a header is not.
    pub(crate) fn header(&self) -> Result<HeaderValue, Error> {
        let mut header = HeaderValue::try_from(self.bearer.expose()).map_err(|_| Error::token())?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// Whether it has so much time to live.
    fn has(&self, life: Duration, now: Instant) -> bool {
        self.ends.saturating_duration_since(now) > life
    }
}

/// The keys, and the token that was got with them.
pub(crate) struct Tokens {
    keys: types::TokenRequest,
    cached: Mutex<Cached>,
    /// How many requests for a token have failed.
    failures: AtomicU64,
    /// Whether a new token is asked for while the old one lives.
    spare: AtomicBool,
}

#[derive(Default)]
struct Cached {
    token: Option<Arc<Token>>,
    failure: Option<Error>,
}

impl Tokens {
    pub(crate) fn new(keys: types::TokenRequest) -> Self {
        Self { keys, cached: Mutex::default(), failures: AtomicU64::new(0), spare: AtomicBool::new(false) }
    }

    /// The cached token, or a new one.
    ///
    /// Callers queue at the lock. The first asks the service, and those behind it find there what it got: the token,
    /// or the failure, so that a service that is down is not asked once by each of them. A token that the service
    /// refused is forgotten, unless another caller has replaced it already.
    pub(crate) async fn get(
        &self,
        api: &generated::Client,
        clock: &dyn Clock,
        refused: Option<&Arc<Token>>,
    ) -> Result<Arc<Token>, Error> {
        let failures = self.failures.load(Ordering::Acquire);
        let mut cached = self.cached.lock().await;
        cached.token.take_if(|token| refused.is_some_and(|refused| Arc::ptr_eq(token, refused)));
        let alive = |token: &Option<Arc<Token>>, life| token.clone().filter(|token| token.has(life, clock.now()));
        if let Some(token) = alive(&cached.token, MARGIN) {
            return Ok(token);
        }
        if failures == self.failures.load(Ordering::Acquire) {
            self.spare.store(alive(&cached.token, Duration::ZERO).is_some(), Ordering::Relaxed);
            match self.fetch(api).await.and_then(|token| Token::new(&token, clock.now())) {
                Ok(token) => {
                    let token = Arc::new(token);
                    cached.token = Some(Arc::clone(&token));
                    return Ok(token);
                }
                Err(error) => {
                    self.failures.fetch_add(1, Ordering::AcqRel);
                    cached.failure = Some(error);
                }
            }
        }
        // A token in its last minute is better than none.
        match (alive(&cached.token, Duration::ZERO), &cached.failure) {
            (Some(token), _) => Ok(token),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(Error::refused("there is no token")),
        }
    }

    /// Whether there is a token to fall back on while a new one is asked for.
    pub(crate) fn has_spare(&self) -> bool {
        self.spare.load(Ordering::Relaxed)
    }

    /// Boxed, since a call of the generated client asks for a token, which is a call of the generated client.
    fn fetch<'a>(
        &'a self,
        api: &'a generated::Client,
    ) -> Pin<Box<dyn Future<Output = Result<types::AccessToken, Error>> + Send + 'a>> {
        Box::pin(async move {
            let answer = api.get_token(None, &self.keys).await.map_err(Error::from);
            answer.and_then(|answer| Envelope::from(answer).open()).map_err(Error::during_auth)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HTTP libraries neither print nor index what is marked so; none of those we stand on prints headers today.
    #[test]
    fn the_header_is_marked_as_sensitive() {
        let (bearer, ends) = (Secret::from("Bearer hunter2".to_owned()), Instant::now());
        let header = Token { bearer, ends }.header();
        assert!(header.as_ref().is_ok_and(|header| header.is_sensitive() && header == "Bearer hunter2"));
        assert!(!format!("{header:?}").contains("hunter2"));
    }
}
