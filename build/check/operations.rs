//! The operations: their parameters, request bodies and responses.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{
    super::document::{
        kind::JsonKind,
        schema::{list, object},
    },
    Check, Fault, Result,
    fault::join,
    names, text,
};

impl<'a> Check<'a> {
    pub(super) fn operation(&self, path: &str, operation: &'a Value, at: &str) -> Result {
        names::operation(operation, at)?;
        let tags = list(self.root, "tags");
        for (index, tag) in list(operation, "tags").iter().enumerate() {
            if !tags.iter().any(|known| known.get("name") == Some(tag)) {
                return Err(Fault::new(
                    join(&join(at, "tags"), index),
                    format!("{tag} is not among the tags at the root"),
                ));
            }
        }
        self.security(operation, at)?;
        self.parameters(path, operation, at)?;
        for (media, content) in
            operation.pointer("/requestBody/content").and_then(Value::as_object).into_iter().flatten()
        {
            let at = join(&join(&join(at, "requestBody"), "content"), media);
            if !["application/json", "application/x-www-form-urlencoded"].contains(&media.as_str()) {
                let why = format!("`{media}` is not supported: expected application/json, and a form besides");
                return Err(Fault::new(at, why));
            }
            self.named(content, &join(&at, "schema"))?;
        }
        if operation.get("requestBody").is_some_and(|body| body.pointer("/content/application~1json").is_none()) {
            return Err(Fault::new(
                join(at, "requestBody"),
                "the client sends JSON: expected a `content` of application/json",
            ));
        }
        self.responses(operation, at)
    }

    /// Checks the security schemes of an operation, or of the document.
    pub(super) fn security(&self, node: &'a Value, at: &str) -> Result {
        let known = |name: &String| {
            object(self.root.get("components").unwrap_or(node), "securitySchemes").any(|(known, _)| known == name)
        };
        let mut ways = list(node, "security").iter().filter_map(Value::as_object).flatten();
        ways.find(|(name, _)| !known(name)).map_or(Ok(()), |(name, _)| {
            Err(Fault::new(join(at, "security"), format!("there is no security scheme `{name}`")))
        })
    }

    fn parameters(&self, path: &str, operation: &'a Value, at: &str) -> Result {
        let mut missing: BTreeSet<_> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let mut arguments = BTreeSet::new();
        for (index, node) in list(operation, "parameters").iter().enumerate() {
            let at = join(&join(at, "parameters"), index);
            let parameter = self.document.follow(node).map_err(|e| Fault::new(&at, e))?;
            let at = text(node, "$ref").strip_prefix('#').map_or(at, str::to_owned);
            let name = text(parameter, "name");
            if text(parameter, "in") == "path" {
                if !missing.remove(name) {
                    return Err(Fault::new(at, format!("`{name}` is in path, and `{path}` has no `{{{name}}}`")));
                }
                if parameter.get("required") != Some(&Value::Bool(true)) {
                    let why = "a path without this part is another path: write `required: true`, and a second operation for \
                               the path without it";
                    return Err(Fault::new(at, why));
                }
            }
            if !arguments.insert(name.to_snake_case()) {
                return Err(Fault::new(
                    at,
                    format!("two parameters of `{path}` would be the argument `{}`", name.to_snake_case()),
                ));
            }
            self.parameter(parameter, &at)?;
        }
        missing
            .pop_first()
            .map_or(Ok(()), |name| Err(Fault::new(at, format!("the path has `{{{name}}}`, and no parameter does"))))
    }

    fn parameter(&self, parameter: &'a Value, at: &str) -> Result {
        if text(parameter, "in") == "header" && text(parameter, "name") != "Tier" {
            return Err(Fault::new(
                join(at, "in"),
                "only the header `Tier` is supported, which the client adds by itself",
            ));
        }
        let (schema, at) = (parameter.get("schema").unwrap_or(parameter), join(at, "schema"));
        self.schema(schema, &at)?;
        let in_query = text(parameter, "in") == "query";
        let target = self.document.follow(schema).map_err(|e| Fault::new(&at, e))?;
        let is_code = target.get("x-extensible-enum").is_some();
        let is_own_scalar =
            target.pointer("/x-rust/type").is_some() && !["object", "array"].contains(&text(target, "type"));
        match text(schema, "type") {
            "string" | "integer" | "boolean" => {}
            "array" if in_query && schema.pointer("/items/type").is_some_and(|items| items == "string") => {
                let style = (text(parameter, "style"), parameter.get("explode"));
                if !matches!(style, ("" | "form", None | Some(Value::Bool(true)))) {
                    return Err(Fault::new(
                        at,
                        "the items of an array are one parameter each: `style: form`, `explode: true`",
                    ));
                }
            }
            "" if schema.get("$ref").is_some() && (is_code || is_own_scalar && text(parameter, "in") != "path") => {}
            _ => {
                let why =
                    "expected a string, an integer, a boolean, a `$ref` to a code, or in a query an array of strings";
                return Err(Fault::new(at, why));
            }
        }
        let refused =
            ["nullable", "minLength", "maxLength", "pattern"].into_iter().find(|key| schema.get(key).is_some());
        if let Some(keyword) = refused {
            return Err(Fault::new(
                join(&at, keyword),
                "the argument of a parameter has no such limit: say it in the description",
            ));
        }
        let (default, whole) = (schema.get("default"), self.document.schema(schema).map_err(|e| Fault::new(&at, e))?);
        if default.is_some_and(|default| whole.kinds.is_some_and(|kinds| !kinds.allows(JsonKind::of(default)))) {
            return Err(Fault::new(join(&at, "default"), "the default is of another type"));
        }
        Ok(())
    }

    fn responses(&self, operation: &'a Value, at: &str) -> Result {
        let (mut success, mut failure) = (None, None);
        for (status, response) in object(operation, "responses") {
            let at = join(&join(at, "responses"), status);
            let number = status.parse::<u16>().ok().filter(|number| (200..600).contains(number));
            let number =
                number.ok_or_else(|| Fault::new(&at, format!("`{status}` is not a status: expected 200 to 599")))?;
            let response = self.document.follow(response).map_err(|e| Fault::new(&at, e))?;
            let content = response.pointer("/content/application~1json");
            let content = content.filter(|_| object(response, "content").count() == 1);
            let content = content.ok_or_else(|| Fault::new(&at, "expected a `content` of application/json alone"))?;
            let name = self.named(content, &at)?;
            let rust = self.root.pointer(&format!("/components/schemas/{name}/x-rust/type"));
            if !rust.and_then(Value::as_str).is_some_and(|rust| rust.starts_with(names::ENVELOPE)) {
                let why = format!(
                    "every response is an envelope: `{name}` needs `x-rust: {{ type: '{}…>' }}`",
                    names::ENVELOPE
                );
                return Err(Fault::new(at, why));
            }
            let (known, which) = if number < 300 { (&mut success, "successes") } else { (&mut failure, "failures") };
            if known.replace(name).is_some_and(|known| known != name) {
                return Err(Fault::new(at, format!("the {which} of an operation share one schema")));
            }
        }
        match success {
            Some(_) => Ok(()),
            None => Err(Fault::new(join(at, "responses"), "no status is a success")),
        }
    }

    /// Returns the name of a content's schema.
    fn named(&self, content: &'a Value, at: &str) -> Result<&'a str> {
        let reference =
            content.pointer("/schema/$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        reference.ok_or_else(|| Fault::new(at, "expected a `$ref` to a schema with a name"))
    }
}
