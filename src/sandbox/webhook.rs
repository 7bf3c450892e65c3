//! Webhooks, as the service sends them: a POST for each payment that is put, once, unsigned.

use std::{fmt, io, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::{
    Request, Uri,
    client::conn::http1::handshake,
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::{net::TcpStream, sync::mpsc::UnboundedReceiver, time::timeout};

use super::PaymentFixture;

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

/// The receiver of webhooks, by the parts of its URL.
pub(super) struct Receiver {
    host: String,
    port: u16,
    authority: String,
    target: String,
    format: WebhookFormat,
}

impl WebhookTarget {
    /// # Errors
    ///
    /// If the URL is not an `http` one: the sandbox does not speak TLS.
    pub(super) fn receiver(self) -> io::Result<Receiver> {
        let invalid =
            || io::Error::new(io::ErrorKind::InvalidInput, "invalid webhook URL: expected http://HOST:PORT/PATH");
        let url: Uri = self.url.parse().map_err(|_| invalid())?;
        let authority = url.authority().filter(|authority| !authority.as_str().contains('@'));
        let (Some("http"), Some(authority)) = (url.scheme_str(), authority) else { return Err(invalid()) };
        Ok(Receiver {
            host: authority.host().trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: authority.port_u16().unwrap_or(80),
            authority: authority.to_string(),
            target: url.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            format: self.format,
        })
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
        let outcome = timeout(TIMEOUT, post(&receiver, content_type, body)).await;
        if let Some(WebhookObserver(observe)) = &observer {
            observe(&notification.imp_uid, outcome.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())));
        }
    }
}

/// Returns the status of the response.
async fn post(receiver: &Receiver, content_type: &str, body: Vec<u8>) -> io::Result<u16> {
    let stream = TcpStream::connect((receiver.host.as_str(), receiver.port)).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let request = Request::post(&receiver.target).header(HOST, &receiver.authority).header(CONTENT_TYPE, content_type);
    let request = request.body(Full::new(Bytes::from(body))).map_err(io::Error::other)?;
    let response = match select(pin!(sender.send_request(request)), pin!(connection)).await {
        Either::Left((response, _)) => response.map_err(io::Error::other)?,
        Either::Right((_, response)) => response.await.map_err(io::Error::other)?,
    };
    Ok(response.status().as_u16())
}
