use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Lenient, Parsed};

/// A field that the document does not know, or a value that no source tells of, as it came.
///
/// It reads like a [`serde_json::Value`]. Whether it is personal nobody knows, so its `Debug` tells its kind alone.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnknownField(Value);

impl UnknownField {
    /// The value itself.
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl Deref for UnknownField {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for UnknownField {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl PartialEq<Value> for UnknownField {
    fn eq(&self, other: &Value) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "null",
            Value::Bool(_) => "[a boolean]",
            Value::Number(_) => "[a number]",
            Value::String(_) => "[a string]",
            Value::Array(_) => "[an array]",
            Value::Object(_) => "[an object]",
        })
    }
}

impl Lenient for UnknownField {
    const EXPECTED: &'static str = "anything";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<Self>, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Parsed::Nothing,
            value => Parsed::Value(Self(value)),
        })
    }
}

#[cfg(feature = "schemars")]
super::schema!(UnknownField, {});
