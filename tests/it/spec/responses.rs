//! Differences in responses.

use super::*;

#[test]
fn changed_fields_are_reported() {
    let without = |name: &str| {
        let all = ["imp_uid", "merchant_uid", "amount", "cancel_amount", "currency", "status", "sandbox"];
        all.into_iter().filter(|field| *field != name).chain((name == "all").then_some("name")).collect::<Vec<_>>()
    };
    each_alone(
        SWAGGER,
        [
            (
                PAYMENT,
                json!({"points_of_tests": {"type": "number"}}),
                Impact::Additive,
                "PaymentAnnotation.points_of_tests: new, number",
            ),
            (PAYMENT, json!({"name": null}), Impact::Documentation, "PaymentAnnotation.name: gone"),
            (PAYMENT, json!({"imp_uid": null}), Impact::Breaking, "PaymentAnnotation.imp_uid: gone"),
            (
                "/definitions/PaymentAnnotation",
                json!({"required": without("imp_uid")}),
                Impact::Breaking,
                "PaymentAnnotation.imp_uid: is no longer required",
            ),
            (
                "/definitions/PaymentAnnotation",
                json!({"required": without("sandbox")}),
                Impact::Documentation,
                "PaymentAnnotation.sandbox: is no longer required",
            ),
            (
                "/definitions/PaymentAnnotation",
                json!({"required": without("all")}),
                Impact::Documentation,
                "PaymentAnnotation.name: is required now",
            ),
            // Schemas are matched by their position, not by the vendor's name.
            (
                "/definitions/PagedPaymentAnnotation/properties",
                json!({"cursor": {"type": "string"}}),
                Impact::Additive,
                "PaymentPage.cursor: new, string",
            ),
            (
                "/definitions/VbankDepositAnnotation/properties",
                json!({"bank": {"type": "string"}}),
                Impact::Additive,
                "PaymentDepositAnnotation.bank: new, string",
            ),
            (
                "/definitions/PaymentAnnotation/properties/promotion",
                json!({"properties": null}),
                Impact::Documentation,
                "PaymentPromotionAnnotation: is no longer described",
            ),
        ],
    );
    // A field that the vendor's documentation has by mistake is ignored.
    assert_eq!(differences(&changed(SWAGGER, PAYMENT, json!({"code": {"type": "integer"}}))), []);
    // A schema without a position is matched by its name.
    let mut loose =
        changed(SWAGGER, "/definitions/PaymentAnnotation/properties/cancel_history", json!({"items": null}));
    assert_eq!(differences(&loose), []);
    loose["definitions"]["PaymentCancelAnnotation"]["properties"]["by"] = json!({"type": "string"});
    assert_eq!(differences(&loose), [(Impact::Additive, "PaymentCancelAnnotation.by: new, string".to_owned())]);
}

#[test]
fn changed_types_are_reported() {
    let types = [
        ("card_quota", json!("string"), Impact::Breaking, "is string now, was integer"),
        ("card_quota", json!("number"), Impact::Breaking, "is number now, was integer"),
        ("imp_uid", json!("integer"), Impact::Breaking, "is integer now, was string"),
        // This crate's types read both, so only the documentation differs.
        ("card_type", json!("string"), Impact::Documentation, "is string now, was integer"),
        ("paid_at", json!("string"), Impact::Documentation, "is string now, was integer"),
        ("amount", json!("integer"), Impact::Documentation, "is integer now, was number"),
        ("cancel_receipt_urls", json!("string"), Impact::Breaking, "is string now, was array"),
    ];
    for (field, kind, impact, line) in types {
        let document = changed(SWAGGER, &format!("{PAYMENT}/{field}"), json!({"type": kind}));
        assert_eq!(differences(&document), [(impact, format!("PaymentAnnotation.{field}: {line}"))]);
    }
    each_alone(
        SWAGGER,
        [
            (
                "/definitions/PaymentAnnotation/properties/paid_at",
                json!({"type": "string", "format": "date-time"}),
                Impact::Breaking,
                "PaymentAnnotation.paid_at: is date string now, was integer",
            ),
            (
                "/definitions/PaymentAnnotation/properties/cancel_receipt_urls/items",
                json!({"type": "object"}),
                Impact::Breaking,
                "PaymentAnnotation.cancel_receipt_urls[]: is object now, was string",
            ),
            // The documentation of billing keys (source A) describes this response as an array.
            (
                "/definitions/PagedEnvelope/allOf/1/properties",
                json!({"response": {"type": "array", "items": {"$ref": "#/definitions/PaymentAnnotation"}}}),
                Impact::Documentation,
                "PaymentListResponse.response: is array now, was object",
            ),
        ],
    );
}

#[test]
fn changed_lengths_and_codes_are_reported() {
    each_alone(
        SWAGGER,
        [
            (
                "/definitions/PaymentAnnotation/properties/name",
                json!({"maxLength": "80"}),
                Impact::Documentation,
                "PaymentAnnotation.name: length is at most 80 now, was at most 40",
            ),
            (
                "/definitions/PaymentAnnotation/properties/name",
                json!({"maxLength": "20"}),
                Impact::Documentation,
                "PaymentAnnotation.name: length is at most 20 now, was at most 40",
            ),
            (
                "/definitions/PaymentAnnotation/properties/status",
                json!({"maxLength": 9}),
                Impact::Documentation,
                "PaymentAnnotation.status: length is at most 9 now, was unlimited",
            ),
            (
                "/definitions/PaymentAnnotation/properties/name",
                json!({"maxLength": null}),
                Impact::Documentation,
                "PaymentAnnotation.name: length is unlimited now, was at most 40",
            ),
            (
                "/definitions/PaymentAnnotation/properties/status",
                json!({"enum": ["ready", "paid", "failed", "cancelled", "held"]}),
                Impact::Additive,
                "PaymentAnnotation.status: new value `held`",
            ),
            (
                "/definitions/PaymentAnnotation/properties/status",
                json!({"enum": ["ready", "paid", "cancelled"]}),
                Impact::Documentation,
                "PaymentAnnotation.status: value `failed` is gone",
            ),
            (
                "/definitions/PaymentAnnotation/properties/bank_code",
                json!({"enum": ["004", "088"]}),
                Impact::Documentation,
                "PaymentAnnotation.bank_code: has listed values now: 004, 088",
            ),
        ],
    );
    // A list of known values where there was none is no difference.
    let some = json!({"enum": ["pc", "mobile"]});
    assert_eq!(differences(&changed(SWAGGER, &format!("{PAYMENT}/channel"), some)), []);
}

#[test]
fn changes_in_openapi_3_are_reported() {
    each_alone(
        "vendor.openapi-3.0.yaml",
        [
            (
                "/components/schemas/PaymentAnnotation/properties/imp_uid",
                json!({"nullable": true}),
                Impact::Breaking,
                "PaymentAnnotation.imp_uid: may be null now",
            ),
            (
                "/components/schemas/PaymentAnnotation/properties/cancel_amount",
                json!({"nullable": true}),
                Impact::Documentation,
                "PaymentAnnotation.cancel_amount: may be null now",
            ),
            (
                "/components/schemas/Keys/properties",
                json!({"imp_key": null}),
                Impact::Breaking,
                "TokenRequest.imp_key: gone",
            ),
            (
                "/paths/~1users~1getToken/post",
                json!({"requestBody": null}),
                Impact::Breaking,
                "POST /users/getToken body: gone",
            ),
            (
                "/components/parameters/Sorting/content/text~1plain/schema",
                json!({"enum": ["-started", "started", "-paid", "paid", "updated"]}),
                Impact::Breaking,
                "GET /payments/find/{merchant_uid} query sorting: value `-updated` is gone",
            ),
        ],
    );
    each_alone(
        "vendor.openapi-3.1.json",
        [
            (
                "/components/schemas/PaymentAnnotation/properties/amount",
                json!({"type": ["number", "null"]}),
                Impact::Breaking,
                "PaymentAnnotation.amount: may be null now",
            ),
            (
                "/components/schemas/PaymentAnnotation/properties/amount",
                json!({"type": ["number", "string"]}),
                Impact::Breaking,
                "PaymentAnnotation.amount: is number or string now, was number",
            ),
            (
                "/components/schemas/PaymentAnnotation/properties/card_type",
                json!({"enum": [0, 1, 2, null]}),
                Impact::Additive,
                "PaymentAnnotation.card_type: new value `2`",
            ),
            (
                "/components/schemas/Channel",
                json!({"enum": ["pc", "mobile", "api", "kiosk"]}),
                Impact::Additive,
                "PaymentAnnotation.channel: new value `kiosk`",
            ),
            (
                "/components/schemas/Promotion of a~1card/properties/discount",
                json!({"type": "string"}),
                Impact::Breaking,
                "PaymentPromotionAnnotation.discount: is string now, was number",
            ),
        ],
    );
    let begun = changed(
        "vendor.openapi-3.1.json",
        "/components/schemas/PaymentAnnotation/properties/status/oneOf/0",
        json!({"const": "begun"}),
    );
    assert_eq!(
        differences(&begun),
        [
            (Impact::Additive, "PaymentAnnotation.status: new value `begun`".to_owned()),
            (Impact::Documentation, "PaymentAnnotation.status: value `ready` is gone".to_owned()),
        ]
    );
}
