//! Captured bodies are read through socket, client and types.

use crate::common::{respond_with, start, wire_response};
use iamport::{
    CardType, Channel, Client, Currency, CustomerUidUsage, Error, PayMethod, Payment, PaymentPage, PaymentStatus,
    PgProvider,
    sandbox::{Endpoint, MockResponse, Sandbox},
};

/// Looks up a payment whose response is a captured body.
async fn found(file: &str) -> Payment {
    let (sandbox, client) = start().await;
    respond_with(&sandbox, Endpoint::Find, 200, file);
    let merchant_uid = wire_response(file)["merchant_uid"].as_str().unwrap().to_owned();
    client.find_payment(merchant_uid).await.unwrap().unwrap()
}

async fn listed(file: &str) -> PaymentPage {
    let (sandbox, client) = start().await;
    respond_with(&sandbox, Endpoint::List, 200, file);
    client.billing_key_payments("cust_0001").await.unwrap()
}

#[tokio::test]
async fn payment_by_card_is_read() {
    let payment = found("find-paid-card.json").await;
    assert_eq!(payment.imp_uid, "imp_100000000001");
    assert_eq!(payment.merchant_uid, "order-0001");
    assert_eq!(
        (payment.status.clone(), payment.amount, payment.cancel_amount),
        (PaymentStatus::Paid, 15900.into(), Some(0.into()))
    );
    assert_eq!((payment.currency.clone(), payment.pay_method.clone()), (Some(Currency::Krw), Some(PayMethod::Card)));
    assert_eq!(
        (payment.channel.clone(), payment.pg_provider.clone()),
        (Some(Channel::Pc), Some(PgProvider::Html5Inicis))
    );
    assert_eq!((payment.emb_pg_provider.clone(), payment.escrow), (None, Some(false)));
    assert_eq!((payment.card_type, payment.card_quota), (Some(CardType::Debit), Some(0)));
    assert_eq!(payment.card_name.as_deref(), Some("신한카드"));
    assert_eq!(payment.buyer_name.as_deref(), Some("홍길동"));
    assert_eq!(payment.buyer_addr.as_deref(), Some("서울특별시 강남구 테헤란로 1"));
    assert_eq!(payment.name.as_deref(), Some("당근 10kg"));
    assert_eq!(payment.receipt_url.as_deref().unwrap().split('?').next(), Some("https://pg.example.com/receipt"));
    assert_eq!(payment.started_at.unwrap().as_secs(), 1_709_722_022);
    assert_eq!(payment.paid_at.unwrap().as_secs(), 1_709_722_069);
    assert_eq!((payment.failed_at, payment.cancelled_at, payment.vbank_date), (None, None, None));
    assert_eq!(payment.cancel_history.as_deref().map(<[_]>::len), Some(0));
    assert!(payment.extra.is_empty());
    assert_eq!(payment.verify(15900, "KRW"), Ok(()));
}

#[tokio::test]
async fn payment_of_2021_without_newer_fields_is_read() {
    let payment = found("find-paid-2021.json").await;
    assert_eq!((payment.merchant_uid.as_str(), payment.emb_pg_provider.clone(), payment.sandbox), ("87", None, None));
    assert_eq!(payment.verify(15900, "KRW"), Ok(()));
}

#[tokio::test]
async fn virtual_account_without_deposit_is_read() {
    let payment = found("find-ready-vbank.json").await;
    assert_eq!((payment.status.clone(), payment.pay_method.clone()), (PaymentStatus::Ready, Some(PayMethod::Vbank)));
    assert_eq!(payment.apply_num.as_deref(), Some(""));
    assert_eq!(payment.vbank_num.as_deref(), Some("00000000000000"));
    assert_eq!(payment.vbank_holder.as_deref(), Some("(주)예시"));
    assert_eq!(payment.vbank_date.unwrap().as_secs(), 1_709_909_999);
    assert_eq!((payment.paid_at, payment.card_type), (None, None));
    assert_eq!(payment.verify(15900, "KRW").unwrap_err().to_string(), "payment status is `ready`, expected `paid`");
}

#[tokio::test]
async fn partial_cancellations_are_read() {
    let payment = found("find-cancelled-in-parts.json").await;
    assert_eq!((payment.status.clone(), payment.remaining_amount()), (PaymentStatus::Cancelled, Ok(0.into())));
    let cancellations = payment.cancellations().unwrap();
    let parts: Vec<_> = cancellations.iter().map(|c| (c.amount.unwrap(), c.cancelled_at.unwrap().as_secs())).collect();
    assert_eq!(parts, [(5900.into(), 1_709_800_000), (10000.into(), 1_709_810_000)]);
    assert_eq!(cancellations[0].cancellation_id, None);
    assert_eq!(cancellations[1].cancellation_id.as_deref(), Some("06JC8FVHJTW2WY16FEY0"));
    assert_eq!(cancellations[1].reason.as_deref(), Some("고객 변심"));
    assert_eq!(payment.cancel_receipt_urls.as_ref().unwrap()[1], "https://pg.example.com/r/T2");
    assert_eq!(payment.verify(15900, "KRW").unwrap_err().to_string(), "payment is cancelled");
}

/// The sample has `"card_type": "null"`.
#[tokio::test]
async fn sample_of_the_documentation_is_read() {
    let payment = found("find-documented-sample.json").await;
    assert_eq!((payment.card_type, payment.status.clone(), payment.amount), (None, PaymentStatus::Ready, 0.into()));
    assert_eq!((payment.escrow, payment.paid_at), (Some(true), None));
    assert_eq!(payment.pay_method, Some(PayMethod::Unknown("string".to_owned())));
    assert_eq!(payment.customer_uid_usage, Some(CustomerUidUsage::Issue));
    assert_eq!(payment.cancel_history.as_ref().unwrap()[0].reason.as_deref(), Some("string"));
    assert!(payment.extra.is_empty());
}

#[tokio::test]
async fn pages_of_a_billing_key_are_read() {
    let page = listed("billing-page-1-of-2.json").await;
    assert_eq!((page.total, page.list.len(), page.next_page(), page.previous_page()), (Some(23), 20, Some(2), None));
    let payment = &page.list[19];
    assert_eq!((payment.imp_uid.as_str(), payment.merchant_uid.as_str()), ("imps_200000000020", "sub-2024-20"));
    assert_eq!(payment.customer_uid_usage, Some(CustomerUidUsage::ScheduledPayment));
    assert_eq!((payment.channel.clone(), payment.pay_method.clone()), (Some(Channel::Api), Some(PayMethod::Point)));
    let data: serde_json::Value = payment.custom_data_as().unwrap().unwrap();
    assert_eq!((data["plan"].as_str(), data["seats"].as_u64()), (Some("pro"), Some(3)));

    let page = listed("billing-page-2-of-2.json").await;
    assert_eq!((page.total, page.list.len(), page.next_page(), page.previous_page()), (Some(23), 3, None, Some(1)));
    let page = listed("billing-empty.json").await;
    assert_eq!((page.total, page.list.len(), page.next_page()), (Some(0), 0, None));
}

#[tokio::test]
async fn array_of_the_documentation_is_read_as_a_page() {
    let page = listed("billing-array-as-documented.json").await;
    assert_eq!((page.total, page.list.len(), page.next_page(), page.previous_page()), (None, 2, None, None));
    assert_eq!(page.list[1].merchant_uid, "sub-2024-02");
}

#[tokio::test]
async fn two_captured_pages_are_one_listing() {
    let (sandbox, client) = start().await;
    respond_with(&sandbox, Endpoint::List, 200, "billing-page-1-of-2.json");
    respond_with(&sandbox, Endpoint::List, 200, "billing-page-2-of-2.json");
    let mut payments = client.billing_key_payments("cust_0001").items();
    let mut listed = Vec::new();
    while let Some(payment) = payments.next().await {
        listed.push(payment.unwrap().merchant_uid);
    }
    let expected: Vec<_> = (1..=23).map(|n| format!("sub-2024-{n:02}")).collect();
    assert_eq!(listed, expected);
}

async fn fails(endpoint: Endpoint, status: u16, file: &str) -> Error {
    let (sandbox, _) = start().await;
    let client = sandbox.client().no_retry().build().unwrap();
    // After a 401 the client fetches a token and repeats the request once.
    for _ in 0..2 {
        respond_with(&sandbox, endpoint, status, file);
    }
    call(&sandbox, &client, endpoint).await
}

async fn call(_: &Sandbox, client: &Client, endpoint: Endpoint) -> Error {
    match endpoint {
        Endpoint::List => client.billing_key_payments("cust_0001").await.unwrap_err(),
        _ => client.find_payment("order-0001").await.unwrap_err(),
    }
}

#[tokio::test]
async fn api_error_has_status_code_and_message() {
    let cases = [
        (Endpoint::Find, 401, "error-401.json", -1, "인증에 실패하였습니다. API키와 secret을 확인하세요."),
        (Endpoint::Token, 401, "error-401.json", -1, "인증에 실패하였습니다. API키와 secret을 확인하세요."),
        (Endpoint::Token, 400, "error-400-token.json", -1, "imp_key, imp_secret 파라메터가 누락되었습니다."),
        (Endpoint::List, 404, "error-404.json", -1, "존재하지 않는 결제정보입니다."),
        (Endpoint::Find, 200, "error-200-code-1.json", 1, "비인증결제모듈 사용정보를 찾을 수 없습니다."),
        (Endpoint::List, 200, "error-200-code-1.json", 1, "비인증결제모듈 사용정보를 찾을 수 없습니다."),
        (Endpoint::Token, 200, "error-200-code-1.json", 1, "비인증결제모듈 사용정보를 찾을 수 없습니다."),
        (Endpoint::Find, 500, "error-200-code-1.json", 1, "비인증결제모듈 사용정보를 찾을 수 없습니다."),
    ];
    for (endpoint, status, file, code, message) in cases {
        let error = fails(endpoint, status, file).await;
        assert_eq!(error.status().unwrap().as_u16(), status, "{file}: {error:?}");
        assert_eq!((error.code(), error.message()), (Some(code), Some(message)), "{file}: {error:?}");
        assert_eq!(error.is_unauthorized(), status == 401);
        assert_eq!(error.is_not_found(), status == 404);
        assert!(!error.is_decode() && !error.is_timeout() && !error.is_connect());
        let tries =
            if error.attempts() > 1 { format!(" (after {} attempts)", error.attempts()) } else { String::new() };
        let of = if endpoint == Endpoint::Token { "cannot get an access token: " } else { "" };
        let expected = match (endpoint, status) {
            // The keys are valid, whatever the message says.
            (Endpoint::Find, 401) => format!(
                "access token rejected, but issued again by the service: the merchant may not be allowed this operation \
                 or tier (HTTP 401, code {code}){tries}"
            ),
            _ => format!("{of}API error: HTTP {status}, code {code}: {message}{tries}"),
        };
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn order_without_a_payment_is_none() {
    let (sandbox, client) = start().await;
    respond_with(&sandbox, Endpoint::Find, 404, "error-404.json");
    assert!(client.find_payment("order-0001").await.unwrap().is_none());
}

#[tokio::test]
async fn captured_token_is_used() {
    let (sandbox, client) = start().await;
    respond_with(&sandbox, Endpoint::Token, 200, "token.json");
    respond_with(&sandbox, Endpoint::Find, 200, "find-paid-card.json");
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert_eq!((sandbox.count(Endpoint::Token), sandbox.count(Endpoint::Find)), (1, 1));
}

/// A `code` other than 0 is an API error, whatever `response` is and in any order of the fields.
#[tokio::test]
async fn api_error_with_any_response_has_code_and_message() {
    for response in ["{}", "[]", "false", "[{}]", r#"{"list":[{}]}"#, "1e400", r#""text""#] {
        for body in [
            format!(r#"{{"code":7,"message":"no","response":{response}}}"#),
            format!(r#"{{"response":{response},"message":"no","code":7}}"#),
        ] {
            let (sandbox, client) = start().await;
            for endpoint in [Endpoint::Find, Endpoint::List] {
                sandbox.enqueue_response(endpoint, MockResponse::json(200, body.clone()));
                let error = call(&sandbox, &client, endpoint).await;
                assert_eq!((error.code(), error.message()), (Some(7), Some("no")), "{body}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn api_error_with_any_message_has_its_code() {
    for message in ["1e400", "7", "{}", "null"] {
        for endpoint in [Endpoint::Find, Endpoint::List, Endpoint::Token] {
            let body = format!(r#"{{"code":7,"message":{message},"response":{{}}}}"#);
            let (sandbox, client) = start().await;
            sandbox.enqueue_response(endpoint, MockResponse::json(200, body));
            let error = call(&sandbox, &client, endpoint).await;
            assert_eq!((error.code(), error.message()), (Some(7), None), "{message}: {error:?}");
        }
    }
}
