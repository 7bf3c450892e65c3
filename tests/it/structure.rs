//! The imports of the sources: each module uses exactly the modules that are listed for it, all of which are below it. The
//! generated file is a part of its module.

use std::{collections::BTreeSet, fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};

/// The modules that each module uses, from the top down.
const USES: &[(&str, &[&str])] = &[
    ("sandbox", &["client", "clock", "generated", "types"]),
    ("validate", &["client", "document", "error", "transport", "types"]),
    ("client", &["clock", "error", "generated", "pagination", "payment", "span", "transport", "types"]),
    ("transport", &["clock", "error", "generated", "span", "task", "types"]),
    ("pagination", &["error", "generated", "json", "task", "types"]),
    ("payment", &["error", "generated", "json", "types"]),
    ("webhook", &["generated", "json", "types"]),
    ("generated", &["error", "json", "span", "types"]),
    ("task", &["error", "span"]),
    ("span", &["error"]),
    ("error", &["json"]),
    ("spec", &["document"]),
    ("document", &[]),
    ("types", &["json"]),
    ("json", &[]),
    ("clock", &[]),
];

#[test]
fn modules_use_those_below_them_that_are_listed() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let names: BTreeSet<_> = modules.map(|path| name(&path)).filter(|name| name != "lib").collect();
    assert_eq!(names, USES.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (at, (name, listed)) in USES.iter().enumerate() {
        let mut used = BTreeSet::new();
        for path in [source.join(name), source.join(format!("{name}.rs"))] {
            read(&path, &mut used);
        }
        used.remove(*name);
        assert_eq!(used, listed.iter().map(|name| (*name).to_owned()).collect(), "{name}");
        let is_below = |used: &String| USES[at..].iter().any(|(below, _)| below == used);
        assert!(used.iter().all(is_below), "{name} is not above all of {used:?}");
    }
}

/// Collects the modules that a file, or the files of a folder, use by paths from `crate`.
fn read(path: &Path, used: &mut BTreeSet<String>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| read(&entry.unwrap().path(), used));
    } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
        let text = fs::read_to_string(path).unwrap();
        // Unit tests stand at the end of a file, and may use what is above it.
        let code = text.split("\n#[cfg(all(test").next().and_then(|code| code.split("\n#[cfg(test)]\nmod").next());
        collect(code.unwrap().parse().unwrap(), used);
    }
}

fn collect(tokens: TokenStream, used: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1).map(ToString::to_string), tokens.get(at + 3)) {
            (TokenTree::Group(group), ..) => collect(group.stream(), used),
            (TokenTree::Ident(name), Some(colon), Some(path)) if name == "crate" && colon == ":" => match path {
                TokenTree::Group(paths) => {
                    let paths: Vec<_> = paths.stream().into_iter().collect();
                    used.extend(
                        paths
                            .split(|token| token.to_string() == ",")
                            .filter_map(|path| Some(path.first()?.to_string())),
                    );
                }
                path => drop(used.insert(path.to_string())),
            },
            _ => {}
        }
    }
}

/// Every entry of the tree exists, and every top-level module has an entry.
#[test]
fn contributing_shows_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let tree = text.split("## Where things are").nth(1).unwrap().split("```").nth(1).unwrap();
    let shown: BTreeSet<_> = tree.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    for path in shown.iter().filter(|path| path.starts_with("src")) {
        assert!(root.join(path).exists(), "{path} does not exist");
    }
    for (name, _) in USES {
        let entries = [format!("src/{name}.rs"), format!("src/{name}/")];
        assert!(entries.iter().any(|entry| shown.contains(entry.as_str())), "src/{name} is not in the tree");
    }
}
