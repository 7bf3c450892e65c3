//! The requests of a run, and their failures.

use std::{fs, time::Duration};

use iamport::sandbox::{Endpoint, MockResponse};
use tokio::time::timeout;

use super::{attempts, fill, folder, many, reconcile};
use crate::{
    common::{numbered, start},
    of, pinned, run,
};

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
            let status =
                random.choice(["", "", "paid", "failed", "cancelled", "ready", "pending", "부분취소"]).unwrap();
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
    let counts = || [Endpoint::GetMany, Endpoint::FindAll].map(|endpoint| sandbox.count(endpoint));
    let expected = reconcile(&sandbox, &folder, &["orders.csv"]).await;
    assert_eq!(expected.status.code(), Some(1));
    assert_eq!(counts(), [3, 3]);

    // If the service rejects the bulk request, each order is looked up alone.
    sandbox.clear_requests();
    sandbox.inject_fault(Endpoint::GetMany, MockResponse::html(400), usize::MAX);
    let single = reconcile(&sandbox, &folder, &["orders.csv", "--concurrency", "1"]).await;
    assert!(single.stdout == expected.stdout);
    assert_eq!(counts(), [1, 250]);
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
    let pause = sandbox.pause(Endpoint::FindAll);
    let args = ["orders.csv", "--concurrency", "3", "--format", "csv"];
    let (output, three) = tokio::join!(reconcile(&sandbox, &folder, &args), async {
        let three = timeout(Duration::from_secs(20), sandbox.wait_for_requests(Endpoint::FindAll, 3)).await;
        drop(pause);
        three
    });
    assert!(three.is_ok(), "{} were sent", sandbox.count(Endpoint::FindAll));
    assert_eq!((sandbox.count(Endpoint::FindAll), sandbox.max_in_flight(Endpoint::FindAll)), (4, 3));
    let rows = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<_> = rows.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(numbers, (0..400).map(|number| format!("order-{number}")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_lower_the_concurrency_before_an_order_fails() {
    let (sandbox, _) = start().await;
    let folder = folder("too_many_requests");
    many(&sandbox, &folder);
    let refusal = MockResponse::html(429).header("retry-after", "0");
    // Eight look-ups at a time; the client's budget of retries is ten and a fifth of the calls.
    sandbox.inject_fault(Endpoint::FindAll, refusal.clone(), 14);
    assert_eq!(
        reconcile(&sandbox, &folder, &["orders.csv", "--no-bulk"]).await.status.code(),
        Some(0),
        "no order failed"
    );

    sandbox.clear_requests();
    sandbox.inject_fault(Endpoint::FindAll, refusal, usize::MAX);
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--no-bulk"]).await;
    assert_eq!(output.status.code(), Some(3));
    let asked = sandbox.count(Endpoint::FindAll);
    assert!(asked >= 3 + 20, "the concurrency falls from eight to one before an order fails: {asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn order_that_always_fails_is_a_row_and_the_run_goes_on() {
    let (sandbox, _) = start().await;
    let folder = folder("always_fails");
    many(&sandbox, &folder);
    let body = r#"{"code":0,"message":null,"response":{"imp_uid":"imp_1"}}"#;
    sandbox.enqueue_response(Endpoint::FindAll, MockResponse::json(200, body));
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
    sandbox.inject_fault(Endpoint::FindAll, MockResponse::html(404), 20);
    pinned("reconcile_gave_up", None, &reconcile(&sandbox, &folder, &args).await);
    assert_eq!(sandbox.count(Endpoint::FindAll), 20);
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
    sandbox
        .enqueue_response(Endpoint::FindAll, MockResponse::json(200, r#"{"code":1,"message":"점검","response":null}"#));
    pinned("reconcile_error", None, &reconcile(&sandbox, &folder, &args).await);

    sandbox.enqueue_response(Endpoint::FindAll, MockResponse::html(404));
    pinned("reconcile_not_the_service", None, &reconcile(&sandbox, &folder, &args).await);

    let mut wrong = of(&sandbox, &["reconcile", "orders.csv", "--output", "results.csv"]);
    wrong.env("IMP_SECRET", "hunter2").current_dir(&folder);
    pinned!(None, run(wrong).await, @r"
    exit 3
    --- stdout
    --- stderr
    iamport: orders.csv: order = merchant_uid, amount = amount

    RESULT  ROWS
    all        0

    iamport: cannot get an access token: API error: HTTP 401, code -1: 인증에 실패하였습니다. API키와 secret을 확인하세요.
      Check IMP_KEY and IMP_SECRET: both of the same merchant, for the V1 API.
      results.csv is not written: no row has a result.
    ");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no file of results is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_bulk_request_is_repeated_singly_and_later_ones_are_sent() {
    let (sandbox, _) = start().await;
    let folder = folder("bulk_outage");
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 0..250 {
        sandbox.upsert_payment(numbered(&format!("order-{number}"), 15900, number).paid());
        orders += &format!("order-{number},15900\n");
    }
    fs::write(folder.join("orders.csv"), &orders).unwrap();
    let counts = || [Endpoint::GetMany, Endpoint::FindAll].map(|endpoint| sandbox.count(endpoint));
    // One request, with the client's retries.
    sandbox.inject_fault(Endpoint::GetMany, MockResponse::html(502), 4);
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--concurrency", "1"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(counts(), [4 + 2, 100]);

    // An order number that makes the URL too long concerns no other order.
    sandbox.clear_requests();
    let long = "x".repeat(70_000);
    fs::write(folder.join("orders.csv"), orders.replacen("order-7,", &format!("{long},"), 1)).unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv", "--concurrency", "1", "--format", "csv"]).await;
    assert_eq!(output.status.code(), Some(2));
    let rows = String::from_utf8(output.stdout).unwrap();
    assert_eq!((rows.matches(",match,").count(), rows.matches(",bad_row,").count()), (249, 1));
    assert_eq!(sandbox.count(Endpoint::FindAll), 99);
}
