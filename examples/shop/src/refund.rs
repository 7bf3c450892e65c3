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
    /// Makes the refunds that are due, and looks for those that were sent. Returns how many are known to be made now.
    ///
    /// A refund that fails does not stop the others.
    pub async fn make_refunds(&self) -> Result<usize, ShopError> {
        let mut made = 0;
        for refund in self.database.open_refunds().await? {
            match self.make_refund(&refund).await {
                Ok(is_made) => made += usize::from(is_made),
                Err(error) => eprintln!("refund of {}: {error}", refund.imp_uid),
            }
        }
        Ok(made)
    }

    /// Sends a refund unless it is sent already, and looks for it.
    ///
    /// It is recorded as sent before it is sent. After an unknown outcome, or a crash, it is only looked for: the service or
    /// the gateway may still make it.
    async fn make_refund(&self, Paid { imp_uid, left }: &Paid) -> Result<bool, ShopError> {
        let left: Amount = left.parse().map_err(|_| ShopError::Refund("invalid amount in the database"))?;
        let mut now = self.left(imp_uid).await?;
        if now == left && self.database.claim_refund(imp_uid).await? {
            let cancel = Cancel { imp_uid, amount: left, checksum: left, reason: "중복 결제 또는 품절" };
            let sent = self.client.request(Method::POST, "/payments/cancel").json(&cancel).send::<Payment>().await;
            let looked = self.left(imp_uid).await;
            match sent {
                // The service did not receive it, or refused it.
                Err(error) if !error.is_maybe_sent() && looked.as_ref().map_or(true, |now| *now == left) => {
                    self.database.release_refund(imp_uid).await?;
                    return Err(error.into());
                }
                _ => now = looked?,
            }
        }
        if now == left {
            eprintln!("refund of {imp_uid}: sent, and not made yet");
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
