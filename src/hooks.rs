//! What happens to every call of the generated client: it is checked, given a token, sent once or twice, and read.

use std::{fmt, future::Future, pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use reqwest::{Request, StatusCode, header};

use crate::{
    clock::Clock,
    error::Error,
    generated, path,
    runtime::{Answer, ClientHooks, ClientInfo, OperationInfo},
    token::Tokens,
    types::Tier,
};

/// What the generated client carries along.
#[derive(Clone)]
pub struct Transport(pub(crate) Arc<Settings>);

/// See [`ClientBuilder`](crate::ClientBuilder), which fills them in.
pub(crate) struct Settings {
    pub(crate) tokens: Tokens,
    pub(crate) tier: Option<Tier>,
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) clock: Arc<dyn Clock>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { tier, timeout, max_body, .. } = &*self.0;
        let mut debug = f.debug_struct("Transport");
        debug.field("tier", tier).field("timeout", timeout).field("max_body", max_body).finish_non_exhaustive()
    }
}

impl ClientHooks<Transport> for generated::Client {
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

    async fn exec(&self, request: Request, info: &OperationInfo) -> Result<Answer, Error> {
        let settings = &*self.inner().0;
        if info.operation_id == "get_token" {
            return settings.within_time(settings.send(self.client(), request)).await;
        }
        settings.within_time(settings.send_with_token(self, request)).await
    }
}

impl Settings {
    /// Gives up when the time for the whole call is over: token, call and replay.
    async fn within_time<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match select(pin!(call), self.clock.sleep(self.timeout)).await {
            Either::Left((done, _)) => done,
            Either::Right(_) => Err(Error::timeout(self.timeout)),
        }
    }

    /// A token that the service no longer takes is replaced, and the call made once more.
    async fn send_with_token(&self, api: &generated::Client, mut request: Request) -> Result<Answer, Error> {
        let token = self.tokens.get(api, &*self.clock).await?;
        let replay = request.try_clone();
        request.headers_mut().insert(header::AUTHORIZATION, token.header().clone());
        let answer = self.send(api.client(), request).await?;
        let Some(mut replay) = replay.filter(|_| answer.status == StatusCode::UNAUTHORIZED) else { return Ok(answer) };

        self.tokens.discard(&token).await;
        let token = self.tokens.get(api, &*self.clock).await?;
        replay.headers_mut().insert(header::AUTHORIZATION, token.header().clone());
        self.send(api.client(), replay).await
    }

    /// Sends a request and reads the answer, as far as the limit goes.
    async fn send(&self, client: &reqwest::Client, request: Request) -> Result<Answer, Error> {
        let mut response = client.execute(request).await.map_err(Error::transport)?;
        let status = response.status();
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(announced.min(self.max_body));
        while let Some(chunk) = response.chunk().await.map_err(Error::transport)? {
            if body.len() + chunk.len() > self.max_body {
                return Err(Error::too_large(status, self.max_body));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers: std::mem::take(response.headers_mut()), body })
    }
}
