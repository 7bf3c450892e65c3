//! Compares an order of the file with the check of its payments.

use std::iter;

use iamport::{Amount, Currency, OrderCheck, Payment, VerifyError};

use super::{
    orders::{Order, Stated, korean},
    outcome::{Assessment, OrderResult},
};
use crate::output::{Lang, Message, Zone, message, money};

/// Compares an order with all its payments, or with those that are known.
pub(super) fn assess(check: &OrderCheck, order: &Order, allow_test: bool) -> Assessment {
    let Some(payment) = check.payment() else { return rejected(&VerifyError::NoPayment, None, order) };
    let several = check.payments().iter().any(|other| other.imp_uid != payment.imp_uid);
    let mut assessment = compare(check.rejection(), payment, order);
    if assessment.outcome == OrderResult::Match && check.is_paid_twice() {
        let paid = iter::once(payment).chain(check.extra_payments()).map(described);
        let paid = paid.collect::<Vec<_>>().join(", ");
        assessment = Assessment::new(OrderResult::PaidTwice, message!("paid by the payments {paid}", "결제 {paid}"));
    } else if assessment.outcome != OrderResult::Match && several {
        let [en, ko] = [Lang::En, Lang::Ko].map(|lang| assessment.detail.text(lang));
        let imp_uid = &payment.imp_uid;
        assessment.detail = message!("{en} (payment {imp_uid})", "{ko} (결제 {imp_uid})");
    }
    if assessment.outcome == OrderResult::PaidTwice {
        assessment.of(payment, check.payments(), allow_test)
    } else {
        assessment.of(payment, [payment], allow_test)
    }
}

/// `imp_000000000001 (15,900 KRW, 2024-03-06 19:47:49)`, in Korea Standard Time.
fn described(payment: &Payment) -> String {
    let amount = with_currency(payment.amount, payment.currency.as_ref());
    let at = payment.paid_at.map(|at| format!(", {}", Zone::Kst.format(at))).unwrap_or_default();
    format!("{} ({amount}{at})", payment.imp_uid)
}

fn with_currency(amount: Amount, currency: Option<&Currency>) -> String {
    currency.map_or_else(|| money(amount, None), |currency| amount.with_currency(currency.as_str()))
}

fn compare(rejection: Option<&VerifyError>, payment: &Payment, order: &Order) -> Assessment {
    let rejected = |rejection: &VerifyError| rejected(rejection, Some(payment), order);
    let got = match rejection {
        None | Some(VerifyError::AmountMismatch { .. } | VerifyError::CurrencyMismatch { .. }) => "paid",
        Some(VerifyError::NotPaid { .. }) => payment.status.as_str(),
        Some(VerifyError::Cancelled) => Stated::Cancelled.as_str(),
        Some(VerifyError::PartiallyCancelled { .. }) => Stated::PartiallyCancelled.as_str(),
        Some(rejection) => return rejected(rejection),
    };
    if order.status == Stated::Paid {
        return rejection.map_or_else(|| Assessment::new(OrderResult::Match, Message::default()), rejected);
    }
    let expected = order.status.as_str();
    if got != expected {
        let [stated, actual] = [expected, got].map(korean);
        let is_due = matches!(order.status, Stated::Cancelled | Stated::PartiallyCancelled) && got == "paid";
        let [more, more_ko] = if is_due { [": not refunded", ". 환불되지 않았습니다"] } else { [""; 2] };
        let detail = message!(
            "status mismatch: expected `{expected}`, got `{got}`{more}",
            "상태가 다릅니다: 파일은 {stated}, 포트원은 {actual}{more_ko}"
        );
        return Assessment::new(OrderResult::StatusMismatch, detail);
    }
    if payment.currency.as_ref() != Some(&order.currency) {
        let (expected, actual) = (order.currency.clone(), payment.currency.clone());
        return rejected(&VerifyError::CurrencyMismatch { expected, actual });
    }
    if payment.amount != order.amount {
        return rejected(&VerifyError::AmountMismatch { expected: order.amount, actual: payment.amount });
    }
    match (order.refunded, payment.cancelled_amount()) {
        (Some(expected), Ok(got)) if expected != got => {
            let (expected, got) = (money(expected, None), money(got, None));
            let detail = message!(
                "refunded amount mismatch: expected {expected}, got {got}",
                "환불금액이 다릅니다: 파일의 환불은 {expected}, 포트원의 환불은 {got}"
            );
            Assessment::new(OrderResult::AmountMismatch, detail)
        }
        (Some(_), Err(error)) => rejected(&error),
        _ => Assessment::new(OrderResult::Match, Message::default()),
    }
}

fn rejected(rejection: &VerifyError, payment: Option<&Payment>, order: &Order) -> Assessment {
    let outcome = match rejection {
        VerifyError::NoPayment => OrderResult::NotFound,
        VerifyError::NotPaid { .. } => OrderResult::NotPaid,
        VerifyError::TestPayment => OrderResult::TestPayment,
        VerifyError::Cancelled => OrderResult::Cancelled,
        VerifyError::PartiallyCancelled { .. } => OrderResult::PartiallyCancelled,
        VerifyError::CurrencyMismatch { .. } => OrderResult::CurrencyMismatch,
        VerifyError::AmountMismatch { .. } => OrderResult::AmountMismatch,
        _ => OrderResult::Error,
    };
    let paid = |currency| payment.map(|payment| with_currency(payment.amount, currency)).unwrap_or_default();
    let ko = match rejection {
        VerifyError::NoPayment => "포트원에 이 주문번호의 결제가 없습니다".to_owned(),
        VerifyError::NotPaid { status } => format!("파일은 결제 완료, 포트원은 {}", korean(status.as_str())),
        VerifyError::TestPayment => "테스트 결제라서 돈이 오가지 않았습니다".to_owned(),
        VerifyError::Cancelled => {
            let cancelled = paid(None);
            let ko = format!("파일에 없는 취소입니다: 취소 {cancelled} (전액)");
            return Assessment::new(outcome, Message::new(format!("{rejection}: {cancelled} cancelled"), ko));
        }
        VerifyError::PartiallyCancelled { cancelled, remaining } => {
            let [cancelled, remaining] = [cancelled, remaining].map(|amount| money(*amount, None));
            format!("파일에 없는 취소입니다: 취소 {cancelled}, 남은 금액 {remaining}")
        }
        VerifyError::CurrencyMismatch { expected, actual } => {
            let (expected, got) = (with_currency(order.amount, Some(expected)), paid(actual.as_ref()));
            let detail = message!(
                "currency mismatch: expected {expected}, got {got}",
                "통화가 다릅니다: 파일은 {expected}, 포트원은 {got}"
            );
            return Assessment::new(outcome, detail);
        }
        VerifyError::AmountMismatch { expected, actual } => {
            let [expected, actual] = [expected, actual].map(|amount| money(*amount, None));
            format!("금액이 다릅니다: 파일은 {expected}, 포트원은 {actual}")
        }
        rejection => format!("결제에 잘못된 값이 있습니다: {rejection}"),
    };
    Assessment::new(outcome, Message::new(rejection.to_string(), ko))
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
        use Stated::{Cancelled, Failed, Paid, PartiallyCancelled, Ready};
        for (payments, status, result) in [
            (vec![paid(1), failed(2)], Paid, "match"),
            (vec![wrong(1), paid(2), refunded(3)], Paid, "paid_twice"),
            (vec![paid(1)], Cancelled, "status_mismatch"),
            (vec![wrong(1)], Paid, "amount_mismatch"),
            (vec![ready(1), failed(2)], Paid, "not_paid"),
            (vec![ready(1), failed(2)], Failed, "match"),
            (vec![failed(1), ready(2)], Failed, "status_mismatch"),
            (vec![ready(1)], Ready, "match"),
            (vec![paid(1), failed(2)], Failed, "status_mismatch"),
            (vec![refunded(1), failed(2)], Cancelled, "match"),
            (vec![refunded(1), failed(2)], Paid, "cancelled"),
            (vec![partly(1)], Cancelled, "status_mismatch"),
            (vec![partly(1)], Paid, "partially_cancelled"),
            (vec![payment(1, json!({ "status": "failed", "amount": 100 }))], Failed, "amount_mismatch"),
            (vec![payment(1, json!({ "status": "failed", "currency": "USD" }))], Failed, "currency_mismatch"),
            (
                vec![payment(1, json!({ "status": "cancelled", "amount": 100, "cancel_amount": 100 }))],
                Cancelled,
                "amount_mismatch",
            ),
            (vec![test(1), failed(2)], Failed, "test_payment"),
            (vec![test(1), refunded(2)], Cancelled, "match"),
            (vec![invalid(1)], Cancelled, "error"),
            (vec![], Failed, "not_found"),
            (vec![wrong(1), paid(2)], Paid, "paid_twice"),
            (vec![paid(1), test(2)], Paid, "match"),
            (vec![partly(1)], PartiallyCancelled, "match"),
            (vec![paid(1)], PartiallyCancelled, "status_mismatch"),
            (vec![refunded(1)], PartiallyCancelled, "status_mismatch"),
        ] {
            let compared = assess(&OrderCheck::new(&payments, 15900, "KRW"), &order(status, None), false);
            assert_eq!(compared.outcome.as_str(), result, "{status:?}: {payments:?}");
            let names_the_payment = payments.len() > 1 && !["match", "paid_twice"].contains(&result);
            for (lang, payment) in [(Lang::En, "(payment imp_"), (Lang::Ko, "(결제 imp_")] {
                let detail = compared.detail.text(lang);
                assert_eq!(detail.contains(payment), names_the_payment, "{detail}");
                assert_eq!(detail.is_empty(), result == "match");
            }
        }
    }

    fn order(status: Stated, refunded: Option<u64>) -> Order {
        let (merchant_uid, refunded) = ("order-1".to_owned(), refunded.map(Into::into));
        Order { merchant_uid, amount: 15900.into(), currency: "KRW".into(), status, refunded }
    }

    #[test]
    fn detail_of_a_refund_that_is_missing_says_so() {
        let detail = |body, status| {
            assess(&OrderCheck::new(&[payment(1, body)], 15900, "KRW"), &order(status, None), false).detail
        };
        let missing = detail(json!({ "status": "paid" }), Stated::Cancelled);
        assert_eq!(missing.text(Lang::En), "status mismatch: expected `cancelled`, got `paid`: not refunded");
        assert_eq!(
            missing.text(Lang::Ko),
            "상태가 다릅니다: 파일은 전액 취소, 포트원은 결제 완료. 환불되지 않았습니다"
        );
        let unexpected = detail(json!({ "status": "cancelled", "cancel_amount": 15900 }), Stated::Paid);
        assert_eq!(unexpected.text(Lang::Ko), "파일에 없는 취소입니다: 취소 15,900 (전액)");
        let unpaid = detail(json!({ "status": "ready" }), Stated::Paid);
        assert_eq!(unpaid.text(Lang::Ko), "파일은 결제 완료, 포트원은 미결제");
    }

    #[test]
    fn paid_twice_names_the_payments_that_count() {
        let paid = |number| payment(number, json!({ "status": "paid" }));
        let test = payment(3, json!({ "status": "paid", "sandbox": true }));
        let partly = payment(4, json!({ "status": "paid", "cancel_amount": 900 }));
        let check = OrderCheck::new(&[paid(1), paid(2), test, partly], 15900, "KRW");
        let detail = assess(&check, &order(Stated::Paid, None), false).detail;
        assert_eq!(detail.text(Lang::En), "paid by the payments imp_2 (15,900 KRW), imp_1 (15,900 KRW)");
    }

    #[test]
    fn refunded_amount_is_compared() {
        let partly = payment(1, json!({ "status": "paid", "cancel_amount": 5900 }));
        let check = OrderCheck::new(&[partly], 15900, "KRW");
        for (refunded, result, detail) in
            [(5900, "match", ""), (900, "amount_mismatch", "refunded amount mismatch: expected 900, got 5,900")]
        {
            let compared = assess(&check, &order(Stated::PartiallyCancelled, Some(refunded)), false);
            assert_eq!((compared.outcome.as_str(), compared.detail.text(Lang::En)), (result, detail));
        }
    }
}
