use std::{error, fmt};

use crate::{
    generated::{
        codes::{Currency, PaymentStatus},
        types::Payment,
    },
    types::Amount,
};

impl Payment {
    /// Checks that this payment pays for an order: it is paid with real money, no part of it is cancelled, and currency
    /// and amount are those of the order.
    ///
    /// The content of a browser callback or a webhook can be forged. Look the payment up, and pass the amount that
    /// *your* database has for the order, in major currency units.
    ///
    /// ```
    /// # fn main() -> Result<(), serde_json::Error> {
    /// use iamport::VerifyError;
    ///
    /// # let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-0001","amount":100,"currency":"KRW","status":"paid"}"#;
    /// let payment: iamport::Payment = serde_json::from_str(body)?; // 100 won, for an order of 15,900 won
    /// let error = payment.verify(15900, "KRW").unwrap_err();
    /// assert!(matches!(error, VerifyError::AmountMismatch { .. }));
    /// assert_eq!(error.to_string(), "amount mismatch: expected 15900, got 100");
    ///
    /// assert!(payment.verify(100, "KRW").is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The currency is an ISO 4217 code in capitals: with `"krw"`, no payment passes.
    ///
    /// # Errors
    ///
    /// Returns the first check that fails, in this order: status, test payment, cancellations, currency, amount.
    pub fn verify(&self, amount: impl Into<Amount>, currency: impl Into<Currency>) -> Result<(), VerifyError> {
        self.verify_status()?;
        self.verify_channel()?;
        self.verify_money(amount.into(), &currency.into())
    }

    /// Checks the same as [`verify`](Self::verify), and accepts payments of a test channel too.
    ///
    /// For development only: no money moves in a test payment, and anybody can make one while a test channel is
    /// configured.
    ///
    /// # Errors
    ///
    /// Returns the first check that fails, in this order: status, cancellations, currency, amount.
    pub fn verify_allowing_test(
        &self,
        amount: impl Into<Amount>,
        currency: impl Into<Currency>,
    ) -> Result<(), VerifyError> {
        self.verify_status()?;
        self.verify_money(amount.into(), &currency.into())
    }

    fn verify_status(&self) -> Result<(), VerifyError> {
        match self.status.as_str() {
            "paid" => Ok(()),
            "cancelled" => Err(self.cancellation_error()),
            _ => Err(VerifyError::NotPaid { status: self.status.clone() }),
        }
    }

    fn verify_money(&self, amount: Amount, currency: &Currency) -> Result<(), VerifyError> {
        if self.cancelled_amount()? != Amount::ZERO {
            return Err(self.cancellation_error());
        }
        self.verify_price(amount, currency)
    }

    /// Checks that the payment is not of a test channel.
    pub(super) fn verify_channel(&self) -> Result<(), VerifyError> {
        if self.sandbox == Some(true) {
            return Err(VerifyError::TestPayment);
        }
        if self.extra.contains_key("sandbox") { Err(VerifyError::InvalidSandbox) } else { Ok(()) }
    }

    /// Compares currency and amount, whatever the status.
    pub(super) fn verify_price(&self, expected_amount: Amount, expected: &Currency) -> Result<(), VerifyError> {
        if self.currency.as_ref() != Some(expected) {
            let (expected, actual) = (expected.clone(), self.currency.clone());
            return Err(VerifyError::CurrencyMismatch { expected, actual });
        }
        if self.amount != expected_amount {
            return Err(VerifyError::AmountMismatch { expected: expected_amount, actual: self.amount });
        }
        Ok(())
    }

    /// Returns the error by the cancelled amount, since the status `cancelled` can also mean a partial cancellation.
    fn cancellation_error(&self) -> VerifyError {
        match self.listed_cancellations() {
            Err(error) => error,
            Ok(cancelled) if cancelled > Amount::ZERO && cancelled < self.amount => {
                match self.amount.checked_sub(cancelled) {
                    Some(remaining) => VerifyError::PartiallyCancelled { cancelled, remaining },
                    None => VerifyError::InvalidCancellation { field: "cancel_amount" },
                }
            }
            Ok(_) => VerifyError::Cancelled,
        }
    }
}

/// The reason why a payment does not pay for an order, or why an order is not paid. Returned by [`Payment::verify`] and
/// [`OrderCheck::rejection`](crate::OrderCheck::rejection).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyError {
    /// The order has no payment.
    NoPayment,
    /// The status is neither `paid` nor `cancelled`.
    NotPaid {
        /// The status of the payment.
        status: PaymentStatus,
    },
    /// The payment was made through a test channel: no money was transferred.
    TestPayment,
    /// `sandbox` is present but neither a boolean nor null. A payment without it is taken for a real one.
    InvalidSandbox,
    /// The whole payment is cancelled.
    Cancelled,
    /// A part of the payment is cancelled.
    PartiallyCancelled {
        /// The cancelled amount, in major currency units.
        cancelled: Amount,
        /// The amount that is left, in major currency units.
        remaining: Amount,
    },
    /// The payment is in another currency.
    CurrencyMismatch {
        /// The currency of the order.
        expected: Currency,
        /// The currency of the payment, if it has one.
        actual: Option<Currency>,
    },
    /// The payment is of another amount.
    AmountMismatch {
        /// The amount of the order, in major currency units.
        expected: Amount,
        /// The amount of the payment, in major currency units.
        actual: Amount,
    },
    /// The cancelled amount is unknown, since a field of a cancellation is invalid.
    InvalidCancellation {
        /// The name of the invalid field. A value of another type than expected is in the payment's `extra`.
        field: &'static str,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPayment => f.write_str("the order has no payment"),
            Self::NotPaid { status } => write!(f, "payment status is `{status}`, expected `paid`"),
            Self::TestPayment => f.write_str("test payment: no money was transferred"),
            Self::InvalidSandbox => f.write_str("invalid `sandbox`: expected a boolean"),
            Self::Cancelled => f.write_str("payment is cancelled"),
            Self::PartiallyCancelled { cancelled, remaining } => {
                write!(f, "payment is partially cancelled: {cancelled} cancelled, {remaining} remaining")
            }
            Self::CurrencyMismatch { expected, actual: Some(actual) } => {
                write!(f, "currency mismatch: expected {expected}, got {actual}")
            }
            Self::CurrencyMismatch { expected, actual: None } => {
                write!(f, "currency mismatch: expected {expected}, got none")
            }
            Self::AmountMismatch { expected, actual } => {
                write!(f, "amount mismatch: expected {expected}, got {actual}")
            }
            Self::InvalidCancellation { field } => write!(f, "invalid cancellation: cannot read `{field}`"),
        }
    }
}

impl error::Error for VerifyError {}
