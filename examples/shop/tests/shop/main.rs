//! An order is shipped exactly once, and only if it is paid. `after.rs` has what happens afterwards.

mod after;

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use iamport::sandbox::{PaymentFixture, Sandbox, WebhookFormat};
use iamport_shop::{Database, Shop, router};
use serde_json::{Value, json};
use tokio::{net::TcpListener, process::Command, sync::mpsc::UnboundedSender};

/// A shop that sells a book for 15,900 won, with a separate port and database file.
struct Running {
    sandbox: Sandbox,
    shop: Arc<Shop>,
    address: SocketAddr,
    file: PathBuf,
}

impl Running {
    async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Has the sandbox send webhooks to the shop, and the status of each response.
    async fn start_with(webhooks: Option<UnboundedSender<u16>>) -> Self {
        static FILES: AtomicUsize = AtomicUsize::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}.sqlite", std::process::id()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sandbox = Sandbox::builder();
        let sandbox = match webhooks {
            None => sandbox,
            Some(webhooks) => {
                let sandbox = sandbox.webhook(format!("http://{address}/webhook"), WebhookFormat::Json);
                sandbox.on_webhook(move |_, response| webhooks.send(response.unwrap()).unwrap())
            }
        };
        let sandbox = sandbox.start().await.unwrap();
        let client = sandbox.client().timeout(Duration::from_secs(5)).build().unwrap();
        let database = Database::open(&file).unwrap();
        database.add_product("book", 15_900, 100).await.unwrap();
        let shop = Arc::new(Shop { client, database });
        let router = router(Arc::clone(&shop));
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { sandbox, shop, address, file }
    }

    /// Orders a book and returns the number of the order.
    async fn check_out(&self) -> String {
        let basket = json!({ "product": "book", "quantity": 1, "amount": 100 });
        let response = post(self.address, "/checkout", "application/json", basket.to_string()).await.1;
        let order: Value = serde_json::from_str(&response).unwrap();
        assert_eq!(order["amount"], 15_900, "the browser does not set the price");
        order["merchant_uid"].as_str().unwrap().to_owned()
    }

    /// Adds a payment to the service and returns its `imp_uid`.
    fn pay(&self, payment: PaymentFixture) -> String {
        let imp_uid = format!("imp_{}", payment.merchant_uid());
        self.sandbox.upsert_payment(payment.set("imp_uid", imp_uid.as_str()).paid());
        imp_uid
    }

    /// Runs the shop in a separate process that aborts before it commits a shipment or a refund.
    async fn abort_before_commit(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iamport-shop"));
        command.env("IMP_BASE_URL", self.sandbox.base_url()).env("IMP_KEY", self.sandbox.key());
        command.env("IMP_SECRET", self.sandbox.secret()).env("SHOP_DATABASE", &self.file);
        command.env("SHOP_ADDRESS", "127.0.0.1:0").env("SHOP_ABORT_BEFORE_COMMIT", "1");
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        assert!(!process.wait().await.unwrap().success(), "aborted");
    }

    async fn webhook(&self, imp_uid: &str, order: &str) -> (u16, String) {
        webhook(self.address, imp_uid, order).await
    }

    /// Returns whether the order is shipped; if so, the goods left the stock exactly once.
    async fn is_shipped(&self, order: &str) -> bool {
        let shipped = self.shop.database.is_shipped(order).await.unwrap();
        assert_eq!(self.shop.database.stock("book").await.unwrap(), if shipped { 99 } else { 100 });
        shipped
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

async fn post(address: SocketAddr, path: &str, content_type: &str, body: String) -> (u16, String) {
    let request = reqwest::Client::new().post(format!("http://{address}{path}"));
    let response = request.header("content-type", content_type).body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn webhook(address: SocketAddr, imp_uid: &str, order: &str) -> (u16, String) {
    let body = json!({ "imp_uid": imp_uid, "merchant_uid": order, "status": "paid" });
    post(address, "/webhook", "application/json", body.to_string()).await
}

fn said(status: u16, text: &str) -> (u16, String) {
    (status, text.to_owned())
}

#[tokio::test]
async fn paid_order_is_shipped() {
    let running = Running::start().await;
    let order = running.check_out().await;
    let imp_uid = running.pay(PaymentFixture::new(&order, 15_900));
    // As a form this time: the merchant chooses the format in the console.
    let form = format!("imp_uid={imp_uid}&merchant_uid={order}&status=paid");
    let response = post(running.address, "/webhook", "application/x-www-form-urlencoded", form).await;
    assert_eq!(response, said(200, "shipped"));
    assert!(running.is_shipped(&order).await);
}

#[tokio::test]
async fn forged_amount_is_not_shipped() {
    let running = Running::start().await;
    let order = running.check_out().await;
    let imp_uid = running.pay(PaymentFixture::new(&order, 100));
    let response = running.webhook(&imp_uid, &order).await;
    assert_eq!(response, said(200, "not shipped: amount mismatch: expected 15900, got 100"));
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    assert!(!running.is_shipped(&order).await);
}

#[tokio::test]
async fn test_payment_is_not_shipped() {
    let running = Running::start().await;
    let order = running.check_out().await;
    let imp_uid = running.pay(PaymentFixture::new(&order, 15_900).set("sandbox", true));
    let reason = "not shipped: test payment: no money was transferred";
    assert_eq!(running.webhook(&imp_uid, &order).await, said(200, reason));
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    assert!(!running.is_shipped(&order).await);
}

#[tokio::test]
async fn payment_of_another_order_is_not_shipped() {
    let running = Running::start().await;
    let (paid, unpaid) = (running.check_out().await, running.check_out().await);
    let imp_uid = running.pay(PaymentFixture::new(&paid, 15_900));
    let response = running.webhook(&imp_uid, &unpaid).await;
    assert_eq!(response, said(200, "not shipped: the order has no such payment"));
    assert!(!running.is_shipped(&unpaid).await);
}

#[tokio::test]
async fn duplicate_and_concurrent_webhooks_ship_once() {
    let running = Running::start().await;
    let order = running.check_out().await;
    let imp_uid = running.pay(PaymentFixture::new(&order, 15_900));
    let webhooks = (0..20).map(|_| {
        let (address, imp_uid, order) = (running.address, imp_uid.clone(), order.clone());
        tokio::spawn(async move { webhook(address, &imp_uid, &order).await })
    });
    let mut shipped = 0;
    for webhook in webhooks.collect::<Vec<_>>() {
        let response = webhook.await.unwrap();
        shipped += usize::from(response == said(200, "shipped"));
        assert_eq!(response.0, 200);
    }
    assert_eq!(shipped, 1);
    assert_eq!(running.webhook(&imp_uid, &order).await, said(200, "already shipped"));
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    assert!(running.is_shipped(&order).await);
}

#[tokio::test]
async fn order_whose_webhook_came_too_early_is_shipped_later() {
    let running = Running::start().await;
    // The payment window was faster than the transaction of the checkout.
    let imp_uid = running.pay(PaymentFixture::new("order-early", 15_900));
    assert_eq!(running.webhook(&imp_uid, "order-early").await, said(200, "not shipped: no such order"));
    let connection = rusqlite::Connection::open(&running.file).unwrap();
    connection
        .execute("INSERT INTO orders (number, product, quantity, amount) VALUES ('order-early', 'book', 1, 15900)", [])
        .unwrap();
    assert_eq!(running.shop.settle_orders().await.unwrap(), 1);
    assert!(running.is_shipped("order-early").await);
}

#[tokio::test]
async fn order_whose_webhook_was_lost_is_shipped_later() {
    let running = Running::start().await;
    let order = running.check_out().await;
    // A failed attempt is not final.
    running.sandbox.upsert_payment(PaymentFixture::new(&order, 15_900).set("imp_uid", "imp_0").failed("한도 초과"));
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    running.pay(PaymentFixture::new(&order, 15_900));
    // A later payment of a forged amount does not hide the real one.
    running.sandbox.upsert_payment(PaymentFixture::new(&order, 100).set("imp_uid", "imp_2").paid());
    assert_eq!(running.shop.settle_orders().await.unwrap(), 1);
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    assert!(running.is_shipped(&order).await);
}

#[tokio::test]
async fn service_that_is_down_delays_the_shipment() {
    let running = Running::start().await;
    let (order, unpaid) = (running.check_out().await, running.check_out().await);
    let imp_uid = running.pay(PaymentFixture::new(&order, 15_900));
    let down = running.sandbox.refuse_connections();
    assert_eq!(running.webhook(&imp_uid, &order).await, said(503, "try again later"));
    assert_eq!(running.shop.settle_orders().await.unwrap(), 0);
    assert!(!running.is_shipped(&order).await);
    drop(down);
    assert_eq!(running.shop.settle_orders().await.unwrap(), 1);
    assert!(running.is_shipped(&order).await);
    assert!(!running.shop.database.is_shipped(&unpaid).await.unwrap());
}

/// A separate process aborts between the two steps.
#[tokio::test]
async fn crash_between_verification_and_commit_ships_once_after_the_restart() {
    let running = Running::start().await;
    let order = running.check_out().await;
    let imp_uid = running.pay(PaymentFixture::new(&order, 15_900));

    running.abort_before_commit().await;
    assert!(running.sandbox.requests().len() > 1, "it looked the payment up before");
    assert!(!running.is_shipped(&order).await);

    // This process takes the role of the restarted shop.
    assert_eq!(running.webhook(&imp_uid, &order).await, said(200, "shipped"));
    assert!(running.is_shipped(&order).await);
}

/// The sandbox sends the webhooks.
#[tokio::test]
async fn demonstration_ships_real_payments_only() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamport-shop"));
    let output = command.env_remove("IMP_KEY").output().await.unwrap();
    let expected = "\
        paid: shipped\n\
        forged, 100 won paid: not shipped\n\
        paid through a test channel, no money moved: not shipped\n\
        paid, but the webhook was lost: not shipped\n  \
          after the periodic job: shipped\n  \
          paid once more: 15900 won refunded\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}
