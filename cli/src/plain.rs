//! The document for generators of other languages, which know no extension of OpenAPI.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

/// Returns the document without extensions: a code is a text with known values, and an object that can be null is
/// `nullable` where it is referred to.
pub(crate) fn plain(document: &Value) -> Value {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    let or_null: BTreeMap<_, _> = schemas
        .filter_map(|(name, schema)| match schema.get("oneOf")?.as_array()?.as_slice() {
            [object, null] if null.get("enum") == Some(&json!([null])) => {
                Some((format!("{SCHEMAS}{name}"), object.get("$ref")?.as_str()?))
            }
            _ => None,
        })
        .collect();
    let mut plain = rewritten(document, &or_null);
    if let Some(schemas) = plain.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.retain(|name, _| !or_null.contains_key(&format!("{SCHEMAS}{name}")));
    }
    plain
}

fn rewritten(node: &Value, or_null: &BTreeMap<String, &str>) -> Value {
    match node {
        Value::Array(items) => items.iter().map(|item| rewritten(item, or_null)).collect(),
        Value::Object(fields) => {
            let fields_without = fields.iter().filter(|(key, _)| !key.starts_with("x-"));
            let mut plain: Map<_, _> = fields_without
                .map(|(key, value)| {
                    let is_data = matches!(key.as_str(), "default" | "example" | "value");
                    (key.clone(), if is_data { value.clone() } else { rewritten(value, or_null) })
                })
                .collect();
            if let (Some(known), true) = (node.get("x-extensible-enum"), node.get("type") == Some(&json!("string"))) {
                let known: Vec<_> =
                    known.as_array().into_iter().flatten().filter_map(|code| code.get("value")).collect();
                plain.remove("type");
                plain.insert("anyOf".to_owned(), json!([{ "type": "string", "enum": known }, { "type": "string" }]));
            }
            if let Some(object) =
                node.pointer("/allOf/0/$ref").and_then(Value::as_str).and_then(|target| or_null.get(target))
            {
                plain.insert("allOf".to_owned(), json!([{ "$ref": object }]));
                plain.insert("nullable".to_owned(), json!(true));
            }
            plain.into()
        }
        scalar => scalar.clone(),
    }
}
