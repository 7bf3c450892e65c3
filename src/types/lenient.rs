//! Reads what any source allows, and keeps everything else as received.
//!
//! A field of a payment can hold a value that no source documents: a string instead of a flag, an empty array instead of
//! an object. Such a value must not make the payment fail or be misread, so each type reads only certain JSON
//! values, and any other is a [`Parsed::Mismatch`] that the object keeps among its unknown fields.
//!
//! serde_json hands each value over as its JSON text, so that no number is rounded on the way.

use std::{borrow::Cow, convert, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{UnknownField, integer, string};
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
        parse_text(deserializer.deserialize_newtype_struct(RAW, JsonTextVisitor(Self::EXPECTED)))
    }
}

/// An object or a listing, which can be read as it arrives, so that an error has its place in the body.
pub(crate) trait Container: Lenient {
    fn object<'de, A: MapAccess<'de>>(fields: A) -> Result<Parsed<Self>, A::Error>;

    fn array<'de, A: SeqAccess<'de>>(items: A) -> Result<Parsed<Self>, A::Error> {
        parse_text(JsonTextVisitor(Self::EXPECTED).visit_seq(items))
    }
}

impl<'de, T: Lenient> Deserialize<'de> for Parsed<T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }
}

fn parse_text<T: Lenient, E: Error>(json: Result<JsonText<'_>, E>) -> Result<Parsed<T>, E> {
    T::parse(&json?.0).map_err(|error| without_position(&error))
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

/// The JSON text of a value, borrowed from the body where the reader hands it over. It is read by the same code for all
/// types, since a copy of that code for each would take long to compile.
struct JsonText<'de>(Cow<'de, str>);

impl<'de> JsonText<'de> {
    fn new<E: Error>(value: &impl Serialize) -> Result<Self, E> {
        serde_json::to_string(value).map(|json| Self(json.into())).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for JsonText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, JsonTextVisitor("any value"))
    }
}

/// A key or a text of serde_json, borrowed where that is possible.
#[derive(Deserialize)]
#[serde(transparent)]
struct Str<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a value of any kind from a reader of any kind. Holds the expected value, for error messages.
struct JsonTextVisitor(&'static str);

macro_rules! visit_scalars {
    ($($visit:ident $value:ty),* => $read:expr) => {
        $(fn $visit<E: Error>(self, value: $value) -> Result<Self::Value, E> {
            $read(JsonText::new(&value))
        })*

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            $read(JsonText::new(&()))
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            self.visit_unit()
        }
    };
    ($read:expr) => {
        visit_scalars! {
            visit_bool bool, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_str &str
            => $read
        }
    };
}

impl<'de> Visitor<'de> for JsonTextVisitor {
    type Value = JsonText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    visit_scalars!(convert::identity);

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, self)
    }

    /// Called by a reader that does not hand over texts, so a wrapper of a text may be an imitation by the body.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let JsonText(json) = deserializer.deserialize_any(self)?;
        let is_value = serde_json::from_str::<&RawValue>(&json).is_ok();
        if is_value { Ok(JsonText(json)) } else { Err(D::Error::custom("expected a JSON value")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut json = String::from("[");
        while let Some(JsonText(item)) = items.next_element()? {
            json += if json.len() > 1 { "," } else { "" };
            json += &item;
        }
        Ok(JsonText((json + "]").into()))
    }

    /// Reads serde_json's wrapper of a text, or an object.
    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        match fields.next_key()? {
            Some(Str(name)) if matches!(&*name, RAW | NUMBER) => fields.next_value().map(|Str(text)| JsonText(text)),
            name => object(name, fields),
        }
    }
}

/// Reads an object that a reader hands over field by field. `next` is its first name.
#[cold]
fn object<'de, A: MapAccess<'de>>(mut next: Option<Str<'de>>, mut fields: A) -> Result<JsonText<'de>, A::Error> {
    let mut json = String::from("{");
    while let Some(Str(name)) = next {
        json += if json.len() > 1 { "," } else { "" };
        json += &JsonText::new(&name)?.0;
        json.push(':');
        json += &fields.next_value::<JsonText<'_>>()?.0;
        next = fields.next_key()?;
    }
    Ok(JsonText((json + "}").into()))
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
        JsonText::deserialize(deserializer).map(|JsonText(json)| Self::from_json(&json))
    }
}
