//! The columns and cells of orders.

use std::fs;

use super::{fill, folder, reconcile, without_payments};
use crate::{
    common::{numbered, start},
    pinned,
};

#[tokio::test(flavor = "multi_thread")]
async fn invalid_rows_are_reported_with_their_lines() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("bad_rows");
    let mut bytes = b"merchant_uid,amount,currency,status,memo\n\
        order-0008,22000,,,\"two\nlines\"\n\
        order-0008,22000,,\n\
        order-0008,22000,,,,\n\
        \n\
        ,22000,,,\n\
        order-0008,,,,\n\
        order-0008,(-1),,,\n\
        order-0008,\"2,2000\",,,\n\
        order-0008,22000,won!,,\n\
        order-0008,22000,,payd,\n\
        ..,22000,,,\n\
        order-0008,22000,,,\xff\n\
        order-0007,10,USD,,\xed\x99\x8d\n\
        ,,,,\n\
        \x01\n\
        order-0005,15900,,cancelled,\n\
        order-0008,22,000,,,\n\
        order-0008,22000\xec\x9b\x90,,,\n\
        1.23457E+11,22000,,,\n\
        \xed\x95\xa9\xea\xb3\x84,22000\n\
        ,22000,,,Total\n\
        \xed\x95\xa9 \xea\xb3\x84,22000,,,\n\
        \xeb\x88\x84\xea\xb3\x84,22000,,,\n\
        order-0008,22000,won,,\n\
        order-0008,123456789012345678901234567890,,,\n"
        .to_vec();
    fs::write(folder.join("orders.csv"), &bytes).unwrap();
    pinned("reconcile_bad_rows", None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);

    bytes.retain(|byte| *byte != b'\r');
    let crlf = String::from_utf8_lossy(&bytes).replace('\u{fffd}', "?").replace('\n', "\r\n");
    fs::write(folder.join("crlf.csv"), crlf).unwrap();
    let stderr = String::from_utf8(reconcile(&sandbox, &folder, &["crlf.csv"]).await.stderr).unwrap();
    let lines: Vec<&str> =
        stderr.lines().filter_map(|line| line.strip_prefix("crlf.csv, line ")?.split(':').next()).collect();
    assert_eq!(lines, ["5", "7", "8", "9", "10", "11", "12", "13", "17", "19", "21", "26", "27"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn korean_headers_are_read_and_leading_zeros_kept() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("0007", 10, 1).currency("USD").paid().cancelled(10, "변심"));
    let folder = folder("korean_headers");
    for header in ["금액,주문번호,통화,상태", "결제금액,가맹점 주문번호,통화,상태"] {
        fs::write(folder.join("orders.csv"), format!("{header}\n10,0007,USD,cancelled\n")).unwrap();
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", "csv"]).await;
        let expected = format!("{header},result,detail\n10,0007,USD,cancelled,match,\n");
        assert_eq!(without_payments(&output.stdout), expected);
    }
}
