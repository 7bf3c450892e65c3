//! How serde_json hands over the text of a value, asked of serde_json itself: its names for that are private.

use std::{any::type_name, borrow::Cow, fmt, sync::LazyLock};

use serde::{
    Deserialize, Deserializer, Serializer,
    de::{self, MapAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Value, value::RawValue};

/// Returns the name by which a [`RawValue`] asks serde_json for the text of a value, and the key under which it gets it.
/// `None` if it asks in another way.
#[inline]
pub(crate) fn raw_value() -> Option<&'static str> {
    // Known when the program is compiled, like the name that serde_json compares it with.
    <&RawValue>::deserialize(Probe).err().and_then(|Name(name)| name)
}

/// The key under which serde_json hands over the digits of a number, if another crate enables `arbitrary_precision`.
pub(crate) static NUMBER: LazyLock<Option<String>> =
    LazyLock::new(|| serde_json::Deserializer::from_str("1.5").deserialize_any(FirstKey).ok().flatten());

/// Returns whether a reader is a [`Value`], which prints numbers that it has rounded as if it had received them.
pub(crate) fn is_value<D>() -> bool {
    let reader = type_name::<D>();
    // Equality is known when the program is compiled.
    reader == type_name::<Value>() || reader == type_name::<&Value>()
}

/// Returns whether a reader wraps a [`Value`].
pub(crate) fn wraps_value<D>() -> bool {
    type_name::<D>().contains(type_name::<Value>())
}

/// Returns whether a serializer is serde_json's writer, which writes the text of a [`RawValue`] as it is.
pub(crate) fn writes_raw_values<S: Serializer>() -> bool {
    let writer = type_name::<serde_json::Serializer<()>>();
    type_name::<S>().contains(writer.split('<').next().unwrap_or(writer))
}

/// A deserializer that fails with the name of the newtype it is asked for.
struct Probe;

#[derive(Debug)]
struct Name(Option<&'static str>);

impl<'de> Deserializer<'de> for Probe {
    type Error = Name;

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, Name> {
        Err(Name(Some(name)))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Name> {
        Err(Name(None))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl de::Error for Name {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a probe has no value")
    }
}

impl std::error::Error for Name {}

/// Reads a number, and returns the first key if it is handed over as a map.
struct FirstKey;

impl<'de> Visitor<'de> for FirstKey {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let key = fields.next_key::<Cow<'_, str>>()?;
        fields.next_value::<de::IgnoredAny>()?;
        Ok(key.map(Cow::into_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without the name, amounts would be read from binary floats.
    #[test]
    fn serde_json_hands_over_the_text_of_a_value() {
        let name = raw_value().unwrap_or_default();
        assert!(name.contains("RawValue"), "serde_json asks for {name:?}");
    }

    #[test]
    fn readers_and_writers_of_serde_json_are_recognized() {
        assert!(is_value::<Value>() && is_value::<&Value>() && !is_value::<Option<Value>>());
        assert!(wraps_value::<Option<Value>>());
        assert!(!wraps_value::<&mut serde_json::Deserializer<serde_json::de::StrRead<'_>>>());
        assert!(writes_raw_values::<&mut serde_json::Serializer<Vec<u8>>>());
        assert!(!writes_raw_values::<serde_json::value::Serializer>());
    }
}
