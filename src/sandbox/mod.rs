//! An HTTP server that responds like the service, for tests, examples and experiments.
//!
//! It listens on 127.0.0.1, issues tokens, finds and lists the payments that a test adds, and writes bodies as the service
//! writes them, byte for byte. A test can advance its clock, inspect its requests, set its responses, pause it and inject
//! faults, and needs no sleep.
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
mod cancel;
mod clock;
mod control;
mod depth;
mod fault;
mod fault_writer;
mod fixture;
mod guard;
mod listener;
mod lookup;
mod mock_response;
mod request;
mod request_log;
mod route;
mod scenario;
mod server;
mod service;
mod shared;
mod store;
mod token;
mod webhook;
mod wire;

use std::{fmt, sync::Arc, time::Duration};

use tokio::task::JoinSet;

pub use builder::SandboxBuilder;
pub use fault::Fault;
pub use fixture::{InvalidFixture, PaymentFixture};
pub use guard::{PauseGuard, RefuseGuard};
pub use mock_response::MockResponse;
pub use request::Request;
pub use route::Endpoint;
pub use scenario::{Scenario, UnknownScenario};
pub use webhook::{WebhookFault, WebhookFormat};

use crate::{
    client::{Client, ClientBuilder},
    types::{Amount, Timestamp},
};
use fixture::PAYMENT_TIME;
use guard::ClientClock;
use listener::Listener;
use shared::Shared;
use token::Keys;
use webhook::Notification;

/// A running sandbox. When it is dropped, its port, connections and tasks end at once.
pub struct Sandbox {
    shared: Arc<Shared>,
    listener: Arc<Listener>,
    base_url: String,
    keys: Keys,
    /// Accepts connections and sends webhooks.
    tasks: JoinSet<()>,
}

impl Sandbox {
    /// Returns the base URL, `http://127.0.0.1:PORT` by default. If the sandbox listens on all addresses, it is that of the
    /// loopback.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the API key that the sandbox accepts.
    pub fn key(&self) -> &str {
        self.keys.key.expose()
    }

    /// Returns the secret of the API key.
    pub fn secret(&self) -> &str {
        self.keys.secret.expose()
    }

    /// Returns a client builder with the base URL, the credentials and the time of day of the sandbox.
    pub fn client(&self) -> ClientBuilder {
        let clock = Arc::new(ClientClock::new(Arc::clone(&self.shared)));
        Client::builder().base_url(self.base_url()).credentials(self.key(), self.secret()).clock(clock)
    }

    /// Adds a payment, or replaces the one with the same `imp_uid`.
    ///
    /// Sends a webhook if [`SandboxBuilder::webhook`] is set and the status changes to one that the service sends a webhook
    /// for.
    pub fn upsert_payment(&self, body: impl Into<PaymentFixture>) {
        let body = body.into();
        self.shared.service().put(&body);
    }

    /// Creates a card payment in status `ready`, in won, that started 47 seconds ago by the clock of the sandbox, so that
    /// [`paid`](PaymentFixture::paid) makes it paid now. `amount` is in major currency units.
    pub fn payment(&self, merchant_uid: &str, amount: impl Into<Amount>) -> PaymentFixture {
        let now = self.shared.service().clock.now();
        PaymentFixture::new(merchant_uid, amount).started_at(now.saturating_sub(PAYMENT_TIME))
    }

    /// Runs a scenario for an order with a price in major currency units, at the time of the clock, with the webhooks that the
    /// service would send. Returns the payments.
    ///
    /// # Errors
    ///
    /// [`InvalidFixture`] if the price is not above 0, or the order number is empty.
    pub fn run_scenario(
        &self,
        scenario: Scenario,
        merchant_uid: &str,
        price: impl Into<Amount>,
    ) -> Result<Vec<PaymentFixture>, InvalidFixture> {
        self.shared.service().run(scenario, merchant_uid, price.into(), None)
    }

    /// Adds a billing key without payments. The billing keys of payments need not be added.
    pub fn put_billing_key(&self, customer_uid: impl Into<String>) {
        self.shared.service().put_billing_key(customer_uid.into());
    }

    /// Advances the clock of the sandbox, which the expiry of tokens and the period of a listing depend on.
    pub fn advance(&self, by: Duration) {
        self.shared.service().clock.advance(by);
    }

    /// Sets the clock of the sandbox.
    pub fn set_time(&self, time: Timestamp) {
        self.shared.service().clock.set(time);
    }

    /// Returns to the state at the start: restores the payments of the builder and the clock, revokes the token, and removes
    /// faults and the log of requests. Pauses and webhooks that were sent are not affected.
    pub fn reset(&self) {
        self.shared.service().reset();
        self.shared.log.clear();
    }

    /// Revokes every token that was issued.
    pub fn revoke_tokens(&self) {
        self.shared.service().tokens.revoke();
    }

    /// Queues a response that replaces the endpoint's next one. It is returned whatever the request's token is.
    pub fn enqueue_response(&self, endpoint: Endpoint, response: MockResponse) {
        self.inject_fault(endpoint, response, 1);
    }

    /// Queues a fault for the next `times` responses of the endpoint; `usize::MAX` means all responses.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use iamport::sandbox::{Endpoint, Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.inject_fault(Endpoint::Find, Fault::ResetInBody, 1);
    /// assert!(sandbox.client().build()?.find_payment("order-0001").await?.is_none());
    /// assert_eq!(sandbox.count(Endpoint::Find), 2); // the first response was cut off, and retried
    /// # Ok(())
    /// # }
    /// ```
    pub fn inject_fault(&self, endpoint: Endpoint, fault: impl Into<Fault>, times: usize) {
        let fault = fault.into();
        self.shared.service().faults.queue(endpoint, fault, times);
    }

    /// Injects one of the faults into a random one in `one_in` responses of the endpoint.
    ///
    /// The same seed gives the same faults for requests in the same order. Queued faults come first.
    pub fn inject_random_faults(&self, endpoint: Endpoint, faults: Vec<Fault>, one_in: u32, seed: u64) {
        self.shared.service().faults.at_random(endpoint, faults, one_in, seed);
    }

    /// Queues a fault for the next `times` webhooks; `usize::MAX` means all webhooks.
    pub fn inject_webhook_fault(&self, fault: WebhookFault, times: usize) {
        self.shared.service().webhooks.inject(fault, times);
    }

    /// Sends the webhook of the console's test button. It names a payment that does not exist.
    pub fn send_test_webhook(&self) {
        self.shared.service().webhooks.send(Notification::test());
    }

    /// Removes all faults and queued responses. A webhook that waits for the following one is not sent.
    pub fn clear_faults(&self) {
        self.shared.service().clear_faults();
    }

    /// Closes all connections and refuses new ones until the guard is dropped.
    ///
    /// A client may notice that a connection of its pool is closed only when it uses it for the next request. The error of that
    /// request is [`is_connection_broken`](crate::Error::is_connection_broken), and
    /// [`is_maybe_sent`](crate::Error::is_maybe_sent) if it is a POST. Later requests fail to connect.
    pub fn refuse_connections(&self) -> RefuseGuard {
        self.listener.close();
        self.listener.abort_connections();
        RefuseGuard::new(Arc::clone(&self.listener))
    }

    /// Delays the endpoint's responses until the guard is dropped or the sandbox stops.
    ///
    /// A request is carried out, and its response computed, when the pause ends, not when the request arrives. A request whose
    /// client is gone by then is not carried out.
    pub fn pause(&self, endpoint: Endpoint) -> PauseGuard {
        self.shared.log.pause(endpoint);
        PauseGuard::new(Arc::clone(&self.shared), endpoint)
    }

    /// Returns the requests in the order of arrival, except those under `/_sandbox/`: the latest 100,000 of them, or fewer if
    /// their bodies are larger than 64 MiB together.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.latest(None, usize::MAX)
    }

    /// Clears the log of requests and the counts, and returns how many requests had arrived.
    pub fn clear_requests(&self) -> usize {
        self.shared.log.clear()
    }

    /// Returns how many requests for the endpoint have arrived.
    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.shared.log.arrived(Some(endpoint))
    }

    /// Waits until `n` requests for the endpoint have arrived since the sandbox started or its log was cleared.
    pub async fn wait_for_requests(&self, endpoint: Endpoint, n: usize) {
        self.shared.log.wait_for(Some(endpoint), n).await;
    }

    /// Returns the largest number of requests for the endpoint that were in flight at the same time.
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
