//! The token that calls are made with: one request however many callers wait, kept until its last minute.

use std::{
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use crate::{clock::Clock, envelope::Envelope, error::Error, generated, generated::types};

/// The service gives the same token again until its last minute, so to ask sooner is to ask in vain.
const MARGIN: Duration = Duration::from_secs(60);

/// A token in use.
#[derive(Debug)]
pub(crate) struct Token {
    /// Marked as sensitive, so that nobody prints it.
    header: HeaderValue,
    fresh_until: Option<Instant>,
}

impl Token {
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }

    /// Whether it has more than its last minute to live.
    fn is_fresh(&self, now: Instant) -> bool {
        self.fresh_until.is_some_and(|until| now < until)
    }

    /// Reckons its life by the service's clock, which may be hours off from ours.
    fn new(token: &types::AccessToken, now: Instant) -> Result<Self, Error> {
        let bearer = format!("Bearer {}", token.access_token.expose());
        let mut header = HeaderValue::try_from(bearer).map_err(|_| Error::refused("a header cannot hold the token"))?;
        header.set_sensitive(true);
        let life = token.expired_at.saturating_sub(token.now);
        let life = Duration::from_secs(u64::try_from(life).unwrap_or(0)).saturating_sub(MARGIN);
        Ok(Self { header, fresh_until: now.checked_add(life) })
    }
}

/// The keys, and the token that was got with them.
pub(crate) struct Tokens {
    keys: types::TokenRequest,
    cached: Mutex<Option<Arc<Token>>>,
}

impl Tokens {
    pub(crate) fn new(keys: types::TokenRequest) -> Self {
        Self { keys, cached: Mutex::new(None) }
    }

    /// The cached token, or a new one. Callers queue at the lock, and all but the first find the token there.
    pub(crate) async fn get(&self, api: &generated::Client, clock: &dyn Clock) -> Result<Arc<Token>, Error> {
        let mut cached = self.cached.lock().await;
        if let Some(token) = cached.as_ref().filter(|token| token.is_fresh(clock.now())) {
            return Ok(Arc::clone(token));
        }
        let token = Arc::new(Token::new(&self.fetch(api).await?, clock.now())?);
        *cached = Some(Arc::clone(&token));
        Ok(token)
    }

    /// Forgets a token that the service refused, unless another caller has replaced it already.
    pub(crate) async fn discard(&self, refused: &Arc<Token>) {
        let mut cached = self.cached.lock().await;
        if cached.as_ref().is_some_and(|token| Arc::ptr_eq(token, refused)) {
            *cached = None;
        }
    }

    /// Boxed, since a call of the generated client asks for a token, which is a call of the generated client.
    fn fetch<'a>(
        &'a self,
        api: &'a generated::Client,
    ) -> Pin<Box<dyn Future<Output = Result<types::AccessToken, Error>> + Send + 'a>> {
        Box::pin(async move { Envelope::from(api.get_token(None, &self.keys).await?).open() })
    }
}
