//! Pins what build.rs makes of the document: one snapshot a type, an operation, a code list. A change of the document
//! shows as a small diff in the file of what it touches.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{collections::BTreeMap, fs};

use quote::ToTokens;
use syn::{File, ImplItem, Item};

const CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/iamport.rs"));

/// The generated code, cut into pieces with names of their own.
fn pieces() -> BTreeMap<String, String> {
    let file: File = syn::parse_file(CODE).unwrap();
    let mut pieces = BTreeMap::new();
    let mut client = Vec::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let (_, items) = module.content.unwrap();
                let (types, rest): (Vec<_>, Vec<_>) =
                    items.into_iter().partition(|item| matches!(item, Item::Struct(_) | Item::Enum(_)));
                pieces.extend(types.into_iter().map(|item| (format!("type_{}", name(&item)), print(vec![item]))));
                client.extend(rest);
            }
            Item::Mod(module) if module.ident == "objects" || module.ident == "codes" => {}
            Item::Impl(block) if block.trait_.is_none() => {
                let (attrs, mut rest) = (block.attrs.clone(), block.clone());
                rest.items.clear();
                for item in block.items {
                    match item {
                        ImplItem::Fn(operation) if operation.sig.asyncness.is_some() => {
                            let mut alone = rest.clone();
                            alone.attrs.clone_from(&attrs);
                            let name = format!("operation_{}", operation.sig.ident);
                            alone.items.push(ImplItem::Fn(operation));
                            pieces.insert(name, print(vec![Item::Impl(alone)]));
                        }
                        other => rest.items.push(other),
                    }
                }
                client.push(Item::Impl(rest));
            }
            other => client.push(other),
        }
    }
    pieces.insert("client".to_owned(), print(client));
    // What is written for a macro of the crate is pinned as it stands, an object's fields with its type.
    for object in macros("crate::types::object!", ");\n") {
        let name = object.trim_start_matches('(').split(' ').next().unwrap();
        pieces.get_mut(&format!("type_{name}")).unwrap().push_str(&format!("object!{object});\n"));
    }
    for code in macros("crate::types::code! {\n", "\n    }\n") {
        let name = code.lines().find(|line| line.ends_with(": str {") || line.ends_with(": i64 {")).unwrap();
        pieces.insert(format!("code_{}", name.trim().split(':').next().unwrap()), code);
    }
    pieces
}

/// The text of each use of a macro.
fn macros(start: &'static str, end: &'static str) -> impl Iterator<Item = String> {
    CODE.split(start).skip(1).map(move |rest| rest.split(end).next().unwrap().to_owned())
}

fn name(item: &Item) -> String {
    match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        other => panic!("a piece without a name: {}", other.to_token_stream()),
    }
}

fn print(items: Vec<Item>) -> String {
    prettyplease::unparse(&File { shebang: None, attrs: Vec::new(), items })
}

#[test]
fn generated_code_is_what_was_reviewed() {
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
        let piece = file.strip_suffix(".snap").unwrap_or_else(|| panic!("{file} waits for its review"));
        assert!(pieces.contains_key(piece), "{file} pins what is no longer generated; delete it");
    }
}

#[test]
fn nothing_has_a_name_that_only_a_machine_would_choose() {
    for name in pieces().keys() {
        let odd = name.contains("Item")
            || name.contains("Variant")
            || name.contains("Inner")
            || name.contains("ResponseResponse");
        assert!(!odd, "{name}: name the schema in the document");
    }
}
