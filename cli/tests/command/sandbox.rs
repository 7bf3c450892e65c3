//! `iamport sandbox` serves clients in any language.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    time::Duration,
};

use iamport::{Client, sandbox::Endpoint};

use super::{command, run};
use crate::common::repository;

/// A timeout that only a failing test reaches.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sandbox in a separate process, and its first output.
pub(crate) struct Running {
    child: Child,
    pub(crate) greeting: String,
}

impl Running {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = command(&[&["sandbox"], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let mut greeting: Vec<String> = lines.by_ref().take_while(|line| !line.contains("payments/find")).collect();
        greeting.push(String::new());
        Self { child, greeting: greeting.join("\n") }
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.greeting
            .lines()
            .find_map(|line| line.trim().strip_prefix("export ")?.strip_prefix(name)?.strip_prefix('='))
            .unwrap()
    }

    fn client(&self) -> Client {
        let builder = Client::builder().base_url(self.value("IMP_BASE_URL"));
        builder.credentials(self.value("IMP_KEY"), self.value("IMP_SECRET")).build().unwrap()
    }

    /// Reads standard error until a line contains `text`, and returns that line.
    fn log_until(&mut self, text: &str) -> String {
        let lines = BufReader::new(self.child.stderr.as_mut().unwrap()).lines();
        lines.map(Result::unwrap).find(|line| line.contains(text)).unwrap()
    }

    /// Sends a signal.
    fn kill(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Interrupts the process. Returns its exit status and its standard error.
    pub(crate) fn interrupt(mut self) -> (Option<i32>, String) {
        self.kill("-INT");
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_sandbox_exits_0_and_has_logged_its_requests() {
    let running = Running::start(&["--payments", "3", "--latency", "1ms"]);
    let client = running.client();
    assert!(client.find_payment("order-0003").await.unwrap().unwrap().verify(15900, "KRW").is_ok());
    assert!(client.find_payment("order-0004").await.unwrap().is_none());
    assert_eq!(client.billing_key_payments("cust_0001").await.unwrap().total, Some(3));

    let (status, log) = running.interrupt();
    assert_eq!(status, Some(0));
    // Without the time of each line.
    let log: Vec<&str> = log.lines().map(|line| line.get(24..).unwrap_or(line)).collect();
    let expected = [
        "200 POST /users/getToken",
        "200 GET /payments/find/order-0003",
        "404 GET /payments/find/order-0004",
        "200 GET /subscribe/customers/cust_0001/payments?page=1",
        "stopped",
    ];
    assert_eq!(log, expected);
}

/// An unread pipe is full after 64 KiB.
#[tokio::test(flavor = "multi_thread")]
async fn unread_standard_error_delays_neither_requests_nor_the_end() {
    let mut running = Running::start(&["--payments", "1"]);
    let client = running.client();
    let requests = async {
        for _ in 0..200 {
            assert!(client.find_payment("o".repeat(1_000)).await.unwrap().is_none());
        }
    };
    tokio::time::timeout(PATIENCE, requests).await.unwrap();
    running.kill("-TERM");
    let ended = async {
        while running.child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let ended = tokio::time::timeout(PATIENCE, ended).await;
    running.child.kill().unwrap();
    assert!(ended.is_ok());
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

/// 100,000 payments take less than 300 MB.
#[cfg(target_os = "linux")]
#[test]
fn payment_of_the_sandbox_takes_less_than_3_kb() {
    let peak = |payments: &str| {
        let running = Running::start(&["--payments", payments]);
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")).unwrap();
        running.interrupt();
        peak.parse::<u64>().unwrap() * 1024
    };
    let (few, many) = (peak("1000"), peak("11000"));
    assert!(many - few < 10_000 * 3_000, "{few} and {many} bytes");
}

/// The sandbox posts a webhook for a payment that another program puts.
#[tokio::test(flavor = "multi_thread")]
async fn put_payment_sends_webhook() {
    let (receiver, _) = crate::common::start().await;
    let url = format!("{}/webhook", receiver.base_url());
    let mut running = Running::start(&["--payments", "3", "--webhook", &url, "--webhook-format", "form"]);
    let put = format!("{}/_sandbox/payments", running.value("IMP_BASE_URL"));
    let body = r#"{"imp_uid":"imp_1","merchant_uid":"order-0009","amount":100}"#;
    let response = iamport::reqwest::Client::new().post(put).body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(running.client().find_payment("order-0009").await.unwrap().is_some());
    receiver.wait_for_requests(Endpoint::Other, 1).await;
    let log = running.log_until("webhook");
    assert!(log.ends_with("501 webhook for imp_1"), "{log}");
    running.interrupt();
    let requests = receiver.requests();
    assert_eq!((requests.len(), requests[0].target.as_str()), (1, "/webhook"), "no webhook for the initial payments");
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_bodies_are_served() {
    let file = repository().join("tests/wire/billing-page-1-of-2.json");
    let running = Running::start(&["--data", file.to_str().unwrap(), "--plain-array"]);
    assert!(running.greeting.starts_with("The sandbox responds like api.iamport.kr. It has 20 payments of the file."));
    running.interrupt();

    let file = repository().join("tests/wire/find-paid-2021.json");
    let running = Running::start(&["--data", file.to_str().unwrap(), "--payments", "1"]);
    assert!(running.client().find_payment("order-0001").await.unwrap().is_some());
    assert!(
        running.greeting.contains("It has order-0001 of the billing key cust_0001, and 1 payment of the file."),
        "{}",
        running.greeting
    );
    running.interrupt();

    let folder = super::reconcile::folder("sandbox-data");
    let file = folder.join("payments.json");
    std::fs::write(&file, r#"[{"merchant_uid":"short-1","amount":100},{"merchant_uid":"short-2","amount":200}]"#)
        .unwrap();
    let running = Running::start(&["--data", file.to_str().unwrap()]);
    let page = running.client().list_payments().await.unwrap();
    let orders: Vec<_> = page.list.iter().map(|payment| payment.merchant_uid.as_str()).collect();
    assert_eq!(orders, ["short-1", "short-2"], "paid now");
    running.interrupt();
}

/// A script waits for the file, not for a line of the output.
#[tokio::test(flavor = "multi_thread")]
async fn quiet_sandbox_writes_a_file_of_variables() {
    let file = super::reconcile::folder("sandbox-env").join("sandbox.env");
    let keys = ["--key", "k-1", "--secret", "s_1", "--host", "0.0.0.0"];
    let mut command = command(&[&["sandbox", "--quiet", "--env-file", file.to_str().unwrap()], &keys[..]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let written = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, written).await.unwrap();
    let variables = std::fs::read_to_string(&file).unwrap();
    let [url, "IMP_KEY=k-1", "IMP_SECRET=s_1"] = variables.lines().collect::<Vec<_>>()[..] else {
        panic!("{variables}")
    };
    let url = url.strip_prefix("IMP_BASE_URL=").unwrap();
    let client = Client::builder().base_url(url).credentials("k-1", "s_1").build().unwrap();
    assert!(client.find_payment("order-0001").await.unwrap().is_some());
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let (mut out, mut log) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!((child.wait().unwrap().code(), out.as_str(), log.as_str()), (Some(0), "", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_are_run_at_the_start() {
    let running = Running::start(&["--scenario", "paid_twice", "--scenario", "wrong_amount"]);
    let client = running.client();
    assert!(client.verify_order("paid_twice", 15900, "KRW").await.unwrap().is_paid_twice());
    assert!(!client.verify_order("wrong_amount", 15900, "KRW").await.unwrap().is_paid());
    running.interrupt();
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_payments_are_of_the_last_days() {
    let running = Running::start(&[]);
    assert_eq!(running.client().list_payments().await.unwrap().total, Some(45));
    running.interrupt();
    let running = Running::start(&["--time", "2024-03-06T20:32:02+09:00"]);
    let first = running.client().find_payment("order-0001").await.unwrap().unwrap();
    assert_eq!(first.paid_at.unwrap().as_secs(), 1_709_722_069);
    running.interrupt();
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_settings_and_data_match_their_snapshots() {
    let running = Running::start(&[]);
    let port = running.value("IMP_BASE_URL").rsplit(':').next().unwrap();
    pinned!(None, run(command(&["sandbox", "--port", port])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: the sandbox cannot listen on this port: Address already in use (os error 98)
      Without --port the sandbox takes a free port.
    ");
    running.interrupt();
    pinned!(None, run(command(&["sandbox", "--webhook", "127.0.0.1/hook"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: --webhook: invalid webhook URL: expected http://HOST:PORT/PATH or https://HOST:PORT/PATH
    ");
    let mut data = command(&["sandbox", "--data", "tests/wire/nothing.json"]);
    data.current_dir(repository());
    pinned!(None, run(data).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: tests/wire/nothing.json cannot be read: No such file or directory (os error 2)
    ");
    let mut data = command(&["sandbox", "--data", "Cargo.toml"]);
    data.current_dir(repository());
    pinned!(None, run(data).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: Cargo.toml is not JSON: expected value at line 1 column 2
    ");
    let mut data = command(&["sandbox", "--data", "tests/wire/token.json"]);
    data.current_dir(repository());
    pinned!(None, run(data).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: tests/wire/token.json: record 1 is not a payment: invalid payment: expected an object with `merchant_uid` and `amount`
    ");
}

/// Runs the `curl` command of the greeting in a shell.
#[tokio::test(flavor = "multi_thread")]
async fn commands_of_the_greeting_work() {
    let running = Running::start(&["--payments", "45"]);
    let (_, script) = running.greeting.split_once("another terminal:\n").unwrap();
    let url = running.value("IMP_BASE_URL");
    let script = format!("{script}  curl -s -H \"Authorization: Bearer $TOKEN\" {url}/payments/find/order-0001");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(
        String::from_utf8(output.stdout).unwrap().contains(r#""merchant_uid":"order-0001""#),
        "curl and sed are needed: {}",
        String::from_utf8(output.stderr).unwrap()
    );
    running.interrupt();
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_are_written_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(run(command(&["completions", shell])).await.stdout).unwrap();
        assert!(script.contains("reconcile") || script.contains("verify"), "{shell}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn man_pages_are_written_for_every_command() {
    let directory = tempfile::tempdir().unwrap();
    let pages = directory.path().join("share/man1");
    let output = run(command(&["man", pages.to_str().unwrap()])).await;
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    for (page, text) in [("iamport", "reconcile"), ("iamport-reconcile", "ORDERS"), ("iamport-spec-diff", "vendor")] {
        let page = std::fs::read_to_string(pages.join(format!("{page}.1"))).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS") && page.contains(text), "{page}");
    }
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output = run(command(&["man", file.to_str().unwrap()])).await;
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && message.starts_with("iamport: cannot write to "), "{message}");
}
