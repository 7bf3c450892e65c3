//! A schema of the document with its `$ref`, `allOf`, `oneOf` and `nullable` resolved: one shape for each place.
//!
//! The branches of a `oneOf` differ by the kind of value, and so do the keywords in them. Laid over one another they
//! mean the same, and what is wrong within a branch is found there, in place of "fits no branch".

use serde_json::{Map, Value};

use super::{
    document::{Document, Fault},
    kind::{Kind, Kinds},
};

/// What the document says about one place, whatever it was written with.
#[derive(Debug, Default)]
pub(super) struct Shape<'d> {
    pub(super) kinds: Option<Kinds>,
    pub(super) pattern: Option<&'d Value>,
    pub(super) minimum: Option<Value>,
    pub(super) maximum: Option<Value>,
    pub(super) codes: &'d [Value],
    pub(super) secret: bool,
    pub(super) properties: Option<&'d Map<String, Value>>,
    pub(super) required: &'d [Value],
    pub(super) slips: Vec<&'d str>,
    pub(super) items: Option<&'d Value>,
}

impl<'d> Shape<'d> {
    pub(super) fn of(document: &'d Document, schema: &'d Value) -> Result<Self, Fault> {
        let mut shape = Self::default();
        let fields = schema.as_object().ok_or("a schema is not an object")?;
        for (keyword, value) in fields {
            match keyword.as_str() {
                // OpenAPI 3.0: whatever stands beside a `$ref` counts for nothing.
                "$ref" => return Self::of(document, document.resolve(schema)?),
                "allOf" => shape.overlay(Self::of(document, only(value)?)?)?,
                "oneOf" => {
                    for branch in list(value) {
                        shape.overlay(Self::of(document, branch)?)?;
                    }
                }
                "type" => shape.allow(Kinds::NONE.with(kind(value)?)),
                "format" => shape.format(value.as_str().unwrap_or_default())?,
                "pattern" => shape.pattern = Some(value),
                "minimum" => shape.minimum = Some(value.clone()),
                "maximum" => shape.maximum = Some(value.clone()),
                "properties" => shape.properties = value.as_object(),
                "required" => shape.required = list(value),
                "items" => shape.items = Some(value),
                "x-extensible-enum" => shape.codes = list(value),
                "x-slips" => shape.slips = slips(value),
                // An `enum` closes a set, which only "nothing but null" does here; it is looked at below.
                "enum" if list(value) == [Value::Null] => {}
                "nullable" | "description" | "example" | "additionalProperties" | "x-sources" | "x-rust" => {}
                unknown => return Err(format!("validation does not know the keyword `{unknown}`")),
            }
        }
        if fields.contains_key("enum") {
            shape.kinds = Some(Kinds::NONE.with(Kind::Null));
        } else if fields.get("nullable") == Some(&Value::Bool(true)) {
            shape.kinds = shape.kinds.map(|kinds| kinds.with(Kind::Null));
        }
        Ok(shape)
    }

    /// The kinds that the document allows here; all of them where it names none.
    pub(super) fn kinds(&self) -> Kinds {
        self.kinds.unwrap_or(Kinds::ANY)
    }

    /// The known values of an open code.
    pub(super) fn codes(&self) -> impl Iterator<Item = &'d Value> {
        self.codes.iter().filter_map(|code| code.get("value"))
    }

    fn allow(&mut self, kinds: Kinds) {
        self.kinds = Some(self.kinds.unwrap_or(Kinds::NONE).and(kinds));
    }

    fn format(&mut self, format: &str) -> Result<(), Fault> {
        let (least, most) = match format {
            "int32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            "int64" => (i64::MIN, i64::MAX),
            "password" => {
                self.secret = true;
                return Ok(());
            }
            unknown => return Err(format!("validation does not know the format `{unknown}`")),
        };
        self.minimum.get_or_insert(least.into());
        self.maximum.get_or_insert(most.into());
        Ok(())
    }

    fn overlay(&mut self, other: Self) -> Result<(), Fault> {
        let nothing = Kinds::NONE;
        let both = self.kinds.unwrap_or(nothing).without(Kind::Null);
        if both.overlaps(other.kinds.unwrap_or(nothing).without(Kind::Null)) {
            return Err("two branches of a oneOf are for the same kind of value".to_owned());
        }
        if let Some(kinds) = other.kinds {
            self.allow(kinds);
        }
        self.pattern = self.pattern.or(other.pattern);
        self.minimum = self.minimum.take().or(other.minimum);
        self.maximum = self.maximum.take().or(other.maximum);
        self.secret |= other.secret;
        self.properties = self.properties.or(other.properties);
        self.items = self.items.or(other.items);
        self.slips.extend(other.slips);
        if !other.codes.is_empty() {
            self.codes = other.codes;
        }
        if !other.required.is_empty() {
            self.required = other.required;
        }
        Ok(())
    }
}

fn only(all_of: &Value) -> Result<&Value, Fault> {
    match list(all_of) {
        [only] => Ok(only),
        _ => Err("validation knows an allOf of one schema alone".to_owned()),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn kind(name: &Value) -> Result<Kind, Fault> {
    name.as_str().and_then(Kind::named).ok_or_else(|| format!("{name} is no type"))
}

fn slips(by_source: &Value) -> Vec<&str> {
    by_source.as_object().into_iter().flat_map(Map::values).flat_map(list).filter_map(Value::as_str).collect()
}
