//! Reads what any source allows, and keeps everything else as received.
//!
//! A field of a payment can hold a value that no source documents: a string instead of a flag, an empty array instead of
//! an object. Such a value must not make the payment fail or be misread, so each type reads only certain JSON
//! values, and any other is a [`Parsed::Mismatch`] that the object keeps among its unknown fields.
//!
//! serde_json hands each value over as its JSON text, so that no number is rounded on the way. Other readers hand over
//! binary floats: one that may be rounded is a mismatch where an exact number is expected.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use super::{
    UnknownField, integer,
    json_text::{JsonText, visit_scalars},
    string,
};
use crate::json;

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

    /// Whether the type has exact numbers, so that a text with a number that may be rounded does not fit.
    const EXACT: bool = false;

    /// Reads the JSON text of a value.
    ///
    /// # Errors
    /// Returns an error if a part of the value makes the whole body invalid.
    fn parse(json: &str) -> serde_json::Result<Parsed<Self>>;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        parse_text(JsonText::read(deserializer, Self::EXPECTED))
    }
}

/// An object or a listing, which can be read as it arrives, so that an error has its place in the body.
pub(crate) trait Container: Lenient {
    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error>;

    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        parse_text(JsonText::read_array(items))
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Parsed<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }
}

#[inline]
fn parse_text<T: Lenient, E: Error>(text: Result<JsonText<'_>, E>) -> Result<Parsed<T>, E> {
    let text = text?;
    if T::EXACT && text.is_rounded {
        return Ok(Parsed::new(None, &text.json));
    }
    T::parse(&text.json).map_err(|error| without_position(&error))
}

/// Drops the position, which is relative to the text of a value and not to the body.
fn without_position<E: Error>(error: &serde_json::Error) -> E {
    let message = error.to_string();
    E::custom(message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message))
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

/// Reads a container as it arrives.
pub(crate) struct ContainerVisitor<T>(pub(crate) PhantomData<T>);

impl<'de, T: Container> Visitor<'de> for ContainerVisitor<T> {
    type Value = Parsed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    visit_scalars!(parse_text);

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
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

/// Implements [`Lenient`] for a scalar from the function that reads its JSON text, null excepted.
macro_rules! scalar {
    ($scalar:ty, $expected:literal, $parse:expr $(, exact = $exact:literal)?) => {
        impl $crate::types::Lenient for $scalar {
            const EXPECTED: &'static str = $expected;
            $(const EXACT: bool = $exact;)?

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

/// The most memory that the items of an array take, in bytes for each byte of its text, if they are more than
/// [`MIN_ITEMS`].
const MAX_GROWTH: usize = 4;

/// The number of items that an array may have, however small they are.
const MIN_ITEMS: usize = 100;

impl<T: Lenient> Lenient for Vec<T> {
    const EXPECTED: &'static str = "an array";
    const EXACT: bool = T::EXACT;

    /// One item that does not fit makes the array a mismatch, so that no item is lost or moved. So do many that are smaller
    /// than any that the service sends, since they would take much more memory than their text.
    fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
        if json == "null" {
            return Ok(Parsed::Nothing);
        }
        if !json.starts_with('[') {
            return Ok(Parsed::new(None, json));
        }
        let most = MIN_ITEMS.max(json.len().saturating_mul(MAX_GROWTH) / size_of::<Parsed<T>>());
        let Some(items) = json::items::<Parsed<T>>(json, most)? else { return Ok(Parsed::new(None, json)) };
        let fitting = items.into_iter().map(|item| if let Parsed::Value(item) = item { Some(item) } else { None });
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
        JsonText::deserialize(deserializer).map(|text| Self::from_json(&text.json))
    }
}
