//! A request that may not be repeated is sent at most once, and the error says whether it was.

use std::time::Duration;

use iamport::sandbox::Fault;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use super::*;
use crate::common::{ManualClock, is_pending};

const SECOND: Duration = Duration::from_secs(1);

fn methods() -> [Method; 5] {
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE]
}

#[tokio::test]
async fn only_get_is_sent_again() {
    for fault in [MockResponse::html(503).into(), Fault::ResetInHeaders, Fault::ResetInBody, Fault::LengthTooLong] {
        for method in methods() {
            let (sandbox, client) = start().await;
            sandbox.inject_fault(Endpoint::Other, fault.clone(), usize::MAX);
            let request = client.request(method.clone(), "/banks").json(&json!({"a": 1}));
            let error = request.send::<IgnoredAny>().await.unwrap_err();
            let sent = if method == Method::GET { 4 } else { 1 };
            assert_eq!((sandbox.count(Endpoint::Other), error.attempts() as usize), (sent, sent), "{method} {fault:?}");
            assert!(error.is_maybe_sent(), "{error}");
        }
    }
}

/// Whether the service may have carried a cancellation out, by what came back.
#[tokio::test]
async fn error_says_whether_the_request_may_be_carried_out() {
    let envelope = |status| MockResponse::json(status, r#"{"code":-1,"message":"안 됩니다.","response":null}"#).into();
    let body = |status, body: &str| MockResponse::json(status, body).into();
    for (fault, is_maybe_sent) in [
        (Fault::ResetInHeaders, true),
        (Fault::ResetInBody, true),
        (Fault::LengthTooLong, true),
        (Fault::TruncatedBody, true),
        (Fault::OversizedBody(20 << 20), true),
        (body(200, "[]"), true),
        (body(200, r#"{"code":0,"response":null}"#), true),
        (body(204, ""), true),
        (body(200, r#"{"code":1,"message":"x","response":null}"#), false),
        (envelope(400), false),
        (envelope(404), false),
        (MockResponse::html(404).into(), false),
        (MockResponse::html(403).into(), false),
        (MockResponse::html(408).into(), true),
        (envelope(429), false),
        (envelope(500), true),
        (MockResponse::html(502).into(), true),
        (MockResponse::html(303).into(), true),
    ] {
        let (sandbox, client) = start().await;
        sandbox.inject_fault(Endpoint::Cancel, fault.clone(), usize::MAX);
        let error = cancel(&client).send::<Payment>().await.unwrap_err();
        assert_eq!((error.is_maybe_sent(), error.attempts()), (is_maybe_sent, 1), "{error} {fault:?}");
        assert_eq!(sandbox.count(Endpoint::Cancel), 1);
    }
}

#[tokio::test]
async fn rejected_token_is_replaced_for_the_next_call_only() {
    let (sandbox, client) = start().await;
    sandbox.revoke_tokens();
    let error = cancel(&client).send::<Payment>().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_maybe_sent() && error.attempts() == 1, "{error:?}");
    let message = "access token rejected: the request was not repeated, and the next one gets another token";
    assert!(error.to_string().starts_with(message), "{error}");
    assert_eq!((sandbox.count(Endpoint::Cancel), sandbox.count(Endpoint::Token)), (1, 0));
    cancel(&client).send::<Payment>().await.unwrap();
    assert_eq!((sandbox.count(Endpoint::Cancel), sandbox.count(Endpoint::Token)), (2, 1));

    sandbox.revoke_tokens();
    let get = client.request(Method::GET, "/payments/{imp_uid}").path("imp_uid", "imp_1");
    assert!(get.send::<Payment>().await.is_ok());
    assert_eq!(sandbox.count(Endpoint::Get), 2);
}

#[tokio::test]
async fn nothing_is_sent_without_a_token_or_a_connection() {
    let (sandbox, _) = start().await;
    let fresh = sandbox.client().clock(EagerClock::new()).build().unwrap();
    sandbox.inject_fault(Endpoint::Token, Fault::ResetInHeaders, usize::MAX);
    let error = cancel(&fresh).send::<Payment>().await.unwrap_err();
    assert!(error.is_connection_broken() && !error.is_maybe_sent(), "{error:?}");
    assert!(error.to_string().starts_with("cannot get an access token: "), "{error}");
    let wrong = sandbox.client().credentials("hush", "hush").build().unwrap();
    sandbox.clear_faults();
    let error = cancel(&wrong).send::<Payment>().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_maybe_sent(), "{error:?}");
    // Without idle connections, so that there is none that breaks.
    let http = iamport::reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let client = sandbox.client().http_client(http).build().unwrap();
    client.find_payment("order-0001").await.unwrap();
    let _down = sandbox.refuse_connections();
    let error = cancel(&client).send::<Payment>().await.unwrap_err();
    assert!(error.is_connect() && !error.is_maybe_sent(), "{error:?}");
    assert_eq!((error.attempts(), sandbox.count(Endpoint::Cancel)), (1, 0));
}

/// A server that redirects every request but that for a token.
async fn redirecting(location: &str) -> (Sandbox, Client) {
    let (sandbox, _) = start().await;
    let redirect = MockResponse::json(307, "{}").header("location", location);
    sandbox.inject_fault(Endpoint::Cancel, Fault::Response(redirect), 1);
    let client = sandbox.client().http_client(iamport::reqwest::Client::new()).build().unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn redirect_that_an_own_client_follows_has_an_unknown_outcome() {
    for location in ["/nowhere", "/payments/imp_1"] {
        let (sandbox, client) = redirecting(location).await;
        let error = cancel(&client).send::<Payment>().await.unwrap_err();
        assert!(error.is_maybe_sent() && error.to_string().contains("redirect"), "{location}: {error}");
        assert!(!error.is_transient() && error.attempts() == 1, "{location}: {error}");
        assert_eq!(sandbox.count(Endpoint::Cancel), 1);
    }
}

#[tokio::test]
async fn timeout_is_unknown_once_the_attempt_has_begun() {
    for max_in_flight in [None, Some(1)] {
        for (timeout, attempt_timeout) in [(2 * SECOND, SECOND), (SECOND, 2 * SECOND)] {
            let (sandbox, _) = start().await;
            let clock = ManualClock::new();
            let mut builder = sandbox.client().clock(clock.clone());
            if let Some(max) = max_in_flight {
                builder = builder.max_in_flight(max);
            }
            let client = builder.build().unwrap();
            client.find_payment("order-0001").await.unwrap();
            let _pause = sandbox.pause(Endpoint::Cancel);
            let call = cancel(&client).timeout(timeout).attempt_timeout(attempt_timeout);
            let call = tokio::spawn(call.send::<Payment>());
            sandbox.wait_for_requests(Endpoint::Cancel, 1).await;
            clock.advance(SECOND);
            let error = call.await.unwrap().unwrap_err();
            assert!(error.is_timeout() && error.is_maybe_sent() && error.attempts() == 1, "{error:?}");
        }
    }
}

#[tokio::test]
async fn timeout_before_the_attempt_means_that_nothing_was_sent() {
    let (sandbox, _) = start().await;
    let clock = ManualClock::new();
    let client = sandbox.client().clock(clock.clone()).max_in_flight(1).build().unwrap();
    let token = sandbox.pause(Endpoint::Token);
    let call = tokio::spawn(cancel(&client).timeout(SECOND).send::<Payment>());
    sandbox.wait_for_requests(Endpoint::Token, 1).await;
    clock.advance(SECOND);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && !error.is_maybe_sent(), "{error:?}");
    drop(token);

    client.find_payment("order-0001").await.unwrap();
    let _pause = sandbox.pause(Endpoint::Other);
    let mut holds_the_permit = Box::pin(client.request(Method::POST, "/banks").send::<IgnoredAny>());
    assert!(is_pending(&mut holds_the_permit).await);
    sandbox.wait_for_requests(Endpoint::Other, 1).await;
    let mut waits = Box::pin(cancel(&client).timeout(SECOND).send::<Payment>());
    assert!(is_pending(&mut waits).await);
    clock.advance(SECOND);
    let error = waits.await.unwrap_err();
    assert!(error.is_timeout() && !error.is_maybe_sent() && error.attempts() == 0, "{error:?}");
    assert_eq!(sandbox.count(Endpoint::Cancel), 0);
}

/// What a raw server does with a request other than that for a token.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Close,
    Reset,
    HalfHeaders,
    HalfBody,
}

/// A server that issues tokens, and ends the connection after any other request, whose first line it reports.
async fn serve(ending: Ending) -> (String, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move { respond(stream, ending, |line| drop(sender.send(line))).await });
        }
    });
    (base_url, requests)
}

async fn respond(mut stream: TcpStream, ending: Ending, report: impl Fn(String)) {
    loop {
        let mut request = Vec::new();
        while !is_complete(&request) {
            if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
        if line.starts_with("POST /users/getToken ") {
            let body = r#"{"code":0,"message":null,"response":{"access_token":"t","now":0,"expired_at":1800}}"#;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).await.unwrap();
            continue;
        }
        report(line);
        let part: &[u8] = match ending {
            Ending::Close | Ending::Reset => b"",
            Ending::HalfHeaders => b"HTTP/1.1 200 OK\r\ncontent-le",
            Ending::HalfBody => b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"code\":0",
        };
        stream.write_all(part).await.unwrap();
        if let Ending::Reset = ending {
            stream.set_zero_linger().unwrap();
        }
        return;
    }
}

/// Returns whether a request has its headers and its body.
fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let lengths = head.lines().filter_map(|line| line.strip_prefix("content-length: "));
    body.len() >= lengths.map(|length| length.parse::<usize>().unwrap()).sum::<usize>()
}

#[tokio::test]
async fn connection_that_breaks_after_the_request_was_sent_is_not_used_again() {
    for ending in [Ending::Close, Ending::Reset, Ending::HalfHeaders, Ending::HalfBody] {
        for method in methods() {
            let (base_url, mut requests) = serve(ending).await;
            let client = Client::builder().credentials("k", "s").base_url(base_url).clock(EagerClock::new());
            let client = client.build().unwrap();
            let request = client.request(method.clone(), "/payments/{imp_uid}/x").path("imp_uid", "imp_1");
            let error = request.json(&part()).send::<Payment>().await.unwrap_err();
            assert!(error.is_connection_broken() && error.is_maybe_sent(), "{method} {ending:?}: {error:?}");
            requests.close();
            let mut seen = Vec::new();
            while let Some(line) = requests.recv().await {
                seen.push(line);
            }
            let sent = if method == Method::GET { 4 } else { 1 };
            assert_eq!(seen, vec![format!("{method} /payments/imp_1/x HTTP/1.1"); sent], "{ending:?}");
        }
    }
}
