//! Checks this crate's own document. Other descriptions are read leniently; in this one, a mistake is an error.

use serde_json::Value;

use super::{
    Document,
    claim::Claim,
    error::SpecError,
    kind::{Kind, Kinds},
    schema::{list, object, types},
};

impl<'a> Document<'a> {
    /// Checks the whole document.
    pub(crate) fn check(&self) -> Result<(), SpecError> {
        for (name, schema) in self.schemas().into_iter().flatten() {
            self.check_schema(schema).map_err(|e| SpecError::unsupported(format!("schema `{name}`: {e}")))?;
        }
        for operation in self.operations(|_| true)?.into_values() {
            let fault = |why: String| SpecError::unsupported(format!("{}: {why}", operation.title()));
            let id = operation.id().ok_or_else(|| fault("it has no operationId".to_owned()))?;
            for (status, schema) in operation.responses() {
                status.parse::<u16>().map_err(|_| fault(format!("`{status}` is not a status")))?;
                self.check_schema(schema).map_err(|e| fault(format!("{id} {status}: {e}")))?;
            }
        }
        Ok(())
    }

    fn check_schema(&self, schema: &'a Value) -> Result<(), SpecError> {
        let unsupported = |why: String| Err(SpecError::unsupported(why));
        let Some(fields) = schema.as_object() else { return unsupported("a schema is not an object".to_owned()) };
        for (keyword, value) in fields {
            match keyword.as_str() {
                "$ref" if fields.len() > 1 => {
                    return unsupported("OpenAPI 3.0 ignores the siblings of a `$ref`".to_owned());
                }
                "$ref" => drop(self.follow(schema)?),
                "allOf" => match list(schema, "allOf") {
                    [part] => self.check_schema(part)?,
                    _ => return unsupported("an allOf has other than one part".to_owned()),
                },
                "oneOf" => self.check_branches(list(schema, "oneOf"))?,
                "properties" => {
                    for (name, field) in object(schema, "properties") {
                        self.check_schema(field).map_err(|e| SpecError::unsupported(format!("{name}: {e}")))?;
                    }
                }
                "items" | "additionalProperties" => self.check_schema(value)?,
                "type" if types(schema).all(|name| Kind::named(name).is_some_and(|kind| kind != Kind::Null)) => {}
                "format" if ["int32", "int64", "password"].iter().any(|known| value == known) => {}
                "minimum" | "maximum" if value.is_i64() => {}
                "minLength" if value.is_u64() => {}
                "pattern" | "description" if value.is_string() => {}
                // A closed set of values would reject new ones. A set of only null is allowed.
                "enum" if *value == Value::from(vec![Value::Null]) => {}
                "x-sources" => {
                    for (source, text) in object(schema, "x-sources") {
                        self.check_source(source)?;
                        if Claim::parse(source, text.as_str().unwrap_or_default()).is_none() {
                            return unsupported(format!("{text} in x-sources is not TYPE[|null][*] [<=N] [absent]"));
                        }
                    }
                }
                "x-extensible-enum" => {
                    for source in list(schema, "x-extensible-enum").iter().flat_map(|code| list(code, "sources")) {
                        self.check_source(source.as_str().unwrap_or_default())?;
                    }
                }
                "x-slips" => object(schema, "x-slips").try_for_each(|(source, _)| self.check_source(source))?,
                "required" | "nullable" | "example" | "x-rust" => {}
                _ => return unsupported(format!("the keyword `{keyword}: {value}` is not supported")),
            }
        }
        Ok(())
    }

    /// The branches of a `oneOf` differ in kind, so their keywords can be merged.
    fn check_branches(&self, branches: &'a [Value]) -> Result<(), SpecError> {
        let mut known = Kinds::default();
        for branch in branches {
            self.check_schema(branch)?;
            let kinds = self.schema(branch)?.kinds.unwrap_or(Kind::ALL.into_iter().collect());
            if kinds.iter().any(|kind| known.allows(kind)) {
                return Err(SpecError::unsupported("two branches of a oneOf are of the same kind"));
            }
            known = known.union(kinds);
        }
        Ok(())
    }

    fn check_source(&self, name: &str) -> Result<(), SpecError> {
        if object(self.root, "x-sources").any(|(source, _)| source == name) {
            return Ok(());
        }
        Err(SpecError::unsupported(format!("`{name}` is not among the sources at the root")))
    }
}
