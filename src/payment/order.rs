//! The payments of an order: which of them decides, and whether it pays for the order.

use std::{cmp::Reverse, collections::BTreeSet};

use super::VerifyError;
use crate::{
    generated::{codes::Currency, types::Payment},
    types::{Amount, Timestamp},
};

/// The check of an order by all its payments. Returned by [`Client::verify_order`](crate::Client::verify_order).
///
/// Several payments can share one order number: a buyer whose card was refused tries again, and two open windows can pay
/// twice. One of the payments decides:
///
/// 1. A payment that passes [`Payment::verify`] pays for the order, whatever the others are.
/// 2. Otherwise the payment that came furthest decides: one that is paid in another amount or currency, then one that is
///    partially cancelled, one whose fields are invalid, one that is cancelled, one of a test channel, and last one that is
///    not paid.
/// 3. Of several that came equally far, one with the right amount and currency decides, unless no money moved (a payment of
///    a test channel, or one that is not paid), then the one that was started last.
///
/// ```
/// # fn main() -> Result<(), serde_json::Error> {
/// use iamport::{OrderCheck, Payment};
///
/// let payments: Vec<Payment> = serde_json::from_str(
///     r#"[{"imp_uid":"imp_1","merchant_uid":"order-0001","amount":15900,"currency":"KRW","status":"paid"},
///         {"imp_uid":"imp_2","merchant_uid":"order-0001","amount":15900,"currency":"KRW","status":"failed"}]"#,
/// )?;
/// let order = OrderCheck::new(&payments, 15900, "KRW");
/// assert!(order.is_paid() && !order.is_paid_twice() && order.extra_payments().next().is_none());
/// assert_eq!(order.payment().map(|payment| payment.imp_uid.as_str()), Some("imp_1"));
///
/// let order = OrderCheck::new(&payments[1..], 15900, "KRW");
/// assert_eq!(order.rejection().map(ToString::to_string).as_deref(), Some("payment status is `failed`, expected `paid`"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "the order may not be paid"]
pub struct OrderCheck {
    payments: Vec<Payment>,
    /// The index of the payment that decided.
    decisive: Option<usize>,
    rejection: Option<VerifyError>,
    /// The indices of the other payments that are paid.
    extra: Vec<usize>,
}

impl OrderCheck {
    /// Checks an order by all its payments, in any order. `amount` is what your own database has for the order, in major
    /// currency units, and `currency` is an ISO 4217 code in capitals.
    pub fn new(payments: &[Payment], amount: impl Into<Amount>, currency: impl Into<Currency>) -> Self {
        Self::check(payments.to_vec(), amount.into(), &currency.into(), false)
    }

    /// Checks the same as [`new`](Self::new), and accepts payments of a test channel like real ones.
    ///
    /// For development only: no money moves in a test payment, and anybody can make one while a test channel is
    /// configured.
    pub fn allowing_test(payments: &[Payment], amount: impl Into<Amount>, currency: impl Into<Currency>) -> Self {
        Self::check(payments.to_vec(), amount.into(), &currency.into(), true)
    }

    pub(crate) fn check(payments: Vec<Payment>, amount: Amount, currency: &Currency, allow_test: bool) -> Self {
        let attempts: Vec<_> =
            payments.iter().map(|payment| Attempt::new(payment, amount, currency, allow_test)).collect();
        let decisive = attempts.iter().enumerate().max_by_key(|(_, attempt)| attempt.key());
        let rejection = decisive.map_or(Some(VerifyError::NoPayment), |(_, attempt)| attempt.rejection.clone());
        // The service may list a payment twice.
        let mut seen: BTreeSet<_> = decisive.iter().map(|(_, attempt)| &attempt.payment.imp_uid).collect();
        let paid = attempts.iter().enumerate().filter(|(_, attempt)| attempt.stage == Stage::Paid);
        let extra = paid.filter(|(_, attempt)| seen.insert(&attempt.payment.imp_uid)).map(|(index, _)| index).collect();
        Self { decisive: decisive.map(|(index, _)| index), rejection, extra, payments }
    }

    /// Returns whether a payment pays for the order, so that it can be fulfilled.
    pub fn is_paid(&self) -> bool {
        self.rejection.is_none()
    }

    /// Returns the payment that decided: the one that pays for the order, or the one that [`rejection`](Self::rejection)
    /// is about. `None` if the order has no payment.
    pub fn payment(&self) -> Option<&Payment> {
        self.payments.get(self.decisive?)
    }

    /// Returns the reason why the order is not paid, or `None` if it is paid.
    pub fn rejection(&self) -> Option<&VerifyError> {
        self.rejection.as_ref()
    }

    /// Returns whether the buyer paid more than once, so that a payment has to be refunded: there are
    /// [extra payments](Self::extra_payments).
    pub fn is_paid_twice(&self) -> bool {
        !self.extra.is_empty()
    }

    /// Returns the payments that are paid besides the one that [decided](Self::payment), each once: those that are not
    /// cancelled, not even in part, and are not of a test channel (unless those are accepted). Their amounts and currencies
    /// need not be those of the order.
    ///
    /// If no payment pays for the order exactly, but some are paid in other amounts or currencies, one of these decides, and
    /// the others are extra payments. If no payment is paid, there are none.
    ///
    /// Refund them once the order is fulfilled for the payment that decided. If the buyer pays again after that, the new
    /// payment may decide: keep the payment that the order was fulfilled for, and refund the others.
    pub fn extra_payments(&self) -> impl Iterator<Item = &Payment> {
        self.extra.iter().filter_map(|index| self.payments.get(*index))
    }

    /// Returns all payments that were checked.
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }
}

/// How far a payment came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// No money moved: `ready`, `failed` or an unknown status.
    Unpaid,
    /// No money moved: the payment was made through a test channel.
    Test,
    Cancelled,
    /// The payment has invalid fields, so it may or may not be cancelled.
    Invalid,
    PartiallyCancelled,
    Paid,
}

struct Attempt<'a> {
    payment: &'a Payment,
    stage: Stage,
    rejection: Option<VerifyError>,
    /// Whether amount and currency are those of the order.
    fits: bool,
}

impl<'a> Attempt<'a> {
    fn new(payment: &'a Payment, amount: Amount, currency: &Currency, allow_test: bool) -> Self {
        // A test payment never pays for an order, whatever its status.
        let reality = if allow_test { Ok(()) } else { payment.verify_channel() };
        let rejection = reality.and_then(|()| payment.verify_allowing_test(amount, currency.clone())).err();
        let stage = match &rejection {
            None | Some(VerifyError::AmountMismatch { .. } | VerifyError::CurrencyMismatch { .. }) => Stage::Paid,
            Some(VerifyError::NotPaid { .. }) => Stage::Unpaid,
            Some(VerifyError::TestPayment) => Stage::Test,
            Some(VerifyError::Cancelled) => Stage::Cancelled,
            Some(VerifyError::PartiallyCancelled { .. }) => Stage::PartiallyCancelled,
            Some(_) => Stage::Invalid,
        };
        Self { payment, stage, rejection, fits: payment.verify_price(amount, currency).is_ok() }
    }

    /// Returns a key that does not depend on the order in which the service lists the payments.
    fn key(&self) -> (Stage, bool, Option<Timestamp>, Reverse<&str>) {
        let fits = self.stage > Stage::Test && self.fits;
        (self.stage, fits, self.payment.started_at, Reverse(&self.payment.imp_uid))
    }
}
