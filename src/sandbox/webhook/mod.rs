//! Webhooks, as the service sends them: a POST for each event, unsigned.

mod delivery;
mod event;

use std::{collections::VecDeque, fmt, io, sync::Arc, time::Duration};

use tokio::sync::mpsc::UnboundedSender;

pub use self::event::WebhookFormat;
pub(super) use self::{
    delivery::{Delivery, deliver},
    event::Notification,
};

/// A fault of a webhook; see [`Sandbox::inject_webhook_fault`](super::Sandbox::inject_webhook_fault).
///
/// It is deserialized from the JSON of `POST /_sandbox/webhooks/faults`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookFault {
    /// The webhook is not sent.
    Lost,
    /// The webhook is sent twice.
    Duplicated,
    /// The webhook is sent after this time.
    #[serde(deserialize_with = "super::fault::milliseconds")]
    Delayed(Duration),
    /// The webhook is sent after the one that follows it. It is not sent if none follows.
    Reversed,
}

/// The settings of webhooks. The URL is not parsed yet.
#[derive(Clone, Debug, Default)]
pub(super) struct WebhookSettings {
    pub(super) url: Option<String>,
    pub(super) format: WebhookFormat,
    pub(super) delay: Duration,
    /// The number of further attempts after a failure, and the time before each.
    pub(super) repeats: u32,
    pub(super) interval: Duration,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) observer: Option<WebhookObserver>,
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

/// The webhooks to send, and the faults of the next ones.
#[derive(Debug, Default)]
pub(super) struct Webhooks {
    queue: Option<UnboundedSender<(Notification, Duration)>>,
    faults: VecDeque<(WebhookFault, usize)>,
    /// The webhook that is sent after the following one.
    held: Option<Notification>,
}

impl Webhooks {
    pub(super) fn new(queue: Option<UnboundedSender<(Notification, Duration)>>) -> Self {
        Self { queue, ..Self::default() }
    }

    pub(super) fn inject(&mut self, fault: WebhookFault, times: usize) {
        if times > 0 {
            self.faults.push_back((fault, times));
        }
    }

    pub(super) fn clear_faults(&mut self) {
        self.faults.clear();
        self.held = None;
    }

    /// Sends a webhook, with the next fault.
    pub(super) fn send(&mut self, notification: Notification) {
        let fault = self.next_fault();
        if let Some(held) = self.held.take() {
            self.enqueue(notification, Duration::ZERO);
            self.enqueue(held, Duration::ZERO);
            return;
        }
        match fault {
            None => self.enqueue(notification, Duration::ZERO),
            Some(WebhookFault::Lost) => {}
            Some(WebhookFault::Duplicated) => {
                self.enqueue(notification.clone(), Duration::ZERO);
                self.enqueue(notification, Duration::ZERO);
            }
            Some(WebhookFault::Delayed(by)) => self.enqueue(notification, by),
            Some(WebhookFault::Reversed) => self.held = Some(notification),
        }
    }

    fn enqueue(&self, notification: Notification, delay: Duration) {
        if let Some(queue) = &self.queue {
            // Fails once the sandbox has stopped.
            let _ = queue.send((notification, delay));
        }
    }

    fn next_fault(&mut self) -> Option<WebhookFault> {
        let (fault, times) = self.faults.front_mut()?;
        let fault = *fault;
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.faults.pop_front();
        }
        Some(fault)
    }
}
