//! The vendor's descriptions in `tests/specs`, in the project's own form.

use std::fs;

use serde_json::{Map, Value, json};

use super::checked_in::repository;

/// Reads a description. What the document has of the vendor and the file has not is added, so that it is written down once:
/// the fields of a payment in the table of the vendor's description, and operations.
pub(crate) fn vendor(file: &str) -> String {
    let document: Value = yaml_serde::from_str(include_str!("../../openapi/iamport.yaml")).unwrap();
    let payment = &document["components"]["schemas"]["PaymentAnnotation"]["properties"];
    let original = fs::read_to_string(repository().join("tests/specs").join(file)).unwrap();
    let text = with_operations(&document, &original, file);
    let table = fs::read_to_string(repository().join("tests/sources/V1.csv")).unwrap();
    let is_json = file.ends_with(".json");
    let (schema, begin) = if is_json {
        ("\"PaymentAnnotation\": {", "\"properties\": {")
    } else {
        ("  PaymentAnnotation:\n", "properties:\n")
    };
    let (head, rest) = text.split_once(schema).unwrap();
    let (intermediate, fields) = rest.split_once(begin).unwrap();
    let indent: String = fields.chars().take_while(|c| *c == ' ').collect();
    let mut added = String::new();
    for row in table.lines().filter_map(|row| row.strip_prefix("PaymentAnnotation,")) {
        let [field, kind, ..] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let is_known = original.contains(&if is_json { format!("\"{field}\":") } else { format!(" {field}:") });
        // An object with its fields, which have rows of their own.
        let schema = match kind {
            "object" | "array" => inline(&document, &payment[field]),
            _ => json!({ "type": kind }),
        };
        match is_json {
            _ if is_known => {}
            true => added += &format!(" \"{field}\": {schema},"),
            false => added += &format!("{indent}{field}: {schema}\n"),
        }
    }
    format!("{head}{schema}{intermediate}{begin}{added}{fields}")
}

/// Adds the operations of the document whose paths the description does not have.
fn with_operations(document: &Value, text: &str, file: &str) -> String {
    let paths = document["paths"].as_object().unwrap();
    // An optional last segment makes two paths of the document one of the vendor's.
    let is_known = |path: &str| [":", "\"", "/{"].iter().any(|end| text.contains(&format!("{path}{end}")));
    let added: String = paths
        .iter()
        .filter(|(path, _)| !is_known(path))
        .map(|(path, methods)| {
            let methods: Map<_, _> = methods
                .as_object()
                .unwrap()
                .iter()
                .map(|(method, operation)| (method.clone(), swagger(document, operation)))
                .collect();
            let separator = if file.ends_with(".json") { ",\n" } else { "\n" };
            format!("  {}: {}{separator}", json!(path), Value::from(methods))
        })
        .collect();
    let begin = if file.ends_with(".json") { "\"paths\": {\n" } else { "\npaths:\n" };
    text.replacen(begin, &format!("{begin}{added}"), 1)
}

/// An operation as the vendor describes it, without references: in the form of Swagger 2.0 and of OpenAPI 3 at once.
fn swagger(document: &Value, operation: &Value) -> Value {
    let parameters =
        operation["parameters"].as_array().into_iter().flatten().map(|parameter| follow(document, parameter));
    let parameters: Vec<_> = parameters
        .filter(|parameter| parameter["in"] != "header")
        .map(|parameter| {
            let schema = inline(document, &parameter["schema"]);
            let mut vendors = json!({ "name": parameter["name"], "in": parameter["in"], "required": parameter["required"] == true, "schema": schema });
            vendors.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
            vendors
        })
        .collect();
    let responses = operation["responses"].as_object().unwrap().iter().map(|(status, response)| {
        let schema = inline(document, &follow(document, response)["content"]["application/json"]["schema"]);
        (
            status.clone(),
            json!({ "description": "", "schema": schema, "content": { "application/json": { "schema": schema } } }),
        )
    });
    json!({ "parameters": parameters, "responses": responses.collect::<Map<_, _>>() })
}

fn follow<'d>(document: &'d Value, node: &'d Value) -> &'d Value {
    node["$ref"].as_str().map_or(node, |target| document.pointer(target.trim_start_matches('#')).unwrap())
}

/// A schema without references, with what the vendor claims of each field.
fn inline(document: &Value, node: &Value) -> Value {
    let schema = follow(document, node);
    for part in [&schema["allOf"][0], &schema["oneOf"][0]] {
        if part.is_object() {
            return inline(document, part);
        }
    }
    let mut vendors = json!({ "type": schema["type"] });
    if schema["items"].is_object() {
        vendors["items"] = inline(document, &schema["items"]);
    }
    let claimed = schema["properties"].as_object().into_iter().flatten();
    let claimed = claimed.filter_map(|(name, field)| Some((name, field, field["x-sources"]["V1"].as_str()?)));
    let fields: Map<_, _> = claimed.clone().map(|(name, field, _)| (name.clone(), inline(document, field))).collect();
    let always = claimed.filter(|(.., claim)| claim.contains('*'));
    vendors["required"] = always.map(|(name, ..)| name.clone()).collect();
    vendors["properties"] = fields.into();
    vendors
}
