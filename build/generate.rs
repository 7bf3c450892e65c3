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
use syn::{File, Ident, ImplItem, Item, LitStr, Meta, Token, TypePath, ext::IdentExt, parse_quote, parse_str};
use syn::{ItemMod, Visibility, punctuated::Punctuated};
use yaml_serde::Value;

#[path = "yaml.rs"]
mod yaml;

const DOCUMENT: &str = "openapi/iamport.yaml";
/// The line that is wrong, where it is known, and what is wrong.
type Fault = (Option<usize>, String);

pub(crate) fn main() {
    println!("cargo::rerun-if-changed=build\ncargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of progenitor becomes a message
    let out = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("iamport.rs");
    let text = fs::read_to_string(DOCUMENT).map_err(|error| (None, format!("the document cannot be read: {error}")));
    let code = text.and_then(|text| generate(&text));
    if let Err((line, fault)) = code.and_then(|code| fs::write(out, code).map_err(|e| (None, e.to_string()))) {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        println!("cargo::error={DOCUMENT}{line}: {}", fault.replace('\n', " "));
        process::exit(1);
    }
}

pub(crate) fn generate(text: &str) -> Result<String, Fault> {
    let document = yaml::parse(text)?;
    let schemas = document["components"]["schemas"].as_mapping().ok_or((None, "there are no schemas".to_owned()))?;
    let schemas = || schemas.iter().filter_map(|(name, schema)| Some((name.as_str()?, schema)));
    let rust_name = |name, schema: &Value| schema["x-rust"]["name"].as_str().unwrap_or(name).to_owned();
    let at = |name: &str, fault| (line_of(text, name), format!("schema `{name}`: {fault}"));
    let (mut settings, mut codes) = (GenerationSettings::default(), Vec::new());
    settings.with_hooks(HooksMode::Expected).with_inner_type(quote!(crate::transport::ClientState));
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas() {
        let mut rust = schema["x-rust"]["type"].as_str().map(str::to_owned);
        if let Some(known) = schema["x-extensible-enum"].as_sequence() {
            codes.push(code(name, schema, known).map_err(|fault| at(name, fault))?);
            rust = Some(format!("crate::generated::codes::{name}"));
        }
        if let Some(rust) = rust {
            parse_str::<TypePath>(&rust).map_err(|_| at(name, format!("`{rust}` is not the path of a type")))?;
            settings.with_replacement(name, rust, [TypeImpl::Display].into_iter());
        } else {
            let schemars = r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#;
            settings.with_patch(name, TypePatch::default().with_rename(rust_name(name, schema)).with_attr(schemars));
        }
    }
    let spec = yaml_serde::from_value(document.clone()).map_err(|e| (None, format!("not OpenAPI 3.0: {e}")))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec).map_err(|e| e.to_string()))
        .unwrap_or_else(|panic| Err(panic.downcast_ref().map_or("progenitor panicked".into(), String::clone)));
    let file = tokens.and_then(|code| syn::parse2::<File>(code).map_err(|error| error.to_string()));
    let mut file = file.map_err(|fault| (None, fault))?;
    for item in &mut file.items {
        match item {
            Item::Mod(ItemMod { ident, content: Some((_, types)), .. }) if ident == "types" => {
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
    file.items.push(parse_quote! {
        /// The operations of the document, in its order.
        pub const OPERATIONS: &[super::Operation] = &[#(#operations),*];
    });
    file.items.push(parse_quote! {
        /// The codes of the API: known values by name, others as received.
        pub mod codes { #(#codes)* }
    });
    Ok(prettyplease::unparse(&file))
}

/// Has an open object read by `object!` instead of serde's derive.
fn open(types: &mut Vec<Item>, name: &str, schema: &Value) -> Result<(), String> {
    let object = types.iter_mut().find_map(|item| match item {
        Item::Struct(object) if object.ident == name => Some(object),
        _ => None,
    });
    let object = object.ok_or("it does not become a struct")?;
    object.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
    object.attrs.push(parse_quote!(#[derive(Clone, Debug, PartialEq)]));
    object.attrs.push(parse_quote!(#[non_exhaustive]));
    let properties = schema["properties"].as_mapping().into_iter().flatten();
    let properties: Vec<_> = properties.filter_map(|(name, _)| name.as_str()).collect();
    let (mut list, mut taken) = (Vec::new(), HashSet::new());
    for field in object.fields.iter_mut() {
        let name = field.ident.clone().ok_or("it does not become a struct")?;
        let attrs = field.attrs.iter_mut().filter(|attribute| attribute.path().is_ident("serde"));
        let mut serde = Vec::new();
        for attribute in attrs {
            serde.extend(
                attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).into_iter().flatten(),
            );
            let meta = &attribute.meta;
            *attribute = parse_quote!(#[cfg_attr(feature = "schemars", #meta)]); // the derives are gone
        }
        let find = |name: &str| serde.iter().find(|meta| meta.path().is_ident(name));
        let renamed = find("rename").and_then(|meta| meta.require_name_value().ok()).map(|meta| &meta.value);
        let wire = renamed.map_or(LitStr::new(&name.unraw().to_string(), Span::call_site()), |to| parse_quote!(#to));
        if !taken.insert(name.clone()) {
            return Err(format!("two of its fields would be called `{name}`"));
        } else if find("flatten").is_some() {
        } else if !properties.contains(&&*wire.value()) {
            return Err(format!("`{}` is required and is not a property", wire.value()));
        } else {
            let kind = if find("skip_serializing_if").is_some() { quote!(optional) } else { quote!(required) };
            list.push(quote!(#name = #wire #kind,));
        }
    }
    let name = object.ident.clone();
    types.push(parse_quote!(crate::types::object! { #name { #(#list)* } [#(#properties),*] }));
    Ok(())
}

/// The operations, in the order of the document.
fn operations(paths: &Value) -> Vec<TokenStream> {
    let mut operations = Vec::new();
    for (path, item) in paths.as_mapping().into_iter().flatten() {
        for (method, operation) in item.as_mapping().into_iter().flatten() {
            let (Some(id), Some(method)) = (operation["operationId"].as_str(), method.as_str()) else { continue };
            let (method, path) = (method.to_uppercase(), path.as_str());
            let authenticated = operation["security"].as_sequence().is_none_or(|security| !security.is_empty());
            operations.push(
                quote!(super::Operation { id: #id, method: #method, path: #path, authenticated: #authenticated }),
            );
        }
    }
    operations
}

/// A code: its known values by name.
fn code(name: &str, schema: &Value, known: &[Value]) -> Result<TokenStream, String> {
    let kind = if known.iter().all(|known| known["value"].is_string()) { quote!(str) } else { quote!(i64) };
    let (doc, name) = (doc(schema), parse_str::<Ident>(name).map_err(|error| error.to_string())?);
    let known = known.iter().map(|known| {
        let text = known["value"].as_str();
        let variant = known["name"].as_str().map(str::to_owned).or_else(|| Some(text?.to_upper_camel_case()));
        let variant = variant.and_then(|variant| parse_str::<Ident>(&variant).ok());
        let variant =
            variant.ok_or_else(|| format!("{:?} needs a `name` that is a Rust identifier", known["value"]))?;
        let number = || Literal::i64_unsuffixed(known["value"].as_i64().unwrap_or_default());
        let (doc, value) = (self::doc(known), text.map_or_else(number, Literal::string));
        Ok(quote!(#doc #variant = #value,))
    });
    let known = known.collect::<Result<Vec<_>, String>>()?;
    Ok(quote!(crate::types::code! { #doc #name: #kind { #(#known)* } }))
}

fn doc(described: &Value) -> TokenStream {
    let lines = described["description"].as_str().into_iter().flat_map(str::lines).map(|line| format!(" {line}"));
    quote!(#(#[doc = #lines])*)
}

/// The line on which a schema begins.
fn line_of(text: &str, schema: &str) -> Option<usize> {
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| *line != "  schemas:");
    lines.find(|(line, _)| *line == format!("    {schema}:")).map(|(_, at)| at)
}
