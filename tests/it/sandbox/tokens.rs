//! Tokens are issued for keys, expire, and are required.

use iamport::generated::OPERATIONS;

use super::*;

#[tokio::test]
async fn keys_are_trimmed_like_those_of_the_client() {
    let sandbox = Sandbox::builder().keys(" key\n", "secret\r\n").start().await.unwrap();
    assert!(sandbox.client().build().unwrap().find_payment("order").await.unwrap().is_none());
    let client = sandbox.client().credentials("key", "secret").build().unwrap();
    assert!(client.find_payment("order").await.unwrap().is_none());
}

#[tokio::test]
async fn token_expires_after_half_an_hour() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order", 1));
    let caller = Caller::of(&sandbox).await;
    let first = caller.token.clone();
    let works = async || caller.get("/payments/find/order").await.0 == 200;
    let (again, lifetime) = token(&sandbox).await;
    assert_eq!(again, first);
    assert!((1799..=1800).contains(&lifetime), "{lifetime}");

    sandbox.advance(28 * MINUTE);
    let (again, lifetime) = token(&sandbox).await;
    assert!(again == first && (118..=120).contains(&lifetime), "{lifetime}");

    sandbox.advance(MINUTE);
    let (again, lifetime) = token(&sandbox).await;
    assert!(again == first && (358..=360).contains(&lifetime), "five minutes more: {lifetime}");

    sandbox.advance(5 * MINUTE);
    assert!(works().await);
    sandbox.advance(MINUTE);
    assert!(!works().await);
    assert_eq!(caller.get("/payments/find/order").await, (401, wire("error-401.json")));

    let (second, lifetime) = token(&sandbox).await;
    assert!(second != first && second.len() == 40 && lifetime >= 1799);
    assert!(!works().await, "the first token stays invalid");

    sandbox.revoke_tokens();
    let (third, _) = token(&sandbox).await;
    assert!(third != second && third != first);
}

#[tokio::test]
async fn token_is_issued_for_the_right_keys_only() {
    let sandbox = Sandbox::builder().keys("k&", "s=").start().await.unwrap();
    assert_eq!((sandbox.key(), sandbox.secret()), ("k&", "s="));
    let http = http();
    let post = || http.post(format!("{}/users/getToken", sandbox.base_url()));
    let form = |body: &'static str| post().header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);

    let (status, body) = send(form("imp_key=k%26&imp_secret=s%3D")).await;
    assert_eq!(status, 200);
    assert!(body.starts_with(r#"{"code":0,"message":null,"response":{"access_token":""#), "{body}");
    let order: Vec<_> = ["access_token", "now", "expired_at"].iter().map(|key| body.find(key).unwrap()).collect();
    assert!(order.is_sorted());

    for missing in [
        form(""),
        form("imp_key=k"),
        post(),
        post().json(&json!({"imp_secret": "s"})),
        post().json(&json!({"imp_key": 1, "imp_secret": null})),
        post().header(CONTENT_TYPE, "application/json").body("{"),
    ] {
        assert_eq!(send(missing).await, (400, wire("error-400-token.json")));
    }
    for wrong in [form("imp_key=k%26&imp_secret=s"), post().json(&json!({"imp_key": "k", "imp_secret": "s="}))] {
        assert_eq!(send(wrong).await, (401, wire("error-401.json")));
    }
}

#[tokio::test]
async fn request_without_a_valid_token_is_unauthorized() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order", 1).billing_key("key").set("imp_uid", "imp_1"));
    let (http, token) = (http(), token(&sandbox).await.0);
    for operation in OPERATIONS.iter().filter(|operation| operation.authenticated) {
        let path = operation.path.replace("{merchant_uid}", "order").replace("{imp_uid}", "imp_1");
        let path = path.replace("{customer_uid}", "key").replace("{payment_status}", "ready");
        let get = || http.get(format!("{}{path}?imp_uid[]=imp_1", sandbox.base_url()));
        for good in [token.clone(), format!("Bearer {token}"), format!("bearer {token}")] {
            assert_eq!(send(get().header(AUTHORIZATION, good)).await.0, 200, "{path}");
        }
        assert_eq!(send(get()).await, (401, wire("error-401.json")));
        for bad in ["", "Bearer", "Bearer ", "0123456789abcdef0123456789abcdef01234567", &format!("Basic {token}")] {
            assert_eq!(send(get().header(AUTHORIZATION, bad)).await, (401, wire("error-401.json")), "{bad}");
        }
    }
}

/// A sandbox must reject a token of another sandbox.
#[tokio::test]
async fn tokens_of_two_sandboxes_are_different() {
    let (one, other) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let mut tokens = std::collections::BTreeSet::new();
    for sandbox in [&one, &other] {
        for _ in 0..3 {
            let (token, _) = token(sandbox).await;
            assert!(token.len() == 40 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
            assert!(tokens.insert(token));
            sandbox.revoke_tokens();
        }
    }
}
