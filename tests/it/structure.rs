//! The imports of the sources: every module uses what is below it, and no two files use each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use quote::ToTokens;
use syn::{Item, ItemUse, Macro, UseTree, Visibility, visit, visit::Visit};

/// The modules that each top-level module may use. A module is listed before the modules that it uses.
const ALLOWED: &[(&str, &[&str])] = &[
    ("sandbox", &["client", "clock", "document", "generated", "json", "payment", "types"]),
    ("validate", &["client", "document", "error", "json", "transport", "types"]),
    ("client", &["clock", "error", "generated", "json", "pagination", "payment", "span", "transport", "types"]),
    ("transport", &["clock", "error", "generated", "json", "span", "task", "types"]),
    ("pagination", &["error", "generated", "json", "task", "types"]),
    ("payment", &["error", "generated", "json", "types"]),
    ("webhook", &["error", "generated", "json", "types"]),
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

/// Imports that are still to be removed.
const KNOWN: &[(&str, &str)] = &[("transport/call.rs", "transport/mod.rs")];

#[test]
fn modules_import_downwards_only() {
    let library = Crate::read("src", "lib.rs");
    let rank = |module: &str| ALLOWED.iter().position(|(name, _)| *name == module);
    for (at, (module, uses)) in ALLOWED.iter().enumerate() {
        for used in *uses {
            assert!(rank(used) > Some(at), "{module} stands below {used}");
        }
    }
    let mut upward = Vec::new();
    for (from, to) in library.edges.iter().filter(|(from, to)| top(from) != top(to) && top(from) != "lib") {
        let allowed = ALLOWED.iter().find(|(name, _)| *name == top(from));
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{from}: the module is not in `ALLOWED`"));
        if !allowed.contains(&top(to)) {
            upward.push(format!("{from} uses {to}"));
        }
    }
    assert!(upward.is_empty(), "not allowed:\n{}", upward.join("\n"));
}

#[test]
fn no_file_is_part_of_a_cycle() {
    let sources = Crate::read("src", "lib.rs");
    let cycles: Vec<_> = sources.cycles().into_iter().map(|cycle| cycle.join(" -> ")).collect();
    assert!(cycles.is_empty(), "{} cycles:\n{}", cycles.len(), cycles.join("\n"));
}

/// Every entry of the tree exists, and every top-level module has an entry.
#[test]
fn contributing_shows_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    let tree = text.split("## Where things are").nth(1).unwrap().split("```").nth(1).unwrap();
    let shown: BTreeSet<_> =
        tree.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().trim_end_matches('/')).collect();
    // The package leaves some folders out.
    for path in shown.iter().filter(|path| path.starts_with("src")) {
        assert!(root.join(path).exists(), "{path} does not exist");
    }
    for file in files(&root.join("src")) {
        let name = file.strip_prefix(root.join("src")).unwrap().iter().next().unwrap().to_str().unwrap();
        assert!(shown.contains(format!("src/{name}").as_str()), "src/{name} is not in the tree");
    }
    // Files that are named in a description.
    for line in tree.lines().filter(|line| line.starts_with("src/")) {
        let (folder, description) = line.split_once(' ').unwrap();
        for file in description.split([' ', ',', '(']).filter(|word| word.ends_with(".rs")) {
            assert!(root.join(folder).join(file).exists(), "{folder}{file} does not exist");
        }
    }
}

/// The top-level module of a file.
fn top(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

type Module = Vec<String>;

/// One crate: the files and who uses whom.
struct Crate {
    edges: BTreeSet<(String, String)>,
}

/// The declarations and names of a module.
#[derive(Default)]
struct Names {
    file: String,
    declared: BTreeSet<String>,
    /// Imported name, or `*`, and the path that it names.
    imports: Vec<(String, Module)>,
    /// Absolute paths that the file uses.
    used: Vec<Module>,
}

impl Crate {
    fn read(folder: &str, root: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut modules = BTreeMap::new();
        for path in files(&folder) {
            let file = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            let trimmed = file.trim_end_matches(".rs").trim_end_matches("/mod");
            let module = if file == root { vec![] } else { trimmed.split('/').map(str::to_owned).collect() };
            let source = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            collect(&file, module, &source.items, &mut modules);
        }
        let mut edges = BTreeSet::new();
        for names in modules.values() {
            for path in &names.used {
                let used = resolve(&modules, path, 0);
                let known = KNOWN.iter().any(|(from, to)| *from == names.file && *to == used);
                if used != names.file && used != root && !known {
                    edges.insert((names.file.clone(), used));
                }
            }
        }
        Self { edges }
    }

    /// A cycle for each file that can reach itself, every one once.
    fn cycles(&self) -> BTreeSet<Vec<&str>> {
        let mut cycles = BTreeSet::new();
        for (start, _) in &self.edges {
            if let Some(mut cycle) = self.path_back(start) {
                let least = cycle.iter().enumerate().min_by_key(|(_, file)| **file).unwrap().0;
                cycle.rotate_left(least);
                cycles.insert(cycle);
            }
        }
        cycles
    }

    /// The shortest way from a file to itself.
    fn path_back(&self, start: &str) -> Option<Vec<&str>> {
        let mut reached_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            for (from, to) in self.edges.iter().filter(|(from, _)| from == file) {
                if to == start {
                    let mut way = vec![from.as_str()];
                    while *way.last().unwrap() != start {
                        way.push(reached_from[way.last().unwrap()]);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !reached_from.contains_key(to.as_str()) {
                    reached_from.insert(to, from);
                    queue.push_back(to);
                }
            }
        }
        None
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let nested = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The file that declares what a path names, through re-exports.
fn resolve(modules: &BTreeMap<Module, Names>, path: &[String], depth: usize) -> String {
    let known = (0..=path.len()).rev().find(|&length| modules.contains_key(&path[..length])).unwrap();
    let names = &modules[&path[..known]];
    let Some(item) = path.get(known).filter(|item| !names.declared.contains(*item) && depth < 8) else {
        return names.file.clone();
    };
    let rest = &path[known + 1..];
    let named = names.imports.iter().find(|(name, _)| name == item);
    if let Some((_, target)) = named {
        return resolve(modules, &[target, rest].concat(), depth + 1);
    }
    for (_, target) in names.imports.iter().filter(|(name, _)| name == "*") {
        let target = [target, &path[known..]].concat();
        let declares = modules.get(&target[..target.len() - rest.len() - 1]).is_some_and(|module| {
            module.declared.contains(item) || module.imports.iter().any(|(name, _)| name == item)
        });
        if declares {
            return resolve(modules, &target, depth + 1);
        }
    }
    names.file.clone()
}

/// Adds a module and those that are written inside it.
fn collect(file: &str, module: Module, items: &[Item], modules: &mut BTreeMap<Module, Names>) {
    let mut names = Names { file: file.to_owned(), ..Names::default() };
    let mut children = BTreeSet::new();
    let mut uses = Vec::new();
    for item in items {
        if let Item::Mod(child) = item {
            children.insert(child.ident.to_string());
            if let Some((_, items)) = &child.content {
                collect(file, [module.clone(), vec![child.ident.to_string()]].concat(), items, modules);
            }
        }
        if let Some(name) = declared(item) {
            names.declared.insert(name);
        }
        if let Item::Use(item) = item {
            uses.push(item);
        }
    }
    let mut paths = Paths::default();
    items.iter().filter(|item| !matches!(item, Item::Use(_) | Item::Mod(_))).for_each(|item| paths.visit_item(item));
    let absolute = |path: &[String]| absolute(&module, &children, path);
    for ItemUse { vis, tree, .. } in uses {
        let mut leaves = Vec::new();
        flatten(tree, &mut Vec::new(), &mut leaves);
        for (name, path) in leaves {
            let Some(path) = absolute(&path) else { continue };
            // A re-export is a use only where the file itself says the name.
            if matches!(vis, Visibility::Inherited) || paths.words.contains(&name) {
                names.used.push(path.clone());
            }
            names.imports.push((name, path));
        }
    }
    names.used.extend(paths.found.iter().filter_map(|path| absolute(path)));
    modules.insert(module, names);
}

/// The path from the crate's root; nothing for a path into another crate.
fn absolute(module: &[String], children: &BTreeSet<String>, path: &[String]) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([module, rest].concat()),
        "super" => {
            let above = path.iter().take_while(|segment| *segment == "super").count();
            Some([&module[..module.len().checked_sub(above)?], &path[above..]].concat())
        }
        child if children.contains(child) => Some([module, path].concat()),
        _ => None,
    }
}

fn declared(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, leaves: &mut Vec<(String, Vec<String>)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, leaves);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => leaves.push((before.last().unwrap().clone(), before.clone())),
        UseTree::Name(name) => leaves.push((name.ident.to_string(), [&before[..], &[name.ident.to_string()]].concat())),
        UseTree::Rename(name) => {
            leaves.push((name.rename.to_string(), [&before[..], &[name.ident.to_string()]].concat()));
        }
        UseTree::Glob(_) => leaves.push(("*".to_owned(), before.clone())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, leaves)),
    }
}

/// The paths that a file writes out, and every word in it.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
    words: BTreeSet<String>,
}

impl<'a> Visit<'a> for Paths {
    fn visit_item(&mut self, item: &'a Item) {
        self.words.extend(item.to_token_stream().to_string().split_whitespace().map(str::to_owned));
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        // Inside a function.
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        self.found.extend(leaves.into_iter().map(|(_, path)| path));
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.segments.len() > 1 {
            self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'a Macro) {
        let tokens = item.tokens.to_string();
        let words: Vec<_> = tokens.split_whitespace().collect();
        for (at, _) in words.iter().enumerate().filter(|(_, word)| ["crate", "super", "self"].contains(word)) {
            let path = words[at..].chunks(2).take_while(|pair| pair[0].starts_with(|c: char| c.is_alphabetic()));
            let mut path: Vec<_> = path.map(|pair| (pair[0].to_owned(), pair.get(1) == Some(&"::"))).collect();
            let end = path.iter().position(|(_, goes_on)| !goes_on).map_or(path.len(), |end| end + 1);
            path.truncate(end);
            if path.len() > 1 {
                self.found.push(path.into_iter().map(|(word, _)| word).collect());
            }
        }
        visit::visit_macro(self, item);
    }
}
