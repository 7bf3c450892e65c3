//! A function of the caller sees the final response of each call, and may reject it; a request returns its responses.

use std::{
    error::Error as _,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join_all;
use iamport::{
    Client, Error,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};

use crate::common::EagerClock;

#[derive(Debug)]
struct Unwanted;

impl fmt::Display for Unwanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unwanted")
    }
}

impl std::error::Error for Unwanted {}

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox
}

#[tokio::test]
async fn final_response_of_each_call_is_inspected() {
    let sandbox = sandbox().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = sandbox.client().clock(EagerClock::new()).inspect(move |response| {
        let shown = format!("{response:?}");
        assert!(shown.starts_with("InspectedResponse { operation: ") && !shown.contains("order-0001"), "{shown}");
        let body = String::from_utf8(response.body().to_vec())?;
        log.lock().unwrap().push((response.operation().to_owned(), response.status().as_u16(), body));
        Ok(())
    });
    let client = client.build().unwrap();
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(503));
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert!(client.find_payment("order-9999").await.unwrap().is_none());
    let seen = seen.lock().unwrap();
    let calls: Vec<_> = seen.iter().map(|(operation, status, _)| (operation.as_str(), *status)).collect();
    assert_eq!(calls, [("get_token", 200), ("find_payment", 200), ("find_payment", 404)]);
    assert!(seen[0].2.contains("access_token") && seen[1].2.contains("order-0001") && seen[2].2.contains("message"));
}

#[tokio::test]
async fn content_type_of_the_response_is_inspected() {
    let sandbox = sandbox().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = sandbox.client().inspect(move |response| {
        log.lock().unwrap().push((response.operation().to_owned(), response.content_type().map(str::to_owned)));
        Ok(())
    });
    let client = client.build().unwrap();
    for content_type in ["text/html", "application/json; charset=utf-8"] {
        sandbox.enqueue_response(Endpoint::Find, MockResponse::new(403, content_type, "{}"));
        assert!(client.find_payment("order-0001").await.is_err());
        let expected = ("find_payment".to_owned(), Some(content_type.to_owned()));
        assert_eq!(seen.lock().unwrap().last(), Some(&expected));
    }
}

#[tokio::test]
async fn error_of_the_function_rejects_the_response() {
    let sandbox = sandbox().await;
    for rejected in ["find_payment", "get_token"] {
        let client = sandbox.client().inspect(move |response| match response.operation() == rejected {
            true => Err(Unwanted.into()),
            false => Ok(()),
        });
        let error = client.build().unwrap().find_payment("order-0001").await.unwrap_err();
        assert!(error.is_rejected() && !error.is_decode() && !error.is_transient(), "{error:?}");
        assert_eq!((error.status().unwrap().as_u16(), error.attempts(), error.code()), (200, 1, None));
        assert!(error.source().unwrap().is::<Unwanted>());
        assert!(error.to_string().ends_with("response (HTTP 200) rejected: unwanted"), "{error}");
    }
    let constructed = Error::rejected(Unwanted);
    assert!(constructed.is_rejected() && constructed.source().unwrap().is::<Unwanted>());
}

#[tokio::test]
async fn functions_run_in_order_until_one_rejects() {
    let sandbox = sandbox().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (first, third) = (Arc::clone(&seen), Arc::clone(&seen));
    let note = |log: &Mutex<Vec<String>>, name: &str, operation: &str| {
        log.lock().unwrap().push(format!("{name} {operation}"));
    };
    let client = sandbox.client().inspect(move |response| {
        note(&first, "first", response.operation());
        Ok(())
    });
    let client = client.inspect(|response| if response.operation() == "get_token" { Ok(()) } else { Err("no")? });
    let client = client.inspect(move |response| {
        note(&third, "third", response.operation());
        Ok(())
    });
    assert!(client.build().unwrap().find_payment("order-0001").await.unwrap_err().is_rejected());
    assert_eq!(*seen.lock().unwrap(), ["first get_token", "third get_token", "first find_payment"]);
}

#[tokio::test]
async fn rejected_response_of_an_outage_stays_transient() {
    for endpoint in [Endpoint::Find, Endpoint::Token] {
        let sandbox = sandbox().await;
        let client = sandbox.client().no_retry().inspect(|response| match response.status().as_u16() {
            503 => Err("no")?,
            _ => Ok(()),
        });
        let client = client.build().unwrap();
        sandbox.enqueue_response(endpoint, MockResponse::json(503, "{}").header("retry-after", "7"));
        let error = client.find_payment("order-0001").await.unwrap_err();
        assert!(error.is_rejected() && error.is_transient(), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn panic_of_the_function_is_one_of_each_caller_and_is_not_repeated() {
    async fn panics(client: &Client) -> String {
        let panic = tokio::spawn(client.find_payment("order-0001").send()).await.unwrap_err().into_panic();
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap()
    }
    for operation in ["find_payment", "get_token"] {
        let (sandbox, clock) = (sandbox().await, EagerClock::new());
        let client = sandbox.client().clock(clock.clone()).inspect(move |response| {
            assert!(response.operation() != operation, "a fault of the caller");
            Ok(())
        });
        let client = client.build().unwrap();
        let messages = join_all((0..100).map(|_| panics(&client))).await;
        assert!(messages.iter().all(|message| message == "a fault of the caller"), "{messages:?}");
        assert_eq!(sandbox.count(Endpoint::Token), 1, "{operation}");
        // The panic leaves no trace in the client.
        assert_eq!(panics(&client).await, "a fault of the caller");
        assert_eq!(sandbox.count(Endpoint::Token), if operation == "get_token" { 2 } else { 1 });
        let waits = if operation == "get_token" { vec![Duration::from_secs(1)] } else { Vec::new() };
        assert_eq!(clock.waits(), waits, "as after a fetch that failed");
    }
}

#[tokio::test]
async fn responses_are_returned_along_with_the_result() {
    use iamport::{
        Payment,
        reqwest::{Method, header::DATE},
    };

    let sandbox = sandbox().await;
    let client = sandbox.client().clock(EagerClock::new()).build().unwrap();
    let date =
        |response: MockResponse| response.header("date", "Wed, 06 Mar 2024 12:00:00 GMT").header("x-request-id", "7");
    // An attempt that is retried does not count, nor does the request for a token.
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(503));
    let call = tokio::spawn(client.find_payment("order-0001").send_with_responses());
    let (payment, responses) = call.await.unwrap();
    assert_eq!((payment.unwrap().unwrap().amount, responses.len()), (15900.into(), 1));
    assert_eq!((responses[0].operation(), responses[0].status().as_u16()), ("find_payment", 200));
    assert!(responses[0].body().starts_with(b"{\"code\":0") && responses[0].body().ends_with(b"}"));

    // A result that is an error has its response too.
    sandbox.enqueue_response(Endpoint::Find, date(MockResponse::json(200, "[\"order-0001\"]")));
    let (error, responses) = client.find_payment("order-0001").send_with_responses().await;
    assert!(error.unwrap_err().is_decode());
    assert_eq!(
        (responses[0].body(), &responses[0].headers()["x-request-id"]),
        (&b"[\"order-0001\"]"[..], &"7".parse().unwrap())
    );
    assert_eq!(responses[0].headers()[DATE], "Wed, 06 Mar 2024 12:00:00 GMT");
    assert_eq!(
        format!("{responses:?}"),
        r#"[ReceivedResponse { operation: "find_payment", status: 200, bytes: 14, .. }]"#
    );
    sandbox.inject_fault(Endpoint::Find, iamport::sandbox::Fault::ResetInBody, 4);
    let (error, responses) = client.find_payment("order-0001").send_with_responses().await;
    assert!(error.unwrap_err().is_connection_broken() && responses.is_empty());

    // One for each call: 101 identifiers are two.
    let orders = (0..101).map(|number| format!("order-{number}"));
    let (found, responses) = client.get_payments_by_merchant_uid(orders).send_with_responses().await;
    assert_eq!((found.unwrap().missing.len(), responses.len()), (101, 2));
    let (page, responses) = client.find_payments("order-0001").send_with_responses().await;
    assert_eq!((page.unwrap().list.len(), responses[0].operation()), (1, "find_payments"));
    let raw = client.request(Method::GET, "/payments/find/{order}").path("order", "order-0001");
    let (payment, responses) = raw.send_with_responses::<Payment>().await;
    assert_eq!((payment.unwrap().amount, responses[0].operation()), (15900.into(), "GET /payments/find/{order}"));
    let (order, responses) = client.verify_order("order-0001", 15900, "KRW").send_with_responses().await;
    assert_eq!((order.unwrap().is_paid(), responses.len()), (true, 1));
}
