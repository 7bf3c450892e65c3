//! `POST /payments/cancel`, as the service documents it. Comments note each undocumented choice.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{
    MockResponse, PaymentFixture,
    lookup::{INVALID, NOT_FOUND},
    service::{Call, Service},
    token::is_json,
};
use crate::types::{Amount, Tier};

const ALL_CANCELLED: &str = "이미 전액취소된 주문입니다.";
const NOT_PAID: &str = "취소할 수 있는 상태의 결제가 아닙니다.";
const WRONG_CHECKSUM: &str = "취소 가능한 금액이 checksum과 일치하지 않습니다.";
const TOO_MUCH: &str = "취소 요청 금액이 취소 가능한 금액보다 큽니다.";
const NO_ACCOUNT: &str = "가상계좌 환불에는 refund_holder, refund_bank, refund_account가 필요합니다.";

impl Service {
    /// Cancels a payment. A refusal is HTTP 200 with code 1, and changes nothing.
    pub(super) fn cancel(&mut self, call: &Call) -> MockResponse {
        let tier = call.tier.as_deref().and_then(|tier| tier.parse().ok());
        let request = Cancellation::read(call);
        match request.and_then(|request| request.apply(self, tier.as_ref())) {
            Ok(payment) => MockResponse::success(payment),
            Err(refusal) => MockResponse::refusal(refusal),
        }
    }
}

/// The fields of a request that have a value, as text.
struct Cancellation(BTreeMap<String, String>);

impl Cancellation {
    /// Reads a body, in JSON or as a form.
    fn read(call: &Call) -> Result<Self, &'static str> {
        if !is_json(call.content_type.as_deref()) {
            return Ok(Self(
                form_urlencoded::parse(&call.body).into_owned().filter(|(_, value)| !value.is_empty()).collect(),
            ));
        }
        let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&call.body).map_err(|_| INVALID)?;
        let text = |(field, value): (String, Box<RawValue>)| match value.get() {
            "null" | "\"\"" => None,
            json => Some((field, serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()))),
        };
        Ok(Self(fields.into_iter().filter_map(text).collect()))
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    fn amount(&self, field: &str) -> Result<Option<Amount>, &'static str> {
        let amount = self.text(field).map(str::parse::<Amount>).transpose().map_err(|_| INVALID)?;
        if amount.is_some_and(|amount| amount < Amount::ZERO) { Err(INVALID) } else { Ok(amount) }
    }

    fn apply(&self, service: &mut Service, tier: Option<&Tier>) -> Result<PaymentFixture, &'static str> {
        let payment = self.payment(service, tier).ok_or(NOT_FOUND)?;
        let left = payment.amount_left().ok_or(INVALID)?;
        match payment.text("status").as_deref() {
            Some("paid" | "cancelled") if left > Amount::ZERO => {}
            Some("paid" | "cancelled") => return Err(ALL_CANCELLED),
            _ => return Err(NOT_PAID),
        }
        if self.amount("checksum")?.is_some_and(|checksum| checksum != left) {
            return Err(WRONG_CHECKSUM);
        }
        let amount = self.amount("amount")?.filter(|amount| *amount > Amount::ZERO).unwrap_or(left);
        if amount > left {
            return Err(TOO_MUCH);
        }
        let has_account =
            ["refund_holder", "refund_bank", "refund_account"].iter().all(|field| self.text(field).is_some());
        if payment.text("pay_method").as_deref() == Some("vbank") && !has_account {
            return Err(NO_ACCOUNT);
        }
        let sends_webhook = matches!(self.text("enable_webhook"), Some("true" | "1"));
        let cancelled = payment.cancelled_now(amount, self.text("reason").unwrap_or_default(), service.clock.now());
        service.change(&cancelled, sends_webhook);
        Ok(cancelled)
    }

    /// Returns the payment of `imp_uid`. With `merchant_uid` alone the service does not say which of several payments it
    /// cancels: here the latest one of which something is left, otherwise the latest.
    fn payment(&self, service: &Service, tier: Option<&Tier>) -> Option<PaymentFixture> {
        if let Some(imp_uid) = self.text("imp_uid") {
            return service.stores.payment(tier, imp_uid);
        }
        let payments = service.stores.payments_of_order(tier, self.text("merchant_uid")?);
        let can_be_cancelled = |payment: &&PaymentFixture| {
            payment.text("status").as_deref() == Some("paid") && payment.amount_left() > Some(Amount::ZERO)
        };
        payments.iter().rfind(can_be_cancelled).or(payments.last()).cloned()
    }
}
