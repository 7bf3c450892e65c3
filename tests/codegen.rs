//! The generated code: a snapshot for each type and code, and the checked-in copy in `src/generated/`.
//! A change of the document is a small diff in the snapshots that it affects.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

use syn::{File, Item};

#[path = "common/checked_in.rs"]
mod checked_in;
#[allow(dead_code, clippy::print_stdout, reason = "its `main` is the build script's")]
#[path = "../build/generate.rs"]
mod generate;
#[path = "codegen/mistakes.rs"]
mod mistakes;

const DOCUMENT: &str = include_str!("../openapi/iamport.yaml");
const RECIPES: &str = include_str!("../docs/regenerate.md");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The types and the codes by name. The checked-in client pins the rest.
fn pieces() -> BTreeMap<String, String> {
    let code = generate::generate(DOCUMENT.as_bytes()).unwrap();
    let file: File = syn::parse_file(&code).unwrap();
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let mut pieces = BTreeMap::new();
    for item in types.unwrap().1 {
        let name = match &item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            _ => continue,
        };
        let name = format!("type_{name}");
        pieces.insert(name, prettyplease::unparse(&File { shebang: None, attrs: Vec::new(), items: vec![item] }));
    }
    // A printer would make a paragraph of the macro's content.
    for lines in code.split("    crate::types::code! {\n").skip(1).filter_map(|rest| rest.split("\n    }\n").next()) {
        let lines: Vec<_> = lines.lines().map(|line| line.strip_prefix("        ").unwrap()).collect();
        let name = lines.iter().find(|line| !line.starts_with("///")).and_then(|line| line.split(':').next()).unwrap();
        pieces.insert(format!("code_{name}"), lines.join("\n"));
    }
    pieces
}

#[test]
fn generated_code_matches_its_snapshots() {
    for (name, code) in pieces() {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/codegen" }, {
            insta::assert_snapshot!(name, code);
        });
    }
}

#[test]
fn no_snapshot_is_stale_or_pending() {
    let pieces = pieces();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/codegen")).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let piece = file.strip_suffix(".snap").unwrap_or_else(|| panic!("{file} has not been reviewed"));
        assert!(pieces.contains_key(piece), "{file} has no generated code any more; delete it");
    }
}

#[test]
fn generated_names_are_readable() {
    for name in pieces().keys() {
        let derived = name.contains("Item")
            || name.contains("Variant")
            || name.contains("Inner")
            || name.contains("ResponseResponse");
        assert!(!derived, "{name}: name the schema in the document");
    }
}

/// A build without the feature `codegen` compiles the checked-in client.
#[test]
fn checked_in_client_equals_the_generated_one() {
    checked_in::assert_checked_in("src/generated/iamport.rs", &generate::generate(DOCUMENT.as_bytes()).unwrap());
}

/// Returns a document with the first `from` replaced by `to`.
fn replaced(document: &str, from: &str, to: &str) -> String {
    let (before, after) = document.split_once(from).unwrap_or_else(|| panic!("the document has no {from:?}"));
    format!("{before}{to}{after}")
}

/// Returns the document with the first `from` behind `after` replaced by `to`.
fn edited(after: &str, from: &str, to: &str) -> String {
    let (before, rest) = DOCUMENT.split_once(after).unwrap_or_else(|| panic!("the document has no {after:?}"));
    format!("{before}{after}{}", replaced(rest, from, to))
}

/// Compiles the crate with the client of another document.
fn compile(code: &str) {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codegen");
    let _ = fs::remove_dir_all(package.join("src")); // a file may have been renamed since the last run
    copy(&Path::new(ROOT).join("src"), &package.join("src"));
    for file in ["Cargo.lock", "build.rs"] {
        fs::copy(Path::new(ROOT).join(file), package.join(file)).unwrap();
    }
    let manifest = format!("\n{}", fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap());
    let sections = manifest.split("\n[").filter(|section| !section.starts_with('[')); // no examples and benches
    let manifest = sections.collect::<Vec<_>>().join("\n[");
    let alone = manifest.lines().filter(|line| !line.contains("members = ")).collect::<Vec<_>>().join("\n");
    fs::write(package.join("Cargo.toml"), alone).unwrap();
    fs::write(package.join("src/generated/iamport.rs"), code).unwrap();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["check", "--quiet", "--offline", "--lib", "--no-default-features"]).current_dir(&package);
    let output = cargo.env("CARGO_TARGET_DIR", package.join("target")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn property_with_a_different_rust_name_compiles() {
    let properties = "      properties:
        type: { type: string, nullable: true }
        cardCode: { type: string, nullable: true }
        self: { type: string, nullable: true }
        a-b: { type: integer, format: int64 }
        aVeryLongPropertyNameThatIsWrappedByThePrinterWhereverItAppearsInTheGeneratedCode: { type: string, nullable: true }
";
    let document = edited("    PaymentPromotionAnnotation:", "      properties:\n", properties);
    let document = replaced(
        &document,
        "    PaymentPromotionAnnotation:\n",
        "    PaymentPromotionAnnotation:\n      required: [type, a-b]\n",
    );
    let code = generate::generate(document.as_bytes()).unwrap();
    let lines = code.split("        Promotion {\n").nth(1).unwrap().lines().take(4);
    let wire: Vec<_> = lines.map(|line| line.split('"').nth(1).unwrap()).collect();
    assert_eq!(wire, ["type", "cardCode", "self", "a-b"], "the order of the document");
    compile(&code);
}

/// The block of a language below a heading of `docs/regenerate.md`.
fn recipe(heading: &str, language: &str, number: usize) -> &'static str {
    let section = RECIPES.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let block = section.split(&format!("```{language}")).nth(number + 1).unwrap();
    block.split_once('\n').unwrap().1.split("```").next().unwrap()
}

#[test]
fn new_field_only_adds_the_lines_that_its_recipe_shows() {
    let field = recipe("A field", "yaml", 0);
    for readme in [include_str!("../README.md"), include_str!("../README.ko.md")] {
        let block = |language| readme.split(language).nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        assert!(field.starts_with(block("```yaml\n")), "the READMEs show the same field");
        assert_eq!(block("```diff\n"), recipe("A field", "diff", 0));
    }
    let field: String = field.lines().map(|line| format!("        {line}\n")).collect();
    let without = DOCUMENT.replace(&field, ""); // where the recipe is being followed, the document has the field
    let end = "    PaymentAnnotationOrNull:\n";
    let (old, new) = (without.clone(), replaced(&without, end, &format!("{field}{end}")));
    let [old, new] = [old, new].map(|document| generate::generate(document.as_bytes()).unwrap());
    let mut kept = old.lines().peekable();
    let added: String =
        new.lines().filter(|line| kept.next_if(|old| old == line).is_none()).map(|line| format!("+{line}\n")).collect();
    assert_eq!(kept.next(), None, "a line is gone or has moved");
    assert_eq!(added, recipe("A field", "diff", 0));
}
