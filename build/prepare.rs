//! The document as progenitor reads it: without what the client adds by itself, and with what is JSON Schema's default.

use yaml_serde::{Mapping, Value};

/// Returns whether a schema is an object that may have fields that the document does not know.
pub(super) fn is_open(schema: &Value) -> bool {
    schema["properties"].is_mapping() && schema["additionalProperties"] != false
}

pub(super) fn prepare(document: &Value) -> Value {
    let mut document = document.clone();
    for path in values(&mut document["paths"]) {
        for operation in values(path) {
            // The hooks of the client add the header.
            if let Some(parameters) = operation["parameters"].as_sequence_mut() {
                parameters.retain(|parameter| parameter["$ref"] != "#/components/parameters/TierHeader");
            }
            // The client sends JSON.
            if let Some(content) = operation.get_mut("requestBody").and_then(|body| body["content"].as_mapping_mut()) {
                content.retain(|media, _| media == "application/json");
            }
        }
    }
    for schema in values(&mut document["components"]["schemas"]) {
        if let Some(remark) = schema["x-rust"]["doc"].as_str() {
            let description = schema["description"].as_str().unwrap_or_default();
            schema["description"] = format!("{description}\n\n{remark}").into();
        }
        if is_open(schema) {
            let mut unknown = Mapping::new();
            unknown.insert("$ref".into(), "#/components/schemas/UnknownField".into());
            schema["additionalProperties"] = unknown.into();
        } else if let Some(schema) = schema.as_mapping_mut() {
            schema.remove("additionalProperties");
        }
    }
    document
}

fn values(mapping: &mut Value) -> impl Iterator<Item = &mut Value> {
    mapping.as_mapping_mut().into_iter().flat_map(Mapping::values_mut)
}
