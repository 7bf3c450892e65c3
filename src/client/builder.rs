use std::{error, fmt, sync::Arc, time::Duration};

use super::Client;
use crate::{
    clock::{Clock, SystemClock},
    transport::{InspectedResponse, Inspectors, RetryConfig},
    types::{Secret, Tier},
};

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Builds a [`Client`]; see each setter for its default.
#[derive(Clone)]
#[must_use = "call `build` for a client"]
pub struct ClientBuilder {
    pub(super) key: Secret,
    pub(super) secret: Secret,
    pub(super) tier: Option<Tier>,
    pub(super) base_url: String,
    pub(super) insecure: bool,
    pub(super) timeout: Duration,
    pub(super) attempt_timeout: Duration,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) max_in_flight: Option<usize>,
    pub(super) max_response_bytes: usize,
    pub(super) inspectors: Inspectors,
    pub(super) retry: RetryConfig,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) http: Option<reqwest::Client>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Client {
    /// Returns a builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
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
            connect_timeout: None,
            max_in_flight: None,
            max_response_bytes: 8 << 20,
            inspectors: Inspectors::default(),
            retry: RetryConfig::new(),
            roots: Vec::new(),
            http: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl ClientBuilder {
    /// Sets the merchant's API key (REST API 키) and its secret (REST API Secret), each as text or as a [`Secret`]. Blanks and
    /// line breaks around them are removed, such as that at the end of a file.
    pub fn credentials(mut self, key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.key = key.into().trimmed();
        self.secret = secret.into().trimmed();
        self
    }

    /// Sets the sub-merchant (하위 상점) that the client acts for. [`Client::with_tier`] makes clients for several.
    ///
    /// # Default
    ///
    /// None: the merchant itself.
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = Some(tier);
        self
    }

    /// Sets the address of the API: `https`, or `http` to a loopback address. A path is kept, for an API behind a
    /// gateway. Requests to a loopback address bypass the proxies that the environment names.
    ///
    /// # Default
    ///
    /// `https://api.iamport.kr`. `https://static-api.iamport.kr` has fixed IP addresses, for networks with an allow list.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Allows plain `http` to hosts other than loopback. Keys, tokens and payments are then readable on the network.
    ///
    /// # Default
    ///
    /// `false`.
    pub fn dangerously_allow_http(mut self, allow: bool) -> Self {
        self.insecure = allow;
        self
    }

    /// Sets the time limit of a call: the wait for a token, all attempts, and the backoff between them. In a listing it
    /// applies to each page.
    ///
    /// # Default
    ///
    /// 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time limit of an attempt, from the connection to the last byte of the response. An attempt that takes
    /// longer is a transient error, and is [retried](Self::retry).
    ///
    /// # Default
    ///
    /// 10 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the time limit of a connection, TLS included. It is a part of the attempt's. Cannot be combined with
    /// [`http_client`](Self::http_client).
    ///
    /// # Default
    ///
    /// 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Limits the number of requests in flight, of this client and all its clones, without the request for a token. Further
    /// requests wait, within the [timeout](Self::timeout) of their call, which fails with
    /// [`is_timeout`](crate::Error::is_timeout) if it expires while waiting. Set it where several listings are read at once:
    /// each has up to [`concurrency`](crate::ListBillingKeyPayments::concurrency) requests in flight.
    ///
    /// Each request runs in a task, so that a call that is not polled delays no other call.
    ///
    /// # Default
    ///
    /// No limit.
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = Some(requests);
        self
    }

    /// Limits the size of a response body, in bytes. A longer one fails with
    /// [`is_too_large`](crate::Error::is_too_large).
    ///
    /// A page of 1,000 payments has 1 to 2 MB, and 5.5 MB if every text has its documented length and is in Hangul. Decoded, it
    /// takes up to twice as much memory. A hostile page takes up to 12 times as much as its body, and 40 MB: a listing of more
    /// than 10,000 payments is an error, and an array of more than 100 items that are smaller than any of the service is
    /// kept as text, among the unknown fields. A listing has up to [`concurrency`](crate::Listing::concurrency) pages in
    /// flight. The response to a [raw request](Client::request) takes what its type takes: a `serde_json::Value` up to 100
    /// times as much as its text.
    ///
    /// # Default
    ///
    /// 8 MiB: any page of 1,000 payments with documented texts.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Calls a function with the final response of each call, before it is decoded; the response to a request for an access
    /// token too, but not those of attempts that are retried. An error of the function rejects the response:
    /// [`is_rejected`](crate::Error::is_rejected). It is the [source](std::error::Error::source) of the client's error and a part of its message,
    /// so it should have no personal data.
    ///
    /// May be called repeatedly. The functions are called in this order, until one rejects the response. They run in the
    /// call, which waits for them; a panic of one is a panic of the call.
    ///
    /// ```
    /// # fn main() -> Result<(), iamport::Error> {
    /// let builder = iamport::Client::builder().credentials("imp_key", "imp_secret").inspect(|response| {
    ///     println!("{} {}: {} bytes", response.operation(), response.status(), response.body().len());
    ///     if response.status() == 418 { Err("a teapot")? }
    ///     Ok(())
    /// });
    /// let client = builder.build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Default
    ///
    /// No function.
    pub fn inspect(
        mut self,
        inspector: impl Fn(&InspectedResponse<'_>) -> Result<(), Box<dyn error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.inspectors.add(inspector);
        self
    }

    /// Sets how transient errors are retried.
    ///
    /// # Default
    ///
    /// [`RetryConfig::new`]: at most 3 retries, within 20 seconds and the client's retry budget.
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Disables retries: [`RetryConfig::disabled`]. After a 401, the token is still replaced once.
    ///
    /// # Default
    ///
    /// [`RetryConfig::new`].
    pub fn no_retry(self) -> Self {
        self.retry(RetryConfig::disabled())
    }

    /// Trusts a root certificate in DER, or the root certificates of a PEM text, for instance those of a company's proxy.
    /// May be called repeatedly. Cannot be combined with [`http_client`](Self::http_client).
    ///
    /// # Default
    ///
    /// Only the platform's trust store.
    pub fn add_root_certificate(mut self, der_or_pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(der_or_pem.into());
        self
    }

    /// Uses an HTTP client with its own TLS, proxies and connection pool.
    ///
    /// Build it with `redirect(reqwest::redirect::Policy::none())` and `retry(reqwest::retry::never())`: otherwise reqwest
    /// itself may send a request again, a [raw request](Client::request) too, and the keys in the request for a token to
    /// another host. A response to a request that was redirected to another URL is an error, but a redirect to a host that
    /// cannot be reached looks like a request that was not sent.
    ///
    /// # Default
    ///
    /// A client that follows no redirect, with TLS by the enabled feature (`rustls` or `rustls-no-provider`, otherwise
    /// `native-tls`) and the platform's trust store. rustls uses the process-wide default provider if one is installed.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Sets the clock, for tests.
    ///
    /// # Default
    ///
    /// The system's monotonic clock and tokio's timer.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may hold a password, which only `build` rejects.
        let Self { tier, timeout, attempt_timeout, connect_timeout, max_in_flight, max_response_bytes, retry, .. } =
            self;
        let mut debug = f.debug_struct("ClientBuilder");
        debug.field("tier", tier).field("timeout", timeout).field("attempt_timeout", attempt_timeout);
        debug
            .field("connect_timeout", &connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            .field("max_in_flight", max_in_flight)
            .field("max_response_bytes", max_response_bytes)
            .field("retry", retry)
            .finish_non_exhaustive()
    }
}
