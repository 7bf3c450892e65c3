//! What happens after an order is paid or shipped, by the webhooks of the sandbox and by the periodic job.

use iamport::{
    Amount, Payment,
    sandbox::{Endpoint, Fault, MockResponse, Scenario},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

/// A shop to which the sandbox sends webhooks, and the statuses of its responses.
struct Notified(Running, UnboundedReceiver<u16>);

impl Notified {
    async fn start() -> Self {
        let (sender, webhooks) = unbounded_channel();
        Self(Running::start_with(Some(sender)).await, webhooks)
    }

    /// Puts a payment of an order that is paid, and waits until the shop has responded to its webhook.
    async fn pay(&mut self, order: &str, imp_uid: &str) {
        self.put(PaymentFixture::new(order, 15_900).set("imp_uid", imp_uid).paid()).await;
    }

    async fn put(&mut self, payment: PaymentFixture) {
        self.0.sandbox.upsert_payment(payment);
        assert_eq!(self.1.recv().await, Some(200));
    }

    /// Returns an order that is shipped for the payment `imp_1`.
    async fn shipped(&mut self) -> String {
        let order = self.0.check_out().await;
        self.pay(&order, "imp_1").await;
        assert!(self.0.is_shipped(&order).await);
        order
    }

    async fn payment(&self, imp_uid: &str) -> Payment {
        self.0.shop.client.get_payment(imp_uid).await.unwrap().unwrap()
    }

    async fn left(&self, imp_uid: &str) -> Amount {
        self.payment(imp_uid).await.remaining_amount().unwrap()
    }

    /// Changes the orders or the stock behind the back of the shop.
    fn execute(&self, sql: &str) {
        rusqlite::Connection::open(&self.0.file).unwrap().execute(sql, []).unwrap();
    }

    fn cancellations(&self) -> usize {
        self.0.sandbox.count(Endpoint::Cancel)
    }
}

#[tokio::test]
async fn last_piece_is_sold_once_and_the_other_payment_is_refunded() {
    let mut shop = Notified::start().await;
    shop.execute("UPDATE products SET stock = 1");
    let (first, second) = (shop.0.check_out().await, shop.0.check_out().await);
    shop.pay(&first, "imp_1").await;
    shop.pay(&second, "imp_2").await;
    let database = &shop.0.shop.database;
    assert_eq!(database.stock("book").await.unwrap(), 0);
    assert!(database.is_shipped(&first).await.unwrap() && !database.is_shipped(&second).await.unwrap());
    assert_eq!(database.check_out("book".to_owned(), 1).await.unwrap(), None);

    // New stock does not revive the order: its refund may be under way.
    shop.execute("UPDATE products SET stock = 5");
    assert_eq!(shop.0.webhook("imp_2", &second).await, said(200, "sold out"));
    for made in [1, 0] {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), made);
    }
    assert_eq!((shop.left("imp_1").await, shop.left("imp_2").await), (15_900.into(), 0.into()));
    assert_eq!((shop.cancellations(), shop.0.shop.settle_orders().await.unwrap()), (1, 0));
    assert_eq!(shop.0.shop.database.stock("book").await.unwrap(), 5);
}

#[tokio::test]
async fn second_payment_of_a_shipped_order_is_refunded_once() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    // The same webhook again, and the periodic job.
    assert_eq!(shop.0.webhook("imp_2", &order).await, said(200, "already shipped"));
    for _ in 0..3 {
        shop.0.shop.catch_up().await.unwrap();
    }
    assert_eq!((shop.left("imp_1").await, shop.left("imp_2").await), (15_900.into(), 0.into()));
    assert_eq!(shop.cancellations(), 1);
    assert!(shop.0.is_shipped(&order).await);
}

/// Both payments may be there before the first webhook is settled.
#[tokio::test]
async fn order_that_is_paid_twice_keeps_one_payment() {
    let mut shop = Notified::start().await;
    let order = shop.0.check_out().await;
    let payments = shop.0.sandbox.run_scenario(Scenario::PaidTwice, &order, 15_900).unwrap();
    for _ in 0..2 {
        assert_eq!(shop.1.recv().await, Some(200));
    }
    shop.0.shop.catch_up().await.unwrap();
    let mut left = Vec::new();
    for payment in payments {
        left.push(shop.left(&payment.imp_uid()).await);
    }
    left.sort();
    assert_eq!((left, shop.cancellations()), (vec![0.into(), 15_900.into()], 1));
    assert!(shop.0.is_shipped(&order).await);
}

#[tokio::test]
async fn refund_is_made_once_whatever_happens_to_its_response() {
    for fault in [
        Fault::ResetInHeaders,
        Fault::ResetInBody,
        Fault::TruncatedBody,
        Fault::ReplacedResponse(MockResponse::html(502)),
        Fault::RevokedToken,
    ] {
        let mut shop = Notified::start().await;
        let order = shop.shipped().await;
        shop.pay(&order, "imp_2").await;
        let is_refused = matches!(fault, Fault::RevokedToken);
        shop.0.sandbox.inject_fault(Endpoint::Cancel, fault, 1);
        for _ in 0..3 {
            shop.0.shop.make_refunds().await.unwrap();
        }
        assert_eq!(shop.payment("imp_2").await.cancellations().unwrap().len(), 1);
        // A token that was revoked means that nothing was done, so the refund is sent once more.
        assert_eq!(shop.cancellations(), if is_refused { 2 } else { 1 });
    }
}

/// Asserts that a refund that was sent is not made, and is not sent again until a person releases it.
async fn assert_left_to_a_person(shop: &Notified) {
    let sent = shop.cancellations();
    for _ in 0..3 {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), 0);
    }
    assert_eq!((shop.left("imp_2").await, shop.cancellations()), (15_900.into(), sent));
    shop.0.shop.database.release_refund("imp_2").await.unwrap();
    for made in [1, 0] {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), made);
    }
    assert_eq!((shop.left("imp_2").await, shop.cancellations()), (0.into(), sent + 1));
}

#[tokio::test]
async fn refund_that_a_proxy_did_not_pass_on_is_left_to_a_person() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    shop.0.sandbox.enqueue_response(Endpoint::Cancel, MockResponse::html(502));
    assert_eq!(shop.0.shop.make_refunds().await.unwrap(), 0);
    assert_eq!(shop.cancellations(), 1);
    assert_left_to_a_person(&shop).await;
}

#[tokio::test]
async fn refund_that_the_gateway_makes_later_is_sent_once() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    let unchanged = json!({ "code": 0, "message": null, "response": shop.payment("imp_2").await });
    shop.0.sandbox.enqueue_response(Endpoint::Cancel, MockResponse::json(200, unchanged.to_string()));
    for _ in 0..3 {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), 0);
    }
    let payment = PaymentFixture::new(&order, 15_900).set("imp_uid", "imp_2").paid();
    shop.put(payment.cancelled(15_900, "중복 결제 또는 품절")).await;
    for made in [1, 0] {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), made);
    }
    assert_eq!(shop.cancellations(), 1);
}

/// Both look before one of them sends.
#[tokio::test]
async fn two_workers_at_once_send_one_refund() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    shop.0.sandbox.clear_requests();
    let pause = shop.0.sandbox.pause(Endpoint::Get);
    let (first, second, ()) = tokio::join!(shop.0.shop.make_refunds(), shop.0.shop.make_refunds(), async {
        shop.0.sandbox.wait_for_requests(Endpoint::Get, 2).await;
        drop(pause);
    });
    assert!(first.unwrap() + second.unwrap() >= 1);
    assert_eq!((shop.left("imp_2").await, shop.cancellations()), (0.into(), 1));
}

/// The shop ends while it waits for the response. The sandbox does not carry out a request whose client is gone.
#[tokio::test]
async fn crash_before_a_refund_is_carried_out_leaves_it_to_a_person() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    let pause = shop.0.sandbox.pause(Endpoint::Cancel);
    tokio::select! {
        made = shop.0.shop.make_refunds() => panic!("not paused: {made:?}"),
        () = shop.0.sandbox.wait_for_requests(Endpoint::Cancel, 1) => {}
    }
    assert_eq!(shop.0.shop.make_refunds().await.unwrap(), 0);
    drop(pause);
    assert_left_to_a_person(&shop).await;
}

/// A separate process sends the refund, and aborts before it records that.
#[tokio::test]
async fn crash_after_a_refund_was_sent_refunds_once_after_the_restart() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    shop.0.abort_before_commit().await;
    assert_eq!((shop.left("imp_2").await, shop.cancellations()), (0.into(), 1));
    for made in [1, 0] {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), made);
    }
    assert_eq!(shop.cancellations(), 1);
}

#[tokio::test]
async fn refund_of_which_somebody_else_cancelled_a_part_is_left_to_a_person() {
    let mut shop = Notified::start().await;
    let order = shop.shipped().await;
    shop.pay(&order, "imp_2").await;
    let payment = PaymentFixture::new(&order, 15_900).set("imp_uid", "imp_2").paid();
    shop.put(payment.cancelled(900, "콘솔")).await;
    for _ in 0..2 {
        assert_eq!(shop.0.shop.make_refunds().await.unwrap(), 0);
    }
    assert_eq!((shop.left("imp_2").await, shop.cancellations()), (15_000.into(), 0));
    assert_eq!(shop.0.shop.database.open_refunds().await.unwrap(), []);
}

#[tokio::test]
async fn abandoned_order_is_looked_up_no_more_unless_a_webhook_names_it() {
    let mut shop = Notified::start().await;
    let order = shop.0.check_out().await;
    shop.0.shop.settle_orders().await.unwrap();
    assert!(shop.0.sandbox.clear_requests() > 0);
    shop.execute("UPDATE orders SET created_at = created_at - 8 * 86400");
    shop.0.shop.catch_up().await.unwrap();
    assert_eq!(shop.0.sandbox.count(Endpoint::FindAll), 0);
    shop.pay(&order, "imp_1").await;
    assert!(shop.0.is_shipped(&order).await);
    shop.0.sandbox.clear_requests();
    shop.execute("UPDATE shipments SET shipped_at = shipped_at - 2 * 86400");
    shop.0.shop.catch_up().await.unwrap();
    assert_eq!((shop.0.sandbox.count(Endpoint::FindAll), shop.0.sandbox.count(Endpoint::GetMany)), (0, 1));
    shop.execute("UPDATE shipments SET shipped_at = shipped_at - 90 * 86400");
    shop.0.shop.catch_up().await.unwrap();
    assert_eq!(shop.0.sandbox.requests().len(), 1);
}

#[tokio::test]
async fn cancellation_after_the_shipment_is_noticed_once() {
    for (amount, has_webhook) in [(15_900, true), (900, true), (15_900, false), (900, false)] {
        let mut shop = Notified::start().await;
        let order = shop.shipped().await;
        let news = shop.0.shop.notice_cancellations().await.unwrap();
        assert!(news.is_empty(), "{news:?}");
        if has_webhook {
            let payment = PaymentFixture::new(&order, 15_900).set("imp_uid", "imp_1").paid();
            shop.put(payment.cancelled(amount, "콘솔")).await;
        } else {
            // By the API, without `enable_webhook`.
            let cancel = json!({ "imp_uid": "imp_1", "amount": amount });
            let request = shop.0.shop.client.request(iamport::reqwest::Method::POST, "/payments/cancel").json(&cancel);
            request.send::<Payment>().await.unwrap();
            assert_eq!(shop.0.shop.notice_cancellations().await.unwrap(), [order.as_str()]);
        }
        assert!(shop.0.shop.notice_cancellations().await.unwrap().is_empty());
        let select = "SELECT cancelled FROM shipments";
        let connection = rusqlite::Connection::open(&shop.0.file).unwrap();
        let noted: String = connection.query_row(select, [], |row| row.get(0)).unwrap();
        assert_eq!(noted, amount.to_string());
        assert!(shop.0.is_shipped(&order).await);
    }
}
