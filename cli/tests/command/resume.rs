//! `iamport reconcile --resume` continues an interrupted run: it skips no order, and repeats only those that failed or
//! were in flight.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use iamport::sandbox::{Endpoint, MockResponse, Request, Sandbox};

use super::{of, pinned, reconcile::folder, run};
use crate::common::numbered;

const ORDERS: usize = 40;
const CONCURRENCY: usize = 4;

/// Orders, and a sandbox that knows all but each tenth.
async fn begin(name: &str) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::start().await.unwrap();
    fill(&sandbox);
    (sandbox, orders(name))
}

fn fill(sandbox: &Sandbox) {
    for number in (1..=ORDERS).filter(|number| number % 10 != 0) {
        sandbox.upsert_payment(numbered(&format!("order-{number:04}"), 15900, number).paid());
    }
}

/// A folder with `orders.csv`.
fn orders(name: &str) -> PathBuf {
    let folder = folder(name);
    let order = |number| format!("order-{number:04},15900,\"{number}번째,\n주문\"\n");
    let orders: String = (1..=ORDERS).map(order).collect();
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,메모\n".to_owned() + &orders).unwrap();
    folder
}

fn command(sandbox: &Sandbox, folder: &Path, out: &str, more: &[&str]) -> Command {
    let concurrency = CONCURRENCY.to_string();
    let args = ["reconcile", "orders.csv", "--output", out, "--concurrency", &concurrency, "--no-bulk"];
    let mut command = of(sandbox, &[&args, more].concat());
    command.current_dir(folder);
    command
}

/// The number of requests for each order.
fn requests_by_order(requests: Vec<Request>) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in requests.iter().filter(|request| request.endpoint() == Endpoint::Find) {
        let order = request.target.split(['/', '?']).nth(3).unwrap();
        *asked.entry(order.to_owned()).or_default() += 1;
    }
    asked
}

fn each_once() -> BTreeMap<String, usize> {
    (1..=ORDERS).map(|number| (format!("order-{number:04}"), 1)).collect()
}

/// The output of an uninterrupted run.
async fn whole(sandbox: &Sandbox, folder: &Path, out: &str) -> Vec<u8> {
    let whole = format!("whole-{out}");
    let output = run(command(sandbox, folder, &whole, &[])).await;
    assert_eq!(output.status.code(), Some(1));
    fs::read(folder.join(whole)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_run_is_continued() {
    for format in ["csv", "ndjson"] {
        let (sandbox, folder) = begin(&format!("interruption-{format}")).await;
        let out = format!("results.{format}");
        let pause = sandbox.pause(Endpoint::Find);
        let mut child = command(&sandbox, &folder, &out, &[]).stderr(Stdio::piped()).spawn().unwrap();
        sandbox.wait_for_requests(Endpoint::Find, CONCURRENCY).await;
        let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(interrupt.success());
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let waiting = stderr.next().unwrap();
        drop(pause);
        let rest: Vec<String> = stderr.collect();
        let status = child.wait().unwrap();
        let output =
            Output { status, stdout: Vec::new(), stderr: ([&[waiting], &*rest].concat().join("\n") + "\n").into() };
        pinned(&format!("reconcile_interrupted_{format}"), None, &output);
        assert_eq!(sandbox.count(Endpoint::Find), CONCURRENCY);
        let resumed = run(command(&sandbox, &folder, &out, &["--resume"])).await;
        pinned("reconcile_resumed", None, &resumed);
        assert_eq!(requests_by_order(sandbox.requests()), each_once(), "{format}");
        assert_eq!(fs::read(folder.join(&out)).unwrap(), whole(&sandbox, &folder, &out).await, "{format}");

        // A further run sends no requests.
        let before = sandbox.count(Endpoint::Find);
        pinned("reconcile_resumed", None, &run(command(&sandbox, &folder, &out, &["--resume"])).await);
        assert_eq!(sandbox.count(Endpoint::Find), before);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no temporary file is left");
    }
}

/// The server stops, and starts again on the same port.
#[tokio::test(flavor = "multi_thread")]
async fn run_that_lost_its_network_is_continued() {
    let folder = orders("network");
    let log = Arc::new(Mutex::new(Vec::new()));
    let watch = Arc::clone(&log);
    let first = Sandbox::builder().on_response(move |request, _| watch.lock().unwrap().push(request.clone()));
    let first = first.start().await.unwrap();
    fill(&first);
    let port = first.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let pause = first.pause(Endpoint::Find);
    let child = command(&first, &folder, "results.csv", &[]).stderr(Stdio::piped()).spawn().unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    first.wait_for_requests(Endpoint::Find, CONCURRENCY).await;
    // The requests in flight get a response; later ones are refused.
    first.stop().await;
    drop(pause);
    let output = output.await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.ends_with("run the same command with --resume to continue.\n"), "{stderr}");

    let second = Sandbox::builder().port(port).start().await.unwrap();
    fill(&second);
    assert_eq!(run(command(&second, &folder, "results.csv", &["--resume"])).await.status.code(), Some(1));
    let first = log.lock().unwrap().clone();
    assert!(!requests_by_order(first.clone()).is_empty());
    let asked = requests_by_order([first, second.requests()].concat());
    assert!(asked.values().sum::<usize>() < ORDERS + 2 * CONCURRENCY, "{asked:?}");
    assert_eq!(asked.len(), ORDERS);
    assert_eq!(fs::read(folder.join("results.csv")).unwrap(), whole(&second, &folder, "results.csv").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_order_is_looked_up_again_and_no_other() {
    for format in ["csv", "ndjson"] {
        let (sandbox, folder) = begin(&format!("failed-order-{format}")).await;
        let out = format!("results.{format}");
        let pause = sandbox.pause(Endpoint::Find);
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(403));
        let child = command(&sandbox, &folder, &out, &[]).stderr(Stdio::piped()).spawn().unwrap();
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        sandbox.wait_for_requests(Endpoint::Find, CONCURRENCY).await;
        drop(pause);
        assert_eq!(output.await.unwrap().status.code(), Some(3));

        assert_eq!(run(command(&sandbox, &folder, &out, &["--resume"])).await.status.code(), Some(1));
        let asked = requests_by_order(sandbox.requests());
        assert_eq!((asked.len(), asked.values().sum::<usize>()), (ORDERS, ORDERS + 1), "only the failed one once more");
        assert_eq!(fs::read(folder.join(&out)).unwrap(), whole(&sandbox, &folder, &out).await, "{format}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no temporary file is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_line_is_replaced() {
    for format in ["csv", "ndjson"] {
        let (sandbox, folder) = begin(&format!("half-a-line-{format}")).await;
        let out = format!("results.{format}");
        let whole = whole(&sandbox, &folder, &out).await;
        let begun = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in (begun..whole.len()).step_by(whole.len() / 23) {
            fs::write(folder.join(&out), &whole[..cut]).unwrap();
            let before = sandbox.count(Endpoint::Find);
            let resumed = run(command(&sandbox, &folder, &out, &["--resume"])).await;
            assert_eq!(resumed.status.code(), Some(1), "{format} {cut} {}", String::from_utf8_lossy(&resumed.stderr));
            assert!(fs::read(folder.join(&out)).unwrap() == whole, "{format}, cut at {cut}");
            let left = ORDERS - (sandbox.count(Endpoint::Find) - before);
            assert!(left.abs_diff(cut * ORDERS / whole.len()) <= 2, "{format}: {left} kept of {cut} bytes");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_of_other_orders_are_rejected() {
    let (sandbox, folder) = begin("other-orders").await;
    run(command(&sandbox, &folder, "results.csv", &[])).await;
    let orders = fs::read_to_string(folder.join("orders.csv")).unwrap();
    fs::write(folder.join("orders.csv"), orders.replace("order-0007,15900", "order-0007,15901")).unwrap();
    pinned("reconcile_other_orders", None, &run(command(&sandbox, &folder, "results.csv", &["--resume"])).await);
}

/// Excel writes lines that end in `\r\n`, and CP949 for its format "CSV".
#[tokio::test(flavor = "multi_thread")]
async fn results_that_a_spreadsheet_saved_again_are_continued() {
    let (sandbox, folder) = begin("saved-again").await;
    let whole = whole(&sandbox, &folder, "results.csv").await;
    let text = String::from_utf8(whole.clone()).unwrap();
    let rows: Vec<&str> = text.split_inclusive(",match,\n").collect();
    let half = rows[..20].concat();
    let crlf: String = half.split_inclusive(['\n']).map(|line| line.to_owned()).collect();
    let crlf =
        crlf.replace(",match,\n", ",match,\r\n").replace("detail\n", "detail\r\n").replace("payment\n", "payment\r\n");
    for saved in [crlf.clone().into_bytes(), encoding_rs::EUC_KR.encode(&crlf).0.into_owned()] {
        fs::write(folder.join("results.csv"), saved).unwrap();
        let before = sandbox.count(Endpoint::Find);
        let resumed = run(command(&sandbox, &folder, "results.csv", &["--resume"])).await;
        assert_eq!(resumed.status.code(), Some(1), "{}", String::from_utf8_lossy(&resumed.stderr));
        assert!(sandbox.count(Endpoint::Find) - before < ORDERS / 2 + 1, "the saved results are used");
        assert_eq!(String::from_utf8(fs::read(folder.join("results.csv")).unwrap()).unwrap(), text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_that_was_corrected_is_looked_up() {
    let (sandbox, folder) = begin("corrected").await;
    let (bad, good) = (
        "merchant_uid,amount\norder-0001,15900,9\norder-0002,1\n",
        "merchant_uid,amount\norder-0001,15900\norder-0002,1\n",
    );
    for out in ["results.csv", "results.ndjson"] {
        fs::write(folder.join("orders.csv"), bad).unwrap();
        assert_eq!(run(command(&sandbox, &folder, out, &[])).await.status.code(), Some(2));
        fs::write(folder.join("orders.csv"), good).unwrap();
        assert_eq!(run(command(&sandbox, &folder, out, &["--resume"])).await.status.code(), Some(1));
        assert_eq!(fs::read(folder.join(out)).unwrap(), {
            run(command(&sandbox, &folder, &format!("whole-{out}"), &[])).await;
            fs::read(folder.join(format!("whole-{out}"))).unwrap()
        });
        fs::write(folder.join("orders.csv"), bad).unwrap();
        assert_eq!(run(command(&sandbox, &folder, out, &["--resume"])).await.status.code(), Some(2));
        assert!(fs::read_to_string(folder.join(out)).unwrap().contains("bad_row"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resumed_run_with_wrong_credentials_keeps_all_results() {
    for out in ["results.csv", "results.ndjson"] {
        let (sandbox, folder) = begin(&format!("wrong-credentials-{out}")).await;
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(403));
        assert_eq!(run(command(&sandbox, &folder, out, &[])).await.status.code(), Some(3));
        let before = fs::read(folder.join(out)).unwrap();
        let mut wrong = command(&sandbox, &folder, out, &["--resume"]);
        wrong.env("IMP_SECRET", "wrong");
        assert_eq!(run(wrong).await.status.code(), Some(3));
        assert!(fs::read(folder.join(out)).unwrap() == before, "{out}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no temporary file is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn second_interrupt_of_a_resumed_run_leaves_the_results_unchanged() {
    let (sandbox, folder) = begin("second-interrupt").await;
    sandbox.enqueue_response(Endpoint::Find, MockResponse::html(403));
    assert_eq!(run(command(&sandbox, &folder, "results.csv", &[])).await.status.code(), Some(3));
    let before = fs::read(folder.join("results.csv")).unwrap();
    sandbox.clear_requests();
    let pause = sandbox.pause(Endpoint::Find);
    let mut child = command(&sandbox, &folder, "results.csv", &["--resume"]).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_for_requests(Endpoint::Find, 1).await;
    let process = child.id().to_string();
    let interrupt = || assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    interrupt();
    let stderr = child.stderr.take().unwrap();
    let mut lines = BufReader::new(stderr).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("Ctrl-C again"));
    interrupt();
    let last = lines.last().unwrap();
    assert_eq!(last, "  results.csv is unchanged; run the same command with --resume to continue.");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    drop(pause);
    assert!(fs::read(folder.join("results.csv")).unwrap() == before);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no temporary file is left");
}
