//! Ships orders that are paid.

use std::{error, fmt, time::Duration};

use iamport::{Client, Webhook};

use crate::Database;

pub struct Shop {
    pub client: Client,
    pub database: Database,
}

/// The outcome for an order.
#[derive(Debug, PartialEq)]
pub enum Settled {
    Shipped,
    AlreadyShipped,
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

    /// Settles all orders that are not shipped, whether their webhooks arrived or not. Returns how many it shipped.
    ///
    /// An order that cannot be looked up now does not stop the others: the next run tries it again.
    pub async fn settle_open_orders(&self) -> Result<usize, ShopError> {
        let mut shipped = 0;
        for order in self.database.open_orders().await? {
            match self.settle(&order, None).await {
                Ok(settled) => shipped += usize::from(settled == Settled::Shipped),
                Err(error) => eprintln!("{order}: {error}"),
            }
        }
        Ok(shipped)
    }

    /// Calls [`settle_open_orders`](Self::settle_open_orders) for ever.
    pub async fn settle_periodically(&self, period: Duration) {
        loop {
            if let Err(error) = self.settle_open_orders().await {
                eprintln!("open orders: {error}");
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
        if let Some(reason) = check.rejection() {
            return Ok(Settled::Rejected(reason.to_string()));
        }
        if check.is_paid_twice() {
            eprintln!("{order}: paid twice, refund a payment");
        }
        let imp_uid = check.payment().map_or("", |payment| &payment.imp_uid);
        let shipped = self.database.ship(order, imp_uid).await?;
        Ok(if shipped { Settled::Shipped } else { Settled::AlreadyShipped })
    }
}

/// The reason why an order could not be settled now.
#[derive(Debug)]
pub enum ShopError {
    Service(iamport::Error),
    Database(rusqlite::Error),
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
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
