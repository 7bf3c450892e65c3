//! Reads what any source allows, and keeps everything else as received.
//!
//! A field of a payment can hold a value that no source documents: a string instead of a flag, an empty array instead of
//! an object. Such a value must not make the payment fail or be misread, so each type reads only certain JSON
//! values, and any other is a [`Parsed::Mismatch`] that the object keeps among its unknown fields.
//!
//! serde_json hands each value over as its JSON text, so that no number is rounded on the way.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value},
};

use super::{UnknownField, integer, string, unknown};
use crate::json;

/// The names under which serde_json hands a value over by its text: the first where the reader asks for it (its feature
/// `raw_value`), the second where some other crate enables `arbitrary_precision`.
const RAW: &str = "$serde_json::private::RawValue";
const NUMBER: &str = "$serde_json::private::Number";

/// The result of parsing a JSON value as a type.
#[derive(Debug)]
pub(crate) enum Parsed<T> {
    /// A value of the type.
    Value(T),
    /// No value: null, and for a time also 0.
    Nothing,
    /// A value that no source documents, as received.
    Mismatch(UnknownField),
}

impl<T> Parsed<T> {
    /// Creates a value, or a mismatch with the received JSON.
    pub(crate) fn new(value: Option<T>, json: &str) -> Self {
        value.map_or_else(|| Self::Mismatch(UnknownField::from_json(json)), Self::Value)
    }

    /// Returns the value, or an error with the expected type and without the received value.
    pub(crate) fn strict<E: Error>(self, expected: &str) -> Result<T, E> {
        match self {
            Parsed::Value(value) => Ok(value),
            Parsed::Nothing | Parsed::Mismatch(_) => Err(E::custom(format_args!("expected {expected}"))),
        }
    }
}

/// A type that is parsed from JSON leniently.
pub(crate) trait Lenient: Sized {
    /// The expected value, for error messages.
    const EXPECTED: &'static str;

    /// Reads the JSON text of a value.
    ///
    /// # Errors
    /// Returns an error if a part of the value makes the whole body invalid.
    fn parse(json: &str) -> serde_json::Result<Parsed<Self>>;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        read_raw(deserializer)
    }

    /// Reads an array from a reader that does not hand over texts.
    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        let items = Vec::<UnknownField>::deserialize(value::SeqAccessDeserializer::new(items))?;
        parse_value(&items)
    }

    /// Reads an object from a reader that does not hand over texts, or a text.
    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error> {
        read_text(fields)
    }
}

/// Reads a value from its JSON text.
#[inline]
pub(crate) fn read_raw<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<T>, D::Error> {
    deserializer.deserialize_newtype_struct(RAW, Reader(PhantomData))
}

/// Reads a map: serde_json's wrapper of a JSON text, or the fields of a buffered object.
#[inline]
pub(crate) fn read_text<'de, T: Lenient, A: MapAccess<'de>>(mut fields: A) -> Result<Parsed<T>, A::Error> {
    let mut object = unknown::Object::default();
    while let Some(key) = fields.next_key()? {
        match key {
            Key::Text => return fields.next_value_seed(Text(PhantomData)),
            Key::Field(name) => object.push(name, fields.next_value()?),
        }
    }
    parse_value(&object)
}

impl<'de, T: Lenient> Deserialize<'de> for Parsed<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }
}

fn parse_value<T: Lenient, E: Error>(value: &impl Serialize) -> Result<Parsed<T>, E> {
    parse(&serde_json::to_string(value).map_err(E::custom)?)
}

fn parse<T: Lenient, E: Error>(json: &str) -> Result<Parsed<T>, E> {
    T::parse(json).map_err(|error| {
        // The position is relative to the text of the value, not to the body.
        let message = error.to_string();
        E::custom(message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message))
    })
}

/// Reads a text, such as the name of a field, without keeping it.
pub(crate) fn read_str<'de, D, T, F>(deserializer: D, read: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(&str) -> T,
{
    struct Reader<F>(F);

    impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Reader<F> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Reader(read))
}

/// The first key of a map: one of serde_json's names for a JSON text, or a field.
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

/// A JSON text, read without copying it.
struct Text<T>(PhantomData<T>);

impl<'de, T: Lenient> DeserializeSeed<'de> for Text<T> {
    type Value = Parsed<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed<T>, D::Error> {
        read_str(deserializer, parse)?
    }
}

/// Reads a value from a reader of any kind.
pub(crate) struct Reader<T>(pub(crate) PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Reader<T> {
    type Value = Parsed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        parse_value(&value)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        parse("null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        parse("null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read(deserializer)
    }

    /// Called by a reader that does not hand over texts. Its values are read as one type, so that the reader's own large
    /// function is not compiled for each type.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match deserializer.deserialize_any(Reader::<UnknownField>(PhantomData))? {
            Parsed::Value(value) | Parsed::Mismatch(value) => parse(value.as_json()),
            Parsed::Nothing => parse("null"),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        T::array(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::object(fields)
    }
}

/// Implements [`Lenient`] for a scalar from the function that reads its JSON text, null excepted.
macro_rules! scalar {
    ($scalar:ty, $expected:literal, $parse:expr) => {
        impl $crate::types::Lenient for $scalar {
            const EXPECTED: &'static str = $expected;

            fn parse(json: &str) -> serde_json::Result<$crate::types::Parsed<Self>> {
                let parse: fn(&str) -> Option<Self> = $parse;
                Ok(if json == "null" {
                    $crate::types::Parsed::Nothing
                } else {
                    $crate::types::Parsed::new(parse(json), json)
                })
            }
        }
    };
}
pub(crate) use scalar;

scalar!(bool, "a boolean", |json| json.parse().ok());
scalar!(i64, "an integer", integer);
scalar!(String, "a string", |json| string(json).map(Cow::into_owned));

impl<T: Lenient> Lenient for Vec<T> {
    const EXPECTED: &'static str = "an array";

    /// One item that does not fit makes the array a mismatch, so that no item is lost or moved.
    fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
        if json == "null" {
            return Ok(Parsed::Nothing);
        }
        if !json.starts_with('[') {
            return Ok(Parsed::new(None, json));
        }
        let items = json::items::<Parsed<T>>(json)?.into_iter();
        let fitting = items.map(|item| if let Parsed::Value(item) = item { Some(item) } else { None });
        Ok(Parsed::new(fitting.collect(), json))
    }
}

impl Lenient for UnknownField {
    const EXPECTED: &'static str = "any value";

    fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
        Ok(if json == "null" { Parsed::Nothing } else { Parsed::Value(Self::from_json(json)) })
    }
}

impl<'de> Deserialize<'de> for UnknownField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Self::read(deserializer)? {
            Parsed::Value(value) | Parsed::Mismatch(value) => value,
            Parsed::Nothing => Self::from_json("null"),
        })
    }
}
