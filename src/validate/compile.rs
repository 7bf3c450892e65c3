//! From the document to one JSON Schema that only a body without anything to report fits, and the places it is about.
//!
//! Draft 4, as the one that agrees with OpenAPI 3.0 on what an integer is: `1.0` is none, and does not decode as one.

use std::{borrow::Cow, collections::HashMap};

use jsonschema::{Draft, Validator, options_for};
use serde_json::{Map, Value, json};

use super::{
    document::{Document, Fault},
    kind::{Kind, Kinds},
    node::Trees,
    rule::Place,
    shape::Shape,
    sources::{Claim, Source, claims},
};

/// What the sample in B has in place of every string.
const PLACEHOLDER: &str = "string";

/// A schema, ready to check with.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) validator: Validator<Trees>,
    /// By where the JSON Schema speaks of them, as a JSON pointer.
    pub(super) places: HashMap<String, Place>,
}

impl Compiled {
    pub(super) fn new(document: &Document, schema: &Value, speaking: &[Source]) -> Result<Self, Fault> {
        let mut compiler = Compiler { document, speaking, places: HashMap::new() };
        let schema = compiler.translate(schema, false, String::new())?;
        let validator = options_for::<Trees>().with_draft(Draft::Draft4).build(&schema).map_err(|e| e.to_string())?;
        Ok(Self { validator, places: compiler.places })
    }
}

/// Where the JSON Schema speaks of a property of the object at `place`.
pub(super) fn property_of(place: &str, property: &str) -> String {
    format!("{place}/properties/{}", escaped(property))
}

/// A name as a segment of a JSON pointer.
pub(super) fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

struct Compiler<'d> {
    document: &'d Document,
    speaking: &'d [Source],
    places: HashMap<String, Place>,
}

impl<'d> Compiler<'d> {
    fn translate(&mut self, schema: &'d Value, required: bool, at: String) -> Result<Value, Fault> {
        let shape = Shape::of(self.document, schema)?;
        let claims = claims(schema, self.speaking)?;
        let known = codes(&shape, &claims);
        let place = Place::new(&shape, claims, required, listed_by(&shape, self.speaking)?);

        let mut out = Map::new();
        if place.quiet == Kinds::NONE {
            return Err(format!("{at}: the sources leave no kind of value that all of them allow"));
        }
        if place.quiet != Kinds::ANY {
            out.insert("type".to_owned(), place.quiet.iter().map(Kind::name).collect());
        }
        let mut keyword = |name: &str, value: Option<Value>| value.and_then(|value| out.insert(name.to_owned(), value));
        keyword("pattern", shape.pattern.cloned());
        keyword("minimum", shape.minimum);
        keyword("maximum", shape.maximum);
        keyword("maxLength", place.length().map(Value::from));
        keyword("enum", known);
        self.places.insert(at.clone(), place);

        if let Some(items) = shape.items {
            out.insert("items".to_owned(), self.translate(items, false, format!("{at}/items"))?);
        }
        if let Some(fields) = shape.properties {
            let mut properties: Map<_, _> = shape.slips.iter().map(|slip| ((*slip).to_owned(), json!({}))).collect();
            let mut expected = Vec::new();
            for (name, field) in fields {
                let required = shape.required.iter().any(|required| required == name);
                let at = property_of(&at, name);
                let missing = |place: &Place| place.missing().is_some();
                properties.insert(name.clone(), self.translate(field, required, at.clone())?);
                if self.places.get(&at).is_some_and(missing) {
                    expected.push(name.as_str());
                }
            }
            if !expected.is_empty() {
                out.insert("required".to_owned(), json!(expected));
            }
            out.insert("properties".to_owned(), properties.into());
            out.insert("additionalProperties".to_owned(), json!(false));
        }
        Ok(out.into())
    }
}

/// Everything that is no unknown code: the listed values, and what stands for none of them.
fn codes(shape: &Shape<'_>, claims: &[Claim]) -> Option<Value> {
    let mut known: Vec<_> = shape.codes().cloned().collect();
    if known.is_empty() {
        return None;
    }
    if known.iter().any(Value::is_number) {
        // The tables write numbers as strings, and the sample the absence of one.
        known.extend(shape.codes().map(|number| number.to_string().into()));
        known.push("null".into());
    } else if claims.iter().any(|claim| claim.source == Source::BSample) {
        known.push(PLACEHOLDER.into());
    }
    known.push(Value::Null);
    Some(known.into())
}

/// Which sources have codes here. The sample is no list: it shows one of them.
fn listed_by(shape: &Shape<'_>, speaking: &[Source]) -> Result<Vec<Source>, Fault> {
    let names =
        shape.codes.iter().filter_map(|code| code.get("sources")?.as_array()).flatten().filter_map(Value::as_str);
    let named = names.map(Source::named).collect::<Result<Vec<_>, _>>()?;
    let lists = |source: &Source| named.contains(source) && *source != Source::BSample;
    Ok(speaking.iter().copied().filter(lists).collect())
}
