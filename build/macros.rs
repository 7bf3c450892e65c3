//! The crate's own macros in the generated code: `object!` reads and writes an object, `code!` makes an open code.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
};

use quote::format_ident;
use syn::{Fields, Item, LitStr, Type, TypePath, ext::IdentExt, parse_quote};
use yaml_serde::Value;

use super::check::names;

/// What is wrong with a schema.
type Why = Box<dyn Error>;

/// A call of one of the crate's macros, whose content stands on one line per field or value: the printer would make a
/// paragraph of it, and a new line would move all others.
pub(super) struct Macro {
    name: &'static str,
    /// The type that it is about.
    about: String,
    lines: Vec<String>,
}

impl Macro {
    /// A call for the printer, which [`print_into`](Self::print_into) replaces.
    pub(super) fn placeholder(&self) -> Item {
        let (name, about) = (format_ident!("{}", self.name), format_ident!("{}", self.about));
        parse_quote!(crate::types::#name!(#about);)
    }

    pub(super) fn print_into(&self, printed: &str) -> String {
        let lines: String = self.lines.iter().map(|line| format!("        {line}\n")).collect();
        let code = format!("crate::types::{}! {{\n{lines}    }}", self.name);
        printed.replace(&format!("crate::types::{}!({});", self.name, self.about), &code)
    }
}

/// Has an open object read and written by `object!` instead of serde's derives, with its fields in the order of the document.
pub(super) fn open(types: &mut [Item], rust: &str, schema: &Value) -> Result<Macro, Why> {
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
            None => Err(format!("its field `{wire}` is not a property"))?,
            Some(_) => {
                if name.unraw() != wire {
                    field.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", serde(rename = #wire))]));
                }
                let is_optional = serde.contains_key("skip_serializing_if");
                let is_array = |path: &TypePath| path.path.segments.last().is_some_and(|last| last.ident == "Vec");
                let kind = match &field.ty {
                    Type::Path(array) if is_array(array) && is_optional => {
                        // progenitor has an empty array for one that is missing.
                        field.ty = parse_quote!(::std::option::Option<#array>);
                        "optional"
                    }
                    Type::Path(array) if is_array(array) => "list",
                    _ if is_optional => "optional",
                    _ => "required",
                };
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
pub(super) fn code(name: &str, schema: &Value, known: &[Value]) -> Macro {
    let kind = if known.iter().all(|known| known["value"].is_string()) { "str" } else { "i64" };
    let doc = |node: &Value, indent: &str| {
        let text = node["description"].as_str().unwrap_or_default().trim_end().to_owned();
        text.lines().map(|line| format!("{indent}/// {line}")).collect::<Vec<_>>()
    };
    let mut lines = doc(schema, "");
    lines.push(format!("{name}: {kind} {{"));
    for known in known {
        let (value, text) = (&known["value"], known["value"].as_str());
        let variant = names::variant(known["name"].as_str().or(text));
        let value = text.map_or_else(|| value.as_i64().unwrap_or_default().to_string(), |text| format!("{text:?}"));
        lines.extend(doc(known, "    "));
        lines.push(format!("    {variant} = {value},"));
    }
    lines.push("}".to_owned());
    Macro { name: "code", about: name.to_owned(), lines }
}
