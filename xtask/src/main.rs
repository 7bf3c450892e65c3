//! The tasks of the repository.
//!
//! `cargo xtask regenerate` writes again what follows from `openapi/iamport.yaml` and from the code: the checked-in
//! client, the snapshots, the tables of the documentation, and the public API. Nothing in it is edited by hand, so review
//! `git diff` afterwards.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What the tests write for the files of the repository that are not snapshots of insta.
const REGENERATED: &str = "tmp/regenerated";

/// The steps, in order: each builds on the files of those before.
const STEPS: &[(&str, &[&str])] = &[
    ("the generated client and its snapshots", &["test", "--package", "iamport", "--test", "codegen"]),
    (
        "docs/faults.md, and the reports of the validation",
        &["test", "--package", "iamport", "--all-features", "--test", "it", "--", "faults::matrix", "validate::"],
    ),
    ("the output of the command, and docs/demo.svg", &["test", "--package", "iamport-cli", "--all-features"]),
];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if arguments != ["regenerate"] {
        eprintln!(
            "usage: cargo xtask regenerate\n  writes again what follows from openapi/iamport.yaml and from the code"
        );
        return ExitCode::from(2);
    }
    match regenerate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn regenerate() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    let regenerated = target.join(REGENERATED);
    for (what, arguments) in STEPS {
        println!("-- {what}");
        let _ = fs::remove_dir_all(&regenerated); // of an earlier run
        // insta writes its snapshots by itself; a test that compares another file with its content writes the content.
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        run(cargo.args(*arguments).env("INSTA_UPDATE", "always").current_dir(root))
            .map_err(|failure| format!("{what}: {failure}; correct what it reports, and run this again"))?;
        for file in files(&regenerated).map_err(|error| format!("{what}: {error}"))? {
            let path = file.strip_prefix(&regenerated).unwrap_or(&file);
            fs::copy(&file, root.join(path)).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    println!("-- the public API");
    run(Command::new("bash").args([".ci/public-api", "--update"]).current_dir(root))
        .map_err(|failure| format!("the public API: {failure}"))?;
    println!("done; review `git diff`");
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(status.to_string()),
        Err(error) => Err(format!("cannot run {}: {error}", command.get_program().display())),
    }
}

/// The files below a folder, which need not exist.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
        }
    }
    Ok(found)
}
