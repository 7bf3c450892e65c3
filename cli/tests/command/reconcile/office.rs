//! Files as offices have them: the exports of services and shops, read by the plain command.

use std::{fs, path::Path};

use iamport::sandbox::{PaymentFixture, Sandbox};

use super::{folder, reconcile};
use crate::common::{numbered, start};

/// Reconciles a file of `tests/orders`. Returns its notes and the column `result`.
async fn results(sandbox: &Sandbox, file: &str, args: &[&str]) -> (Option<i32>, String, Vec<String>) {
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/orders").join(file);
    let folder = folder(&format!("office-{file}-{}", args.len()));
    fs::copy(orders, folder.join(file)).unwrap();
    let output = reconcile(sandbox, &folder, &[&[file, "--format", "csv"], args].concat()).await;
    let mut rows = csv::Reader::from_reader(&*output.stdout);
    let result = rows.headers().unwrap().iter().position(|name| name == "result");
    let results = rows.records().map(|row| row.unwrap()[result.unwrap()].to_owned()).collect();
    (output.status.code(), String::from_utf8(output.stderr).unwrap(), results)
}

fn paid(order: &str, amount: u32, number: usize) -> PaymentFixture {
    numbered(order, amount, number).paid()
}

#[tokio::test(flavor = "multi_thread")]
async fn upload_for_portone_is_reconciled() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("order-0001", 15900, 1));
    let (status, notes, rows) = results(&sandbox, "portone-upload.csv", &[]).await;
    assert_eq!((status, rows), (Some(0), vec!["match".to_owned()]), "{notes}");
    let used = "iamport: portone-upload.csv: order = 주문 번호, amount = 매출 인식 금액, currency = 통화\n";
    assert!(notes.starts_with(used), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn order_of_several_items_is_reconciled_by_its_total() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("20260613-0000001", 15900, 1));
    let (status, notes, rows) = results(&sandbox, "cafe24.csv", &[]).await;
    assert_eq!((status, rows), (Some(1), vec!["match".to_owned(), "duplicate".to_owned()]), "{notes}");
    sandbox.upsert_payment(paid("20260613-0000001", 31800, 1));
    let (status, notes, rows) = results(&sandbox, "cafe24.csv", &["--rows", "sum"]).await;
    assert_eq!((status, rows), (Some(0), vec!["match".to_owned(), "same_order".to_owned()]), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn negative_row_is_a_refund_of_its_order() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("202406010000001", 15900, 1).cancelled(5900, "변심"));
    sandbox.upsert_payment(paid("202406010000002", 20000, 2));
    let (status, notes, rows) = results(&sandbox, "imweb-payments.csv", &[]).await;
    assert_eq!((status, rows.join(" ")), (Some(0), "match refund match".to_owned()), "{notes}");
    assert!(notes.contains("status = 결제상태; not used: 결제구분\n"), "{notes}");
    sandbox.upsert_payment(paid("202406010000001", 15900, 1).cancelled(900, "변심"));
    sandbox.upsert_payment(paid("202406010000002", 20000, 2).cancelled(100, "변심"));
    let (status, _, rows) = results(&sandbox, "imweb-payments.csv", &[]).await;
    assert_eq!((status, rows.join(" ")), (Some(1), "amount_mismatch refund partially_cancelled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_and_currencies_of_any_case_are_compared() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("order-0001", 15900, 1));
    sandbox.upsert_payment(paid("order-0002", 20000, 2).cancelled(20000, "변심"));
    sandbox.upsert_payment(paid("order-0003", 30000, 3));
    let (status, notes, rows) = results(&sandbox, "own-database.csv", &[]).await;
    assert_eq!((status, rows.join(" ")), (Some(1), "match match status_mismatch".to_owned()), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn console_export_is_reconciled_with_the_column_that_the_advice_names() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("order-0001", 15900, 1).set("sandbox", true));
    sandbox.upsert_payment(paid("order-0002", 15900, 2).cancelled(900, "변심"));
    let folder = folder("office-console");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/orders/portone-console.csv"),
        folder.join("console.csv"),
    )
    .unwrap();
    let advice = reconcile(&sandbox, &folder, &["console.csv"]).await;
    assert_eq!(advice.status.code(), Some(2));
    let advice = String::from_utf8(advice.stderr).unwrap();
    assert!(advice.contains("--column order='UID/MID'"), "{advice}");
    let (status, notes, rows) = results(&sandbox, "portone-console.csv", &["--column", "order=UID/MID"]).await;
    assert_eq!((status, rows.join(" ")), (Some(1), "test_payment match".to_owned()), "{notes}");
}

/// Each of these columns was once ignored without a word.
#[tokio::test(flavor = "multi_thread")]
async fn no_column_that_says_something_is_ignored_without_a_word() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(paid("order-0001", 15900, 1));
    let folder = folder("office-silent");
    for (columns, cells, result) in [
        ("Currency", "USD", "currency_mismatch"),
        (" 결제통화 ", "usd", "currency_mismatch"),
        ("Status", "cancelled", "status_mismatch"),
        ("STATUS", "결제 취소", "status_mismatch"),
        ("주문상태", "환불완료", "status_mismatch"),
        ("승인/취소 구분", "승인취소", "status_mismatch"),
        ("결제상태", "결제완료", "match"),
        ("환불 금액", "\"5,900\"", "status_mismatch"),
        ("취소금액(원)", "0", "match"),
        ("상태,결제상태", "paid,cancelled", "match"),
    ] {
        let text = format!("merchant_uid,amount,{columns}\norder-0001,15900,{cells}\n");
        fs::write(folder.join("orders.csv"), text).unwrap();
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", "csv"]).await;
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains(&format!(",{result},")), "{columns}: {stdout}");
        let notes = String::from_utf8(output.stderr).unwrap();
        assert!(columns.split(',').all(|column| notes.contains(column.trim())), "{columns}: {notes}");
    }
}
