//! Methods of a payment: verification, amounts after cancellations, custom data. The check of an order.

mod order;
mod verify;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

pub use order::OrderCheck;
pub use verify::VerifyError;

use crate::{
    error::Error,
    generated::types::{Cancellation, Payment},
    json,
    types::Amount,
};

impl Payment {
    /// Returns whether the status is `paid`. This says nothing about the amount: before fulfilling the order, call
    /// [`verify`](Self::verify).
    pub fn is_paid(&self) -> bool {
        self.status.as_str() == "paid"
    }

    /// Returns the amount that is cancelled so far, in major currency units: the larger one of `cancel_amount` and the
    /// sum of `cancel_history`.
    ///
    /// # Errors
    ///
    /// Returns [`VerifyError::InvalidCancellation`] if the amount is unknown: a part of the cancellation cannot be read,
    /// or the payment is cancelled but no amount says how much of it.
    pub fn cancelled_amount(&self) -> Result<Amount, VerifyError> {
        let cancelled = self.listed_cancellations()?;
        if cancelled.is_zero() {
            let field = if self.status.as_str() == "cancelled" {
                Some("cancel_amount")
            } else if self.cancelled_at.is_some() {
                Some("cancelled_at")
            } else {
                None
            };
            if let Some(field) = field {
                return Err(VerifyError::InvalidCancellation { field });
            }
        }
        Ok(cancelled)
    }

    /// Returns the part of `amount` that is not cancelled, in major currency units. Negative if more is cancelled than
    /// was paid.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`cancelled_amount`](Self::cancelled_amount).
    pub fn remaining_amount(&self) -> Result<Amount, VerifyError> {
        let remaining = self.amount.as_decimal().checked_sub(self.cancelled_amount()?.as_decimal());
        remaining.map(Amount::from).ok_or(VerifyError::InvalidCancellation { field: "cancel_amount" })
    }

    /// Sums up the cancellations that the payment lists. Amounts that no cancellation can have are errors: a negative
    /// one would hide another.
    fn listed_cancellations(&self) -> Result<Amount, VerifyError> {
        let invalid = |field| VerifyError::InvalidCancellation { field };
        if let Some(field) =
            ["cancel_amount", "cancel_history"].into_iter().find(|field| self.extra.contains_key(*field))
        {
            return Err(invalid(field));
        }
        let stated = self.cancel_amount.unwrap_or_default();
        if stated < Amount::ZERO {
            return Err(invalid("cancel_amount"));
        }
        let mut sum = Decimal::ZERO;
        for cancellation in self.cancel_history.iter().flatten() {
            let amount = cancellation.amount.filter(|amount| *amount > Amount::ZERO);
            let added = amount.and_then(|amount| sum.checked_add(amount.as_decimal()));
            sum = added.ok_or_else(|| invalid("cancel_history"))?;
        }
        let cancelled = stated.max(sum.into());
        // Without a known amount, an invalid field of a cancellation must not count as "not cancelled".
        let remainder = ["cancelled_at", "cancel_reason", "cancel_receipt_urls"];
        if cancelled.is_zero()
            && let Some(field) = remainder.into_iter().find(|field| self.extra.contains_key(*field))
        {
            return Err(invalid(field));
        }
        Ok(cancelled)
    }

    /// Returns the cancellations, oldest first. Those without a time come last.
    pub fn cancellations(&self) -> Vec<&Cancellation> {
        let mut cancellations: Vec<_> = self.cancel_history.iter().flatten().collect();
        cancellations.sort_by_key(|cancellation| (cancellation.cancelled_at.is_none(), cancellation.cancelled_at));
        cancellations
    }

    /// Parses `custom_data`, which the merchant sent with the payment, as JSON. Returns `None` if it is null or empty.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// #[derive(serde::Deserialize)]
    /// struct Plan {
    ///     plan: String,
    ///     seats: u32,
    /// }
    ///
    /// let body = r#"{"imp_uid":"imps_1","merchant_uid":"sub-1","amount":22000,"status":"paid",
    ///     "custom_data":"{\"plan\":\"pro\",\"seats\":3}"}"#;
    /// let payment: iamport::Payment = serde_json::from_str(body)?;
    /// let plan = payment.custom_data_as::<Plan>()?.ok_or("no custom data")?;
    /// assert_eq!((plan.plan.as_str(), plan.seats), ("pro", 3));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON or does not match `T` ([`is_decode`](Error::is_decode)). The message has
    /// the position of the fault, never the value.
    pub fn custom_data_as<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let data = self.custom_data.as_deref().filter(|data| !data.is_empty());
        data.map(|data| json::parse(data.as_bytes()).map_err(Error::custom_data)).transpose()
    }
}
