//! Ships orders that are paid.

use std::{error, fmt, time::Duration};

use iamport::{Client, Payment, Webhook};

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
    /// Anybody can send a webhook, so it is only a hint to look up a payment.
    pub async fn settle_webhook(&self, webhook: &Webhook) -> Result<Settled, ShopError> {
        let Some(payment) = self.client.get_payment(&webhook.imp_uid).await? else {
            return Ok(Settled::Rejected("no such payment".to_owned()));
        };
        if payment.merchant_uid != webhook.merchant_uid {
            return Ok(Settled::Rejected("the payment is for another order".to_owned()));
        }
        self.settle(&payment).await
    }

    /// Settles all orders that are not shipped, whether their webhooks arrived or not. Returns how many it shipped.
    ///
    /// An order that cannot be looked up now does not stop the others: the next run tries it again.
    pub async fn settle_open_orders(&self) -> Result<usize, ShopError> {
        let mut shipped = 0;
        for order in self.database.open_orders().await? {
            match self.settle_order(&order).await {
                Ok(settled) => shipped += usize::from(settled),
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

    /// An order can have several payments, and any of them can be the paid one.
    async fn settle_order(&self, order: &str) -> Result<bool, ShopError> {
        let mut payments = self.client.find_payments(order).status("paid").items();
        while let Some(payment) = payments.next().await {
            if self.settle(&payment?).await? == Settled::Shipped {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn settle(&self, payment: &Payment) -> Result<Settled, ShopError> {
        let Some(amount) = self.database.amount(&payment.merchant_uid).await? else {
            return Ok(Settled::Rejected("no such order".to_owned()));
        };
        if let Err(mismatch) = payment.verify(amount, "KRW") {
            return Ok(Settled::Rejected(mismatch.to_string()));
        }
        let shipped = self.database.ship(&payment.merchant_uid, &payment.imp_uid).await?;
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
