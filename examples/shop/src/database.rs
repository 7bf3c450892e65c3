//! Orders, stock and shipments in an SQLite file.

use std::{
    panic::resume_unwind,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Result, TransactionBehavior};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS products (
    name TEXT PRIMARY KEY,
    price INTEGER NOT NULL CHECK (price > 0), -- in won
    stock INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount INTEGER NOT NULL -- in won, as of the checkout
) STRICT;
-- One shipment per order, and one order per payment.
CREATE TABLE IF NOT EXISTS shipments (
    order_number TEXT PRIMARY KEY REFERENCES orders,
    imp_uid TEXT NOT NULL UNIQUE
) STRICT;
";

#[derive(Clone)]
pub struct Database {
    connection: Arc<Mutex<Connection>>,
    before_commit: fn(),
}

impl Database {
    /// Opens the file, and creates it if it does not exist.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), before_commit: || {} })
    }

    /// Calls a function before a shipment is committed, so that a test can crash there.
    pub fn before_commit(self, before_commit: fn()) -> Self {
        Self { before_commit, ..self }
    }

    pub async fn add_product(&self, name: &str, price: u32, stock: u32) -> Result<()> {
        let name = name.to_owned();
        let insert = "INSERT INTO products VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.call(move |connection| connection.execute(insert, (name, price, stock)).map(drop)).await
    }

    /// Returns the number of the new order and its amount in won; `None` if there is no such product.
    pub async fn check_out(&self, product: String, quantity: u32) -> Result<Option<(String, i64)>> {
        let insert = "INSERT INTO orders
            SELECT 'order-' || lower(hex(randomblob(8))), name, ?2, price * ?2 FROM products WHERE name = ?1
            RETURNING number, amount";
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

    /// Returns the numbers of all orders that are not shipped.
    pub async fn open_orders(&self) -> Result<Vec<String>> {
        let select =
            "SELECT number FROM orders WHERE number NOT IN (SELECT order_number FROM shipments) ORDER BY rowid";
        self.call(move |connection| connection.prepare(select)?.query_map([], |row| row.get(0))?.collect()).await
    }

    pub async fn is_shipped(&self, order: &str) -> Result<bool> {
        let (select, order) = ("SELECT 1 FROM shipments WHERE order_number = ?1", order.to_owned());
        self.call(move |connection| connection.prepare(select)?.exists([order])).await
    }

    pub async fn stock(&self, product: &str) -> Result<i64> {
        let (select, product) = ("SELECT stock FROM products WHERE name = ?1", product.to_owned());
        self.call(move |connection| connection.query_row(select, [product], |row| row.get(0))).await
    }

    /// Ships an order and takes its goods out of the stock, both in one transaction. Returns whether it did: an order is
    /// shipped once, and a payment pays for one order.
    pub async fn ship(&self, order: &str, imp_uid: &str) -> Result<bool> {
        let (order, imp_uid, before_commit) = (order.to_owned(), imp_uid.to_owned(), self.before_commit);
        self.call(move |connection| {
            // Takes the lock for writing now: two webhooks at a time wait for each other here.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let insert = "INSERT INTO shipments VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            if transaction.execute(insert, [&order, &imp_uid])? == 0 {
                return Ok(false);
            }
            let update = "UPDATE products SET stock = stock - orders.quantity FROM orders
                WHERE orders.number = ?1 AND products.name = orders.product";
            transaction.execute(update, [&order])?;
            before_commit();
            transaction.commit()?;
            Ok(true)
        })
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
