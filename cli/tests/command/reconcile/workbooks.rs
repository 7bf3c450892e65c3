//! Workbooks of Excel, in and out.

use std::{fs, path::Path};

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Format, Workbook};

use super::{folder, reconcile};
use crate::{
    common::{numbered, start},
    pinned,
};

/// A workbook as a shop's back office exports it.
fn workbook(path: &Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0..).zip(["주문번호", "금액", "통화", "메모"]) {
        sheet.write_string(0, column, title).unwrap();
    }
    sheet.write_string(1, 0, "0007").unwrap();
    sheet.write_number(1, 1, 10.25).unwrap();
    sheet.write_string(1, 2, "USD").unwrap();
    // An empty cell with a format, and a row of them.
    sheet.write_blank(2, 1, &Format::new().set_bold()).unwrap();
    sheet.write_number_with_format(3, 0, 42, &Format::new().set_num_format("00000")).unwrap();
    sheet.write_string(3, 1, "15,900").unwrap();
    sheet.write_number(3, 3, 0.1 + 0.2).unwrap();
    sheet.write_number(4, 0, 1_234_567_890_123_460.0).unwrap();
    sheet.write_number(4, 1, 1).unwrap();
    sheet.write_number(5, 0, 43).unwrap();
    sheet.write_number(5, 1, 1_234_500).unwrap();
    sheet.write_boolean(5, 3, true).unwrap();
    workbook.save(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn workbook_is_read_and_written() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("0007", 0, 1).set("amount", 10.25).currency("USD").paid());
    sandbox.upsert_payment(numbered("00042", 15900, 2).paid());
    sandbox.upsert_payment(numbered("43", 100, 3).paid());
    let folder = folder("workbook");
    workbook(&folder.join("orders.xlsx"));
    pinned("reconcile_xlsx", None, &reconcile(&sandbox, &folder, &["orders.xlsx"]).await);

    let output = reconcile(&sandbox, &folder, &["orders.xlsx", "--output", "results.xlsx"]).await;
    assert_eq!(output.status.code(), Some(2));
    let mut written: Xlsx<_> = calamine::open_workbook(folder.join("results.xlsx")).unwrap();
    assert_eq!(written.sheet_names(), ["results", "summary"]);
    let results = written.worksheet_range("results").unwrap();
    let text = |text: &str| Data::String(text.to_owned());
    let row = |number| results.rows().nth(number).unwrap().to_vec();
    assert_eq!(row(0)[..6], ["주문번호", "금액", "통화", "메모", "result", "detail"].map(text));
    assert_eq!(row(1)[..6], [text("0007"), Data::Float(10.25), text("USD"), Data::Empty, text("match"), Data::Empty]);
    assert_eq!(row(2)[..2], [text("00042"), Data::Float(15900.0)]);
    assert_eq!(row(2)[3], text("0.3"));
    assert_eq!(row(4)[4..6], [text("amount_mismatch"), text("amount mismatch: expected 1234500, got 100")]);
    let summary = written.worksheet_range("summary").unwrap();
    let paid = summary.rows().find(|row| row[0] == text("USD")).unwrap().to_vec();
    let none = Data::Float(0.0);
    let expected = [text("USD"), text("file"), Data::Float(1.0), Data::Float(10.25), none, Data::Float(10.25)];
    assert_eq!(paid[..6], expected);
    assert_eq!(row(1)[6], text("imp_000000000001"));
    assert!(matches!(row(1)[10], Data::DateTime(_)), "{:?}", row(1));
    assert_eq!(row(1)[11..13], [Data::Float(10.25), Data::Float(0.0)]);

    // A spreadsheet reads CSV back by its byte order mark.
    let csv = reconcile(&sandbox, &folder, &["orders.xlsx", "--output", "results.csv"]).await;
    assert_eq!(csv.status.code(), Some(2));
    assert!(fs::read_to_string(folder.join("results.csv")).unwrap().starts_with("\u{feff}주문번호,금액"));
    pinned!(None, reconcile(&sandbox, &folder, &["orders.xlsx", "--format", "xlsx"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: --format xlsx needs --output FILE
    ");
}
