//! Operations in any format: parameters, request body and responses.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    iter,
    rc::Rc,
};

use serde_json::{Map, Value};

use super::{
    Document,
    error::SpecError,
    parameter::{Parameter, content},
    schema::{Schema, list, object, strings},
};

/// The key of an operation: its method, and its path without the names in braces.
pub(crate) type OperationKey = (&'static str, String);

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The number of segments at the end of a path that may be optional.
const MAX_OPTIONAL: usize = 4;

/// The longest URL of a server, in bytes.
const MAX_URL: usize = 65_536;

/// Headers of every request, which some descriptions list as parameters.
const EVERYWHERE: [&str; 3] = ["authorization", "content-type", "accept"];

#[derive(Clone)]
pub(crate) struct ApiOperation<'a> {
    pub(crate) node: &'a Value,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter<'a>>,
    /// The request body: an object, even where it is a form.
    pub(crate) body: Option<Rc<Schema<'a>>>,
    /// The media types of the request body, as far as the description has them.
    pub(crate) consumes: BTreeSet<&'a str>,
    /// The ways to authenticate, any of which is enough. Empty if none is needed, `None` if the description has none at all.
    pub(crate) security: Option<BTreeSet<String>>,
    responses: BTreeMap<&'a str, ApiResponse<'a>>,
}

/// A response of an operation.
#[derive(Clone)]
pub(crate) struct ApiResponse<'a> {
    pub(crate) node: &'a Value,
    pub(crate) schema: Option<&'a Value>,
    /// The media types, as far as the description has them.
    pub(crate) produces: BTreeSet<&'a str>,
}

impl<'a> Document<'a> {
    /// Returns the operations whose paths, without the names in braces, are `wanted`.
    pub(crate) fn operations(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<OperationKey, ApiOperation<'a>>, SpecError> {
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
                let shorter = iter::successors(operation.shorter(), ApiOperation::shorter).take(MAX_OPTIONAL);
                for shorter in shorter {
                    self.take(shorter.parameters.len())?;
                    shortened.push(shorter);
                }
                all.insert(operation.key(), operation);
            }
        }
        for operation in shortened {
            all.entry(operation.key()).or_insert(operation); // an operation of that path has priority
        }
        Ok(all)
    }

    /// Returns the keys of all operations, those whose details cannot be read too.
    pub(crate) fn operation_keys(&self) -> Result<BTreeSet<OperationKey>, SpecError> {
        let base = self.base()?;
        let mut keys = BTreeSet::new();
        for (path, item) in object(self.root, "paths") {
            let (path, item) = (pattern(&format!("{base}{path}")), self.follow(item).unwrap_or(item));
            keys.extend(METHODS.into_iter().filter(|method| item.get(method).is_some()).map(|m| (m, path.clone())));
        }
        Ok(keys)
    }

    /// Returns the part of each path that is in the server's URL.
    fn base(&self) -> Result<String, SpecError> {
        if let Some(base) = self.root.get("basePath").and_then(Value::as_str) {
            return Ok(base.trim_end_matches('/').to_owned());
        }
        let Some(server) = list(self.root, "servers").first() else { return Ok(String::new()) };
        let mut url = server.get("url").and_then(Value::as_str).unwrap_or_default();
        let mut whole = String::new();
        // Each variable is replaced once: its default has no variables.
        while let Some((before, name, after)) = variable(url) {
            let default = server.get("variables").and_then(|all| all.get(name)?.get("default")?.as_str());
            whole.push_str(before);
            match default {
                Some(default) => whole.push_str(default),
                None => whole.extend(["{", name, "}"]),
            }
            if whole.len() > MAX_URL {
                return Err(SpecError::too_large(None, "the URL of the server is longer than 65,536 bytes"));
            }
            url = after;
        }
        let url = whole + url;
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
    ) -> Result<ApiOperation<'a>, SpecError> {
        let (mut listed, mut known) = (Vec::new(), HashSet::new());
        for parameter in list(node, "parameters").iter().chain(list(item, "parameters")) {
            self.take(1)?;
            let Some(parameter) = Parameter::of(self.follow(parameter)?) else { continue };
            // An operation's own parameters have priority over those of its path.
            if known.insert((parameter.name, parameter.place)) {
                listed.push(parameter);
            }
        }
        let (sent, mut parameters): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|parameter| matches!(parameter.place, "body" | "formData"));
        let names: BTreeSet<_> = names(path).collect();
        parameters.retain(|parameter| match parameter.place {
            "path" => names.contains(parameter.name),
            "header" => !EVERYWHERE.iter().any(|name| parameter.name.eq_ignore_ascii_case(name)),
            _ => true,
        });
        let (body, consumes) = (self.body(node, &sent)?, self.consumes(node, &sent)?);
        let (security, responses) = (self.security(node), self.responses(node)?);
        Ok(ApiOperation { node, method, path: path.to_owned(), parameters, body, consumes, security, responses })
    }

    fn consumes(&self, node: &'a Value, sent: &[Parameter<'a>]) -> Result<BTreeSet<&'a str>, SpecError> {
        match node.get("requestBody") {
            Some(body) => Ok(object(self.follow(body)?, "content").map(|(media, _)| media.as_str()).collect()),
            None if sent.is_empty() => Ok(BTreeSet::new()),
            None => Ok(self.media_types(node, "consumes")),
        }
    }

    /// Returns the media types of an operation in Swagger 2.0, or those of the whole description.
    fn media_types(&self, node: &'a Value, key: &str) -> BTreeSet<&'a str> {
        strings(node.get(key).or_else(|| self.root.get(key)).and_then(Value::as_array).map_or(&[], Vec::as_slice))
            .collect()
    }

    fn security(&self, node: &'a Value) -> Option<BTreeSet<String>> {
        let ways = node.get("security").or_else(|| self.root.get("security"))?.as_array()?;
        let schemes = self.root.get("securityDefinitions").or_else(|| self.root.pointer("/components/securitySchemes"));
        let scheme = |name: &String| {
            let scheme = schemes.and_then(|schemes| schemes.get(name));
            let text = |key| scheme.and_then(|scheme| scheme.get(key)?.as_str()).unwrap_or_default();
            match text("type") {
                "http" => format!("http {}", text("scheme").to_ascii_lowercase()),
                "basic" => "http basic".to_owned(),
                "apiKey" => format!("{} {}", text("in"), text("name").to_ascii_lowercase()),
                other => other.to_owned(),
            }
        };
        let way = |way: &'a Value| {
            way.as_object().into_iter().flat_map(Map::keys).map(scheme).collect::<Vec<_>>().join(" and ")
        };
        let ways: BTreeSet<_> = ways.iter().map(way).collect();
        // An empty way means that authentication is optional.
        Some(if ways.contains("") { BTreeSet::new() } else { ways })
    }

    fn body(&self, node: &'a Value, sent: &[Parameter<'a>]) -> Result<Option<Rc<Schema<'a>>>, SpecError> {
        if let Some(body) = node.get("requestBody") {
            return content(self.follow(body)?).map(|schema| self.schema(schema)).transpose();
        }
        if let Some(whole) = sent.iter().find(|parameter| parameter.place == "body") {
            return self.schema(whole.schema).map(Some);
        }
        let form = || sent.iter().filter(|parameter| parameter.place == "formData");
        let body = || Schema {
            fields: form().map(|field| (field.name, field.schema)).collect(),
            required: form().filter(|field| field.required).map(|field| field.name).collect(),
            ..Schema::default()
        };
        Ok((!sent.is_empty()).then(|| Rc::new(body())))
    }

    fn responses(&self, operation: &'a Value) -> Result<BTreeMap<&'a str, ApiResponse<'a>>, SpecError> {
        let mut responses = BTreeMap::new();
        for (status, response) in object(operation, "responses").filter(|(status, _)| !status.starts_with("x-")) {
            let node = self.follow(response)?;
            let schema = node.get("schema").or_else(|| content(node));
            let produces = match node.get("schema") {
                Some(_) => self.media_types(operation, "produces"),
                None => object(node, "content").map(|(media, _)| media.as_str()).collect(),
            };
            responses.insert(status.as_str(), ApiResponse { node, schema, produces });
        }
        Ok(responses)
    }
}

impl<'a> ApiOperation<'a> {
    fn key(&self) -> OperationKey {
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
        self.responses.iter().filter_map(|(status, response)| Some((*status, response.schema?)))
    }

    /// Returns the statuses that are declared by number.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (&'a str, &ApiResponse<'a>)> {
        self.responses
            .iter()
            .filter(|(status, _)| status.parse::<u16>().is_ok())
            .map(|(status, other)| (*status, other))
    }

    /// Returns the response of a status: its own, that of its class, or for success the default one.
    pub(crate) fn response(&self, status: &str) -> Option<&ApiResponse<'a>> {
        let class = status.get(..1).map(|class| format!("{class}XX")).unwrap_or_default();
        let default = if status == "200" { "default" } else { "" };
        [status, class.as_str(), default].into_iter().find_map(|key| self.responses.get(key))
    }
}

/// Splits a URL at its first variable: the text before it, its name, and the text after it.
fn variable(url: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = url.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
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
