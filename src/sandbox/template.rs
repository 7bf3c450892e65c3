use serde_json::{Value, json};

/// Returns an unpaid card payment with every field that the service wrote in 2024. The persons are invented.
pub(super) fn ready() -> [(&'static str, Value); 47] {
    [
        ("amount", json!(0)),
        ("apply_num", json!(null)),
        ("bank_code", json!(null)),
        ("bank_name", json!(null)),
        ("buyer_addr", json!("서울특별시 강남구 테헤란로 1")),
        ("buyer_email", json!("buyer@example.com")),
        ("buyer_name", json!("홍길동")),
        ("buyer_postcode", json!("06164")),
        ("buyer_tel", json!("010-0000-0000")),
        ("cancel_amount", json!(0)),
        ("cancel_history", json!([])),
        ("cancel_reason", json!(null)),
        ("cancel_receipt_urls", json!([])),
        ("cancelled_at", json!(0)),
        ("card_code", json!(null)),
        ("card_name", json!(null)),
        ("card_number", json!(null)),
        ("card_quota", json!(0)),
        ("card_type", json!(null)),
        ("cash_receipt_issued", json!(false)),
        ("channel", json!("pc")),
        ("currency", json!("KRW")),
        ("custom_data", json!(null)),
        ("customer_uid", json!(null)),
        ("customer_uid_usage", json!(null)),
        ("emb_pg_provider", json!(null)),
        ("escrow", json!(false)),
        ("fail_reason", json!(null)),
        ("failed_at", json!(0)),
        ("imp_uid", json!("")),
        ("merchant_uid", json!("")),
        ("name", json!("당근 10kg")),
        ("paid_at", json!(0)),
        ("pay_method", json!("card")),
        ("pg_id", json!("INIpayTest")),
        ("pg_provider", json!("html5_inicis")),
        ("pg_tid", json!(null)),
        ("receipt_url", json!(null)),
        ("started_at", json!(0)),
        ("status", json!("ready")),
        (
            "user_agent",
            json!(
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Safari/605.1.15"
            ),
        ),
        ("vbank_code", json!(null)),
        ("vbank_date", json!(0)),
        ("vbank_holder", json!(null)),
        ("vbank_issued_at", json!(0)),
        ("vbank_name", json!(null)),
        ("vbank_num", json!(null)),
    ]
}

/// Returns the fields that change when the payment is paid, except the time.
pub(super) fn paid() -> [(&'static str, Value); 8] {
    [
        ("apply_num", json!("31491375")),
        ("card_code", json!("366")),
        ("card_name", json!("신한카드")),
        ("card_number", json!("559410*********4")),
        ("card_type", json!(1)),
        ("pg_tid", json!("StdpayCARDINIpayTest20240306194748374762")),
        (
            "receipt_url",
            json!("https://pg.example.com/receipt?noTid=StdpayCARDINIpayTest20240306194748374762&noMethod=1"),
        ),
        ("status", json!("paid")),
    ]
}
