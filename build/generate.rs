//! From the document to the client: YAML → progenitor → an edited `syn::File` → `OUT_DIR/iamport.rs`.
//!
//! The document says what to adapt: `x-rust` names types and the crate's own scalars, `x-extensible-enum` lists the
//! known values of a code, and `object!` reads an object, unknown fields included.
use std::{any::Any, env, fs, panic, path::Path};

use proc_macro2::{TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl, TypePatch};
use quote::quote;
use syn::{Expr, ImplItem, ImplItemFn, Item, ReturnType, Stmt, Type, ext::IdentExt, parse_quote};
use yaml_serde::Value;

#[path = "check/mod.rs"]
mod check;
#[allow(dead_code, unreachable_pub, reason = "the crate uses the rest of it")]
#[path = "../src/document/mod.rs"]
mod document;
#[path = "macros.rs"]
mod macros;
#[path = "prepare.rs"]
mod prepare;
#[path = "tables.rs"]
mod tables;

pub(crate) use check::Fault;

const DOCUMENT: &str = "openapi/iamport.yaml";

pub(crate) fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of progenitor becomes a message
    let output = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("iamport.rs");
    let code = fs::read(DOCUMENT).map_err(Fault::of_document).and_then(|text| generate(&text));
    if let Err(fault) = code.and_then(|code| fs::write(output, code).map_err(Fault::of_document)) {
        let line = fault.line.map_or_else(String::new, |line| format!(":{line}"));
        println!("cargo::error={DOCUMENT}{line}: {}", fault.message());
    }
}

/// Generates the client of a document.
pub(crate) fn generate(text: &[u8]) -> Result<String, Fault> {
    let text = str::from_utf8(text).map_err(|e| Fault::of_document(format!("not text in UTF-8: {e}")))?;
    // It keeps the order of the document.
    let document = yaml_serde::from_str(text).map_err(|e| Fault {
        line: e.location().map(|at| at.line()),
        ..Fault::of_document(format!("not YAML: {e}"))
    })?;
    client(&document).map_err(|fault| fault.in_text(text))
}

fn client(document: &Value) -> Result<String, Fault> {
    check::check(&serde_json::to_value(document).map_err(Fault::of_document)?)?;
    let schemas = document["components"]["schemas"].as_mapping();
    let schemas = || schemas.into_iter().flatten().filter_map(|(name, schema)| Some((name.as_str()?, schema)));
    let is_open = |schema: &Value| prepare::is_open(schema) && schema["x-rust"]["type"].is_null();
    let (mut settings, mut codes, mut macros) = (GenerationSettings::default(), Vec::<Item>::new(), Vec::new());
    settings.with_hooks(HooksMode::Expected).with_inner_type(quote!(progenitor_client::Inner));
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas() {
        let mut rust = schema["x-rust"]["type"].as_str().map(str::to_owned);
        if let Some(known) = schema["x-extensible-enum"].as_sequence() {
            macros.push(macros::code(name, schema, known));
            codes.extend(macros.last().map(macros::Macro::placeholder));
            rust = Some(format!("crate::generated::codes::{name}"));
        }
        if let Some(rust) = rust {
            settings.with_replacement(name, rust, [TypeImpl::Display].into_iter());
        } else {
            let rust = rust_name(name, schema);
            // Required properties are those of `object!`, also where Rust has an `Option`.
            let transform =
                if is_open(schema) { format!(", schemars(transform = {rust}::require)") } else { String::new() };
            let schemars = format!(r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema){transform})]"#);
            settings.with_patch(name, TypePatch::default().with_rename(rust).with_attr(schemars));
        }
    }
    let spec = yaml_serde::from_value(prepare::prepare(document))
        .map_err(|e| Fault::of_document(format!("not OpenAPI 3.0: {e}")))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec));
    let tokens =
        tokens.map_err(|panic| Fault::of_document(format!("progenitor cannot generate it: {}", reason(&*panic))))?;
    let mut file: syn::File = syn::parse2(tokens.map_err(Fault::of_document)?).map_err(Fault::of_document)?;
    let mut operations = Vec::new();
    for item in &mut file.items {
        match item {
            Item::Mod(syn::ItemMod { ident, content: Some((_, types)), .. }) if ident == "types" => {
                for (name, schema) in schemas().filter(|(_, schema)| is_open(schema)) {
                    let object = macros::open(types, &rust_name(name, schema), schema)
                        .map_err(|why| Fault::new(format!("/components/schemas/{name}"), why))?;
                    types.push(object.placeholder());
                    macros.push(object);
                }
            }
            // Its `Debug` is in `generated/hooks.rs`: the HTTP client can have secrets.
            Item::Struct(client) if client.ident == "Client" => {
                let derive = client.attrs.iter_mut().find(|attribute| attribute.path().is_ident("derive"));
                *derive.ok_or_else(|| Fault::of_document("the client has no derives"))? =
                    parse_quote!(#[derive(Clone)]);
            }
            // The constructors skip the checks of `ClientBuilder`.
            Item::Impl(client) if client.trait_.is_none() => {
                client.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.asyncness.is_none()));
                for item in &mut client.items {
                    let ImplItem::Fn(operation) = item else { continue };
                    let why = format!("`{}`: progenitor's code is not as expected", operation.sig.ident);
                    adapt(operation).ok_or_else(|| Fault::of_document(why))?;
                    operations.push(operation.clone());
                }
            }
            Item::Use(runtime) => runtime.vis = parse_quote!(),
            _ => {}
        }
    }
    file.items.push(tables::call_by_id(&operations));
    file.items.extend(tables::tables(document)?);
    file.items.push(parse_quote! {
        /// The codes of the API: known values by name, others as received.
        pub mod codes { #(#codes)* }
    });
    let printed = prettyplease::unparse(&file);
    Ok(macros.iter().fold(printed, |printed, code| code.print_into(&printed)))
}

/// Returns the message of a panic.
pub(crate) fn reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panics")
}

/// The name of a schema's Rust type.
fn rust_name(name: &str, schema: &Value) -> String {
    schema["x-rust"]["name"].as_str().unwrap_or(name).to_owned()
}

/// Adapts an operation: one error type, one place that reads the response, and path parameters that can be refused.
/// Returns nothing if progenitor's code is not the expected one.
fn adapt(operation: &mut ImplItemFn) -> Option<()> {
    let id = operation.sig.ident.unraw().to_string();
    let ReturnType::Type(_, output) = &mut operation.sig.output else { return None };
    let Type::Path(output) = &mut **output else { return None };
    let syn::PathArguments::AngleBracketed(result) = &mut output.path.segments.last_mut()?.arguments else {
        return None;
    };
    *result.args.last_mut()? = parse_quote!(Error);

    let steps = &mut operation.block.stmts;
    // The server does not ask for the version of the document.
    steps.retain(|step| !quote!(#step).to_string().contains("\"api-version\""));
    // Only the hooks add headers.
    steps.retain(|step| !quote!(#step).to_string().starts_with("let mut header_map"));
    for step in steps.iter_mut() {
        let Stmt::Local(syn::Local { init: Some(init), .. }) = step else { continue };
        match &mut *init.expr {
            Expr::Macro(format) => format.mac.tokens = with_refusal(format.mac.tokens.clone(), &id),
            Expr::Try(request) => {
                let Expr::MethodCall(build) = &mut *request.expr else { continue };
                if let Expr::MethodCall(headers) = &mut *build.receiver {
                    build.receiver = headers.receiver.clone();
                }
                request.expr = parse_quote!(#build.map_err(Error::transport));
            }
            _ => {}
        }
    }
    let Some(Stmt::Expr(Expr::Match(statuses), None)) = steps.pop() else { return None };
    let Expr::MethodCall(number) = *statuses.expr else { return None };
    let Expr::MethodCall(status) = *number.receiver else { return None };
    let response = status.receiver;
    steps.push(Stmt::Expr(parse_quote!(ResponseValue::from_response(#response)), None));
    Some(())
}

/// Has the encoding of a path parameter return an error.
fn with_refusal(format: TokenStream, id: &str) -> TokenStream {
    let (mut is_call, mut tokens) = (false, TokenStream::new());
    for token in format {
        tokens.extend(match &token {
            TokenTree::Group(parameter) if is_call => {
                let parameter = parameter.stream();
                quote!((#parameter, #id)?)
            }
            _ => quote!(#token),
        });
        is_call = matches!(&token, TokenTree::Ident(name) if name == "encode_path");
    }
    tokens
}
