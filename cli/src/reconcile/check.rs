//! Checks an order by its payments, for `verify` and `reconcile`, and compares the result with the status that the file
//! expects.

use iamport::{Amount, Client, Currency, Error, OrderCheck, Payment, PaymentStatus, VerifyError};

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

/// Looks an order up.
///
/// # Errors
///
/// Returns the error of the first request that failed.
pub(crate) async fn look_up(client: &Client, merchant_uid: &str, expected: &Expected) -> Result<OrderCheck, Error> {
    let Expected { amount, currency, allow_test, .. } = expected.clone();
    client.verify_order(merchant_uid, amount, currency).allow_test(allow_test).await
}

impl Expected {
    /// Checks an order by payments that were looked up.
    pub(crate) fn check(&self, payments: &[Payment]) -> OrderCheck {
        let check = if self.allow_test { OrderCheck::allowing_test } else { OrderCheck::new };
        check(payments, self.amount, self.currency.clone())
    }

    /// Returns the result of an order. The detail names the payment that decided if there are several.
    pub(crate) fn compare(&self, order: &OrderCheck) -> Verdict {
        let Some(payment) = order.payment() else { return Verdict::new(OrderResult::NotFound, VerifyError::NoPayment) };
        let result = self.compare_with(payment, order.rejection());
        let is_one_of_several = order.payments().iter().any(|other| other.imp_uid != payment.imp_uid);
        match result.outcome {
            OrderResult::Match => result,
            outcome if is_one_of_several => {
                Verdict::new(outcome, format!("{} (payment {})", result.detail, payment.imp_uid))
            }
            _ => result,
        }
    }

    /// Compares the payment that decided with the expected status, then with amount and currency.
    fn compare_with(&self, payment: &Payment, rejection: Option<&VerifyError>) -> Verdict {
        let status = match rejection {
            None | Some(VerifyError::AmountMismatch { .. } | VerifyError::CurrencyMismatch { .. }) => "paid",
            Some(VerifyError::NotPaid { status }) => status.as_str(),
            Some(VerifyError::Cancelled) => "cancelled",
            Some(VerifyError::PartiallyCancelled { .. }) => "partially cancelled",
            // The status of a test payment or of an invalid one says nothing.
            Some(_) => return result(rejection),
        };
        if self.status == PaymentStatus::Paid {
            return result(rejection);
        }
        if status != self.status.as_str() {
            let detail = format!("status mismatch: expected `{}`, got `{status}`", self.status);
            return Verdict::new(OrderResult::StatusMismatch, detail);
        }
        result(self.difference(payment).as_ref())
    }

    /// Returns the first difference in currency or amount.
    fn difference(&self, payment: &Payment) -> Option<VerifyError> {
        if payment.currency.as_ref() != Some(&self.currency) {
            let (expected, actual) = (self.currency.clone(), payment.currency.clone());
            return Some(VerifyError::CurrencyMismatch { expected, actual });
        }
        (payment.amount != self.amount)
            .then_some(VerifyError::AmountMismatch { expected: self.amount, actual: payment.amount })
    }
}

fn result(rejection: Option<&VerifyError>) -> Verdict {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use serde_json::{Value, json};

    use super::*;

    /// A payment of 15,900 won.
    fn payment(number: u64, fields: Value) -> Payment {
        let mut body = json!({
            "imp_uid": format!("imp_{number}"), "merchant_uid": "order-1", "amount": 15900, "currency": "KRW",
            "started_at": number,
        });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn order_is_compared_with_the_status_of_its_row_then_with_its_price() {
        let [paid, ready, failed] =
            ["paid", "ready", "failed"].map(|status| move |number| payment(number, json!({ "status": status })));
        let refunded = |number| payment(number, json!({ "status": "cancelled", "cancel_amount": 15900 }));
        let partly = |number| payment(number, json!({ "status": "cancelled", "cancel_amount": 900 }));
        let test = |number| payment(number, json!({ "status": "paid", "sandbox": true }));
        let wrong = |number| payment(number, json!({ "status": "paid", "amount": 100 }));
        let invalid = |number| payment(number, json!({ "status": "paid", "cancel_amount": "900" }));
        for (payments, status, result) in [
            (vec![paid(1), failed(2)], "paid", "match"),
            (vec![wrong(1), paid(2), refunded(3)], "paid", "match"),
            (vec![paid(1)], "cancelled", "status_mismatch"),
            (vec![wrong(1)], "paid", "amount_mismatch"),
            (vec![ready(1), failed(2)], "paid", "not_paid"),
            (vec![ready(1), failed(2)], "failed", "match"),
            (vec![failed(1), ready(2)], "failed", "status_mismatch"),
            (vec![ready(1)], "ready", "match"),
            (vec![paid(1), failed(2)], "failed", "status_mismatch"),
            (vec![refunded(1), failed(2)], "cancelled", "match"),
            (vec![refunded(1), failed(2)], "paid", "cancelled"),
            (vec![partly(1)], "cancelled", "status_mismatch"),
            (vec![partly(1)], "paid", "partially_cancelled"),
            (vec![payment(1, json!({ "status": "failed", "amount": 100 }))], "failed", "amount_mismatch"),
            (vec![payment(1, json!({ "status": "failed", "currency": "USD" }))], "failed", "currency_mismatch"),
            (
                vec![payment(1, json!({ "status": "cancelled", "amount": 100, "cancel_amount": 100 }))],
                "cancelled",
                "amount_mismatch",
            ),
            (vec![test(1), failed(2)], "failed", "test_payment"),
            (vec![test(1), refunded(2)], "cancelled", "match"),
            (vec![invalid(1)], "cancelled", "error"),
            (vec![], "failed", "not_found"),
        ] {
            let (amount, currency) = (15900.into(), "KRW".into());
            let expected = Expected { amount, currency, status: status.into(), allow_test: false };
            let compared = expected.compare(&expected.check(&payments));
            assert_eq!(compared.outcome.as_str(), result, "{status}: {payments:?}");
            let names_the_payment = payments.len() > 1 && result != "match";
            assert_eq!(compared.detail.contains("(payment imp_"), names_the_payment, "{}", compared.detail);
            assert_eq!(compared.detail.is_empty(), result == "match");
        }
    }
}
