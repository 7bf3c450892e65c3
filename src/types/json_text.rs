//! The JSON text of a value, from a reader of any format.

use std::{borrow::Cow, convert, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::serde_json_names::{NUMBER, is_value, raw_value, wraps_value};

/// The most digits of a decimal that every binary float keeps.
const FLOAT_DIGITS: usize = 15;

/// The JSON text of a value, borrowed from the body where the reader hands it over. It is read by the same code for all
/// types, since a copy of that code for each would take long to compile.
pub(super) struct JsonText<'de> {
    pub(super) json: Cow<'de, str>,
    /// Whether it has a number that the reader handed over as a binary float, and that may have had more digits.
    pub(super) is_rounded: bool,
}

impl<'de> JsonText<'de> {
    /// Reads the text of a value. `expected` is what an error names.
    ///
    /// # Errors
    ///
    /// Returns an error for a number that is not finite, and for a value that JSON cannot express.
    // Otherwise it is a call for each value, and decoding a page takes 4 % more instructions.
    #[inline(always)]
    pub(super) fn read<D: Deserializer<'de>>(reader: D, expected: &'static str) -> Result<Self, D::Error> {
        if is_value::<D>() {
            return reader.deserialize_any(JsonTextVisitor { expected, asked: false });
        }
        let name =
            raw_value().ok_or_else(|| D::Error::custom("this version of serde_json does not hand over texts"))?;
        let text = reader.deserialize_newtype_struct(name, JsonTextVisitor { expected, asked: true })?;
        if matches!(text.json, Cow::Owned(_)) && wraps_value::<D>() {
            let value: Value = serde_json::from_str(&text.json).map_err(D::Error::custom)?;
            return value.deserialize_any(JsonTextVisitor { expected, asked: false }).map_err(D::Error::custom);
        }
        Ok(text)
    }

    /// Reads the text of an array.
    pub(super) fn read_array<A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let (mut json, mut is_rounded) = (String::from("["), false);
        while let Some(item) = items.next_element::<JsonText<'_>>()? {
            json += if json.len() > 1 { "," } else { "" };
            json += &item.json;
            is_rounded |= item.is_rounded;
        }
        Ok(Self { json: (json + "]").into(), is_rounded })
    }

    pub(super) fn of<E: Error>(value: &impl Serialize) -> Result<Self, E> {
        let json = serde_json::to_string(value).map_err(E::custom)?;
        Ok(Self { json: json.into(), is_rounded: false })
    }

    pub(super) fn of_float<E: Error>(float: f64) -> Result<Self, E> {
        if !float.is_finite() {
            return Err(E::custom("expected a finite number"));
        }
        let text = format!("{float:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let has_all_digits = digits.bytes().filter(u8::is_ascii_digit).count() <= FLOAT_DIGITS
            && exponent.parse::<usize>().unwrap_or(0) < FLOAT_DIGITS;
        Ok(Self { is_rounded: !has_all_digits, ..Self::of(&float)? })
    }
}

impl<'de> Deserialize<'de> for JsonText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer, "any value")
    }
}

/// A key or a text of serde_json, borrowed where that is possible.
#[derive(Deserialize)]
#[serde(transparent)]
struct Str<'a>(#[serde(borrow)] Cow<'a, str>);

/// Visits whatever JSON value a deserializer has, and returns its text.
struct JsonTextVisitor {
    expected: &'static str,
    /// Whether serde_json was asked for a text. Otherwise a map with its key is a part of the body.
    asked: bool,
}

/// Reads scalars into a [`JsonText`], and passes it on.
macro_rules! visit_scalars {
    ($($visit:ident $value:ty),* => $read:expr) => {
        $(fn $visit<E: Error>(self, value: $value) -> Result<Self::Value, E> {
            $read(JsonText::of(&value))
        })*

        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            $read(JsonText::of_float(value))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            $read(JsonText::of(&()))
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            self.visit_unit()
        }
    };
    ($read:expr) => {
        visit_scalars! {
            visit_bool bool, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_str &str => $read
        }
    };
}
pub(super) use visit_scalars;

impl<'de> Visitor<'de> for JsonTextVisitor {
    type Value = JsonText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    visit_scalars!(convert::identity);

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        JsonText::read(deserializer, self.expected)
    }

    /// A deserializer other than serde_json's calls this, since it does not know the request for a text.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(Self { asked: false, ..self })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        JsonText::read_array(items)
    }

    /// Reads the text that serde_json hands over, or an object.
    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        match fields.next_key()? {
            Some(Str(name)) if self.asked && raw_value().is_some_and(|raw| *name == *raw) => {
                let Str(json) = fields.next_value()?;
                Ok(JsonText { json, is_rounded: false })
            }
            name => object(name, fields),
        }
    }
}

/// Reads a number of serde_json with all its digits, or an object that a reader hands over field by field. `next` is the
/// first name.
#[cold]
fn object<'de, A: MapAccess<'de>>(mut next: Option<Str<'de>>, mut fields: A) -> Result<JsonText<'de>, A::Error> {
    if let (Some(Str(name)), Some(number)) = (&next, &*NUMBER)
        && name == number
    {
        let Str(digits) = fields.next_value()?;
        let is_number = digits.parse::<serde_json::Number>().is_ok();
        let number = JsonText { json: digits, is_rounded: false };
        return if is_number { Ok(number) } else { Err(A::Error::custom("expected a number")) };
    }
    let (mut json, mut is_rounded) = (String::from("{"), false);
    while let Some(Str(name)) = next {
        json += if json.len() > 1 { "," } else { "" };
        json += &JsonText::of(&name)?.json;
        json.push(':');
        let value: JsonText<'_> = fields.next_value()?;
        json += &value.json;
        is_rounded |= value.is_rounded;
        next = fields.next_key()?;
    }
    Ok(JsonText { json: (json + "}").into(), is_rounded })
}
