use std::{error, fmt, iter::Sum, str::FromStr};

use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser};
use serde_json::{Value, value::RawValue};

use super::{Redact, code, scalar};

/// Money in major currency units: 15900 is 15,900 won, 10.25 is ten dollars and a quarter.
///
/// Exact: read from its digits, never from a binary float, up to 28 of them. Whole amounts compare with integers and
/// are written as integers.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use iamport::Amount;
///
/// let won: Amount = serde_json::from_str("15900")?;
/// assert_eq!(won, 15900);
///
/// let dollars: Amount = "10.25".parse()?;
/// assert_eq!(dollars.to_string(), "10.25");
/// assert_eq!(serde_json::to_string(&dollars)?, "10.25");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The amount as a decimal.
    pub const fn as_decimal(self) -> Decimal {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The difference; the smallest or largest amount there is where it has no room.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The sum; the smallest or largest amount there is where it has no room.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Reads the text of a JSON number, exactly or not at all.
    fn from_json_number(text: &str) -> Option<Self> {
        // What stands before an exponent is read by rounding, so it must be exact by itself.
        let (base, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(base, e)| (base, Some(e)));
        let exact = Decimal::from_str_exact(base);
        let decimal = if exponent.is_some() { exact.and_then(|_| Decimal::from_scientific(text)) } else { exact };
        decimal.ok().map(Self)
    }
}

/// Saturating, like [`Amount::saturating_add`].
impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<Decimal> for Amount {
    fn from(amount: Decimal) -> Self {
        Self(amount)
    }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

macro_rules! integers {
    ($($integer:ty),+) => {$(
        impl From<$integer> for Amount {
            fn from(amount: $integer) -> Self {
                Self(amount.into())
            }
        }

        impl PartialEq<$integer> for Amount {
            fn eq(&self, other: &$integer) -> bool {
                self.0 == Decimal::from(*other)
            }
        }

        impl PartialEq<Amount> for $integer {
            fn eq(&self, other: &Amount) -> bool {
                other == self
            }
        }
    )+};
}
integers!(i32, i64, u32, u64);

impl FromStr for Amount {
    type Err = InvalidAmount;

    /// Reads plain decimal notation: `15900`, `10.25`.
    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        let plain = text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(['_', '+']);
        let amount = if plain { Decimal::from_str_exact(text).ok() } else { None };
        amount.map(Self).ok_or(InvalidAmount(()))
    }
}

/// A text that is no [`Amount`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidAmount(());

impl fmt::Display for InvalidAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount is a number in major currency units with at most 28 digits, like 15900 or 10.25")
    }
}

impl error::Error for InvalidAmount {}

/// As an integer where it is one, otherwise as a number of the same digits.
///
/// `serde_json` writes every amount exactly. [`serde_json::Value`] holds a float for a number with a fraction, so
/// [`serde_json::to_value`] returns an error for an amount that the float would round.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.normalize().to_string();
        if let Ok(integer) = text.parse::<i64>() {
            return serializer.serialize_i64(integer);
        }
        if let Ok(integer) = text.parse::<i128>() {
            return serializer.serialize_i128(integer);
        }
        match text.parse::<f64>() {
            // A float prints 15 digits as they were, in every format.
            Ok(float) if text.bytes().filter(u8::is_ascii_digit).count() <= 15 => serializer.serialize_f64(float),
            // A serializer that writes returns nothing; one that returns something keeps a float.
            _ if size_of::<S::Ok>() > 0 && !is_exact_in_value(&text) => {
                Err(ser::Error::custom("an amount of more than 15 digits does not fit a JSON value in memory"))
            }
            _ => RawValue::from_string(text).map_err(ser::Error::custom)?.serialize(serializer),
        }
    }
}

/// Whether `serde_json::Value` keeps the digits: where some other crate enables `arbitrary_precision`, it does.
fn is_exact_in_value(text: &str) -> bool {
    serde_json::from_str::<Value>(text)
        .is_ok_and(|value| serde_json::to_string(&value).is_ok_and(|written| written == text))
}

scalar!(Amount, "a number of at most 28 digits", Amount::from_json_number);
code!(@strict Amount);

impl Redact for Amount {}

#[cfg(feature = "schemars")]
super::schema!(Amount, { "type": "number" });
