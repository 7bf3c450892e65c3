//! Judges an order by its payments, for `verify` and `reconcile`.

use std::cmp::Reverse;

use iamport::{Amount, Currency, Payment, PaymentStatus, Timestamp, VerifyError};

use super::outcome::{OrderResult, Verdict};

/// The amount, currency and status of an order in the merchant's records.
#[derive(Clone)]
pub(crate) struct Expected {
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) status: PaymentStatus,
    /// Whether a payment of a test channel is accepted.
    pub(crate) allow_test: bool,
}

/// The progress of an attempt. The attempt with the most progress decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
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

/// Judges an order by its attempts: all payments that have its order number.
///
/// A real payment that is paid, not cancelled and of the right amount and currency pays the order, regardless of
/// other attempts. Otherwise the attempt with the most progress decides; of unpaid ones, the one started last.
pub(crate) fn judge<'a>(attempts: impl IntoIterator<Item = &'a Payment>, expected: &Expected) -> Verdict {
    let attempts = attempts.into_iter().map(|payment| Attempt::new(payment, expected));
    let mut several = false;
    let best = attempts.reduce(|a, b| {
        several |= a.payment.imp_uid != b.payment.imp_uid;
        if a.key() > b.key() { a } else { b }
    });
    let Some(best) = best else { return Verdict::new(OrderResult::NotFound, "the order has no payment") };
    let imp_uid = &best.payment.imp_uid;
    let verdict = best.verdict(expected);
    match verdict.outcome {
        OrderResult::Match => verdict,
        outcome if several => Verdict::new(outcome, format!("{} (payment {imp_uid})", verdict.detail)),
        _ => verdict,
    }
}

struct Attempt<'a> {
    payment: &'a Payment,
    progress: Progress,
    /// The first error of `verify`.
    rejection: Option<VerifyError>,
    /// The first difference in currency or amount.
    difference: Option<VerifyError>,
}

impl<'a> Attempt<'a> {
    fn new(payment: &'a Payment, expected: &Expected) -> Self {
        let (amount, currency) = (expected.amount, expected.currency.clone());
        let rejection = match (expected.allow_test, payment.sandbox) {
            (true, _) => payment.verify_allowing_test(amount, currency).err(),
            // A test payment never pays an order.
            (false, Some(true)) => Some(VerifyError::TestPayment),
            (false, _) if payment.extra.contains_key("sandbox") => Some(VerifyError::InvalidSandbox),
            (false, _) => payment.verify(amount, currency).err(),
        };
        let progress = match &rejection {
            None | Some(VerifyError::AmountMismatch { .. } | VerifyError::CurrencyMismatch { .. }) => Progress::Paid,
            Some(VerifyError::NotPaid { .. }) => Progress::Unpaid,
            Some(VerifyError::TestPayment) => Progress::Test,
            Some(VerifyError::Cancelled) => Progress::Cancelled,
            Some(VerifyError::PartiallyCancelled { .. }) => Progress::PartiallyCancelled,
            Some(_) => Progress::Invalid,
        };
        Self { payment, progress, rejection, difference: difference(payment, expected) }
    }

    /// Returns a key that does not depend on the order in which the service lists the attempts.
    fn key(&self) -> (Progress, bool, Option<Timestamp>, Reverse<&str>) {
        let fits = self.progress > Progress::Test && self.difference.is_none();
        (self.progress, fits, self.payment.started_at, Reverse(&self.payment.imp_uid))
    }

    fn verdict(self, expected: &Expected) -> Verdict {
        let status = match self.progress {
            Progress::Test | Progress::Invalid => return verdict(self.rejection),
            _ if expected.status == PaymentStatus::Paid => return verdict(self.rejection),
            Progress::Unpaid => self.payment.status.as_str(),
            Progress::Cancelled => "cancelled",
            Progress::PartiallyCancelled => "partially cancelled",
            Progress::Paid => "paid",
        };
        if status != expected.status.as_str() {
            let detail = format!("status mismatch: expected `{}`, got `{status}`", expected.status);
            return Verdict::new(OrderResult::StatusMismatch, detail);
        }
        verdict(self.difference)
    }
}

fn difference(payment: &Payment, expected: &Expected) -> Option<VerifyError> {
    // Compared as text, so that `Unknown("KRW")` equals `Krw`.
    if payment.currency.as_ref().map(Currency::as_str) != Some(expected.currency.as_str()) {
        let expected = expected.currency.clone();
        return Some(VerifyError::CurrencyMismatch { expected, actual: payment.currency.clone() });
    }
    (payment.amount != expected.amount)
        .then_some(VerifyError::AmountMismatch { expected: expected.amount, actual: payment.amount })
}

fn verdict(rejection: Option<VerifyError>) -> Verdict {
    let Some(rejection) = rejection else { return Verdict::new(OrderResult::Match, "") };
    let outcome = match rejection {
        VerifyError::NotPaid { .. } => OrderResult::NotPaid,
        VerifyError::TestPayment => OrderResult::TestPayment,
        VerifyError::Cancelled => OrderResult::Cancelled,
        VerifyError::PartiallyCancelled { .. } => OrderResult::PartiallyCancelled,
        VerifyError::CurrencyMismatch { .. } => OrderResult::CurrencyMismatch,
        VerifyError::AmountMismatch { .. } => OrderResult::AmountMismatch,
        _ => OrderResult::Error,
    };
    Verdict::new(outcome, rejection)
}
