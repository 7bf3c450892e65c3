//! `iamport find`.

use iamport::sandbox::PaymentFixture;
use serde_json::Value;

use super::{of, pinned, run};
use crate::common::{numbered, start, wire_response};

#[tokio::test(flavor = "multi_thread")]
async fn find_prints_the_payment_in_every_format() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(PaymentFixture::from_value(wire_response("find-paid-card.json")).unwrap());
    sandbox.upsert_payment(numbered("order-0001", 100, 7).failed("한도 초과").set("started_at", 1));
    for (name, args) in [("find_json", &["find", "order-0001", "--format", "json"][..])] {
        pinned(name, Some(&sandbox), &run(of(&sandbox, args)).await);
    }
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    order-0001  paid    15,900 KRW  card    2024-03-06 19:47:49  홍**   imp_100000000001
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--format", "ndjson", "--status", "failed"])).await, @r#"
    exit 0
    --- stdout
    {"imp_uid":"imp_000000000007","merchant_uid":"order-0001","pay_method":"card","channel":"pc","pg_provider":"html5_inicis","pg_id":"INIpayTest","escrow":false,"card_quota":0,"name":"당근 10kg","amount":100,"cancel_amount":0,"currency":"KRW","buyer_name":"홍길동","buyer_email":"buyer@example.com","buyer_tel":"010-0000-0000","buyer_addr":"서울특별시 강남구 테헤란로 1","buyer_postcode":"06164","user_agent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Safari/605.1.15","status":"failed","started_at":1,"failed_at":1709722489,"fail_reason":"한도 초과","cancel_history":[],"cancel_receipt_urls":[],"cash_receipt_issued":false}
    --- stderr
    "#);
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--sort", "started"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS   AMOUNT  METHOD  PAID AT (KST)  BUYER  IMP_UID
    order-0001  failed  100 KRW  card                   홍**   imp_000000000007
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-9999"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such payment
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", ".."])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: invalid identifier: must not be empty, `.` or `..`
    ");
    let json: Value =
        serde_json::from_slice(&run(of(&sandbox, &["find", "order-0001", "--format", "json"])).await.stdout).unwrap();
    assert_eq!((json["buyer_name"].as_str(), json["amount"].as_u64()), (Some("홍길동"), Some(15900)));
}

#[tokio::test(flavor = "multi_thread")]
async fn find_prints_payments_by_imp_uid_and_all_of_an_order() {
    let (sandbox, _) = start().await;
    for number in 1..=3 {
        let payment = numbered("order-0001", 15900, number).set("imp_uid", format!("imp_{number}").as_str());
        sandbox.upsert_payment(if number == 2 { payment.paid() } else { payment.failed("한도 초과") });
    }
    sandbox.upsert_payment(numbered("order-0002", 100, 4).set("imp_uid", "imp_4").paid().set("sandbox", true));
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_2"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    order-0001  paid    15,900 KRW  card    2024-03-06 19:49:49  홍**   imp_2
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_3", "imp_1"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)  BUYER  IMP_UID
    order-0001  failed  15,900 KRW  card                   홍**   imp_3
    order-0001  failed  15,900 KRW  card                   홍**   imp_1
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_9", "imp_3", "imp_4", "imp_1"])).await, @r"
    exit 1
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)  BUYER  IMP_UID
    order-0001  failed  15,900 KRW  card                   홍**   imp_3
    order-0001  failed  15,900 KRW  card                   홍**   imp_1
    --- stderr
    iamport: no such payment: imp_9
    iamport: no such payment: imp_4
      --include-test also finds payments of a test channel
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_9"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such payment: imp_9
      --include-test also finds payments of a test channel
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_4"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such payment: imp_4
      --include-test also finds payments of a test channel
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_4", "--include-test"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS        AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    order-0002  paid (test)  100 KRW  card    2024-03-06 19:51:49  홍**   imp_4
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "--imp-uid", "imp_4", "imp_1", "--include-test"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS           AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    order-0002  paid (test)     100 KRW  card    2024-03-06 19:51:49  홍**   imp_4
    order-0001  failed       15,900 KRW  card                         홍**   imp_1
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--all"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    order-0001  failed  15,900 KRW  card                         홍**   imp_3
    order-0001  paid    15,900 KRW  card    2024-03-06 19:49:49  홍**   imp_2
    order-0001  failed  15,900 KRW  card                         홍**   imp_1
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--all", "--status", "failed", "--sort", "started"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)  BUYER  IMP_UID
    order-0001  failed  15,900 KRW  card                   홍**   imp_1
    order-0001  failed  15,900 KRW  card                   홍**   imp_3
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-9999", "--all"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such payment
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find", "order-0001", "--imp-uid", "imp_1"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: the argument '[MERCHANT_UID]' cannot be used with '--imp-uid <IMP_UID>...'

    Usage: iamport find <MERCHANT_UID|--imp-uid <IMP_UID>...>

    For more information, try '--help'.
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["find"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <MERCHANT_UID|--imp-uid <IMP_UID>...>

    Usage: iamport find <MERCHANT_UID|--imp-uid <IMP_UID>...>

    For more information, try '--help'.
    ");
    let json = async |args: &[&str]| {
        let output = run(of(&sandbox, &[args, &["--format", "json"]].concat())).await;
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(json(&["find", "--imp-uid", "imp_2"]).await["imp_uid"], "imp_2");
    assert_eq!(json(&["find", "--imp-uid", "imp_3", "imp_1"]).await[1]["imp_uid"], "imp_1");
    assert_eq!(json(&["find", "order-0001", "--all"]).await.as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_show_test_payments_and_cancellations() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid().set("sandbox", true));
    sandbox.upsert_payment(numbered("order-0001", 15900, 2).paid().set("cancel_amount", 15900));
    sandbox.upsert_payment(numbered("order-0001", 15900, 3).paid().set("cancel_amount", 900));
    sandbox.upsert_payment(numbered("order-0001", 15900, 4).paid().cancelled(15900, "변심").set("sandbox", true));
    let output = run(of(&sandbox, &["find", "order-0001", "--all"])).await;
    let table = String::from_utf8(output.stdout).unwrap();
    let status = |line: &str| line.split("  ").filter(|cell| !cell.is_empty()).nth(1).unwrap().trim().to_owned();
    let mut statuses: Vec<String> = table.lines().skip(1).map(status).collect();
    statuses.sort();
    assert_eq!(statuses, ["cancelled", "cancelled (test)", "paid (900 cancelled)", "paid (test)"], "{table}");
}
