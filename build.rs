//! The document becomes the client: `openapi/iamport.yaml` → progenitor → `OUT_DIR/iamport.rs`.
//!
//! What has to be adapted is told by the document: `x-rust` names types and the crate's own scalars,
//! `x-extensible-enum` lists codes, and an object that may have unknown fields is read leniently.

#![allow(clippy::indexing_slicing, reason = "a JSON value has null where it lacks a key")]

use std::{env, fs, panic, path::Path, process};

use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl, TypePatch};
use serde_json::{Map, Value};

const DOCUMENT: &str = "openapi/iamport.yaml";

/// What is wrong, and on which line of the document.
type Fault = (usize, String);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of the generator becomes a sentence too
    if let Err((line, fault)) = generate() {
        println!("cargo::error={DOCUMENT}:{line}: {}", fault.lines().collect::<Vec<_>>().join(" "));
        process::exit(1);
    }
}

fn generate() -> Result<(), Fault> {
    let text = fs::read_to_string(DOCUMENT).map_err(|e| (1, e.to_string()))?;
    let at = |e: &yaml_serde::Error| e.location().map_or(1, |at| at.line());
    let document: Value = yaml_serde::from_str(&text).map_err(|e| (at(&e), e.to_string()))?;
    let spec = yaml_serde::from_str(&text).map_err(|e| locate(&text, at(&e), e.to_string()))?;
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();

    let settings = settings(&schemas).map_err(|e| locate(&text, 1, e))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "progenitor gave up".into()))
        .and_then(|tokens| tokens.map_err(|e| e.to_string()))
        .map_err(|e| locate(&text, 1, e))?;
    let mut code = syn::parse2(tokens).map(|file| prettyplease::unparse(&file)).map_err(|e| (1, e.to_string()))?;
    let objects = objects(&schemas, &mut code).map_err(|e| locate(&text, 1, e))?;
    code += &objects;
    code += &codes(&schemas).map_err(|e| locate(&text, 1, e))?;
    code += &operations(&document);

    let out = env::var_os("OUT_DIR").ok_or((1, "OUT_DIR is not set".to_owned()))?;
    fs::write(Path::new(&out).join("iamport.rs"), code).map_err(|e| (1, e.to_string()))
}

/// Scalars and codes stand for themselves, other types have the names that the document gives them.
fn settings(schemas: &Map<String, Value>) -> Result<GenerationSettings, String> {
    let mut settings = GenerationSettings::default();
    settings.with_hooks(HooksMode::Expected);
    settings.with_inner_type("crate::hooks::Transport".parse().map_err(|e| format!("{e}"))?);
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas {
        let code = schema.get("x-extensible-enum").map(|_| format!("crate::generated::codes::{name}"));
        if let Some(rust) = code.or_else(|| Some(schema["x-rust"]["type"].as_str()?.to_owned())) {
            settings.with_replacement(name, rust, [TypeImpl::Display].into_iter());
            continue;
        }
        let mut patch = TypePatch::default();
        patch.with_rename(rust_name(name, schema));
        if is_open(schema) {
            patch.with_attr("#[non_exhaustive]");
        }
        settings.with_patch(name, &patch);
    }
    Ok(settings)
}

/// An object that may have unknown fields is read by `object!` instead of serde's derive.
fn objects(schemas: &Map<String, Value>, code: &mut String) -> Result<String, String> {
    let mut objects = String::from("\nmod objects {\n    use super::types::*;\n");
    for (name, schema) in schemas.iter().filter(|(_, schema)| is_open(schema)) {
        let rust = rust_name(name, schema);
        let derive = "::serde::Deserialize, ";
        let at = code.find(&format!("pub struct {rust} {{")).and_then(|at| code[..at].rfind(derive));
        let at = at.ok_or_else(|| format!("`{name}` did not become a struct"))?;
        code.replace_range(at..at + derive.len(), "");

        let fields = schema["properties"].as_object().into_iter().flat_map(Map::keys);
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let (must, may): (Vec<_>, Vec<_>) = fields.map(String::as_str).partition(|f| required.contains(&(*f).into()));
        let list = |fields: &[&str]| fields.iter().map(|field| format!("        {field},\n")).collect::<String>();
        objects += &format!("    crate::types::object!({rust} {{\n{}    }} {{\n{}    }});\n", list(&must), list(&may));
    }
    Ok(objects + "}\n")
}

/// Which path each operation has, for the hooks to check a request against.
fn operations(document: &Value) -> String {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations =
        paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(_, op)| (path, op)));
    let rows = operations.filter_map(|(path, op)| Some((op["operationId"].as_str()?, path)));
    let rows: String = rows.map(|row| format!("    {row:?},\n")).collect();
    format!("\npub(crate) const OPERATIONS: &[(&str, &str)] = &[\n{rows}];\n")
}

/// The code lists, each an enum of the known values that keeps an unknown one as it came.
fn codes(schemas: &Map<String, Value>) -> Result<String, String> {
    let mut code =
        String::from("\n/// The codes of the API: known values by name, others as they came.\npub mod codes {\n");
    for (name, schema) in schemas {
        let Some(values) = schema["x-extensible-enum"].as_array() else { continue };
        let numbers = values.iter().all(|code| code["value"].is_number());
        let kind = if numbers { "i64" } else { "str" };
        code += &format!("    crate::types::code! {{\n{}", doc("        ", &schema["description"]));
        code += &format!("        {name}: {kind} {{\n");
        for known in values {
            let value = &known["value"];
            let variant = known["name"].as_str().map(str::to_owned).or_else(|| Some(camel(value.as_str()?)));
            let variant = variant.ok_or_else(|| format!("`{name}` lists a code without value and name: {known}"))?;
            code += &format!("{}            {variant} = {value},\n", doc("            ", &known["description"]));
        }
        code += "        }\n    }\n";
    }
    Ok(code + "}\n")
}

fn is_open(schema: &Value) -> bool {
    schema["additionalProperties"].is_object()
}

fn rust_name<'a>(name: &'a str, schema: &'a Value) -> &'a str {
    schema["x-rust"]["name"].as_str().unwrap_or(name)
}

fn doc(indent: &str, description: &Value) -> String {
    description.as_str().unwrap_or_default().lines().map(|line| format!("{indent}/// {line}\n")).collect()
}

fn camel(value: &str) -> String {
    let words = value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.flat_map(char::to_lowercase)).collect()
    };
    words.map(capital).collect::<Vec<String>>().concat()
}

/// The line that a message is about: the first, from `from` on, with the rarest of the words that it quotes.
fn locate(text: &str, from: usize, message: String) -> Fault {
    let words = message.split(|c: char| c.is_whitespace() || "`'\",:;".contains(c)).filter(|word| !word.is_empty());
    let lines = || text.lines().enumerate().skip(from - 1);
    let seen = words.filter_map(|word| {
        let mut on = lines().filter(|(_, line)| line.split([' ', '\'', '"', ':', ',']).any(|w| w == word));
        let first = on.next()?.0 + 1;
        Some((on.count(), usize::MAX - word.len(), first))
    });
    (seen.min().map_or(from, |(.., line)| line), message)
}
