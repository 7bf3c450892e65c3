//! Orders, stock, shipments and refunds in an SQLite file.

use std::{
    panic::resume_unwind,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Result, Row, TransactionBehavior};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS products (
    name TEXT PRIMARY KEY,
    price INTEGER NOT NULL CHECK (price > 0), -- in won
    stock INTEGER NOT NULL CHECK (stock >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount INTEGER NOT NULL, -- in won, as of the checkout
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    is_sold_out INTEGER NOT NULL DEFAULT 0 -- paid when no stock was left
) STRICT;
-- One shipment per order, and one order per payment.
CREATE TABLE IF NOT EXISTS shipments (
    order_number TEXT PRIMARY KEY REFERENCES orders,
    imp_uid TEXT NOT NULL UNIQUE,
    shipped_at INTEGER NOT NULL DEFAULT (unixepoch()),
    cancelled TEXT NOT NULL DEFAULT '0' -- how much of the payment was seen to be cancelled since
) STRICT;
-- A payment is refunded once, with all that was left of it when the refund was recorded. It is `sent` before it is sent.
CREATE TABLE IF NOT EXISTS refunds (
    imp_uid TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders,
    amount TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sent', 'made', 'unclear'))
) STRICT;
";

#[derive(Clone)]
pub struct Database {
    connection: Arc<Mutex<Connection>>,
    before_commit: fn(),
}

/// The result of a settlement.
#[derive(Debug, PartialEq)]
pub enum Shipment {
    Shipped,
    AlreadyShipped,
    /// The order is paid, but there is no stock. It is not shipped later: its payments are refunded.
    SoldOut,
}

/// A payment that is paid, or that is to be refunded, with what is left of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Paid {
    pub imp_uid: String,
    pub left: String,
}

fn paid(row: &Row<'_>) -> Result<Paid> {
    Ok(Paid { imp_uid: row.get(0)?, left: row.get(1)? })
}

impl Database {
    /// Opens the file, and creates it if it does not exist.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), before_commit: || {} })
    }

    /// Calls a function before a shipment or the result of a refund is committed, so that a test can crash there.
    pub fn before_commit(self, before_commit: fn()) -> Self {
        Self { before_commit, ..self }
    }

    pub async fn add_product(&self, name: &str, price: u32, stock: u32) -> Result<()> {
        let name = name.to_owned();
        let insert = "INSERT INTO products VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.call(move |connection| connection.execute(insert, (name, price, stock)).map(drop)).await
    }

    /// Returns the number of the new order and its amount in won; `None` if there is no such product, or not enough of it.
    /// It reserves nothing: the last piece goes to the order that is paid first.
    pub async fn check_out(&self, product: String, quantity: u32) -> Result<Option<(String, i64)>> {
        let insert = "INSERT INTO orders (number, product, quantity, amount)
            SELECT 'order-' || lower(hex(randomblob(8))), name, ?2, price * ?2 FROM products
            WHERE name = ?1 AND stock >= ?2 RETURNING number, amount";
        self.call(move |connection| {
            connection.query_row(insert, (product, quantity), |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .await
    }

    /// Returns the amount of an order in won; `None` if there is no such order.
    pub async fn amount(&self, order: &str) -> Result<Option<i64>> {
        let (select, order) = ("SELECT amount FROM orders WHERE number = ?1", order.to_owned());
        self.call(move |connection| connection.query_row(select, [order], |row| row.get(0)).optional()).await
    }

    /// Returns the orders to look up: those of the last `open_days` days that are not shipped, and those of the last day
    /// that are, since a second window can pay again. Others are looked up only when a webhook names them.
    pub async fn orders_to_look_up(&self, open_days: u32) -> Result<Vec<String>> {
        let select = "SELECT number FROM orders LEFT JOIN shipments ON order_number = number
            WHERE CASE WHEN order_number IS NULL THEN NOT is_sold_out AND created_at > unixepoch() - 86400 * ?1
                ELSE shipped_at > unixepoch() - 86400 END
            ORDER BY orders.rowid";
        self.call(move |connection| connection.prepare(select)?.query_map([open_days], |row| row.get(0))?.collect())
            .await
    }

    pub async fn is_shipped(&self, order: &str) -> Result<bool> {
        let (select, order) = ("SELECT 1 FROM shipments WHERE order_number = ?1", order.to_owned());
        self.call(move |connection| connection.prepare(select)?.exists([order])).await
    }

    pub async fn stock(&self, product: &str) -> Result<i64> {
        let (select, product) = ("SELECT stock FROM products WHERE name = ?1", product.to_owned());
        self.call(move |connection| connection.query_row(select, [product], |row| row.get(0))).await
    }

    /// Ships an order for the payment `imp_uid`, takes its goods out of the stock, and records a refund for each of the other
    /// paid payments, all in one transaction. An order is shipped once, and a payment pays for one order. Without stock,
    /// a refund is recorded for each payment.
    pub async fn ship(&self, order: &str, imp_uid: &str, paid: Vec<Paid>) -> Result<Shipment> {
        let (order, imp_uid, before_commit) = (order.to_owned(), imp_uid.to_owned(), self.before_commit);
        self.call(move |connection| {
            // Takes the lock for writing now: two webhooks at a time wait for each other here.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let shipped = "SELECT imp_uid FROM shipments WHERE order_number = ?1 OR imp_uid = ?2";
            let shipped =
                transaction.query_row(shipped, [&order, &imp_uid], |row| row.get::<_, String>(0)).optional()?;
            let sold_out = "SELECT 1 FROM orders WHERE number = ?1 AND is_sold_out";
            let is_sold_out = transaction.prepare(sold_out)?.exists([&order])?;
            let take = "UPDATE products SET stock = stock - orders.quantity FROM orders
                WHERE orders.number = ?1 AND products.name = orders.product AND stock >= orders.quantity";
            let (shipment, kept) = if let Some(shipped) = shipped {
                (Shipment::AlreadyShipped, Some(shipped))
            } else if !is_sold_out && transaction.execute(take, [&order])? == 1 {
                transaction
                    .execute("INSERT INTO shipments (order_number, imp_uid) VALUES (?1, ?2)", [&order, &imp_uid])?;
                (Shipment::Shipped, Some(imp_uid))
            } else {
                transaction.execute("UPDATE orders SET is_sold_out = 1 WHERE number = ?1", [&order])?;
                (Shipment::SoldOut, None)
            };
            // If the payment of the shipment is not paid any more, another one may be paid in its place: a person decides.
            let is_kept = |payment: &Paid| kept.as_ref() == Some(&payment.imp_uid);
            if kept.is_none() || paid.iter().any(is_kept) {
                let record =
                    "INSERT INTO refunds (imp_uid, order_number, amount) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
                for payment in paid.iter().filter(|payment| !is_kept(payment)) {
                    transaction.execute(record, [&payment.imp_uid, &order, &payment.left])?;
                }
            }
            if shipment == Shipment::Shipped {
                before_commit();
            }
            transaction.commit()?;
            Ok(shipment)
        })
        .await
    }

    /// Returns the refunds that are due or sent, and not made yet.
    pub async fn open_refunds(&self) -> Result<Vec<Paid>> {
        let select = "SELECT imp_uid, amount FROM refunds WHERE state IN ('due', 'sent') ORDER BY rowid";
        self.call(move |connection| connection.prepare(select)?.query_map([], paid)?.collect()).await
    }

    /// Records that a refund is sent. Returns `false` if it is not due: one worker alone sends it.
    pub async fn claim_refund(&self, imp_uid: &str) -> Result<bool> {
        let (update, imp_uid) =
            ("UPDATE refunds SET state = 'sent' WHERE imp_uid = ?1 AND state = 'due'", imp_uid.to_owned());
        self.call(move |connection| Ok(connection.execute(update, [imp_uid])? == 1)).await
    }

    /// Records that a refund that was sent is due again. The program calls this if the service did not receive it or refused
    /// it; otherwise a person does, when no worker is sending it and the gateway says that it will not be made.
    pub async fn release_refund(&self, imp_uid: &str) -> Result<()> {
        let (update, imp_uid) =
            ("UPDATE refunds SET state = 'due' WHERE imp_uid = ?1 AND state = 'sent'", imp_uid.to_owned());
        self.call(move |connection| connection.execute(update, [imp_uid]).map(drop)).await
    }

    /// Records that a refund is made, or that a person has to look at it.
    pub async fn close_refund(&self, imp_uid: &str, is_made: bool) -> Result<()> {
        let (imp_uid, before_commit) = (imp_uid.to_owned(), self.before_commit);
        self.call(move |connection| {
            before_commit();
            let state = if is_made { "made" } else { "unclear" };
            connection.execute("UPDATE refunds SET state = ?2 WHERE imp_uid = ?1", [&imp_uid, state]).map(drop)
        })
        .await
    }

    /// Returns the payments whose orders were shipped in the last 90 days.
    pub async fn shipped_payments(&self) -> Result<Vec<String>> {
        let select = "SELECT imp_uid FROM shipments WHERE shipped_at > unixepoch() - 86400 * 90";
        self.call(move |connection| connection.prepare(select)?.query_map([], |row| row.get(0))?.collect()).await
    }

    /// Records how much of the payment of a shipment is cancelled. Returns the order if that is news.
    pub async fn note_cancelled(&self, imp_uid: &str, cancelled: String) -> Result<Option<String>> {
        let update =
            "UPDATE shipments SET cancelled = ?2 WHERE imp_uid = ?1 AND cancelled <> ?2 RETURNING order_number";
        let imp_uid = imp_uid.to_owned();
        self.call(move |connection| connection.query_row(update, [imp_uid, cancelled], |row| row.get(0)).optional())
            .await
    }

    /// Runs a function on a blocking thread, since SQLite blocks.
    async fn call<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = Arc::clone(&self.connection);
        let query = move || query(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(query).await {
            Ok(result) => result,
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
}
