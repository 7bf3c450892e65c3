//! Webhooks of the service.

use std::{collections::BTreeMap, error, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::{generated::codes::PaymentStatus, json, types::UnknownField};

/// The content of a webhook: the identifiers of a payment that changed.
///
/// A webhook of V1 is not signed (the vendor's guide describes signatures for V2 only), so anybody who knows the URL can
/// send one. It has no amount either. Use it only as a reason
/// to look at an order:
///
/// 1. Find the order by `merchant_uid` in your own database.
/// 2. [`verify_order`](crate::Client::verify_order) it with the amount that your database has.
/// 3. Look for `imp_uid` among [the payments that were checked](crate::OrderCheck::payments). If it is not there, the
///    webhook names a payment of another order, or one that the service does not list yet: leave the order to the
///    periodic job below.
///
/// By default the service sends each webhook once and does not retry, even if your server responds with an error. On
/// request it sends a webhook up to five more times, a minute apart, after a network error or a 5xx. It sends none for a
/// payment that fails, unless the payment was scheduled. The same webhook can come again. So fulfil an order only once, and
/// let a periodic job verify the orders that are not paid yet. All of this is what [the vendor's guide of V1
/// webhooks](https://developers.portone.io/opi/ko/integration/webhook/readme-v1) says (as of 2026-07).
///
/// The browser's callback is as easy to forge, and is handled by the same steps. It is no webhook, and has no `status`: the
/// query of `m_redirect_url` has `imp_uid`, `merchant_uid` and `imp_success`, the JavaScript callback has `success` instead
/// (the vendor's guides of V1).
///
/// ```
/// use iamport::Webhook;
///
/// # fn main() -> Result<(), iamport::InvalidWebhook> {
/// let body = br#"{"imp_uid":"imp_123456789012","merchant_uid":"order-0001","status":"paid"}"#;
/// let webhook = Webhook::parse("application/json", body)?;
/// assert_eq!((webhook.imp_uid.as_str(), webhook.merchant_uid.as_str()), ("imp_123456789012", "order-0001"));
///
/// let form = Webhook::parse("application/x-www-form-urlencoded", b"imp_uid=imp_1&merchant_uid=order-1&status=paid")?;
/// assert_eq!(form.status, "paid");
/// # Ok(())
/// # }
/// ```
///
/// The three steps, on the sandbox:
///
#[cfg_attr(feature = "sandbox", doc = "```")]
#[cfg_attr(not(feature = "sandbox"), doc = "```ignore")]
/// # use iamport::sandbox::{PaymentFixture, Sandbox};
/// use std::collections::HashMap;
///
/// use iamport::{Client, Error, Webhook};
///
/// /// The prices of the orders, by their numbers.
/// type Prices = HashMap<String, u64>;
///
/// async fn is_paid(client: &Client, prices: &Prices, webhook: Webhook) -> Result<bool, Error> {
///     let Some(price) = prices.get(&webhook.merchant_uid) else { return Ok(false) };
///     let order = client.verify_order(webhook.merchant_uid, *price, "KRW").await?;
///     Ok(order.is_paid() && order.payments().iter().any(|payment| payment.imp_uid == webhook.imp_uid))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = Sandbox::start().await?;
/// # let client = sandbox.client().build()?;
/// # sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
/// # sandbox.upsert_payment(PaymentFixture::new("order-0002", 100).set("imp_uid", "imp_3").paid());
/// let prices = Prices::from([("order-0001".to_owned(), 15900), ("order-0002".to_owned(), 15900)]);
/// // A server responds to an `InvalidWebhook` with status 400.
/// let genuine = Webhook::parse("application/json", br#"{"imp_uid":"imp_1","merchant_uid":"order-0001","status":"paid"}"#)?;
/// assert!(is_paid(&client, &prices, genuine.clone()).await?);
///
/// let mut forged = genuine.clone();
/// forged.imp_uid = "imp_2".to_owned();
/// assert!(!is_paid(&client, &prices, forged).await?);
///
/// // The payment of another order, with the number of a paid one.
/// let mut cheap = genuine;
/// cheap.imp_uid = "imp_3".to_owned();
/// assert!(!is_paid(&client, &prices, cheap).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Webhook {
    /// The service's identifier of the payment (포트원 결제 고유번호).
    pub imp_uid: String,
    /// The merchant's order number (주문번호).
    pub merchant_uid: String,
    /// The status of the payment when the webhook was sent. Look the payment up for its status now.
    pub status: PaymentStatus,
    /// The identifier of the cancellation, if the webhook is about one.
    pub cancellation_id: Option<String>,
    /// The fields that this version does not know.
    pub extra: BTreeMap<String, UnknownField>,
}

impl Webhook {
    /// Creates the content of a webhook, for tests of your own handler. Its JSON is the body.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use iamport::Webhook;
    ///
    /// let webhook = Webhook::new("imp_1", "order-0001", "paid");
    /// let body = serde_json::to_vec(&webhook)?;
    /// assert_eq!(Webhook::parse("application/json", &body)?, webhook);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(imp_uid: impl Into<String>, merchant_uid: impl Into<String>, status: impl Into<PaymentStatus>) -> Self {
        let (imp_uid, merchant_uid, status) = (imp_uid.into(), merchant_uid.into(), status.into());
        Self { imp_uid, merchant_uid, status, cancellation_id: None, extra: BTreeMap::new() }
    }

    /// Parses the body of a webhook. `content_type` is the header `Content-Type`: `application/json` or
    /// `application/x-www-form-urlencoded`, with or without parameters.
    ///
    /// Limit the size of the body before it is read, as for any public URL.
    ///
    /// # Errors
    ///
    /// Returns an error for any other content type, a body that is not UTF-8 or not of that type, a field that occurs
    /// twice, and if `imp_uid`, `merchant_uid` or `status` are missing, empty or not a text. The message does not quote
    /// the body.
    pub fn parse(content_type: &str, body: &[u8]) -> Result<Self, InvalidWebhook> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/json") {
            json::parse(body).map_err(InvalidWebhook::new)
        } else if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let json = form_to_json(body).ok_or_else(|| InvalidWebhook::new("the body is not UTF-8"))?;
            json::parse(json.as_bytes()).map_err(|error| InvalidWebhook::new(error.without_position()))
        } else {
            let expected = "`application/json` or `application/x-www-form-urlencoded`";
            Err(InvalidWebhook::new(format_args!("unsupported content type: expected {expected}")))
        }
    }
}

/// The error of a body that is not a [`Webhook`]. Its message does not quote the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidWebhook(String);

impl InvalidWebhook {
    fn new(reason: impl ToString) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for InvalidWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid webhook: {}", self.0)
    }
}

impl error::Error for InvalidWebhook {}

/// Writes a form as a JSON object of strings, so that both are read by the same rules. `None` if it is not UTF-8.
fn form_to_json(body: &[u8]) -> Option<String> {
    let mut fields = Vec::new();
    for (name, value) in form_urlencoded::parse(body) {
        // Bytes that are not UTF-8 were replaced by this character.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return None;
        }
        fields.push(format!("{}:{}", serde_json::to_string(&name).ok()?, serde_json::to_string(&value).ok()?));
    }
    Some(format!("{{{}}}", fields.join(",")))
}

impl<'de> Deserialize<'de> for Webhook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

/// Writes the fields as a JSON webhook has them, unknown ones included.
impl Serialize for Webhook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("imp_uid", &self.imp_uid)?;
        fields.serialize_entry("merchant_uid", &self.merchant_uid)?;
        fields.serialize_entry("status", &self.status)?;
        if let Some(cancellation_id) = &self.cancellation_id {
            fields.serialize_entry("cancellation_id", cancellation_id)?;
        }
        let known = ["imp_uid", "merchant_uid", "status", "cancellation_id"];
        for (name, value) in self.extra.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            fields.serialize_entry(name, value)?;
        }
        fields.end()
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Webhook;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Webhook, A::Error> {
        let mut known = [("imp_uid", None), ("merchant_uid", None), ("status", None), ("cancellation_id", None)];
        let mut extra = BTreeMap::new();
        while let Some(name) = fields.next_key::<String>()? {
            let twice = match known.iter_mut().find(|(known, _)| *known == name) {
                Some((_, value)) => value.replace(fields.next_value::<Option<String>>()?).is_some(),
                None => extra.insert(name, fields.next_value::<UnknownField>()?).is_some(),
            };
            if twice {
                return Err(A::Error::custom("expected each field once"));
            }
        }
        let [imp_uid, merchant_uid, status, cancellation_id] =
            known.map(|(name, value)| (name, value.flatten().filter(|value| !value.is_empty())));
        let required =
            |(name, value): (&'static str, Option<String>)| value.ok_or_else(|| A::Error::missing_field(name));
        Ok(Webhook {
            imp_uid: required(imp_uid)?,
            merchant_uid: required(merchant_uid)?,
            status: required(status)?.into(),
            cancellation_id: cancellation_id.1,
            extra,
        })
    }
}
