//! The meaning of a body, independent of its notation.

use std::{collections::HashSet, sync::LazyLock};

use iamport::Amount;
use serde_json::{Map, Value};

/// The names of the properties of a scalar of the document.
fn properties_of(scalar: &str) -> HashSet<String> {
    let document = super::document();
    let schemas = document["components"]["schemas"].as_object().unwrap().values();
    let properties = schemas.filter_map(|schema| schema["properties"].as_object()).flatten();
    let reference = format!("#/components/schemas/{scalar}");
    properties.filter(|(_, field)| super::scalar(field) == reference).map(|(name, _)| name.clone()).collect()
}

static TIMES: LazyLock<HashSet<String>> = LazyLock::new(|| &properties_of("Timestamp") | &properties_of("CardType"));
static AMOUNTS: LazyLock<HashSet<String>> = LazyLock::new(|| properties_of("Amount"));

/// One notation for all that mean the same: null is absent, a time of 0 is absent, a string of digits is a
/// number, and an amount is its value.
pub(crate) fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| Some((name.clone(), field(name, value)?)));
            fields.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(meaning).collect(),
        other => other.clone(),
    }
}

fn field(name: &str, value: &Value) -> Option<Value> {
    if name.starts_with("new_") {
        return Some(value.clone());
    }
    if TIMES.contains(name) {
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let nothing = value.is_null() || value == "" || value == "null" || (number == Some(0) && name != "card_type");
        return if nothing { None } else { Some(number.map_or_else(|| value.clone(), Value::from)) };
    }
    if AMOUNTS.contains(name)
        && let Ok(amount) = serde_json::from_value::<Amount>(value.clone())
    {
        return Some(amount.as_decimal().normalize().to_string().into());
    }
    (!value.is_null()).then(|| meaning(value))
}
