//! Parameters in any format, and media types.

use serde_json::Value;

use super::{
    Document,
    claim::Claim,
    error::SpecError,
    schema::{Schema, object},
};

#[derive(Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) node: &'a Value,
    pub(crate) name: &'a str,
    pub(crate) place: &'a str,
    pub(crate) required: bool,
    pub(super) schema: &'a Value,
}

impl<'a> Document<'a> {
    /// Returns the schema of a parameter, with the claims of the parameter's `x-sources`.
    pub(crate) fn parameter(&self, parameter: &Parameter<'a>) -> Result<Schema<'a>, SpecError> {
        let mut schema = (*self.schema(parameter.schema)?).clone();
        self.take(schema.parts())?;
        schema.claims = parameter.claims().or(schema.claims);
        Ok(schema)
    }
}

impl<'a> Parameter<'a> {
    pub(super) fn of(node: &'a Value) -> Option<Self> {
        Some(Self {
            node,
            name: node.get("name")?.as_str()?,
            place: node.get("in")?.as_str()?,
            required: node.get("required") == Some(&Value::Bool(true)),
            // In Swagger 2.0 a parameter is its own schema.
            schema: node.get("schema").or_else(|| content(node)).unwrap_or(node),
        })
    }

    /// Returns how the items of an array are sent, by the words of Swagger 2.0: `multi` is one parameter for each item.
    pub(crate) fn encoding(&self) -> &'a str {
        if std::ptr::eq(self.schema, self.node) {
            return self.node.get("collectionFormat").and_then(Value::as_str).unwrap_or("csv");
        }
        let style = self.node.get("style").and_then(Value::as_str);
        let style = style.unwrap_or(if matches!(self.place, "query" | "cookie") { "form" } else { "simple" });
        let explode = self.node.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
        match style {
            "form" if explode => "multi",
            "form" | "simple" => "csv",
            "spaceDelimited" => "ssv",
            "pipeDelimited" => "pipes",
            other => other,
        }
    }

    pub(crate) fn claims(&self) -> Option<Vec<Claim<'a>>> {
        Claim::all(self.node)
    }
}

/// Returns the schema of a content: of JSON, of a format on top of JSON, of anything, or of the first media type.
pub(super) fn content(node: &Value) -> Option<&Value> {
    object(node, "content").min_by_key(|(media, _)| rank(media))?.1.get("schema")
}

fn rank(media: &str) -> u8 {
    match media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase() {
        media if media == "application/json" => 0,
        media if media.ends_with("+json") => 1,
        media if media == "*/*" => 2,
        _ => 3,
    }
}

/// Returns whether a media type is JSON, a format on top of it, or anything.
pub(crate) fn is_json(media: &str) -> bool {
    rank(media) < 3
}
