//! The command as its users see it: results on standard output, the rest on standard error, exit statuses 0 to 3.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

#[path = "../../../tests/common/mod.rs"]
mod common;

/// Compares the transcript with a snapshot at the call.
macro_rules! pinned {
    ($sandbox:expr, $output:expr, @$snapshot:literal) => {
        insta::assert_snapshot!($crate::masked($sandbox, &$output), @$snapshot)
    };
}

mod capture;
mod check;
mod failures;
mod find;
mod partial;
mod payments;
mod picture;
mod readme;
mod reconcile;
mod redact;
mod sandbox;
mod spec;
mod streams;
mod terminal;
mod usage;
mod validate;
mod validate_input;
mod verify;
mod watch;

use std::process::{Command, Output, Stdio};

use iamport::sandbox::Sandbox;

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamport"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

fn of(sandbox: &Sandbox, args: &[&str]) -> Command {
    let mut command = command(args);
    command.env("IMP_KEY", sandbox.key()).env("IMP_SECRET", sandbox.secret()).env("IMP_BASE_URL", sandbox.base_url());
    command
}

/// Runs a command on another thread, so that the sandbox can respond to it.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Returns the exit status, standard output and standard error as one text.
fn transcript(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

/// Returns the transcript. The port of the sandbox, which differs each time, is masked.
fn masked(sandbox: Option<&Sandbox>, output: &Output) -> String {
    let text = transcript(output);
    let address = sandbox.map(Sandbox::base_url).or_else(|| text.split(' ').find(|word| word.contains("http://127")));
    match address.and_then(|address| address.lines().next()) {
        Some(address) => text.replace(address, "http://127.0.0.1:PORT"),
        None => text,
    }
}

/// Compares the transcript with a snapshot in a file.
fn pinned(name: &str, sandbox: Option<&Sandbox>, output: &Output) {
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots",
    }, {
        insta::assert_snapshot!(name, masked(sandbox, output));
    });
}
