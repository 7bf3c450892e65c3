//! Differences in limits, defaults, encodings, media types, statuses and authentication, and in what the crate relies on.

use super::*;

const TOKEN: &str = "/paths/~1users~1getToken/post";
const LIST: &str = "/paths/~1subscribe~1customers~1{customer_uid}~1payments/get";
const BULK: &str = "/paths/~1payments/get";
const PERIOD: &str = "/paths/~1payments~1status~1{payment_status}/get";

/// Limits and defaults of a request.
#[test]
fn limit_of_a_parameter_breaks_if_it_is_narrower() {
    use Impact::{Breaking, Documentation};
    let limit = format!("{PERIOD}/parameters/2");
    let from = format!("{PERIOD}/parameters/3");
    let sorting = format!("{FIND}/parameters/2");
    let ids = format!("{BULK}/parameters/0");
    let in_period = "GET /payments/status/{payment_status} query";
    for (pointer, fields, impact, line) in [
        (&limit, json!({"maximum": 500}), Breaking, format!("{in_period} limit: maximum is 500 now, was 1000")),
        (&limit, json!({"maximum": "500"}), Breaking, format!("{in_period} limit: maximum is 500 now, was 1000")),
        (&limit, json!({"maximum": 5000}), Documentation, format!("{in_period} limit: maximum is 5000 now, was 1000")),
        (&limit, json!({"minimum": 10}), Breaking, format!("{in_period} limit: minimum is 10 now, was 1")),
        (&limit, json!({"minimum": 0}), Documentation, format!("{in_period} limit: minimum is 0 now, was 1")),
        (&limit, json!({"multipleOf": 10}), Breaking, format!("{in_period} limit: multipleOf is 10 now")),
        (&limit, json!({"exclusiveMaximum": 10}), Breaking, format!("{in_period} limit: exclusiveMaximum is 10 now")),
        (&limit, json!({"default": 100}), Breaking, format!("{in_period} limit: default is 100 now, was 20")),
        (&from, json!({"default": 0}), Documentation, format!("{in_period} from: default is 0 now")),
        (
            &sorting,
            json!({"default": "started"}),
            Breaking,
            "GET /payments/find/{merchant_uid} query sorting: default is started now, was -started".to_owned(),
        ),
        (
            &sorting,
            json!({"pattern": "^-?[a-z]+$"}),
            Breaking,
            "GET /payments/find/{merchant_uid} query sorting: pattern is ^-?[a-z]+$ now".to_owned(),
        ),
        (
            &sorting,
            json!({"minLength": 4}),
            Breaking,
            "GET /payments/find/{merchant_uid} query sorting: minLength is 4 now".to_owned(),
        ),
        (
            &ids,
            json!({"maxItems": 50}),
            Breaking,
            "GET /payments query imp_uid[]: maxItems is 50 now, was 100".to_owned(),
        ),
        (&ids, json!({"minItems": 2}), Breaking, "GET /payments query imp_uid[]: minItems is 2 now".to_owned()),
        (
            &ids,
            json!({"collectionFormat": "csv"}),
            Breaking,
            "GET /payments query imp_uid[]: array is sent as `csv` now, was `multi`".to_owned(),
        ),
        (
            &ids,
            json!({"collectionFormat": "pipes"}),
            Breaking,
            "GET /payments query imp_uid[]: array is sent as `pipes` now, was `multi`".to_owned(),
        ),
        (&limit, json!({"deprecated": true}), Documentation, format!("{in_period} limit: is deprecated now")),
    ] {
        assert_eq!(differences(&changed(SWAGGER, pointer, fields)), [(impact, line)], "{pointer}");
    }
    // Equal limits in another notation, and those that are omitted, are no differences.
    for fields in [json!({"maximum": 1000.0}), json!({"minimum": "1", "maximum": "1000"}), json!({"default": "20"})] {
        assert_eq!(differences(&changed(SWAGGER, &limit, fields)), []);
    }
    for same in [json!({"style": "form"}), json!({"explode": true})] {
        let document = changed("vendor.openapi-3.0.yaml", "/paths/~1payments/get/parameters/0", same);
        assert_eq!(differences(&document), []);
    }
    for (fields, now) in [
        (json!({"explode": false}), "csv"),
        (json!({"style": "pipeDelimited"}), "pipes"),
        (json!({"style": "spaceDelimited"}), "ssv"),
        (json!({"style": "deepObject"}), "deepObject"),
    ] {
        let document = changed("vendor.openapi-3.0.yaml", "/paths/~1payments/get/parameters/0", fields);
        let line = format!("GET /payments query imp_uid[]: array is sent as `{now}` now, was `multi`");
        assert_eq!(differences(&document), [(Impact::Breaking, line)]);
    }
}

#[test]
fn limit_of_a_response_is_documentation() {
    for (field, fields, line) in [
        ("amount", json!({"minimum": 100}), "minimum is 100 now"),
        ("amount", json!({"maximum": 100}), "maximum is 100 now"),
        ("name", json!({"pattern": "^[a-z]$"}), "pattern is ^[a-z]$ now"),
        ("name", json!({"minLength": 1}), "minLength is 1 now"),
        ("name", json!({"default": "none"}), "default is none now"),
        ("cancel_receipt_urls", json!({"maxItems": 3}), "maxItems is 3 now"),
        ("cancel_receipt_urls", json!({"minItems": 1}), "minItems is 1 now"),
        ("name", json!({"deprecated": true}), "is deprecated now"),
    ] {
        let document = changed(SWAGGER, &format!("{PAYMENT}/{field}"), fields);
        assert_eq!(differences(&document), [(Impact::Documentation, format!("PaymentAnnotation.{field}: {line}"))]);
    }
}

#[test]
fn gone_field_that_the_crate_relies_on_breaks() {
    for field in ["currency", "sandbox", "cancel_amount", "paid_at", "cancel_history"] {
        let document = changed(SWAGGER, PAYMENT, json!({field: null}));
        assert_eq!(differences(&document)[0], (Impact::Breaking, format!("PaymentAnnotation.{field}: gone")));
    }
    for (pointer, field, name) in [
        ("/definitions/ResponseAnnotation/properties", "code", "code"),
        ("/definitions/ResponseAnnotation/properties", "message", "message"),
        ("/definitions/OnePaymentEnvelope/allOf/1/properties", "response", "response"),
        ("/definitions/PagedPaymentAnnotation/properties", "list", "list"),
        ("/definitions/PagedPaymentAnnotation/properties", "next", "next"),
        ("/definitions/PaymentCancelAnnotation/properties", "amount", "amount"),
    ] {
        let found = differences(&changed(SWAGGER, pointer, json!({field: null})));
        let gone: Vec<_> = found.iter().filter(|(_, line)| line.ends_with(&format!(".{name}: gone"))).collect();
        assert!(!gone.is_empty() && gone.iter().all(|(impact, _)| *impact == Impact::Breaking), "{field}: {found:?}");
    }
    // Others are only missed by those who read them.
    let document = changed(SWAGGER, PAYMENT, json!({"buyer_name": null}));
    assert_eq!(differences(&document), [(Impact::Documentation, "PaymentAnnotation.buyer_name: gone".to_owned())]);
}

#[test]
fn statuses_and_operations_are_compared() {
    let envelope = json!({"description": "", "schema": {"$ref": "#/definitions/OnePaymentEnvelope"}});
    each_alone(
        SWAGGER,
        [
            (
                "/paths/~1payments~1{imp_uid}/get/responses",
                json!({"202": envelope}),
                Impact::Additive,
                "GET /payments/{imp_uid} response 202: new",
            ),
            (
                "/paths/~1payments~1{imp_uid}/get/responses",
                json!({"204": {"description": ""}}),
                Impact::Additive,
                "GET /payments/{imp_uid} response 204: new",
            ),
            (
                "/paths/~1payments~1{imp_uid}",
                json!({"delete": {"responses": {}}}),
                Impact::Additive,
                "DELETE /payments/{imp_uid}: new",
            ),
            (
                "/paths/~1payments~1{imp_uid}/get",
                json!({"deprecated": true}),
                Impact::Documentation,
                "GET /payments/{imp_uid}: is deprecated now",
            ),
        ],
    );
    // Error statuses are not listed as a whole, and other paths are not covered.
    for (pointer, fields) in [
        ("/paths/~1payments~1{imp_uid}/get/responses", json!({"429": {"description": ""}, "x-note": {}})),
        ("/paths", json!({"/payments/{imp_uid}/of_tests": {"get": {"responses": {}}}})),
    ] {
        assert_eq!(differences(&changed(SWAGGER, pointer, fields)), []);
    }
    let other = changed(SWAGGER, "/paths/~1payments~1{imp_uid}/get/responses", json!({"200": null, "201": envelope}));
    assert_eq!(
        differences(&other),
        [
            (Impact::Breaking, "GET /payments/{imp_uid} response 200: gone".to_owned()),
            (Impact::Additive, "GET /payments/{imp_uid} response 201: new".to_owned()),
        ]
    );
}

#[test]
fn media_types_other_than_json_break() {
    each_alone(
        SWAGGER,
        [
            (
                TOKEN,
                json!({"consumes": ["application/x-www-form-urlencoded"]}),
                Impact::Breaking,
                "POST /users/getToken body: is application/x-www-form-urlencoded now, was JSON",
            ),
            (
                LIST,
                json!({"produces": ["application/xml"]}),
                Impact::Breaking,
                "GET /subscribe/customers/{customer_uid}/payments response 200: is application/xml now, was JSON",
            ),
        ],
    );
    let document = changed(
        "vendor.openapi-3.0.yaml",
        "/paths/~1users~1getToken/post/requestBody",
        json!({"content": {"text/plain": {"schema": {"$ref": "#/components/schemas/Keys"}}}}),
    );
    let line = "POST /users/getToken body: is text/plain now, was JSON";
    assert_eq!(differences(&document), [(Impact::Breaking, line.to_owned())]);
    for same in [json!({"produces": ["application/xml", "application/json;charset=UTF-8"]}), json!({"produces": []})] {
        assert_eq!(differences(&changed(SWAGGER, LIST, same)), []);
    }
}

#[test]
fn authentication_is_compared() {
    let with = |scheme: Value, security: Value| {
        let mut document = fixture(SWAGGER);
        document["securityDefinitions"] = json!({"one": scheme, "two": {"type": "oauth2"}});
        *document.pointer_mut(LIST).unwrap().as_object_mut().unwrap().entry("security").or_insert(Value::Null) =
            security;
        differences(&document)
    };
    let subject = "GET /subscribe/customers/{customer_uid}/payments";
    let header = || json!({"type": "apiKey", "in": "header", "name": "Authorization"});
    let line = |impact, text: &str| vec![(impact, format!("{subject}: authentication is {text} now, was http bearer"))];
    assert_eq!(with(header(), json!([{"one": []}])), []);
    assert_eq!(with(header(), json!([{"two": []}, {"one": []}])), []);
    assert_eq!(with(header(), json!([{"two": []}])), line(Impact::Breaking, "oauth2"));
    assert_eq!(with(json!({"type": "basic"}), json!([{"one": []}])), line(Impact::Breaking, "http basic"));
    assert_eq!(
        with(header(), json!([{"one": [], "two": []}])),
        line(Impact::Breaking, "header authorization and oauth2")
    );
    assert_eq!(with(header(), json!([])), line(Impact::Documentation, "none"));
    let mut token = fixture(SWAGGER);
    token["securityDefinitions"] = json!({"one": header()});
    token.pointer_mut(TOKEN).unwrap()["security"] = json!([{"one": []}]);
    let text = "POST /users/getToken: authentication is header authorization now, was none";
    assert_eq!(differences(&token), [(Impact::Breaking, text.to_owned())]);
}

/// A version of this document has claims of the vendor, and schemas that differ from them.
#[test]
fn versions_of_the_document_are_compared_by_their_schemas_too() {
    const FIELDS: &str = "/components/schemas/PaymentAnnotation/properties";
    for (pointer, fields, impact, line) in [
        (
            "/imp_uid",
            json!({"type": "integer"}),
            Impact::Breaking,
            "PaymentAnnotation.imp_uid: is integer now, was string",
        ),
        (
            "/imp_uid",
            json!({"maxLength": 20}),
            Impact::Documentation,
            "PaymentAnnotation.imp_uid: length is at most 20 now, was unlimited",
        ),
        (
            "/escrow",
            json!({"type": "string"}),
            Impact::Breaking,
            "PaymentAnnotation.escrow: is string now, was boolean",
        ),
        ("", json!({"sandbox": null}), Impact::Breaking, "PaymentAnnotation.sandbox: gone"),
    ] {
        let mut document = spec::document().clone();
        let object = document.pointer_mut(&format!("{FIELDS}{pointer}")).unwrap().as_object_mut().unwrap();
        for (key, value) in fields.as_object().unwrap() {
            match value {
                Value::Null => drop(object.remove(key)),
                value => drop(object.insert(key.clone(), value.clone())),
            }
        }
        assert_eq!(differences(&document), [(impact, line.to_owned())]);
    }
    let mut document = spec::document().clone();
    document.pointer_mut("/components/schemas/PaymentAnnotation/required").unwrap().as_array_mut().unwrap().remove(0);
    let found = differences(&document);
    assert!(found.len() == 1 && found[0].1.ends_with("is no longer required"), "{found:?}");
    let codes = document.pointer_mut("/components/schemas/Channel").unwrap().as_object_mut().unwrap();
    codes.remove("x-extensible-enum");
    assert!(differences(&document).iter().any(|(_, line)| line.ends_with("channel: no longer lists its values")));
}

#[test]
fn difference_has_its_place_in_the_other_description() {
    let located = |text: &str| {
        let change = spec::diff(text).unwrap().changes.remove(0);
        let line = change.line.map(|line| text.lines().nth(line - 1).unwrap().trim().to_owned());
        (change.pointer, line.unwrap_or_default())
    };
    let yaml = text(SWAGGER);
    let quota = yaml.replace("      card_quota: { type: integer", "      card_quota: { type: string");
    assert_ne!(quota, yaml);
    let (pointer, line) = located(&quota);
    assert_eq!(pointer, "/definitions/PaymentAnnotation/properties/card_quota");
    assert!(line.starts_with("card_quota: { type: string"), "{line}");

    // A parameter of a list, and a field that is gone.
    let order = yaml.replacen("          default: '-started'\n", "          default: started\n", 1);
    let (pointer, line) = located(&order);
    assert_eq!(pointer, "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}/get/parameters/2");
    assert_eq!(line, "- name: sorting");
    let gone = yaml.replacen("      currency:", "      currencies:", 1);
    let (pointer, line) = located(&gone);
    assert_eq!((pointer.as_str(), line.as_str()), ("/definitions/PaymentAnnotation", "PaymentAnnotation:"));

    let json = text("vendor.openapi-3.1.json");
    let document = changed("vendor.openapi-3.1.json", "/components/schemas/Channel", json!({"enum": ["pc", "kiosk"]}));
    let indented = serde_json::to_string_pretty(&document).unwrap();
    let (pointer, line) = located(&indented);
    assert!(pointer.ends_with("/properties/channel") && line.starts_with("\"channel\": {"), "{pointer} {line}");
    let (pointer, line) = located(&document.to_string());
    assert!(pointer.ends_with("/properties/channel") && line.starts_with('{'), "{pointer}");
    assert_eq!(spec::diff(json).unwrap().changes, []);
}
