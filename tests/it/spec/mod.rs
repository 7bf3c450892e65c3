//! A comparison reports each kind of difference, in each format, as one line with its impact.

mod constraints;
mod formats;
mod requests;
mod responses;
mod robustness;

use std::collections::BTreeSet;

use iamport::spec::{self, Impact};
use serde_json::{Value, json};

use crate::common::vendor::vendor;

const SWAGGER: &str = "vendor.swagger.yaml";

fn fixture(file: &str) -> Value {
    yaml_serde::from_str(&text(file)).unwrap()
}

fn text(file: &str) -> String {
    vendor(file)
}

fn differences(other: &Value) -> Vec<(Impact, String)> {
    let diff = spec::diff(other.to_string()).unwrap();
    diff.changes.into_iter().map(|change| (change.impact, change.text)).collect()
}

/// A description in which the object at `pointer` gets `fields`, and loses those that are null.
fn changed(file: &str, pointer: &str, fields: Value) -> Value {
    let mut document = fixture(file);
    let object = document.pointer_mut(pointer).unwrap_or_else(|| panic!("{file} has no {pointer}"));
    for (key, value) in fields.as_object().unwrap() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(key).unwrap()),
            value => object[key] = value.clone(),
        }
    }
    document
}

/// Asserts that each change, applied alone, is exactly one line.
fn each_alone(file: &str, changes: impl IntoIterator<Item = (&'static str, Value, Impact, &'static str)>) {
    for (pointer, fields, impact, line) in changes {
        assert_eq!(differences(&changed(file, pointer, fields)), [(impact, line.to_owned())], "{file} {pointer}");
    }
}

const FIND: &str = "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}/get";
const PAYMENT: &str = "/definitions/PaymentAnnotation/properties";

#[test]
fn equivalent_descriptions_have_no_difference() {
    assert_eq!(differences(spec::document()), []);
    assert_eq!(spec::diff(spec::DOCUMENT).unwrap().changes, []);
    for file in [SWAGGER, "vendor.openapi-3.0.yaml", "vendor.openapi-3.1.json"] {
        assert_eq!(differences(&fixture(file)), [], "{file} as JSON");
        assert_eq!(spec::diff(text(file)).unwrap().changes, [], "{file} as it is written");
    }
}

#[test]
fn baseline_leaves_only_new_differences() {
    let mut document =
        changed(SWAGGER, PAYMENT, json!({"points_of_tests": {"type": "number"}, "name": null, "grade": {}}));
    let diff = || spec::diff(document.to_string()).unwrap();
    assert_eq!(
        diff().to_string(),
        "# added, not read by this crate\n\
         PaymentAnnotation.grade: new\n\
         PaymentAnnotation.points_of_tests: new, number\n\
         \n\
         # documentation only\n\
         PaymentAnnotation.name: gone\n"
    );
    let ids: BTreeSet<_> = diff().changes.into_iter().map(|change| change.id).collect();
    assert_eq!(
        ids,
        ["PaymentAnnotation.grade new", "PaymentAnnotation.name gone", "PaymentAnnotation.points_of_tests new"]
            .map(str::to_owned)
            .into()
    );

    let whole = diff().to_string();
    let mut known = diff();
    assert_eq!((known.apply_baseline(&whole), known.changes), (vec![], vec![]), "the output is a valid baseline");

    let list = "\u{feff}# reviewed in March\r\n\r\n  PaymentAnnotation.name gone # since 2026-03\r\n\
                PaymentAnnotation.name: gone\r\nPaymentAnnotation.grade: new\r\nPaymentAnnotation.bonus: new, string # removed since\r\n";
    let mut rest = diff();
    let unused = rest.apply_baseline(list);
    assert_eq!(
        rest.changes.iter().map(|change| change.text.as_str()).collect::<Vec<_>>(),
        ["PaymentAnnotation.points_of_tests: new, number"]
    );
    assert_eq!(
        unused.iter().map(|line| (line.number, line.text.as_str())).collect::<Vec<_>>(),
        [(6, "PaymentAnnotation.bonus: new, string")]
    );

    // A field of the baseline whose type changes again is a new difference.
    document["definitions"]["PaymentAnnotation"]["properties"]["card_quota"]["type"] = json!("string");
    let mut quota = spec::diff(document.to_string()).unwrap();
    quota.changes.retain(|change| change.impact == Impact::Breaking);
    let baseline = quota.changes[0].id.clone();
    assert_eq!(baseline, "PaymentAnnotation.card_quota type=string");
    document["definitions"]["PaymentAnnotation"]["properties"]["card_quota"]["type"] = json!("boolean");
    let mut again = spec::diff(document.to_string()).unwrap();
    assert_eq!(again.apply_baseline(&baseline).len(), 1);
    assert_eq!(again.changes[0].text, "PaymentAnnotation.card_quota: is boolean now, was integer");
}

#[test]
fn invalid_description_is_an_error_with_its_position() {
    let cases: [(&[u8], Option<usize>, &str); 9] = [
        (b"{\"swagger\": \"2.0\",\n \"paths\": }", Some(2), "invalid JSON: expected value at line 2 column 11"),
        (b"swagger: '2.0'\npaths: ]", Some(2), "invalid YAML: "),
        (b"swagger: '2.0'\n\xff", Some(2), "not text in UTF-8: line 2"),
        (b"", None, "neither OpenAPI 3 nor Swagger 2.0: no `openapi` or `swagger` at the root"),
        (b"[]", None, "neither OpenAPI 3 nor Swagger 2.0: no `openapi` or `swagger` at the root"),
        (b"<!doctype html>", None, "neither OpenAPI 3 nor Swagger 2.0: no `openapi` or `swagger` at the root"),
        (b"swaggerVersion: 1.2", None, "Swagger 1.2 is not read, only OpenAPI 3 and Swagger 2.0 are"),
        (b"openapi: 4.0.0", None, "OpenAPI 4.0.0 is not read, only OpenAPI 3 and Swagger 2.0 are"),
        (
            b"openapi: 3.1.0\npaths: { /users/getToken: { post: { responses: { 200: { $ref: 'more.yaml#/a' } } } } }",
            None,
            "`$ref: more.yaml#/a` leads to nothing in the document: at /paths/~1users~1getToken/post/responses/200",
        ),
    ];
    for (bytes, line, words) in cases {
        let error = spec::diff(bytes).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert_eq!(error.line(), line, "{error}");
    }
    // YAML reads an unquoted version as a number.
    assert_eq!(spec::diff(text(SWAGGER).replace("'2.0'", "2.0")).unwrap().changes, []);
    assert_eq!(spec::diff(format!("\u{feff}{}", text(SWAGGER))).unwrap().changes, []);
}
