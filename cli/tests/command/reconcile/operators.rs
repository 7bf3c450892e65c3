//! What operators of scheduled runs need.

use std::{
    fs,
    process::{Command, Stdio},
};

use iamport::sandbox::Endpoint;

use super::{folder, many, reconcile};
use crate::{common::start, of};

#[tokio::test(flavor = "multi_thread")]
async fn quiet_run_prints_results_and_errors_only() {
    let (sandbox, _) = start().await;
    let folder = folder("quiet");
    many(&sandbox, &folder);
    let quiet = reconcile(&sandbox, &folder, &["orders.csv", "--quiet"]).await;
    assert_eq!((quiet.status.code(), quiet.stderr.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&quiet.stderr));
    assert_eq!(quiet.stdout, reconcile(&sandbox, &folder, &["orders.csv"]).await.stdout);
    let failed = reconcile(&sandbox, &folder, &["nothing.csv", "-q"]).await;
    assert!(failed.status.code() == Some(2) && !failed.stderr.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_first_invalid_rows_are_named() {
    let (sandbox, _) = start().await;
    let folder = folder("many_bad_rows");
    fs::write(folder.join("orders.csv"), "merchant_uid,amount,status\n".to_owned() + &"order-1,1,x\n".repeat(5000))
        .unwrap();
    let output = reconcile(&sandbox, &folder, &["orders.csv"]).await;
    let notes = String::from_utf8(output.stderr).unwrap();
    assert_eq!(notes.matches("invalid status").count(), 20);
    assert!(notes.contains("\norders.csv: 4980 more rows with the result bad_row\n"), "{notes}");

    // Nobody reads standard error, and the run ends nevertheless.
    let mut command = of(&sandbox, &["reconcile", "orders.csv"]);
    let mut child = command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(2));

    // Nor is a header of many columns named in full.
    let names: Vec<String> = (0..20_000).map(|number| format!("열{number}")).collect();
    fs::write(folder.join("wide.csv"), format!("주문번호,{}\n", names.join(","))).unwrap();
    let notes = reconcile(&sandbox, &folder, &["wide.csv", "--column", "amount=총액"]).await.stderr;
    let notes = String::from_utf8(notes).unwrap();
    assert!(notes.len() < 1_000 && notes.contains("열18 and 19981 more; name one"), "{notes}");
    assert!(notes.contains("has no column 총액 (--column amount)"), "{notes}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn hangup_interrupts_a_run_unless_nohup_ignores_it() {
    let (sandbox, _) = start().await;
    let folder = folder("hangup");
    many(&sandbox, &folder);
    // A test that runs under `nohup` hands the ignored signal down.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
    let is_ignored = u64::from_str_radix(ignored, 16).unwrap() & 1 == 1;
    for (prefix, status) in [("exec", if is_ignored { 0 } else { 3 }), ("trap '' HUP; exec", 0)] {
        sandbox.clear_requests();
        let pause = sandbox.pause(Endpoint::FindAll);
        let script = format!("{prefix} {} reconcile orders.csv --thorough", env!("CARGO_BIN_EXE_iamport"));
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("IMP_KEY", sandbox.key()).env("IMP_SECRET", sandbox.secret());
        let mut child = command.env("IMP_BASE_URL", sandbox.base_url()).spawn().unwrap();
        sandbox.wait_for_requests(Endpoint::FindAll, 8).await;
        assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap().success());
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        drop(pause);
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        assert_eq!(ended.code(), Some(status), "{prefix}");
    }
}
