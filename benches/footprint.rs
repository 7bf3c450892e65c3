//! The cost of a build with the crate, compared with the packages of a client written by hand: clean builds, the number of
//! packages, a rebuild after a change of the document; and the size and start of the command.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and may fail by panicking"
)]

mod support;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use support::{command, table};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const STARTS: usize = 101;

const BY_HAND: &str = r#"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "rustls"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", default-features = false, features = ["sync", "time"] }
"#;

fn main() {
    let ours = format!("iamport = {{ path = {ROOT:?} }}\n");
    let checked_in = format!("iamport = {{ path = {ROOT:?}, default-features = false, features = [\"rustls\"] }}\n");
    let baseline = Empty::new("by-hand", BY_HAND);
    let (ours, checked_in) = (Empty::new("ours", &ours), Empty::new("without-codegen", &checked_in));
    let [by_hand_took, ours_took, checked_in_took] = [&baseline, &ours, &checked_in].map(Empty::clean_build);
    table::head("building");
    for (name, took, wanted) in [
        ("clean debug build, ours ÷ by hand", ours_took, "≤ 1.5"),
        ("the same without the feature `codegen`", checked_in_took, "≤ 1.05"),
    ] {
        table::row(name, Some(took.as_secs_f64() / by_hand_took.as_secs_f64()), wanted);
    }
    println!("| the clean build by hand | {:.0} s | |", by_hand_took.as_secs_f64());
    println!(
        "| packages, ours / without `codegen` / by hand | {} / {} / {} | |",
        ours.packages(),
        checked_in.packages(),
        baseline.packages()
    );

    let now = SystemTime::now();
    File::options().append(true).open(Path::new(ROOT).join("openapi/iamport.yaml")).unwrap().set_modified(now).unwrap();
    let rebuild = ours.build();
    println!(
        "| rebuild after the document was touched (÷ clean build) | {:.1} s ({:.2}) | ≤ 3 s |",
        rebuild.as_secs_f64(),
        rebuild.as_secs_f64() / ours_took.as_secs_f64()
    );

    let command = command();
    let size = fs::metadata(&command).unwrap().len();
    println!("| the command, MB | {:.1} | ≤ 10 |", size as f64 / 1e6);
    let start = |command: &mut Command| {
        let mut starts: Vec<_> = (0..STARTS).map(|_| run(command)).collect();
        starts.sort();
        starts[STARTS / 2].as_secs_f64() * 1e3
    };
    let (ours, nothing) = (start(Command::new(&command).arg("--version")), start(&mut Command::new("true")));
    println!("| `iamport --version`, median (of `true`) | {ours:.1} ms ({nothing:.1} ms) | ≤ 5 ms |");
}

/// A crate with only dependencies, at the versions of this crate's `Cargo.lock`.
struct Empty(PathBuf);

impl Empty {
    fn new(name: &str, dependencies: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("footprint").join(name);
        fs::create_dir_all(root.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n[workspace]\n"
        );
        fs::write(root.join("Cargo.toml"), manifest).unwrap();
        fs::write(root.join("src/lib.rs"), "").unwrap();
        fs::copy(Path::new(ROOT).join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        let empty = Self(root);
        run(&mut empty.cargo(&["fetch"]));
        empty
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).arg("--quiet").current_dir(&self.0).env("CARGO_TARGET_DIR", self.0.join("target"));
        // As cargo compiles a package of a registry; one with a path is compiled incrementally, which takes longer.
        command.env("CARGO_INCREMENTAL", "0");
        command
    }

    fn clean_build(&self) -> Duration {
        let _ = fs::remove_dir_all(self.0.join("target"));
        self.build()
    }

    fn build(&self) -> Duration {
        run(&mut self.cargo(&["build", "--offline"]))
    }

    /// The number of packages in the tree, without this crate.
    fn packages(&self) -> usize {
        let output =
            self.cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--offline"]).output().unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        let package = |line: &str| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
        tree.lines().map(package).collect::<BTreeSet<_>>().len() - 1
    }
}

/// Runs a command and returns the elapsed time.
fn run(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    begun.elapsed()
}
