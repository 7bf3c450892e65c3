//! What the document means: legal OpenAPI of a shape that does not become good Rust is refused, with what to write instead.

mod fault;
mod keywords;
pub(super) mod names;
mod operations;

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{
    Document,
    claim::Authority,
    kind::{JsonKind, JsonKinds},
    schema::{list, object, types},
};
use fault::join;

pub(crate) use fault::Fault;

type Result<T = ()> = std::result::Result<T, Fault>;

/// The keywords of a field that limit its values: a response with another value would not decode.
const LIMITS: [&str; 7] = ["minimum", "maximum", "minLength", "maxLength", "maxItems", "pattern", "default"];
/// The keywords that only schemas with a name have.
const OF_NAMED: [&str; 6] = ["oneOf", "x-extensible-enum", "x-listed-by", "x-rust", "properties", "required"];

/// Checks the whole document.
pub(super) fn check(root: &Value) -> Result {
    keywords::check(root)?;
    for (name, source) in object(root, "x-sources") {
        root_source(name, source).map_err(|why| Fault::new(join("/x-sources", name), why))?;
    }
    let check = Check { root, document: Document::new(root), names: names::Names::of(root)? };
    for (name, schema) in check.document.schemas().into_iter().flatten() {
        check.component(name, schema, &join("/components/schemas", name))?;
    }
    for section in ["parameters", "responses"] {
        for (name, _) in object(root.get("components").unwrap_or(root), section) {
            if check.document.schemas().is_some_and(|schemas| schemas.contains_key(name)) {
                let why = "a schema has this name: generators of other languages make one type of both";
                return Err(Fault::new(join(&join("/components", section), name), why));
            }
        }
    }
    check.security(root, "")?;
    let mut ids = BTreeSet::new();
    for (path, methods) in object(root, "paths") {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let at = join(&join("/paths", path), method);
            check.operation(path, operation, &at)?;
            if !ids.insert(text(operation, "operationId")) {
                return Err(Fault::new(join(&at, "operationId"), "another operation has this id"));
            }
        }
    }
    Ok(())
}

/// Checks that a reader of the document can look a source up.
fn root_source(name: &str, source: &Value) -> std::result::Result<(), String> {
    let kinds = Authority::of(name).source_kinds();
    if !kinds.contains(&text(source, "kind")) {
        return Err(format!("the source has another `kind` than its name says: expected {}", kinds.join(" or ")));
    }
    let is_published = matches!(Authority::of(name), Authority::Documentation | Authority::Sample);
    if is_published && !text(source, "address").starts_with("https://") {
        return Err("the source has no `address`: expected one that begins with https://".to_owned());
    }
    Ok(())
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node.get(key).and_then(Value::as_str).unwrap_or_default()
}

struct Check<'a> {
    root: &'a Value,
    document: Document<'a>,
    names: names::Names,
}

impl<'a> Check<'a> {
    /// A schema with a name: a code, one with a type of the crate, or an object that becomes a struct.
    fn component(&self, name: &str, schema: &'a Value, at: &str) -> Result {
        self.schema(schema, at)?;
        if schema.get("x-extensible-enum").is_some() {
            return names::code(name, schema, at);
        }
        if let Some(rust) = schema.pointer("/x-rust/type").and_then(Value::as_str) {
            return self.names.check_type(rust, &join(&join(at, "x-rust"), "type"));
        }
        if text(schema, "type") != "object" || object(schema, "properties").next().is_none() {
            return Err(Fault::new(
                at,
                "only an object with `properties` becomes a struct: another shape needs `x-rust: { type: … }`, the crate's \
                 own type for it, or `x-extensible-enum`, its values; or write it at the field",
            ));
        }
        names::fields(schema, at)?;
        for (name, field) in object(schema, "properties") {
            let at = join(&join(at, "properties"), name);
            self.field(field, &at)?;
        }
        for (index, name) in list(schema, "required").iter().filter_map(Value::as_str).enumerate() {
            if !object(schema, "properties").any(|(property, _)| property == name) {
                let at = join(&join(at, "required"), index);
                return Err(Fault::new(at, format!("`{name}` is required and is not a property")));
            }
        }
        Ok(())
    }

    /// Checks what holds for each schema, and for those in it.
    fn schema(&self, schema: &'a Value, at: &str) -> Result {
        let fault = |key: &str, why: &str| Err(Fault::new(join(at, key), why));
        // A closed set of values would reject new ones. A set of only null is allowed.
        if schema.get("enum").is_some_and(|known| *known != Value::from(vec![Value::Null])) {
            return fault(
                "enum",
                "a closed set rejects new values: list them in `x-extensible-enum` of a schema with a name",
            );
        }
        let format = text(schema, "format");
        if !["", "decimal", "int64", "password"].contains(&format) {
            let why = format!(
                "the format `{format}` is not supported: expected int64, decimal or password; others are texts"
            );
            return fault("format", &why);
        }
        if schema.get("nullable").is_some() && schema.get("type").is_none() {
            let why = "OpenAPI ignores `nullable` without a `type`: refer to a schema whose `oneOf` has the object and null, \
                       like `PaymentAnnotationOrNull`";
            return fault("nullable", why);
        }
        if text(schema, "type") == "array" && schema.get("items").is_none() {
            return fault("type", "an array needs `items`");
        }
        if schema.get("allOf").is_some() && list(schema, "allOf").len() != 1 {
            return fault("allOf", "an allOf has other than one part");
        }
        for key in ["allOf", "oneOf"] {
            for (index, part) in list(schema, key).iter().enumerate() {
                self.schema(part, &join(&join(at, key), index))?;
            }
        }
        schema.get("items").map_or(Ok(()), |items| self.schema(items, &join(at, "items")))?;
        if schema.get("additionalProperties") == Some(&Value::Bool(true)) {
            return fault("additionalProperties", "an object may have other fields by default: leave it out");
        }
        for (name, field) in object(schema, "properties") {
            self.schema(field, &join(&join(at, "properties"), name))?;
        }
        self.branches(list(schema, "oneOf"), &join(at, "oneOf"))
    }

    /// The branches of a `oneOf` differ in kind, so their keywords can be merged.
    fn branches(&self, branches: &'a [Value], at: &str) -> Result {
        let mut known = JsonKinds::default();
        for branch in branches {
            let schema = self.document.schema(branch).map_err(|e| Fault::new(at, e))?;
            let kinds = schema.kinds.unwrap_or(JsonKind::ALL.into_iter().collect());
            if kinds.iter().any(|kind| known.allows(kind)) {
                return Err(Fault::new(at, "two branches of a oneOf are of the same kind"));
            }
            known = known.union(kinds);
        }
        Ok(())
    }

    /// A field of an object, or the items of one.
    fn field(&self, field: &'a Value, at: &str) -> Result {
        let fault = |key: &str, why: &str| Err(Fault::new(join(at, key), why));
        if let Some(keyword) = LIMITS.into_iter().find(|keyword| field.get(keyword).is_some()) {
            return fault(keyword, "a response with another value would not decode: say it in the description");
        }
        if let Some(keyword) = OF_NAMED.into_iter().find(|keyword| field.get(keyword).is_some()) {
            let why = "this needs a schema with a name: write it below `components.schemas`, and refer to it with `allOf: \
                       [{ $ref: … }]`";
            return fault(keyword, why);
        }
        let target = list(field, "allOf").first().unwrap_or(field);
        let target = self.document.follow(target).map_err(|e| Fault::new(at, e))?;
        if target.get("additionalProperties").is_some() {
            return Err(Fault::new(
                at,
                "a response can have new fields, and this schema has `additionalProperties: false`",
            ));
        }
        match types(field).next() {
            _ if field.get("$ref").is_some() => Ok(()),
            None if field.get("allOf").is_some() => match list(field, "allOf") {
                [part] if part.get("$ref").is_some() => Ok(()),
                _ => fault("allOf", "expected one `$ref`"),
            },
            None => Err(Fault::new(at, "it has no `type`: refer to the schema `UnknownField` for any value")),
            Some("object") => fault(
                "type",
                "an object within an object: write it below `components.schemas`, and refer to it with `allOf: [{ $ref: … }]`",
            ),
            Some("number") => fault("type", "a binary float would round: refer to the schema `Amount`, which is exact"),
            Some("array") => {
                let items = field.get("items").unwrap_or(field);
                if text(items, "type") == "array" {
                    return fault("items", "an array of arrays is not supported");
                }
                self.field(items, &join(at, "items"))
            }
            Some(_) if field.get("allOf").is_some() => fault("type", "the referenced schema has a type already"),
            Some(_) => Ok(()),
        }
    }
}
