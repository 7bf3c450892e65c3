//! The command in a real terminal: colours, progress, width.

use std::{fs, io::Read};

use iamport::sandbox::{Endpoint, Sandbox};
use pty_process::{
    Size,
    blocking::{Command, open},
};

use super::reconcile::folder;
use crate::common::{fill, numbered, start};

/// Returns everything that a command writes to a terminal of that many columns, and its exit status.
async fn shown(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> (String, i32) {
    let keys = [("IMP_KEY", sandbox.key()), ("IMP_SECRET", sandbox.secret()), ("IMP_BASE_URL", sandbox.base_url())];
    let variables = [&keys[..], &[("TERM", "xterm-256color")], variables].concat();
    let command = Command::new(env!("CARGO_BIN_EXE_iamport")).args(args).env_clear().envs(variables);
    let run = move || {
        let (mut terminal, end) = open().unwrap();
        terminal.resize(Size::new(24, columns)).unwrap();
        let mut child = command.spawn(end).unwrap();
        // On Linux, reading the terminal of a process that has ended is an error.
        let mut shown = Vec::new();
        let _ = terminal.read_to_end(&mut shown);
        (String::from_utf8(shown).unwrap(), child.wait().unwrap().code().unwrap())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Removes escape sequences.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|part| part.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).get(1..).unwrap_or_default());
    first + &rest.collect::<String>()
}

#[tokio::test(flavor = "multi_thread")]
async fn terminals_get_colours_unless_no_color_is_set() {
    let (sandbox, _) = start().await;
    sandbox.upsert_payment(numbered("주문-0001", 15900, 1).billing_key("cust_0001").paid());
    sandbox.upsert_payment(numbered("order-0002", 100, 2).billing_key("cust_0001").failed("한도 초과"));
    let args = ["payments", "cust_0001"];
    let (coloured, status) = shown(&sandbox, 120, &args, &[]).await;
    assert_eq!(status, 0);
    for expected in ["\u{1b}[32mpaid\u{1b}[0m", "\u{1b}[31mfailed\u{1b}[0m"] {
        assert!(coloured.contains(expected), "{coloured:?}");
    }
    let (unadorned, _) = shown(&sandbox, 120, &args, &[("NO_COLOR", "1")]).await;
    assert!(!unadorned.contains('\u{1b}'), "{unadorned:?}");
    assert_eq!(plain(&coloured), unadorned, "colours move nothing");
    let expected = "ORDER       STATUS      AMOUNT  METHOD  PAID AT (KST)        BUYER  IMP_UID\r\n\
        주문-0001   paid    15,900 KRW  card    2024-03-06 19:48:49  홍**   imps_000000000001\r\n\
        order-0002  failed     100 KRW  card                         홍**   imps_000000000002\r\n";
    assert_eq!(unadorned, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_shown_for_long_listings_only() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 45);
    let (short, _) = shown(&sandbox, 120, &["payments", "cust_0001"], &[]).await;
    assert!(!short.contains("payments,"), "{short:?}");

    fill(&sandbox, 300);
    let (long, _) = shown(&sandbox, 120, &["payments", "cust_0001"], &[]).await;
    let (progress, table) = plain(&long).split_once("ORDER").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(progress.contains("100 payments,"), "{progress:?}");
    assert!(!table.contains("payments,") && table.lines().count() == 301, "{table:?}");
    // The bar does not break lines that are written to the same terminal.
    let (lines, _) = shown(&sandbox, 120, &["payments", "cust_0001", "--format", "ndjson"], &[]).await;
    assert!(lines.lines().all(|line| line.starts_with('{') && line.ends_with('}')), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_bar_fits_the_terminal() {
    let (sandbox, _) = start().await;
    fill(&sandbox, 150);
    let folder = folder("terminal");
    let (orders, out) = (folder.join("orders.csv"), folder.join("results.csv"));
    let lines: String = (1..=150).map(|number| format!("sub-{number:04},22000\n")).collect();
    fs::write(&orders, format!("merchant_uid,amount\n{lines}")).unwrap();
    let args = ["reconcile", orders.to_str().unwrap(), "--output", out.to_str().unwrap(), "--no-bulk"];
    let (text, status) = shown(&sandbox, 60, &args, &[]).await;
    assert_eq!((status, sandbox.count(Endpoint::FindAll)), (0, 150));
    let bars: Vec<String> =
        plain(&text).split(['\r', '\n']).filter(|line| line.contains("/150 orders")).map(ToOwned::to_owned).collect();
    assert!(!bars.is_empty(), "{text:?}");
    assert!(bars.iter().all(|bar| bar.chars().count() <= 60), "{bars:?}");
    assert!(plain(&text).contains("match    150\r\n"), "{text:?}");
}
