//! Methods of a payment: verification, amounts after cancellations, custom data. The check of an order.

mod order;
mod verify;

use serde::de::DeserializeOwned;

pub use order::OrderCheck;
pub use verify::VerifyError;

use crate::{
    error::Error,
    generated::types::{Cancellation, Payment},
    json,
    types::{Amount, UnknownField},
};

impl Payment {
    /// Returns whether the status is `paid`. This says nothing about the amount: before fulfilling the order, call
    /// [`verify`](Self::verify).
    pub fn is_paid(&self) -> bool {
        self.status.as_str() == "paid"
    }

    /// Returns whether the payment was made through a test channel, so that no money moved: whether `sandbox` is true. If it is
    /// unreadable, this returns `false`, and [`verify`](Self::verify) rejects the payment.
    pub fn is_test(&self) -> bool {
        self.sandbox == Some(true)
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
            // A sign of a cancellation whose amount is unknown must not count as "not cancelled".
            let signs = [
                ("cancel_amount", self.status.as_str() == "cancelled"),
                ("cancelled_at", self.cancelled_at.is_some()),
                ("cancel_reason", self.cancel_reason.as_ref().is_some_and(|reason| !reason.is_empty())),
                ("cancel_receipt_urls", self.cancel_receipt_urls.as_ref().is_some_and(|urls| !urls.is_empty())),
            ];
            if let Some((field, _)) = signs.into_iter().find(|(_, is_set)| *is_set) {
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
        let remaining = self.amount.checked_sub(self.cancelled_amount()?);
        remaining.ok_or(VerifyError::InvalidCancellation { field: "cancel_amount" })
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
        let mut sum = Amount::ZERO;
        for cancellation in self.cancel_history.iter().flatten() {
            let amount = cancellation.amount.filter(|amount| *amount > Amount::ZERO);
            let added = amount.and_then(|amount| sum.checked_add(amount));
            sum = added.ok_or_else(|| invalid("cancel_history"))?;
        }
        let cancelled = stated.max(sum);
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
    ///
    /// # Errors
    ///
    /// Returns [`VerifyError::InvalidCancellation`] if `cancel_history` is not a list of cancellations. It is then in `extra`.
    pub fn cancellations(&self) -> Result<Vec<&Cancellation>, VerifyError> {
        if self.extra.contains_key("cancel_history") {
            return Err(VerifyError::InvalidCancellation { field: "cancel_history" });
        }
        let mut cancellations: Vec<_> = self.cancel_history.iter().flatten().collect();
        cancellations.sort_by_key(|cancellation| (cancellation.cancelled_at.is_none(), cancellation.cancelled_at));
        Ok(cancellations)
    }

    /// Parses `custom_data`, which the merchant sent with the payment, as JSON. Returns `None` if it is null or empty. Where
    /// the service sends a JSON value instead of its text, that is parsed.
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
    /// the position of the fault and, where serde names it, the expected type, never the value or the name of a field.
    pub fn custom_data_as<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let text = self.custom_data.as_deref().filter(|data| !data.is_empty());
        let data = text.or_else(|| self.extra.get("custom_data").map(UnknownField::as_json));
        data.map(|data| json::parse_foreign(data).map_err(Error::custom_data)).transpose()
    }
}
