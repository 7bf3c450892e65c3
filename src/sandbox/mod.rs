//! A server that answers as the service does, inside the process: for tests, examples and trying things out.
//!
//! It listens on 127.0.0.1, gives tokens out and takes them back, finds and lists the payments it was given, and writes
//! its bodies as the service writes them, byte for byte. It has its own clock, a log of what was asked, and answers
//! that can be written beforehand or held back, so that no test has to sleep.
//!
//! ```
//! use iamport::sandbox::{Endpoint, PaymentFixture, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
//!
//! let client = sandbox.client().build()?;
//! assert!(client.find_payment("order-0001").await?.is_some());
//! assert_eq!(sandbox.count(Endpoint::Find), 1);
//! # Ok(())
//! # }
//! ```

mod builder;
mod clock;
mod fault;
mod fault_writer;
mod fixture;
mod listener;
mod lookup;
mod mock_response;
mod request;
mod request_log;
mod route;
mod server;
mod service;
mod store;
mod template;
mod token;
mod webhook;
mod wire;

use std::{fmt, io, sync::Arc, time::Duration};

use tokio::task::JoinSet;

pub use builder::SandboxBuilder;
pub use fault::Fault;
pub use fixture::{InvalidFixture, PaymentFixture};
pub use mock_response::MockResponse;
pub use request::Request;
pub use route::Endpoint;
pub use webhook::WebhookFormat;

use crate::client::{Client, ClientBuilder};
use listener::Listener;
use server::Shared;
use token::Keys;

/// A running sandbox. Dropping it stops it.
pub struct Sandbox {
    shared: Arc<Shared>,
    listener: Arc<Listener>,
    base_url: String,
    keys: Keys,
    /// Accepts connections and sends webhooks.
    tasks: JoinSet<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings; see [`SandboxBuilder`].
    ///
    /// # Errors
    ///
    /// If there is no tokio runtime, or no port is free.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings to start a sandbox with.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// Where it listens, in place of `https://api.iamport.kr`: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The API key that it knows.
    pub fn key(&self) -> &str {
        self.keys.key.expose()
    }

    /// The secret that goes with the key.
    pub fn secret(&self) -> &str {
        self.keys.secret.expose()
    }

    /// What a client of it is made with: its address and its keys.
    pub fn client(&self) -> ClientBuilder {
        Client::builder().base_url(self.base_url()).credentials(self.key(), self.secret())
    }

    /// Adds a payment, or puts it in the place of the one that has its `imp_uid`.
    pub fn upsert_payment(&self, body: impl Into<PaymentFixture>) {
        let body = body.into();
        self.shared.service().put(&body);
    }

    /// Adds a billing key that nothing has been paid with yet. Those of payments are known anyway.
    pub fn put_billing_key(&self, customer_uid: impl Into<String>) {
        let customer_uid = customer_uid.into();
        self.shared.service().put_billing_key(customer_uid, None);
    }

    /// Moves the sandbox's clock, by which tokens end.
    pub fn advance(&self, by: Duration) {
        self.shared.service().clock.advance(by);
    }

    /// Lets every token given out so far be refused from now on.
    pub fn revoke_tokens(&self) {
        self.shared.service().tokens.revoke();
    }

    /// Queues an answer in place of the endpoint's next real one. It needs no token.
    pub fn enqueue_response(&self, endpoint: Endpoint, answer: MockResponse) {
        self.inject_fault(endpoint, answer, 1);
    }

    /// Queues a fault for the endpoint's next answers, so many of them; `usize::MAX` is for ever.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use iamport::sandbox::{Endpoint, Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.inject_fault(Endpoint::Find, Fault::ResetInBody, 1);
    /// assert!(sandbox.client().build()?.find_payment("order-0001").await?.is_none());
    /// assert_eq!(sandbox.count(Endpoint::Find), 2); // the first answer broke off
    /// # Ok(())
    /// # }
    /// ```
    pub fn inject_fault(&self, endpoint: Endpoint, fault: impl Into<Fault>, times: usize) {
        let fault = fault.into();
        self.shared.service().faults.queue(endpoint, fault, times);
    }

    /// Lets one in so many of the endpoint's answers have one of these faults, drawn by a seed: the same for requests
    /// that come in the same order. What is queued goes first.
    pub fn inject_random_faults(&self, endpoint: Endpoint, faults: Vec<Fault>, one_in: u32, seed: u64) {
        self.shared.service().faults.at_random(endpoint, faults, one_in, seed);
    }

    /// Forgets all faults that have not happened yet, queued answers among them.
    pub fn clear_faults(&self) {
        self.shared.service().faults.clear();
    }

    /// Ends all connections and refuses new ones until what is returned is dropped.
    pub fn refuse_connections(&self) -> RefuseGuard {
        self.listener.close();
        self.listener.abort_connections();
        RefuseGuard(Arc::clone(&self.listener))
    }

    /// Holds the endpoint's answers back until what is returned is dropped, or the sandbox stops. An answer is decided
    /// when it is let go, not when its request arrives.
    pub fn pause(&self, endpoint: Endpoint) -> PauseGuard {
        self.shared.log.pause(endpoint);
        PauseGuard { shared: Arc::clone(&self.shared), endpoint }
    }

    /// The requests so far, in the order of arrival: the newest 100,000 of them.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.requests()
    }

    /// Empties the log, and says how many requests had arrived. Counts begin anew.
    pub fn clear_requests(&self) -> usize {
        self.shared.log.clear()
    }

    /// How many requests for the endpoint have arrived.
    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.shared.log.count(endpoint)
    }

    /// Waits until so many requests for the endpoint have arrived since the sandbox started, or its log was emptied.
    pub async fn wait_for_requests(&self, endpoint: Endpoint, n: usize) {
        self.shared.log.wait_for_requests(endpoint, n).await;
    }

    /// How many requests for the endpoint waited for their answers at the same time, at most.
    pub fn max_in_flight(&self, endpoint: Endpoint) -> usize {
        self.shared.log.max_in_flight(endpoint)
    }

    /// Stops the sandbox: closes its port, sends the responses that are due, without latency or pauses, and closes its
    /// connections. Responses with a fault are cut off.
    ///
    /// A connection whose client does not read its response is closed after a second.
    pub async fn stop(mut self) {
        self.listener.close();
        self.tasks.shutdown().await;
        self.shared.log.stop();
        self.listener.join_connections().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.listener.close();
        self.listener.abort_connections();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// Holds answers back while it lives; see [`Sandbox::pause`].
#[must_use = "the answers are let go when it is dropped"]
pub struct PauseGuard {
    shared: Arc<Shared>,
    endpoint: Endpoint,
}

impl Drop for PauseGuard {
    fn drop(&mut self) {
        self.shared.log.resume(self.endpoint);
    }
}

impl fmt::Debug for PauseGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PauseGuard").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Refuses connections while it lives; see [`Sandbox::refuse_connections`].
#[derive(Debug)]
#[must_use = "connections are taken again when it is dropped"]
pub struct RefuseGuard(Arc<Listener>);

impl Drop for RefuseGuard {
    fn drop(&mut self) {
        self.0.reopen();
    }
}
