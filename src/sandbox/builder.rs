use std::{io, sync::Arc, time::Duration};

use super::{
    Request, Sandbox,
    clock::Clock,
    listener::Listener,
    lookup::Listing,
    server::{Observer, Shared, serve_connection},
    service::Service,
    token::Keys,
};
use crate::types::{Secret, Timestamp};

/// Settings of a [`Sandbox`], made by [`Sandbox::builder`].
#[derive(Clone, Debug)]
pub struct SandboxBuilder {
    keys: Keys,
    latency: Duration,
    listing: Listing,
    port: u16,
    time: Option<Timestamp>,
    observer: Option<Observer>,
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        let keys = Keys { key: "imp_sandbox_key".into(), secret: "imp_sandbox_secret".into() };
        Self { keys, latency: Duration::ZERO, listing: Listing::default(), port: 0, time: None, observer: None }
    }

    /// Sets the one API key and secret that a token is given for.
    ///
    /// # Default
    ///
    /// `imp_sandbox_key` and `imp_sandbox_secret`.
    #[must_use]
    pub fn keys(self, key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self { keys: Keys { key: key.into(), secret: secret.into() }, ..self }
    }

    /// Sets how long every answer takes.
    ///
    /// # Default
    ///
    /// No time.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// Lets the listing answer as documentation A has it: all payments of the billing key in a plain array, whatever
    /// page is asked for.
    ///
    /// # Default
    ///
    /// Off: a page of up to 20, as the service answers.
    #[must_use]
    pub fn plain_array(self, array: bool) -> Self {
        Self { listing: Listing { array, ..self.listing }, ..self }
    }

    /// Lets the listing begin with the payment that was begun last.
    ///
    /// # Default
    ///
    /// Off: in the order they were begun.
    #[must_use]
    pub fn newest_first(self, newest_first: bool) -> Self {
        Self { listing: Listing { newest_first, ..self.listing }, ..self }
    }

    /// Sets the port on 127.0.0.1.
    ///
    /// # Default
    ///
    /// 0: one that is free, chosen by the system.
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

    /// Calls a function with every request and the status of its answer, before the answer is sent: for a log as it
    /// happens.
    ///
    /// # Default
    ///
    /// None; [`Sandbox::requests`] tells of requests afterwards.
    #[must_use]
    pub fn on_response(self, observe: impl Fn(&Request, u16) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Observer(Arc::new(observe))), ..self }
    }

    /// Starts the server on the current tokio runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    ///
    /// If there is no runtime, or the port cannot be had.
    pub async fn start(self) -> io::Result<Sandbox> {
        let service = Service::new(self.keys.clone(), self.listing, Clock::new(self.time));
        let shared = Arc::new(Shared::new(service, self.latency, self.observer));
        let listener = Arc::new(Listener::bind(self.port)?);
        let base_url = format!("http://{}", listener.address());
        let (accepting, server) = (Arc::clone(&listener), Arc::clone(&shared));
        let accepting = tokio::spawn(async move {
            accepting.accept(|stream| serve_connection(stream, Arc::clone(&server))).await;
        });
        Ok(Sandbox { shared, listener, base_url, keys: self.keys, accepting })
    }
}
