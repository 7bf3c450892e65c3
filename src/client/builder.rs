use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{Client, base_url::BaseUrl, tls};
#[cfg(feature = "validate")]
use crate::transport::Validation;
use crate::{
    clock::{Clock, SystemClock},
    error::Error,
    generated::{self, types::TokenRequest},
    transport::{ClientState, RetryConfig, Shared, TokenCache},
    types::{Secret, Tier},
};

/// What a [`Client`] is made with.
#[derive(Clone)]
pub struct ClientBuilder {
    key: Secret,
    secret: Secret,
    tier: Option<Tier>,
    base_url: String,
    insecure: bool,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    max_response_bytes: usize,
    #[cfg(feature = "validate")]
    validation: Validation,
    retry: RetryConfig,
    roots: Vec<Vec<u8>>,
    http: Option<reqwest::Client>,
    clock: Arc<dyn Clock>,
}

impl Client {
    /// Returns a builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Builds a client from environment variables: the API key `IMP_KEY`, its secret `IMP_SECRET`, and optionally a
    /// sub-merchant `IMP_TIER` and another base URL `IMP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// Returns an error that names the variable if it is missing or invalid ([`is_config`](Error::is_config)).
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            key: "".into(),
            secret: "".into(),
            tier: None,
            base_url: "https://api.iamport.kr".to_owned(),
            insecure: false,
            timeout: Duration::from_secs(30),
            attempt_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            max_response_bytes: 16 << 20,
            #[cfg(feature = "validate")]
            validation: Validation::off(),
            retry: RetryConfig::new(),
            roots: Vec::new(),
            http: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl ClientBuilder {
    /// The merchant's API key and its secret.
    pub fn credentials(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.key = key.into().into();
        self.secret = secret.into().into();
        self
    }

    /// The sub-merchant (하위 상점) to act for.
    ///
    /// # Default
    ///
    /// None: the merchant itself.
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = Some(tier);
        self
    }

    /// Where the service is. `https`, or `http` on this machine alone; a path is kept, for services behind a proxy.
    /// What is on this machine over `http` is asked directly, whatever proxy the environment names.
    ///
    /// # Default
    ///
    /// `https://api.iamport.kr`. Networks that list what may be reached use `https://static-api.iamport.kr`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Allows plain `http` to other machines, where whoever is on the way reads keys, tokens and payments.
    ///
    /// # Default
    ///
    /// `false`.
    pub fn dangerously_allow_http(mut self, allow: bool) -> Self {
        self.insecure = allow;
        self
    }

    /// How long a call may take: a token if need be, all its attempts and the waits between them.
    ///
    /// # Default
    ///
    /// 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take, to the end of its answer. One that stalls is given up, and another is made as
    /// after any failure that may pass ([`retry`](Self::retry)). A token is asked for in attempts of its own.
    ///
    /// # Default
    ///
    /// 10 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a connection may take to come about; it is a part of an attempt. Of no effect on an own
    /// [`http_client`](Self::http_client).
    ///
    /// # Default
    ///
    /// 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How many bytes of an answer are read before it is refused.
    ///
    /// # Default
    ///
    /// 16 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// What becomes of an answer beside being read: its report goes to a function or to `tracing`, or an answer with
    /// violations is refused.
    ///
    /// # Default
    ///
    /// [`Validation::off`]: nothing.
    #[cfg(feature = "validate")]
    pub fn validation(mut self, validation: Validation) -> Self {
        self.validation = validation;
        self
    }

    /// When a call that failed is made again.
    ///
    /// # Default
    ///
    /// [`RetryConfig::new`]: up to 3 times, within 20 seconds.
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Never makes a call again: [`RetryConfig::none`].
    ///
    /// # Default
    ///
    /// [`RetryConfig::new`].
    pub fn no_retry(self) -> Self {
        self.retry(RetryConfig::disabled())
    }

    /// Trusts a root certificate in DER, or the root certificates of a PEM text, for instance those of a company's proxy.
    /// May be called repeatedly. Has no effect on an own [`http_client`](Self::http_client).
    ///
    /// # Default
    ///
    /// The platform's trust store alone.
    pub fn add_root_certificate(mut self, der_or_pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(der_or_pem.into());
        self
    }

    /// An own HTTP client, with its own TLS, proxies and pool. Let it not follow redirects: they would take the token
    /// along.
    ///
    /// # Default
    ///
    /// A client that follows no redirect, with TLS by the enabled feature (`rustls` or `rustls-no-provider`, otherwise
    /// `native-tls`) and the platform's trust store. rustls uses the process-wide default provider if one is installed.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// What is taken for the time, for tests.
    ///
    /// # Default
    ///
    /// The machine's own clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// If key or secret are missing, the base URL or a root certificate is of no use, or TLS cannot be set up
    /// ([`is_config`](Error::is_config)).
    pub fn build(self) -> Result<Client, Error> {
        if self.key.expose().is_empty() || self.secret.expose().is_empty() {
            return Err(Error::config("the API key or its secret is empty; give both to `credentials`"));
        }
        let base_url = BaseUrl::parse(&self.base_url, self.insecure)?;
        let http = match self.http {
            Some(http) => http,
            None => http_client(&base_url, self.connect_timeout, &self.roots)?,
        };
        let shared = Shared {
            tokens: TokenCache::new(TokenRequest { imp_key: self.key, imp_secret: self.secret }),
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            max_response_bytes: self.max_response_bytes,
            #[cfg(feature = "validate")]
            validation: self.validation,
            retry: self.retry,
            random: Mutex::new(self.retry.random()),
            clock: self.clock,
        };
        let state = ClientState::new(Arc::new(shared), self.tier.as_ref())?;
        Ok(Client { api: Arc::new(generated::Client::new(base_url.as_str().to_owned(), http, state)) })
    }
}

fn http_client(base_url: &BaseUrl, connect_timeout: Duration, roots: &[Vec<u8>]) -> Result<reqwest::Client, Error> {
    let mut client = reqwest::Client::builder()
        .user_agent(concat!("iamport-rust/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none());
    if base_url.is_this_machine() {
        // A proxy of the environment is another machine, and would read keys and tokens.
        client = client.no_proxy();
    }
    tls::build(client, base_url.is_https(), roots)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may hold a password until `build` refuses it.
        let Self { tier, timeout, attempt_timeout, connect_timeout, max_response_bytes, retry, .. } = self;
        let mut debug = f.debug_struct("ClientBuilder");
        debug.field("tier", tier).field("timeout", timeout).field("attempt_timeout", attempt_timeout);
        debug
            .field("connect_timeout", connect_timeout)
            .field("max_response_bytes", max_response_bytes)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}
