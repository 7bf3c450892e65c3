//! Webhooks, and the endpoint `/_sandbox/payments`.

use iamport::sandbox::{InvalidFixture, WebhookFormat};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

use super::*;

/// A timeout that only a failing test reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that reads one request at a time and responds with a status.
async fn receiver(status: u16) -> (String, mpsc::UnboundedReceiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?key=1", listener.local_addr().unwrap());
    let (sender, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let (head, body) = loop {
                stream.read_buf(&mut request).await.unwrap();
                let text = String::from_utf8(request.clone()).unwrap();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                if body.len() == length.parse::<usize>().unwrap() {
                    break (head.to_owned(), body.to_owned());
                }
            };
            let response = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(response.as_bytes()).await.unwrap();
            sender.send((head, body)).unwrap();
        }
    });
    (url, received)
}

async fn next<T>(received: &mut mpsc::UnboundedReceiver<T>) -> T {
    timeout(PATIENCE, received.recv()).await.unwrap().unwrap()
}

fn payment(imp_uid: &str) -> PaymentFixture {
    PaymentFixture::new("주문/1&2", 15900).set("imp_uid", imp_uid).paid()
}

#[tokio::test]
async fn each_put_payment_sends_one_webhook() {
    for (format, content_type) in
        [(WebhookFormat::Json, "application/json"), (WebhookFormat::Form, "application/x-www-form-urlencoded")]
    {
        let (url, mut received) = receiver(503).await;
        let sandbox = Sandbox::builder().webhook(&url, format).start().await.unwrap();
        sandbox.upsert_payment(payment("imp_1"));
        let cancelled = payment("imp_1").cancelled(15900, "환불");
        sandbox.upsert_payment(cancelled.clone());
        sandbox.upsert_payment(PaymentFixture::new("order-0002", 1).set("imp_uid", "imp_2"));

        let cancelled: Payment = cancelled.try_into().unwrap();
        let id = cancelled.cancel_history.unwrap()[0].cancellation_id.clone().unwrap();
        let expected = match format {
            WebhookFormat::Json => [
                r#"{"imp_uid":"imp_1","merchant_uid":"주문/1&2","status":"paid"}"#.to_owned(),
                format!(
                    r#"{{"imp_uid":"imp_1","merchant_uid":"주문/1&2","status":"cancelled","cancellation_id":"{id}"}}"#
                ),
                r#"{"imp_uid":"imp_2","merchant_uid":"order-0002","status":"ready"}"#.to_owned(),
            ],
            _ => [
                "imp_uid=imp_1&merchant_uid=%EC%A3%BC%EB%AC%B8%2F1%262&status=paid".to_owned(),
                format!("imp_uid=imp_1&merchant_uid=%EC%A3%BC%EB%AC%B8%2F1%262&status=cancelled&cancellation_id={id}"),
                "imp_uid=imp_2&merchant_uid=order-0002&status=ready".to_owned(),
            ],
        };
        for expected in expected {
            let (head, body) = next(&mut received).await;
            assert!(head.starts_with("POST /hook?key=1 HTTP/1.1\r\n"), "{head}");
            assert!(head.contains(&format!("content-type: {content_type}")), "{head}");
            assert_eq!(body, expected, "a 503 repeats nothing");
        }
        sandbox.stop().await;
        assert!(received.is_empty());
    }
}

#[tokio::test]
async fn webhook_outcomes_are_observed() {
    let (url, mut received) = receiver(201).await;
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for (url, status) in [(url, Some(201)), (refused, None)] {
        let (sender, mut outcomes) = mpsc::unbounded_channel();
        let builder = Sandbox::builder().webhook(&url, WebhookFormat::Json);
        let builder = builder.on_webhook(move |uid, outcome| sender.send((uid.to_owned(), outcome.ok())).unwrap());
        let sandbox = builder.start().await.unwrap();
        sandbox.upsert_payment(payment("imp_1"));
        assert_eq!(next(&mut outcomes).await, ("imp_1".to_owned(), status));
    }
    next(&mut received).await;

    for url in ["", "hook", "/hook", "https://127.0.0.1/hook", "ftp://127.0.0.1", "http://user:pass@127.0.0.1"] {
        let error = Sandbox::builder().webhook(url, WebhookFormat::Json).start().await.unwrap_err();
        assert_eq!(error.to_string(), "invalid webhook URL: expected http://HOST:PORT/PATH", "{url:?}");
    }
}

#[tokio::test]
async fn payment_is_put_over_http() {
    let (url, mut received) = receiver(200).await;
    let sandbox = Sandbox::builder().webhook(&url, WebhookFormat::Form).start().await.unwrap();
    let caller = Caller::of(&sandbox).await;
    let put = |body: String| http().post(format!("{}/_sandbox/payments", sandbox.base_url())).body(body);

    let (status, body) =
        send(put(r#"{"merchant_uid":"new","amount":12345678901234567890.01,"currency":"USD"}"#.into())).await;
    assert_eq!(status, 200);
    let payment = caller.get("/payments/find/new/paid").await;
    assert_eq!((status, body), payment);
    assert!(payment.1.contains(r#""amount":12345678901234567890.01,"#) && payment.1.contains(r#""currency":"USD""#));
    let imp_uid = serde_json::from_str::<Value>(&payment.1).unwrap()["response"]["imp_uid"].take();
    assert_eq!(
        next(&mut received).await.1,
        format!("imp_uid={}&merchant_uid=new&status=paid", imp_uid.as_str().unwrap())
    );

    for status in ["ready", "failed", "cancelled"] {
        let body = json!({"merchant_uid": status, "amount": 100, "status": status, "sandbox": true});
        assert_eq!(send(put(body.to_string())).await.0, 200);
        let payment = caller.response(&format!("/payments/find/{status}/{status}")).await;
        assert_eq!((&payment["sandbox"], &payment["amount"]), (&json!(true), &json!(100)));
        assert_eq!(payment["cancel_amount"], if status == "cancelled" { 100 } else { 0 });
    }

    let captured = captured("find-paid-2021.json")["response"].to_string();
    assert_eq!(send(put(captured)).await, (200, wire("find-paid-2021.json")));
    assert_eq!(caller.get("/payments/find/87").await, (200, wire("find-paid-2021.json")));

    let of_tier = json!({"merchant_uid": "tiered", "amount": 100}).to_string();
    assert_eq!(send(put(of_tier.clone()).header("Tier", "A01")).await.0, 200);
    assert_eq!(caller.get("/payments/find/tiered").await.0, 404);
    assert_eq!(send(caller.request("/payments/find/tiered").header("Tier", "A01")).await.0, 200);

    for invalid in ["", "[]", "{}", r#"{"merchant_uid":"a"}"#, r#"{"merchant_uid":1,"amount":1}"#] {
        let (status, body) = send(put(invalid.to_owned())).await;
        assert!(status == 400 && body.contains("`merchant_uid` and `amount`"), "{invalid}: {body}");
    }
    assert_eq!(send(put(of_tier).header("Tier", "a01")).await.0, 400);
    assert_eq!(sandbox.count(Endpoint::PutPayment), 12);
}

#[test]
fn fixture_converts_to_a_payment() {
    let fixture = PaymentFixture::new("order-0001", 15900).paid().paid_at(1_709_722_069).set("surprise", 1);
    let payment = Payment::try_from(fixture).unwrap();
    assert_eq!((payment.merchant_uid.as_str(), payment.paid_at.unwrap().as_secs()), ("order-0001", 1_709_722_069));
    assert_eq!(payment.extra.len(), 1);
    let error: InvalidFixture =
        Payment::try_from(PaymentFixture::new("order-0001", 1).set("amount", "홍길동")).unwrap_err();
    assert_eq!(error.to_string(), "invalid payment: the value of `amount` does not fit");
}
