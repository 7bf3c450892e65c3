use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{Client, ClientBuilder, base_url::BaseUrl, builder::CONNECT_TIMEOUT, tls};
use crate::{
    error::Error,
    generated::types::TokenRequest,
    transport::{Shared, TokenCache},
};

impl ClientBuilder {
    /// Builds the client. It sends nothing.
    ///
    /// # Errors
    ///
    /// [`is_config`](Error::is_config): the key or the secret is empty, the base URL or a root certificate is invalid, a
    /// setting cannot be combined with [`http_client`](Self::http_client), or TLS is not available.
    pub fn build(self) -> Result<Client, Error> {
        let tier = self.tier.clone();
        Ok(Client { api: Arc::new(self.shared()?.api(tier)) })
    }

    /// Builds what all clones of the client share.
    pub(crate) fn shared(self) -> Result<Arc<Shared>, Error> {
        if self.key.expose().is_empty() || self.secret.expose().is_empty() {
            return Err(Error::config("the API key or its secret is empty; pass both to `credentials`"));
        }
        if self.max_in_flight == Some(0) {
            return Err(Error::config("invalid `max_in_flight`: expected at least 1, got 0"));
        }
        let base_url = BaseUrl::parse(&self.base_url, self.insecure)?;
        let http = match self.http {
            None => http_client(&base_url, self.connect_timeout.unwrap_or(CONNECT_TIMEOUT), &self.roots)?,
            Some(_) if self.connect_timeout.is_some() => return Err(conflict("connect_timeout")),
            Some(_) if !self.roots.is_empty() => return Err(conflict("add_root_certificate")),
            Some(http) => http,
        };
        // A request for a token whose runtime lives is polled at the end of each attempt and of each backoff.
        let idle_timeout =
            self.attempt_timeout.max(self.retry.longest_backoff()).saturating_add(Duration::from_secs(1));
        let keys = TokenRequest { imp_key: self.key, imp_secret: self.secret };
        Ok(Arc::new(Shared {
            base_url: base_url.as_str().to_owned(),
            http,
            tokens: Arc::new(TokenCache::new(keys, idle_timeout, Arc::clone(&self.clock))),
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            max_response_bytes: self.max_response_bytes,
            in_flight: self.max_in_flight.map(|max| Arc::new(Semaphore::new(max.min(Semaphore::MAX_PERMITS)))),
            inspectors: self.inspectors,
            retry: self.retry,
            tier: self.tier,
            budget: Mutex::new(self.retry.budget()),
            random: Mutex::new(self.retry.random()),
            clock: self.clock,
        }))
    }
}

fn conflict(setting: &str) -> Error {
    Error::config(format!("`{setting}` cannot be combined with `http_client`; set it on the reqwest client instead"))
}

fn http_client(base_url: &BaseUrl, connect_timeout: Duration, roots: &[Vec<u8>]) -> Result<reqwest::Client, Error> {
    let mut client = reqwest::Client::builder()
        .user_agent(concat!("iamport-rust/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        // By itself reqwest sends a request again over HTTP/2, which another package of the program can enable.
        .retry(reqwest::retry::never());
    if base_url.is_this_machine() {
        // A proxy on another machine would read keys and tokens.
        client = client.no_proxy();
    }
    tls::build(client, base_url.is_https(), roots)
}
