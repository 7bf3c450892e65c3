//! CONTRIBUTING describes the tree as it is.

use std::{collections::BTreeSet, fs, path::Path};

use crate::structure::USES;

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
