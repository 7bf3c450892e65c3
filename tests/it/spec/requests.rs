//! Differences in operations, parameters and request bodies.

use super::*;
use iamport::generated::OPERATIONS;

#[test]
fn missing_operations_are_reported() {
    each_alone(
        SWAGGER,
        [
            ("/paths", json!({"/users/getToken": null}), Impact::Breaking, "POST /users/getToken: gone"),
            (
                "/paths/~1subscribe~1customers~1{customer_uid}~1payments/get/responses/200",
                json!({"schema": null}),
                Impact::Documentation,
                "GET /subscribe/customers/{customer_uid}/payments response 200: is no longer described",
            ),
        ],
    );
    let moved = changed(SWAGGER, "", json!({"basePath": "/v3"}));
    assert_eq!(differences(&moved).len(), OPERATIONS.len(), "every operation is elsewhere: {:?}", differences(&moved));

    // If the optional segment becomes required, the operation without it is gone.
    each_alone(
        SWAGGER,
        [(
            "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}/get/parameters/1",
            json!({"required": true}),
            Impact::Breaking,
            "GET /payments/find/{merchant_uid}: gone",
        )],
    );
}

#[test]
fn changed_parameters_are_reported() {
    let sorting = |fields: Value| changed(SWAGGER, &format!("{FIND}/parameters/2"), fields);
    let values = |values: &[&str]| json!({"enum": values});
    let all = ["-started", "started", "-paid", "paid", "-updated", "updated", "amount"];
    let and = |parameter: Value| {
        let mut document = fixture(SWAGGER);
        document.pointer_mut(FIND).unwrap()["parameters"].as_array_mut().unwrap().push(parameter);
        document
    };
    for (document, impact, line) in [
        (sorting(json!({"in": "header"})), Impact::Breaking, "query sorting: is in the header now, was in the query"),
        (sorting(json!({"required": true})), Impact::Breaking, "query sorting: is required now"),
        (
            sorting(json!({"type": "integer", "enum": null})),
            Impact::Breaking,
            "query sorting: is integer now, was string",
        ),
        (sorting(json!({"maxLength": "6"})), Impact::Breaking, "query sorting: length is at most 6 now, was unlimited"),
        (sorting(values(&all[..5])), Impact::Breaking, "query sorting: value `updated` is gone"),
        (sorting(json!({"enum": null})), Impact::Documentation, "query sorting: no longer lists its values"),
        (sorting(values(&all)), Impact::Additive, "query sorting: new value `amount`"),
        (
            and(json!({"name": "limit", "in": "query", "type": "integer"})),
            Impact::Additive,
            "query limit: new, integer",
        ),
        (
            and(json!({"name": "Store", "in": "header", "type": "string", "required": true})),
            Impact::Breaking,
            "header Store: new, string, required",
        ),
    ] {
        assert_eq!(differences(&document), [(impact, format!("GET /payments/find/{{merchant_uid}} {line}"))]);
    }
    for unreported in [
        and(json!({"name": "Authorization", "in": "header", "type": "string", "required": true})),
        and(json!({"name": "Tier", "in": "header", "type": "string"})),
    ] {
        assert_eq!(differences(&unreported), []);
    }
    assert_eq!(
        differences(&sorting(json!({"name": "order"}))),
        [
            (Impact::Breaking, "GET /payments/find/{merchant_uid} query sorting: gone".to_owned()),
            (Impact::Additive, "GET /payments/find/{merchant_uid} query order: new, string".to_owned()),
        ]
    );

    // The name of a path parameter is not sent, so a new name is documentation only.
    let text = text(SWAGGER).replace("{merchant_uid}", "{order}").replace("name: merchant_uid, in", "name: order, in");
    let changes = spec::diff(text).unwrap().changes;
    let lines: Vec<_> = changes.iter().map(|change| (change.impact, change.text.as_str())).collect();
    let lines_expected = [
        "GET /payments/find/{merchant_uid} path merchant_uid: is called `order` now",
        "GET /payments/findAll/{merchant_uid} path merchant_uid: is called `order` now",
    ];
    assert_eq!(lines, lines_expected.map(|line| (Impact::Documentation, line)));
}

#[test]
fn changed_request_bodies_are_reported() {
    let form = "/paths/~1users~1getToken/post";
    each_alone(
        SWAGGER,
        [
            (
                "/paths/~1users~1getToken/post",
                json!({"parameters": null}),
                Impact::Breaking,
                "POST /users/getToken body: gone",
            ),
            (
                "/paths/~1users~1getToken/post/parameters/0",
                json!({"type": "integer"}),
                Impact::Breaking,
                "TokenRequest.imp_key: is integer now, was string",
            ),
            (
                "/paths/~1users~1getToken/post/parameters/0",
                json!({"maxLength": "8"}),
                Impact::Breaking,
                "TokenRequest.imp_key: length is at most 8 now, was unlimited",
            ),
            (
                "/paths/~1users~1getToken/post/parameters/1",
                json!({"required": false}),
                Impact::Documentation,
                "TokenRequest.imp_secret: is no longer required",
            ),
        ],
    );
    let mut more = fixture(SWAGGER);
    let fields = more.pointer_mut(form).unwrap()["parameters"].as_array_mut().unwrap();
    fields.push(json!({"name": "store", "in": "formData", "type": "string", "required": true}));
    fields.push(json!({"name": "life", "in": "formData", "type": "integer"}));
    assert_eq!(
        differences(&more),
        [
            (Impact::Breaking, "TokenRequest.store: new, string, required".to_owned()),
            (Impact::Additive, "TokenRequest.life: new, integer".to_owned())
        ]
    );

    // Swagger 2.0 also has a parameter that is the whole body.
    let whole = json!([{"name": "keys", "in": "body", "schema": {
        "required": ["imp_key", "imp_secret"], "properties": {"imp_key": {"type": "string"}, "imp_secret": {"type": "string"}},
    }}]);
    assert_eq!(differences(&changed(SWAGGER, form, json!({"parameters": whole}))), []);
}
