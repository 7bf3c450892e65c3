//! 200,000 calls by 64 tasks against a sandbox that fails one time in ten: every response must match its request, none is
//! lost, and memory stays constant.
//!
//! ```sh
//! cargo run --release --features sandbox --example soak
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it prints its results and may fail by panicking")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
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

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let sandbox = Sandbox::start().await.unwrap();
    for task in 0..TASKS {
        sandbox
            .upsert_payment(PaymentFixture::new(&order(task), amount(task)).billing_key(&format!("key-{task}")).paid());
    }
    for (endpoint, seed) in [(Endpoint::Find, 1), (Endpoint::List, 2), (Endpoint::Token, 3)] {
        sandbox.inject_random_faults(endpoint, faults(), 10, seed);
    }
    // With eight retries, one call in a billion fails.
    let retry = RetryConfig::new().max_retries(8).initial_backoff(Duration::from_millis(1));
    let client = sandbox.client().retry(retry.max_backoff(Duration::from_millis(20))).build().unwrap();

    let (begun, made) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(work(client.clone(), task, Arc::clone(&made)))).collect();
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
    asked += sandbox.clear_requests();
    let took = begun.elapsed();
    assert_eq!(responses, CALLS, "each call has a response");
    println!("{responses} correct responses in {took:.1?} ({:.0}/s)", responses as f64 / took.as_secs_f64());
    println!("{asked} requests: {} failed, or had an expired token", asked - responses);
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
