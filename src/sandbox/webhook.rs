//! Webhooks, as the service sends them: a POST for each payment that is put, once, unsigned.

use std::{error, fmt, io, sync::Arc, time::Duration};

use reqwest::{Url, header::CONTENT_TYPE, redirect, retry};
use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;

use super::PaymentFixture;
use crate::client::tls;

/// The service waits up to 10 seconds for a connection and up to 30 for the response.
const TIMEOUT: Duration = Duration::from_secs(40);

/// The form of a webhook's body, which the merchant selects in the console; see [`SandboxBuilder::webhook`].
///
/// [`SandboxBuilder::webhook`]: super::SandboxBuilder::webhook
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookFormat {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// A URL for webhooks, not parsed yet.
#[derive(Clone, Debug)]
pub(super) struct WebhookTarget {
    pub(super) url: String,
    pub(super) format: WebhookFormat,
}

/// A function that is called with each webhook's `imp_uid` and its outcome.
#[derive(Clone)]
pub(super) struct WebhookObserver(pub(super) Arc<ObserveWebhook>);

type ObserveWebhook = dyn Fn(&str, io::Result<u16>) + Send + Sync;

impl fmt::Debug for WebhookObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookObserver")
    }
}

/// The content of a webhook.
#[derive(Serialize)]
pub(super) struct Notification {
    imp_uid: String,
    merchant_uid: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_id: Option<String>,
}

impl Notification {
    pub(super) fn of(payment: &PaymentFixture) -> Self {
        Self {
            imp_uid: payment.imp_uid(),
            merchant_uid: payment.merchant_uid(),
            status: payment.text("status").unwrap_or_default(),
            cancellation_id: payment.last_cancellation_id(),
        }
    }

    fn body(&self, format: WebhookFormat) -> (&'static str, Vec<u8>) {
        match format {
            WebhookFormat::Json => ("application/json", serde_json::to_vec(self).unwrap_or_default()),
            WebhookFormat::Form => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("imp_uid", &self.imp_uid);
                form.append_pair("merchant_uid", &self.merchant_uid);
                form.append_pair("status", &self.status);
                form.extend_pairs(self.cancellation_id.iter().map(|id| ("cancellation_id", id)));
                ("application/x-www-form-urlencoded", form.finish().into_bytes())
            }
        }
    }
}

/// The receiver of webhooks, and the HTTP client that sends them.
pub(super) struct Receiver {
    http: reqwest::Client,
    url: Url,
    format: WebhookFormat,
}

impl WebhookTarget {
    /// # Errors
    ///
    /// If the URL is not an `http` one: the sandbox does not speak TLS.
    pub(super) fn receiver(self) -> io::Result<Receiver> {
        let url = Url::parse(&self.url).ok().filter(|url| url.scheme() == "http" && !url.authority().contains('@'));
        let url = url.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "invalid webhook URL: expected http://HOST:PORT/PATH")
        })?;
        // Each webhook has its own connection, and is sent once.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .timeout(TIMEOUT);
        let http = tls::build(http, false, &[]).map_err(io::Error::other)?;
        Ok(Receiver { http, url, format: self.format })
    }
}

/// Sends each notification once, one after the other.
pub(super) async fn send_webhooks(
    mut notifications: UnboundedReceiver<Notification>,
    receiver: Receiver,
    observer: Option<WebhookObserver>,
) {
    while let Some(notification) = notifications.recv().await {
        let (content_type, body) = notification.body(receiver.format);
        let request = receiver.http.post(receiver.url.clone()).header(CONTENT_TYPE, content_type).body(body);
        let outcome = request.send().await.map(|response| response.status().as_u16()).map_err(reason);
        if let Some(WebhookObserver(observe)) = &observer {
            observe(&notification.imp_uid, outcome);
        }
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
