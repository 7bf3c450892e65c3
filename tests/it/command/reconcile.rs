//! `iamport reconcile`: what it makes of files of orders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use iamport::sandbox::{Endpoint, MockResponse, Sandbox};

use super::{of, pinned, run};
use crate::common::{numbered, start};

/// An empty folder of a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs it in a folder, and tells all it printed.
async fn reconcile(sandbox: &Sandbox, folder: &Path, args: &[&str]) -> std::process::Output {
    let mut command = of(sandbox, &[&["reconcile"], args].concat());
    command.current_dir(folder);
    run(command).await
}

/// One order of each kind.
fn fill(sandbox: &Sandbox) {
    sandbox.upsert_payment(numbered("주문-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 100, 2).paid());
    sandbox.upsert_payment(numbered("order-0003", 10, 3).currency("USD").paid());
    sandbox.upsert_payment(numbered("order-0004", 15900, 4).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0005", 15900, 5).paid().cancelled(15900, "변심"));
    sandbox.upsert_payment(numbered("order-0006", 15900, 6).paid().cancelled(900, "부분 취소"));
    sandbox.upsert_payment(numbered("order-0007", 10, 7).currency("USD").paid());
    // Paid, and then tried once more.
    sandbox.upsert_payment(numbered("order-0008", 22000, 8).paid());
    sandbox.upsert_payment(numbered("order-0008", 22000, 9).failed("이미 결제됨"));
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
,,15900,order-0005,cancelled
,,15900,order-0004,ready
,,15900,order-9999,
,,만원,order-0001,
";

#[tokio::test(flavor = "multi_thread")]
async fn every_result() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("every_result");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    for format in ["table", "csv", "json", "ndjson"] {
        let output = reconcile(&sandbox, &folder, &["orders.csv", "--format", format]).await;
        pinned(&format!("reconcile_{format}"), Some(&sandbox), &output);

        // The same, whether it goes to a file or not.
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

/// As Korean Excel saves it: CP949, lines that end in `\r\n`, blank ones among them.
#[tokio::test(flavor = "multi_thread")]
async fn cp949() {
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
        값,order-0002,100원,bad_row,\"expected an amount in major currency units, like 15900, 15,900 or 10.25\"\n";
    assert_eq!(results, expected, "Excel reads it back by its byte order mark");

    for (name, mark) in [("marked.csv", "\u{feff}"), ("plain.csv", "")] {
        fs::write(folder.join(name), format!("{mark}merchant_uid,amount,메모\n주문-0001,15900,값\n")).unwrap();
        let output = reconcile(&sandbox, &folder, &[name, "--format", "csv"]).await;
        let expected = "merchant_uid,amount,메모,result,detail\n주문-0001,15900,값,match,\n";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_told_by_their_lines() {
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
        order-0008,22000,,,\xed\x99\x8d\n\
        order-0008,22000,,,\"never closed\n\
        order-0008,22000,,,\n"
        .to_vec();
    fs::write(folder.join("orders.csv"), &bytes).unwrap();
    pinned("reconcile_bad_rows", None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);

    bytes.retain(|byte| *byte != b'\r');
    let crlf = String::from_utf8_lossy(&bytes).replace('\u{fffd}', "?").replace('\n', "\r\n");
    fs::write(folder.join("crlf.csv"), crlf).unwrap();
    let told = String::from_utf8(reconcile(&sandbox, &folder, &["crlf.csv"]).await.stderr).unwrap();
    let lines: Vec<&str> =
        told.lines().filter_map(|line| line.strip_prefix("crlf.csv, line ")?.split(':').next()).collect();
    assert_eq!(lines, ["4", "5", "7", "8", "9", "10", "11", "12", "13", "16"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_no_use() {
    let (sandbox, _) = start().await;
    let folder = folder("files_of_no_use");
    for (name, text) in [
        ("empty", ""),
        ("semicolons", "merchant_uid;amount\norder-0001;15900\n"),
        ("no_amount", "merchant_uid,price\norder-0001,15900\n"),
        ("result_taken", "merchant_uid,amount,result\norder-0001,15900,match\n"),
        ("twice", "merchant_uid,amount,amount\norder-0001,15900,15900\n"),
        ("no_names", "order-0001,15900,홍길동,010-1234-5678\n"),
        ("capitals", "Merchant_UID,Amount\norder-0001,15900\n"),
        ("workbook", "PK\u{3}\u{4}\u{14}\u{0}\u{6}\u{1b}[2J"),
        ("utf16", "m\0e\0r\0c\0h\0a\0n\0t\0_\0u\0i\0d\0,\0a\0m\0o\0u\0n\0t\0\n\0"),
    ] {
        fs::write(folder.join("orders.csv"), text).unwrap();
        pinned(&format!("reconcile_{name}"), None, &reconcile(&sandbox, &folder, &["orders.csv"]).await);
    }
    pinned("reconcile_no_file", None, &reconcile(&sandbox, &folder, &["nothing.csv"]).await);
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    fs::write(folder.join("results.csv"), "precious\n").unwrap();
    for (name, args) in [
        ("reconcile_out_taken", &["orders.csv", "--output", "results.csv"][..]),
        ("reconcile_out_foreign", &["orders.csv", "--output", "results.csv", "--resume"]),
        ("reconcile_out_nowhere", &["orders.csv", "--output", "nowhere/results.csv"]),
        ("reconcile_out_folder", &["orders.csv", "--output", "."]),
        ("reconcile_from_standard_input", &["-"]),
        ("reconcile_resume_table", &["orders.csv", "--output", "results.csv", "--resume", "--format", "table"]),
    ] {
        pinned(name, None, &reconcile(&sandbox, &folder, args).await);
    }
    assert_eq!(fs::read_to_string(folder.join("results.csv")).unwrap(), "precious\n");
    assert_eq!(sandbox.count(Endpoint::Find), 0);
}

/// What is answered and cannot be kept is the end of it, with a word of what to do.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("full_disk");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    for format in ["csv", "ndjson"] {
        let args = ["orders.csv", "--output", "/dev/full", "--format", format];
        pinned(&format!("reconcile_full_{format}"), None, &reconcile(&sandbox, &folder, &args).await);
    }
    assert!(sandbox.count(Endpoint::Find) < ORDERS.lines().count(), "nothing is asked that cannot be kept");
    let nothing = reconcile(&sandbox, &folder, &["orders.csv", "--output", "/dev/null"]).await;
    assert_eq!(nothing.status.code(), Some(2), "the answer alone");
}

/// What the service says of one order does not stop the rest; what it says of all of them does.
#[tokio::test(flavor = "multi_thread")]
async fn failures_of_one_and_of_all() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("failures");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0008,22000\n주문-0001,15900\n").unwrap();
    let args = ["orders.csv", "--concurrency", "1"];
    sandbox.enqueue_response(Endpoint::Find, MockResponse::json(200, r#"{"code":1,"message":"점검","response":null}"#));
    pinned("reconcile_error", None, &reconcile(&sandbox, &folder, &args).await);

    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(404));
    pinned("reconcile_not_the_service", None, &reconcile(&sandbox, &folder, &args).await);

    let mut wrong = of(&sandbox, &["reconcile", "orders.csv", "--output", "results.csv"]);
    wrong.env("IMP_SECRET", "hunter2").current_dir(&folder);
    pinned("reconcile_wrong_secret", None, &run(wrong).await);
}
