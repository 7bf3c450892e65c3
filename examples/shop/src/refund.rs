//! Refunds the payments that no goods were shipped for, and notices those that somebody else cancelled.

use iamport::{Amount, Payment, reqwest::Method};
use serde::Serialize;

use crate::{Paid, Shop, ShopError};

/// The body of `POST /payments/cancel`.
#[derive(Serialize)]
struct Cancel<'a> {
    imp_uid: &'a str,
    amount: Amount,
    /// What is left of the payment. The service refuses the cancellation if something else is left.
    checksum: Amount,
    reason: &'a str,
}

impl Shop {
    /// Makes the refunds that are due, each once. Returns how many are made now.
    ///
    /// A process may end after it sent a refund and before it recorded the outcome. So each refund begins with a look at the
    /// payment. A refund that fails stays due, and does not stop the others.
    pub async fn make_refunds(&self) -> Result<usize, ShopError> {
        let mut made = 0;
        for due in self.database.due_refunds().await? {
            match self.make_refund(&due).await {
                Ok(is_made) => made += usize::from(is_made),
                Err(error) => eprintln!("refund of {}: {error}", due.imp_uid),
            }
        }
        Ok(made)
    }

    async fn make_refund(&self, Paid { imp_uid, left }: &Paid) -> Result<bool, ShopError> {
        let left: Amount = left.parse().map_err(|_| ShopError::Refund("invalid amount in the database"))?;
        let mut now = self.left(imp_uid).await?;
        if now == left {
            let cancel = Cancel { imp_uid, amount: left, checksum: left, reason: "중복 결제 또는 품절" };
            let request = self.client.request(Method::POST, "/payments/cancel").json(&cancel);
            now = match request.send::<Payment>().await {
                Ok(payment) => payment.remaining_amount().map_err(|_| ShopError::Refund("invalid cancellation"))?,
                // It may be made.
                Err(error) if error.is_maybe_sent() => self.left(imp_uid).await?,
                Err(error) => return Err(error.into()),
            };
        }
        if now == left {
            return Ok(false);
        }
        let is_made = now == 0;
        if !is_made {
            eprintln!("refund of {imp_uid}: somebody else cancelled a part");
        }
        self.database.close_refund(imp_uid, is_made).await?;
        Ok(is_made)
    }

    /// Returns what is left of a payment.
    async fn left(&self, imp_uid: &str) -> Result<Amount, ShopError> {
        let payment = self.client.get_payment(imp_uid).await?.ok_or(ShopError::Refund("no such payment"))?;
        payment.remaining_amount().map_err(|_| ShopError::Refund("invalid cancellation"))
    }

    /// Looks at the payments of the last 90 days' shipments, 100 in a request: a cancellation by the API sends no webhook
    /// unless it asks for one. Returns the orders of which more is cancelled than before.
    pub async fn notice_cancellations(&self) -> Result<Vec<String>, ShopError> {
        let payments = self.client.get_payments(self.database.shipped_payments().await?).await?.payments;
        self.note_cancellations(&payments).await
    }

    pub(crate) async fn note_cancellations(&self, payments: &[Payment]) -> Result<Vec<String>, ShopError> {
        let mut orders = Vec::new();
        for payment in payments {
            let cancelled = payment.cancelled_amount().map_or_else(|error| error.to_string(), |sum| sum.to_string());
            if let Some(order) = self.database.note_cancelled(&payment.imp_uid, cancelled).await? {
                eprintln!("{order}: cancelled after it was shipped, get the goods back");
                orders.push(order);
            }
        }
        Ok(orders)
    }
}
