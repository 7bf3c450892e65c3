//! Sends webhooks, all at the same time.

use std::{collections::HashMap, error, io, sync::Arc, time::Duration};

use reqwest::{Url, header::CONTENT_TYPE, redirect, retry};
use tokio::{
    sync::{Semaphore, mpsc::UnboundedReceiver, oneshot},
    task::JoinSet,
    time::sleep,
};

use super::{Notification, WebhookObserver, WebhookSettings};
use crate::client::tls;

/// The service waits this long for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The service waits this long for a connection and the response.
const TIMEOUT: Duration = Duration::from_secs(40);
/// The same for a repeated webhook.
const REPEAT_TIMEOUT: Duration = Duration::from_secs(15);
/// The number of webhooks in flight, so that a receiver that hangs does not exhaust the sockets.
const IN_FLIGHT: usize = 200;
/// The number of payments whose webhooks are remembered as sent, before they are forgotten.
const REMEMBERED: usize = 1_000;

/// The receiver of webhooks, and the HTTP client that sends them.
pub(crate) struct Delivery {
    http: reqwest::Client,
    url: Url,
    settings: WebhookSettings,
    permits: Semaphore,
}

impl Delivery {
    /// Returns `None` if there is no URL.
    ///
    /// # Errors
    ///
    /// If the URL is neither an `http` nor an `https` one, or TLS cannot be set up.
    pub(crate) fn new(settings: WebhookSettings) -> io::Result<Option<Self>> {
        let Some(url) = &settings.url else { return Ok(None) };
        let valid = |url: &Url| matches!(url.scheme(), "http" | "https") && !url.authority().contains('@');
        let url = Url::parse(url).ok().filter(valid).ok_or_else(|| {
            let expected = "invalid webhook URL: expected http://HOST:PORT/PATH or https://HOST:PORT/PATH";
            io::Error::new(io::ErrorKind::InvalidInput, expected)
        })?;
        // Each webhook has its own connection.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(CONNECT_TIMEOUT);
        let http = tls::build(http, url.scheme() == "https", &settings.roots)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(Some(Self { http, url, settings, permits: Semaphore::new(IN_FLIGHT) }))
    }

    /// Sends a webhook, and again after each failure as often as the settings say. The first attempt completes `done`.
    async fn send(&self, notification: &Notification, done: oneshot::Sender<()>) {
        let mut done = Some(done);
        for repeat in 0..=self.settings.repeats {
            if repeat > 0 {
                sleep(self.settings.interval).await;
            }
            let timeout = if repeat == 0 { TIMEOUT } else { REPEAT_TIMEOUT };
            let outcome = self.attempt(notification, timeout).await;
            done.take().map(|done| done.send(()));
            let is_delivered = outcome.as_ref().is_ok_and(|status| *status < 500);
            if let Some(WebhookObserver(observe)) = &self.settings.observer {
                observe(&notification.imp_uid, outcome);
            }
            if is_delivered {
                return;
            }
        }
    }

    async fn attempt(&self, notification: &Notification, timeout: Duration) -> io::Result<u16> {
        let _permit = self.permits.acquire().await;
        let (content_type, body) = notification.body(self.settings.format);
        let request = self.http.post(self.url.clone()).header(CONTENT_TYPE, content_type).timeout(timeout);
        request.body(body).send().await.map(|response| response.status().as_u16()).map_err(reason)
    }
}

/// Sends webhooks: those of one payment one after the other, those of different payments at the same time.
pub(crate) async fn deliver(mut queue: UnboundedReceiver<(Notification, Duration)>, delivery: Delivery) {
    let (delivery, mut tasks) = (Arc::new(delivery), JoinSet::new());
    // For each payment, the end of its last webhook.
    let mut last: HashMap<String, oneshot::Receiver<()>> = HashMap::new();
    while let Some((notification, delay)) = queue.recv().await {
        while tasks.try_join_next().is_some() {}
        if last.len() > REMEMBERED {
            last.retain(|_, end| end.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        }
        let (done, end) = oneshot::channel();
        // A webhook with the fault `Delayed` delays no other.
        let in_order = delay.is_zero();
        let before = if in_order { last.insert(notification.imp_uid.clone(), end) } else { None };
        let delivery = Arc::clone(&delivery);
        tasks.spawn(async move {
            sleep(delivery.settings.delay.saturating_add(delay)).await;
            if let Some(before) = before {
                let _ = before.await;
            }
            delivery.send(&notification, done).await;
        });
    }
}

/// Returns the reason why there is no response. The text of reqwest only says that sending failed.
fn reason(error: reqwest::Error) -> io::Error {
    if error.is_timeout() {
        return io::ErrorKind::TimedOut.into();
    }
    let mut reason: &dyn error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let kind = reason.downcast_ref().map_or(io::ErrorKind::Other, io::Error::kind);
    io::Error::new(kind, reason.to_string())
}
