use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer, de::DeserializeOwned, ser};
use serde_json::{Value, value::RawValue};

use super::{Redact, integer, serde_json_names::writes_raw_values, string};

/// A field that the document does not know, or a value that no source documents, as its JSON text.
///
/// Numbers keep all digits and texts their escapes, and `serde_json` writes the field as it was received, without the blanks
/// between its parts. Two fields are equal if their texts are; compare [`to_value`](Self::to_value) to ignore escapes and the
/// order of keys. It may be personal data, so `Debug` shows only its JSON type.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":100,"points_of_tests":12345678901234567890123}"#;
/// let payment: iamport::Payment = serde_json::from_str(body)?;
/// assert_eq!(payment.extra["points_of_tests"].as_json(), "12345678901234567890123");
/// assert!(serde_json::to_string(&payment)?.contains(r#""points_of_tests":12345678901234567890123"#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownField(Box<str>);

impl UnknownField {
    /// Takes a JSON text, which is valid, without the blanks between its parts: a line break in one would end a line of
    /// NDJSON.
    pub(crate) fn from_json(json: &str) -> Self {
        if !json.contains([' ', '\n', '\r', '\t']) {
            return Self(json.into());
        }
        let (mut in_text, mut is_escaped) = (false, false);
        let kept = json.chars().filter(|char| {
            let is_kept = in_text || !char.is_ascii_whitespace();
            in_text ^= *char == '"' && !is_escaped;
            is_escaped = *char == '\\' && !is_escaped;
            is_kept
        });
        Self(kept.collect())
    }

    /// Returns the value as JSON: as received, without the blanks between its parts.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Returns the text, decoded, if the value is one.
    ///
    /// ```
    /// # fn main() -> Result<(), serde_json::Error> {
    /// let field: iamport::UnknownField = serde_json::from_str(r#""\ud64d\uae38\ub3d9""#)?;
    /// assert_eq!(field.as_str().as_deref(), Some("홍길동"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        string(&self.0)
    }

    /// Returns the value in `serde_json`'s own model, which rounds a number of more digits than an `f64` holds.
    ///
    /// # Errors
    ///
    /// Returns an error for a number that is too large for an `f64`.
    pub fn to_value(&self) -> serde_json::Result<Value> {
        self.deserialize()
    }

    /// Reads the value as a type.
    ///
    /// # Errors
    ///
    /// Returns an error where the value does not fit the type. The error may quote the value.
    pub fn deserialize<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.0)
    }

    /// Returns the JSON type of the value, in words.
    fn kind(&self) -> &'static str {
        match self.0.as_bytes() {
            [b'n', ..] => "null",
            [b't' | b'f', ..] => "[a boolean]",
            [b'"', ..] => "[a string]",
            [b'[', ..] => "[an array]",
            [b'{', ..] => "[an object]",
            _ => "[a number]",
        }
    }
}

impl From<Value> for UnknownField {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// Compares the value, whatever its notation.
impl PartialEq<Value> for UnknownField {
    fn eq(&self, other: &Value) -> bool {
        self.to_value().is_ok_and(|value| value == *other)
    }
}

impl fmt::Debug for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// Serializes the field as received. Only `serde_json` can write a number of more than 15 digits, an array or an object, and
/// only its texts have the escapes that were received.
impl Serialize for UnknownField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = &*self.0;
        match (json, integer(json), string(json)) {
            ("null", ..) => serializer.serialize_unit(),
            ("true" | "false", ..) => serializer.serialize_bool(json == "true"),
            (_, Some(integer), _) => serializer.serialize_i64(integer),
            (_, _, Some(text)) if !writes_raw_values::<S>() => serializer.serialize_str(&text),
            _ => serde_json::from_str::<&RawValue>(json).map_err(ser::Error::custom)?.serialize(serializer),
        }
    }
}

impl Redact for UnknownField {
    fn redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if &*self.0 == "null" { serializer.serialize_unit() } else { serializer.serialize_str(self.kind()) }
    }
}

#[cfg(feature = "schemars")]
super::schema!(UnknownField, {});
