//! Files that are rejected.

use std::fs;

use iamport::sandbox::Endpoint;

use super::{ORDERS, fill, folder, reconcile, without_payments};
use crate::{common::start, of, run};

#[tokio::test(flavor = "multi_thread")]
async fn unusable_files_are_rejected_before_anything_is_sent() {
    let (sandbox, _) = start().await;
    let folder = folder("unusable_files");
    fs::write(folder.join("orders.csv"), "").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv is empty
    ");
    fs::write(folder.join("orders.csv"), "merchant_uid,price\norder-0001,15900\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has no column amount (금액)
      Its columns are merchant_uid, price; name one: --column amount='NAME'
    ");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,result\norder-0001,15900,match\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has a column result already, which is where the results go; rename it
    ");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,amount\norder-0001,15900,15900\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has two columns amount; rename one
    ");
    fs::write(folder.join("orders.csv"), "order-0001,15900,홍길동,010-1234-5678\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has no column merchant_uid (주문번호) and no column amount (금액) in its first 20 rows
      Expected a header with merchant_uid (주문번호) and amount (금액); other names are set with --column amount='NAME', broken Korean text with --encoding.
    ");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,금액\norder-0001,15900,15900\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has the columns amount and 금액, which both may be the amount
      Choose one: --column amount='amount'
    ");
    fs::write(
        folder.join("orders.csv"),
        "merchant_uid,amount\norder-0001,15900\n\"order-0002,15900\norder-0003,15900\n",
    )
    .unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r#"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv, line 3: a quote is opened and not closed; write it twice ("") if it is part of a cell
    "#);
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,memo\n\"order-1,1,\norder-2,1,\"둘, 셋\"\norder-3,1,\n")
        .unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r#"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv, line 2: a quote is opened and not closed; write it twice ("") if it is part of a cell
    "#);
    fs::write(folder.join("orders.csv"), "PK\u{3}\u{4}\u{14}\u{0}\u{6}\u{1b}[2J").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv cannot be read: Zip error: invalid Zip archive: Could not find EOCD
    ");
    fs::write(folder.join("orders.csv"), "m\0e\0r\0c\0h\0a\0n\0t\0_\0u\0i\0d\0,\0a\0m\0o\0u\0n\0t\0\n\0").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has no header: expected text in UTF-8 or CP949, got another encoding
      In Excel, save it as .xlsx or as CSV UTF-8.
    ");
    fs::write(folder.join("orders.xlsx"), ORDERS).unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.xlsx"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.xlsx is not an Excel workbook
    ");
    fs::write(folder.join("orders.csv"), b"\xc1\xd6\xb9\xae,\xb1\xdd\xbe\xd7\n1,2\n").unwrap();
    let encoding = ["orders.csv", "--encoding", "cp949"];
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv is read as CP949; --encoding sets another encoding
    iamport: orders.csv has no column merchant_uid (주문번호)
      Its columns are 주문, 금액; name one: --column order='NAME'
    ");
    pinned!(None, reconcile(&sandbox, &folder, &encoding).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv has no column merchant_uid (주문번호)
      Its columns are 주문, 금액; name one: --column order='NAME'
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["nothing.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: nothing.csv cannot be read: No such file or directory (os error 2)
    ");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    fs::write(folder.join("results.csv"), "precious\n").unwrap();
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status
    iamport: results.csv exists already; name another --output, or replace it with --overwrite
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv", "--output", "./orders.csv", "--overwrite"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: ./orders.csv is the file of orders; name another file
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv", "--output", "results.XLS"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot write results.XLS: expected the extension .csv, .xlsx, .ndjson or .jsonl, got .xls
      Rename the file, or set --format.
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv", "--output", "nowhere/results.csv"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status
    iamport: nowhere/results.csv cannot be written: No such file or directory (os error 2)
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["orders.csv", "--output", "."]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status
    iamport: . is a folder; name a file in it
    ");
    pinned!(None, reconcile(&sandbox, &folder, &["-"]).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: standard input is empty
    ");
    assert_eq!(fs::read_to_string(folder.join("results.csv")).unwrap(), "precious\n");
    assert_eq!(sandbox.count(Endpoint::FindAll), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn full_disk_ends_the_run() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("full_disk");
    fs::write(folder.join("orders.csv"), ORDERS).unwrap();
    let args = ["orders.csv", "--output", "/dev/full", "--concurrency", "1", "--no-bulk", "--format"];
    pinned!(None, reconcile(&sandbox, &folder, &[&args[..], &["csv"]].concat()).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status
    iamport: /dev/full cannot be written: No space left on device (os error 28)
    ");
    pinned!(None, reconcile(&sandbox, &folder, &[&args[..], &["ndjson"]].concat()).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount, currency = currency, status = status

    RESULT  ROWS
    all        0

    iamport: /dev/full cannot be written: No space left on device (os error 28)
    ");
    assert!(
        sandbox.count(Endpoint::FindAll) < ORDERS.lines().count(),
        "the run ends at the first result that cannot be written"
    );
    let nothing = reconcile(&sandbox, &folder, &["orders.csv", "--output", "/dev/null"]).await;
    assert_eq!(nothing.status.code(), Some(2), "only the exit status of the results");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_run_on_one_output_exits_at_once() {
    let (sandbox, _) = start().await;
    fill(&sandbox);
    let folder = folder("locked");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount\norder-0008,22000\n").unwrap();
    let args = ["orders.csv", "--output", "results.csv"];
    let pause = sandbox.pause(Endpoint::FindAll);
    let mut first = of(&sandbox, &[&["reconcile"], &args[..]].concat());
    let first = tokio::spawn(run({
        first.current_dir(&folder);
        first
    }));
    sandbox.wait_for_requests(Endpoint::FindAll, 1).await;
    pinned!(None, reconcile(&sandbox, &folder, &args).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount
    iamport: results.csv is being written by another `iamport reconcile`; wait for its end, or name another --output
    ");
    let overwriting = reconcile(&sandbox, &folder, &[&args[..], &["--overwrite"]].concat()).await;
    assert_eq!(overwriting.status.code(), Some(2));
    drop(pause);
    assert_eq!(first.await.unwrap().status.code(), Some(0));
    assert_eq!(sandbox.count(Endpoint::FindAll), 1);
    let results = without_payments(&fs::read(folder.join("results.csv")).unwrap());
    assert_eq!(results, "merchant_uid,amount,result,detail\norder-0008,22000,match,\n");
}
