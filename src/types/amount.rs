use std::{error, fmt, iter::Sum, marker::PhantomData, str::FromStr};

use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess},
    ser,
};
use serde_json::{Number, Value, value::RawValue};

use super::{Lenient, Parsed, code, lenient::Reader, read_str};

/// Under these names serde_json hands a value over by its text, in place of a binary float: the first where the
/// reader asks for it (its feature `raw_value`), the second where some other crate turns `arbitrary_precision` on.
const RAW: &str = "$serde_json::private::RawValue";
const NUMBER: &str = "$serde_json::private::Number";

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

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.normalize().to_string();
        if let Ok(integer) = text.parse::<i64>() {
            return serializer.serialize_i64(integer);
        }
        match text.parse::<f64>() {
            // Whoever prints a float prints 15 digits as they were, in every format; more are written as JSON alone.
            Ok(float) if text.bytes().filter(u8::is_ascii_digit).count() <= 15 => serializer.serialize_f64(float),
            _ => RawValue::from_string(text).map_err(ser::Error::custom)?.serialize(serializer),
        }
    }
}

impl Lenient for Amount {
    const EXPECTED: &'static str = "a number of at most 28 digits";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, Reader(PhantomData))
    }

    fn number(number: Number) -> Parsed<Self> {
        Self::from_json_number(&number.to_string()).map_or(Parsed::Mismatch(number.into()), Parsed::Value)
    }

    fn object<'de, A: MapAccess<'de>>(mut fields: A) -> Result<Parsed<Self>, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(key) = fields.next_key()? {
            match key {
                Key::Text => return fields.next_value::<RawText>().map(|RawText(reading)| reading),
                Key::Field(name) => object.insert(name, fields.next_value()?),
            };
        }
        Ok(Parsed::Mismatch(object.into()))
    }
}

code!(@strict Amount);

/// The first key of what arrives as an object: one of serde_json's names for a text, or a field.
enum Key {
    Text,
    Field(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_str(deserializer, |name| match name {
            RAW | NUMBER => Key::Text,
            field => Key::Field(field.to_owned()),
        })
    }
}

/// A JSON text, read as an amount without copying it.
struct RawText(Parsed<Amount>);

impl<'de> Deserialize<'de> for RawText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_str(deserializer, |text| match Amount::from_json_number(text) {
            Some(amount) => Ok(Parsed::Value(amount)),
            None => serde_json::from_str(text).map(|other| match other {
                Value::Null => Parsed::Nothing,
                other => Parsed::Mismatch(other),
            }),
        })?
        .map(RawText)
        .map_err(de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
super::schema!(Amount, { "type": "number" });
