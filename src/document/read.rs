//! Reads a description: JSON or YAML, OpenAPI 3 or Swagger 2.0.

use std::{collections::HashMap, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::SpecError;

/// The factor by which a YAML document may exceed its text after its aliases are expanded.
const ALIAS_FACTOR: usize = 4;
/// The size that even the shortest text may reach.
const ALIAS_MINIMUM: usize = 10_000;

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
    if text.trim_start().starts_with(['{', '[']) {
        let json = |loader: &mut Loader| loader.deserialize(&mut serde_json::Deserializer::from_str(text));
        load(None, json, serde_json::Error::line)?.map_err(|e| SpecError::json(&e))?;
        // serde_json reads the numbers, so that they do not depend on its enabled features.
        serde_json::from_str(text).map_err(|e| SpecError::json(&e))
    } else {
        let limit = text.len().saturating_mul(ALIAS_FACTOR).saturating_add(ALIAS_MINIMUM);
        let yaml = |loader: &mut Loader| loader.deserialize(yaml_serde::Deserializer::from_str(text));
        let line = |e: &yaml_serde::Error| e.location().map_or(0, |at| at.line());
        load(Some(limit), yaml, line)?.map_err(|e| SpecError::yaml(&e))
    }
}

/// Reads a document. If it has a duplicate key, reads it again up to each of the two keys, since only errors have lines.
fn load<E>(
    yaml_limit: Option<usize>,
    read: impl Fn(&mut Loader) -> Result<Value, E>,
    line: impl Fn(&E) -> usize,
) -> Result<Result<Value, E>, SpecError> {
    let loader = |stop| Loader {
        left: yaml_limit.unwrap_or(usize::MAX),
        merges: yaml_limit.is_some(),
        keys: 0,
        stop,
        fault: None,
    };
    let mut first = loader(usize::MAX);
    let value = read(&mut first);
    let line_of = |stop| read(&mut loader(stop)).err().map_or(0, |e| line(&e));
    match first.fault {
        None => Ok(value),
        Some(Fault::Aliases) => Err(SpecError::aliases()),
        Some(Fault::Merge) => Err(SpecError::merge(value.err().map_or(0, |e| line(&e)))),
        Some(Fault::Duplicate { key, keys }) => Err(SpecError::duplicate(key, keys.map(line_of))),
    }
}

enum Fault {
    Aliases,
    Merge,
    /// The numbers of both keys, in the order of the document.
    Duplicate {
        key: String,
        keys: [usize; 2],
    },
}

/// Builds a value, and stops at a duplicate key.
struct Loader {
    /// The number of values and characters that may follow.
    left: usize,
    /// Whether `<<` is YAML's merge key.
    merges: bool,
    keys: usize,
    /// The key to stop at.
    stop: usize,
    fault: Option<Fault>,
}

impl Loader {
    fn take<E: serde::de::Error>(&mut self, size: usize) -> Result<(), E> {
        match self.left.checked_sub(size) {
            Some(left) => self.left = left,
            None => return Err(self.stop(Fault::Aliases)),
        }
        Ok(())
    }

    fn stop<E: serde::de::Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("")
    }
}

impl<'de> DeserializeSeed<'de> for &mut Loader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Loader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.take(1).map(|()| Value::Null)
    }

    /// An empty document.
    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.take(1).map(|()| value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.take(1).map(|()| value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.take(1).map(|()| value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.take(1).map(|()| value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.take(1 + value.len()).map(|()| value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.take(1)?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(&mut *self)? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        self.take(1)?;
        let mut object = Map::new();
        let mut merged = Vec::new();
        let mut known = HashMap::new();
        while let Some(key) = fields.next_key_seed(Key(self))? {
            if let Some(first) = known.insert(key.clone(), self.keys) {
                let keys = [first, self.keys];
                return Err(self.stop(Fault::Duplicate { key, keys }));
            }
            let value = fields.next_value_seed(&mut *self)?;
            if self.merges && key == "<<" { merged.push(value) } else { drop(object.insert(key, value)) }
        }
        // A mapping, or several: their keys count where this mapping has none of that name, those of the first most.
        while let Some(merge) = merged.pop() {
            match merge {
                Value::Object(fields) => fields.into_iter().for_each(|(key, value)| {
                    object.entry(key).or_insert(value);
                }),
                Value::Array(several) if several.iter().all(Value::is_object) => {
                    merged.extend(several.into_iter().rev())
                }
                _ => return Err(self.stop(Fault::Merge)),
            }
        }
        Ok(object.into())
    }
}

/// Reads a key, which YAML may write without quotes.
struct Key<'l>(&'l mut Loader);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        self.0.keys += 1;
        if self.0.keys == self.0.stop {
            return Err(E::custom(""));
        }
        self.0.take(key.len()).map(|()| key.to_owned())
    }
}
