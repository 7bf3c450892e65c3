//! The text of files of orders.

use std::fs;

use super::{fill, folder, reconcile, without_payments};
use crate::{common::start, pinned};

/// CP949, lines that end in `\r\n`, and blank lines.
#[tokio::test(flavor = "multi_thread")]
async fn file_of_korean_excel_is_read() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("cp949");
    let text = "memo,merchant_uid,amount\r\n똠방각하 펲시콜라,주문-0001,15900\r\n\r\n값,order-0002,백원\r\n";
    let (bytes, _, lossy) = encoding_rs::EUC_KR.encode(text);
    assert!(!lossy && std::str::from_utf8(&bytes).is_err());
    fs::write(folder.join("orders.csv"), &bytes).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv"]).await;
    pinned("reconcile_cp949", None, &output);
    let results = fs::read(folder.join("results.csv")).unwrap();
    assert!(results.starts_with(b"\xef\xbb\xbf"), "Excel reads it back by its byte order mark");
    let expected = "memo,merchant_uid,amount,result,detail\n\
        똠방각하 펲시콜라,주문-0001,15900,match,\n\
        값,order-0002,백원,bad_row,\"invalid amount: expected digits, like 15900, 15,900원, 10.25 USD or -5,900\"\n";
    assert_eq!(without_payments(&results), expected);

    for (name, mark) in [("marked.csv", "\u{feff}"), ("plain.csv", "")] {
        fs::write(folder.join(name), format!("{mark}merchant_uid,amount,메모\n주문-0001,15900,값\n")).unwrap();
        let output = reconcile(&sandbox, &folder, &[name, "--format", "csv"]).await;
        let expected = "merchant_uid,amount,메모,result,detail\n주문-0001,15900,값,match,\n";
        assert_eq!(without_payments(&output.stdout), expected, "{name}");
    }
}

/// The CP949 bytes of each of these letters are also valid UTF-8.
#[tokio::test(flavor = "multi_thread")]
async fn cp949_that_is_also_valid_utf8_is_decided_by_the_whole_file() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("ambiguous");
    let bytes = encoding_rs::EUC_KR.encode("merchant_uid,amount,memo\norder-0008,22000,회 홍 트 카 품\n").0;
    assert!(std::str::from_utf8(&bytes).is_ok());
    fs::write(folder.join("cp949.csv"), &bytes).unwrap();
    let output = reconcile(&sandbox, &folder, &["cp949.csv", "--format", "csv"]).await;
    let stdout = without_payments(&output.stdout);
    assert_eq!(stdout, "merchant_uid,amount,memo,result,detail\norder-0008,22000,회 홍 트 카 품,match,\n");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("iamport: cp949.csv is read as CP949; --encoding sets another encoding\n"), "{stderr}");

    let output = reconcile(&sandbox, &folder, &["cp949.csv", "--format", "csv", "--encoding", "utf-8"]).await;
    assert!(String::from_utf8(output.stdout).unwrap().contains(std::str::from_utf8(&bytes[42..]).unwrap().trim()));
    let output = reconcile(&sandbox, &folder, &["cp949.csv", "--format", "csv", "--encoding", "cp949"]).await;
    assert!(!String::from_utf8(output.stderr).unwrap().contains("is read as"), "only a guess is reported");
    fs::write(folder.join("utf8.csv"), "merchant_uid,amount,memo\norder-0008,22000,값 é\n").unwrap();
    let output = reconcile(&sandbox, &folder, &["utf8.csv", "--format", "csv"]).await;
    assert!(String::from_utf8(output.stdout).unwrap().contains("값 é,match"));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("is read as"));
}

#[tokio::test(flavor = "multi_thread")]
async fn long_multiline_cell_is_written_back_unchanged() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("long_cell");
    let memo = "line, \"\"quoted\"\"\n".repeat(300_000);
    let rest = format!("order-0008,22000,\"{memo}\"");
    fs::write(folder.join("orders.csv"), format!("merchant_uid,amount,memo\n{rest}\n")).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv"]).await;
    assert_eq!(output.status.code(), Some(0));
    let expected = format!("merchant_uid,amount,memo,result,detail\n{rest},match,\n");
    assert!(without_payments(&fs::read(folder.join("results.csv")).unwrap()) == expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn unclosed_quote_in_a_large_file_is_found_before_anything_is_sent() {
    let (sandbox, _) = start().await;
    let folder = folder("unclosed");
    let orders = "merchant_uid,amount\norder-0001,\"15900\n".to_owned() + &"order-0002,15900\n".repeat(300_000);
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv"]).await;
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("iamport: orders.csv, line 2: a quote is opened and not closed"), "{stderr}");
    assert_eq!(sandbox.requests().len(), 0);
}
