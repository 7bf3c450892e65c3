//! `iamport reconcile`: files of orders in, results out.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use calamine::{Data, Reader, Xlsx};
use iamport::sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox};
use rust_xlsxwriter::{Format, Workbook};
use tokio::time::timeout;

use super::{of, pinned, run};
use crate::common::{numbered, start};

/// Returns an empty folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs `reconcile` in a folder.
async fn reconcile(sandbox: &Sandbox, folder: &Path, args: &[&str]) -> std::process::Output {
    let mut command = of(sandbox, &[&["reconcile"], args].concat());
    command.current_dir(folder);
    run(command).await
}

/// Adds one order for each result.
fn fill(sandbox: &Sandbox) {
    sandbox.upsert_payment(numbered("주문-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 100, 2).paid());
    sandbox.upsert_payment(numbered("order-0003", 10, 3).currency("USD").paid());
    sandbox.upsert_payment(numbered("order-0004", 15900, 4).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0005", 15900, 5).paid().cancelled(15900, "변심"));
    sandbox.upsert_payment(numbered("order-0006", 15900, 6).paid().cancelled(900, "부분 취소"));
    sandbox.upsert_payment(numbered("order-0007", 10, 7).currency("USD").paid());
    // A failed attempt after a paid one.
    sandbox.upsert_payment(numbered("order-0008", 22000, 8).paid());
    sandbox.upsert_payment(numbered("order-0008", 22000, 9).failed("이미 결제됨"));
    sandbox.upsert_payment(numbered("order-0009", 500, 10).paid().cancelled(500, "변심"));
    sandbox.upsert_payment(numbered("order-0010", 500, 11).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0010", 500, 12).paid());
    sandbox.upsert_payment(numbered("order-0011", 500, 13).paid().set("sandbox", true));
}

const ORDERS: &str = "\
memo,currency,amount,merchant_uid,status
첫 구매,,15900,주문-0001,
,KRW,\"15,900\",order-0002,
,KRW,10,order-0003,paid
,,15900,order-0004,
,,15900,order-0005,
\"둘, 셋\",,15900,order-0006,
,usd,10,order-0007,paid
,,22000,order-0008,
,,500,order-0009,cancelled
,,500,order-0010,failed
,,500,order-0011,
,,15900,order-0005,cancelled
,,15900,order-9999,
,,만원,order-0001,
";

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
    pinned("reconcile_none", None, &reconcile(&sandbox, &folder, &["none.csv"]).await);
}

/// CP949, lines that end in `\r\n`, and blank lines.
#[tokio::test(flavor = "multi_thread")]
async fn file_of_korean_excel_is_read() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("cp949");
    let text = "memo,merchant_uid,amount\r\n똠방각하 펲시콜라,주문-0001,15900\r\n\r\n값,order-0002,100원\r\n";
    let (bytes, _, lossy) = encoding_rs::EUC_KR.encode(text);
    assert!(!lossy && std::str::from_utf8(&bytes).is_err());
    fs::write(folder.join("orders.csv"), &bytes).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv"]).await;
    pinned("reconcile_cp949", None, &output);
    let results = fs::read_to_string(folder.join("results.csv")).unwrap();
    let expected = "\u{feff}memo,merchant_uid,amount,result,detail\n\
        똠방각하 펲시콜라,주문-0001,15900,match,\n\
        값,order-0002,100원,bad_row,\"invalid amount: expected digits only, like 15900, 15,900 or 10.25, without 원, ₩ or $\"\n";
    assert_eq!(results, expected, "Excel reads it back by its byte order mark");

    for (name, mark) in [("marked.csv", "\u{feff}"), ("plain.csv", "")] {
        fs::write(folder.join(name), format!("{mark}merchant_uid,amount,메모\n주문-0001,15900,값\n")).unwrap();
        let output = reconcile(&sandbox, &folder, &[name, "--format", "csv"]).await;
        let expected = "merchant_uid,amount,메모,result,detail\n주문-0001,15900,값,match,\n";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{name}");
    }
}

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
        order-0008,-1,,,\n\
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
    assert_eq!(
        lines,
        ["4", "5", "7", "8", "9", "10", "11", "12", "13", "17", "19", "20", "21", "22", "23", "24", "25", "26", "27"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_files_are_rejected_before_anything_is_sent() {
    let (sandbox, _) = start().await;
    let folder = folder("unusable_files");
    for (name, text) in [
        ("empty", ""),
        ("semicolons", "merchant_uid;amount\norder-0001;15900\n"),
        ("tabs", "merchant_uid\tamount\norder-0001\t15900\n"),
        ("title", "3월 주문\nmerchant_uid,amount\norder-0001,15900\n"),
        ("no_amount", "merchant_uid,price\norder-0001,15900\n"),
        ("result_taken", "merchant_uid,amount,result\norder-0001,15900,match\n"),
        ("twice", "merchant_uid,amount,amount\norder-0001,15900,15900\n"),
        ("no_names", "order-0001,15900,홍길동,010-1234-5678\n"),
        ("capitals", "Merchant_UID,Amount\norder-0001,15900\n"),
        ("two_names", "merchant_uid,amount,금액\norder-0001,15900,15900\n"),
        ("unclosed", "merchant_uid,amount\norder-0001,15900\n\"order-0002,15900\norder-0003,15900\n"),
        ("unclosed_until_a_later_cell", "merchant_uid,amount,memo\n\"order-1,1,\norder-2,1,\"둘, 셋\"\norder-3,1,\n"),
        ("workbook", "PK\u{3}\u{4}\u{14}\u{0}\u{6}\u{1b}[2J"),
        ("utf16", "m\0e\0r\0c\0h\0a\0n\0t\0_\0u\0i\0d\0,\0a\0m\0o\0u\0n\0t\0\n\0"),
    ] {
        fs::write(folder.join("orders.csv"), text).unwrap();
        pinned(&format!("reconcile_{name}"), None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);
    }
    fs::write(folder.join("orders.xlsx"), ORDERS).unwrap();
    pinned("reconcile_text_as_xlsx", None, &reconcile(&sandbox, &folder, &["orders.xlsx"]).await);
    fs::write(folder.join("orders.csv"), b"\xc1\xd6\xb9\xae,\xb1\xdd\xbe\xd7\n1,2\n").unwrap();
    let encoding = ["orders.csv", "--encoding", "cp949"];
    pinned("reconcile_no_name_detected", None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);
    pinned("reconcile_no_name_encoding", None, &reconcile(&sandbox, &folder, &encoding).await);
    pinned("reconcile_no_file", None, &reconcile(&sandbox, &folder, &["nothing.csv"]).await);
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    fs::write(folder.join("results.csv"), "precious\n").unwrap();
    for (name, args) in [
        ("reconcile_out_taken", &["orders.csv", "--output", "results.csv"][..]),
        ("reconcile_out_is_input", &["orders.csv", "--output", "./orders.csv", "--overwrite"]),
        ("reconcile_out_xls", &["orders.csv", "--output", "results.XLS"]),
        ("reconcile_out_nowhere", &["orders.csv", "--output", "nowhere/results.csv"]),
        ("reconcile_out_folder", &["orders.csv", "--output", "."]),
        ("reconcile_from_standard_input", &["-"]),
    ] {
        pinned(name, None, &reconcile(&sandbox, &folder, args).await);
    }
    assert_eq!(fs::read_to_string(folder.join("results.csv")).unwrap(), "precious\n");
    assert_eq!(sandbox.count(Endpoint::Find), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn full_disk_ends_the_run() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("full_disk");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    for format in ["csv", "ndjson"] {
        let args = ["orders.csv", "--output", "/dev/full", "--format", format, "--concurrency", "1", "--no-bulk"];
        pinned(&format!("reconcile_full_{format}"), None, &reconcile(&sandbox, &folder, &args).await);
    }
    assert!(
        sandbox.count(Endpoint::Find) < ORDERS.lines().count(),
        "the run ends at the first result that cannot be written"
    );
    let nothing = reconcile(&sandbox, &folder, &["orders.csv", "--output", "/dev/null"]).await;
    assert_eq!(nothing.status.code(), Some(2), "only the exit status of the results");
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
    assert!(fs::read_to_string(folder.join("results.csv")).unwrap() == expected);
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
    let stdout = String::from_utf8(output.stdout).unwrap();
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
async fn korean_headers_are_read_and_leading_zeros_kept() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("0007", 10, 1).currency("USD").paid().cancelled(10, "변심"));
    let folder = folder("korean_headers");
    for header in ["금액,주문번호,통화,상태", "결제금액,가맹점 주문번호,통화,상태"] {
        fs::write(folder.join("orders.csv"), format!("{header}\n10,0007,USD,cancelled\n")).unwrap();
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", "csv"]).await;
        let expected = format!("{header},result,detail\n10,0007,USD,cancelled,match,\n");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
}

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
    sheet.write_number(4, 0, 1_234_567_890_123_456.0).unwrap();
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
    assert_eq!(row(0), ["주문번호", "금액", "통화", "메모", "result", "detail"].map(text));
    assert_eq!(row(1), [text("0007"), Data::Float(10.25), text("USD"), Data::Empty, text("match"), Data::Empty]);
    assert_eq!(row(2)[..2], [text("00042"), Data::Float(15900.0)]);
    assert_eq!(row(2)[3], text("0.3"));
    assert_eq!(row(4)[4..], [text("amount_mismatch"), text("amount mismatch: expected 1234500, got 100")]);
    let summary = written.worksheet_range("summary").unwrap();
    let paid = summary.rows().find(|row| row[0] == text("USD")).unwrap().to_vec();
    assert_eq!(paid[..4], [text("USD"), Data::Float(1.0), Data::Float(10.25), Data::Float(10.25)]);

    // A spreadsheet reads CSV back by its byte order mark.
    let csv = reconcile(&sandbox, &folder, &["orders.xlsx", "--output", "results.csv"]).await;
    assert_eq!(csv.status.code(), Some(2));
    assert!(fs::read_to_string(folder.join("results.csv")).unwrap().starts_with("\u{feff}주문번호,금액"));
    pinned("reconcile_xlsx_nowhere", None, &reconcile(&sandbox, &folder, &["orders.xlsx", "--format", "xlsx"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_row_of_an_order_is_a_duplicate_and_counts_once() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("duplicates");
    let orders = "merchant_uid,amount\norder-0008,won\norder-0008,22000\n order-0008 ,22000\norder-0008,1\n";
    fs::write(folder.join("orders.csv"), orders).unwrap();
    pinned("reconcile_duplicates", None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);
    assert_eq!(sandbox.count(Endpoint::Find), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_run_on_one_output_exits_at_once() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("locked");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0008,22000\n").unwrap();
    let args = ["orders.csv", "--output", "results.csv"];
    let pause = sandbox.pause(Endpoint::Find);
    let mut first = of(&sandbox, &[&["reconcile"], &args[..]].concat());
    let first = tokio::spawn(run({
        first.current_dir(&folder);
        first
    }));
    sandbox.wait_for_requests(Endpoint::Find, 1).await;
    pinned("reconcile_locked", None, &reconcile(&sandbox, &folder, &args).await);
    let overwriting = reconcile(&sandbox, &folder, &[&args[..], &["--overwrite"]].concat()).await;
    assert_eq!(overwriting.status.code(), Some(2));
    drop(pause);
    assert_eq!(first.await.unwrap().status.code(), Some(0));
    assert_eq!(sandbox.count(Endpoint::Find), 1);
    let results = fs::read_to_string(folder.join("results.csv")).unwrap();
    assert_eq!(results, "merchant_uid,amount,result,detail\norder-0008,22000,match,\n");
}

/// Attempts of one order: status, amount, cancelled amount, currency, test channel.
fn attempts(random: &mut fastrand::Rng, order: &str, first: usize) -> Vec<PaymentFixture> {
    let mut attempt = |number| {
        let fixture = numbered(order, *random.choice(&[15900, 100]).unwrap(), first + number);
        let fixture = fixture.currency(random.choice(["KRW", "KRW", "KRW", "USD"]).unwrap());
        let fixture = fixture.set("sandbox", random.u8(..5) == 0);
        match random.u8(..5) {
            0 => fixture,
            1 => fixture.failed("한도 초과"),
            2 => fixture.paid(),
            3 => fixture.paid().cancelled(100, "변심"),
            _ => fixture.paid().cancelled(15900, "변심"),
        }
    };
    (0..4).map(&mut attempt).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_and_reconcile_have_the_same_result_for_any_attempts() {
    let (sandbox, _) = start().await;
    let folder = folder("agree");
    let mut random = fastrand::Rng::with_seed(16);
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 0..30 {
        let order = format!("order-{number:04}");
        let attempts = attempts(&mut random, &order, 10 * number);
        attempts.into_iter().take(number % 5).for_each(|attempt| sandbox.upsert_payment(attempt));
        orders += &format!("{order},15900\n");
    }
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", "ndjson"]).await;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let row: HashMap<String, String> = serde_json::from_str(line).unwrap();
        let verified = run(of(&sandbox, &["verify", &row["merchant_uid"], "--amount", "15900"])).await;
        let expected = if row["result"] == "match" { "ok\n".into() } else { format!("no: {}\n", row["detail"]) };
        assert_eq!(String::from_utf8(verified.stdout).unwrap(), expected, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn result_of_an_order_is_that_of_its_best_attempt() {
    let (sandbox, _) = start().await;
    let folder = folder("judgement");
    let attempt = |number| numbered("order-0001", 15900, number);
    let refunded = |number| attempt(number).paid().cancelled(15900, "변심");
    let partly = |number| attempt(number).paid().cancelled(900, "변심");
    let failed = |number| attempt(number).failed("한도 초과");
    let test = |number| attempt(number).paid().set("sandbox", true);
    let wrong = |number| numbered("order-0001", 100, number).paid();
    for (attempts, status, result) in [
        (vec![attempt(1).paid(), refunded(2)], "paid", "match"),
        (vec![refunded(1), attempt(2).paid()], "paid", "match"),
        (vec![wrong(1), attempt(2).paid(), wrong(3)], "paid", "match"),
        (vec![attempt(1).paid(), test(2), failed(3)], "paid", "match"),
        (vec![attempt(1).paid(), failed(2)], "failed", "status_mismatch"),
        (vec![failed(1), attempt(2).paid()], "failed", "status_mismatch"),
        (vec![failed(1), attempt(2)], "failed", "status_mismatch"),
        (vec![attempt(1), failed(2)], "failed", "match"),
        (vec![attempt(1), failed(2)], "paid", "not_paid"),
        (vec![partly(1)], "cancelled", "status_mismatch"),
        (vec![partly(1)], "paid", "partially_cancelled"),
        (vec![refunded(1), failed(2)], "cancelled", "match"),
        (vec![refunded(1), failed(2)], "paid", "cancelled"),
        (vec![refunded(1), attempt(2).paid()], "cancelled", "status_mismatch"),
        (vec![test(1)], "paid", "test_payment"),
        (vec![test(1), failed(2)], "paid", "test_payment"),
        (vec![test(1), refunded(2)], "paid", "cancelled"),
        (vec![wrong(1), refunded(2)], "paid", "amount_mismatch"),
        (vec![numbered("order-0001", 100, 1).failed("한도 초과")], "failed", "amount_mismatch"),
        (vec![failed(1).currency("USD")], "failed", "currency_mismatch"),
        (vec![], "failed", "not_found"),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        attempts.iter().for_each(|attempt| sandbox.upsert_payment(attempt.clone()));
        fs::write(folder.join("orders.csv"), format!("merchant_uid,amount,status\norder-0001,15900,{status}\n"))
            .unwrap();
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", "csv"]).await;
        let stdout = String::from_utf8(output.stdout).unwrap();
        let row = stdout.lines().nth(1).unwrap();
        assert_eq!(row.split(',').nth(3), Some(result), "{row} {attempts:?}");
        let is_ambiguous = attempts.len() > 1 && result != "match";
        assert_eq!(row.contains("(payment imp_"), is_ambiguous, "{row} {attempts:?}");
    }
    sandbox.upsert_payment(test(1));
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0001,15900\n").unwrap();
    assert_eq!(reconcile(&sandbox, &folder, &["orders.csv"]).await.status.code(), Some(1));
    assert_eq!(reconcile(&sandbox, &folder, &["orders.csv", "--allow-test"]).await.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_look_ups_write_the_same_bytes_as_single_ones() {
    let folder = folder("bulk");
    for seed in 0..4 {
        let (sandbox, _) = start().await;
        let mut random = fastrand::Rng::with_seed(seed);
        let mut orders = "merchant_uid,amount,currency,status\n".to_owned();
        for number in 0..230 {
            let order = format!("주문-{number:04}");
            let attempts = attempts(&mut random, &order, 10 * number);
            let count = if random.bool() { 1 } else { random.usize(..5) };
            attempts.into_iter().take(count).for_each(|attempt| sandbox.upsert_payment(attempt));
            let status = random.choice(["", "", "paid", "failed", "cancelled", "ready", "pending"]).unwrap();
            let repeated = random.u8(..20) == 0;
            orders += &format!("{order},15900,,{status}\n").repeat(1 + usize::from(repeated));
        }
        fs::write(folder.join("orders.csv"), orders).unwrap();
        for format in ["csv", "ndjson"] {
            let bulk = reconcile(&sandbox, &folder, &["orders.csv", "--format", format]).await;
            assert!(sandbox.count(Endpoint::GetMany) > 0);
            let single = reconcile(&sandbox, &folder, &["orders.csv", "--format", format, "--no-bulk"]).await;
            assert!(bulk.stdout == single.stdout, "seed {seed}, {format}");
            assert_eq!((bulk.status, bulk.stderr), (single.status, single.stderr));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_look_ups_send_one_request_for_100_orders() {
    let (sandbox, _) = start().await;
    let folder = folder("bulk_requests");
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 0..250 {
        sandbox.upsert_payment(numbered(&format!("order-{number}"), 15900, number).paid());
        orders += &format!("order-{number},{}\n", if number % 100 == 7 { 100 } else { 15900 });
    }
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let counts = || [Endpoint::GetMany, Endpoint::Find, Endpoint::FindAll].map(|endpoint| sandbox.count(endpoint));
    let expected = reconcile(&sandbox, &folder, &["orders.csv"]).await;
    assert_eq!(expected.status.code(), Some(1));
    assert_eq!(counts(), [3, 3, 3]);

    // If the service rejects the bulk request, each order is looked up alone.
    sandbox.clear_requests();
    sandbox.inject_fault(Endpoint::GetMany, MockResponse::html(400), usize::MAX);
    let single = reconcile(&sandbox, &folder, &["orders.csv", "--concurrency", "1"]).await;
    assert!(single.stdout == expected.stdout);
    assert_eq!(counts(), [1, 250, 3]);
}

/// Orders that match are no obstacle between two that do not.
#[tokio::test(flavor = "multi_thread")]
async fn mismatches_far_apart_are_looked_up_at_the_same_time() {
    let (sandbox, _) = start().await;
    let folder = folder("bulk_mismatches");
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 0..400 {
        sandbox.upsert_payment(numbered(&format!("order-{number}"), 15900, number).paid());
        orders += &format!("order-{number},{}\n", if number % 100 == 7 { 100 } else { 15900 });
    }
    fs::write(folder.join("orders.csv"), orders).unwrap();
    let pause = sandbox.pause(Endpoint::Find);
    let args = ["orders.csv", "--concurrency", "3", "--format", "csv"];
    let (output, three) = tokio::join!(reconcile(&sandbox, &folder, &args), async {
        let three = timeout(Duration::from_secs(20), sandbox.wait_for_requests(Endpoint::Find, 3)).await;
        drop(pause);
        three
    });
    assert!(three.is_ok(), "{} were sent", sandbox.count(Endpoint::Find));
    assert_eq!((sandbox.count(Endpoint::Find), sandbox.max_in_flight(Endpoint::Find)), (4, 3));
    let rows = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<_> = rows.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(numbers, (0..400).map(|number| format!("order-{number}")).collect::<Vec<_>>());
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
    let args = ["orders.csv", "--since", "2024-03-07", "--until", "2024-03-06"];
    pinned("reconcile_period_invalid", None, &reconcile(&sandbox, &folder, &args).await);
}

/// 40 orders that are all paid.
fn many(sandbox: &Sandbox, folder: &Path) {
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 1..=40 {
        sandbox.upsert_payment(numbered(&format!("order-{number:04}"), 15900, number).paid());
        orders += &format!("order-{number:04},15900\n");
    }
    fs::write(folder.join("orders.csv"), orders).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_lower_the_concurrency_before_an_order_fails() {
    let (sandbox, _) = start().await;
    let folder = folder("too_many_requests");
    many(&sandbox, &folder);
    let refusal = MockResponse::html(429).header("retry-after", "0");
    // Eight look-ups at a time, each of four attempts.
    sandbox.inject_fault(Endpoint::Find, refusal.clone(), 32);
    assert_eq!(
        reconcile(&sandbox, &folder, &["orders.csv", "--no-bulk"]).await.status.code(),
        Some(0),
        "no order failed"
    );

    sandbox.clear_requests();
    sandbox.inject_fault(Endpoint::Find, refusal, usize::MAX);
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--no-bulk"]).await;
    assert_eq!(output.status.code(), Some(3));
    let asked = sandbox.count(Endpoint::Find);
    assert!(asked >= 35 + 20, "the concurrency falls from eight to one before an order fails: {asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn order_that_always_fails_is_a_row_and_the_run_goes_on() {
    let (sandbox, _) = start().await;
    let folder = folder("always_fails");
    many(&sandbox, &folder);
    let body = r#"{"code":0,"message":null,"response":{"imp_uid":"imp_1"}}"#;
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, body));
    let output =
        reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv", "--concurrency", "1", "--no-bulk"])
            .await;
    pinned("reconcile_one_failed", None, &output);
    let results = fs::read_to_string(folder.join("results.csv")).unwrap();
    assert!(results.lines().nth(1).unwrap().starts_with("order-0001,15900,error,"), "{results}");
    assert_eq!(results.matches(",match,").count(), 39);
}

#[tokio::test(flavor = "multi_thread")]
async fn consecutive_failures_end_the_run() {
    let (sandbox, _) = start().await;
    let folder = folder("consecutive_failures");
    many(&sandbox, &folder);
    let args = ["orders.csv", "--output", "results.csv", "--concurrency", "1", "--no-bulk"];
    sandbox.inject_fault(Endpoint::Find, MockResponse::html(404), 20);
    pinned("reconcile_gave_up", None, &reconcile(&sandbox, &folder, &args).await);
    assert_eq!(sandbox.count(Endpoint::Find), 20);
    let results = fs::read_to_string(folder.join("results.partial.csv")).unwrap();
    assert_eq!(results.matches(",error,").count(), 20);
    assert!(!folder.join("results.csv").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_orders_are_rows_and_wrong_credentials_end_the_run() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("failures");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0008,22000\n주문-0001,15900\n").unwrap();
    let args = ["orders.csv", "--concurrency", "1", "--no-bulk"];
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, r#"{"code":1,"message":"점검","response":null}"#));
    pinned("reconcile_error", None, &reconcile(&sandbox, &folder, &args).await);

    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(404));
    pinned("reconcile_not_the_service", None, &reconcile(&sandbox, &folder, &args).await);

    let mut wrong = of(&sandbox, &["reconcile", "orders.csv", "--output", "results.csv"]);
    wrong.env("IMP_SECRET", "hunter2").current_dir(&folder);
    pinned("reconcile_wrong_secret", None, &run(wrong).await);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no file of results is left");
}
