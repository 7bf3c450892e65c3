//! Failures of the service, and of the way to it.

use iamport::sandbox::{Endpoint, MockResponse};

use super::{of, run};
use crate::common::{fill, start};

#[tokio::test(flavor = "multi_thread")]
async fn failures_print_the_cause_and_a_hint() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 45);
    let mut wrong = of(&sandbox, &["find", "order-0001"]);
    wrong.env("IMP_SECRET", "hunter2");
    pinned!(Some(&sandbox), run(wrong).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: cannot get an access token: API error: HTTP 401, code -1: 인증에 실패하였습니다. API키와 secret을 확인하세요.
      Check IMP_KEY and IMP_SECRET: both of the same merchant, for the V1 API.
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--base-url", "api.iamport.kr"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot build the client: the base URL is not a URL; it looks like https://api.iamport.kr
      Correct the address in --base-url or IMP_BASE_URL.
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--base-url", "http://api.iamport.kr"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot build the client: the base URL is plain http to a host other than loopback: keys and payments would be sent unencrypted
      Correct the address in --base-url or IMP_BASE_URL.
    ");

    for _ in 0..4 {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(502));
    }
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001"])).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: unexpected HTTP 502 response (not from the PortOne API) (after 4 attempts)
      The server failed: try again later.
    ");
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(501));
    let message = String::from_utf8(run(of(&sandbox, &["find", "order-0001"])).await.stderr).unwrap();
    assert!(
        message.ends_with(
            "\n  The server does not have this operation: check the address in --base-url or IMP_BASE_URL.\n"
        ),
        "{message}"
    );
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, r#"{"code":0,"response":{"imp_uid":"imp_1"}}"#));
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001"])).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: cannot decode the response (HTTP 200): response: missing field `merchant_uid` (line 1, column 40)
      If the address in --base-url or IMP_BASE_URL is right, the API may have changed: look for a newer version of iamport.
    ");

    let another = r#"{"code":0,"response":{"imp_uid":"imp_1","merchant_uid":"order-0002","amount":1,"status":"paid"}}"#;
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, another));
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001"])).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: response does not match the request: expected the requested `merchant_uid`, got another
      The server returned another payment than the requested one: do not use it. Check --base-url and any proxy or cache; if they are right, report it to PortOne.
    ");

    // Before the command too, where any other option than this one is an error.
    for command in ["find", "verify --amount 1", "payments", "reconcile"] {
        let arguments: Vec<_> = ["--base-url", "ftp://h"].into_iter().chain(command.split(' ')).chain(["x"]).collect();
        let invalid = run(of(&sandbox, &arguments)).await;
        let message = String::from_utf8(invalid.stderr).unwrap();
        assert!(message.contains("base URL") && invalid.status.code() == Some(2), "{command}: {message}");
    }
    let refused = run(of(&sandbox, &["find", "order-0001", "--base-url", "http://127.0.0.1:1"])).await;
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .starts_with("iamport: cannot get an access token: cannot connect to the service (after 4 attempts)\n")
    );
}

/// A proxy from the environment would otherwise receive the token of a local server.
#[tokio::test]
async fn proxy_is_not_used_for_loopback() {
    let ((sandbox, _), (proxy, _)) = (start().await, start().await);
    let mut command = of(&sandbox, &["find", "order-0001"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.base_url());
    }
    let output = run(command).await;
    assert_eq!(proxy.requests(), [], "{output:?}");
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 1), "{output:?}");
}

/// The other payments are printed, and the command still fails.
#[tokio::test(flavor = "multi_thread")]
async fn payment_that_cannot_be_decoded_is_named_after_the_others() {
    let (sandbox, _) = start().await;
    let body = r#"{"code":0,"message":null,"response":[
        {"imp_uid":"imp_1","merchant_uid":"order-0001","amount":100,"status":"paid"},
        {"imp_uid":"imp_2","merchant_uid":"order-0002","status":"paid"},
        {"imp_uid":"imp_3","merchant_uid":"order-0003","amount":100,"status":"paid"}]}"#;
    sandbox.enqueue_response(Endpoint::List, MockResponse::json(200, body));
    let listed = run(of(&sandbox, &["payments", "cust_0001", "--format", "ndjson"])).await;
    let (lines, message) = (String::from_utf8(listed.stdout).unwrap(), String::from_utf8(listed.stderr).unwrap());
    assert_eq!((listed.status.code(), lines.lines().count()), (Some(3), 2), "{lines}{message}");
    assert!(lines.contains("imp_1") && lines.contains("imp_3"), "{lines}");
    assert!(message.contains("response[1]: missing field `amount` (line 3,"), "{message}");

    sandbox.enqueue_response(Endpoint::GetMany, MockResponse::json(200, body));
    let found = run(of(&sandbox, &["find", "--imp-uid", "imp_1", "--imp-uid", "imp_2", "--imp-uid", "imp_3"])).await;
    let message = String::from_utf8(found.stderr).unwrap();
    assert!(found.status.code() == Some(3) && message.contains("response[1]: missing field"), "{message}");
}
