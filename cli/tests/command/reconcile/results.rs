//! The results of orders, and their formats.

use std::{collections::HashMap, fs};

use iamport::sandbox::{Endpoint, Sandbox};

use super::{ORDERS, attempts, fill, folder, reconcile};
use crate::{
    common::{numbered, start},
    of, pinned, run,
};

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
    pinned!(None, reconcile(&sandbox, &folder, &["none.csv"]).await, @r"
    exit 0
    --- stdout
    merchant_uid  amount  result  detail
    --- stderr

    RESULT  ROWS
    all        0
    ");
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
    pinned!(None, reconcile(&sandbox, &folder, &args).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: invalid period: --since 2024-03-07 is later than --until 2024-03-06
    ");
}
