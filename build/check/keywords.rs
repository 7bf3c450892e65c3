//! The part of OpenAPI 3.0 that becomes Rust, and the extensions: the keywords of each kind of object. Anything else is a
//! mistake, such as a misspelt keyword, which a lenient reader would skip.

use serde_json::Value;

use super::{super::document::claim::Claim, Fault, Result, fault::join};

/// What a keyword holds.
#[derive(Clone, Copy)]
enum Holds {
    Anything,
    Text,
    Flag,
    Integer,
    Texts,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of names of sources.
    Sources,
    /// By source, the claim about the value.
    Claims,
    /// By source, anything.
    BySource,
    /// An object of a kind, by name.
    Object(&'static str),
    /// A list of objects of a kind.
    List(&'static str),
    /// Objects of a kind by their names.
    Map(&'static str),
}
use Holds::{Anything, BySource, Claims, Flag, Integer, List, Map, Object, OneOf, Sources, Text, Texts};

/// The keywords of each kind of object. Those with `!` are required.
const KINDS: &[(&str, &[(&str, Holds)])] = &[
    (
        "document",
        &[
            ("openapi!", OneOf(&["3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.0.4"])),
            ("info!", Object("info")),
            ("components!", Object("components object")),
            ("x-sources!", Map("source")),
            ("servers!", List("server")),
            ("security!", Anything),
            ("tags", List("tag")),
            ("paths!", Map("path")),
        ],
    ),
    (
        "info",
        &[
            ("title!", Text),
            ("version!", Text),
            ("description", Text),
            ("license", Object("license")),
            ("contact", Object("contact")),
        ],
    ),
    ("license", &[("name!", Text), ("url", Text)]),
    ("contact", &[("name", Text), ("url", Text), ("email", Text)]),
    (
        "source",
        &[("title!", Text), ("address", Text), ("address-en", Text), ("file", Text), ("kind!", Text), ("date!", Text)],
    ),
    ("server", &[("url!", Text), ("description", Text)]),
    ("tag", &[("name!", Text), ("description", Text)]),
    (
        "path",
        &[
            ("get", Object("operation")),
            ("post", Object("operation")),
            ("put", Object("operation")),
            ("patch", Object("operation")),
            ("delete", Object("operation")),
        ],
    ),
    (
        "operation",
        &[
            ("operationId!", Text),
            ("tags", Texts),
            ("summary", Text),
            ("description", Text),
            ("deprecated", Flag),
            ("security", Anything),
            ("parameters", List("parameter")),
            ("requestBody", Object("request body")),
            ("responses!", Map("response")),
            ("x-rust", Object("x-rust of an operation")),
            ("x-safe-to-repeat", Flag),
        ],
    ),
    ("x-rust of an operation", &[("endpoint", Text)]),
    (
        "parameter",
        &[
            ("name!", Text),
            ("in!", OneOf(&["path", "query", "header"])),
            ("required", Flag),
            ("description", Text),
            ("style", OneOf(&["form", "simple"])),
            ("explode", Flag),
            ("schema!", Object("schema")),
            ("example", Anything),
            ("x-sources", Claims),
        ],
    ),
    ("request body", &[("description", Text), ("required!", Flag), ("content!", Map("media type"))]),
    ("response", &[("description!", Text), ("content!", Map("media type"))]),
    ("media type", &[("schema!", Object("schema")), ("example", Anything), ("examples", Map("example"))]),
    ("example", &[("summary", Text), ("value!", Anything)]),
    (
        "components object",
        &[
            ("securitySchemes", Map("security scheme")),
            ("parameters", Map("parameter")),
            ("responses", Map("response")),
            ("schemas!", Map("schema")),
            ("examples", Map("example")),
        ],
    ),
    ("security scheme", &[("type!", OneOf(&["http"])), ("scheme!", OneOf(&["bearer"])), ("description", Text)]),
    (
        "schema",
        &[
            ("description", Text),
            ("type", OneOf(&["string", "integer", "number", "boolean", "array", "object"])),
            ("format", Text),
            ("nullable", Flag),
            ("enum", Anything),
            ("default", Anything),
            ("example", Anything),
            ("minimum", Integer),
            ("maximum", Integer),
            ("minLength", Integer),
            ("maxLength", Integer),
            ("maxItems", Integer),
            ("pattern", Text),
            ("properties", Map("schema")),
            ("required", Texts),
            ("additionalProperties", Flag),
            ("items", Object("schema")),
            ("allOf", List("schema")),
            ("oneOf", List("schema")),
            ("deprecated", Flag),
            ("x-sources", Claims),
            ("x-extensible-enum", List("value of a code")),
            ("x-listed-by", Sources),
            ("x-mistakes", BySource),
            ("x-relied-on", Flag),
            ("x-rust", Object("x-rust of a schema")),
        ],
    ),
    ("value of a code", &[("value!", Anything), ("name", Text), ("description!", Text), ("sources", Sources)]),
    ("x-rust of a schema", &[("type", Text), ("name", Text), ("doc", Text)]),
];

/// The sections of `components` that objects of a kind can be taken from.
const SECTIONS: &[(&str, &str)] =
    &[("parameter", "parameters"), ("response", "responses"), ("schema", "schemas"), ("example", "examples")];

/// Checks the keywords of the whole document.
pub(super) fn check(document: &Value) -> Result {
    object(document, "document", document, "")
}

fn object(document: &Value, kind: &str, node: &Value, at: &str) -> Result {
    let fields = node.as_object().ok_or_else(|| unexpected(node, "an object", at))?;
    if fields.contains_key("$ref") {
        return reference(document, kind, node, at);
    }
    let keywords = KINDS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, keywords)| keywords);
    let names = || keywords.iter().map(|(keyword, _)| keyword.trim_end_matches('!'));
    if let Some(unknown) = fields.keys().find(|key| !names().any(|known| known == *key)) {
        let known = names().collect::<Vec<_>>().join(", ");
        let why = format!("`{unknown}` is not a keyword of {} here: expected one of {known}", with_article(kind));
        return Err(Fault::new(join(at, unknown), why));
    }
    let mut required = keywords.iter().filter_map(|(keyword, _)| keyword.strip_suffix('!'));
    if let Some(missing) = required.find(|keyword| !fields.contains_key(*keyword)) {
        return Err(Fault::new(at, format!("{} needs `{missing}`", with_article(kind))));
    }
    keywords.iter().zip(names()).try_for_each(|((_, holds), keyword)| match fields.get(keyword) {
        Some(value) => content(document, *holds, value, &join(at, keyword)),
        None => Ok(()),
    })
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u', 'x']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// Checks that a `$ref` is alone and leads to an object of the kind.
fn reference(document: &Value, kind: &str, node: &Value, at: &str) -> Result {
    let section = SECTIONS.iter().find(|(name, _)| *name == kind).map(|(_, section)| *section);
    let section =
        section.ok_or_else(|| Fault::new(at, format!("{} cannot be a `$ref`: write it here", with_article(kind))))?;
    if node.as_object().is_some_and(|fields| fields.len() > 1) {
        let why = "OpenAPI 3.0 ignores the siblings of a `$ref`: write `allOf: [{ $ref: … }]` beside them";
        return Err(Fault::new(at, why));
    }
    let at = join(at, "$ref");
    let target = node.get("$ref").and_then(Value::as_str).ok_or_else(|| Fault::new(&at, "expected a text"))?;
    let expected = format!("#/components/{section}/");
    let name = target.strip_prefix(&expected);
    let name =
        name.ok_or_else(|| Fault::new(&at, format!("`{target}` is not {}: expected {expected}…", with_article(kind))))?;
    let known = document.pointer(&format!("/components/{section}")).and_then(|all| all.get(name));
    known.map(|_| ()).ok_or_else(|| Fault::new(&at, format!("`{target}` leads to nothing in the document")))
}

fn content(document: &Value, holds: Holds, value: &Value, at: &str) -> Result {
    let source = |name: &str, at: &str| match document.get("x-sources").and_then(|sources| sources.get(name)) {
        Some(_) => Ok(()),
        None => Err(Fault::new(at, format!("`{name}` is not among the sources at the root"))),
    };
    let is = |fits: bool, expected: &str| if fits { Ok(()) } else { Err(unexpected(value, expected, at)) };
    match holds {
        Anything => Ok(()),
        Text => is(value.is_string(), "a text (in quotes, if it looks like a number, a date or a flag)"),
        Flag => is(value.is_boolean(), "true or false"),
        Integer => is(value.is_i64(), "an integer"),
        OneOf(known) => match value.as_str() {
            Some(text) if known.contains(&text) => Ok(()),
            _ => Err(Fault::new(at, format!("{value} is not supported: expected {}", known.join(", ")))),
        },
        Texts => each(value, at, |item, at| content(document, Text, item, at)),
        Sources => each(value, at, |item, at| source(item.as_str().unwrap_or_default(), at)),
        List(kind) => each(value, at, |item, at| object(document, kind, item, at)),
        Object(kind) => object(document, kind, value, at),
        Map(kind) => entries(value, at, |_, value, at| object(document, kind, value, at)),
        BySource => entries(value, at, |name, _, at| source(name, at)),
        Claims => entries(value, at, |name, claim, at| {
            source(name, at)?;
            let known = claim.as_str().and_then(|text| Claim::parse(name, text));
            let why = format!("{claim} in x-sources is not TYPE[|null][*] [<=N] [absent]");
            known.map(|_| ()).ok_or_else(|| Fault::new(at, why))
        }),
    }
}

fn each(value: &Value, at: &str, check: impl Fn(&Value, &str) -> Result) -> Result {
    let items = value.as_array().ok_or_else(|| unexpected(value, "a list", at))?;
    items.iter().enumerate().try_for_each(|(index, item)| check(item, &join(at, index)))
}

fn entries(value: &Value, at: &str, check: impl Fn(&str, &Value, &str) -> Result) -> Result {
    let entries = value.as_object().ok_or_else(|| unexpected(value, "an object", at))?;
    entries.iter().try_for_each(|(name, value)| check(name, value, &join(at, name)))
}

fn unexpected(value: &Value, expected: &str, at: &str) -> Fault {
    let found = match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        scalar => scalar.to_string(),
    };
    Fault::new(at, format!("expected {expected}, got {found}"))
}
