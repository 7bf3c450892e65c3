use std::{error, fmt};

use crate::{
    generated::{
        codes::{Currency, PaymentStatus},
        types::Payment,
    },
    types::Amount,
};

impl Payment {
    /// Whether this payment pays for an order: it is paid, nothing of it was given back, and currency and amount are
    /// the order's own.
    ///
    /// What a browser or a webhook says of a payment can be forged. Look the payment up, and compare it with what
    /// *your* database says the order costs, in major currency units.
    ///
    /// ```
    /// # fn main() -> Result<(), serde_json::Error> {
    /// use iamport::VerifyError;
    ///
    /// # let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-0001","amount":100,"currency":"KRW","status":"paid"}"#;
    /// let payment: iamport::Payment = serde_json::from_str(body)?; // 100 won, for goods worth 15,900
    /// let refusal = payment.verify(15900, "KRW").unwrap_err();
    /// assert!(matches!(refusal, VerifyError::AmountMismatch { .. }));
    /// assert_eq!(refusal.to_string(), "the payment is over 100, not 15900");
    ///
    /// assert!(payment.verify(100, "KRW").is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The first thing that is not as it ought to be: status, then cancellations, currency, amount.
    pub fn verify(&self, amount: impl Into<Amount>, currency: impl Into<Currency>) -> Result<(), VerifyError> {
        match &self.status {
            PaymentStatus::Paid => {}
            PaymentStatus::Cancelled => return Err(VerifyError::Cancelled),
            status => return Err(VerifyError::NotPaid { status: status.clone() }),
        }
        if let Some(field) = self.unreadable_cancellation() {
            return Err(VerifyError::InvalidCancellation { field });
        }
        let (cancelled, remaining) = (self.cancelled_amount(), self.remaining_amount());
        if cancelled > Amount::ZERO && remaining <= Amount::ZERO {
            return Err(VerifyError::Cancelled);
        }
        if cancelled != Amount::ZERO {
            return Err(VerifyError::PartiallyCancelled { cancelled, remaining });
        }
        let expected = currency.into();
        if self.currency.as_ref() != Some(&expected) {
            return Err(VerifyError::CurrencyMismatch { expected, found: self.currency.clone() });
        }
        let expected = amount.into();
        if self.amount != expected {
            return Err(VerifyError::AmountMismatch { expected, found: self.amount });
        }
        Ok(())
    }

    /// A cancellation that cannot be read, or of an amount that none can have, must not pass for none.
    fn unreadable_cancellation(&self) -> Option<&'static str> {
        let odd = |amount: Option<Amount>| amount.is_none_or(|amount| amount <= Amount::ZERO);
        let misfit = ["cancel_amount", "cancel_history"].into_iter().find(|field| self.extra.contains_key(*field));
        if misfit.is_some() {
            return misfit;
        }
        if self.cancel_history.iter().flatten().any(|cancellation| odd(cancellation.amount)) {
            return Some("cancel_history");
        }
        if self.cancel_amount.is_some_and(|amount| amount < Amount::ZERO) {
            return Some("cancel_amount");
        }
        let of_nothing = self.cancelled_at().is_some() && self.cancelled_amount().is_zero();
        of_nothing.then_some("cancelled_at")
    }
}

/// Why a payment does not pay for an order. See [`Payment::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is not paid, or not yet.
    NotPaid {
        /// What it is instead.
        status: PaymentStatus,
    },
    /// It was cancelled as a whole.
    Cancelled,
    /// A part of it was given back.
    PartiallyCancelled {
        /// How much, in major currency units.
        cancelled: Amount,
        /// How much is left, in major currency units.
        remaining: Amount,
    },
    /// It is over another currency.
    CurrencyMismatch {
        /// The order's currency.
        expected: Currency,
        /// The payment's, if it names one.
        found: Option<Currency>,
    },
    /// It is over another amount.
    AmountMismatch {
        /// What the order costs, in major currency units.
        expected: Amount,
        /// What was paid, in major currency units.
        found: Amount,
    },
    /// What the service says of cancellations cannot be read, so they may be many or none.
    InvalidCancellation {
        /// The field; its value is in the payment's `extra`.
        field: &'static str,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPaid { status } => write!(f, "the payment is {status}, not paid"),
            Self::Cancelled => f.write_str("the payment was cancelled"),
            Self::PartiallyCancelled { cancelled, remaining } => {
                write!(f, "{cancelled} of the payment was cancelled, {remaining} is left")
            }
            Self::CurrencyMismatch { expected, found: Some(found) } => {
                write!(f, "the payment is in {found}, not {expected}")
            }
            Self::CurrencyMismatch { expected, found: None } => {
                write!(f, "the payment names no currency, not {expected}")
            }
            Self::AmountMismatch { expected, found } => write!(f, "the payment is over {found}, not {expected}"),
            Self::InvalidCancellation { field } => write!(f, "the payment's {field} cannot be read"),
        }
    }
}

impl error::Error for VerifyError {}
