//! One call of each operation of the document, on a sandbox with payments for it.

use iamport::{
    Client, Error, Payment, Timestamp,
    generated::OPERATIONS,
    sandbox::{Endpoint, Sandbox},
};

use super::{fill, numbered};

/// The operations with their endpoints.
pub(crate) fn operations() -> impl Iterator<Item = (&'static str, Endpoint)> {
    OPERATIONS.iter().map(|operation| (operation.id, Endpoint::of_operation(operation.id)))
}

/// Puts the payment `order-0001`, and three payments of a billing key that started before it.
pub(crate) fn put_payments(sandbox: &Sandbox) {
    fill(sandbox, 3);
    sandbox.upsert_payment(numbered("order-0001", 15900, 9).paid());
}

/// Calls an operation through the client and returns whether it found a payment. A wrong payment fails the test.
pub(crate) async fn call(client: &Client, operation: &str) -> Result<bool, Error> {
    let subscriptions = ["sub-0001", "sub-0002", "sub-0003"];
    let found: Vec<Payment> = match operation {
        // Another call that needs a token.
        "find_payment" | "get_token" => client.find_payment("order-0001").await?.into_iter().collect(),
        "find_payment_with_status" => client.find_payment("order-0001").status("paid").await?.into_iter().collect(),
        "find_payments" => client.find_payments("order-0001").await?.list,
        "find_payments_with_status" => client.find_payments("order-0001").status("paid").await?.list,
        "get_payment" => client.get_payment("imp_000000000009").await?.into_iter().collect(),
        "get_payments" => client.get_payments(["imp_000000000009"]).await?.payments,
        "list_payments" => {
            let paid_at = numbered("order-0001", 15900, 9).paid();
            let paid_at = Payment::try_from(paid_at).unwrap().paid_at.and_then(|at| Timestamp::from_secs(at.as_secs()));
            client.list_payments().between(paid_at.unwrap(), paid_at.unwrap()).await?.list
        }
        "list_billing_key_payments" => {
            let page = client.billing_key_payments("cust_0001").await?;
            let orders: Vec<_> = page.list.iter().map(|payment| payment.merchant_uid.as_str()).collect();
            assert!(orders.is_empty() || orders == subscriptions, "{orders:?}");
            return Ok(!orders.is_empty());
        }
        // An operation without arguments of its own above.
        other => {
            let text = |name: &str| match name {
                "merchant_uid" => Some("order-0001".to_owned()),
                "imp_uid" => Some("imp_000000000009".to_owned()),
                "customer_uid" => Some("cust_0001".to_owned()),
                "payment_status" => Some("paid".to_owned()),
                _ => None,
            };
            return match client.generated().call_by_id(other, text).await.unwrap() {
                Err(error) if error.is_not_found() => Ok(false),
                found => found,
            };
        }
    };
    for payment in &found {
        assert_eq!((payment.merchant_uid.as_str(), payment.amount), ("order-0001", 15900.into()));
    }
    Ok(!found.is_empty())
}
