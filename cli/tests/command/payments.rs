use std::{fs, io::Read, process::Stdio};

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use super::{of, pinned, reconcile::folder, run};
use crate::common::{fill, numbered, start};

#[tokio::test(flavor = "multi_thread")]
async fn payments_of_a_billing_key_are_printed_in_every_format() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 45);
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_0001", "--page", "3"])).await, @r"
    exit 0
    --- stdout
    ORDER     STATUS      AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    sub-0041  paid    22,000 KRW  card    2024-03-06 20:28:49  홍**   imps_000000000041
    sub-0042  paid    22,000 KRW  card    2024-03-06 20:29:49  홍**   imps_000000000042
    sub-0043  paid    22,000 KRW  card    2024-03-06 20:30:49  홍**   imps_000000000043
    sub-0044  paid    22,000 KRW  card    2024-03-06 20:31:49  홍**   imps_000000000044
    sub-0045  paid    22,000 KRW  card    2024-03-06 20:32:49  홍**   imps_000000000045
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_9999"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such billing key
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_9999", "--page", "1"])).await, @r"
    exit 1
    --- stdout
    --- stderr
    iamport: no such billing key
    ");

    let json: Vec<Value> =
        serde_json::from_slice(&run(of(&sandbox, &["payments", "cust_0001", "--format", "json"])).await.stdout)
            .unwrap();
    assert_eq!((json.len(), json[44]["merchant_uid"].as_str()), (45, Some("sub-0045")));
    let ndjson = run(of(&sandbox, &["payments", "cust_0001", "--format", "ndjson"])).await.stdout;
    let lines: Vec<Value> = ndjson
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines, json);

    sandbox.put_billing_key("cust_0002");
    assert_eq!(run(of(&sandbox, &["payments", "cust_0002", "--format", "json"])).await.stdout, b"[]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_aligned_by_display_width() {
    let (sandbox, _) = start().await;
    let payment = |order: &str, amount, number| numbered(order, amount, number).billing_key("cust_0001");
    sandbox.upsert_payment(payment("주문-0001", 15900, 1).paid());
    sandbox.upsert_payment(payment("order-0002", 1_234_567, 2).failed("한도 초과").set("buyer_name", "Alice Example"));
    let dollars = serde_json::from_str::<Value>("10.25").unwrap();
    sandbox.upsert_payment(
        payment("order-0003", 0, 3).set("amount", dollars).currency("USD").paid().set("buyer_name", "남궁민수"),
    );
    let cancellations = serde_json::json!([{ "amount": 22000, "reason": "변심" }]);
    let cancelled = payment("order-0004", 22000, 4).paid().set("status", "cancelled").set("buyer_name", Value::Null);
    sandbox.upsert_payment(cancelled.set("cancel_amount", 22000).set("cancel_history", cancellations));
    sandbox.upsert_payment(payment("order-0006", 22000, 6).paid().cancelled(1000, "부분 취소"));
    sandbox.upsert_payment(payment("\u{1b}[31mred\n", 100, 5).set("status", "on_hold").set("buyer_name", "홍"));
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_0001"])).await, @r"
    exit 0
    --- stdout
    ORDER            STATUS                         AMOUNT  METHOD  PAID AT (KST)        BUYER          IMP_UID
    주문-0001        paid                       15,900 KRW  card    2024-03-06 19:48:49  홍**           imps_000000000001
    order-0002       failed                  1,234,567 KRW  card                         A************  imps_000000000002
    order-0003       paid                        10.25 USD  card    2024-03-06 19:50:49  남***          imps_000000000003
    order-0004       cancelled                  22,000 KRW  card    2024-03-06 19:51:49                 imps_000000000004
    \u{1b}[31mred\n  on_hold                       100 KRW  card                         *              imps_000000000005
    order-0006       paid (1,000 cancelled)     22,000 KRW  card    2024-03-06 19:53:49  홍**           imps_000000000006
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_0001", "--utc"])).await, @r"
    exit 0
    --- stdout
    ORDER            STATUS                         AMOUNT  METHOD  PAID AT (UTC)        BUYER          IMP_UID
    주문-0001        paid                       15,900 KRW  card    2024-03-06 10:48:49  홍**           imps_000000000001
    order-0002       failed                  1,234,567 KRW  card                         A************  imps_000000000002
    order-0003       paid                        10.25 USD  card    2024-03-06 10:50:49  남***          imps_000000000003
    order-0004       cancelled                  22,000 KRW  card    2024-03-06 10:51:49                 imps_000000000004
    \u{1b}[31mred\n  on_hold                       100 KRW  card                         *              imps_000000000005
    order-0006       paid (1,000 cancelled)     22,000 KRW  card    2024-03-06 10:53:49  홍**           imps_000000000006
    --- stderr
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_0001", "--no-mask"])).await, @r"
    exit 0
    --- stdout
    ORDER            STATUS                         AMOUNT  METHOD  PAID AT (KST)        BUYER          IMP_UID
    주문-0001        paid                       15,900 KRW  card    2024-03-06 19:48:49  홍길동         imps_000000000001
    order-0002       failed                  1,234,567 KRW  card                         Alice Example  imps_000000000002
    order-0003       paid                        10.25 USD  card    2024-03-06 19:50:49  남궁민수       imps_000000000003
    order-0004       cancelled                  22,000 KRW  card    2024-03-06 19:51:49                 imps_000000000004
    \u{1b}[31mred\n  on_hold                       100 KRW  card                         홍             imps_000000000005
    order-0006       paid (1,000 cancelled)     22,000 KRW  card    2024-03-06 19:53:49  홍길동         imps_000000000006
    --- stderr
    ");
    // A file, since a new field of the document is a new column.
    pinned("payments_csv", Some(&sandbox), &run(of(&sandbox, &["payments", "cust_0001", "--format", "csv"])).await);
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "cust_0001", "--status", "failed"])).await, @r"
    exit 0
    --- stdout
    ORDER       STATUS         AMOUNT  METHOD  PAID AT (KST)  BUYER          IMP_UID
    order-0002  failed  1,234,567 KRW  card                   A************  imps_000000000002
    --- stderr
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_a_column_for_every_field() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).billing_key("cust_0001").paid().set("surprise", "뜻밖"));
    let csv = run(of(&sandbox, &["find", "order-0001", "--format", "csv"])).await.stdout;
    let mut rows = csv::Reader::from_reader(&*csv);
    let header = rows.headers().unwrap().clone();
    let fields = include_str!("../../../tests/snapshots/codegen/type_Payment.snap");
    let body = fields.split_once("pub struct Payment {").unwrap().1.split_once("\n}").unwrap().0;
    for field in body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':').map(|(name, _)| name))
    {
        assert_eq!(header.iter().filter(|column| *column == field).count(), 1, "{field}");
    }
    let row = rows.records().next().unwrap().unwrap();
    let cell = |name: &str| row.iter().zip(&header).find(|(_, column)| *column == name).unwrap().0;
    assert_eq!((cell("extra"), cell("buyer_name")), (r#"{"surprise":"뜻밖"}"#, "홍길동"));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_in_kst_by_default() {
    let (sandbox, _) = start().await;
    // 2024-03-01 08:30 KST, 2024-02-29 23:30 UTC.
    let at = 1_709_249_400;
    sandbox.upsert_payment(numbered("early", 100, 1).billing_key("cust_0001").paid().set("paid_at", at));
    sandbox.upsert_payment(
        numbered("never", 100, 2).billing_key("cust_0001").failed("한도 초과").set("started_at", at + 86_400),
    );
    let orders = async |args: &[&str]| {
        let args = [&["payments", "cust_0001", "--format", "ndjson"], args].concat();
        let lines = String::from_utf8(run(of(&sandbox, &args)).await.stdout).unwrap();
        let order =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["merchant_uid"].as_str().unwrap().to_owned();
        lines.lines().map(order).collect::<Vec<_>>()
    };
    assert_eq!(orders(&["--since", "2024-03-01", "--until", "2024-03-01"]).await, ["early"]);
    assert_eq!(orders(&["--utc", "--since", "2024-03-01"]).await, ["never"]);
    assert_eq!(orders(&["--utc", "--until", "2024-02-29"]).await, ["early"]);
    assert_eq!(orders(&["--since", "2024-03-02", "--page", "1"]).await, ["never"]);
    assert_eq!(orders(&["--since", "2024-03-03"]).await, [""; 0]);
}

/// Payments of two customers, and one without, on the days around 2024-03-01 in Korea.
fn fill_days(sandbox: &iamport::sandbox::Sandbox) {
    // 2024-03-01 00:00 KST.
    let start = 1_709_218_800;
    for (order, number, at) in
        [("before", 1, start - 1), ("first", 2, start), ("noon", 3, start + 43_200), ("last", 4, start + 86_399)]
    {
        let payment = numbered(order, 100, number).paid().set("paid_at", at).set("started_at", at - 60);
        sandbox.upsert_payment(if number == 3 { payment.billing_key("cust_0001") } else { payment });
    }
    sandbox.upsert_payment(numbered("after", 100, 5).failed("한도 초과").set("failed_at", start + 86_400));
    // Paid on the day, cancelled two days later.
    let cancelled = numbered("cancelled", 100, 6).paid().cancelled(100, "변심").set("paid_at", start);
    sandbox.upsert_payment(cancelled.set("cancelled_at", start + 2 * 86_400).set("started_at", start));
}

#[tokio::test(flavor = "multi_thread")]
async fn period_lists_the_payments_of_all_customers() {
    let (sandbox, _) = start().await;
    fill_days(&sandbox);
    let orders = async |args: &[&str]| {
        let output = run(of(&sandbox, &[&["payments", "--format", "ndjson"], args].concat())).await;
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
        let order =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["merchant_uid"].as_str().unwrap().to_owned();
        String::from_utf8(output.stdout).unwrap().lines().map(order).collect::<Vec<_>>()
    };
    let day = &["--since", "2024-03-01", "--until", "2024-03-01"];
    assert_eq!(orders(day).await, ["first", "noon", "last"]);
    assert_eq!(orders(&[&day[..], &["--utc"]].concat()).await, ["noon", "last", "after"]);
    assert_eq!(orders(&["--since", "2024-02-29", "--until", "2024-02-29"]).await, ["before"]);
    assert_eq!(
        orders(&["--since", "2024-03-01", "--until", "2024-03-04", "--status", "cancelled"]).await,
        ["cancelled"]
    );
    assert_eq!(orders(&["--since", "2024-03-02"]).await, ["cancelled", "after"]);
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| !request.target.contains("/status/") || request.target.contains("limit=1000"))
    );

    pinned!(Some(&sandbox), run(of(&sandbox, &[&["payments"], &day[..]].concat())).await, @r"
    exit 0
    --- stdout
    ORDER  STATUS   AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID
    first  paid    100 KRW  card    2024-03-01 00:00:00  홍**   imp_000000000002
    noon   paid    100 KRW  card    2024-03-01 12:00:00  홍**   imps_000000000003
    last   paid    100 KRW  card    2024-03-01 23:59:59  홍**   imp_000000000004
    --- stderr
    ");
    let empty = run(of(&sandbox, &["payments", "--since", "2020-01-01", "--until", "2020-12-31"])).await;
    pinned!(Some(&sandbox), empty, @r"
    exit 0
    --- stdout
    ORDER  STATUS  AMOUNT  METHOD  PAID AT (KST)  BUYER  IMP_UID
    --- stderr
    iamport: no payments
    ");
    let future = run(of(&sandbox, &["payments", "--since", "2999-01-01"])).await;
    let stderr = String::from_utf8(future.stderr).unwrap();
    assert!(stderr.starts_with("iamport: invalid period: --since 2999-01-01 is later than today (2"), "{stderr}");
    assert_eq!(future.status.code(), Some(2));
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <CUSTOMER_UID|--since <DATE>>

    Usage: iamport payments <CUSTOMER_UID|--since <DATE>>

    For more information, try '--help'.
    ");
    pinned!(Some(&sandbox), run(of(&sandbox, &["payments", "--since", "2024-03-01", "--page", "1"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: --page selects a page of a billing key: expected a CUSTOMER_UID
    ");
}

/// `iamport payments … | head -1`
#[tokio::test(flavor = "multi_thread")]
async fn closed_pipe_exits_0() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 400);
    for format in ["table", "csv", "json", "ndjson"] {
        let mut child = of(&sandbox, &["payments", "cust_0001", "--format", format]);
        let output = tokio::task::spawn_blocking(move || {
            let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdout.take().unwrap().read_exact(&mut [0; 1]).unwrap();
            child.wait_with_output().unwrap()
        });
        let output = output.await.unwrap();
        assert_eq!(
            (output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_times_in_kst_and_a_file_has_the_mark_of_excel() {
    let (sandbox, _) = start().await;
    let folder = folder("payments_csv");
    sandbox.upsert_payment(numbered("order-0001", 15900, 1).billing_key("cust_0001").paid());
    let list = |args: &[&str]| {
        let mut command = of(&sandbox, &[&["payments", "cust_0001"], args].concat());
        command.current_dir(&folder);
        run(command)
    };
    let unix = list(&["--format", "csv"]).await.stdout;
    let kst = list(&["--format", "csv", "--times", "kst"]).await.stdout;
    let mut rows = csv::Reader::from_reader(&*kst);
    let names: Vec<String> = rows.headers().unwrap().iter().map(ToOwned::to_owned).collect();
    let cells = rows.records().next().unwrap().unwrap();
    let rows: Vec<_> = names.iter().zip(&cells).collect();
    let after = |name: &str| {
        let at = names.iter().position(|column| column == name).unwrap();
        [&rows[at], &rows[at + 1]].map(|(name, cell)| format!("{name}={cell}"))
    };
    assert_eq!(after("paid_at"), ["paid_at=1709722129", "paid_at_kst=2024-03-06 19:48:49"]);
    assert_eq!(after("failed_at"), ["failed_at=", "failed_at_kst="]);
    // Every time of the document has such a column, and no other field.
    let fields = include_str!("../../../tests/snapshots/codegen/type_Payment.snap");
    let body = fields.split_once("pub struct Payment {").unwrap().1.split_once("\n}").unwrap().0;
    let times =
        body.lines().filter(|line| line.contains("Timestamp")).map(|line| line.trim().strip_prefix("pub ").unwrap());
    let times: Vec<_> = times.map(|line| format!("{}_kst", line.split(':').next().unwrap())).collect();
    assert_eq!(
        names.iter().filter(|name| name.ends_with("_kst")).collect::<Vec<_>>(),
        times.iter().collect::<Vec<_>>()
    );

    assert_eq!(list(&["--output", "payments.csv"]).await.status.code(), Some(0));
    let file = fs::read(folder.join("payments.csv")).unwrap();
    assert_eq!(file.strip_prefix("\u{feff}".as_bytes()).unwrap(), unix, "standard output has no mark");
    for (name, format) in [("payments.json", "json"), ("payments.ndjson", "ndjson")] {
        assert_eq!(list(&["-o", name]).await.status.code(), Some(0));
        assert_eq!(fs::read(folder.join(name)).unwrap(), list(&["--format", format]).await.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workbook_has_numbers_and_dates() {
    let (sandbox, _) = start().await;
    let folder = folder("payments_xlsx");
    sandbox.upsert_payment(numbered("=1+1", 15900, 1).billing_key("cust_0001").paid().set("surprise", 7));
    let failed = numbered("order-0002", 0, 2).billing_key("cust_0001").failed("한도 초과");
    sandbox.upsert_payment(failed.set("amount", 10.25).currency("USD"));
    let list = |args: &[&str]| {
        let mut command = of(&sandbox, &[&["payments", "cust_0001", "--output", "march.xlsx"], args].concat());
        command.current_dir(&folder);
        run(command)
    };
    let output = list(&[]).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut workbook: Xlsx<_> = calamine::open_workbook(folder.join("march.xlsx")).unwrap();
    let sheet = workbook.worksheet_range("payments").unwrap();
    let rows: Vec<_> = sheet.rows().collect();
    let cell = |row: usize, name: &str| {
        let column = rows[0].iter().position(|title| *title == Data::String(name.to_owned())).unwrap();
        rows[row][column].clone()
    };
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(rows.len(), 3);
    assert_eq!((cell(1, "merchant_uid"), cell(1, "amount")), (text("=1+1"), Data::Float(15900.0)));
    assert_eq!((cell(2, "amount"), cell(2, "paid_at (KST)")), (Data::Float(10.25), Data::Empty));
    assert_eq!((cell(1, "buyer_name"), cell(1, "extra")), (text("홍길동"), text(r#"{"surprise":7}"#)));
    let Data::DateTime(at) = cell(1, "paid_at (KST)") else { panic!("{:?}", cell(1, "paid_at (KST)")) };
    assert_eq!(at.to_ymd_hms_milli(), (2024, 3, 6, 19, 48, 49, 0));
    assert_eq!(cell(1, "escrow"), Data::Bool(false));

    assert_eq!(list(&[]).await.status.code(), Some(2), "the file exists");
    assert_eq!(list(&["--overwrite", "--utc"]).await.status.code(), Some(0));
    let mut find = of(&sandbox, &["find", "order-0002", "--format", "xlsx", "-o", "one.xlsx"]);
    find.current_dir(&folder);
    assert_eq!(run(find).await.status.code(), Some(0));
    pinned!(None, run(of(&sandbox, &["payments", "cust_0001", "--format", "xlsx"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: --format xlsx needs --output FILE
    ");
    pinned!(None, run(of(&sandbox, &["payments", "cust_0001", "-o", "march.xls"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot write march.xls: expected the extension .csv, .xlsx, .json, .ndjson or .jsonl, got .xls
      Rename the file, or set --format.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_listing_leaves_the_payments_so_far_or_no_file() {
    let (sandbox, _) = start().await;
    let folder = folder("payments_partial");
    fill(&sandbox, 45);
    let list = |args: &[&str], secret: &str| {
        let mut command = of(&sandbox, &[&["payments", "-o", "list.csv"], args].concat());
        command.env("IMP_SECRET", secret).current_dir(&folder);
        run(command)
    };
    let secret = sandbox.secret().to_owned();
    assert_eq!(list(&["cust_0001"], "wrong").await.status.code(), Some(3));
    assert_eq!(list(&["cust_9999"], &secret).await.status.code(), Some(1));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    sandbox.clear_requests();
    let mut nowhere = of(&sandbox, &["payments", "cust_0001", "-o", "nowhere/list.csv"]);
    nowhere.current_dir(&folder);
    assert_eq!(run(nowhere).await.status.code(), Some(2));
    assert_eq!(sandbox.requests().len(), 0, "the place is tried before a request");
    // A payment that cannot be decoded is an error after the others.
    sandbox.upsert_payment(numbered("sub-0046", 1, 46).billing_key("cust_0001").set("amount", "many"));
    let failed = list(&["cust_0001"], &secret).await;
    let notes = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(3), "{notes}");
    assert!(notes.contains("list.partial.csv has the first 45 payments, and is not complete"), "{notes}");
    let partial = fs::read_to_string(folder.join("list.partial.csv")).unwrap();
    assert_eq!(partial.lines().filter(|line| line.starts_with("imps_")).count(), 45);
}
