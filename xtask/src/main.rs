//! The tasks of the repository.
//!
//! `cargo xtask regenerate` writes again what follows from `openapi/iamport.yaml` and from the code: the checked-in
//! client, the snapshots, the tables of the documentation, and the public API. Nothing in it is edited by hand, so review
//! `git diff` afterwards. `cargo xtask public-api` compares the public API alone, and `cargo xtask recipes` follows
//! `docs/regenerate.md` on a copy of the repository. `cargo xtask benchmarks` measures what `BENCHMARKS.md` says.

mod benchmarks;
mod public_api;
mod recipes;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use public_api::{Toolchain, public_api};

/// What the tests write for the files of the repository that are not snapshots of insta.
const REGENERATED: &str = "tmp/regenerated";

/// The steps: what is written, and the tests that write it.
const STEPS: &[(&str, &[&str])] = &[
    // Together: a test of the library is among them, so that the dependencies are built with the features of all tests.
    (
        "the generated client, the output of the command, and their snapshots",
        &["--test", "codegen", "--test", "command"],
    ),
    ("docs/faults.md, and the reports of the validation", &["--test", "it", "--", "faults::matrix", "validate::"]),
];

/// The repository, and the folder that cargo builds into.
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    let place = Place { root, target };
    let arguments: Vec<_> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["regenerate"] => regenerate(&place).map(|()| println!("done; review `git diff`")),
        ["public-api"] => Toolchain::find().and_then(|toolchain| public_api(&place, &toolchain, false)),
        ["recipes"] => recipes::recipes(&place),
        ["benchmarks", ref names @ ..] => benchmarks::benchmarks(&place, names),
        _ => {
            eprintln!(
                "usage: cargo xtask COMMAND\n  regenerate  writes again what follows from openapi/iamport.yaml and from the code\n  \
                 public-api  compares the public API with its list\n  recipes     follows docs/regenerate.md on a copy\n  \
                 benchmarks [NAME…]  runs benchmarks five times each, and prints medians and ranges"
            );
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn regenerate(place: &Place) -> Result<(), String> {
    let toolchain = Toolchain::find()?;
    write_files(place)?;
    println!("-- the public API");
    public_api(place, &toolchain, true).map_err(|failure| format!("the public API: {failure}"))
}

/// Writes the files that the tests know the content of.
pub(crate) fn write_files(place: &Place) -> Result<(), String> {
    let regenerated = place.target.join(REGENERATED);
    for (what, arguments) in STEPS {
        println!("-- {what}");
        let _ = fs::remove_dir_all(&regenerated); // of an earlier run
        // insta writes its snapshots by itself; a test that compares another file with its content writes the content.
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        // All packages with all features, as the tests are run: another selection builds dependencies again.
        cargo
            .args(["test", "--all-features"])
            .args(*arguments)
            .env("INSTA_UPDATE", "always")
            .env("CARGO_TARGET_DIR", &place.target);
        run(cargo.current_dir(&place.root))
            .map_err(|failure| format!("{what}: {failure}; correct what it reports, and run this again"))?;
        for file in files(&regenerated).map_err(|error| format!("{what}: {error}"))? {
            let path = file.strip_prefix(&regenerated).unwrap_or(&file);
            fs::copy(&file, place.root.join(path))
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    Ok(())
}

pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(status.to_string()),
        Err(error) => Err(format!("cannot run {}: {error}", command.get_program().display())),
    }
}

/// The files below a folder, which need not exist.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
        }
    }
    Ok(found)
}
