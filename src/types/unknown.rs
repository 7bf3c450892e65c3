use std::fmt;

use serde::{Serialize, Serializer, de::DeserializeOwned, ser};
use serde_json::{Value, value::RawValue};

use super::{Redact, integer, string};

/// A field that the document does not know, or a value that no source documents, as its JSON text.
///
/// Numbers keep all digits, and `serde_json` writes the field as it was received. Two fields are equal if their texts are;
/// compare [`to_value`](Self::to_value) to ignore whitespace, escapes and the order of keys.
/// It may be personal data, so `Debug` shows only its JSON type.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":100,"points":12345678901234567890123}"#;
/// let payment: iamport::Payment = serde_json::from_str(body)?;
/// assert_eq!(payment.extra["points"].as_json(), "12345678901234567890123");
/// assert!(serde_json::to_string(&payment)?.contains(r#""points":12345678901234567890123"#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownField(Box<str>);

impl UnknownField {
    /// Takes a JSON text, which is valid.
    pub(crate) fn from_json(json: &str) -> Self {
        Self(json.into())
    }

    /// Returns the value as JSON, as received.
    pub fn as_json(&self) -> &str {
        &self.0
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

/// Serializes the field as received. Only `serde_json` can write a number of more than 15 digits, an array or an object.
impl Serialize for UnknownField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = &*self.0;
        if let Some(text) = string(json) {
            return serializer.serialize_str(&text);
        }
        match (json, integer(json)) {
            ("null", _) => serializer.serialize_unit(),
            ("true" | "false", _) => serializer.serialize_bool(json == "true"),
            (_, Some(integer)) => serializer.serialize_i64(integer),
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
