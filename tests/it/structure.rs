//! The imports of the sources: each module uses exactly the modules that are listed for it, all of which are below it. The
//! generated file is a part of its module.

use std::{collections::BTreeSet, fs, path::Path};

use proc_macro2::TokenStream;

/// The modules that each module uses, from the top down.
pub(crate) const USES: &[(&str, &[&str])] = &[
    ("sandbox", &["client", "clock", "generated", "types"]),
    ("validate", &["client", "document", "error", "spec", "transport", "types"]),
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
    let modules = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path().with_extension(""));
    let modules: BTreeSet<_> = modules.filter(|path| !path.ends_with("lib")).collect();
    assert_eq!(modules, USES.iter().map(|(name, _)| source.join(name)).collect());
    for (at, (name, listed)) in USES.iter().enumerate() {
        let mut used = BTreeSet::from([(*name).to_owned()]);
        read(&source.join(name), &mut used);
        read(&source.join(name).with_extension("rs"), &mut used);
        assert_eq!(used, listed.iter().chain([name]).map(|name| (*name).to_owned()).collect(), "{name}");
        assert!(
            used.iter().all(|used| USES[at..].iter().any(|(below, _)| below == used)),
            "{name} is not above {used:?}"
        );
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
        let tokens = code.unwrap().parse::<TokenStream>().unwrap().to_string();
        // The tokens of a path are separated by blanks: `crate :: error :: Error`, `crate :: { error :: Error , task }`.
        for path in tokens.split("crate :: ").skip(1) {
            let (mut depth, mut begins) = (0, true);
            for token in path.split_whitespace() {
                match token {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ if begins && depth < 2 => drop(used.insert(token.to_owned())),
                    _ => {}
                }
                begins = depth == 1 && ["{", ","].contains(&token);
                if depth == 0 {
                    break;
                }
            }
        }
    }
}
