//! Parsed what any source allows, and keeping the rest as it came.
//!
//! A field of a payment can hold a value that no source tells of: a string where a flag belongs, an empty array where
//! an object does. That must neither stop a payment from being read nor be taken for something it is not, so each type
//! says which JSON values it reads, and anything else is a [`Parsed::Mismatch`] that the object keeps among its unknown
//! fields.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value},
};
use serde_json::{Number, Value};

/// What a JSON value was to a type.
#[derive(Debug)]
pub(crate) enum Parsed<T> {
    /// A value of the type.
    Value(T),
    /// One of the ways to say nothing: null, and for a moment 0.
    Nothing,
    /// Something that no source tells of, as it came.
    Mismatch(Value),
}

impl<T> Parsed<T> {
    /// The value, or an error that names what was expected and repeats nothing of what was there.
    pub(crate) fn strict<E: Error>(self, expected: &str) -> Result<T, E> {
        match self {
            Parsed::Value(value) => Ok(value),
            Parsed::Nothing | Parsed::Mismatch(_) => Err(E::custom(format_args!("expected {expected}"))),
        }
    }
}

/// A type that says which JSON values it reads. What it leaves out is a misfit.
pub(crate) trait Lenient: Sized {
    /// What it reads, in words.
    const EXPECTED: &'static str;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }

    fn bool(value: bool) -> Parsed<Self> {
        Parsed::Mismatch(value.into())
    }

    fn number(number: Number) -> Parsed<Self> {
        Parsed::Mismatch(number.into())
    }

    fn text(text: Cow<'_, str>) -> Parsed<Self> {
        Parsed::Mismatch(text.into())
    }

    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        Value::deserialize(value::SeqAccessDeserializer::new(items)).map(Parsed::Mismatch)
    }

    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
        // A number arrives as an object where some other crate turns on serde_json's `arbitrary_precision`.
        Ok(match Value::deserialize(value::MapAccessDeserializer::new(fields))? {
            Value::Number(number) => Self::number(number),
            other => Parsed::Mismatch(other),
        })
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Parsed<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }
}

/// Reads a text, such as the name of a field, without keeping it.
pub(crate) fn read_str<'de, D, T, F>(deserializer: D, read: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(&str) -> T,
{
    struct Text<F>(F);

    impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Text<F> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Text(read))
}

pub(super) struct Reader<T>(pub(super) PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Reader<T> {
    type Value = Parsed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(T::bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(T::number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(T::number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Parsed::Mismatch(Value::Null), T::number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(T::text(value.into()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
        Ok(T::text(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Parsed::Nothing)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Parsed::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        T::array(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::object(fields)
    }
}

impl Lenient for bool {
    const EXPECTED: &'static str = "a boolean";

    fn bool(value: bool) -> Parsed<Self> {
        Parsed::Value(value)
    }
}

impl Lenient for i64 {
    const EXPECTED: &'static str = "an integer";

    fn number(number: Number) -> Parsed<Self> {
        number.as_i64().map_or(Parsed::Mismatch(number.into()), Parsed::Value)
    }
}

impl Lenient for String {
    const EXPECTED: &'static str = "a string";

    fn text(text: Cow<'_, str>) -> Parsed<Self> {
        Parsed::Value(text.into_owned())
    }
}

impl<T: Lenient + serde::Serialize> Lenient for Vec<T> {
    const EXPECTED: &'static str = "an array";

    /// One item that does not fit makes the array a misfit, so that no item is lost or out of place.
    fn array<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Parsed<Self>, A::Error> {
        let mut fitting = Vec::new();
        while let Some(item) = items.next_element()? {
            let misfit = match item {
                Parsed::Value(item) => {
                    fitting.push(item);
                    continue;
                }
                Parsed::Nothing => Value::Null,
                Parsed::Mismatch(misfit) => misfit,
            };
            let mut all =
                fitting.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>().map_err(A::Error::custom)?;
            all.push(misfit);
            while let Some(rest) = items.next_element()? {
                all.push(rest);
            }
            return Ok(Parsed::Mismatch(all.into()));
        }
        Ok(Parsed::Value(fitting))
    }
}
