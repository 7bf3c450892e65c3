//! Hostile responses are a value or an error, without a panic and in bounded time.

use iamport::{
    Client, Error, Payment,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};

async fn find(client: &Client, sandbox: &Sandbox, body: impl Into<Vec<u8>>) -> Result<Option<Payment>, Error> {
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, body));
    client.find_payment("order-0001").await
}

/// An envelope with a payment and these additional fields.
fn with(fields: &str) -> String {
    let payment = r#""imp_uid":"imp_1","merchant_uid":"order-0001","status":"paid""#;
    format!(r#"{{"code":0,"message":null,"response":{{{payment}{fields}}}}}"#)
}

fn priced(fields: &str) -> String {
    with(&format!(r#","amount":15900{fields}"#))
}

#[tokio::test]
async fn hostile_bodies_are_a_value_or_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let digits = |count: usize| "9".repeat(count);
    let cases: Vec<(&str, String, bool)> = vec![
        ("arrays in arrays", deep(1_000_000), false),
        ("arrays in arrays that never close", "[".repeat(1_000_000), false),
        ("objects in objects", objects(100_000), false),
        ("a deep unknown field", priced(&format!(r#","surprise":{}"#, deep(100_000))), true),
        ("a deep known field", priced(&format!(r#","buyer_name":{}"#, objects(100_000))), true),
        ("a deep cancellation", priced(&format!(r#","cancel_history":[{}]"#, deep(10_000))), true),
        ("an unknown field of some depth", priced(&format!(r#","surprise":{}"#, deep(50))), true),
        ("an amount of 10,000 digits", with(&format!(r#","amount":{}"#, digits(10_000))), false),
        ("an amount of 10^999999999", with(r#","amount":1e999999999"#), false),
        ("an amount of 10^-999999999", with(r#","amount":1e-999999999"#), false),
        ("an amount that is NaN", with(r#","amount":NaN"#), false),
        ("a time of 10,000 digits", priced(&format!(r#","paid_at":{}"#, digits(10_000))), true),
        ("a time beyond 64 bits", priced(&format!(r#","paid_at":{}"#, digits(30))), true),
        ("a time before the epoch", priced(r#","paid_at":-9223372036854775808"#), true),
        ("an unknown number of 10^308", priced(r#","surprise":1e308"#), true),
        ("an unknown number of 10^309", priced(r#","surprise":1e309"#), true),
        ("a required field twice", priced(r#","amount":1"#), false),
        ("a known field twice", priced(r#","buyer_name":"a","buyer_name":"b""#), false),
        ("an unknown field twice", priced(r#","surprise":1,"surprise":2"#), false),
        ("an envelope's field twice", r#"{"code":0,"code":1,"response":null}"#.to_owned(), false),
        ("a lone surrogate", priced(r#","buyer_name":"\ud800""#), true),
        ("a lone low surrogate", priced(r#","surprise":"\udc00""#), true),
        ("surrogates the wrong way round", priced(r#","name":"\udc00\ud800""#), true),
        ("an escaped NUL", priced(r#","buyer_name":"a\u0000b""#), true),
        ("a bare NUL", priced(",\"buyer_name\":\"a\0b\""), false),
        ("a byte order mark", format!("\u{feff}{}", priced("")), false),
        ("two values", format!("{}{}", priced(""), priced("")), false),
        ("a long name of a field", priced(&format!(r#","{}":1"#, "k".repeat(100_000))), true),
        ("100,000 unknown fields", priced(&(0..100_000).map(|n| format!(r#","k{n}":1"#)).collect::<String>()), true),
        ("a code beyond 64 bits", format!(r#"{{"code":{},"message":null,"response":null}}"#, digits(30)), false),
        ("a message of a million letters", format!(r#"{{"code":1,"message":"{}"}}"#, "m".repeat(1_000_000)), false),
    ];
    for (name, body, value) in cases {
        let outcome = find(&client, &sandbox, body).await;
        assert_eq!(matches!(outcome, Ok(Some(_))), value, "{name}: {outcome:?}");
        if let Err(error) = outcome {
            assert!(error.to_string().len() < 2_000, "{name}: {} letters", error.to_string().len());
        }
    }

    let mut latin = priced(r#","buyer_name":"?""#).into_bytes();
    *latin.iter_mut().find(|byte| **byte == b'?').unwrap() = 0xff;
    assert!(find(&client, &sandbox, latin).await.unwrap_err().is_decode(), "not UTF-8");
    assert_eq!(sandbox.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn token_with_invalid_header_characters_is_an_error() {
    for token in [r"a\r\nx-evil: 1", r"\u0000", r"\n"] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = sandbox.client().build().unwrap();
        let body = format!(r#"{{"code":0,"response":{{"access_token":"{token}","now":0,"expired_at":1800}}}}"#);
        sandbox.enqueue_response(Endpoint::Token, MockResponse::json(200, body));
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert!(error.is_decode(), "{error:?}");
        assert_eq!(sandbox.count(Endpoint::Find), 0);
        assert!(client.find_payment("order-0001").await.unwrap().is_none(), "it was not kept");
    }
}

#[tokio::test]
async fn token_with_any_expiry_is_accepted() {
    let extremes = [i64::MIN, -1, 0, 1, 1_700_000_000, i64::MAX];
    for (now, expired_at) in extremes.iter().flat_map(|now| extremes.map(|expired_at| (now, expired_at))) {
        let sandbox = Sandbox::start().await.unwrap();
        let client = sandbox.client().build().unwrap();
        let life = format!(r#""now":{now},"expired_at":{expired_at}"#);
        let body = format!(r#"{{"code":0,"response":{{"access_token":"t",{life}}}}}"#);
        sandbox.enqueue_response(Endpoint::Token, MockResponse::json(200, body));
        assert!(client.find_payment("order-0001").await.unwrap().is_none(), "{life}: rejected, replaced, repeated");
        assert_eq!(sandbox.count(Endpoint::Token), 2);
    }
}

/// The limit applies with and without a `Content-Length`.
#[tokio::test]
async fn response_is_limited_to_the_exact_byte() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = priced("");
    let padded = |length: usize| format!("{}{body}", " ".repeat(length - body.len()));
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900));
    let client = sandbox.client().max_response_bytes(4096).build().unwrap();
    assert!(find(&client, &sandbox, padded(4096)).await.unwrap().is_some());
    assert!(find(&client, &sandbox, padded(4097)).await.unwrap_err().is_too_large());
    for (length, too_large) in [(4096, false), (4097, true), (1 << 30, true)] {
        sandbox.inject_fault(Endpoint::Find, Fault::OversizedBody(length), 1);
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert_eq!((error.is_too_large(), error.is_decode()), (too_large, !too_large), "{length} in chunks: {error}");
    }
}

/// The client does not request compression, so it cannot be made to expand a compression bomb.
#[tokio::test]
async fn compressed_response_is_not_decompressed() {
    // 1,000 spaces, compressed by gzip -9.
    let gzip = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x53, 0x50, 0x18, 5, 0xa3, 0x60, 0x14, 0, 0, 0x7f, 0x2c, 0x2f, 0x3b, 0xe8,
        3, 0, 0,
    ];
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().build().unwrap();
    for coding in ["gzip", "br", "zstd", "deflate", "gzip, gzip"] {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, gzip).header("content-encoding", coding));
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert!(error.is_decode() && error.to_string().contains("not JSON"), "{error}");
    }
    let headers: Vec<_> = sandbox.requests().into_iter().flat_map(|request| request.headers).collect();
    assert!(!headers.iter().any(|name| name == "accept-encoding"), "{headers:?}");
}
