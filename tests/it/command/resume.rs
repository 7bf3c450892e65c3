//! `iamport reconcile --resume`: however a run ends, the next one neither asks twice nor skips.

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
    let args = ["reconcile", "orders.csv", "--output", out, "--concurrency", &concurrency];
    let mut command = of(sandbox, &[&args, more].concat());
    command.current_dir(folder);
    command
}

/// How often each order was asked for.
fn asked(requests: Vec<Request>) -> BTreeMap<String, usize> {
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

/// What a run that nothing stops writes.
async fn whole(sandbox: &Sandbox, folder: &Path, out: &str) -> Vec<u8> {
    let whole = format!("whole-{out}");
    let output = run(command(sandbox, folder, &whole, &[])).await;
    assert_eq!(output.status.code(), Some(1));
    fs::read(folder.join(whole)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_interruption() {
    for format in ["csv", "json", "ndjson"] {
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
        if format == "json" {
            let half: serde_json::Value = serde_json::from_slice(&fs::read(folder.join(&out)).unwrap()).unwrap();
            assert_eq!(half.as_array().unwrap().len(), CONCURRENCY);
        }

        let resumed = run(command(&sandbox, &folder, &out, &["--resume"])).await;
        pinned("reconcile_resumed", None, &resumed);
        assert_eq!(asked(sandbox.requests()), each_once(), "{format}");
        assert_eq!(fs::read(folder.join(&out)).unwrap(), whole(&sandbox, &folder, &out).await, "{format}");

        // Once more: there is nothing left to ask.
        let before = sandbox.count(Endpoint::Find);
        pinned("reconcile_resumed", None, &run(command(&sandbox, &folder, &out, &["--resume"])).await);
        assert_eq!(sandbox.count(Endpoint::Find), before);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing is left lying around");
    }
}

/// The service goes away, and comes back.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failing_network() {
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
    // What is on its way is answered; what comes later meets nobody.
    first.stop().await;
    drop(pause);
    let output = output.await.unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.ends_with("the same command with --resume goes on from there.\n"), "{told}");

    let second = Sandbox::builder().port(port).start().await.unwrap();
    fill(&second);
    assert_eq!(run(command(&second, &folder, "results.csv", &["--resume"])).await.status.code(), Some(1));
    let first = log.lock().unwrap().clone();
    assert!(!asked(first.clone()).is_empty());
    assert_eq!(asked([first, second.requests()].concat()), each_once());
    assert_eq!(fs::read(folder.join("results.csv")).unwrap(), whole(&second, &folder, "results.csv").await);
}

/// One answer is lost; those behind it are kept for later.
#[tokio::test(flavor = "multi_thread")]
async fn after_an_answer_that_never_came() {
    for format in ["csv", "json", "ndjson"] {
        let (sandbox, folder) = begin(&format!("never-came-{format}")).await;
        let out = format!("results.{format}");
        let pause = sandbox.pause(Endpoint::Find);
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(403));
        let child = command(&sandbox, &folder, &out, &[]).stderr(Stdio::piped()).spawn().unwrap();
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        sandbox.wait_for_requests(Endpoint::Find, CONCURRENCY).await;
        drop(pause);
        assert_eq!(output.await.unwrap().status.code(), Some(3));

        assert_eq!(run(command(&sandbox, &folder, &out, &["--resume"])).await.status.code(), Some(1));
        let asked = asked(sandbox.requests());
        assert_eq!((asked.len(), asked.values().sum::<usize>()), (ORDERS, ORDERS + 1), "only the lost one once more");
        assert_eq!(fs::read(folder.join(&out)).unwrap(), whole(&sandbox, &folder, &out).await, "{format}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing is left lying around");
    }
}

/// The machine went down in the middle of a line.
#[tokio::test(flavor = "multi_thread")]
async fn after_half_a_line() {
    for format in ["csv", "json", "ndjson"] {
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
async fn with_other_orders() {
    let (sandbox, folder) = begin("other-orders").await;
    run(command(&sandbox, &folder, "results.csv", &[])).await;
    let orders = fs::read_to_string(folder.join("orders.csv")).unwrap();
    fs::write(folder.join("orders.csv"), orders.replace("order-0007,15900", "order-0007,15901")).unwrap();
    pinned("reconcile_other_orders", None, &run(command(&sandbox, &folder, "results.csv", &["--resume"])).await);
}
