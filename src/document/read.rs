//! Reads a description: JSON or YAML, OpenAPI 3 or Swagger 2.0.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::SpecError;

/// The memory that the values of a text may take, in bytes for each byte of the text. The YAML parser needs more besides.
const JSON_FACTOR: usize = 40;
const YAML_FACTOR: usize = 24;
/// The memory that even the shortest text may take.
const MIN_MEMORY: usize = 1 << 20;
/// The memory of a value, without its content.
const VALUE_MEMORY: usize = 32;
/// The memory of a field, without its name and its value. The map of an object has room for eleven of them at least.
const FIELD_MEMORY: usize = 56;
const FIRST_FIELDS: usize = 11;

/// The bytes of a YAML text for each key and each value, at least: the parser keeps all of them in memory.
const YAML_VALUE_BYTES: usize = 4;
/// The number of keys and values that even the shortest YAML text may have.
const MIN_YAML_VALUES: usize = 20_000;
/// The number of open brackets. The time of the YAML parser grows with their square.
const MAX_OPEN_BRACKETS: usize = 1_000;

/// Reads a description of a version that is supported.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, SpecError> {
    let text = str::from_utf8(bytes).map_err(|e| {
        let before = bytes.iter().take(e.valid_up_to());
        SpecError::not_text(1 + before.filter(|byte| **byte == b'\n').count())
    })?;
    let value = parse(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let version = |key| match value.get(key) {
        Some(Value::String(version)) => Some(version.clone()),
        Some(Value::Number(version)) => Some(version.to_string()), // YAML without quotes
        _ => None,
    };
    match (version("swagger"), version("openapi")) {
        (Some(swagger), _) if swagger == "2.0" || swagger == "2" => Ok(value),
        (_, Some(openapi)) if openapi.split('.').next() == Some("3") => Ok(value),
        (Some(swagger), _) => Err(SpecError::version(Some(format!("Swagger {swagger}")))),
        (_, Some(openapi)) => Err(SpecError::version(Some(format!("OpenAPI {openapi}")))),
        (None, None) => Err(SpecError::version(version("swaggerVersion").map(|version| format!("Swagger {version}")))),
    }
}

fn parse(text: &str) -> Result<Value, SpecError> {
    let memory = |factor| text.len().saturating_mul(factor).max(MIN_MEMORY);
    if text.trim_start().starts_with(['{', '[']) {
        let mut builder = Builder { left: memory(JSON_FACTOR), merges: false };
        builder.deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(|e| SpecError::json(&e))?;
        // serde_json reads the numbers, so that they do not depend on its enabled features.
        return serde_json::from_str(text).map_err(|e| SpecError::json(&e));
    }
    check_size(text)?;
    let mut builder = Builder { left: memory(YAML_FACTOR), merges: true };
    builder.deserialize(yaml_serde::Deserializer::from_str(text)).map_err(|e| SpecError::yaml(&e))
}

/// Checks the size of a YAML text, before the parser needs time and memory for it.
fn check_size(text: &str) -> Result<(), SpecError> {
    let (mut values, mut open, mut line, mut has_key) = (0_usize, 0_usize, 1, false);
    for pair in text.as_bytes().windows(2) {
        // Every `- `, bracket, field and item has at most two keys and values, or starts and ends.
        match pair {
            [b':', b' ' | b'\t' | b'\r' | b'\n'] => (values, has_key) = (values + 2, true),
            [b',' | b'\n', _] => {
                values += if has_key { 0 } else { 2 };
                has_key = false;
            }
            [b'[' | b'{', _] => (open, values) = (open + 1, values + 2),
            [b']' | b'}', _] => open = open.saturating_sub(1),
            [b'-' | b'?', b' ' | b'\t' | b'\r' | b'\n'] => values += 2,
            _ => {}
        }
        line += usize::from(pair.first() == Some(&b'\n'));
        if open > MAX_OPEN_BRACKETS {
            return Err(SpecError::too_large(Some(line), "more than 1,000 brackets are open"));
        }
    }
    if values > (text.len() / YAML_VALUE_BYTES).max(MIN_YAML_VALUES) {
        return Err(SpecError::too_large(Some(line), "there are too many values for a text of this length"));
    }
    Ok(())
}

/// Builds a value. Stops at a duplicate key, and at a value that is too large for its text, as aliases can make it.
struct Builder {
    /// The memory that values may still take.
    left: usize,
    /// Whether `<<` is YAML's merge key.
    merges: bool,
}

impl Builder {
    fn take<E: Error>(&mut self, memory: usize) -> Result<(), E> {
        let too_large = || E::custom("the values are too large for a text of this length");
        self.left = self.left.checked_sub(memory).ok_or_else(too_large)?;
        Ok(())
    }

    fn scalar<E: Error>(&mut self, value: impl Into<Value>) -> Result<Value, E> {
        self.take(VALUE_MEMORY).map(|()| value.into())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Builder {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Builder {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    /// An empty document.
    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(value)
    }

    /// An integer of more than 64 bits, as JSON reads it.
    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(value as f64)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.take(value.len())?;
        self.scalar(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(&mut *self)? {
            array.push(item);
        }
        array.shrink_to_fit();
        self.scalar(array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let (mut object, mut known, mut merged) = (Map::new(), HashSet::new(), None);
        while let Some(key) = fields.next_key_seed(NewKey { known: &known, builder: self })? {
            let value = fields.next_value_seed(&mut *self)?;
            match value {
                Value::Object(value) if self.merges && key == "<<" => merged = Some(vec![value]),
                Value::Array(values) if self.merges && key == "<<" => {
                    let objects = values.into_iter().map(|value| match value {
                        Value::Object(value) => Ok(value),
                        _ => Err(invalid_merge()),
                    });
                    merged = Some(objects.collect::<Result<_, _>>()?);
                }
                _ if self.merges && key == "<<" => return Err(invalid_merge()),
                value => drop(object.insert(key.clone(), value)),
            }
            known.insert(key);
        }
        // A mapping, or several: their keys count where this mapping has none of that name, those of the first most.
        for (key, value) in merged.into_iter().flatten().flatten() {
            object.entry(key).or_insert(value);
        }
        self.scalar(object)
    }
}

fn invalid_merge<E: Error>() -> E {
    E::custom("invalid merge key `<<`: expected a mapping, or several")
}

/// Reads a key, which YAML may write without quotes. The error of a duplicate one has its line.
struct NewKey<'k> {
    known: &'k HashSet<String>,
    builder: &'k mut Builder,
}

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.known.contains(key) {
            return Err(E::custom(format_args!("duplicate key `{}`", key.escape_debug())));
        }
        let first = if self.known.is_empty() { FIRST_FIELDS * FIELD_MEMORY } else { 2 * FIELD_MEMORY };
        self.builder.take(first + key.len())?;
        Ok(key.to_owned())
    }
}
