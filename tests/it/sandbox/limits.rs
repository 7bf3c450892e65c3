//! Large and deeply nested input gets an error.

use super::*;

/// 36 KB of JSON.
const DEEP: usize = 18_000;

async fn post(sandbox: &Sandbox, path: &str, body: String) -> (u16, String) {
    send(http().post(format!("{}{path}", sandbox.base_url())).body(body)).await
}

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

fn nested_value(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

#[tokio::test]
async fn nested_body_is_invalid() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = |depth| format!(r#"{{"merchant_uid":"order","amount":1,"extra":{}}}"#, nested(depth));
    for depth in [128, DEEP] {
        let (status, text) = post(&sandbox, "/_sandbox/payments", body(depth)).await;
        assert!(status == 400 && text.contains("at most 128 levels"), "{text}");
    }
    let objects = format!(r#"{{"merchant_uid":"a","amount":1,"x":{}1{}}}"#, r#"{"a":"#.repeat(9000), "}".repeat(9000));
    assert_eq!(post(&sandbox, "/_sandbox/payments", objects).await.0, 400);
    let brackets = r#"{"merchant_uid":"brackets","amount":1,"name":"[[[\"[[["}"#.replace("[[[", &"[".repeat(500));
    assert_eq!(post(&sandbox, "/_sandbox/payments", brackets).await.0, 200, "brackets in a string are no levels");

    assert_eq!(post(&sandbox, "/_sandbox/payments", body(127)).await.0, 200);
    let (_, found) = Caller::of(&sandbox).await.get("/payments/find/order").await;
    assert!(found.contains(&nested(127)), "{found}");
}

#[test]
fn nested_fixture_is_invalid() {
    for depth in [128, DEEP] {
        let mut value = json!({"imp_uid": "imp_1", "merchant_uid": "order"});
        value["extra"] = nested_value(depth);
        let error = PaymentFixture::from_value(value).unwrap_err();
        assert!(error.to_string().contains("at most 128 levels"), "{error}");

        let set = PaymentFixture::new("order", 1).set("extra", nested_value(depth));
        let text = serde_json::to_value(set).unwrap()["extra"].take();
        assert!(text.as_str().unwrap().contains("at most 128 levels"), "{text}");
    }
    let set = PaymentFixture::new("order", 1).set("extra", nested_value(127));
    assert!(serde_json::to_string(&set).unwrap().contains(&"[".repeat(127)));
}

#[tokio::test]
async fn large_body_is_too_large() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = |size: usize| format!(r#"{{"merchant_uid":"order","amount":1,"x":"{}"}}"#, "x".repeat(size));
    assert_eq!(post(&sandbox, "/_sandbox/payments", body(1_000_000)).await.0, 200);
    for path in ["/_sandbox/payments", "/users/getToken"] {
        let (status, text) = post(&sandbox, path, body(1_048_577)).await;
        assert!(status == 413 && text.contains("at most 1048576 bytes"), "{path}: {status} {text}");
    }
}
