use super::{command, of, run};
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
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0001", "--amount", "15900"])).await, @r"
    exit 0
    --- stdout
    ok
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0001", "--amount", "15,900", "--currency", "krw"])).await, @r"
    exit 0
    --- stdout
    ok
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0002", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: amount mismatch: expected 15900, got 100
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0003", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: payment status is `failed`, expected `paid`
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0004", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: payment is cancelled
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0005", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: payment is partially cancelled: 900 cancelled, 15000 remaining
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0006", "--amount", "10"])).await, @r"
    exit 1
    --- stdout
    no: currency mismatch: expected KRW, got USD
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0007", "--amount", "15900"])).await, @r"
    exit 0
    --- stdout
    ok
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0008", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: test payment: no money was transferred
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0008", "--amount", "15900", "--allow-test"])).await, @r"
    exit 0
    --- stdout
    ok
    --- stderr
    ");
    sandbox.upsert_payment(numbered("order-0001", 100, 10).paid());
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-0001", "--amount", "15900"])).await, @r"
    exit 0
    --- stdout
    ok
    --- stderr
    iamport: the order is paid more than once; refund a payment
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["verify", "order-9999", "--amount", "15900"])).await, @r"
    exit 1
    --- stdout
    no: the order has no payment
    --- stderr
    ");
    assert_eq!(run(command(&["verify", "order-0001", "--amount", "15900"])).await.status.code(), Some(2));
}
