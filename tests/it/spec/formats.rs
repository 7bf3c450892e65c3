//! Descriptions are read in YAML and JSON, with any media types and servers.

use super::*;

fn error(text: &str) -> (String, Option<usize>) {
    let error = spec::diff(text).unwrap_err();
    (error.to_string(), error.line())
}

fn lines(text: &str) -> Vec<String> {
    spec::diff(text).unwrap().changes.into_iter().map(|change| change.text).collect()
}

#[test]
fn duplicate_key_is_an_error_with_its_line() {
    for (text, key, line) in [
        ("swagger: '2.0'\npaths: {}\ninfo:\n  a: 1\n  b: 2\n  a: 3\n", "a", 6),
        ("swagger: '2.0'\npaths: { /a: 1,\n '/a': 2 }", "/a", 3),
        ("swagger: '2.0'\n200: 1\n'200': 2", "200", 3),
        ("swagger: '2.0'\nx: &x { a: 1,\n a: 2 }", "a", 3),
        ("x:\n- {a: 1}\n-\n  b: 1\n  c: {a: 1}\n  b: 2\nswagger: '2.0'", "b", 6),
        ("{\"swagger\": \"2.0\",\n \"info\": [{\"a\": 1,\n  \"a\": 2}]}", "a", 3),
        ("{\"swagger\": \"1\",\n \"<<\": 1, \"swagger\": \"2.0\"}", "swagger", 2),
        ("{\"swagger\": \"2.0\",\n \"\\u001b\": 1, \"\\u001b\": 2}", "\\u{1b}", 2),
        (&spec::DOCUMENT.replace("\npaths:\n", "\ntags: []\npaths:\n"), "tags", tags_line()),
    ] {
        let (message, at) = error(text);
        assert!(message.contains(&format!("duplicate key `{key}` at line {line} ")) && at == Some(line), "{message}");
    }
}

/// The line of the key that is inserted before the paths of the document.
fn tags_line() -> usize {
    spec::DOCUMENT.lines().position(|line| line == "paths:").unwrap() + 1
}

#[test]
fn yaml_aliases_are_bounded() {
    let layer = |n: usize| format!("x{n}: &x{n} [{}]\n", vec![format!("*x{}", n - 1); 100].join(", "));
    let nodes = format!("swagger: '2.0'\nx0: &x0 []\n{}", (1..6).map(layer).collect::<String>());
    let text = format!("swagger: '2.0'\nx0: &x0 {}\nx1: [{}]", "a".repeat(100_000), vec!["*x0"; 9_000].join(", "));
    for bomb in [nodes, text] {
        let (message, _) = error(&bomb);
        assert!(message.contains("for a text of this length"), "{message}");
    }
    let few = "swagger: '2.0'\nx: &by { type: string }\ndefinitions: { PaymentCancelAnnotation: { properties: { by: *by } } }";
    assert!(lines(few).contains(&"PaymentCancelAnnotation.by: new, string".to_owned()), "{:?}", lines(few));
}

#[test]
fn integer_of_more_than_64_bits_is_read() {
    for number in ["18446744073709551616", "-9223372036854775809", "340282366920938463463374607431768211456", "1e400"] {
        let yaml =
            format!("swagger: '2.0'\nx: {number}\ndefinitions: {{ PaymentAnnotation: {{ maximum: {number} }} }}");
        assert!(!lines(&yaml).is_empty(), "{number}");
        assert_eq!(
            lines(&text(SWAGGER).replace("    properties:\n", &format!("    x-most: {number}\n    properties:\n"))),
            [""; 0]
        );
    }
}

#[test]
fn yaml_merge_keys_are_applied() {
    let with = |by: &str| {
        format!(
            "swagger: '2.0'\nx: &text {{ type: string }}\ny: &whole {{ type: integer, maxLength: 4 }}\n\
             definitions: {{ PaymentCancelAnnotation: {{ properties: {{ by: {by} }} }} }}"
        )
    };
    for (by, kind) in [
        ("{ <<: *text }", "string"),
        ("{ <<: *text, type: boolean }", "boolean"),
        ("{ type: boolean, <<: *text }", "boolean"),
        ("{ <<: [*text, *whole] }", "string"),
        ("{ <<: [*whole, *text] }", "integer"),
    ] {
        let new: Vec<_> = lines(&with(by)).into_iter().filter(|line| line.contains(".by")).collect();
        assert_eq!(new, [format!("PaymentCancelAnnotation.by: new, {kind}")], "{by}");
    }
    for by in ["{ <<: 1 }", "{ <<: [*text, 1] }", "{ <<: [[*text]] }"] {
        let (message, line) = error(&with(by));
        assert!(message.contains("invalid merge key `<<`: expected a mapping, or several"), "{message}");
        assert_eq!(line, Some(4));
    }
}

const OPENAPI: &str = "vendor.openapi-3.0.yaml";

#[test]
fn json_media_type_is_chosen_by_its_name() {
    let list = "/paths/~1subscribe~1customers~1{customer_uid}~1payments~1/get/responses/200/content";
    let schema = fixture(OPENAPI).pointer(list).unwrap()["application/json;charset=UTF-8"]["schema"].clone();
    let other = json!({"schema": {"type": "string"}});
    for (names, chosen) in [
        (["application/hal+json", "Application/JSON; charset=utf-8", "*/*", "text/x-json-lines"], 1),
        (["application/hal+json", "application/jsonlines", "*/*", "application/json-seq"], 0),
        (["application/jsonlines", "application/not-json-at-all", "*/*", "application/xml"], 2),
    ] {
        let mut document = fixture(OPENAPI);
        let content = document.pointer_mut(list).unwrap();
        *content = json!({});
        for (index, name) in names.into_iter().enumerate() {
            content[name] = if index == chosen { json!({"schema": schema}) } else { other.clone() };
        }
        assert_eq!(differences(&document), [], "{names:?}");
    }
}

#[test]
fn version_as_number_or_string_is_accepted() {
    for version in ["3", "'3'", "3.1", "'3.2.0'"] {
        assert_eq!(lines(&text(OPENAPI).replace("openapi: 3.0.3", &format!("openapi: {version}"))), [""; 0]);
    }
    for (version, name) in [("30", "30"), ("2.0", "2.0"), ("'3x'", "3x")] {
        let (message, _) = error(&text(OPENAPI).replace("openapi: 3.0.3", &format!("openapi: {version}")));
        assert_eq!(message, format!("OpenAPI {name} is not read, only OpenAPI 3 and Swagger 2.0 are"));
    }
}

#[test]
fn servers_are_read_with_their_variables() {
    let with =
        |servers: &str| text(OPENAPI).replace("\n  - url: https://api.example.com/\n", &format!("\n  {servers}\n"));
    for same in [
        "- url: //api.example.com",
        "- url: /",
        "- url: 'https://{host}:{port}/'",
        "- { url: 'https://{host}{base}', variables: { base: { default: / } } }",
        "- url: https://api.example.com/\n  - url: https://api.example.com/v9",
    ] {
        assert_eq!(lines(&with(same)), [""; 0], "{same}");
    }
    let every = spec::document()["paths"].as_object().unwrap().len();
    for elsewhere in [
        "- url: //api.example.com/v9",
        "- url: /v9",
        "- { url: 'https://{host}/{base}', variables: { base: { default: v9 } } }",
    ] {
        let gone =
            lines(&with(elsewhere)).iter().filter(|line| line.ends_with("}: gone") || line.ends_with(": gone")).count();
        assert!(gone >= every.min(4), "{elsewhere}: {:?}", lines(&with(elsewhere)));
    }
    assert_eq!(
        error(&with("- url: 'https://api.example.com/{version}'")).0,
        "the server URL has a variable without a default: `version`"
    );
}

#[test]
fn default_response_describes_success_only_without_a_200() {
    let token = "/paths/~1users~1getToken/post/responses";
    let envelope = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/TokenEnvelope"}}}});
    let text = json!({"content": {"application/json": {"schema": {"type": "string"}}}});
    let mut only = fixture(OPENAPI);
    *only.pointer_mut(token).unwrap() = json!({"default": envelope});
    assert_eq!(differences(&only), []);
    *only.pointer_mut(token).unwrap() = json!({"200": envelope, "default": text});
    assert_eq!(differences(&only), []);
}

#[test]
fn parameters_of_a_path_are_those_of_its_operations() {
    let path = "/paths/~1payments~1find~1{merchant_uid}~1{payment_status}";
    let mut document = fixture(SWAGGER);
    let parameters = document.pointer_mut(&format!("{path}/get/parameters")).unwrap().take();
    let operation = document.pointer_mut(&format!("{path}/get")).unwrap().as_object_mut().unwrap();
    operation.remove("parameters");
    document.pointer_mut(path).unwrap()["parameters"] = parameters;
    assert_eq!(differences(&document), []);
    // The operation's own parameter has priority.
    let own = json!([{"name": "sorting", "in": "query", "type": "integer"}]);
    document.pointer_mut(&format!("{path}/get")).unwrap()["parameters"] = own;
    let line = "GET /payments/find/{merchant_uid} query sorting: is integer now, was string";
    assert_eq!(differences(&document), [(Impact::Breaking, line.to_owned())]);
}

#[test]
fn header_names_are_case_insensitive() {
    let mut document = fixture(SWAGGER);
    let header = json!({"name": "tIER", "in": "header", "type": "string"});
    document.pointer_mut(FIND).unwrap()["parameters"].as_array_mut().unwrap().push(header);
    assert_eq!(differences(&document), []);
}

#[test]
fn compositions_are_resolved() {
    let field = |name: &str, schema: Value| {
        let mut document = fixture(SWAGGER);
        document.pointer_mut(PAYMENT).unwrap()[name] = schema;
        differences(&document)
    };
    let (text, whole) = (json!({"type": "string"}), json!({"type": "integer"}));
    let breaking = |line: &str| vec![(Impact::Breaking, format!("PaymentAnnotation.{line}"))];
    for either in ["oneOf", "anyOf"] {
        let union = json!({either: [whole, text]});
        assert_eq!(field("card_quota", union), breaking("card_quota: is integer or string now, was integer"));
    }
    // Parts that contradict each other: the first one counts.
    let vendors = json!({"allOf": [{"type": "string", "maxLength": 32}, whole]});
    assert_eq!(field("imp_uid", vendors), []);
    let other = json!({"allOf": [whole, text], "maxLength": 32});
    assert_eq!(field("imp_uid", other), breaking("imp_uid: is integer now, was string"));
    // Parts narrow each other.
    let narrower = json!({"allOf": [{"type": "number"}, whole]});
    assert_eq!(field("card_quota", narrower), []);
    let items = json!({"allOf": [{"type": "array"}, {"items": whole}]});
    assert_eq!(field("cancel_receipt_urls", items), breaking("cancel_receipt_urls[]: is integer now, was string"));
}
