//! Workbooks of Excel, in and out.

use std::{fs, path::Path};

use calamine::{Data, DataRef, HorizontalAlignment, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::{ORDERS, fill, folder, reconcile};
use crate::{
    common::{numbered, start},
    of, pinned, run,
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
    assert_eq!(row(0)[..7], ["row in the file", "주문번호", "금액", "통화", "메모", "result", "detail"].map(text));
    assert_eq!(row(1)[0], Data::Float(2.0));
    assert_eq!(row(1)[1..7], [text("0007"), Data::Float(10.25), text("USD"), Data::Empty, text("match"), Data::Empty]);
    assert_eq!(row(2)[..3], [Data::Float(4.0), text("00042"), Data::Float(15900.0)]);
    assert_eq!(row(2)[4], Data::Float(0.1 + 0.2));
    assert_eq!(row(4)[5..7], [text("amount_mismatch"), text("amount mismatch: expected 1234500, got 100")]);
    let summary = written.worksheet_range("summary").unwrap();
    let paid = summary.rows().find(|row| row[0] == text("USD")).unwrap().to_vec();
    let none = Data::Float(0.0);
    let expected = [text("USD"), text("file"), Data::Float(1.0), Data::Float(10.25), none, Data::Float(10.25)];
    assert_eq!(paid[..6], expected);
    let last: Vec<_> = summary.rows().rev().take(5).map(|row| row[0].to_string()).collect();
    assert!(last[0].starts_with("Test payments are in neither") && last[4].starts_with("file: "), "{last:?}");
    let differences: Vec<_> =
        summary.rows().filter(|row| row[1] == text("difference")).map(|row| row[..6].to_vec()).collect();
    let won = [0.0, -1_234_400.0, 0.0, -1_234_400.0].map(Data::Float);
    assert_eq!(differences[0], [[text("KRW"), text("difference")].as_slice(), &won].concat());
    assert_eq!(differences[1][2..], [0.0; 4].map(Data::Float));
    assert_eq!(row(1)[7], text("imp_000000000001"));
    assert!(matches!(row(1)[11], Data::DateTime(_)), "{:?}", row(1));
    assert_eq!(row(1)[12..14], [Data::Float(10.25), Data::Float(0.0)]);

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

/// The cells of a row, as `number` and number format, or as text.
fn cells(path: &Path, sheet: &str, row: u32) -> Vec<String> {
    let mut workbook: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut cells = workbook.worksheet_cells_reader(sheet).unwrap();
    let styles = cells.styles().to_vec();
    let mut texts = Vec::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id().unwrap() {
        let (at, column) = cell.get_position();
        if at != row {
            continue;
        }
        let style = &styles[style];
        let format = style.number_format.as_ref().map_or("", |format| &format.format_code);
        let text = match cell.get_value() {
            DataRef::Float(number) => format!("{number} {format}"),
            DataRef::DateTime(at) => format!("{} {format}", at.as_f64()),
            DataRef::Bool(value) => value.to_string(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::String(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        let is_right = style.alignment.as_ref().is_some_and(|align| align.horizontal == HorizontalAlignment::Right);
        texts.resize(usize::try_from(column).unwrap(), String::new());
        texts.push(text + if is_right { " (right)" } else { "" });
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn other_columns_keep_their_kinds_and_formats() {
    let (sandbox, _) = start().await;
    let folder = folder("workbook-kinds");
    sandbox.upsert_payment(numbered("0042", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-2", 10, 2).currency("USD").paid().cancelled(4, "변심"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let titles = ["주문번호", "금액", "환불금액", "수량", "주문일시", "소요", "할인율", "확인", "메모"];
    sheet.write_row(0, 0, titles).unwrap();
    let format = |code: &str| Format::new().set_num_format(code);
    let at = ExcelDateTime::parse_from_str("2024-03-06 19:47:49").unwrap();
    sheet.write_number_with_format(1, 0, 42, &format("0000")).unwrap();
    sheet.write_number_with_format(1, 1, 15900, &format("#,##0\"원\"")).unwrap();
    sheet.write_number(1, 3, 3).unwrap();
    sheet.write_datetime_with_format(1, 4, &at, &format("yyyy/mm/dd hh:mm")).unwrap();
    sheet.write_number_with_format(1, 5, 1.5, &format("[h]:mm")).unwrap();
    sheet.write_number_with_format(1, 6, 0.25, &format("0.0%")).unwrap();
    sheet.write_boolean(1, 7, true).unwrap();
    sheet.write_string(1, 8, "007").unwrap();
    sheet.write_string(2, 0, "order-2").unwrap();
    sheet.write_string(2, 1, "10.00 USD").unwrap();
    sheet.write_number(2, 2, 4).unwrap();
    workbook.save(folder.join("orders.xlsx")).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.xlsx", "-o", "results.xlsx"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));

    let path = folder.join("results.xlsx");
    let header = "row in the file(right) 주문번호 금액(right) 환불금액(right) 수량(right) 주문일시(right) 소요(right) 할인율(right) 확인 메모 \
                  result detail imp_uid pg_tid pg_provider apply_num paid_at(right) paid_amount(right) \
                  refunded_amount(right) refunded_at(right)";
    assert_eq!(cells(&path, "results", 0).join(" ").replace(" (", "("), header);
    let serial = at.to_excel();
    let row = cells(&path, "results", 1);
    assert_eq!(row[..5], ["2 General", "0042", "15900 #,##0\"원\"", "", "3 General"]);
    assert_eq!(row[5], format!("{serial} yyyy/mm/dd hh:mm"));
    assert_eq!(row[6..11], ["1.5 [h]:mm", "0.25 0.0%", "true", "007", "match"]);
    assert!(row[16].ends_with(" yyyy-mm-dd hh:mm:ss"), "{}", row[16]);
    assert_eq!(row[17..], ["15900 #,##0", "0 #,##0"]);
    assert_eq!(cells(&path, "results", 2)[17..19], ["10 #,##0.00###### \"USD\"", "4 #,##0.00###### \"USD\""]);
    assert_eq!(cells(&path, "results", 2)[1..4], ["order-2", "10 #,##0.00###### \"USD\"", "4 #,##0"]);
    assert_eq!(cells(&path, "summary", 0), ["file of orders: orders.xlsx"]);
    assert_eq!(cells(&path, "summary", 2), ["result", "rows (right)", "meaning"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn korean_is_written_for_people_and_names_stay_for_programs() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("korean");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--lang", "ko", "-o", "results.xlsx"]).await;
    pinned!(None, output, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status
    orders.csv, line 15: amount 칸의 금액이 잘못되었습니다: 15900, 15,900원, 10.25 USD, -5,900처럼 쓰세요

    결과                   행 수
    일치                       4
    금액 불일치                1
    통화 불일치                1
    상태 불일치                1
    결제 미완료                1
    파일에 없는 전액 취소      1
    파일에 없는 부분 취소      1
    테스트 결제                1
    포트원에 결제 없음         1
    주문번호 중복              1
    잘못된 행                  1
    전체                      14

    통화  구분         건수   결제액  환불액     순액
    KRW   주문 파일      10  117,910     500  117,410
    KRW   결과의 결제     7   70,800  17,300   53,500
    KRW   차이           -3  -47,110  16,800  -63,910
    USD   주문 파일       1       10       0       10
    USD   결과의 결제     2       20       0       20
    USD   차이            1       10       0       10
    ");
    let path = folder.join("results.xlsx");
    let rows = (0..15).map(|row| cells(&path, "결과", row)[6..].iter().take(2).cloned().collect::<Vec<_>>().join(": "));
    let rows: Vec<_> = rows.map(|row| row.trim_end_matches(": ").to_owned()).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    결과: 설명
    일치
    금액 불일치: 금액이 다릅니다: 파일은 15,900, 포트원은 100
    통화 불일치: 통화가 다릅니다: 파일은 10 KRW, 포트원은 10.00 USD
    결제 미완료: 파일은 결제 완료, 포트원은 결제 실패
    파일에 없는 전액 취소: 파일에 없는 취소입니다: 취소 15,900 (전액)
    파일에 없는 부분 취소: 파일에 없는 취소입니다: 취소 900, 남은 금액 15,000
    일치
    일치
    일치
    상태 불일치: 상태가 다릅니다: 파일은 결제 실패, 포트원은 결제 완료 (결제 imp_000000000012)
    테스트 결제: 테스트 결제라서 돈이 오가지 않았습니다
    주문번호 중복: 주문 파일의 6행에 같은 주문번호가 있습니다
    포트원에 결제 없음: 포트원에 이 주문번호의 결제가 없습니다
    잘못된 행: amount 칸의 금액이 잘못되었습니다: 15900, 15,900원, 10.25 USD, -5,900처럼 쓰세요
    ");
    let header = "포트원 결제번호, PG 거래번호, PG사, 승인번호, 결제일시 (right), 포트원 결제금액 (right), 포트원 취소금액 (right), \
                  취소일시 (right)";
    assert_eq!(cells(&path, "결과", 0)[8..].join(", "), header);
    assert_eq!(cells(&path, "요약", 2), ["결과", "행 수 (right)", "뜻"]);
    assert_eq!(cells(&path, "요약", 4), ["금액 불일치", "1 #,##0", "결제나 환불의 금액이 주문 파일과 다름"]);

    // The locale decides if the option does not.
    let korean = |args: &[&str], locales: &[(&str, &str)]| {
        let mut command = of(&sandbox, &[&["reconcile", "orders.csv"], args].concat());
        command.current_dir(&folder).envs(locales.iter().copied());
        run(command)
    };
    for (locales, args, is_korean) in [
        (&[("LANG", "ko_KR.UTF-8")][..], &[][..], true),
        (&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")], &[], false),
        (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ko")], &[], true),
        (&[("LANG", "ko_KR.UTF-8")], &["--lang", "en"], false),
        (&[("LANG", "kok_IN")], &[], false),
        (&[], &[], false),
    ] {
        let table = String::from_utf8(korean(args, locales).await.stdout).unwrap();
        assert_eq!(table.contains("금액 불일치"), is_korean, "{locales:?}: {table}");
    }
    for format in ["csv", "ndjson"] {
        let english = korean(&["--format", format], &[]).await.stdout;
        let korean = String::from_utf8(korean(&["--format", format, "--lang", "ko"], &[]).await.stdout).unwrap();
        assert!(korean.contains("amount_mismatch") && korean.contains("result"), "{korean}");
        assert!(korean.contains("금액이 다릅니다: 파일은 15,900, 포트원은 100"), "{korean}");
        if format == "csv" {
            assert_eq!(korean.lines().next(), std::str::from_utf8(&english).unwrap().lines().next());
        }
    }
}
