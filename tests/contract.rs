//! The document and the Rust types agree, property by property, both ways.
#![cfg(feature = "schemars")]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use iamport::generated::types;
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// Where the two differ on purpose, and why.
const DELIBERATE: [(&str, &str, &str); 5] = [
    ("PaymentAnnotation", "cancel_amount", NULL_IS_ABSENT),
    ("PaymentCancelAnnotation", "amount", NULL_IS_ABSENT),
    ("PaymentDepositAnnotation", "amount", NULL_IS_ABSENT),
    ("PaymentPromotionAnnotation", "discount", NULL_IS_ABSENT),
    ("ErrorResponse", "response", "whatever stands there is kept, so the type reads anything"),
];
const NULL_IS_ABSENT: &str = "no source has a null there, and reading it as absent does no harm";

/// What a schema says of a property: the JSON types that it allows, and whether it must be there.
type Property = (BTreeSet<String>, bool);
type Properties = BTreeMap<String, Property>;

fn document() -> Value {
    yaml_serde::from_str(include_str!("../openapi/iamport.yaml")).unwrap()
}

/// The properties of a schema, whichever of the two it is written in.
fn properties(root: &Value, schema: &Value) -> Properties {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let property = |(name, schema): (&String, &Value)| {
        let must = required.iter().any(|required| *required == name);
        (name.clone(), (json_types(root, schema), must))
    };
    properties.map(property).collect()
}

/// The JSON types that a schema allows: OpenAPI 3.0 has `nullable`, JSON Schema the type `null`.
fn json_types(root: &Value, schema: &Value) -> BTreeSet<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return json_types(root, root.pointer(reference.trim_start_matches('#')).unwrap());
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return json_types(root, &parts[0]);
    }
    let branches = schema["oneOf"].as_array().or(schema["anyOf"].as_array()).into_iter().flatten();
    let mut types: BTreeSet<_> = branches.flat_map(|branch| json_types(root, branch)).collect();
    let of_null_alone = schema["enum"].as_array().is_some_and(|values| values.iter().all(Value::is_null));
    match &schema["type"] {
        _ if of_null_alone => {}
        Value::String(one) => drop(types.insert(one.clone())),
        Value::Array(several) => types.extend(several.iter().map(|one| one.as_str().unwrap().to_owned())),
        _ => {}
    }
    if schema["nullable"] == true {
        types.insert("null".to_owned());
    }
    types
}

#[test]
fn the_types_and_the_document_agree() {
    let document = document();
    let mut differences = Vec::new();
    let mut seen = BTreeSet::new();
    let mut compare = |name: &'static str, rust: schemars::Schema| {
        seen.insert(name);
        let rust = Value::from(rust);
        let (ours, theirs) =
            (properties(&rust, &rust), properties(&document, &document["components"]["schemas"][name]));
        assert!(!ours.is_empty() && !theirs.is_empty(), "{name} has no properties");
        for property in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
            match (ours.get(property), theirs.get(property)) {
                (Some(ours), Some(theirs)) if ours == theirs => {}
                (ours, theirs) => {
                    differences.push((name, property.clone(), format!("type {ours:?}, document {theirs:?}")))
                }
            }
        }
    };
    fn of<T: JsonSchema>() -> schemars::Schema {
        schema_for!(T)
    }
    compare("PaymentAnnotation", of::<types::Payment>());
    compare("PaymentCancelAnnotation", of::<types::Cancellation>());
    compare("PaymentDepositAnnotation", of::<types::Deposit>());
    compare("PaymentPromotionAnnotation", of::<types::Promotion>());
    compare("PaymentPage", of::<types::PaymentPage>());
    compare("PaymentResponse", of::<types::PaymentResponse>());
    compare("PaymentListResponse", of::<types::PaymentListResponse>());
    compare("AccessTokenResponse", of::<types::AccessTokenResponse>());
    compare("AccessToken", of::<types::AccessToken>());
    compare("TokenRequest", of::<types::TokenRequest>());
    compare("ErrorResponse", of::<types::ErrorResponse>());

    let deliberate: Vec<_> = DELIBERATE.iter().map(|(schema, property, _)| (*schema, *property)).collect();
    let found: Vec<_> = differences.iter().map(|(schema, property, _)| (*schema, property.as_str())).collect();
    for (schema, property, how) in &differences {
        assert!(deliberate.contains(&(schema, property)), "{schema}.{property}: {how}");
    }
    for difference in deliberate {
        assert!(found.contains(&difference), "{difference:?} is no difference any more");
    }
    let objects = document["components"]["schemas"].as_object().unwrap().iter();
    let objects = objects.filter(|(_, schema)| schema["properties"].is_object());
    for (name, _) in objects {
        assert!(seen.contains(name.as_str()), "{name} is compared with no type");
    }
}
