//! Helpers of the benchmarks: the baseline, the server, the bodies, and the table of ratios.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "each benchmark uses its part, prints its figures, and may fail by panicking"
)]

pub(crate) mod baseline;
pub(crate) mod server;
pub(crate) mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use iamport::{Client, ClientBuilder};

pub(crate) const PAYMENT: &str = include_str!("../../tests/wire/find-paid-card.json");
pub(crate) const PAGE: &str = include_str!("../../tests/wire/billing-page-1-of-2.json");
pub(crate) const TOKEN: &str = include_str!("../../tests/wire/token.json");
pub(crate) const PAYMENTS_A_PAGE: usize = 20;

/// The measured client, with default settings.
pub(crate) fn client(base_url: &str) -> Client {
    builder(base_url).build().unwrap()
}

/// The measured client, with validation.
#[cfg(feature = "validate")]
pub(crate) fn validating_client(base_url: &str) -> Client {
    use iamport::{Validation, validate::Severity};

    let violated = |report: &iamport::validate::Report| report.max_severity() == Some(Severity::Violation);
    builder(base_url).validation(Validation::observe(move |_, _, report| assert!(!violated(report)))).build().unwrap()
}

fn builder(base_url: &str) -> ClientBuilder {
    Client::builder().credentials("imp_key", "imp_secret").base_url(base_url)
}

/// Builds the command as `cargo install` does.
pub(crate) fn command() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("footprint/command");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--package", "iamport-cli", "--quiet"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.env("CARGO_TARGET_DIR", &target).status().unwrap().success());
    target.join("release/iamport")
}

/// The peak memory of this process, in KiB.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
