//! Cyclic, deep and random descriptions end in a comparison or an error.

use proptest::prelude::*;

use super::*;
use iamport::generated::OPERATIONS;

#[test]
fn cyclic_and_deep_descriptions_end() {
    let cycle = json!({"swagger": "2.0", "paths": {}, "definitions": {
        "PaymentAnnotation": {"allOf": [{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/A"}]},
        "A": {"oneOf": [{"$ref": "#/definitions/B"}, {"$ref": "#/definitions/B"}], "properties": {"imp_uid": {"$ref": "#/definitions/A"}}},
        "B": {"$ref": "#/definitions/PaymentAnnotation"},
    }});
    let lines: Vec<_> = differences(&cycle).into_iter().map(|(_, line)| line).collect();
    assert!(lines.contains(&"PaymentAnnotation.imp_uid: is object now, was string".to_owned()), "{lines:?}");

    // Each schema refers to the next one twice, which makes 2^200 paths.
    let mut tower = json!({"swagger": "2.0", "definitions": {"PaymentAnnotation": {"$ref": "#/definitions/0"}}});
    for step in 0..200 {
        let next = json!({"$ref": format!("#/definitions/{}", (step + 1) % 200)});
        tower["definitions"][step.to_string()] = json!({"allOf": [next, next], "anyOf": [next, next]});
    }
    assert_eq!(
        differences(&tower).len(),
        OPERATIONS.len() + 1,
        "each operation and an empty schema: {:?}",
        differences(&tower)
    );

    for deep in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "- ".repeat(100_000),
        "swagger: '2.0'\npaths: ".to_owned() + &"[".repeat(2_000),
    ] {
        assert!(spec::diff(deep).is_err());
    }

    // Control characters of a name are escaped.
    let line = differences(&changed(SWAGGER, PAYMENT, json!({"two\nlines\u{1b}[31m": {}}))).remove(0).1;
    assert_eq!(line.lines().count(), 1);
    assert!(!line.contains('\u{1b}'));
}

/// Random JSON with the keywords of OpenAPI, so that it is often nearly a description.
fn almost_description() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "properties",
        "required",
        "items",
        "type",
        "enum",
        "const",
        "in",
        "name",
        "parameters",
        "get",
        "responses",
        "200",
        "default",
        "schema",
        "content",
        "application/json",
        "maxLength",
        "x-sources",
        "V1",
        "x-mistakes",
        "x-extensible-enum",
        "value",
        "sources",
        "nullable",
        "format",
        "path",
        "query",
        "formData",
        "body",
        "string",
        "object",
        "null",
        "date",
        "imp_uid",
        "status",
        "response",
        "list",
        "#/definitions/PaymentAnnotation",
        "#",
        "#/paths",
        "#/definitions/PaymentAnnotation/properties/imp_uid",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        let key = prop_oneof![4 => word.clone().prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The places of the vendor's description that random JSON replaces.
const PLACES: [&str; 12] = [
    "/paths",
    "/paths/~1users~1getToken",
    "/paths/~1users~1getToken/post",
    "/paths/~1users~1getToken/post/parameters/0",
    FIND,
    "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}/get/parameters/1",
    "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}/get/responses",
    "/definitions",
    "/definitions/ResponseAnnotation",
    "/definitions/PaymentAnnotation",
    PAYMENT,
    "/definitions/PaymentAnnotation/properties/status",
];

proptest! {
    #[test]
    fn random_json_causes_no_panic(value in almost_description(), place in prop::sample::select(PLACES.to_vec()), bytes in any::<Vec<u8>>()) {
        let _ = spec::diff(bytes);
        let _ = spec::diff(value.to_string());
        let mut document = fixture(SWAGGER);
        *document.pointer_mut(place).unwrap() = value;
        if let Ok(diff) = spec::diff(document.to_string()) {
            for change in &diff.changes {
                prop_assert_eq!(change.text.lines().count(), 1);
            }
            let mut all = diff.clone();
            prop_assert_eq!(all.apply_baseline(&diff.to_string()), vec![]);
            prop_assert_eq!(all.changes, vec![]);
        }
    }
}
