//! The Rust names that the document makes: each is an identifier, and none is taken.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;
use syn::{GenericArgument, Ident, Item, PathArguments, Type, UseTree, parse_str};

use super::{
    super::document::schema::{list, object},
    Fault, Result,
    fault::join,
};

/// The type of every response.
pub(super) const ENVELOPE: &str = "super::envelope::Envelope<";
/// The types of Rust that a schema can be.
const PRIMITIVE: [&str; 4] = ["bool", "i64", "String", "Vec"];
/// Names that the code around a generated type uses.
const USED_AROUND_TYPES: &[&str] = &[
    "BTreeMap",
    "Container",
    "Deserialize",
    "Deserializer",
    "Err",
    "Error",
    "IgnoredAny",
    "Key",
    "Lenient",
    "MapAccess",
    "None",
    "Object",
    "Ok",
    "Option",
    "Parsed",
    "PhantomData",
    "Redact",
    "Result",
    "Self",
    "Serialize",
    "SerializeMap",
    "Serializer",
    "Some",
    "String",
    "UnknownField",
    "Vec",
    "View",
    "Visitor",
];
/// Methods that the generated client has, or calls on itself.
const USED_BY_CLIENT: &[&str] = &["add_tier", "call_by_id", "clone", "exec", "fmt", "post", "pre"];
/// Endpoints that the sandbox has in any case.
const ENDPOINTS: &[&str] = &["Cancel", "Control", "Other"];

/// Returns the name as an identifier, or else what to do.
pub(super) fn ident(name: &str, advice: &str) -> std::result::Result<Ident, String> {
    parse_str(name).map_err(|_| format!("`{name}` is not a Rust identifier: {advice}"))
}

/// The names of the types that a `type` of `x-rust` can use.
pub(super) struct Names {
    /// The types of `src/types`.
    own: BTreeSet<String>,
    /// The structs that become of schemas.
    generated: BTreeSet<String>,
}

impl Names {
    /// Collects the names, and checks that no two schemas have the same one.
    pub(super) fn of(root: &Value) -> Result<Self> {
        let mut schemas = BTreeMap::new();
        for (name, schema) in root.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
            let at = join("/components/schemas", name);
            let given = schema.pointer("/x-rust/name").and_then(Value::as_str);
            let at_name = given.map_or(at.clone(), |_| join(&join(&at, "x-rust"), "name"));
            let rust = given.map_or_else(|| name.to_owned(), str::to_owned);
            ident(&rust, "write `x-rust: { name: … }`").map_err(|why| Fault::new(&at_name, why))?;
            if rust != rust.to_upper_camel_case() {
                let why = format!("expected a name like `{}`, which Rust's types have", rust.to_upper_camel_case());
                return Err(Fault::new(at_name, why));
            }
            let is_code = schema.get("x-extensible-enum").is_some();
            let has_type = schema.pointer("/x-rust/type").is_some();
            if (is_code || !has_type) && USED_AROUND_TYPES.contains(&rust.as_str()) {
                return Err(Fault::new(at_name, format!("the generated code uses the name `{rust}`: choose another")));
            }
            if is_code || has_type {
                match given {
                    Some(_) => {
                        return Err(Fault::new(at_name, "only an object has a `name` beside that of its schema"));
                    }
                    None => continue,
                }
            }
            if let Some(other) = schemas.insert(rust.clone(), name) {
                let why =
                    format!("`{other}` is the Rust type `{rust}` already: write `x-rust: {{ name: … }}` with another");
                return Err(Fault::new(at_name, why));
            }
        }
        // A type of a response is open.
        let is_open =
            |name: &&String| root.pointer(&format!("/components/schemas/{name}/additionalProperties")).is_none();
        let open = schemas.into_iter().filter(|(_, name)| is_open(name)).map(|(rust, _)| rust);
        Ok(Self { own: own_types(), generated: open.collect() })
    }

    /// Checks that the `type` of `x-rust` exists.
    pub(super) fn check_type(&self, rust: &str, at: &str) -> Result {
        let kind = parse_str(rust).map_err(|_| Fault::new(at, format!("`{rust}` is not the path of a type")))?;
        self.exists(&kind, rust.starts_with(ENVELOPE)).map_err(|why| Fault::new(at, why))
    }

    /// `outside`: the type stands beside the module `types`, not in it.
    fn exists(&self, kind: &Type, outside: bool) -> std::result::Result<(), String> {
        let Type::Path(path) = kind else { return Err("expected the path of a type".to_owned()) };
        let names: Vec<_> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let (known, expected) = match &names[..] {
            ["crate", "types", name] => (self.own.contains(*name), list_of("src/types has", &self.own)),
            ["super", "envelope", "Envelope"] if outside => (true, String::new()),
            ["types", name] if outside => {
                (self.generated.contains(*name), list_of("the objects of responses are", &self.generated))
            }
            [name] if PRIMITIVE.contains(name) => (true, String::new()),
            [name] if !outside => {
                (self.generated.contains(*name), list_of("the objects of responses are", &self.generated))
            }
            _ => (false, format!("expected `crate::types::…` or {}", if outside { "`types::…`" } else { "an object" })),
        };
        if !known {
            return Err(format!("there is no type `{}`: {expected}", names.join("::")));
        }
        for segment in &path.path.segments {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { continue };
            for argument in &arguments.args {
                let GenericArgument::Type(inner) = argument else {
                    return Err("expected types between < and >".to_owned());
                };
                self.exists(inner, outside)?;
            }
        }
        Ok(())
    }
}

fn list_of(what: &str, names: &BTreeSet<String>) -> String {
    format!("{what} {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// Returns the names that `src/types/mod.rs` exports.
fn own_types() -> BTreeSet<String> {
    fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
        match tree {
            UseTree::Path(path) => leaves(&path.tree, names),
            UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
            UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
            UseTree::Rename(_) | UseTree::Glob(_) => {}
        }
    }
    let mut names = BTreeSet::new();
    // A file that does not parse is the compiler's to report.
    for item in syn::parse_file(include_str!("../../src/types/mod.rs")).map(|file| file.items).unwrap_or_default() {
        match item {
            Item::Use(item) if matches!(item.vis, syn::Visibility::Public(_)) => leaves(&item.tree, &mut names),
            _ => {}
        }
    }
    names
}

/// Checks the names of an object's fields.
pub(super) fn fields(schema: &Value, at: &str) -> Result {
    let mut fields = BTreeMap::new();
    for (name, _) in object(schema, "properties") {
        let (at, rust) = (join(&join(at, "properties"), name), name.to_snake_case());
        let why = match rust.as_str() {
            "" => "the name has no letter or digit".to_owned(),
            "extra" => "the field `extra` has the unknown fields of each object: this one stays among them".to_owned(),
            _ => match fields.insert(rust.clone(), name) {
                Some(other) => format!("two fields would be called `{rust}` in Rust: this one and `{other}`"),
                None => continue,
            },
        };
        return Err(Fault::new(at, why));
    }
    Ok(())
}

/// Checks the values of a code and their names.
pub(super) fn code(name: &str, schema: &Value, at: &str) -> Result {
    let (whole, at) = (at, join(at, "x-extensible-enum"));
    let known = list(schema, "x-extensible-enum");
    if known.is_empty() {
        return Err(Fault::new(at, format!("`{name}` has no value")));
    }
    let is_text = known.iter().any(|known| known.get("value").is_some_and(Value::is_string));
    let (mut values, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (index, known) in known.iter().enumerate() {
        let at = join(&at, index);
        let value = known.get("value").unwrap_or(&Value::Null);
        if if is_text { !value.is_string() } else { !value.is_i64() } {
            let why = format!(
                "the values of a code are all texts (in quotes, if they look like numbers) or all integers, got {value}"
            );
            return Err(Fault::new(at, why));
        }
        if !values.insert(value.to_string()) {
            return Err(Fault::new(at, format!("the value {value} is listed twice")));
        }
        let text = |key| known.get(key).and_then(Value::as_str);
        let variant = variant(text("name").or_else(|| text("value")));
        ident(&variant, "")
            .map_err(|_| Fault::new(&at, format!("{value} needs a `name` that is a Rust identifier")))?;
        if variant == "Unknown" {
            return Err(Fault::new(at, "`Unknown` has the values that are not listed: give this one another `name`"));
        }
        if !names.insert(variant.clone()) {
            return Err(Fault::new(at, format!("two values are called `{variant}`: give one another `name`")));
        }
    }
    let default = schema.get("default");
    if default.is_some_and(|default| !known.iter().any(|known| known.get("value") == Some(default))) {
        return Err(Fault::new(join(whole, "default"), "the default is not a listed value"));
    }
    Ok(())
}

/// Returns the Rust name of a value of a code, from its `name` or from itself.
pub(crate) fn variant(name: Option<&str>) -> String {
    name.unwrap_or_default().to_upper_camel_case()
}

/// Checks the names of an operation: its method of the client, and its endpoint of the sandbox.
pub(super) fn operation(operation: &Value, at: &str) -> Result {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let at_id = join(at, "operationId");
    ident(id, "choose another").map_err(|why| Fault::new(&at_id, why))?;
    if id != id.to_snake_case() {
        return Err(Fault::new(at_id, format!("expected `{}`, like Rust's methods", id.to_snake_case())));
    }
    if USED_BY_CLIENT.contains(&id) {
        return Err(Fault::new(at_id, format!("the generated client uses the name `{id}`: choose another")));
    }
    let given = operation.pointer("/x-rust/endpoint").and_then(Value::as_str);
    let endpoint = given.map_or_else(|| id.to_upper_camel_case(), str::to_owned);
    let at = given.map_or(at_id, |_| join(&join(at, "x-rust"), "endpoint"));
    ident(&endpoint, "choose another").map_err(|why| Fault::new(&at, why))?;
    if ENDPOINTS.contains(&endpoint.as_str()) {
        return Err(Fault::new(at, format!("the sandbox has another endpoint `{endpoint}`: choose another")));
    }
    Ok(())
}
