//! Webhooks: the events of the service, their forms, and faults of their delivery.

use std::sync::Mutex;

use iamport::sandbox::{WebhookFault, WebhookFormat};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

use super::*;

/// A timeout that only a failing test reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// A shop that responds to each webhook with the next status, the last one for ever. Returns its URL and the webhooks: head
/// and body.
async fn receiver(statuses: &[u16]) -> (String, UnboundedReceiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?key=1", listener.local_addr().unwrap());
    let (sender, received) = unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.to_vec()));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (sender, statuses) = (sender.clone(), Arc::clone(&statuses));
            tokio::spawn(async move {
                let (head, body) = read_request(&mut stream).await;
                let status = {
                    let mut statuses = statuses.lock().unwrap();
                    if statuses.len() > 1 { statuses.remove(0) } else { statuses[0] }
                };
                let response = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(response.as_bytes()).await.unwrap();
                let _ = sender.send((head, body));
            });
        }
    });
    (url, received)
}

async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> (String, String) {
    let mut request = Vec::new();
    loop {
        stream.read_buf(&mut request).await.unwrap();
        let text = String::from_utf8(request.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return (head.to_owned(), body.to_owned());
        }
    }
}

async fn next<T>(received: &mut UnboundedReceiver<T>) -> T {
    timeout(PATIENCE, received.recv()).await.unwrap().unwrap()
}

async fn next_body(received: &mut UnboundedReceiver<(String, String)>) -> Value {
    serde_json::from_str(&next(received).await.1).unwrap()
}

fn payment(imp_uid: &str) -> PaymentFixture {
    PaymentFixture::new("주문/1&2", 15900).set("imp_uid", imp_uid)
}

async fn sending_to(url: &str) -> Sandbox {
    Sandbox::builder().webhook(url, WebhookFormat::Json).start().await.unwrap()
}

#[tokio::test]
async fn webhooks_are_json_or_a_form() {
    for (format, content_type) in
        [(WebhookFormat::Json, "application/json"), (WebhookFormat::Form, "application/x-www-form-urlencoded")]
    {
        let (url, mut received) = receiver(&[503]).await;
        let sandbox = Sandbox::builder().webhook(&url, format).start().await.unwrap();
        let paid = payment("imp_1").paid();
        sandbox.upsert_payment(paid.clone());
        let cancelled = paid.cancelled(15900, "환불");
        sandbox.upsert_payment(cancelled.clone());

        let cancelled: Payment = cancelled.try_into().unwrap();
        let id = cancelled.cancel_history.unwrap()[0].cancellation_id.clone().unwrap();
        let expected = match format {
            WebhookFormat::Json => [
                r#"{"imp_uid":"imp_1","merchant_uid":"주문/1&2","status":"paid"}"#.to_owned(),
                format!(
                    r#"{{"imp_uid":"imp_1","merchant_uid":"주문/1&2","status":"cancelled","cancellation_id":"{id}"}}"#
                ),
            ],
            _ => [
                "imp_uid=imp_1&merchant_uid=%EC%A3%BC%EB%AC%B8%2F1%262&status=paid".to_owned(),
                format!("imp_uid=imp_1&merchant_uid=%EC%A3%BC%EB%AC%B8%2F1%262&status=cancelled&cancellation_id={id}"),
            ],
        };
        for expected in expected {
            let (head, body) = next(&mut received).await;
            assert!(head.starts_with("POST /hook?key=1 HTTP/1.1\r\n"), "{head}");
            assert!(head.contains(&format!("content-type: {content_type}")), "{head}");
            assert_eq!(body, expected, "by default a 503 repeats nothing");
        }
        sandbox.stop().await;
        assert!(received.is_empty());
    }
}

/// The events of the vendor's guide, and the changes that are none.
#[tokio::test]
async fn only_the_events_of_the_service_send_webhooks() {
    let (url, mut received) = receiver(&[200]).await;
    let sandbox = sending_to(&url).await;
    let card = payment("imp_card");
    let account = payment("imp_account").virtual_account();
    let scheduled = payment("imps_1").set("customer_uid_usage", "payment.scheduled");
    let late = payment("imp_late");
    let cancelled = card.clone().paid().cancelled(900, "부분 환불");
    for (put, sent) in [
        (card.clone(), None),
        (card.clone().failed("한도 초과"), None),
        (card.clone().paid(), Some("paid")),
        (card.clone().paid().set("name", "another"), None),
        (cancelled.clone(), Some("cancelled")),
        (cancelled.clone(), None),
        (cancelled.cancelled(15_000, "환불"), Some("cancelled")),
        (account.clone(), Some("ready")),
        (account.paid(), Some("paid")),
        (scheduled.failed("한도 초과"), Some("failed")),
        (late.clone().failed("승인 대기"), None),
        (late.paid(), Some("paid")),
    ] {
        let imp_uid = put.imp_uid();
        sandbox.upsert_payment(put);
        let Some(status) = sent else { continue };
        let body = next_body(&mut received).await;
        assert_eq!((&body["imp_uid"], &body["status"]), (&json!(imp_uid), &json!(status)));
        assert_eq!(body.get("cancellation_id").is_some(), status == "cancelled");
    }
    sandbox.send_test_webhook();
    let expected = json!({"imp_uid": "imp_1234567890", "merchant_uid": "merchant_1234567890", "status": "paid"});
    assert_eq!(next_body(&mut received).await, expected);
    sandbox.stop().await;
    assert!(received.is_empty());
}

/// The webhook of the first payment gets no response.
#[tokio::test]
async fn slow_receiver_delays_no_other_payment() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = sending_to(&format!("http://{}", listener.local_addr().unwrap())).await;
    sandbox.upsert_payment(payment("imp_0").paid());
    let (mut slow, _) = listener.accept().await.unwrap();
    let uid = |body: &str| serde_json::from_str::<Value>(body).unwrap()["imp_uid"].as_str().unwrap().to_owned();
    assert_eq!(uid(&read_request(&mut slow).await.1), "imp_0");

    let mut uids = std::collections::BTreeSet::new();
    (1..=20).for_each(|n| sandbox.upsert_payment(payment(&format!("imp_{n}")).paid()));
    let mut open = Vec::new();
    for _ in 1..=20 {
        let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        uids.insert(uid(&read_request(&mut stream).await.1));
        open.push(stream);
    }
    assert_eq!(uids.len(), 20);
}

#[tokio::test]
async fn webhooks_of_one_payment_are_in_order() {
    let (url, mut received) = receiver(&[200]).await;
    let sandbox = sending_to(&url).await;
    for n in 0..20 {
        let account = payment(&format!("imp_{n}")).virtual_account();
        sandbox.upsert_payment(account.clone());
        sandbox.upsert_payment(account.clone().paid());
        sandbox.upsert_payment(account.paid().cancelled(15_900, "환불"));
    }
    let mut seen: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for _ in 0..60 {
        let body = next_body(&mut received).await;
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        seen.entry(text("imp_uid")).or_default().push(text("status"));
    }
    assert!(seen.values().all(|statuses| statuses == &["ready", "paid", "cancelled"]), "{seen:?}");
}

#[tokio::test]
async fn failed_webhook_is_repeated_if_the_merchant_asked_for_it() {
    let (url, mut received) = receiver(&[500, 503, 404]).await;
    let builder = Sandbox::builder().webhook(&url, WebhookFormat::Json);
    let (sender, mut outcomes) = unbounded_channel();
    let builder = builder.webhook_repeat(5, Duration::ZERO);
    let builder = builder.on_webhook(move |_, outcome| sender.send(outcome.ok()).unwrap());
    let sandbox = builder.start().await.unwrap();
    sandbox.upsert_payment(payment("imp_1").paid());
    let first = next_body(&mut received).await;
    for status in [500, 503, 404] {
        assert_eq!(next(&mut outcomes).await, Some(status));
    }
    assert_eq!((next_body(&mut received).await, next_body(&mut received).await), (first.clone(), first));
    sandbox.stop().await;
    assert!(outcomes.is_empty(), "a 404 is no failure of the receiver");
}

#[tokio::test]
async fn webhooks_are_lost_duplicated_delayed_and_reversed() {
    let (url, mut received) = receiver(&[200]).await;
    let sandbox = sending_to(&url).await;
    let put = |uid: &str| sandbox.upsert_payment(payment(uid).paid());
    let uid = async |received: &mut _| next_body(received).await["imp_uid"].as_str().unwrap().to_owned();

    sandbox.inject_webhook_fault(WebhookFault::Lost, 1);
    put("imp_lost");
    sandbox.inject_webhook_fault(WebhookFault::Duplicated, 1);
    put("imp_twice");
    assert_eq!([uid(&mut received).await, uid(&mut received).await], ["imp_twice"; 2]);

    sandbox.inject_webhook_fault(WebhookFault::Delayed(Duration::from_millis(200)), 1);
    let before = std::time::Instant::now();
    put("imp_late");
    assert_eq!(uid(&mut received).await, "imp_late");
    assert!(before.elapsed() >= Duration::from_millis(200));

    // Of one payment: the deposit is announced before the account.
    sandbox.inject_webhook_fault(WebhookFault::Reversed, 1);
    let account = payment("imp_account").virtual_account();
    sandbox.upsert_payment(account.clone());
    sandbox.upsert_payment(account.paid());
    for status in ["paid", "ready"] {
        assert_eq!(next_body(&mut received).await["status"], status);
    }

    sandbox.inject_webhook_fault(WebhookFault::Lost, usize::MAX);
    put("imp_lost_too");
    sandbox.clear_faults();
    put("imp_last");
    assert_eq!(uid(&mut received).await, "imp_last");

    let builder = Sandbox::builder().webhook(&url, WebhookFormat::Json).webhook_delay(Duration::from_millis(200));
    let sandbox = builder.start().await.unwrap();
    let before = std::time::Instant::now();
    sandbox.upsert_payment(payment("imp_1").paid());
    next(&mut received).await;
    assert!(before.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn webhook_outcomes_are_observed() {
    let (url, mut received) = receiver(&[201]).await;
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for (url, status) in [(url, Some(201)), (refused, None)] {
        let (sender, mut outcomes) = unbounded_channel();
        let builder = Sandbox::builder().webhook(&url, WebhookFormat::Json);
        let builder = builder.on_webhook(move |uid, outcome| sender.send((uid.to_owned(), outcome.ok())).unwrap());
        let sandbox = builder.start().await.unwrap();
        sandbox.upsert_payment(payment("imp_1").paid());
        assert_eq!(next(&mut outcomes).await, ("imp_1".to_owned(), status));
    }
    next(&mut received).await;

    for url in ["", "hook", "/hook", "ftp://127.0.0.1", "http://user:pass@127.0.0.1"] {
        let error = Sandbox::builder().webhook(url, WebhookFormat::Json).start().await.unwrap_err();
        let expected = "invalid webhook URL: expected http://HOST:PORT/PATH or https://HOST:PORT/PATH";
        assert_eq!(error.to_string(), expected, "{url:?}");
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn webhook_is_sent_over_https() {
    use tokio_rustls::{
        TlsAcceptor,
        rustls::{ServerConfig, crypto::aws_lc_rs},
    };

    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = certified.signing_key.serialize_der().try_into().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![certified.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/hook", listener.local_addr().unwrap().port());
    let (sender, mut outcomes) = unbounded_channel();
    let builder = Sandbox::builder().webhook(url, WebhookFormat::Json).webhook_root_certificate(certified.cert.pem());
    let sandbox = builder.on_webhook(move |_, outcome| sender.send(outcome).unwrap()).start().await.unwrap();
    sandbox.upsert_payment(payment("imp_1").paid());
    let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
    let (head, body) = read_request(&mut stream).await;
    assert!(head.starts_with("POST /hook HTTP/1.1") && body.contains("imp_1"), "{head}");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    assert_eq!(next(&mut outcomes).await.unwrap(), 200);
}
