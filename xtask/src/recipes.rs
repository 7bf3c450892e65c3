//! Follows `docs/regenerate.md` on a copy of the repository: puts each block in its place, regenerates, compares the
//! generated client with the diffs that the page shows, and runs the tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Place, run, write_files};

const PAGE: &str = "docs/regenerate.md";
const CONFIG: &str = ".cargo/config.toml";
const CLIENT: &str = "src/generated/iamport.rs";
/// The files and folders that regenerating may change, apart from those that the recipes edit.
const REGENERATED: [&str; 5] = [CLIENT, "tests/snapshots/", "cli/tests/snapshots/", "docs/faults.md", CONFIG];

pub(crate) fn recipes(place: &Place) -> Result<(), String> {
    let copy = Place { root: place.target.join("recipes"), target: place.target.clone() };
    copy_repository(place, &copy)?;
    let page = read(&copy.root, PAGE)?;
    let blocks: Vec<_> = blocks(&page).collect();
    let mut edited = Vec::new();
    for block in &blocks {
        if let Some(file) = block.value("in") {
            println!("-- {file}: {}", block.text.lines().next().unwrap_or_default());
            let before = fs::read_to_string(copy.root.join(file)).unwrap_or_default();
            fs::write(copy.root.join(file), block.put_into(&before)?).map_err(|error| format!("{file}: {error}"))?;
            edited.push(file);
        }
    }
    if edited.len() < 4 {
        return Err(format!("{PAGE}: only {} blocks have a place", edited.len()));
    }
    write_files(&copy)?;

    for file in repository_files(&copy.root)? {
        let is_changed = fs::read(place.root.join(&file)).ok() != fs::read(copy.root.join(&file)).ok();
        let may_change = edited.contains(&&*file) || REGENERATED.iter().any(|known| file.starts_with(known));
        if is_changed && !may_change {
            return Err(format!("{PAGE}: it does not say that {file} changes"));
        }
    }
    let (old, new) = (read(&place.root, CLIENT)?, read(&copy.root, CLIENT)?);
    for line in blocks.iter().filter(|block| block.info.starts_with("diff")).flat_map(|block| block.text.lines()) {
        let line = line
            .strip_prefix('+')
            .ok_or_else(|| format!("{PAGE}: a diff has another line than an addition: {line}"))?;
        let count = |text: &str| text.lines().filter(|other| *other == line).count();
        if count(&new) != count(&old) + 1 {
            return Err(format!("{PAGE}: {CLIENT} does not have one more of: {line}"));
        }
    }
    println!("-- the tests");
    let mut tests = Command::new("cargo");
    tests.args([
        "test",
        "--quiet",
        "--all-features",
        "--bins",
        "--test",
        "codegen",
        "--test",
        "command",
        "--test",
        "it",
    ]);
    run(tests.env("CARGO_TARGET_DIR", &copy.target).current_dir(&copy.root))?;
    println!("done; {} is what follows from {PAGE}", copy.root.display());
    Ok(())
}

/// A fenced block: what stands behind the fence, and the text.
struct Block<'a> {
    info: &'a str,
    text: &'a str,
}

fn blocks(page: &str) -> impl Iterator<Item = Block<'_>> {
    let fenced = page.split("\n```").skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n').map(|(info, text)| Block { info, text }))
}

impl<'a> Block<'a> {
    /// Returns an attribute: `name=value` or `name="value"`.
    fn value(&self, name: &str) -> Option<&'a str> {
        let rest = self.info.split_once(&format!(" {name}="))?.1;
        match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(' ').next(),
        }
    }

    /// Puts the block into a file: in front of the line `before`, in the place of the line `replace`, or at the end. `after`
    /// is a line above.
    fn put_into(&self, file: &str) -> Result<String, String> {
        let indent = self.value("indent").map_or(Ok(0), str::parse).map_err(|error| format!("indent: {error}"))?;
        let indented = |line: &str| if line.is_empty() { String::new() } else { format!("{:indent$}{line}", "") };
        let mut lines: Vec<_> = file.lines().map(str::to_owned).collect();
        let find = |line: &str, from: usize| {
            let at = lines.iter().skip(from).position(|other| other == line).map(|at| at + from);
            at.ok_or_else(|| format!("there is no line {line:?}"))
        };
        let from = self.value("after").map_or(Ok(0), |line| find(line, 0))?;
        let (start, end) = match (self.value("before"), self.value("replace")) {
            (Some(line), _) => find(line, from).map(|at| (at, at))?,
            (_, Some(line)) => find(line, from).map(|at| (at, at + 1))?,
            _ => (lines.len(), lines.len()),
        };
        lines.splice(start..end, self.text.lines().map(indented));
        Ok(lines.join("\n") + "\n")
    }
}

fn copy_repository(place: &Place, copy: &Place) -> Result<(), String> {
    let _ = fs::remove_dir_all(&copy.root); // of an earlier run
    for file in repository_files(&place.root)? {
        let to = copy.root.join(&file);
        let folder = to.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let result = fs::create_dir_all(folder).and_then(|()| fs::copy(place.root.join(&file), to));
        result.map_err(|error| format!("cannot copy {file}: {error}"))?;
    }
    // The copy shares the built dependencies. cargo would take its packages for those of the repository, unless they are
    // built in another way.
    let config = copy.root.join(CONFIG);
    let packages = ["iamport", "iamport-cli", "iamport-shop"]
        .map(|name| format!("\n[profile.dev.package.{name}]\ncodegen-units = 255\n"));
    let text = read(&copy.root, CONFIG)? + &packages.concat();
    fs::write(config, text).map_err(|error| format!("{CONFIG}: {error}"))
}

/// The files of the repository, without those that git ignores.
fn repository_files(root: &Path) -> Result<Vec<String>, String> {
    let folder_files = || crate::files(root).map_err(|error| error.to_string());
    if !root.join(".git").exists() {
        let files =
            folder_files()?.into_iter().filter_map(|file| Some(file.strip_prefix(root).ok()?.to_str()?.to_owned()));
        return Ok(files.map(|file| file.replace('\\', "/")).collect());
    }
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(root).output();
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names.split_terminator('\0').filter(|file| root.join(file).is_file()).map(str::to_owned).collect())
}

fn read(root: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(root.join(file)).map_err(|error| format!("cannot read {file}: {error}"))
}
