//! An order is checked by all its payments, and the one that came furthest decides.

use iamport::{OrderCheck, Payment, VerifyError};
use serde_json::{Value, json};

/// A payment of 15,900 won, started at second `number`.
fn payment(number: u64, fields: Value) -> Payment {
    let mut body = json!({
        "imp_uid": format!("imp_{number}"), "merchant_uid": "order-1", "amount": 15900, "currency": "KRW",
        "status": "ready", "started_at": number,
    });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

fn ready(number: u64) -> Payment {
    payment(number, json!({}))
}

fn failed(number: u64) -> Payment {
    payment(number, json!({ "status": "failed" }))
}

fn paid(number: u64) -> Payment {
    payment(number, json!({ "status": "paid" }))
}

fn wrong(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "amount": 100 }))
}

fn foreign(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "currency": "USD" }))
}

fn test(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "sandbox": true }))
}

fn partly(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "cancel_amount": 900 }))
}

fn refunded(number: u64) -> Payment {
    payment(number, json!({ "status": "cancelled", "cancel_amount": 15900 }))
}

fn unreadable(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "cancel_amount": "900" }))
}

fn unclear(number: u64) -> Payment {
    payment(number, json!({ "status": "paid", "sandbox": "no" }))
}

#[test]
fn payment_that_came_furthest_decides() {
    let no_payment = "the order has no payment";
    let cases: [(Vec<Payment>, &str, &str); 29] = [
        (vec![], "", no_payment),
        (vec![paid(1)], "imp_1", ""),
        (vec![ready(1)], "imp_1", "payment status is `ready`, expected `paid`"),
        (vec![failed(1)], "imp_1", "payment status is `failed`, expected `paid`"),
        (vec![wrong(1)], "imp_1", "amount mismatch: expected 15900, got 100"),
        (vec![foreign(1)], "imp_1", "currency mismatch: expected KRW, got USD"),
        (vec![test(1)], "imp_1", "test payment: no money was transferred"),
        (vec![partly(1)], "imp_1", "payment is partially cancelled: 900 cancelled, 15000 remaining"),
        (vec![refunded(1)], "imp_1", "payment is cancelled"),
        (vec![unreadable(1)], "imp_1", "invalid cancellation: cannot read `cancel_amount`"),
        (vec![unclear(1)], "imp_1", "invalid `sandbox`: expected a boolean"),
        // A payment that pays the order decides, whatever the others are.
        (vec![paid(1), failed(2)], "imp_1", ""),
        (vec![paid(1), refunded(2)], "imp_1", ""),
        (vec![paid(1), partly(2)], "imp_1", ""),
        (vec![paid(1), unreadable(2)], "imp_1", ""),
        (vec![paid(1), test(2), ready(3)], "imp_1", ""),
        (vec![paid(1), wrong(2)], "imp_1", ""),
        (vec![wrong(1), paid(2), foreign(3)], "imp_2", ""),
        (vec![paid(1), paid(2)], "imp_2", ""),
        // Otherwise the one that came furthest, and of equal ones the one started last.
        (vec![wrong(1), wrong(2)], "imp_2", "amount mismatch: expected 15900, got 100"),
        (vec![wrong(1), partly(2)], "imp_1", "amount mismatch: expected 15900, got 100"),
        (vec![partly(1), unreadable(2)], "imp_1", "payment is partially cancelled: 900 cancelled, 15000 remaining"),
        (vec![unclear(1), refunded(2)], "imp_1", "invalid `sandbox`: expected a boolean"),
        (vec![refunded(1), test(2)], "imp_1", "payment is cancelled"),
        (vec![test(1), failed(2)], "imp_1", "test payment: no money was transferred"),
        (vec![failed(2), ready(1)], "imp_2", "payment status is `failed`, expected `paid`"),
        (
            vec![refunded(1), payment(2, json!({ "status": "cancelled", "amount": 1, "cancel_amount": 1 }))],
            "imp_1",
            "payment is cancelled",
        ),
        // Where no money moved, the amount does not matter.
        (
            vec![test(1), payment(2, json!({ "status": "paid", "amount": 1, "sandbox": true }))],
            "imp_2",
            "test payment: no money was transferred",
        ),
        (
            vec![failed(1), payment(2, json!({ "status": "failed", "amount": 1 }))],
            "imp_2",
            "payment status is `failed`, expected `paid`",
        ),
    ];
    for (mut payments, imp_uid, rejection) in cases {
        for _ in 0..2 {
            let order = OrderCheck::new(&payments, 15900, "KRW");
            let decisive = order.payment().map_or("", |payment| &payment.imp_uid);
            let reason = order.rejection().map(ToString::to_string).unwrap_or_default();
            assert_eq!((decisive, reason.as_str()), (imp_uid, rejection), "{payments:?}");
            assert_eq!((order.is_paid(), order.payments()), (rejection.is_empty(), &payments[..]));
            // The order of the listing does not matter.
            payments.reverse();
        }
    }
}

fn extra(order: &OrderCheck) -> Vec<&str> {
    let extra: Vec<_> = order.extra_payments().map(|payment| payment.imp_uid.as_str()).collect();
    assert_eq!(order.is_paid_twice(), !extra.is_empty(), "{extra:?}");
    extra
}

#[test]
fn whole_real_payments_besides_the_one_that_decided_are_extra() {
    let cases: [(Vec<Payment>, &str, &[&str]); 21] = [
        (vec![], "", &[]),
        (vec![paid(1)], "imp_1", &[]),
        (vec![paid(1), paid(2)], "imp_2", &["imp_1"]),
        (vec![paid(1), wrong(2)], "imp_1", &["imp_2"]),
        (vec![paid(1), refunded(2), paid(3)], "imp_3", &["imp_1"]),
        (vec![foreign(1), paid(2), wrong(3)], "imp_2", &["imp_1", "imp_3"]),
        (vec![paid(1), failed(2), ready(3)], "imp_1", &[]),
        (vec![paid(1), refunded(2)], "imp_1", &[]),
        (vec![paid(1), partly(2)], "imp_1", &[]),
        (vec![paid(1), unreadable(2)], "imp_1", &[]),
        (vec![paid(1), test(2)], "imp_1", &[]),
        (vec![paid(1), unclear(2)], "imp_1", &[]),
        // No payment pays for the order exactly: of several that are paid, one decides.
        (vec![wrong(1)], "imp_1", &[]),
        (vec![wrong(1), foreign(2)], "imp_2", &["imp_1"]),
        (vec![wrong(1), partly(2), refunded(3)], "imp_1", &[]),
        // No payment is paid.
        (vec![partly(1), partly(2)], "imp_2", &[]),
        (vec![unreadable(1), unclear(2), refunded(3)], "imp_2", &[]),
        (vec![test(1), test(2)], "imp_2", &[]),
        (vec![ready(1), failed(2)], "imp_2", &[]),
        // The same payments, listed twice.
        (vec![paid(1), paid(1)], "imp_1", &[]),
        (vec![paid(1), paid(2), paid(1), paid(2)], "imp_2", &["imp_1"]),
    ];
    for (payments, decisive, expected) in cases {
        let order = OrderCheck::new(&payments, 15900, "KRW");
        let decided = order.payment().map_or("", |payment| &payment.imp_uid);
        assert_eq!((decided, extra(&order).as_slice()), (decisive, expected), "{payments:?}");
    }
}

#[test]
fn test_payments_count_only_where_they_are_accepted() {
    let order = OrderCheck::allowing_test(&[test(1), failed(2)], 15900, "KRW");
    assert!(order.is_paid() && !order.is_paid_twice());
    assert_eq!(extra(&OrderCheck::allowing_test(&[test(1), test(2)], 15900, "KRW")), ["imp_1"]);
    assert!(OrderCheck::allowing_test(&[unclear(1)], 15900, "KRW").is_paid());
    let cheap = OrderCheck::allowing_test(&[test(1)], 100, "KRW");
    assert!(matches!(cheap.rejection(), Some(VerifyError::AmountMismatch { .. })));
    let unpaid = payment(1, json!({ "sandbox": true }));
    assert_eq!(
        OrderCheck::new(std::slice::from_ref(&unpaid), 15900, "KRW").rejection(),
        Some(&VerifyError::TestPayment)
    );
    assert!(!OrderCheck::allowing_test(&[unpaid], 15900, "KRW").is_paid());
}

#[cfg(feature = "sandbox")]
mod requests {
    use iamport::sandbox::{Endpoint, MockResponse};

    use crate::common::{numbered, start};

    #[tokio::test]
    async fn order_is_checked_with_one_request() {
        let (sandbox, client) = start().await;
        sandbox.upsert_payment(numbered("order-1", 15900, 1).paid());
        for number in 2..=60 {
            sandbox.upsert_payment(numbered("order-1", 15900, number).failed("한도 초과"));
        }
        let order = client.verify_order("order-1", 15900, "KRW").await.unwrap();
        assert!(order.is_paid() && !order.is_paid_twice());
        assert_eq!((order.payments().len(), order.payment().unwrap().imp_uid.as_str()), (60, "imp_000000000001"));
        assert_eq!((sandbox.count(Endpoint::FindAll), sandbox.count(Endpoint::Find)), (1, 0));

        sandbox.upsert_payment(numbered("order-1", 15900, 61).paid());
        assert!(client.verify_order("order-1", 15900, "KRW").send().await.unwrap().is_paid_twice());
        for number in 62..=150 {
            sandbox.upsert_payment(numbered("order-1", 15900, number).failed("한도 초과"));
        }
        sandbox.clear_requests();
        assert_eq!(client.verify_order("order-1", 15900, "KRW").await.unwrap().payments().len(), 150);
        assert_eq!(sandbox.count(Endpoint::FindAll), 2);
    }

    #[tokio::test]
    async fn order_without_payments_is_not_paid_and_a_failed_call_is_an_error() {
        let (sandbox, client) = start().await;
        let order = client.verify_order("order-1", 15900, "KRW").await.unwrap();
        assert!(!order.is_paid() && order.payment().is_none() && order.payments().is_empty());

        sandbox.upsert_payment(numbered("order-2", 15900, 1).paid().set("sandbox", true));
        let request = client.verify_order("order-2", 15900, "KRW");
        assert!(!format!("{request:?}").contains("order-2"));
        assert!(!request.clone().await.unwrap().is_paid());
        assert!(request.allow_test(true).await.unwrap().is_paid());

        sandbox.enqueue_response(Endpoint::FindAll, MockResponse::html(403));
        assert!(client.verify_order("order-2", 15900, "KRW").await.is_err());
        assert!(client.verify_order("..", 15900, "KRW").await.unwrap_err().is_invalid_request());
    }
}
