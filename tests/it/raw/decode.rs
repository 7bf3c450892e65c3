//! A response is decoded as a type of the caller, and its errors have no value of it.

use iamport::{
    Amount, Payment,
    reqwest::Method,
    sandbox::{Endpoint, MockResponse},
};
use serde::{
    Deserialize,
    de::{Error as _, IgnoredAny},
};
use serde_json::json;

use super::{cancel, start};

#[derive(Debug, Deserialize, PartialEq)]
struct Bank {
    code: String,
}

#[tokio::test]
async fn response_is_decoded_as_the_type_of_the_caller() {
    let (sandbox, client) = start().await;
    let banks = || client.request(Method::GET, "/banks");
    let respond = |body: &str| sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, body));
    let bank = || Bank { code: "004".to_owned() };
    for _ in 0..2 {
        respond(r#"{"response":{"code":"004","name":"KB"},"message":null,"code":0,"more":[]}"#);
    }
    assert_eq!(banks().send::<Bank>().await.unwrap(), bank());
    assert_eq!(banks().send::<Option<Bank>>().await.unwrap(), Some(bank()));
    for null in [r#"{"code":0,"message":null,"response":null}"#, r#"{"code":0}"#] {
        respond(null);
        assert_eq!(banks().send::<Option<Bank>>().await.unwrap(), None);
        respond(null);
        assert!(banks().send::<Bank>().await.unwrap_err().is_decode());
    }
    respond(r#"{"code":0,"message":null,"response":null}"#);
    banks().send::<()>().await.unwrap();
    respond(r#"{"code":0,"response":[{"a":1}]}"#);
    banks().send::<IgnoredAny>().await.unwrap();
    respond(r#"{"code":0,"response":{"amount":1234567890123456789012.5}}"#);
    #[derive(Deserialize)]
    struct Balance {
        amount: Amount,
    }
    assert_eq!(banks().send::<Balance>().await.unwrap().amount.to_string(), "1234567890123456789012.5");
}

/// The message has no value and no name of the body, which a type of the caller could quote.
#[tokio::test]
async fn response_that_does_not_decode_is_an_error_without_its_values() {
    let (sandbox, client) = start().await;
    #[derive(Debug, Deserialize)]
    enum Kind {
        Known,
    }
    let _ = Kind::Known;
    for (body, message) in [
        (r#"{"code":0,"response":"hush"}"#, "a value does not fit (line 1, column 27)"),
        (r#"{"code":0,"response":{"hush":1}}"#, "a value does not fit (line 1, column 28)"),
        (r#"{"code":0,"hush":1}"#, "a field is missing (line 1, column 19)"),
        (r#"{"code":"hush","response":"Known"}"#, "expected i64 (line 1, column 14)"),
        // serde reads a struct from an array too.
        (r#"[0, "Known"]"#, "expected an object"),
        ("hush", "the body is not JSON (line 1, column 1)"),
        ("", "the body is empty (line 1, column 0)"),
    ] {
        sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, body));
        let error = client.request(Method::GET, "/banks").send::<Kind>().await.unwrap_err();
        assert_eq!(error.to_string(), format!("cannot decode the response (HTTP 200): {message}"), "{body}");
        assert!(error.is_decode() && !format!("{error:?}").contains("hush"));
    }
    sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, [b'{', 0xff]));
    let error = client.request(Method::GET, "/banks").send::<Kind>().await.unwrap_err();
    assert!(error.to_string().contains("not UTF-8"), "{error}");
}

/// A card number as its own error quotes it. serde_json takes a position from the end of such a message.
#[derive(Debug)]
struct Card;

impl<'de> Deserialize<'de> for Card {
    fn deserialize<D: serde::Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let card = String::deserialize(value)?;
        Err(D::Error::custom(format_args!("invalid card {card}")))
    }
}

#[tokio::test]
async fn position_of_an_error_is_one_in_the_body() {
    let (sandbox, client) = start().await;
    for (card, position) in [("1234", " (line 1, column 28)"), ("at line 4111111111111111 column 1234", "")] {
        let body = json!({"code": 0, "response": card}).to_string();
        sandbox.enqueue_response(Endpoint::Other, MockResponse::json(200, body));
        let error = client.request(Method::GET, "/cards").send::<Card>().await.unwrap_err();
        let expected = format!("cannot decode the response (HTTP 200): a value does not fit{position}");
        assert_eq!(error.to_string(), expected);
    }
}

/// Nobody documents what the message of such an operation may have.
#[tokio::test]
async fn message_of_the_service_is_in_no_text() {
    let (sandbox, client) = start().await;
    let body = r#"{"code":-1,"message":"홍길동 4111-1111","response":null}"#;
    sandbox.enqueue_response(Endpoint::Cancel, MockResponse::json(400, body));
    let error = cancel(&client).send::<Payment>().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.code()), ("API error: HTTP 400, code -1", Some(-1)));
    assert_eq!((error.message(), format!("{error:?}").contains("홍길동")), (Some("홍길동 4111-1111"), false));
}
