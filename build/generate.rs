//! From the document to the client: YAML → progenitor → an edited `syn::File` → `OUT_DIR/iamport.rs`.
//!
//! The document says what to adapt: `x-rust` names types and the crate's own scalars, `x-extensible-enum` lists the
//! known values of a code, and `object!` reads an object with `additionalProperties`, unknown fields included.
#![allow(clippy::indexing_slicing, reason = "a YAML value has null where it lacks a key")]
use std::{collections::HashSet, env, fs, panic, path::Path, process};

use heck::ToUpperCamelCase;
use proc_macro2::{Literal, Span, TokenStream};
use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl, TypePatch};
use quote::quote;
use syn::{Ident, ImplItem, Item, LitStr, Meta, Token, Visibility, ext::IdentExt, parse_quote, parse_str};
use yaml_serde::Value;

#[allow(dead_code, unreachable_pub, reason = "the crate uses the rest of it")]
#[path = "../src/document"]
mod document {
    pub mod error;
    pub mod read;
}
const DOCUMENT: &str = "openapi/iamport.yaml";
/// The line that is wrong, where it is known, and what is wrong.
type Fault = (Option<usize>, String);

pub(crate) fn main() {
    println!("cargo::rerun-if-changed=build\ncargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of progenitor becomes a message
    let text = fs::read(DOCUMENT).map_err(|error| (None, format!("the document cannot be read: {error}")));
    let write = |code| fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("iamport.rs"), code);
    let written = text.and_then(|text| generate(&text)).map(write);
    let written = written.and_then(|written| written.map_err(|error| (None, error.to_string())));
    if let Err((line, fault)) = written {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        println!("cargo::error={DOCUMENT}{line}: {}", fault.replace('\n', " "));
        process::exit(1);
    }
}

pub(crate) fn generate(text: &[u8]) -> Result<String, Fault> {
    document::read::read(text).map_err(|error| (error.line(), error.to_string()))?;
    // The crate's own reader reports faults, this one keeps the order of the document.
    let document: Value = yaml_serde::from_slice(text).map_err(|error| (None, error.to_string()))?;
    let schemas = document["components"]["schemas"].as_mapping().ok_or((None, "there are no schemas".to_owned()))?;
    let schemas = || schemas.iter().filter_map(|(name, schema)| Some((name.as_str()?, schema)));
    let rust_name = |name, schema: &Value| schema["x-rust"]["name"].as_str().unwrap_or(name).to_owned();
    let begins =
        |name: &str| text.split(|byte| *byte == b'\n').position(|line| line == format!("    {name}:").as_bytes());
    let at = |name: &str, fault| (begins(name).map(|line| line + 1), format!("schema `{name}`: {fault}"));
    let (mut settings, mut codes) = (GenerationSettings::default(), Vec::new());
    settings.with_hooks(HooksMode::Expected).with_inner_type(quote!(crate::transport::ClientState));
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas() {
        let mut rust = schema["x-rust"]["type"].as_str().map(str::to_owned);
        if let Some(known) = schema["x-extensible-enum"].as_sequence() {
            codes.push(code(name, &schema["description"], known).map_err(|fault| at(name, fault))?);
            rust = Some(format!("crate::generated::codes::{name}"));
        }
        if let Some(rust) = rust {
            parse_str::<syn::TypePath>(&rust).map_err(|_| at(name, format!("`{rust}` is not the path of a type")))?;
            settings.with_replacement(name, rust, [TypeImpl::Display].into_iter());
        } else {
            let schemars = r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#;
            settings.with_patch(name, TypePatch::default().with_rename(rust_name(name, schema)).with_attr(schemars));
        }
    }
    let spec = yaml_serde::from_value(document.clone()).map_err(|e| (None, format!("not OpenAPI 3.0: {e}")))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec).map_err(|e| e.to_string()))
        .unwrap_or_else(|panic| Err(panic.downcast_ref().map_or("progenitor panicked".into(), String::clone)));
    let file = tokens.and_then(|code| syn::parse2::<syn::File>(code).map_err(|error| error.to_string()));
    let mut file = file.map_err(|fault| (None, fault))?;
    for item in &mut file.items {
        match item {
            Item::Mod(syn::ItemMod { ident, content: Some((_, types)), .. }) if ident == "types" => {
                for (name, schema) in schemas().filter(|(_, schema)| schema["additionalProperties"].is_mapping()) {
                    open(types, &rust_name(name, schema), schema).map_err(|fault| at(name, fault))?;
                }
            }
            // The constructors skip the checks of `ClientBuilder`.
            Item::Impl(client) if client.trait_.is_none() => {
                client.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.asyncness.is_none()));
            }
            Item::Use(runtime) => runtime.vis = Visibility::Inherited,
            _ => {}
        }
    }
    let operations = operations(&document["paths"]);
    let operations = parse_quote! {
        /// The operations of the document, in its order.
        pub const OPERATIONS: &[super::Operation] = &[#(#operations),*];
    };
    let codes = parse_quote! {
        /// The codes of the API: known values by name, others as received.
        pub mod codes { #(#codes)* }
    };
    file.items.extend::<[Item; 2]>([operations, codes]);
    Ok(prettyplease::unparse(&file))
}

/// Has an open object read and written by `object!` instead of serde's derives.
fn open(types: &mut Vec<Item>, rust: &str, schema: &Value) -> Result<(), String> {
    let structs = types.iter_mut().filter_map(|item| if let Item::Struct(object) = item { Some(object) } else { None });
    let object = structs.into_iter().find(|object| object.ident == rust).ok_or("it does not become a struct")?;
    object.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
    object.attrs.push(parse_quote!(#[derive(Clone, Debug, PartialEq)]));
    object.attrs.push(parse_quote!(#[non_exhaustive]));
    let properties = schema["properties"].as_mapping().into_iter().flatten();
    let properties: Vec<_> = properties.filter_map(|(name, _)| name.as_str()).collect();
    let (mut fields, mut taken) = (Vec::new(), HashSet::new());
    for field in object.fields.iter_mut() {
        let name = field.ident.clone().ok_or("it does not become a struct")?;
        let mut serde = Vec::new();
        for attribute in field.attrs.iter_mut().filter(|attribute| attribute.path().is_ident("serde")) {
            let list = attribute.parse_args_with(syn::punctuated::Punctuated::<Meta, Token![,]>::parse_terminated);
            serde.extend(list.into_iter().flatten());
            let meta = &attribute.meta;
            *attribute = parse_quote!(#[cfg_attr(feature = "schemars", #meta)]); // the derives are gone
        }
        let find = |name: &str| serde.iter().find(|meta| meta.path().is_ident(name));
        let renamed = find("rename").and_then(|meta| meta.require_name_value().ok()).map(|meta| &meta.value);
        let wire = renamed.map_or(LitStr::new(&name.unraw().to_string(), Span::call_site()), |to| parse_quote!(#to));
        if !taken.insert(name.clone()) {
            return Err(format!("two of its fields would be called `{name}`"));
        } else if find("flatten").is_none() && !properties.contains(&&*wire.value()) {
            return Err(format!("`{}` is required and is not a property", wire.value()));
        } else if find("flatten").is_none() {
            let kind = if find("skip_serializing_if").is_some() { quote!(optional) } else { quote!(required) };
            fields.push(quote!(#name = #wire #kind,));
        }
    }
    let rust = object.ident.clone();
    types.push(parse_quote!(crate::types::object! { #rust { #(#fields)* } [#(#properties),*] }));
    Ok(())
}

fn operations(paths: &Value) -> Vec<TokenStream> {
    let mut operations = Vec::new();
    for (path, item) in paths.as_mapping().into_iter().flatten() {
        for (method, operation) in item.as_mapping().into_iter().flatten() {
            let (Some(id), Some(method)) = (operation["operationId"].as_str(), method.as_str()) else { continue };
            let (method, path) = (method.to_uppercase(), path.as_str());
            let authenticated = operation["security"].as_sequence().is_none_or(|security| !security.is_empty());
            let fields = quote!(id: #id, method: #method, path: #path, authenticated: #authenticated);
            operations.push(quote!(super::Operation { #fields }));
        }
    }
    operations
}

/// A code: its known values by name.
fn code(name: &str, description: &Value, known: &[Value]) -> Result<TokenStream, String> {
    let kind = if known.iter().all(|known| known["value"].is_string()) { quote!(str) } else { quote!(i64) };
    let doc = |description: &Value| format!(" {}", description.as_str().unwrap_or_default());
    let (name, about) = (parse_str::<Ident>(name).map_err(|error| error.to_string())?, doc(description));
    let known = known.iter().map(|known| {
        let (value, text) = (&known["value"], known["value"].as_str());
        let variant = known["name"].as_str().map(str::to_owned).or_else(|| Some(text?.to_upper_camel_case()));
        let variant = variant.and_then(|variant| parse_str::<Ident>(&variant).ok());
        let variant = variant.ok_or_else(|| format!("{value:?} needs a `name` that is a Rust identifier"))?;
        let number = || Literal::i64_unsuffixed(value.as_i64().unwrap_or_default());
        let (doc, value) = (doc(&known["description"]), text.map_or_else(number, Literal::string));
        Ok(quote!(#[doc = #doc] #variant = #value,))
    });
    let known = known.collect::<Result<Vec<_>, String>>()?;
    Ok(quote!(crate::types::code! { #[doc = #about] #name: #kind { #(#known)* } }))
}
