//! Checks the document. Other descriptions are read leniently; in this one, a mistake is an error.

use serde_json::Value;

use super::document::{
    Document,
    claim::{Authority, Claim},
    error::SpecError,
    kind::{JsonKind, JsonKinds},
    schema::{list, object, types},
};

/// A mistake, and the part of the document that has it.
#[derive(Debug)]
pub(crate) enum Fault {
    Schema { name: String, why: String },
    Operation { id: String, why: String },
    Elsewhere(String),
}

/// Checks the whole document.
pub(crate) fn check(document: &Value) -> Result<(), Fault> {
    let check = Check(Document::new(document));
    for (name, source) in object(document, "x-sources") {
        root_source(name, source).map_err(|why| Fault::Elsewhere(format!("the source `{name}` at the root {why}")))?;
    }
    for (name, schema) in check.0.schemas().into_iter().flatten() {
        check.schema(schema).map_err(|why| Fault::Schema { name: name.clone(), why })?;
    }
    for operation in check.0.operations(|_| true).map_err(|e| Fault::Elsewhere(e.to_string()))?.into_values() {
        let id = operation.id().ok_or_else(|| Fault::Elsewhere(format!("{}: no operationId", operation.title())))?;
        let fault = |why| Fault::Operation { id: id.to_owned(), why };
        for (status, schema) in operation.responses() {
            status.parse::<u16>().map_err(|_| fault(format!("`{status}` is not a status")))?;
            check.schema(schema).map_err(|why| fault(format!("response {status}: {why}")))?;
        }
    }
    Ok(())
}

/// Checks that a reader of the document can look a source up.
fn root_source(name: &str, source: &Value) -> Result<(), String> {
    let text = |property: &str| source.get(property).and_then(Value::as_str);
    for property in ["title", "kind", "date"] {
        text(property).ok_or_else(|| format!("has no `{property}`"))?;
    }
    let kinds = Authority::of(name).source_kinds();
    if !text("kind").is_some_and(|kind| kinds.contains(&kind)) {
        return Err(format!("has another `kind` than its name says: expected {}", kinds.join(" or ")));
    }
    let is_published = matches!(Authority::of(name), Authority::Documentation | Authority::Sample);
    if is_published && !text("address").is_some_and(|address| address.starts_with("https://")) {
        return Err("has no `address`: expected one that begins with https://".to_owned());
    }
    Ok(())
}

struct Check<'a>(Document<'a>);

impl<'a> Check<'a> {
    fn schema(&self, schema: &'a Value) -> Result<(), String> {
        let Some(fields) = schema.as_object() else { return Err("a schema is not an object".to_owned()) };
        for (keyword, value) in fields {
            match keyword.as_str() {
                "$ref" if fields.len() > 1 => {
                    return Err("OpenAPI 3.0 ignores the siblings of a `$ref`".to_owned());
                }
                "$ref" => drop(self.0.follow(schema).map_err(text)?),
                "allOf" => match list(schema, "allOf") {
                    [part] => self.schema(part)?,
                    _ => return Err("an allOf has other than one part".to_owned()),
                },
                "oneOf" => self.branches(list(schema, "oneOf"))?,
                "properties" => {
                    for (name, field) in object(schema, "properties") {
                        self.schema(field).map_err(|e| format!("{name}: {e}"))?;
                    }
                }
                "items" | "additionalProperties" => self.schema(value)?,
                "type"
                    if types(schema).all(|name| JsonKind::named(name).is_some_and(|kind| kind != JsonKind::Null)) => {}
                "format" if ["decimal", "int32", "int64", "password"].iter().any(|known| value == known) => {}
                "minimum" | "maximum" if value.is_i64() => {}
                "minLength" if value.is_u64() => {}
                "pattern" | "description" if value.is_string() => {}
                // A closed set of values would reject new ones. A set of only null is allowed.
                "enum" if *value == Value::from(vec![Value::Null]) => {}
                "x-sources" => {
                    for (source, text) in object(schema, "x-sources") {
                        self.source(source)?;
                        if Claim::parse(source, text.as_str().unwrap_or_default()).is_none() {
                            return Err(format!("{text} in x-sources is not TYPE[|null][*] [<=N] [absent]"));
                        }
                    }
                }
                "x-extensible-enum" => {
                    for source in list(schema, "x-extensible-enum").iter().flat_map(|code| list(code, "sources")) {
                        self.source(source.as_str().unwrap_or_default())?;
                    }
                }
                "x-listed-by" => {
                    for source in list(schema, "x-listed-by") {
                        self.source(source.as_str().unwrap_or_default())?;
                    }
                }
                "x-mistakes" => object(schema, "x-mistakes").try_for_each(|(source, _)| self.source(source))?,
                "required" | "nullable" | "default" | "example" | "deprecated" | "x-relied-on" | "x-rust" => {}
                _ => return Err(format!("the keyword `{keyword}: {value}` is not supported")),
            }
        }
        Ok(())
    }

    /// The branches of a `oneOf` differ in kind, so their keywords can be merged.
    fn branches(&self, branches: &'a [Value]) -> Result<(), String> {
        let mut known = JsonKinds::default();
        for branch in branches {
            self.schema(branch)?;
            let kinds = self.0.schema(branch).map_err(text)?.kinds.unwrap_or(JsonKind::ALL.into_iter().collect());
            if kinds.iter().any(|kind| known.allows(kind)) {
                return Err("two branches of a oneOf are of the same kind".to_owned());
            }
            known = known.union(kinds);
        }
        Ok(())
    }

    fn source(&self, name: &str) -> Result<(), String> {
        if object(self.0.root, "x-sources").any(|(source, _)| source == name) {
            return Ok(());
        }
        Err(format!("`{name}` is not among the sources at the root"))
    }
}

fn text(error: SpecError) -> String {
    error.to_string()
}
