//! The list of the public API.
//!
//! rustdoc's JSON is unstable, so its format belongs to one release of Rust and one release of the reader
//! (`tests/programs/public_api`). The list is made with that release alone.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{Place, run};

const RUST: &str = "1.95.0";
const FORMAT: &str = "\"format_version\":57";
const SNAPSHOT: &str = "tests/snapshots/public-api.txt";

/// The toolchain in use, if it is the right release, or else rustup's.
pub(crate) struct Toolchain(Option<&'static str>);

impl Toolchain {
    pub(crate) fn find() -> Result<Self, String> {
        let is_right = |toolchain: &Self| {
            let version = toolchain.command("rustc").arg("--version").stderr(Stdio::null()).output();
            version.is_ok_and(|version| version.stdout.starts_with(format!("rustc {RUST} ").as_bytes()))
        };
        [Self(None), Self(Some(RUST))].into_iter().find(is_right).ok_or_else(|| {
            format!(
                "Rust {RUST} is not installed, and the list of the public API is made with it: run `rustup toolchain install \
                 {RUST} --profile minimal`, and then this again"
            )
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if let Some(toolchain) = self.0 {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }
}

/// Writes the list, or compares it with the one that is checked in.
pub(crate) fn public_api(place: &Place, toolchain: &Toolchain, update: bool) -> Result<(), String> {
    let mut rustdoc = toolchain.command("cargo");
    rustdoc.args(["rustdoc", "--locked", "--quiet", "--package", "iamport", "--lib", "--all-features", "--"]);
    rustdoc.args(["-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    run(rustdoc.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &place.target).current_dir(&place.root))?;
    let json = place.target.join("doc/iamport.json");
    let text = read(&json)?;
    if !text.contains(FORMAT) {
        return Err(format!("Rust {RUST} does not write {FORMAT}"));
    }
    let programs = place.root.join("tests/programs");
    fs::copy(place.root.join("Cargo.lock"), programs.join("Cargo.lock")).map_err(|error| error.to_string())?;
    let mut lister = toolchain.command("cargo");
    lister.args(["run", "--quiet", "--package", "public_api", "--"]).arg(&json).stderr(Stdio::inherit());
    let list = lister.env("CARGO_TARGET_DIR", &place.target).current_dir(programs).output();
    let list = list.map_err(|error| format!("cannot run cargo: {error}"))?;
    if !list.status.success() {
        return Err(format!("the reader of the list: {}", list.status));
    }
    let snapshot = place.root.join(SNAPSHOT);
    if update {
        return fs::write(&snapshot, list.stdout).map_err(|error| format!("cannot write {SNAPSHOT}: {error}"));
    }
    let (old, new) = (read(&snapshot)?, String::from_utf8_lossy(&list.stdout).into_owned());
    if old == new {
        return Ok(());
    }
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
    old.difference(&new).for_each(|line| eprintln!("-{line}"));
    new.difference(&old).for_each(|line| eprintln!("+{line}"));
    Err(format!("the public API differs from {SNAPSHOT}; if that is meant, run `cargo xtask regenerate`"))
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}
