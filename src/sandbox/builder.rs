use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinSet};

use super::{
    PaymentFixture, Request, Sandbox,
    clock::SandboxClock,
    listener::Listener,
    lookup::ListingFormat,
    server::serve_connection,
    service::Service,
    shared::{ResponseObserver, Shared},
    store::Stores,
    token::Keys,
    webhook::{Delivery, WebhookFormat, WebhookObserver, WebhookSettings, Webhooks, deliver},
};
use crate::types::{Secret, Timestamp};

/// The settings of a [`Sandbox`]; see [`Sandbox::builder`].
#[derive(Clone, Debug)]
pub struct SandboxBuilder {
    keys: Keys,
    latency: Duration,
    listing: ListingFormat,
    host: IpAddr,
    port: u16,
    time: Option<Timestamp>,
    stores: Stores,
    observer: Option<ResponseObserver>,
    webhook: WebhookSettings,
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
            listing: ListingFormat::default(),
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            time: None,
            stores: Stores::default(),
            observer: None,
            webhook: WebhookSettings::default(),
        }
    }

    /// Sets the API key and the secret that the sandbox accepts. Whitespace around them is dropped, as the client does.
    ///
    /// # Default
    ///
    /// `imp_sandbox_key` and `imp_sandbox_secret`.
    #[must_use]
    pub fn keys(self, key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self { keys: Keys { key: key.into().trimmed(), secret: secret.into().trimmed() }, ..self }
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
        Self { listing: ListingFormat { array, ..self.listing }, ..self }
    }

    /// Lists the payments of a billing key with the latest start first.
    ///
    /// # Default
    ///
    /// `false`: the earliest start first.
    #[must_use]
    pub fn newest_first(self, newest_first: bool) -> Self {
        Self { listing: ListingFormat { newest_first, ..self.listing }, ..self }
    }

    /// Sets the address to listen on. Anybody who reaches it can read the payments and control the sandbox.
    ///
    /// # Default
    ///
    /// 127.0.0.1.
    #[must_use]
    pub fn host(self, host: IpAddr) -> Self {
        Self { host, ..self }
    }

    /// Sets the port.
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
        Self { observer: Some(ResponseObserver(Arc::new(observe))), ..self }
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

    /// Sends a webhook to an `http` or `https` URL for each event that the service sends one for: a payment is paid, whatever
    /// the means; a virtual account is issued; a scheduled payment fails; a payment is cancelled in the console, or by
    /// `POST /payments/cancel` with `enable_webhook`. Putting a payment is such an event if it changes the status.
    ///
    /// A webhook is unsigned, and has the `imp_uid`, the `merchant_uid`, the `status` and, for a cancellation, the
    /// `cancellation_id`. The webhooks of one payment are sent one after the other, and delay no webhook of another.
    ///
    /// # Default
    ///
    /// No webhooks.
    #[must_use]
    pub fn webhook(mut self, url: impl Into<String>, format: WebhookFormat) -> Self {
        (self.webhook.url, self.webhook.format) = (Some(url.into()), format);
        self
    }

    /// Sets the time that passes before each webhook is sent.
    ///
    /// # Default
    ///
    /// Zero.
    #[must_use]
    pub fn webhook_delay(mut self, delay: Duration) -> Self {
        self.webhook.delay = delay;
        self
    }

    /// Sends a webhook again after a network error or a 5xx, up to `times` times, with an interval before each. On request
    /// the service does so: up to five times, a minute apart.
    ///
    /// # Default
    ///
    /// Zero: a webhook is sent once, as the service does by default.
    #[must_use]
    pub fn webhook_repeat(mut self, times: u32, interval: Duration) -> Self {
        (self.webhook.repeats, self.webhook.interval) = (times, interval);
        self
    }

    /// Trusts a certificate, in DER or PEM, of an `https` receiver of webhooks.
    ///
    /// # Default
    ///
    /// The trust store of the platform.
    #[must_use]
    pub fn webhook_root_certificate(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.webhook.roots.push(certificate.into());
        self
    }

    /// Calls a function after every webhook, with the payment's `imp_uid` and the HTTP status of the response, or the
    /// reason why there is no response.
    ///
    /// # Default
    ///
    /// No function is called.
    #[must_use]
    pub fn on_webhook(mut self, observe: impl Fn(&str, io::Result<u16>) + Send + Sync + 'static) -> Self {
        self.webhook.observer = Some(WebhookObserver(Arc::new(observe)));
        self
    }

    /// Starts the server on the current tokio runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    ///
    /// If there is no runtime, the port is taken, or the URL for webhooks is invalid.
    pub async fn start(self) -> io::Result<Sandbox> {
        let mut tasks = JoinSet::new();
        let delivery = Delivery::new(self.webhook)?;
        let listener = Arc::new(Listener::bind(self.host, self.port)?);
        let webhooks = Webhooks::new(delivery.map(|delivery| {
            let (sender, queue) = mpsc::unbounded_channel();
            tasks.spawn(deliver(queue, delivery));
            sender
        }));
        let service =
            Service::new(self.keys.clone(), self.listing, SandboxClock::new(self.time), self.stores, webhooks);
        let shared = Arc::new(Shared::new(service, self.latency, self.observer));
        let mut address = listener.address();
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        let base_url = format!("http://{address}");
        let (accepting, server) = (Arc::clone(&listener), Arc::clone(&shared));
        tasks.spawn(async move {
            accepting.accept(|stream| serve_connection(stream, Arc::clone(&server))).await;
        });
        Ok(Sandbox { shared, listener, base_url, keys: self.keys, tasks })
    }
}
