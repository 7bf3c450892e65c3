use std::{io, sync::Arc, time::Duration};

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    PaymentFixture, Request, Sandbox,
    clock::Clock,
    listener::Listener,
    lookup::Listing,
    server::{Observer, Shared, serve_connection},
    service::Service,
    store::Stores,
    token::Keys,
    webhook::{WebhookFormat, WebhookObserver, WebhookTarget, send_webhooks},
};
use crate::types::{Secret, Timestamp};

/// The settings of a [`Sandbox`]; see [`Sandbox::builder`].
#[derive(Clone, Debug)]
pub struct SandboxBuilder {
    keys: Keys,
    latency: Duration,
    listing: Listing,
    port: u16,
    time: Option<Timestamp>,
    stores: Stores,
    observer: Option<Observer>,
    webhook: Option<WebhookTarget>,
    webhook_observer: Option<WebhookObserver>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings; see [`SandboxBuilder`].
    ///
    /// # Errors
    ///
    /// If there is no tokio runtime or no free port.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns the settings of a new sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        let keys = Keys { key: "imp_sandbox_key".into(), secret: "imp_sandbox_secret".into() };
        Self {
            keys,
            latency: Duration::ZERO,
            listing: Listing::default(),
            port: 0,
            time: None,
            stores: Stores::default(),
            observer: None,
            webhook: None,
            webhook_observer: None,
        }
    }

    /// Sets the API key and the secret that the sandbox accepts.
    ///
    /// # Default
    ///
    /// `imp_sandbox_key` and `imp_sandbox_secret`.
    #[must_use]
    pub fn keys(self, key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self { keys: Keys { key: key.into(), secret: secret.into() }, ..self }
    }

    /// Sets the time that every response takes.
    ///
    /// # Default
    ///
    /// Zero.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// Lists the payments of a billing key, and of an order, as a plain array without pages, as the vendor's documentation
    /// of the billing key listing describes it.
    ///
    /// # Default
    ///
    /// `false`: pages, as the service responds.
    #[must_use]
    pub fn plain_array(self, array: bool) -> Self {
        Self { listing: Listing { array, ..self.listing }, ..self }
    }

    /// Lists the payments of a billing key with the latest start first.
    ///
    /// # Default
    ///
    /// `false`: the earliest start first.
    #[must_use]
    pub fn newest_first(self, newest_first: bool) -> Self {
        Self { listing: Listing { newest_first, ..self.listing }, ..self }
    }

    /// Sets the port on 127.0.0.1.
    ///
    /// # Default
    ///
    /// 0: a free port that the system selects.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Sets the time of the sandbox's clock at its start, which tokens and the default period of a listing by status
    /// depend on.
    ///
    /// # Default
    ///
    /// The time of the system.
    #[must_use]
    pub fn time(self, time: Timestamp) -> Self {
        Self { time: Some(time), ..self }
    }

    /// Calls a function with every request and the HTTP status of its response, before the response is sent.
    ///
    /// # Default
    ///
    /// No function is called; [`Sandbox::requests`] returns the requests later.
    #[must_use]
    pub fn on_response(self, observe: impl Fn(&Request, u16) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Observer(Arc::new(observe))), ..self }
    }

    /// Adds payments that the sandbox starts with. No webhook announces them.
    ///
    /// # Default
    ///
    /// No payments.
    #[must_use]
    pub fn payments(mut self, payments: impl IntoIterator<Item = PaymentFixture>) -> Self {
        payments.into_iter().for_each(|payment| self.stores.put(&payment));
        self
    }

    /// Sends a webhook to a URL whenever a payment is put, by [`Sandbox::upsert_payment`] or over HTTP: once, unsigned,
    /// with the `imp_uid`, the `merchant_uid`, the `status` and the `cancellation_id` of the last cancellation.
    ///
    /// The URL is an `http` one. Unlike the sandbox, the service sends none for the failure of an ordinary payment.
    ///
    /// # Default
    ///
    /// No webhooks.
    #[must_use]
    pub fn webhook(self, url: impl Into<String>, format: WebhookFormat) -> Self {
        Self { webhook: Some(WebhookTarget { url: url.into(), format }), ..self }
    }

    /// Calls a function after every webhook, with the payment's `imp_uid` and the HTTP status of the response, or the
    /// reason why there is no response.
    ///
    /// # Default
    ///
    /// No function is called.
    #[must_use]
    pub fn on_webhook(self, observe: impl Fn(&str, io::Result<u16>) + Send + Sync + 'static) -> Self {
        Self { webhook_observer: Some(WebhookObserver(Arc::new(observe))), ..self }
    }

    /// Starts the server on the current tokio runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    ///
    /// If there is no runtime, the port is taken, or the URL for webhooks is invalid.
    pub async fn start(self) -> io::Result<Sandbox> {
        let mut tasks = JoinSet::new();
        let receiver = self.webhook.map(WebhookTarget::receiver).transpose()?;
        let listener = Arc::new(Listener::bind(self.port)?);
        let webhooks = receiver.map(|receiver| {
            let (sender, notifications) = mpsc::unbounded_channel();
            tasks.spawn(send_webhooks(notifications, receiver, self.webhook_observer));
            sender
        });
        let mut service = Service::new(self.keys.clone(), self.listing, Clock::new(self.time), self.stores);
        service.webhooks = webhooks;
        let shared = Arc::new(Shared::new(service, self.latency, self.observer));
        let base_url = format!("http://{}", listener.address());
        let (accepting, server) = (Arc::clone(&listener), Arc::clone(&shared));
        tasks.spawn(async move {
            accepting.accept(|stream| serve_connection(stream, Arc::clone(&server))).await;
        });
        Ok(Sandbox { shared, listener, base_url, keys: self.keys, tasks })
    }
}
