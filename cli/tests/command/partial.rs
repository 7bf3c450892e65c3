//! `iamport reconcile` gives the file of results its name at the end, so that a file is never taken for a whole one.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use calamine::{Data, Reader, Xlsx};
use iamport::sandbox::{Endpoint, MockResponse, Sandbox};

use super::{of, reconcile::folder, run};
use crate::common::{numbered, start};

const ORDERS: usize = 40;
const CONCURRENCY: usize = 4;

/// A sandbox with paid orders, and a folder with `orders.csv`.
async fn begin(name: &str) -> (Sandbox, PathBuf) {
    let (sandbox, _) = start().await;
    let mut orders = "merchant_uid,amount,메모\n".to_owned();
    for number in 1..=ORDERS {
        let order = format!("order-{number:04}");
        sandbox.upsert_payment(numbered(&order, 15900, number).paid());
        orders += &format!("{order},15900,\"{number}번째,\n주문\"\n");
    }
    let folder = folder(name);
    fs::write(folder.join("orders.csv"), orders).unwrap();
    (sandbox, folder)
}

fn command(sandbox: &Sandbox, folder: &Path, out: &str, more: &[&str]) -> Command {
    let concurrency = CONCURRENCY.to_string();
    let args = ["reconcile", "orders.csv", "--output", out, "--concurrency", &concurrency, "--no-bulk"];
    let mut command = of(sandbox, &[&args, more].concat());
    command.current_dir(folder);
    command
}

/// The names of the files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    files.into_iter().map(|file| file.into_string().unwrap()).collect()
}

/// The number of orders in a file of results.
fn results(file: &Path) -> usize {
    if file.extension().unwrap() != "xlsx" {
        return fs::read_to_string(file).unwrap().matches("order-").count();
    }
    let mut workbook: Xlsx<_> = calamine::open_workbook(file).unwrap();
    let rows = workbook.worksheet_range("results").unwrap();
    rows.rows().filter(|row| matches!(&row[1], Data::String(order) if order.starts_with("order-"))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_run_leaves_a_partial_file_and_the_next_run_replaces_it() {
    for format in ["csv", "ndjson", "xlsx", "table"] {
        let (sandbox, folder) = begin(&format!("interruption-{format}")).await;
        let (out, partial) = (format!("results.{format}"), format!("results.partial.{format}"));
        let args = ["--format", format];
        let pause = sandbox.pause(Endpoint::FindAll);
        let mut child = command(&sandbox, &folder, &out, &args).stderr(Stdio::piped()).spawn().unwrap();
        sandbox.wait_for_requests(Endpoint::FindAll, CONCURRENCY).await;
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap).skip(1);
        assert_eq!(stderr.next().unwrap(), "iamport: waiting for look-ups in flight; Ctrl-C again does not wait");
        drop(pause);
        let said = stderr.last().unwrap();
        assert_eq!(said, format!("  {partial} has the results of 4 rows, and is not complete."));
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert_eq!(files(&folder), ["orders.csv", &partial]);
        assert_eq!(results(&folder.join(&partial)), CONCURRENCY, "{format}");

        let again = run(command(&sandbox, &folder, &out, &args)).await;
        assert_eq!(again.status.code(), Some(0));
        assert_eq!(files(&folder), ["orders.csv", &out]);
        assert_eq!(results(&folder.join(&out)), ORDERS, "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_interrupt_does_not_wait_for_responses() {
    let (sandbox, folder) = begin("second-interrupt").await;
    let pause = sandbox.pause(Endpoint::FindAll);
    let mut child = command(&sandbox, &folder, "results.csv", &[]).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(Endpoint::FindAll, 1).await;
    let process = child.id().to_string();
    let interrupt = || assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    interrupt();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap).skip(1);
    assert!(lines.next().unwrap().contains("Ctrl-C again"));
    interrupt();
    assert_eq!(lines.last().unwrap(), "  results.csv is not written: no row has a result.");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    drop(pause);
    assert_eq!(files(&folder), ["orders.csv"], "a file without results is removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_results_are_replaced_only_at_the_end_and_with_overwrite() {
    let (sandbox, folder) = begin("overwrite").await;
    fs::write(folder.join("results.csv"), "precious\n").unwrap();
    assert_eq!(run(command(&sandbox, &folder, "results.csv", &[])).await.status.code(), Some(2));
    assert_eq!(files(&folder), ["orders.csv", "results.csv"]);

    let mut wrong = command(&sandbox, &folder, "results.csv", &["--overwrite"]);
    wrong.env("IMP_SECRET", "wrong");
    assert_eq!(run(wrong).await.status.code(), Some(3));
    sandbox.inject_fault(Endpoint::FindAll, MockResponse::html(404), ORDERS);
    assert_eq!(run(command(&sandbox, &folder, "results.csv", &["--overwrite"])).await.status.code(), Some(3));
    assert_eq!(fs::read_to_string(folder.join("results.csv")).unwrap(), "precious\n");
    sandbox.clear_faults();
    assert_eq!(run(command(&sandbox, &folder, "results.csv", &["--overwrite"])).await.status.code(), Some(0));
    assert_eq!(results(&folder.join("results.csv")), ORDERS);
    assert_eq!(files(&folder), ["orders.csv", "results.csv"]);
}
