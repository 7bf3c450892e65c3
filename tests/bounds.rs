//! Time and memory are bounded for every body and every description.
//!
//! The limits are those of an input of 1 MB: 64 MB and, in a release build, 2 seconds.
#![cfg(feature = "validate")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

use std::time::{Duration, Instant};

use iamport::{
    PageOrArray, Payment, PaymentPage,
    generated::Envelope,
    spec,
    validate::{self, Severity},
};

const MEMORY: u64 = 64 << 20;
/// A build without optimizations, next to other tests, is many times slower.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });
const SIZE: usize = 1_000_000;

/// Runs a function and checks its time and its memory.
fn bounded<T>(name: &str, run: impl FnOnce() -> T) -> T {
    let (begun, mut result) = (Instant::now(), None);
    let used = allocation_counter::measure(|| result = Some(run()));
    let elapsed = begun.elapsed();
    println!("{name}: {:.1} MB, {elapsed:?}", used.bytes_max as f64 / f64::from(1 << 20));
    assert!(used.bytes_max <= MEMORY, "{name}: {} MB", used.bytes_max >> 20);
    assert!(elapsed < TIME, "{name}: {elapsed:?}");
    result.unwrap()
}

/// A text of the size, with a part repeated.
fn repeated(before: &str, part: impl Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    for number in 0.. {
        let part = part(number);
        if text.len() + part.len() + after.len() > SIZE {
            break;
        }
        text += &part;
    }
    text + after
}

/// The largest amount of memory that decoding a body takes: 12 times as much as the body, and a constant for small items.
const DECODED: u64 = 12 * SIZE as u64 + (40 << 20);

#[test]
fn hostile_body_is_decoded_within_the_limits() {
    const PAYMENT: &str = r#"{"imp_uid":"","merchant_uid":"","amount":0,"status":"""#;
    let page = r#"{"code":0,"message":null,"response":{"total":0,"next":0,"previous":0,"list":["#;
    let one = |field: &str| format!("{page}{PAYMENT},{field}");
    for (name, body) in [
        ("payments", repeated(page, |_| format!("{PAYMENT}}},"), &format!("{PAYMENT}}}]}}}}"))),
        ("cancellations", repeated(&one(r#""cancel_history":["#), |_| "{},".to_owned(), "{}]}]}}")),
        ("wrong cancellations", repeated(&one(r#""cancel_history":["#), |_| "0,".to_owned(), "{}]}]}}")),
        ("texts", repeated(&one(r#""cancel_receipt_urls":["#), |_| "\"\",".to_owned(), "\"\"]}]}}")),
        ("unknown fields", repeated(&one(""), |n| format!("\"{n}\":0,"), "\"name\":\"\"}]}}")),
        ("unknown values", repeated(&one(r#""extra_list":["#), |_| "{},".to_owned(), "{}]}]}}")),
    ] {
        let measured = allocation_counter::measure(|| drop(serde_json::from_str::<Listing>(&body)));
        println!("{name}: {:.1} MB", measured.bytes_max as f64 / f64::from(1 << 20));
        assert!(measured.bytes_max <= DECODED, "{name}: {} MB", measured.bytes_max >> 20);
    }
    // The payment before is not lost, nor is the array.
    let body = repeated(&one(r#""cancel_history":["#), |_| "{},".to_owned(), "{}]}]}}");
    let PageOrArray::Page(page) = serde_json::from_str::<Listing>(&body).unwrap().response.unwrap() else { panic!() };
    assert!(page.list[0].extra["cancel_history"].as_json().len() > SIZE / 2);
    assert!(page.list[0].cancelled_amount().is_err());
}

type Listing = Envelope<PageOrArray<PaymentPage, Payment>>;

#[test]
fn body_with_a_finding_everywhere_is_validated_within_the_limits() {
    let list = r#"{"code":0,"message":"","response":["#;
    for (name, body, severity) in [
        ("empty payments", repeated(list, |_| "{},".to_owned(), "{}]}"), Some(Severity::Violation)),
        ("nulls", repeated(list, |_| "null,".to_owned(), "null]}"), Some(Severity::Violation)),
        ("unknown fields", repeated("{", |n| format!("\"{n}\":0,"), "\"code\":0}"), Some(Severity::Violation)),
        ("failure", repeated(r#"{"code":1,"response":["#, |_| "{},".to_owned(), "{}]}"), Some(Severity::Violation)),
        (
            "empty histories",
            repeated(list, |_| r#"{"cancel_history":[{},{},{}]},"#.to_owned(), "{}]}"),
            Some(Severity::Violation),
        ),
    ] {
        for operation in ["list_billing_key_payments", "get_payments"] {
            let report = bounded(name, || validate::validate_response(operation, 200, body.as_bytes()).unwrap());
            assert_eq!(report.max_severity(), severity, "{name}");
            assert!(report.findings().len() <= 1_000, "{name}: {}", report.findings().len());
            bounded(name, || report.to_string());
        }
    }
}

fn swagger(paths: &str, definitions: &str) -> String {
    format!(r#"{{"swagger":"2.0","paths":{{{paths}}},"definitions":{{{definitions}}}}}"#)
}

/// The description of a look-up, with these parameters and this response.
fn find(parameters: &str, response: &str) -> String {
    format!(
        r#""/payments/find/{{merchant_uid}}":{{"get":{{"parameters":[{parameters}],"responses":{{"200":{{"description":"","schema":{response}}}}}}}}}"#
    )
}

#[test]
fn description_of_any_shape_is_compared_within_the_limits() {
    let reference = r##"{"$ref":"#/definitions/PaymentAnnotation"}"##;
    let variables: String =
        (0..24).map(|n| format!("v{n}: {{ default: '{{v{0}}}{{v{0}}}' }}\n      ", n + 1)).collect();
    let list = |item: &str| repeated("", |_| item.to_owned(), "");
    for (name, text) in [
        (
            "server variables",
            format!(
                "openapi: 3.0.3\npaths: {{}}\nservers:\n  - url: https://a/{{v0}}\n    variables:\n      {variables}v24: {{ default: x }}\n"
            ),
        ),
        ("brackets", "swagger: '2.0'\npaths: ".to_owned() + &list("[")),
        ("braces", "swagger: '2.0'\npaths: ".to_owned() + &list("{a: ")),
        ("closed brackets", "swagger: '2.0'\npaths: [".to_owned() + &list("[[[[[[]]]]]],") + "]"),
        ("nested items", list("- ")),
        ("explicit keys", list("? a\n")),
        ("values in brackets", "swagger: '2.0'\npaths: [".to_owned() + &list("a,") + "]"),
        ("pairs in brackets", "swagger: '2.0'\npaths: {".to_owned() + &repeated("", |n| format!("{n},"), "") + "}"),
        ("lines", "swagger: '2.0'\npaths:\n".to_owned() + &repeated("", |n| format!("  a{n}:\n"), "")),
        (
            "parameters in brackets",
            format!(
                "swagger: '2.0'\npaths:\n  /payments/find/{{merchant_uid}}:\n    get:\n      responses: {{}}\n      parameters:\n{}",
                repeated("", |n| format!("      - {{ name: p{n}, in: query, type: string }}\n"), "")
            ),
        ),
        ("values without keys", "swagger: '2.0'\npaths: [".to_owned() + &list("aaaaaaa,") + "]"),
        ("anchors", "swagger: '2.0'\npaths:\n".to_owned() + &repeated("", |n| format!("  a{n}: &a{n} x\n"), "")),
        ("small objects", format!("[{}0]", list("{\"a\":1},"))),
        ("small arrays", format!("[{}0]", list("[1],"))),
        (
            "fields",
            swagger(
                &find("", reference),
                &repeated("\"PaymentAnnotation\":{\"properties\":{", |n| format!("\"f{n}\":{{}},"), "\"q\":{}}}"),
            ),
        ),
        (
            "parameters",
            swagger(
                &find(
                    &repeated(
                        "",
                        |n| format!(r#"{{"name":"p{n}","in":"query","type":"string"}},"#),
                        r#"{"name":"q","in":"query"}"#,
                    ),
                    reference,
                ),
                "",
            ),
        ),
        (
            "parameters of the path",
            swagger(
                &find(
                    &repeated(
                        "",
                        |n| format!(r#"{{"name":"p{n}","in":"path","type":"string"}},"#),
                        r#"{"name":"q","in":"query"}"#,
                    ),
                    reference,
                ),
                "",
            ),
        ),
        ("merged schemas", {
            let base: String = (0..3_000).map(|n| format!("\"p{n}\":{{}},")).collect();
            let of_base: String =
                (0..5_000).map(|n| format!(r##","S{n}":{{"allOf":[{{"$ref":"#/definitions/Base"}}]}}"##)).collect();
            let branches: Vec<_> = (0..5_000).map(|n| format!(r##"{{"$ref":"#/definitions/S{n}"}}"##)).collect();
            let definitions = format!(
                "\"Base\":{{\"properties\":{{{base}\"q\":{{}}}}}}{of_base},\"PaymentAnnotation\":{{\"anyOf\":[{}]}}",
                branches.join(",")
            );
            swagger(&find("", reference), &definitions)
        }),
        (
            "branches",
            swagger(
                &find("", reference),
                &format!(
                    "\"S\":{{{}}},\"PaymentAnnotation\":{{\"oneOf\":[{}]}}",
                    repeated("\"enum\":[", |n| if n < 40_000 { format!("{n},") } else { " ".repeat(SIZE) }, "0]"),
                    vec![r##"{"$ref":"#/definitions/S"}"##; 10_000].join(",")
                ),
            ),
        ),
        ("long texts", {
            let codes = repeated("\"S\":{\"type\":\"string\",\"enum\":[", |n| format!("\"code-{n}\","), "\"x\"]}");
            let ours =
                spec::document()["components"]["schemas"]["PaymentAnnotation"]["properties"].as_object().unwrap();
            let fields: Vec<_> =
                ours.keys().map(|name| format!(r##""{name}":{{"$ref":"#/definitions/S"}}"##)).collect();
            swagger(
                &find("", reference),
                &format!("{codes},\"PaymentAnnotation\":{{\"properties\":{{{}}}}}", fields.join(",")),
            )
        }),
        ("optional segments", {
            let path: String = (0..3_000).map(|n| format!("/{{s{n}}}")).collect();
            let parameters: Vec<_> =
                (0..3_000).map(|n| format!(r#"{{"name":"s{n}","in":"path","type":"string"}}"#)).collect();
            swagger(
                &format!(r#""/payments{path}":{{"get":{{"parameters":[{}],"responses":{{}}}}}}"#, parameters.join(",")),
                "",
            )
        }),
        ("shared parameters", {
            let parameters: Vec<_> =
                (0..5_000).map(|n| format!(r#"{{"name":"s{n}","in":"query","type":"string"}}"#)).collect();
            let paths = repeated("", |n| format!(r##""/payments/x{n}":{{"$ref":"#/x"}},"##), "\"/y\":{}");
            format!(
                r#"{{"swagger":"2.0","x":{{"get":{{"parameters":[{}],"responses":{{}}}}}},"paths":{{{paths}}}}}"#,
                parameters.join(",")
            )
        }),
    ] {
        match bounded(name, || spec::diff(&text)) {
            Ok(diff) => println!("  {} differences", diff.changes.len()),
            Err(error) => println!("  {}", error.to_string().chars().take(200).collect::<String>()),
        }
    }
}

/// An ordinary description of 1 MB is not refused.
#[test]
fn large_description_is_compared() {
    let ours = serde_json::to_string(spec::document()).unwrap();
    let (before, schemas) = spec::DOCUMENT.split_once("\n    PaymentAnnotation:\n").unwrap();
    let payment = schemas.split_once("\n    PaymentAnnotationOrNull:").unwrap().0;
    let copies = repeated("\n", |n| format!("    Copy{n}:\n{payment}\n"), "");
    let yaml = format!("{before}{copies}    PaymentAnnotation:\n{schemas}");
    let yaml = bounded("yaml", || spec::diff(&yaml));
    assert!(yaml.unwrap().changes.is_empty());
    let schema = spec::document()["components"]["schemas"]["PaymentAnnotation"].to_string();
    let more = repeated("\"schemas\":{", |n| format!("\"Copy{n}\":{schema},"), "");
    let json = bounded("json", || spec::diff(ours.replacen("\"schemas\":{", &more, 1)));
    assert!(json.unwrap().changes.is_empty());
}
