//! Look-ups by order and pages of a billing key.

use super::*;

#[tokio::test]
async fn page_number_selects_twenty_payments() {
    let sandbox = Sandbox::start().await.unwrap();
    let uids: Vec<_> = (0..45)
        .map(|n| {
            let body = PaymentFixture::new(&format!("sub-{n}"), 22000).billing_key("cust@1").paid();
            sandbox.upsert_payment(body.clone());
            body.imp_uid()
        })
        .collect();
    assert!(uids.iter().all(|uid| uid.starts_with("imps_") && uid.len() == 17));
    sandbox.upsert_payment(PaymentFixture::new("another", 1).billing_key("cust@2"));
    sandbox.upsert_payment(PaymentFixture::new("ordinary", 1));
    let caller = Caller::of(&sandbox).await;
    for (query, from, len, previous, next) in [
        ("", 0, 20, 0, 2),
        ("?page=1", 0, 20, 0, 2),
        ("?page=2", 20, 20, 1, 3),
        ("?page=3", 40, 5, 2, 0),
        ("?page=4", 45, 0, 3, 0),
        ("?page=18446744073709551615", 45, 0, 3, 0),
        ("?page=0", 0, 20, 0, 2),
        ("?page=-1", 0, 20, 0, 2),
        ("?page=two", 0, 20, 0, 2),
    ] {
        let page = caller.response(&format!("/subscribe/customers/cust%401/payments{query}")).await;
        let numbers = json!([page["total"], page["previous"], page["next"]]);
        assert_eq!(numbers, json!([45, previous, next]), "{query}");
        let listed: Vec<_> = page["list"].as_array().unwrap().iter().map(|p| p["imp_uid"].as_str().unwrap()).collect();
        assert_eq!(listed, uids[from..from + len], "{query}");
    }
    assert_eq!(caller.response("/subscribe/customers/cust@2/payments").await["list"][0]["channel"], "api");
}

#[tokio::test]
async fn newest_first_reverses_the_order() {
    let sandbox = Sandbox::builder().newest_first(true).plain_array(true).start().await.unwrap();
    for (order, started_at) in [("b", 2), ("c", 3), ("a", 1)] {
        sandbox.upsert_payment(PaymentFixture::new(order, 1).billing_key("key").set("started_at", started_at));
    }
    let list = Caller::of(&sandbox).await.response("/subscribe/customers/key/payments").await;
    let orders: Vec<_> = list.as_array().unwrap().iter().map(|payment| &payment["merchant_uid"]).collect();
    assert_eq!(orders, ["c", "b", "a"]);
}

#[tokio::test]
async fn replaced_payment_is_not_found_by_its_old_order_and_billing_key() {
    let sandbox = Sandbox::start().await.unwrap();
    let payment = |uid: &str, order: &str, key: &str, started_at| {
        let body = PaymentFixture::new(order, 1).billing_key(key).set("imp_uid", uid).set("started_at", started_at);
        sandbox.upsert_payment(body);
    };
    payment("imp_1", "old", "old", 1);
    payment("imp_2", "kept", "new", 2);
    payment("imp_1", "new", "new", 3);
    let caller = Caller::of(&sandbox).await;
    assert_eq!(caller.get("/payments/find/old").await.0, 404);
    assert_eq!(caller.get("/subscribe/customers/old/payments").await.0, 404);
    assert_eq!(caller.response("/payments/find/new").await["imp_uid"], "imp_1");
    let list = caller.response("/subscribe/customers/new/payments").await;
    let uids: Vec<_> = list["list"].as_array().unwrap().iter().map(|payment| &payment["imp_uid"]).collect();
    assert_eq!(uids, ["imp_2", "imp_1"]);
}

#[tokio::test]
async fn sorting_and_status_select_the_payment() {
    let sandbox = Sandbox::start().await.unwrap();
    let payment = |uid: &str, status: &str, started: u64, paid: u64, cancelled: u64| {
        sandbox.upsert_payment(
            PaymentFixture::new("order", 1)
                .set("imp_uid", uid)
                .set("status", status)
                .set("started_at", started)
                .set("paid_at", paid.to_string()) // documented as a string
                .set("cancelled_at", cancelled),
        );
    };
    payment("imp_a", "paid", 100, 900, 0);
    payment("imp_b", "cancelled", 200, 210, 950);
    payment("imp_c", "paid", 300, 310, 0);
    payment("imp_d", "paid", 50, 500, 0);
    let caller = Caller::of(&sandbox).await;
    for (rest, uid) in [
        ("", "imp_c"),
        ("/", "imp_c"),
        ("?sorting=-started", "imp_c"),
        ("/?sorting=started", "imp_d"),
        ("?sorting=-paid", "imp_a"),
        ("?sorting=paid", "imp_b"),
        ("?sorting=-updated", "imp_b"),
        ("?sorting=updated", "imp_c"),
        ("?sorting=sideways", "imp_c"),
        ("/paid", "imp_c"),
        ("/paid/", "imp_c"),
        ("/paid?sorting=-paid", "imp_a"),
        ("/paid/?sorting=started", "imp_d"),
        ("/cancelled", "imp_b"),
    ] {
        assert_eq!(caller.imp_uid(&format!("/payments/find/order{rest}")).await, uid, "{rest}");
    }
    for rest in ["order/failed", "order/no-such-status", "another", "order/PAID"] {
        assert_eq!(caller.get(&format!("/payments/find/{rest}")).await, (404, wire("error-404.json")), "{rest}");
    }
    payment("imp_c", "failed", 10, 0, 0);
    assert_eq!(caller.imp_uid("/payments/find/order").await, "imp_b", "a payment is replaced by its imp_uid");
    assert_eq!(caller.imp_uid("/payments/find/order?sorting=started").await, "imp_c");
}
