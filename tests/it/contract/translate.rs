//! The document as JSON Schema, translated independently of the crate.

use serde_json::{Map, Value, json};

/// Returns a schema of the document, with all others under `definitions`.
pub(crate) fn json_schema(document: &Value, name: &str) -> Value {
    let schemas = document["components"]["schemas"].as_object().unwrap().iter();
    let definitions: Map<_, _> = schemas.map(|(name, schema)| (name.clone(), translate(schema))).collect();
    json!({"$ref": format!("#/definitions/{name}"), "definitions": definitions})
}

/// Translates a schema to draft 4, in which `1.0` is not an integer either.
fn translate(schema: &Value) -> Value {
    let mut out = Map::new();
    for (keyword, value) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let target = value.as_str().unwrap().replace("#/components/schemas/", "#/definitions/");
                out.insert("$ref".to_owned(), target.into());
            }
            "properties" => {
                let fields = value.as_object().unwrap().iter();
                out.insert(keyword.clone(), fields.map(|(name, field)| (name.clone(), translate(field))).collect());
            }
            "allOf" | "oneOf" => {
                let parts: Vec<_> = value.as_array().unwrap().iter().map(translate).collect();
                let keyword = if keyword == "oneOf" { "anyOf" } else { keyword };
                out.insert(keyword.to_owned(), parts.into());
            }
            "items" => drop(out.insert(keyword.clone(), translate(value))),
            "type" if schema["nullable"] == true => drop(out.insert(keyword.clone(), json!([value, "null"]))),
            "format" if value == "int64" => {
                out.entry("minimum").or_insert(i64::MIN.into());
                out.entry("maximum").or_insert(i64::MAX.into());
            }
            "minimum" | "type" | "pattern" | "required" | "enum" | "minLength" => {
                out.insert(keyword.clone(), value.clone());
            }
            _ => {}
        }
    }
    out.into()
}
