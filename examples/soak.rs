//! 200,000 calls by 64 tasks against a sandbox that fails one time in ten: every response must match its request, none is
//! lost, and memory stays constant.
//!
//! ```sh
//! cargo run --release --features sandbox --example soak
//! cargo run --release --features sandbox --example soak -- disturbed
//! ```
//!
//! With `disturbed`, 16 more tasks list payments and pause at random between them, and 16 more drop their calls after a random
//! time. A listing must contain each of its payments once and in order.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it prints its results and may fail by panicking")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use iamport::{
    Client, RetryConfig,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};

const TASKS: usize = 64;
const CALLS: usize = 200_000;
/// The number of calls between two measurements of memory.
const STEP: usize = 20_000;
/// The payments of the billing key that the disturbed tasks list: 15 pages.
const LISTED: usize = 300;

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let sandbox = Sandbox::start().await.unwrap();
    for task in 0..TASKS {
        sandbox
            .upsert_payment(PaymentFixture::new(&order(task), amount(task)).billing_key(&format!("key-{task}")).paid());
    }
    for order in (0..LISTED).map(|order| format!("listed-{order:03}")) {
        sandbox.upsert_payment(PaymentFixture::new(&order, 500).billing_key("listed").paid());
    }
    for (endpoint, seed) in [(Endpoint::Find, 1), (Endpoint::List, 2), (Endpoint::Token, 3)] {
        sandbox.inject_random_faults(endpoint, faults(), 10, seed);
    }
    // With eight retries, one call in a billion fails.
    let retry = RetryConfig::new().max_retries(8).initial_backoff(Duration::from_millis(1));
    let client = sandbox.client().retry(retry.max_backoff(Duration::from_millis(20))).build().unwrap();

    let (begun, made) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(work(client.clone(), task, Arc::clone(&made)))).collect();
    let ended = Arc::new(AtomicBool::new(false));
    let disturbed = if std::env::args().any(|argument| argument == "disturbed") { 16 } else { 0 };
    let listings: Vec<_> = (0..disturbed).map(|_| tokio::spawn(list(client.clone(), Arc::clone(&ended)))).collect();
    let dropped: Vec<_> =
        (0..disturbed).map(|_| tokio::spawn(drop_calls(client.clone(), Arc::clone(&ended)))).collect();
    let mut asked = 0;
    for step in (0..=CALLS).step_by(STEP) {
        while made.load(Ordering::Relaxed) < step {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The request log of the sandbox must not count.
        asked += sandbox.clear_requests();
        println!("{step:>7} calls, {:>6} KiB resident", resident());
    }
    let mut responses = 0;
    for task in tasks {
        responses += task.await.unwrap();
    }
    let took = begun.elapsed();
    ended.store(true, Ordering::Relaxed);
    let (mut complete, mut finished, mut abandoned) = (0, 0, 0);
    for task in listings {
        complete += task.await.unwrap();
    }
    for task in dropped {
        let (responses, without) = task.await.unwrap();
        (finished, abandoned) = (finished + responses, abandoned + without);
    }
    asked += sandbox.clear_requests();
    assert_eq!(responses, CALLS, "each call has a response");
    println!("{responses} correct responses in {took:.1?} ({:.0}/s)", responses as f64 / took.as_secs_f64());
    if disturbed == 0 {
        println!("{asked} requests: {} failed, or had an expired token", asked - responses);
    } else {
        assert!(complete > 0 && finished > 0 && abandoned > 0, "{complete} {finished} {abandoned}");
        println!("{complete} complete listings of {LISTED} payments; {finished} calls in time, {abandoned} dropped");
    }
}

/// Lists payments with random pauses, and returns the number of complete listings.
async fn list(client: Client, ended: Arc<AtomicBool>) -> usize {
    let mut complete = 0;
    while !ended.load(Ordering::Relaxed) {
        let mut payments = client.billing_key_payments("listed").items();
        let mut orders = Vec::new();
        while let Some(payment) = payments.next().await {
            orders.push(payment.unwrap().merchant_uid);
            if fastrand::u8(..10) == 0 {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(..20))).await;
            }
        }
        let expected: Vec<_> = (0..LISTED).map(|order| format!("listed-{order:03}")).collect();
        assert_eq!(orders, expected);
        complete += 1;
    }
    complete
}

/// Drops calls after a random time. Returns how many were finished before, and how many were not.
async fn drop_calls(client: Client, ended: Arc<AtomicBool>) -> (usize, usize) {
    let (mut finished, mut abandoned) = (0, 0);
    while !ended.load(Ordering::Relaxed) {
        let about = fastrand::usize(..TASKS);
        let call = client.find_payment(order(about)).send();
        match tokio::time::timeout(Duration::from_micros(fastrand::u64(..30_000)), call).await {
            Ok(payment) => {
                let payment = payment.unwrap().unwrap();
                assert_eq!((payment.merchant_uid, payment.amount), (order(about), amount(about).into()));
                finished += 1;
            }
            Err(_) => abandoned += 1,
        }
    }
    (finished, abandoned)
}

/// Makes calls for different payments, and checks every response.
async fn work(client: Client, task: usize, made: Arc<AtomicUsize>) -> usize {
    let mut responses = 0;
    for call in 0..CALLS / TASKS {
        let about = (task + call) % TASKS;
        let payment = if call % 10 == 0 {
            let mut page = client.billing_key_payments(format!("key-{about}")).await.unwrap();
            assert_eq!(page.list.len(), 1);
            page.list.pop().unwrap()
        } else {
            client.find_payment(order(about)).await.unwrap().unwrap()
        };
        assert_eq!((payment.merchant_uid, payment.amount), (order(about), amount(about).into()));
        responses += 1;
        made.fetch_add(1, Ordering::Relaxed);
    }
    responses
}

fn order(task: usize) -> String {
    format!("order-{task:04}")
}

fn amount(task: usize) -> u64 {
    1_000 + task as u64
}

/// Transient faults.
fn faults() -> Vec<Fault> {
    vec![
        Fault::ResetInHeaders,
        Fault::ResetInBody,
        Fault::LengthTooLong,
        MockResponse::html(502).into(),
        MockResponse::html(503).header("retry-after", "0").into(),
        MockResponse::json(429, r#"{"code":-1,"message":null,"response":null}"#).into(),
    ]
}

/// Resident memory in KiB; 0 on systems without `/proc`.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
