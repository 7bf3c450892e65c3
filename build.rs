//! The document becomes the client: `openapi/iamport.yaml` → progenitor → `OUT_DIR/iamport.rs`.
//!
//! What has to be adapted is told by the document: `x-rust` names types and the crate's own scalars,
//! `x-extensible-enum` lists codes, and an object that may have unknown fields is read leniently.
#![allow(clippy::indexing_slicing, reason = "a JSON value has null where it lacks a key")]

use std::{cmp::Reverse, env, fmt::Display, fs, panic, path::Path, process};

use heck::ToUpperCamelCase;
use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl, TypePatch};
use serde_json::{Map, Value};

const DOCUMENT: &str = "openapi/iamport.yaml";
/// A feature changes what the generated code is compiled to, not what it says.
const SCHEMARS: &str = r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of the generator becomes a sentence too
    let text = fs::read_to_string(DOCUMENT).unwrap_or_default();
    if let Err((line, fault)) = generate(&text) {
        println!("cargo::error={DOCUMENT}:{line}: {}", fault.replace('\n', " "));
        process::exit(1);
    }
}

/// Fails with what is wrong, and the line of the document that it is about.
fn generate(text: &str) -> Result<(), (usize, String)> {
    let at = |fault: &yaml_serde::Error| fault.location().map_or(1, |at| at.line());
    let document: Value = yaml_serde::from_str(text).map_err(|e| (at(&e), e.to_string()))?;
    let spec = yaml_serde::from_str(text).map_err(|e| locate(text, at(&e), e))?;
    let start = text.lines().position(|line| line == "  schemas:").unwrap_or(0) + 1;
    let schemas = document["components"]["schemas"].as_object().ok_or((start, "it has no schemas".to_owned()))?;

    let settings = settings(schemas).map_err(|e| locate(text, start, e))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec).map_err(|e| e.to_string()))
        .unwrap_or_else(|panic| Err(panic.downcast_ref().map_or("progenitor gave up".to_owned(), String::clone)));
    let client = tokens.map_err(|e| locate(text, 1, e))?;
    let mut code = syn::parse2(client).map(|file| prettyplease::unparse(&file)).map_err(|e| locate(text, 1, e))?;
    let objects = objects(schemas, &mut code).map_err(|e| locate(text, start, e))?;
    code = code + &objects + &codes(schemas).map_err(|e| locate(text, start, e))?;

    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("iamport.rs"), code).map_err(|e| (1, e.to_string()))
}

/// Scalars and codes stand for themselves, other types have the names that the document gives them.
fn settings(schemas: &Map<String, Value>) -> Result<GenerationSettings, String> {
    let mut settings = GenerationSettings::default();
    settings.with_hooks(HooksMode::Expected);
    settings.with_inner_type("crate::transport::ClientState".parse().map_err(|e| format!("{e}"))?);
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas {
        let code = schema.get("x-extensible-enum").map(|_| format!("crate::generated::codes::{name}"));
        if let Some(rust) = code.or_else(|| Some(schema["x-rust"]["type"].as_str()?.to_owned())) {
            syn::parse_str::<syn::TypePath>(&rust).map_err(|_| format!("`{rust}` is no type for `{name}`"))?;
            settings.with_replacement(name, rust, [TypeImpl::Display].into_iter());
        } else {
            let mut patch = TypePatch::default();
            patch.with_rename(rust_name(name, schema)).with_attr(SCHEMARS);
            if is_open(schema) {
                patch.with_attr("#[non_exhaustive]");
            }
            settings.with_patch(name, &patch);
        }
    }
    Ok(settings)
}

/// An object that may have unknown fields is read by `object!` instead of serde's derive.
fn objects(schemas: &Map<String, Value>, code: &mut String) -> Result<String, String> {
    let mut objects = String::from("\nmod objects {\n    use super::types::*;\n");
    for (name, schema) in schemas.iter().filter(|(_, schema)| is_open(schema)) {
        let (rust, derive) = (rust_name(name, schema), "::serde::Deserialize, ");
        let at = code.find(&format!("pub struct {rust} {{")).and_then(|at| code[..at].rfind(derive));
        let at = at.ok_or_else(|| format!("`{name}` did not become a struct"))?;
        code.replace_range(at..at + derive.len(), "");

        let fields: Vec<_> =
            schema["properties"].as_object().into_iter().flat_map(|all| all.keys().map(String::as_str)).collect();
        let must: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(stray) = must.iter().find(|field| !fields.contains(field)) {
            return Err(format!("`{stray}` is required of `{name}` and is no property of it"));
        }
        let may: Vec<_> = fields.into_iter().filter(|field| !must.contains(field)).collect();
        let list = |fields: &[&str]| fields.iter().map(|field| format!("        {field},\n")).collect::<String>();
        objects += &format!("    crate::types::object!({rust} {{\n{}    }} {{\n{}    }});\n", list(&must), list(&may));
    }
    Ok(objects + "}\n")
}

/// The code lists, each an enum of the known values that keeps an unknown one as it came.
fn codes(schemas: &Map<String, Value>) -> Result<String, String> {
    let mut code = String::from("\n/// The codes of the API: known values by name, others as they came.\n");
    code += "pub mod codes {\n";
    for (name, schema) in schemas {
        let Some(values) = schema["x-extensible-enum"].as_array() else { continue };
        let kind = if values.iter().all(|known| known["value"].is_number()) { "i64" } else { "str" };
        code += &format!("    crate::types::code! {{\n{}", doc("        ", &schema["description"]));
        code += &format!("        {name}: {kind} {{\n");
        for known in values {
            let value = &known["value"];
            let variant = known["name"].as_str().map(str::to_owned);
            let variant = variant.unwrap_or_else(|| value.as_str().unwrap_or_default().to_upper_camel_case());
            syn::parse_str::<syn::Ident>(&variant).map_err(|_| format!("{value} of `{name}` needs a `name`"))?;
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

/// The line that a message is about: the first, from `from` on, with the rarest of the words that it quotes.
fn locate(text: &str, from: usize, message: impl Display) -> (usize, String) {
    let message = message.to_string();
    let words = message.split([' ', ',', ';']).map(|word| word.trim_end_matches([':', '.']));
    let words = words.flat_map(|word| {
        let (named, bare) = (word.contains(|c: char| !c.is_alphabetic()), word.trim_matches(['`', '"']));
        // First as a value: `maximum: one`.
        [(2 * u8::from(bare.len() < word.len()), format!(": {bare}")), (named.into(), bare.to_owned())]
    });
    let found = words.filter_map(|(rank, word)| {
        let mut on = text.lines().enumerate().skip(from - 1).filter(|(_, line)| word.len() > 1 && line.contains(&word));
        let (first, _) = on.next()?;
        Some((Reverse(rank), on.count(), Reverse(word.len()), first + 1))
    });
    (found.min().map_or(from, |(.., line)| line), message)
}
