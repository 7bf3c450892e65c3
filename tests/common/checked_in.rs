//! Files of the repository that the tests know the content of.

use std::{env, fs, path::Path};

/// The root of the repository. The tests of the command, whose package is a folder below, use this module too.
pub(crate) fn repository() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("openapi").is_dir()).unwrap()
}

/// Compares a file of the repository with its content. With `INSTA_UPDATE=always` it writes the content below `target/`
/// instead, from where `cargo xtask regenerate` copies it: a test writes nothing into the source tree.
pub(crate) fn assert_checked_in(path: &str, content: &str) {
    if env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("regenerated").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        return fs::write(file, content).unwrap();
    }
    let current = fs::read_to_string(repository().join(path)).unwrap_or_default();
    let lines = current.lines().zip(content.lines()).position(|(current, expected)| current != expected);
    let line = lines.unwrap_or(current.lines().count().min(content.lines().count()));
    assert!(
        current == content,
        "{path} is out of date from line {}: expected {:?}, got {:?}\nrun `cargo xtask regenerate` and review `git diff`",
        line + 1,
        content.lines().nth(line).unwrap_or_default(),
        current.lines().nth(line).unwrap_or_default(),
    );
}
