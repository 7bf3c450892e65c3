//! Random bodies that the document's schemas allow, and random changes of them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// A random body that a schema allows.
pub(crate) fn make(root: &Value, schema: &Value, rng: &mut Rng) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return make(root, root.pointer(reference.trim_start_matches('#')).unwrap(), rng);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return make(root, &parts[0], rng);
    }
    if schema["nullable"] == true && rng.u8(..) < 40 {
        return Value::Null;
    }
    if let Some(codes) = schema["x-extensible-enum"].as_array()
        && rng.u8(..) < 200
    {
        return rng.choice(codes).unwrap()["value"].clone();
    }
    if let Some(branches) = schema["oneOf"].as_array() {
        return make(root, rng.choice(branches).unwrap(), rng);
    }
    if schema["enum"] == json!([null]) {
        return Value::Null;
    }
    match schema["type"].as_str() {
        Some("object") => object(root, schema, rng),
        Some("array") => (0..rng.usize(0..4)).map(|_| make(root, &schema["items"], rng)).collect(),
        Some("boolean") => rng.bool().into(),
        Some("integer") => rng.choice([0, 1, 20, 1_709_722_069]).into(),
        Some("number") => number(rng),
        Some("string") if schema["pattern"].is_string() => rng.choice(["0", "1", "1709722069"]).into(),
        Some("string") => text(rng).into(),
        _ => anything(rng, 2),
    }
}

fn object(root: &Value, schema: &Value, rng: &mut Rng) -> Value {
    let mut object = Map::new();
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if required.contains(&name.as_str()) || rng.u8(..) < 200 {
            object.insert(name.clone(), make(root, property, rng));
        }
    }
    if schema["properties"].is_object() && schema["additionalProperties"] != false && rng.u8(..) < 60 {
        object.insert(format!("new_{}", rng.lowercase()), anything(rng, 3));
    }
    object.into()
}

/// A random amount, with or without decimals.
fn number(rng: &mut Rng) -> Value {
    let text = match rng.u8(..4) {
        0 => rng.u32(..).to_string(),
        1 => format!("{}.{:02}", rng.u32(..), rng.u8(..100)),
        2 => format!("{}.{}5", rng.u64(..100_000_000), rng.u16(..)),
        _ => "0".to_owned(),
    };
    serde_json::from_str(&text).unwrap()
}

fn text(rng: &mut Rng) -> String {
    (0..rng.usize(0..12))
        .map(|_| rng.choice(['a', 'Z', '0', '-', ' ', '"', '\\', '/', '홍', '🧾', '\u{0}']).unwrap())
        .collect()
}

pub(crate) fn anything(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(..if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => rng.i64(..).into(),
        3 => number(rng),
        4 => text(rng).into(),
        5 => (0..rng.usize(0..3)).map(|_| anything(rng, depth - 1)).collect(),
        _ => (0..rng.usize(0..3)).map(|_| (text(rng), anything(rng, depth - 1))).collect::<Map<_, _>>().into(),
    }
}

/// Replaces or removes a random value of a body.
pub(crate) fn mutate(body: &mut Value, rng: &mut Rng) {
    let deeper = rng.u8(..) < 200;
    match body {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let name = rng.choice(fields.keys().cloned().collect::<Vec<_>>()).unwrap();
            if rng.u8(..) < 30 {
                fields.remove(&name);
            } else {
                mutate(&mut fields[&name], rng);
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let index = rng.usize(..items.len());
            mutate(&mut items[index], rng);
        }
        place => *place = anything(rng, 2),
    }
}
