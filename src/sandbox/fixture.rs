use std::{
    collections::BTreeMap,
    error, fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use super::{template, wire};
use crate::{
    generated::types::Payment,
    types::{Amount, Tier, Timestamp},
};

/// The start of the first payment, in Unix seconds.
const FIRST_START: u64 = 1_709_722_022;
/// The time between the starts of two payments, in seconds.
const START_INTERVAL: u64 = 60;
/// The time from the start of a payment until it is paid or fails, in seconds.
const PAYMENT_TIME: u64 = 47;
/// The time from the last event until a payment is cancelled, in seconds.
const CANCELLATION_DELAY: u64 = 3_600;

/// The number of payments of this process, for unique identifiers.
static PAYMENTS: AtomicU64 = AtomicU64::new(0);
static CANCELLATIONS: AtomicU64 = AtomicU64::new(0);

/// A payment in the form of the service: an object with any fields.
///
/// Starts as a card payment in won that is not paid yet ([`new`](Self::new)) or as a captured one
/// ([`from_value`](Self::from_value)). Serializes as the service writes it, and converts to a [`Payment`] with `TryFrom`.
/// `Debug` shows only its identifiers.
///
/// ```
/// use iamport::sandbox::PaymentFixture;
///
/// let body = PaymentFixture::new("order-0001", 15900).paid().cancelled(5900, "부분 취소").set("surprise", 1);
/// assert_eq!(body.merchant_uid(), "order-0001");
/// ```
#[derive(Clone, Default, Serialize)]
#[serde(transparent)]
pub struct PaymentFixture {
    /// Each value as the text that the service writes.
    fields: BTreeMap<String, Box<RawValue>>,
    #[serde(skip)]
    tier: Option<Tier>,
}

impl PaymentFixture {
    /// Creates a card payment in status `ready`, in won, with every field that the service wrote in 2024.
    ///
    /// Each payment of a process has a unique `imp_uid`. The first one started on 2024-03-06, each following one a minute
    /// later. `amount` is in major currency units.
    pub fn new(merchant_uid: &str, amount: impl Into<Amount>) -> Self {
        let before = PAYMENTS.fetch_add(1, Ordering::Relaxed);
        Self::default()
            .set_all(template::ready())
            .write("amount", &amount.into())
            .set("merchant_uid", merchant_uid)
            .set("imp_uid", format!("imp_{:012}", before.saturating_add(1)))
            .set("started_at", FIRST_START.saturating_add(before.saturating_mul(START_INTERVAL)))
    }

    /// Creates a payment from a captured one, or from its envelope. Its fields stay as they are.
    ///
    /// # Errors
    ///
    /// [`InvalidFixture`] if the value is not an object, or its `imp_uid` or `merchant_uid` is not a string.
    pub fn from_value(captured: Value) -> Result<Self, InvalidFixture> {
        let Value::Object(mut object) = captured else { return Err(InvalidFixture::captured()) };
        if let Some(Value::Object(response)) = object.get_mut("response").map(Value::take) {
            object = response;
        }
        if !["imp_uid", "merchant_uid"].iter().all(|uid| object.get(*uid).is_some_and(Value::is_string)) {
            return Err(InvalidFixture::captured());
        }
        Ok(Self::default().set_all(object))
    }

    /// Reads the body of a request to the sandbox's own endpoint: a payment with an `imp_uid` as it is, or the fields in
    /// which a new payment, paid by default, differs from the usual one.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, InvalidFixture> {
        let expected = "an object with `imp_uid` and `merchant_uid`, or with `merchant_uid` and `amount`";
        let invalid = || InvalidFixture(format!("invalid payment: expected {expected}"));
        let sent: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).map_err(|_| invalid())?;
        let over = |payment: Self| sent.iter().fold(payment, |payment, (field, value)| payment.write(field, value));
        let captured = over(Self::default());
        let merchant_uid = captured.text("merchant_uid").ok_or_else(invalid)?;
        if captured.text("imp_uid").is_some() {
            return Ok(captured);
        }
        let amount: Amount = captured.read("amount").ok_or_else(invalid)?;
        let new = Self::new(&merchant_uid, amount);
        Ok(over(match captured.text("status").as_deref() {
            None | Some("paid") => new.paid(),
            Some("failed") => new.failed(""),
            Some("cancelled") => new.paid().cancelled(amount, ""),
            Some(_) => new,
        }))
    }

    /// Sets the status to `paid`, by card, 47 seconds after the start.
    #[must_use]
    pub fn paid(self) -> Self {
        let at = self.moment("started_at").saturating_add(PAYMENT_TIME);
        self.set_all(template::paid()).set("paid_at", at)
    }

    /// Sets the status to `failed`, 47 seconds after the start.
    #[must_use]
    pub fn failed(self, reason: &str) -> Self {
        let at = self.moment("started_at").saturating_add(PAYMENT_TIME);
        self.set("status", "failed").set("fail_reason", reason).set("failed_at", at)
    }

    /// Cancels the amount or a part of it, an hour after the last event. The status becomes `cancelled` when the whole
    /// amount is cancelled. `amount` is in major currency units.
    #[must_use]
    pub fn cancelled(self, amount: impl Into<Amount>, reason: &str) -> Self {
        #[derive(Serialize)]
        struct Cancellation<'a> {
            pg_tid: Option<String>,
            amount: Amount,
            cancelled_at: u64,
            reason: &'a str,
            receipt_url: &'a str,
            cancellation_id: String,
        }

        let amount = amount.into();
        let number = CANCELLATIONS.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let cancelled_at = self.last_event_at().saturating_add(CANCELLATION_DELAY);
        let receipt_url = format!("https://pg.example.com/r/T{number}");
        let cancellation = Cancellation {
            pg_tid: self.text("pg_tid"),
            amount,
            cancelled_at,
            reason,
            receipt_url: &receipt_url,
            cancellation_id: format!("06SANDBOX{number:011}"),
        };
        let total = self.read::<Amount>("cancel_amount").unwrap_or_default().saturating_add(amount);
        let status = match self.read::<Amount>("amount") {
            Some(paid) if paid > total => self.text("status"),
            _ => Some("cancelled".to_owned()),
        };
        self.append("cancel_history", &cancellation)
            .append("cancel_receipt_urls", &receipt_url)
            .write("cancel_amount", &total)
            .set("cancel_reason", reason)
            .set("cancelled_at", cancelled_at)
            .set("status", status)
    }

    /// Sets the currency, an ISO 4217 code.
    #[must_use]
    pub fn currency(self, currency: &str) -> Self {
        self.set("currency", currency)
    }

    /// Makes it a scheduled payment with a billing key: its `imp_uid` starts with `imps_`, and it has no user agent.
    #[must_use]
    pub fn billing_key(self, customer_uid: &str) -> Self {
        let imp_uid = self.imp_uid();
        let scheduled = imp_uid.strip_prefix("imp_").map(|number| format!("imps_{number}"));
        self.set("customer_uid", customer_uid)
            .set("customer_uid_usage", "payment.scheduled")
            .set("imp_uid", scheduled.unwrap_or(imp_uid))
            .set("channel", "api")
            .set("user_agent", Value::Null)
    }

    /// Makes it a payment of a test channel: its field `sandbox` is `true`.
    #[must_use]
    pub fn test(self) -> Self {
        self.set("sandbox", true)
    }

    /// Makes it a payment of a sub-merchant. Only requests with the same `Tier` header find it.
    #[must_use]
    pub fn tier(self, tier: Tier) -> Self {
        Self { tier: Some(tier), ..self }
    }

    /// Sets the start of the payment, in Unix seconds.
    #[must_use]
    pub fn started_at(self, secs: u64) -> Self {
        self.set("started_at", secs)
    }

    /// Sets the time of the payment, in Unix seconds; 0 if it is not paid.
    #[must_use]
    pub fn paid_at(self, secs: u64) -> Self {
        self.set("paid_at", secs)
    }

    /// Sets the time of the failure, in Unix seconds; 0 if it has not failed.
    #[must_use]
    pub fn failed_at(self, secs: u64) -> Self {
        self.set("failed_at", secs)
    }

    /// Sets the time of the last cancellation, in Unix seconds, in `cancel_history` too; 0 if nothing is cancelled.
    #[must_use]
    pub fn cancelled_at(self, secs: u64) -> Self {
        let mut history: Vec<BTreeMap<String, Box<RawValue>>> = self.read("cancel_history").unwrap_or_default();
        let body = self.set("cancelled_at", secs);
        let Some(last) = history.last_mut() else { return body };
        last.extend(to_raw_value(&secs).map(|secs| ("cancelled_at".to_owned(), secs)));
        body.write("cancel_history", &history)
    }

    /// Sets the deadline for the deposit into a virtual account, in Unix seconds.
    #[must_use]
    pub fn vbank_date(self, secs: u64) -> Self {
        self.set("vbank_date", secs)
    }

    /// Sets the time at which a virtual account was issued, in Unix seconds.
    #[must_use]
    pub fn vbank_issued_at(self, secs: u64) -> Self {
        self.set("vbank_issued_at", secs)
    }

    /// Sets any field, known or unknown, to any value, valid or invalid.
    #[must_use]
    pub fn set(self, field: &str, value: impl Into<Value>) -> Self {
        self.write(field, &value.into())
    }

    /// Returns the `imp_uid`; empty if it is not a string.
    pub fn imp_uid(&self) -> String {
        self.text("imp_uid").unwrap_or_default()
    }

    /// Returns the `merchant_uid`, the order number of the merchant; empty if it is not a string.
    pub fn merchant_uid(&self) -> String {
        self.text("merchant_uid").unwrap_or_default()
    }

    /// The value of a field; `None` if it is not a string.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.read(field)
    }

    /// The time in a field, in Unix seconds; 0 if there is none.
    pub(super) fn moment(&self, field: &str) -> u64 {
        self.read(field).map_or(0, Timestamp::as_secs)
    }

    pub(super) fn last_cancellation_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Cancellation {
            cancellation_id: Option<String>,
        }

        self.read::<Vec<Cancellation>>("cancel_history")?.pop()?.cancellation_id
    }

    pub(super) fn is_test(&self) -> bool {
        self.read("sandbox").unwrap_or(false)
    }

    pub(super) fn tier_of(&self) -> Option<&Tier> {
        self.tier.as_ref()
    }

    /// When its status last changed. A partial cancellation that leaves the status is no change.
    pub(super) fn status_changed_at(&self) -> u64 {
        match self.text("status").as_deref() {
            Some("ready") => self.moment("started_at"),
            Some("paid") => self.moment("paid_at"),
            Some("failed") => self.moment("failed_at"),
            Some("cancelled") => self.moment("cancelled_at"),
            _ => self.last_event_at(),
        }
    }

    fn last_event_at(&self) -> u64 {
        let moments = ["started_at", "paid_at", "failed_at", "cancelled_at"].map(|field| self.moment(field));
        moments.into_iter().max().unwrap_or(0)
    }

    fn read<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        serde_json::from_str(self.fields.get(field)?.get()).ok()
    }

    fn write(mut self, field: &str, value: &impl Serialize) -> Self {
        self.fields.insert(field.to_owned(), wire::field(field, value));
        self
    }

    fn append(self, field: &str, item: &impl Serialize) -> Self {
        let mut items = self.read::<Vec<Box<RawValue>>>(field).unwrap_or_default();
        items.extend(to_raw_value(item));
        self.write(field, &items)
    }

    fn set_all(self, fields: impl IntoIterator<Item = (impl AsRef<str>, Value)>) -> Self {
        fields.into_iter().fold(self, |body, (field, value)| body.write(field.as_ref(), &value))
    }
}

/// Writes every field of the service: null, or 0 for a time, if the payment has no value.
impl From<&Payment> for PaymentFixture {
    fn from(payment: &Payment) -> Self {
        let text = serde_json::to_string(payment).unwrap_or_default();
        let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap_or_default();
        let empty = template::ready().map(|(field, _)| {
            let is_time = field.ends_with("_at") || field == "vbank_date";
            (field, if is_time { Value::from(0) } else { Value::Null })
        });
        let body = Self::default().set_all(empty);
        fields.iter().fold(body, |body, (field, value)| body.write(field, value))
    }
}

/// Decodes the payment as a client does.
impl TryFrom<PaymentFixture> for Payment {
    type Error = InvalidFixture;

    fn try_from(fixture: PaymentFixture) -> Result<Self, InvalidFixture> {
        let body = wire::write(&fixture);
        serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(&body))
            // The path alone: the error of serde quotes the value.
            .map_err(|error| InvalidFixture(format!("invalid payment: the value of `{}` does not fit", error.path())))
    }
}

impl fmt::Debug for PaymentFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentFixture")
            .field("imp_uid", &self.imp_uid())
            .field("merchant_uid", &self.merchant_uid())
            .finish_non_exhaustive()
    }
}

/// The error of a value that is not a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFixture(String);

impl InvalidFixture {
    fn captured() -> Self {
        Self(
            "invalid payment: expected an object, or its envelope, with the strings `imp_uid` and `merchant_uid`"
                .into(),
        )
    }
}

impl fmt::Display for InvalidFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for InvalidFixture {}
