//! Operations in any format: parameters, request body and responses.

use std::{collections::BTreeMap, iter};

use serde_json::Value;

use super::{
    Document,
    claim::Claim,
    error::SpecError,
    schema::{Schema, list, object},
};

/// The key of an operation: its method, and its path without the names in braces.
pub(crate) type Key = (&'static str, String);

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Headers of every request, which some descriptions list as parameters.
const EVERYWHERE: [&str; 3] = ["authorization", "content-type", "accept"];

#[derive(Clone)]
pub(crate) struct Operation<'a> {
    pub(crate) node: &'a Value,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// The request body: an object, even where it is a form.
    pub(crate) body: Option<Schema<'a>>,
    /// The schema of each response, by status.
    responses: BTreeMap<&'a str, &'a Value>,
}

#[derive(Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) node: &'a Value,
    pub(crate) name: &'a str,
    pub(crate) place: &'a str,
    pub(crate) required: bool,
    schema: &'a Value,
}

impl<'a> Document<'a> {
    /// Returns the operations whose paths, without the names in braces, are `wanted`.
    pub(crate) fn operations(&self, wanted: impl Fn(&str) -> bool) -> Result<BTreeMap<Key, Operation<'a>>, SpecError> {
        let base = self.base()?;
        let mut all = BTreeMap::new();
        let mut shortened = Vec::new();
        for (path, item) in object(self.root, "paths") {
            let path = format!("{base}{path}");
            if !wanted(&pattern(&path)) {
                continue;
            }
            let item = self.follow(item)?;
            for method in METHODS {
                let Some(node) = item.get(method) else { continue };
                let operation = self.operation(method, &path, item, node)?;
                shortened.extend(iter::successors(operation.shorter(), Operation::shorter));
                all.insert(operation.key(), operation);
            }
        }
        for operation in shortened {
            all.entry(operation.key()).or_insert(operation); // an operation of that path has priority
        }
        Ok(all)
    }

    /// Returns the part of each path that is in the server's URL.
    fn base(&self) -> Result<String, SpecError> {
        if let Some(base) = self.root.get("basePath").and_then(Value::as_str) {
            return Ok(base.trim_end_matches('/').to_owned());
        }
        let Some(server) = list(self.root, "servers").first() else { return Ok(String::new()) };
        let mut url = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        for (name, variable) in object(server, "variables") {
            if let Some(default) = variable.get("default").and_then(Value::as_str) {
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        // A URL without a scheme has a host after two slashes, or is a path.
        let host = url.split_once("://").map(|(_, rest)| rest).or_else(|| url.strip_prefix("//"));
        let path = host.map_or(&*url, |host| host.find('/').and_then(|at| host.get(at..)).unwrap_or_default());
        if let Some((_, variable)) = path.split_once('{') {
            return Err(SpecError::server(variable.split('}').next().unwrap_or_default()));
        }
        Ok(path.trim_end_matches('/').to_owned())
    }

    fn operation(
        &self,
        method: &'static str,
        path: &str,
        item: &'a Value,
        node: &'a Value,
    ) -> Result<Operation<'a>, SpecError> {
        let mut listed: Vec<Parameter<'a>> = Vec::new();
        for parameter in list(node, "parameters").iter().chain(list(item, "parameters")) {
            let Some(parameter) = Parameter::of(self.follow(parameter)?) else { continue };
            // An operation's own parameters have priority over those of its path.
            if !listed.iter().any(|known| (known.name, known.place) == (parameter.name, parameter.place)) {
                listed.push(parameter);
            }
        }
        let (sent, mut parameters): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|parameter| matches!(parameter.place, "body" | "formData"));
        let names: Vec<_> = names(path).collect();
        parameters.retain(|parameter| match parameter.place {
            "path" => names.contains(&parameter.name),
            "header" => !EVERYWHERE.iter().any(|name| parameter.name.eq_ignore_ascii_case(name)),
            _ => true,
        });
        let (body, responses) = (self.body(node, &sent)?, self.responses(node)?);
        Ok(Operation { node, method, path: path.to_owned(), parameters, body, responses })
    }

    fn body(&self, node: &'a Value, sent: &[Parameter<'a>]) -> Result<Option<Schema<'a>>, SpecError> {
        if let Some(body) = node.get("requestBody") {
            return content(self.follow(body)?).map(|schema| Ok((*self.schema(schema)?).clone())).transpose();
        }
        if let Some(whole) = sent.iter().find(|parameter| parameter.place == "body") {
            return Ok(Some((*self.schema(whole.schema)?).clone()));
        }
        let form = || sent.iter().filter(|parameter| parameter.place == "formData");
        Ok((!sent.is_empty()).then(|| Schema {
            fields: form().map(|field| (field.name, field.schema)).collect(),
            required: form().filter(|field| field.required).map(|field| field.name).collect(),
            ..Schema::default()
        }))
    }

    fn responses(&self, node: &'a Value) -> Result<BTreeMap<&'a str, &'a Value>, SpecError> {
        let mut responses = BTreeMap::new();
        for (status, response) in object(node, "responses") {
            let response = self.follow(response)?;
            if let Some(schema) = response.get("schema").or_else(|| content(response)) {
                responses.insert(status.as_str(), schema);
            }
        }
        Ok(responses)
    }

    /// Returns the schema of a parameter, with the claims of the parameter's `x-sources`.
    pub(crate) fn parameter(&self, parameter: &Parameter<'a>) -> Result<Schema<'a>, SpecError> {
        let mut schema = (*self.schema(parameter.schema)?).clone();
        schema.claims = parameter.claims().or(schema.claims);
        Ok(schema)
    }
}

impl<'a> Parameter<'a> {
    fn of(node: &'a Value) -> Option<Self> {
        Some(Self {
            node,
            name: node.get("name")?.as_str()?,
            place: node.get("in")?.as_str()?,
            required: node.get("required") == Some(&Value::Bool(true)),
            // In Swagger 2.0 a parameter is its own schema.
            schema: node.get("schema").or_else(|| content(node)).unwrap_or(node),
        })
    }

    pub(crate) fn claims(&self) -> Option<Vec<Claim<'a>>> {
        Claim::all(self.node)
    }
}

impl<'a> Operation<'a> {
    fn key(&self) -> Key {
        (self.method, pattern(&self.path))
    }

    /// Returns the operation without the last segment of its path, if that is optional.
    fn shorter(&self) -> Option<Self> {
        let (rest, last) = self.path.trim_end_matches('/').rsplit_once('/')?;
        let last = name(last)?;
        let is_last = |parameter: &&Parameter<'_>| parameter.place == "path" && parameter.name == last;
        self.parameters.iter().find(is_last).filter(|parameter| !parameter.required)?;
        let mut shorter = Self { path: rest.to_owned(), ..self.clone() };
        shorter.parameters.retain(|parameter| !is_last(&parameter));
        Some(shorter)
    }

    /// Returns `GET /payments/find/{merchant_uid}`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns the names in the path's braces, in order.
    pub(crate) fn path_names(&self) -> impl Iterator<Item = &str> {
        names(&self.path)
    }

    pub(crate) fn id(&self) -> Option<&'a str> {
        self.node.get("operationId")?.as_str()
    }

    /// Returns the statuses whose responses have a schema.
    pub(crate) fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.responses.iter().map(|(status, schema)| (*status, *schema))
    }

    /// Returns the schema of a status: its own, that of its class, or for success the default one.
    pub(crate) fn response(&self, status: &str) -> Option<&'a Value> {
        let class = status.get(..1).map(|class| format!("{class}XX")).unwrap_or_default();
        let default = if status == "200" { "default" } else { "" };
        [status, class.as_str(), default].into_iter().find_map(|key| self.responses.get(key)).copied()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    segments(path).filter_map(name)
}

/// Returns a path without the names in its braces.
fn pattern(path: &str) -> String {
    let segment = |segment| if name(segment).is_some() { "{}" } else { segment };
    segments(path).map(segment).collect::<Vec<_>>().join("/")
}

/// Returns the schema of a content: of JSON, of a format on top of JSON, of anything, or of the first media type.
fn content(node: &Value) -> Option<&Value> {
    let rank = |media: &str| match media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase() {
        media if media == "application/json" => 0,
        media if media.ends_with("+json") => 1,
        media if media == "*/*" => 2,
        _ => 3,
    };
    object(node, "content").min_by_key(|(media, _)| rank(media))?.1.get("schema")
}
