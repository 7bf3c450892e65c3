use super::{command, of, pinned, run};
use crate::common::{numbered, start};

#[tokio::test(flavor = "multi_thread")]
async fn verify_prints_ok_or_no_and_the_reason() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 100, 2).paid());
    sandbox.upsert_payment(numbered("order-0003", 15900, 3).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0004", 15900, 4).paid().cancelled(15900, "변심"));
    sandbox.upsert_payment(numbered("order-0005", 15900, 5).paid().cancelled(900, "부분 취소"));
    sandbox.upsert_payment(numbered("order-0006", 10, 6).currency("USD").paid());
    // Paid, then a second attempt failed.
    sandbox.upsert_payment(numbered("order-0007", 15900, 7).paid());
    sandbox.upsert_payment(numbered("order-0007", 15900, 8).failed("이미 결제됨"));
    sandbox.upsert_payment(numbered("order-0008", 15900, 9).paid().set("sandbox", true));
    for (name, args) in [
        ("verify_ok", &["order-0001", "--amount", "15900"][..]),
        ("verify_ok_separated", &["order-0001", "--amount", "15,900", "--currency", "krw"]),
        ("verify_amount", &["order-0002", "--amount", "15900"]),
        ("verify_not_paid", &["order-0003", "--amount", "15900"]),
        ("verify_cancelled", &["order-0004", "--amount", "15900"]),
        ("verify_partially", &["order-0005", "--amount", "15900"]),
        ("verify_currency", &["order-0006", "--amount", "10"]),
        ("verify_tried_again", &["order-0007", "--amount", "15900"]),
        ("verify_test", &["order-0008", "--amount", "15900"]),
        ("verify_test_allowed", &["order-0008", "--amount", "15900", "--allow-test"]),
        ("verify_nothing", &["order-9999", "--amount", "15900"]),
    ] {
        pinned(name, Some(&sandbox), &run(of(&sandbox, &[&["verify"], args].concat())).await);
    }
    assert_eq!(run(command(&["verify", "order-0001", "--amount", "15900"])).await.status.code(), Some(2));
}
