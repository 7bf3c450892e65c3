//! The events that the service sends a webhook for.

use serde::Serialize;

use super::super::PaymentFixture;

/// The form of a webhook's body, which the merchant selects in the console; see [`SandboxBuilder::webhook`].
///
/// [`SandboxBuilder::webhook`]: super::super::SandboxBuilder::webhook
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookFormat {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// The content of a webhook.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Notification {
    pub(super) imp_uid: String,
    merchant_uid: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_id: Option<String>,
}

impl Notification {
    /// Returns the webhook for a payment that was added (`before` is `None`) or changed, if the service sends one.
    pub(crate) fn of(before: Option<&PaymentFixture>, after: &PaymentFixture) -> Option<Self> {
        let is = |field: &str, value: &str| after.text(field).as_deref() == Some(value);
        let cancellation_id = after.last_cancellation_id();
        let is_cancelled =
            cancellation_id.is_some() && before.and_then(PaymentFixture::last_cancellation_id) != cancellation_id;
        let status = after.text("status").unwrap_or_default();
        let is_sent = match status.as_str() {
            _ if is_cancelled => true,
            status if before.is_some_and(|before| before.text("status").as_deref() == Some(status)) => false,
            "paid" | "cancelled" => true,
            // The account is issued.
            "ready" => is("pay_method", "vbank"),
            "failed" => is("customer_uid_usage", "payment.scheduled"),
            _ => false,
        };
        is_sent.then(|| Self {
            imp_uid: after.imp_uid(),
            merchant_uid: after.merchant_uid(),
            status: if is_cancelled { "cancelled".to_owned() } else { status },
            cancellation_id: cancellation_id.filter(|_| is_cancelled),
        })
    }

    /// Returns the webhook of the console's test button, which names no payment.
    pub(crate) fn test() -> Self {
        let (imp_uid, merchant_uid) = ("imp_1234567890".to_owned(), "merchant_1234567890".to_owned());
        Self { imp_uid, merchant_uid, status: "paid".to_owned(), cancellation_id: None }
    }

    pub(super) fn body(&self, format: WebhookFormat) -> (&'static str, Vec<u8>) {
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
