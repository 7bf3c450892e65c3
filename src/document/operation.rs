//! Operations as both formats mean them: where parameters stand, what is sent and what is answered.

use std::{collections::BTreeMap, iter};

use serde_json::Value;

use super::{
    error::SpecError,
    shape::{Shape, list, object},
    source::Source,
    voice::Voice,
};

/// Method and path, without the names in the path's braces: what an operation is known by.
pub(crate) type Key = (&'static str, String);

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Headers that every request has, which some descriptions list as parameters.
const EVERYWHERE: [&str; 3] = ["authorization", "content-type", "accept"];

#[derive(Clone)]
pub(crate) struct Operation<'a> {
    pub(crate) node: &'a Value,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// What is sent, as an object even where it is a form.
    pub(crate) body: Option<Shape<'a>>,
    /// The schema of each answer, by status.
    answers: BTreeMap<&'a str, &'a Value>,
}

#[derive(Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) node: &'a Value,
    pub(crate) name: &'a str,
    pub(crate) place: &'a str,
    pub(crate) required: bool,
    schema: &'a Value,
}

impl<'a> Source<'a> {
    /// The operations whose path, without the names in its braces, is asked for.
    pub(crate) fn operations(&self, asked: impl Fn(&str) -> bool) -> Result<BTreeMap<Key, Operation<'a>>, SpecError> {
        let base = self.base();
        let mut all = BTreeMap::new();
        let mut shortened = Vec::new();
        for (path, item) in object(self.root, "paths") {
            let path = format!("{base}{path}");
            if !asked(&pattern(&path)) {
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
            all.entry(operation.key()).or_insert(operation); // a path that stands for itself goes first
        }
        Ok(all)
    }

    /// What stands before every path.
    fn base(&self) -> &'a str {
        let server = || self.root.pointer("/servers/0/url").and_then(Value::as_str);
        let of_url = |url: &'a str| match url.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)),
            None => Some(url),
        };
        let base = self.root.get("basePath").and_then(Value::as_str).or_else(|| server().and_then(of_url));
        base.unwrap_or_default().trim_end_matches('/')
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
            // An operation's own parameters come first, and stand above those of its path.
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
        let (body, answers) = (self.body(node, &sent)?, self.answers(node)?);
        Ok(Operation { node, method, path: path.to_owned(), parameters, body, answers })
    }

    fn body(&self, node: &'a Value, sent: &[Parameter<'a>]) -> Result<Option<Shape<'a>>, SpecError> {
        if let Some(body) = node.get("requestBody") {
            return content(self.follow(body)?).map(|schema| Ok((*self.shape(schema)?).clone())).transpose();
        }
        if let Some(whole) = sent.iter().find(|parameter| parameter.place == "body") {
            return Ok(Some((*self.shape(whole.schema)?).clone()));
        }
        let form = || sent.iter().filter(|parameter| parameter.place == "formData");
        Ok((!sent.is_empty()).then(|| Shape {
            fields: form().map(|field| (field.name, field.schema)).collect(),
            required: form().filter(|field| field.required).map(|field| field.name).collect(),
            ..Shape::default()
        }))
    }

    fn answers(&self, node: &'a Value) -> Result<BTreeMap<&'a str, &'a Value>, SpecError> {
        let mut answers = BTreeMap::new();
        for (status, answer) in object(node, "responses") {
            let answer = self.follow(answer)?;
            if let Some(schema) = answer.get("schema").or_else(|| content(answer)) {
                answers.insert(status.as_str(), schema);
            }
        }
        Ok(answers)
    }

    /// The schema of a parameter, with what its own `x-sources` says.
    pub(crate) fn parameter(&self, parameter: &Parameter<'a>) -> Result<Shape<'a>, SpecError> {
        let mut shape = (*self.shape(parameter.schema)?).clone();
        match Voice::of(parameter.node) {
            Voice::Untold => {}
            told => shape.voice = told,
        }
        Ok(shape)
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
}

impl<'a> Operation<'a> {
    fn key(&self) -> Key {
        (self.method, pattern(&self.path))
    }

    /// The same without the last segment of its path, if that need not be there.
    fn shorter(&self) -> Option<Self> {
        let (rest, last) = self.path.trim_end_matches('/').rsplit_once('/')?;
        let last = name(last)?;
        let is_last = |parameter: &&Parameter<'_>| parameter.place == "path" && parameter.name == last;
        self.parameters.iter().find(is_last).filter(|parameter| !parameter.required)?;
        let mut shorter = Self { path: rest.to_owned(), ..self.clone() };
        shorter.parameters.retain(|parameter| !is_last(&parameter));
        Some(shorter)
    }

    /// How one calls it: `GET /payments/find/{merchant_uid}`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The names in the path's braces, in order.
    pub(crate) fn path_names(&self) -> impl Iterator<Item = &str> {
        names(&self.path)
    }

    /// The statuses whose answers have a schema.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.answers.iter().map(|(status, schema)| (*status, *schema))
    }

    /// The schema of the answer of a status, which may be told for all of its kind.
    pub(crate) fn answer(&self, status: &str) -> Option<&'a Value> {
        let class = status.get(..1).map(|class| format!("{class}XX")).unwrap_or_default();
        let default = if status == "200" { "default" } else { "" };
        [status, class.as_str(), default].into_iter().find_map(|key| self.answers.get(key)).copied()
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

/// A path without the names in its braces.
fn pattern(path: &str) -> String {
    let segment = |segment| if name(segment).is_some() { "{}" } else { segment };
    segments(path).map(segment).collect::<Vec<_>>().join("/")
}

/// The schema of a content, by preference of its JSON.
fn content(node: &Value) -> Option<&Value> {
    let json = object(node, "content").find(|(media, _)| media.contains("json"));
    json.or_else(|| object(node, "content").next())?.1.get("schema")
}
