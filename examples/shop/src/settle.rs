//! Ships orders that are paid.

use std::{error, fmt, time::Duration};

use iamport::{Client, OrderCheck, Webhook};

use crate::{Database, Paid, Shipment};

/// The days for which an order that is not paid is looked up: a deposit into a virtual account takes some.
const OPEN_DAYS: u32 = 7;

pub struct Shop {
    pub client: Client,
    pub database: Database,
}

/// The outcome for an order.
#[derive(Debug, PartialEq)]
pub enum Settled {
    Shipped,
    AlreadyShipped,
    /// The order is paid, but there is no stock: its payments are refunded.
    SoldOut,
    /// The payment of a shipment was cancelled since.
    Cancelled,
    /// Nothing was shipped, for this reason.
    Rejected(String),
}

impl Shop {
    /// Settles the order of a webhook.
    ///
    /// Anybody can send a webhook, so it is only a reason to look at an order.
    pub async fn settle_webhook(&self, webhook: &Webhook) -> Result<Settled, ShopError> {
        self.settle(&webhook.merchant_uid, Some(&webhook.imp_uid)).await
    }

    /// Settles the orders that a webhook may have been lost for: those of the last week that are not shipped, and those that
    /// were shipped in the last day. Returns how many it shipped.
    ///
    /// An order that cannot be looked up now does not stop the others: the next run tries it again.
    pub async fn settle_orders(&self) -> Result<usize, ShopError> {
        let mut shipped = 0;
        for order in self.database.orders_to_look_up(OPEN_DAYS).await? {
            match self.settle(&order, None).await {
                Ok(settled) => shipped += usize::from(settled == Settled::Shipped),
                Err(error) => eprintln!("{order}: {error}"),
            }
        }
        Ok(shipped)
    }

    /// Does all periodic work once.
    pub async fn catch_up(&self) -> Result<(), ShopError> {
        self.settle_orders().await?;
        self.notice_cancellations().await?;
        self.make_refunds().await?;
        Ok(())
    }

    /// Calls [`catch_up`](Self::catch_up) for ever.
    pub async fn catch_up_periodically(&self, period: Duration) {
        loop {
            if let Err(error) = self.catch_up().await {
                eprintln!("periodic work: {error}");
            }
            tokio::time::sleep(period).await;
        }
    }

    /// Ships an order if it is paid. `imp_uid` is the payment that a webhook named: it must be among those of the order.
    async fn settle(&self, order: &str, imp_uid: Option<&str>) -> Result<Settled, ShopError> {
        let Some(amount) = self.database.amount(order).await? else {
            return Ok(Settled::Rejected("no such order".to_owned()));
        };
        let check = self.client.verify_order(order, amount, "KRW").await?;
        let is_checked = |imp_uid| check.payments().iter().any(|payment| payment.imp_uid == imp_uid);
        if !imp_uid.is_none_or(is_checked) {
            return Ok(Settled::Rejected("the order has no such payment".to_owned()));
        }
        if !self.note_cancellations(check.payments()).await?.is_empty() {
            return Ok(Settled::Cancelled);
        }
        if let Some(reason) = check.rejection() {
            return Ok(Settled::Rejected(reason.to_string()));
        }
        let imp_uid = check.payment().map_or("", |payment| &payment.imp_uid);
        Ok(match self.database.ship(order, imp_uid, paid(&check)).await? {
            Shipment::Shipped => Settled::Shipped,
            Shipment::AlreadyShipped => Settled::AlreadyShipped,
            Shipment::SoldOut => Settled::SoldOut,
        })
    }
}

/// Returns the payments of an order that is paid: the one that pays for it, and the extra ones, whatever their amounts.
fn paid(check: &OrderCheck) -> Vec<Paid> {
    let paid = check.payment().into_iter().chain(check.extra_payments());
    paid.map(|payment| Paid { imp_uid: payment.imp_uid.clone(), left: payment.amount.to_string() }).collect()
}

/// The reason why an order could not be settled now.
#[derive(Debug)]
pub enum ShopError {
    Service(iamport::Error),
    Database(rusqlite::Error),
    Refund(&'static str),
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
            Self::Refund(reason) => f.write_str(reason),
        }
    }
}

impl error::Error for ShopError {}

impl From<iamport::Error> for ShopError {
    fn from(error: iamport::Error) -> Self {
        Self::Service(error)
    }
}

impl From<rusqlite::Error> for ShopError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}
