mod arithmetic;
mod factor;

use std::{fmt, str::FromStr};

use factor::Factor;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;

use super::{Redact, code, scalar, serde_json_names::writes_raw_values};

/// Money in major currency units: 15900 is 15,900 won, 10.25 is ten dollars and a quarter.
///
/// Exact: parsed from its digits, never from a binary float, up to 28 of them. Where another format than JSON, or serde's
/// buffering (`flatten`, `untagged`, [`serde_json::Value`]), hands over a float, one of more than 15 digits is an error, since
/// it may be rounded. A longer amount whose nearest float has fewer digits looks like that float: 100.000000000000001 is then
/// 100. Read payments from JSON itself to keep all digits.
///
/// Amounts add, subtract, and compare; they multiply with, are divided by and compare with integers of every width and
/// [`Decimal`]. A result of more than 28 digits panics, like an overflow of integers in a debug build, except that a quotient
/// is rounded; the `checked_` methods return `None`. `Display` keeps the decimals that were read (`10.10`), equality ignores
/// zeros at the end.
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
    /// The amount 0.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Returns the amount as a decimal.
    pub const fn as_decimal(self) -> Decimal {
        self.0
    }

    /// Returns whether the amount is 0.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Returns the sum, or `None` if it has more than 28 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        // rust_decimal drops decimals of a sum that would have too many digits.
        let (one, other) = (self.0.normalize(), other.0.normalize());
        let sum = one.checked_add(other)?;
        (sum.scale() >= one.scale().max(other.scale())).then_some(Self(sum))
    }

    /// Returns the difference, or `None` if it has more than 28 digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// Returns the product with an integer or a decimal, or `None` if it has more than 28 digits.
    #[must_use]
    pub fn checked_mul(self, factor: impl Factor) -> Option<Self> {
        // rust_decimal rounds a product that would have too many digits.
        let (one, other) = (self.0.normalize(), factor.into_decimal()?.normalize());
        let mut digits = one.mantissa().checked_mul(other.mantissa())?;
        let mut scale = one.scale().saturating_add(other.scale());
        while scale > 0 && digits % 10 == 0 {
            (digits, scale) = (digits / 10, scale - 1);
        }
        Decimal::try_from_i128_with_scale(digits, scale).ok().map(Self)
    }

    /// Returns the quotient with an integer or a decimal, rounded if it has more than 28 digits. `None` if the divisor is 0 or
    /// the quotient is too large.
    #[must_use]
    pub fn checked_div(self, divisor: impl Factor) -> Option<Self> {
        self.0.checked_div(divisor.into_decimal()?).map(Self)
    }

    /// Returns the digits in groups of three, as people read them: `15,900`, `1,234.5`.
    ///
    /// ```
    /// # fn main() -> Result<(), iamport::InvalidAmount> {
    /// let amount: iamport::Amount = "-1234567.5".parse()?;
    /// assert_eq!(amount.grouped(), "-1,234,567.5");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn grouped(self) -> String {
        let text = self.0.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let mut grouped = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && whole.len().saturating_sub(at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped + fraction
    }

    /// Returns the amount with its currency, an ISO 4217 code in capitals, as people read it: `15,900 KRW`, `40.50 USD`.
    ///
    /// It has at least the decimals of the currency, for the currencies that the API lists, and never fewer than the amount.
    ///
    /// ```
    /// # fn main() -> Result<(), iamport::InvalidAmount> {
    /// let amount: iamport::Amount = "1040.5".parse()?;
    /// assert_eq!(amount.with_currency("USD"), "1,040.50 USD");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_currency(self, currency: impl AsRef<str>) -> String {
        let currency = currency.as_ref();
        let mut amount = self.0;
        let decimals = match currency {
            "KRW" | "JPY" | "VND" => Some(0),
            "USD" | "EUR" => Some(2),
            _ => None,
        };
        if let Some(decimals) = decimals {
            amount = amount.normalize();
            amount.rescale(amount.scale().max(decimals));
        }
        format!("{} {currency}", Self(amount).grouped())
    }

    /// Parses a JSON number exactly, or returns `None`.
    fn from_json_number(text: &str) -> Option<Self> {
        // `Decimal` rounds the digits before an exponent, so they must be exact by themselves.
        let (base, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(base, e)| (base, Some(e)));
        let exact = Decimal::from_str_exact(base);
        let decimal = if exponent.is_some() { exact.and_then(|_| Decimal::from_scientific(text)) } else { exact };
        decimal.ok().map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Parses plain decimal notation, as [`FromStr`] does.
impl TryFrom<&str> for Amount {
    type Error = InvalidAmount;

    fn try_from(text: &str) -> Result<Self, InvalidAmount> {
        text.parse()
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    /// Reads plain decimal notation: `15900`, `10.25`.
    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        let plain = text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(['_', '+']);
        let amount = if plain { Decimal::from_str_exact(text).ok() } else { None };
        amount.map(Self).ok_or(InvalidAmount(()))
    }
}

invalid! {
    /// The error of a text that is not an [`Amount`], or of an amount that does not fit a type.
    InvalidAmount: "expected a number in major currency units with at most 28 digits, like 15900 or 10.25"
}

/// Serializes a whole amount as an integer, any other as a number with the same digits, without zeros at the end.
///
/// `serde_json` writes every amount exactly to a text. [`serde_json::Value`] and other formats hold a float for a number with
/// a fraction, so [`serde_json::to_value`] returns an error for an amount that the float would round.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.normalize().to_string();
        if let Ok(integer) = text.parse::<i64>() {
            return serializer.serialize_i64(integer);
        }
        if let Ok(integer) = text.parse::<i128>() {
            return serializer.serialize_i128(integer);
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let float = text.parse::<f64>().map_err(ser::Error::custom)?;
        // A float of 15 digits is printed as it was in every format.
        if digits > 15 && writes_raw_values::<S>() {
            return RawValue::from_string(text).map_err(ser::Error::custom)?.serialize(serializer);
        }
        let is_exact = digits <= 15 || serde_json::to_string(&float).is_ok_and(|written| written == text);
        if !is_exact {
            return Err(ser::Error::custom("only a JSON text holds an amount of more than 15 digits"));
        }
        serializer.serialize_f64(float)
    }
}

scalar!(Amount, "a number of at most 28 digits", Amount::from_json_number, exact = true);
code!(@strict Amount);

impl Redact for Amount {}

#[cfg(feature = "schemars")]
super::schema!(Amount, { "type": "number" });
