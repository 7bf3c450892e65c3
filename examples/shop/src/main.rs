//! Runs the shop. With IMP_KEY and IMP_SECRET set it serves until Ctrl-C; without, it runs a demonstration on the sandbox.

use std::{env, error::Error, fs, path::Path, process, sync::Arc, time::Duration};

use iamport::{
    Client,
    sandbox::{PaymentFixture, Sandbox, WebhookFormat},
};
use iamport_shop::{Database, Shop, router};
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("IMP_KEY").is_some() { serve().await } else { demonstrate().await }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let file = env::var("SHOP_DATABASE").unwrap_or_else(|_| "shop.sqlite".to_owned());
    let address = env::var("SHOP_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let mut database = Database::open(Path::new(&file))?;
    if env::var_os("SHOP_ABORT_BEFORE_COMMIT").is_some() {
        database = database.before_commit(|| process::abort()); // a test simulates a crash
    }
    database.add_product("book", 15_900, 100).await?;
    let shop = Arc::new(Shop { client: Client::from_env()?, database });

    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tokio::select! {
        served = async { axum::serve(listener, router(Arc::clone(&shop))).await } => served?,
        () = shop.catch_up_periodically(Duration::from_secs(60)) => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(())
}

async fn demonstrate() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhook", listener.local_addr()?);
    let (sent, mut webhooks) = unbounded_channel();
    let sandbox = Sandbox::builder().webhook(url, WebhookFormat::Json);
    let sandbox = sandbox.on_webhook(move |_, response| _ = sent.send(response.is_ok())).start().await?;

    let file = env::temp_dir().join(format!("iamport-shop-{}.sqlite", process::id()));
    let database = Database::open(&file)?;
    database.add_product("book", 15_900, 100).await?;
    let shop = Arc::new(Shop { client: sandbox.client().build()?, database: database.clone() });
    let router = router(Arc::clone(&shop));
    let server = tokio::spawn(async { axum::serve(listener, router).await });

    let order = async || {
        database.check_out("book".to_owned(), 1).await?.ok_or("no such product").map_err(Box::<dyn Error>::from)
    };
    let report = async |what: &str, order: &str| -> rusqlite::Result<()> {
        println!("{what}: {}", if database.is_shipped(order).await? { "shipped" } else { "not shipped" });
        Ok(())
    };
    for (what, paid, test) in [
        ("paid", 15_900, false),
        ("forged, 100 won paid", 100, false),
        ("paid through a test channel, no money moved", 15_900, true),
    ] {
        let (order, _) = order().await?;
        sandbox.upsert_payment(PaymentFixture::new(&order, paid).set("sandbox", test).paid());
        webhooks.recv().await;
        report(what, &order).await?;
    }

    server.abort();
    let (order, amount) = order().await?;
    sandbox.upsert_payment(PaymentFixture::new(&order, amount).paid());
    webhooks.recv().await;
    report("paid, but the webhook was lost", &order).await?;
    shop.catch_up().await?;
    report("  after the periodic job", &order).await?;

    sandbox.upsert_payment(PaymentFixture::new(&order, amount).set("imp_uid", "imp_second").paid());
    webhooks.recv().await;
    shop.catch_up().await?;
    let second = shop.client.get_payment("imp_second").await?.ok_or("no such payment")?;
    println!("  paid once more: {} won refunded", second.cancelled_amount()?);

    sandbox.stop().await;
    fs::remove_file(file)?;
    Ok(())
}
