//! From the document to the client: YAML → progenitor → an edited `syn::File` → `OUT_DIR/iamport.rs`.
//!
//! The document says what to adapt: `x-rust` names types and the crate's own scalars, `x-extensible-enum` lists the
//! known values of a code, and `object!` reads an object with `additionalProperties`, unknown fields included.
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs, panic,
    path::Path,
};

use heck::ToUpperCamelCase;
use proc_macro2::{TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl, TypePatch};
use quote::{format_ident, quote};
use syn::{
    Expr, Fields, Ident, ImplItem, ImplItemFn, Item, LitStr, ReturnType, Stmt, Type, ext::IdentExt, parse_quote,
    parse_str,
};
use yaml_serde::Value;

#[path = "check.rs"]
mod check;
#[allow(dead_code, unreachable_pub, reason = "the crate uses the rest of it")]
#[path = "../src/document/mod.rs"]
mod document;
#[path = "tables.rs"]
mod tables;
const DOCUMENT: &str = "openapi/iamport.yaml";
/// The line that is wrong, where it is known, and what is wrong.
type Fault = (Option<usize>, String);

pub(crate) fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    panic::set_hook(Box::new(|_| {})); // a panic of progenitor becomes a message
    let output = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("iamport.rs");
    let code = fs::read(DOCUMENT).map_err(without_line).and_then(|text| generate(&text));
    if let Err((line, fault)) = code.and_then(|code| fs::write(output, code).map_err(without_line)) {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        println!("cargo::error={DOCUMENT}{line}: {}", fault.replace('\n', " "));
    }
}

fn without_line(fault: impl ToString) -> Fault {
    (None, fault.to_string())
}

pub(crate) fn generate(text: &[u8]) -> Result<String, Fault> {
    // It keeps the order of the document.
    let document: Value =
        yaml_serde::from_slice(text).map_err(|e| (e.location().map(|at| at.line()), format!("not YAML: {e}")))?;
    let schemas = document["components"]["schemas"].as_mapping().ok_or_else(|| without_line("there are no schemas"))?;
    let schemas = || schemas.iter().filter_map(|(name, schema)| Some((name.as_str()?, schema)));
    let is_open = |schema: &Value| schema["additionalProperties"].is_mapping() && schema["x-rust"]["type"].is_null();
    let line =
        |wanted: &str| text.split(|byte| *byte == b'\n').position(|line| line == wanted.as_bytes()).map(|at| at + 1);
    let at = |name: &str, fault: &dyn ToString| {
        (line(&format!("    {name}:")), format!("schema `{name}`: {}", fault.to_string()))
    };
    let json = serde_json::to_value(&document).map_err(without_line)?;
    check::check(&json).map_err(|fault| match fault {
        check::Fault::Schema { name, why } => at(&name, &why),
        check::Fault::Operation { id, why } => (line(&format!("      operationId: {id}")), format!("{id}: {why}")),
        check::Fault::Elsewhere(why) => without_line(why),
    })?;
    let (mut settings, mut codes, mut macros) = (GenerationSettings::default(), Vec::<Item>::new(), Vec::new());
    settings.with_hooks(HooksMode::Expected).with_inner_type(quote!(progenitor_client::Inner));
    settings.with_map_type("::std::collections::BTreeMap");
    for (name, schema) in schemas() {
        let mut rust = schema["x-rust"]["type"].as_str().map(str::to_owned);
        if let Some(known) = schema["x-extensible-enum"].as_sequence() {
            macros.push(code(name, schema, known).map_err(|fault| at(name, &fault))?);
            codes.extend(macros.last().map(Macro::placeholder));
            rust = Some(format!("crate::generated::codes::{name}"));
        }
        if let Some(rust) = rust {
            parse_str::<syn::TypePath>(&rust).map_err(|_| at(name, &format!("`{rust}` is not the path of a type")))?;
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
    let mut spec = document.clone();
    remove_tier(&mut spec);
    let spec = yaml_serde::from_value(spec).map_err(|e| without_line(format!("not OpenAPI 3.0: {e}")))?;
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec).map_err(without_line));
    let tokens = tokens.unwrap_or_else(|panic| Err((None, panic.downcast_ref().cloned().unwrap_or_default())))?;
    let mut file: syn::File = syn::parse2(tokens).map_err(without_line)?;
    let mut operations = Vec::new();
    for item in &mut file.items {
        match item {
            Item::Mod(syn::ItemMod { ident, content: Some((_, types)), .. }) if ident == "types" => {
                for (name, schema) in schemas().filter(|(_, schema)| is_open(schema)) {
                    let object = open(types, &rust_name(name, schema), schema).map_err(|fault| at(name, &fault))?;
                    types.push(object.placeholder());
                    macros.push(object);
                }
            }
            // Its `Debug` is in `generated/hooks.rs`: the HTTP client can have secrets.
            Item::Struct(client) if client.ident == "Client" => {
                let derive = client.attrs.iter_mut().find(|attribute| attribute.path().is_ident("derive"));
                *derive.ok_or_else(|| without_line("the client has no derives"))? = parse_quote!(#[derive(Clone)]);
            }
            // The constructors skip the checks of `ClientBuilder`.
            Item::Impl(client) if client.trait_.is_none() => {
                client.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.asyncness.is_none()));
                for item in &mut client.items {
                    let ImplItem::Fn(operation) = item else { continue };
                    let fault = format!("`{}`: progenitor's code is not as expected", operation.sig.ident);
                    adapt(operation).ok_or((None, fault))?;
                    operations.push(operation.clone());
                }
            }
            Item::Use(runtime) => runtime.vis = parse_quote!(),
            _ => {}
        }
    }
    file.items.push(tables::call_by_id(&operations));
    file.items.extend(tables::tables(&document)?);
    file.items.push(parse_quote! {
        /// The codes of the API: known values by name, others as received.
        pub mod codes { #(#codes)* }
    });
    let printed = prettyplease::unparse(&file);
    Ok(macros.iter().fold(printed, |printed, code| code.print_into(&printed)))
}

/// A call of one of the crate's macros, whose content stands on one line per field or value: the printer would make a
/// paragraph of it, and a new line would move all others.
struct Macro {
    name: &'static str,
    /// The type that it is about.
    about: String,
    lines: Vec<String>,
}

impl Macro {
    /// A call for the printer, which [`print_into`](Self::print_into) replaces.
    fn placeholder(&self) -> Item {
        let (name, about) = (format_ident!("{}", self.name), format_ident!("{}", self.about));
        parse_quote!(crate::types::#name!(#about);)
    }

    fn print_into(&self, printed: &str) -> String {
        let lines: String = self.lines.iter().map(|line| format!("        {line}\n")).collect();
        let code = format!("crate::types::{}! {{\n{lines}    }}", self.name);
        printed.replace(&format!("crate::types::{}!({});", self.name, self.about), &code)
    }
}

/// The name of a schema's Rust type.
fn rust_name(name: &str, schema: &Value) -> String {
    schema["x-rust"]["name"].as_str().unwrap_or(name).to_owned()
}

/// Removes the parameter `Tier` from the operations: the hooks of the client add the header.
fn remove_tier(document: &mut Value) {
    let operations = document["paths"].as_mapping_mut().into_iter().flatten();
    let operations = operations.filter_map(|(_, path)| path.as_mapping_mut()).flatten();
    for (_, operation) in operations {
        if let Some(parameters) = operation["parameters"].as_sequence_mut() {
            parameters.retain(|parameter| parameter["$ref"] != "#/components/parameters/Tier");
        }
    }
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
    let has_headers = steps.iter().any(|step| quote!(#step).to_string().starts_with("if let Some (value)"));
    steps.retain(|step| has_headers || !quote!(#step).to_string().starts_with("let mut header_map"));
    for step in steps.iter_mut() {
        let Stmt::Local(syn::Local { init: Some(init), .. }) = step else { continue };
        match &mut *init.expr {
            Expr::Macro(format) => format.mac.tokens = with_refusal(format.mac.tokens.clone(), &id),
            Expr::Try(request) => {
                let Expr::MethodCall(build) = &mut *request.expr else { continue };
                if let (Expr::MethodCall(headers), false) = (&mut *build.receiver, has_headers) {
                    build.receiver = headers.receiver.clone();
                }
                request.expr = parse_quote!(#build.map_err(Error::transport));
            }
            _ => {}
        }
    }
    let Some(Stmt::Expr(response @ Expr::Match(_), None)) = steps.last_mut() else { return None };
    *response = parse_quote!(ResponseValue::from_response(response));
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

/// Has an open object read and written by `object!` instead of serde's derives, with its fields in the order of the document.
fn open(types: &mut [Item], rust: &str, schema: &Value) -> Result<Macro, Box<dyn Error>> {
    let object = types.iter_mut().find_map(|item| match item {
        Item::Struct(object) if object.ident == rust => Some(object),
        _ => None,
    });
    let object = object.ok_or("it does not become a struct")?;
    object.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
    object.attrs.extend::<[_; 2]>([parse_quote!(#[derive(Clone, Debug, PartialEq)]), parse_quote!(#[non_exhaustive])]);
    let properties = schema["properties"].as_mapping().into_iter().flatten();
    let properties: Vec<_> = properties.filter_map(|(name, _)| name.as_str()).collect();
    let Fields::Named(fields) = &mut object.fields else { Err("it does not become a struct")? };
    let (mut names, mut placed) = (BTreeSet::new(), Vec::new());
    for mut field in std::mem::take(&mut fields.named) {
        let name = field.ident.clone().ok_or("it does not become a struct")?;
        let mut serde = BTreeMap::from([("rename".to_owned(), name.unraw().to_string())]);
        for attribute in field.attrs.extract_if(.., |attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| {
                let value = meta.value().and_then(|value| value.parse::<LitStr>());
                serde.insert(meta.path.require_ident()?.to_string(), value.map_or(String::new(), |text| text.value()));
                Ok(())
            })?;
        }
        let wire = serde["rename"].clone();
        let at = properties.iter().position(|property| *property == wire);
        let line = match at {
            _ if serde.contains_key("flatten") => {
                field.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", serde(flatten))]));
                None
            }
            None => Err(format!("`{wire}` is required and is not a property"))?,
            Some(_) => {
                if name.unraw() != wire {
                    field.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", serde(rename = #wire))]));
                }
                let kind = if serde.contains_key("skip_serializing_if") { "optional" } else { "required" };
                Some(format!("    {name} = {wire:?} {kind},"))
            }
        };
        if !names.insert(name.clone()) {
            Err(format!("two of its fields would be called `{name}`"))?;
        }
        placed.push((at.unwrap_or(usize::MAX), field, line));
    }
    placed.sort_by_key(|(at, ..)| *at);
    let mut lines = vec![format!("{rust} {{")];
    for (_, field, line) in placed {
        fields.named.push(field);
        lines.extend(line);
    }
    lines.push("}".to_owned());
    Ok(Macro { name: "object", about: rust.to_owned(), lines })
}

/// A code: its known values by name.
fn code(name: &str, schema: &Value, known: &[Value]) -> Result<Macro, Box<dyn Error>> {
    let kind = if known.iter().all(|known| known["value"].is_string()) { "str" } else { "i64" };
    let doc = |node: &Value, indent: &str| {
        let text = node["description"].as_str().unwrap_or_default().trim_end().to_owned();
        text.lines().map(|line| format!("{indent}/// {line}")).collect::<Vec<_>>()
    };
    parse_str::<Ident>(name)?;
    let mut lines = doc(schema, "");
    lines.push(format!("{name}: {kind} {{"));
    for known in known {
        let (value, text) = (&known["value"], known["value"].as_str());
        let variant = known["name"].as_str().or(text).unwrap_or_default().to_upper_camel_case();
        if parse_str::<Ident>(&variant).is_err() {
            Err(format!("{value:?} needs a `name` that is a Rust identifier"))?;
        }
        let value = text.map_or_else(|| value.as_i64().unwrap_or_default().to_string(), |text| format!("{text:?}"));
        lines.extend(doc(known, "    "));
        lines.push(format!("    {variant} = {value},"));
    }
    lines.push("}".to_owned());
    Ok(Macro { name: "code", about: name.to_owned(), lines })
}
