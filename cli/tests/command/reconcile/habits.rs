//! The habits of files: where the table is, and how its cells are written.

use std::{fs, path::Path, process::Stdio};

use iamport::sandbox::Sandbox;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::{folder, reconcile};
use crate::{
    common::{numbered, start},
    of, run,
};

/// The largest amount: no other one can be added.
const LARGEST: &str = "79228162514264337593543950335";

async fn begin(name: &str) -> (Sandbox, std::path::PathBuf) {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 20000, 2).paid().cancelled(5900, "변심"));
    sandbox.upsert_payment(numbered("order-0003", 30000, 3).paid().cancelled(30000, "변심"));
    (sandbox, folder(name))
}

/// Reconciles a file. Returns the exit status with the results, and the notes.
async fn results(sandbox: &Sandbox, folder: &Path, file: &str, args: &[&str]) -> (String, String) {
    let output = reconcile(sandbox, folder, &[&[file, "--format", "ndjson"], args].concat()).await;
    let text = String::from_utf8(output.stdout).unwrap();
    let result = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["result"].clone();
    let rows: Vec<String> = text.lines().map(|line| result(line).as_str().unwrap().to_owned()).collect();
    (format!("{} {}", output.status.code().unwrap(), rows.join(" ")), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn table_is_found_and_rows_around_it_are_named() {
    let (sandbox, folder) = begin("habits-table").await;
    let notice = "\"결제 내역\n2024-03-01 ~ 2024-03-31\n\n총 1건\",,\n";
    for (name, text, expected, note) in [
        ("title", "3월 주문\n\n주문번호,금액\norder-0001,15900\n", "0 match", "skipped above the header: line 1\n"),
        (
            "notice",
            &*format!("{notice}주문번호,금액,비고\norder-0001,15900,\n"),
            "0 match",
            "skipped above the header: line 1\n",
        ),
        (
            "totals",
            "no,주문번호,금액\n1,order-0001,15900\n합계 1건,,15900\n,Grand Total:,15900\n",
            "0 match",
            "skipped as totals: lines 3, 4\n",
        ),
        (
            "totals with their count in the order's column",
            "구분,주문번호,금액\n일반,order-0001,15900\n합계,1건,15900\n총계,1,15900\n",
            "0 match",
            "skipped as totals: lines 3, 4\n",
        ),
        ("semicolons", "주문번호;금액;메모\norder-0001;15,900;a,b\n", "0 match", "order = 주문번호"),
        ("tabs", "주문번호\t금액\norder-0001\t15,900\n", "0 match", "order = 주문번호"),
        (
            "returns",
            "주문번호,금액\rorder-0001,15900\rorder-0002,1\r",
            "1 match partially_cancelled",
            "order = 주문번호",
        ),
        ("short rows", "주문번호,금액,메모,비고\norder-0001,15900\n", "0 match", "order = 주문번호"),
        ("a doubled header that is not used", "섹션,섹션,주문번호,금액\n1,2,order-0001,15900\n", "0 match", ""),
        ("a doubled header", "금액,주문번호,금액\n1,order-0001,15900\n", "2 ", "has two columns 금액; rename one"),
        ("a header alone", "주문번호,금액\n", "2 ", "has a header and no orders"),
        ("only totals", "주문번호,금액\n합계,0\n", "2 ", "has a header and no orders"),
        (
            "two amounts",
            "주문번호,총결제금액,승인금액\norder-0001,15900,15900\n",
            "2 ",
            "has the columns 총결제금액 and 승인금액, which both may be the amount\n  Choose one: --column amount=",
        ),
        (
            "rows in a cell",
            "주문번호,금액,메모\norder-0001,15900,\"값\norder-0002,20000,\"\n",
            "2 bad_row",
            "line 2: a cell has whole rows in it",
        ),
        (
            "decomposed Hangul",
            "\u{110c}\u{116e}\u{1106}\u{116e}\u{11ab}\u{1107}\u{1165}\u{11ab}\u{1112}\u{1169},금액\norder-0001,15900\n",
            "0 match",
            "",
        ),
        ("line breaks in a name", "\"주문\n번호\",\" 결제 금액\n(원) \"\norder-0001,15900\n", "0 match", ""),
        ("a unit in a name", "주문번호,금액(USD)\norder-0001,15900\n", "1 currency_mismatch", ""),
    ] {
        fs::write(folder.join("orders.csv"), text).unwrap();
        let (got, notes) = results(&sandbox, &folder, "orders.csv", &[]).await;
        assert_eq!(got, expected, "{name}: {notes}");
        assert!(notes.contains(note), "{name}: {notes}");
    }
    // The header is looked for in 20 rows.
    for (above, expected) in [(19, "0 match"), (20, "2 ")] {
        let text = "안내\n".repeat(above) + "주문번호,금액\norder-0001,15900\n";
        fs::write(folder.join("orders.csv"), text).unwrap();
        let (got, notes) = results(&sandbox, &folder, "orders.csv", &[]).await;
        assert_eq!(got, expected, "{notes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_are_expected_as_the_file_states_them() {
    let (sandbox, folder) = begin("habits-refunds").await;
    for (text, expected) in [
        ("order,amount,refunded\norder-0002,20000,5900\n", "0 match"),
        ("order,amount,refunded\norder-0002,20000,-5900\n", "0 match"),
        ("order,amount,refunded\norder-0002,20000,5000\n", "1 amount_mismatch"),
        ("order,amount,refunded\norder-0002,20000,\n", "1 partially_cancelled"),
        ("order,amount,refunded\norder-0002,20000,20001\n", "2 bad_row"),
        ("order,amount,refunded\norder-0003,30000,30000\n", "0 match"),
        ("order,amount,refunded\norder-0001,15900,15900\n", "1 status_mismatch"),
        ("order,amount,status\norder-0002,20000,부분 취소\n", "0 match"),
        ("order,amount,status\norder-0003,30000,부분 취소\n", "1 status_mismatch"),
        ("order,amount,status,refunded\norder-0002,20000,취소,5900\n", "2 bad_row"),
        ("order,amount\norder-0002,20000\norder-0002,(5900)\n", "0 match refund"),
        ("order,amount\norder-0002,-900\norder-0002,20000\norder-0002,-5000\n", "0 refund match refund"),
        ("order,amount\norder-0003,30000\norder-0003,-30000원\n", "0 match refund"),
        ("order,amount\norder-0003,30000\n", "1 cancelled"),
        ("order,amount\norder-0002,-5900\n", "2 bad_row"),
        ("order,amount,status\norder-0002,20000,완료\norder-0002,-5900,부분취소\n", "0 match refund"),
        ("order,amount,status\norder-0001,15900,결제실패\norder-0001,15900,완료\n", "0 same_order match"),
        ("order,amount,status\norder-0001,15900,완료\norder-0001,15900,완료\n", "1 match duplicate"),
        ("order,amount,currency\norder-0002,20000,KRW\norder-0002,-5900,USD\n", "2 bad_row refund"),
        ("order,amount\norder-0002,20000\norder-0002,-LARGEST\norder-0002,-1\n", "2 bad_row refund refund"),
    ] {
        let text = text.replace("order,amount", "주문번호,금액").replace("refunded", "환불금액");
        let text = text.replace("LARGEST", LARGEST);
        fs::write(folder.join("orders.csv"), &text).unwrap();
        let (got, notes) = results(&sandbox, &folder, "orders.csv", &[]).await;
        assert_eq!(got, expected, "{text}{notes}");
    }
    let text = "주문번호,금액,상태\norder-0002,14100,완료\norder-0002,5900,취소\norder-0001,15000,\norder-0001,900,\n";
    fs::write(folder.join("items.csv"), text).unwrap();
    let (got, notes) = results(&sandbox, &folder, "items.csv", &["--rows", "sum"]).await;
    assert_eq!(got, "0 match same_order match same_order", "{notes}");
    let text = format!("주문번호,금액\norder-0002,{LARGEST}\norder-0002,1\norder-0001,15900\n");
    fs::write(folder.join("items.csv"), text).unwrap();
    let (got, notes) = results(&sandbox, &folder, "items.csv", &["--rows", "sum"]).await;
    assert_eq!(got, "2 bad_row same_order match", "{notes}");
    assert!(notes.contains("at most 28 digits"), "{notes}");
    // The rows of items: order number, amount, status, refunded amount.
    for (items, expected) in [
        ("order-0002,14100,,\norder-0002,5900,,5900", "0 match same_order"),
        ("order-0002,14000,,900\norder-0002,6000,,5000", "0 match same_order"),
        ("order-0002,14000,,900\norder-0002,6000,,900", "1 amount_mismatch same_order"),
        ("order-0002,14100,완료,\norder-0002,5900,취소,5900", "0 match same_order"),
        ("order-0002,15000,완료,900\norder-0002,5000,취소,", "0 match same_order"),
        ("order-0002,20000,,5900\norder-0002,-5900,,", "0 match refund"),
        ("order-0002,15000,완료,\norder-0002,5000,부분취소,", "0 match same_order"),
        ("order-0003,10000,,10000\norder-0003,20000,,20000", "0 match same_order"),
        ("order-0003,10000,취소,\norder-0003,20000,취소,", "0 match same_order"),
        ("order-0003,10000,취소,\norder-0003,20000,,", "1 same_order status_mismatch"),
    ] {
        fs::write(folder.join("items.csv"), format!("주문번호,금액,상태,환불금액\n{items}\n")).unwrap();
        let (got, notes) = results(&sandbox, &folder, "items.csv", &["--rows", "sum"]).await;
        assert_eq!(got, expected, "{items}: {notes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn total_of_too_many_digits_is_not_stated() {
    let (sandbox, folder) = begin("habits-totals").await;
    let text = format!("주문번호,금액\norder-0001,{LARGEST}\norder-0002,1\n");
    fs::write(folder.join("orders.csv"), text).unwrap();
    let (got, notes) = results(&sandbox, &folder, "orders.csv", &["--summary", "summary.json"]).await;
    assert_eq!(got, "1 amount_mismatch partially_cancelled", "{notes}");
    let line = notes.lines().find(|line| line.contains("file")).unwrap();
    assert!(line.contains("over 28 digits") && !line.contains("79,228"), "{notes}");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("summary.json")).unwrap()).unwrap();
    let file = &json["currencies"]["KRW"]["file"];
    assert_eq!((&file["orders"], &file["paid"], &file["net"]), (&2.into(), &().into(), &().into()), "{json}");
}

fn save(path: &Path, fill: impl Fn(&mut Worksheet)) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("주문").unwrap();
    sheet.write_row(0, 0, ["주문번호", "금액"]).unwrap();
    fill(sheet);
    workbook.save(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn order_numbers_of_a_workbook_are_read_as_they_are_shown() {
    let (sandbox, folder) = begin("habits-workbook").await;
    sandbox.upsert_payment(numbered("00000042", 100, 10).paid());
    sandbox.upsert_payment(numbered("2024060100000017", 100, 11).paid());
    save(&folder.join("orders.xlsx"), |sheet| {
        let format = |code: &str| Format::new().set_num_format(code);
        sheet.write_number_with_format(1, 0, 1, &format("\"order-\"0000")).unwrap();
        sheet.write_number_with_format(1, 1, 15900, &format("#,##0\"원\"")).unwrap();
        sheet.write_number_with_format(2, 0, 42, &format("00000000")).unwrap();
        sheet.write_number(2, 1, 100).unwrap();
        sheet.write_number(3, 0, 2_024_060_100_000_017.0).unwrap();
        sheet.write_number(3, 1, 100).unwrap();
        sheet.write_string(3, 4, "메모는 표 밖에").unwrap();
        sheet.write_number(4, 0, 2_024_060_100_000_010.0).unwrap();
        sheet.write_number(4, 1, 100).unwrap();
        let date = ExcelDateTime::from_ymd(2024, 3, 1).unwrap();
        sheet.write_datetime_with_format(5, 0, &date, &format("yyyy-mm-dd")).unwrap();
        sheet.write_number(5, 1, 100).unwrap();
    });
    let (got, notes) = results(&sandbox, &folder, "orders.xlsx", &[]).await;
    assert_eq!(got, "2 match match match bad_row bad_row", "{notes}");
    assert!(notes.contains("row 5: merchant_uid is a number that Excel has rounded"), "{notes}");
    assert!(notes.contains("row 6: merchant_uid is a date that Excel made of a number"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn number_format_of_an_amount_has_its_currency() {
    let (sandbox, folder) = begin("habits-currency-formats").await;
    sandbox.upsert_payment(numbered("order-0004", 10, 4).currency("USD").paid());
    for (order, code, currency, expected) in [
        ("order-0004", "[$USD] #,##0.00", "", "0 match"),
        ("order-0004", "[$$-409]#,##0.00", "USD", "0 match"),
        ("order-0004", "#,##0.00", "", "1 currency_mismatch"),
        ("order-0004", "[$₩-412]#,##0", "USD", "2 bad_row"),
        ("order-0001", "[$₩-412]#,##0", "", "0 match"),
        ("order-0001", "[$USD] #,##0", "", "1 currency_mismatch"),
    ] {
        save(&folder.join("orders.xlsx"), |sheet| {
            sheet.write_string(0, 2, "통화").unwrap();
            sheet.write_string(1, 0, order).unwrap();
            let amount = if order == "order-0001" { 15900 } else { 10 };
            sheet.write_number_with_format(1, 1, amount, &Format::new().set_num_format(code)).unwrap();
            sheet.write_string(1, 2, currency).unwrap();
        });
        let (got, notes) = results(&sandbox, &folder, "orders.xlsx", &[]).await;
        assert_eq!(got, expected, "{code}: {notes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_sheets_are_skipped_and_the_sheet_that_is_read_is_named() {
    let (sandbox, folder) = begin("habits-sheets").await;
    let mut workbook = Workbook::new();
    for (name, amount) in [("숨김", 1), ("안내", 0), ("3월", 15900), ("4월", 2)] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(name == "숨김");
        if name == "안내" {
            sheet.write_string(0, 0, "아래 시트를 보세요").unwrap();
        } else {
            sheet.write_row(0, 0, ["주문번호", "금액"]).unwrap();
            sheet.write_string(1, 0, "order-0001").unwrap();
            sheet.write_number(1, 1, amount).unwrap();
        }
    }
    workbook.worksheet_from_index(2).unwrap().set_active(true);
    workbook.save(folder.join("orders.xlsx")).unwrap();
    let (got, notes) = results(&sandbox, &folder, "orders.xlsx", &[]).await;
    assert_eq!(got, "0 match", "{notes}");
    let used = "orders.xlsx, sheet 3월: order = 주문번호, amount = 금액; not read: sheet 4월 (--sheet chooses)\n";
    assert!(notes.contains(used), "{notes}");
    for (sheet, expected) in [("4월", "1 amount_mismatch"), ("숨김", "1 amount_mismatch"), ("5월", "2 ")] {
        let (got, notes) = results(&sandbox, &folder, "orders.xlsx", &["--sheet", sheet]).await;
        assert_eq!(got, expected, "{notes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_kinds_of_files_are_named() {
    let (sandbox, folder) = begin("habits-kinds").await;
    let ods =
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0mimetypeapplication/vnd.oasis.opendocument";
    for (name, bytes, kind) in [
        ("orders.xlsx", &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], "a workbook with a password"),
        ("orders.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the old format .xls"),
        ("orders.xls", b"\xef\xbb\xbf \n<HTML><table><tr><td>", "a web page"),
        ("orders.xls", b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>", "HTML or XML"),
        ("orders.ods", ods, "an OpenDocument spreadsheet"),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
        let (got, notes) = results(&sandbox, &folder, name, &[]).await;
        assert!(got == "2 " && notes.contains(kind), "{name}: {notes}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_read_from_standard_input() {
    let (sandbox, folder) = begin("habits-stdin").await;
    let csv = "주문번호,금액\norder-0002,20000\norder-0002,-5900\n";
    fs::write(folder.join("orders.csv"), csv).unwrap();
    save(&folder.join("orders.xlsx"), |sheet| {
        sheet.write_string(1, 0, "order-0001").unwrap();
        sheet.write_number(1, 1, 15900).unwrap();
    });
    for name in ["orders.csv", "orders.xlsx"] {
        // From a file, and from a pipe, which is read once.
        for is_pipe in [false, true] {
            let mut command = of(&sandbox, &["reconcile", "-", "--format", "csv"]);
            let path = folder.join(name);
            let writer = if is_pipe {
                let (reader, mut writer) = std::io::pipe().unwrap();
                command.stdin(reader);
                std::thread::spawn(move || std::io::Write::write_all(&mut writer, &fs::read(path).unwrap()).unwrap())
            } else {
                command.stdin(Stdio::from(fs::File::open(path).unwrap()));
                std::thread::spawn(|| {})
            };
            let output = run(command).await;
            writer.join().unwrap();
            let notes = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{notes}");
            assert!(notes.starts_with("iamport: standard input: order = 주문번호"), "{notes}");
        }
    }
}

/// Buyers choose order numbers and names; a spreadsheet runs a cell that begins with `=`.
#[tokio::test(flavor = "multi_thread")]
async fn text_that_a_spreadsheet_runs_gets_an_apostrophe_and_is_read_back_without() {
    let (sandbox, folder) = begin("habits-formulas").await;
    let payment = numbered("=1+1", 15900, 1).paid().set("buyer_name", "@SUM(A1)").set("buyer_tel", "+82-10-1234-5678");
    sandbox.upsert_payment(payment.billing_key("cust_0001"));
    fs::write(folder.join("orders.csv"), "=주문,주문번호,금액\n-5+1,=1+1,15900\n-5,'=1+1,-15900\n").unwrap();
    for (raw, expected) in [
        (&[][..], ["'=주문,주문번호,금액,result,", "\n'-5+1,'=1+1,15900,"]),
        (&["--raw"], ["=주문,주문번호,금액,result,", "\n-5+1,=1+1,15900,"]),
    ] {
        let output = reconcile(&sandbox, &folder, &[&["orders.csv", "--format", "csv"], raw].concat()).await;
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.starts_with(expected[0]) && stdout.contains(expected[1]), "{stdout}");
        assert!(stdout.contains("\n-5,'=1+1,-15900,refund,"), "{stdout}");
        let list = run(of(&sandbox, &[&["payments", "cust_0001", "--format", "csv"], raw].concat())).await;
        let list = String::from_utf8(list.stdout).unwrap();
        let mark = if raw.is_empty() { "'" } else { "" };
        for text in ["=1+1", "@SUM(A1)", "+82-10-1234-5678"] {
            assert!(list.contains(&format!(",{mark}{text},")), "{list}");
        }
    }
}
