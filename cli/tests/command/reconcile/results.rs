//! The results of orders, and their formats.

use std::fs;

use iamport::sandbox::Endpoint;

use super::{ORDERS, fill, folder, reconcile};
use crate::{
    common::{numbered, start},
    of, pinned, run,
};

#[tokio::test(flavor = "multi_thread")]
async fn each_result_is_written_in_each_format() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("every_result");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    for format in ["table", "csv", "ndjson"] {
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", format]).await;
        pinned(&format!("reconcile_{format}"), Some(&sandbox), &output);

        // A file has the same content as standard output.
        let out = format!("results.{format}");
        reconcile(&sandbox, &folder, &["orders.csv", "--output", &out, "--format", format]).await;
        assert_eq!(fs::read(folder.join(out)).unwrap(), output.stdout, "{format}");
    }

    fs::write(folder.join("fine.csv"), "merchant_uid,amount\n주문-0001,15900\norder-0008,22000\n").unwrap();
    pinned("reconcile_match", None, &reconcile(&sandbox, &folder, &["fine.csv"]).await);
    fs::write(folder.join("wrong.csv"), "merchant_uid,amount\n주문-0001,15901\n").unwrap();
    assert_eq!(reconcile(&sandbox, &folder, &["wrong.csv"]).await.status.code(), Some(1));
    fs::write(folder.join("none.csv"), "merchant_uid,amount\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["none.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: none.csv: order = merchant_uid, amount = amount
    iamport: none.csv has a header and no orders
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn table_has_the_columns_of_orders_and_no_personal_data() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    let folder = folder("table_columns");
    let orders = "주문자,주문번호,연락처,환불금액,금액,주소,통화,상태\n홍길동,order-0001,010-0000-0000,0,15900,테헤란로 1,KRW,결제완료\n";
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let table = reconcile(&sandbox, &folder, &["orders.csv"]).await.stdout;
    let expected = "주문번호    환불금액   금액  통화  상태      result  detail\n\
                    order-0001  0         15900  KRW   결제완료  match\n";
    assert_eq!(String::from_utf8(table).unwrap(), expected);
    for format in ["csv", "ndjson"] {
        let rows = reconcile(&sandbox, &folder, &["orders.csv", "--format", format]).await.stdout;
        let rows = String::from_utf8(rows).unwrap();
        assert!(["홍길동", "010-0000-0000", "테헤란로 1"].iter().all(|cell| rows.contains(cell)), "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_row_of_an_order_is_a_duplicate_and_counts_once() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("duplicates");
    let orders = "merchant_uid,amount\norder-0008,won\norder-0008,22000\n order-0008 ,22000\norder-0008,1\n";
    fs::write(folder.join("orders.csv"), orders).unwrap();
    pinned("reconcile_duplicates", None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);
    assert_eq!(sandbox.count(Endpoint::FindAll), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_payment_is_accepted_only_with_the_flag() {
    let (sandbox, _) = start().await;
    let folder = folder("test_payment");
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid().set("sandbox", true));
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0001,15900\n").unwrap();
    assert_eq!(reconcile(&sandbox, &folder, &["orders.csv"]).await.status.code(), Some(1));
    assert_eq!(reconcile(&sandbox, &folder, &["orders.csv", "--allow-test"]).await.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_of_the_period_without_an_order_are_reported() {
    let (sandbox, _) = start().await;
    let folder = folder("period");
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 15900, 2).paid());
    sandbox.upsert_payment(numbered("order-0002", 15900, 3).paid());
    sandbox.upsert_payment(numbered("order-0003", 100, 4).paid());
    sandbox.upsert_payment(numbered("order-0004", 100, 5).paid().set("sandbox", true));
    sandbox.upsert_payment(numbered("order-0005", 100, 6).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0006", 100, 7).paid());
    let later = 1_709_722_022 + 86_400;
    sandbox.upsert_payment(numbered("order-0007", 100, 8).set("started_at", later).paid());
    let orders = "memo,status,amount,merchant_uid\n첫째,,15900,order-0001\n,,15900,order-0002\n,,won,order-0006\n";
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let args = ["orders.csv", "--since", "2024-03-06", "--until", "2024-03-06"];
    pinned("reconcile_period", None, &reconcile(&sandbox, &folder, &args).await);
    // The status of a payment without an order is a word for people, and a name for programs.
    let row = async |format| {
        let args = [&args[..], &["--lang", "ko", "--format", format]].concat();
        let rows = String::from_utf8(reconcile(&sandbox, &folder, &args).await.stdout).unwrap();
        rows.lines().last().unwrap().split("2024").next().unwrap().to_owned()
    };
    let [table, csv] = [row("table").await, row("csv").await];
    assert_eq!(table.trim(), "결제 완료     100  order-0003    파일에 없는 주문  결제 imp_000000000004:");
    assert!(csv.starts_with(",paid,100,order-0003,no_order,"), "{csv}");
    let args = ["orders.csv", "--since", "2024-03-07", "--until", "2024-03-06"];
    pinned!(None, reconcile(&sandbox, &folder, &args).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: invalid period: --since 2024-03-07 is later than --until 2024-03-06
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_have_the_payment_and_the_summary_has_both_sides() {
    let (sandbox, _) = start().await;
    let folder = folder("payments_of_results");
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 20000, 2).paid().cancelled(5900, "변심"));
    sandbox.upsert_payment(numbered("order-0003", 500, 3).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0004", 700, 4).paid().set("sandbox", true));
    sandbox.upsert_payment(numbered("order-0005", 10, 5).currency("USD").paid());
    let orders = "merchant_uid,amount,imp_uid\norder-0001,15900,\norder-0002,20000,\norder-0002,-5900,\norder-0003,500,x\n\
                  order-0004,700,\norder-0005,10,\n";
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let args = ["orders.csv", "--format", "csv", "--summary", "summary.json"];
    let output = reconcile(&sandbox, &folder, &args).await;
    let mut rows = csv::Reader::from_reader(&*output.stdout);
    let header = rows.headers().unwrap().clone();
    assert_eq!(header.iter().nth(5), Some("payment_imp_uid"), "the name that the orders have is not taken");
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    let row = |number: usize| rows[number].iter().skip(5).collect::<Vec<_>>();
    let (tid, provider, number) = ("StdpayCARDINIpayTest20240306194748374762", "html5_inicis", "31491375");
    assert_eq!(row(0), ["imp_000000000001", tid, provider, number, "2024-03-06 19:48:49", "15900", "0", ""]);
    assert_eq!(row(1)[5..], ["20000", "5900", "2024-03-06 20:49:49"]);
    assert_eq!(row(2), [""; 8], "the refund is on the row of its order");
    assert_eq!((row(3)[0], &row(3)[4..]), ("imp_000000000003", &[""; 4][..]));

    let json: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("summary.json")).unwrap()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "complete": true,
            "rows": 6,
            "results": { "match": 2, "currency_mismatch": 1, "not_paid": 1, "refund": 1, "test_payment": 1 },
            "currencies": {
                "KRW": {
                    "file": { "orders": 4, "paid": 36410, "refunded": 5900, "net": 30510 },
                    "payments": { "orders": 2, "paid": 35900, "refunded": 5900, "net": 30000 },
                },
                "USD": { "payments": { "orders": 1, "paid": 10, "refunded": 0, "net": 10 },
                         "file": { "orders": 0, "paid": 0, "refunded": 0, "net": 0 } },
            },
        })
    );
    assert_eq!(reconcile(&sandbox, &folder, &args).await.status.code(), Some(2), "the summary exists");
    let mut wrong = of(&sandbox, &["reconcile", "orders.csv", "--summary", "other.json"]);
    wrong.env("IMP_SECRET", "wrong").current_dir(&folder);
    assert_eq!(run(wrong).await.status.code(), Some(3));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "wrong keys leave no file");
}
