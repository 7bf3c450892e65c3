//! The document and the Rust types agree, property by property, both ways.

mod bodies;
mod meaning;
mod schemas;
mod translate;

use std::collections::{BTreeMap, BTreeSet};

use bodies::{make, mutate};
use fastrand::Rng;
use iamport::{
    generated::{RESPONSES, SCHEMAS},
    validate::{self, Severity},
};
use meaning::meaning;
use serde_json::{Value, json};

/// The deliberate differences, with their reasons.
const DELIBERATE: [(&str, &str, &str); 3] = [
    ("PaymentPage", "next", FALSE_IS_NONE),
    ("PaymentPage", "previous", FALSE_IS_NONE),
    ("ErrorResponse", "response", "any value is kept, so the type reads any"),
];
const FALSE_IS_NONE: &str = "false is kept among the unknown fields and read as no page";

/// The JSON types that a schema allows for a property, and whether the property is required.
type Property = (BTreeSet<String>, bool);
type Properties = BTreeMap<String, Property>;

fn document() -> Value {
    iamport::spec::document().clone()
}

/// The properties of a schema in OpenAPI or JSON Schema.
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
fn types_and_document_have_the_same_properties() {
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
    for (name, schema) in SCHEMAS {
        compare(name, schema());
    }

    let mut deliberate: Vec<_> = DELIBERATE.iter().map(|(schema, property, _)| (*schema, *property)).collect();
    deliberate.extend(optional_amounts(&document));
    let found: Vec<_> = differences.iter().map(|(schema, property, _)| (*schema, property.as_str())).collect();
    for (schema, property, how) in &differences {
        assert!(deliberate.contains(&(schema, property)), "{schema}.{property}: {how}");
    }
    for difference in deliberate {
        assert!(found.contains(&difference), "{difference:?} is no longer a difference");
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// The optional amounts of the document: no source has a null there, and reading it as absent does no harm.
fn optional_amounts(document: &Value) -> impl Iterator<Item = (&str, &str)> {
    document["components"]["schemas"].as_object().unwrap().iter().flat_map(|(name, schema)| {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let amounts = properties.filter(|(_, field)| scalar(field) == "#/components/schemas/Amount");
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        amounts.filter(|(field, _)| !required.contains(&json!(field))).map(|(field, _)| (name.as_str(), field.as_str()))
    })
}

/// The scalar that a property refers to.
fn scalar(property: &Value) -> &str {
    property["allOf"][0]["$ref"].as_str().unwrap_or_default()
}

/// The number of random bodies for each type of response.
fn cases() -> u64 {
    std::env::var("IAMPORT_CONTRACT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

/// Calls `check` for each type of a successful response, with its schema, an operation and a function that decodes and
/// encodes a body. Returns the number of types.
fn each_response(mut check: impl FnMut(&str, &str, &dyn Fn(&Value) -> Result<Value, String>)) -> u64 {
    let mut seen = BTreeSet::new();
    for response in RESPONSES.iter().filter(|response| response.status == 200) {
        if seen.insert(response.schema) {
            check(response.schema, response.operation, &|body| {
                let text = response.reencode(body.to_string().as_bytes()).map_err(|error| error.to_string())?;
                Ok(serde_json::from_str(&text).unwrap())
            });
        }
    }
    seen.len() as u64
}

#[test]
fn body_without_violation_decodes_and_encodes_with_the_same_meaning() {
    let document = document();
    let mut allowed = 0;
    let types = each_response(|schema, operation, read| {
        for seed in 0..cases() {
            let mut rng = Rng::with_seed(seed);
            let mut body = make(&document, &document["components"]["schemas"][schema], &mut rng);
            body["code"] = rng.choice([0, 0, 0, 1, -1]).into();
            let report = validate::validate_value(operation, 200, &body).unwrap();
            if report.max_severity() == Some(Severity::Violation) {
                continue;
            }
            allowed += 1;
            let again = read(&body).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{body:#}"));
            let report = validate::validate_value(operation, 200, &again).unwrap();
            assert!(report.max_severity() < Some(Severity::Violation), "seed {seed}: {report}\n{again:#}");
            assert_eq!(meaning(&again), meaning(&body), "seed {seed} of {schema}");
        }
    });
    println!("{allowed} of {} bodies were allowed", types * cases());
    assert!(allowed > 2 * cases(), "only {allowed} bodies were allowed: the generator is off");
}

#[test]
fn body_that_does_not_decode_has_a_violation() {
    let document = document();
    let (mut rejected, mut violated) = (0, 0);
    let types = each_response(|schema, operation, read| {
        for seed in 0..cases() {
            let mut rng = Rng::with_seed(seed);
            let mut body = make(&document, &document["components"]["schemas"][schema], &mut rng);
            for _ in 0..rng.usize(1..4) {
                mutate(&mut body, &mut rng);
            }
            let violates = match validate::validate_response(operation, 200, &serde_json::to_vec(&body).unwrap()) {
                Ok(report) => report.max_severity() == Some(Severity::Violation),
                Err(error) => panic!("seed {seed}: {error}"),
            };
            violated += u64::from(violates);
            if let Err(error) = read(&body) {
                rejected += 1;
                assert!(violates, "seed {seed}: does not decode ({error}), and validation found nothing\n{body:#}");
            }
        }
    });
    println!("{violated} bodies had a violation, {rejected} were rejected, of {}", types * cases());
    assert!(rejected > 0 && violated > rejected);
}

#[test]
fn examples_of_every_response_have_no_violation_or_drift() {
    let document = document();
    let mut seen = 0;
    for (_, operation) in document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap()) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = response["$ref"].as_str().map_or(response, |r| document.pointer(&r[1..]).unwrap());
            for (name, example) in response["content"]["application/json"]["examples"].as_object().unwrap() {
                let example = example["$ref"].as_str().map_or(example, |r| document.pointer(&r[1..]).unwrap());
                let id = operation["operationId"].as_str().unwrap();
                let report = validate::validate_value(id, status.parse().unwrap(), &example["value"]).unwrap();
                let beyond = report.findings().iter().find(|finding| finding.severity() != Severity::Deviation);
                assert!(beyond.is_none(), "{id} {status} {name}: {report}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 20, "{seen}");
}
