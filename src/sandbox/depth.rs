//! The depth of JSON, which is bounded, so that no recursion overflows the stack.

use std::mem;

use serde_json::Value;

/// The largest number of arrays and objects inside one another; serde_json has the same limit for a [`Value`].
const MAX: usize = 128;

pub(super) const TOO_DEEP: &str = "expected arrays and objects in at most 128 levels";

/// Returns whether the arrays and objects of a text are in too many levels.
pub(super) fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    json.iter().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth = depth.saturating_add(1),
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX
    })
}

/// Returns a value that is inside `outer_levels` levels; `None` if it is too deep there.
///
/// Such a value is taken apart, since dropping it would be a recursion.
pub(super) fn bounded(value: Value, outer_levels: usize) -> Option<Value> {
    if !exceeds(&value, MAX.saturating_sub(outer_levels)) {
        return Some(value);
    }
    let mut rest = vec![value];
    while let Some(mut value) = rest.pop() {
        match &mut value {
            Value::Array(items) => rest.append(items),
            Value::Object(fields) => rest.extend(mem::take(fields).into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    None
}

fn exceeds(value: &Value, levels: usize) -> bool {
    let mut rest = vec![(value, 0)];
    while let Some((value, depth)) = rest.pop() {
        let inner: &mut dyn Iterator<Item = &Value> = match value {
            Value::Array(items) => &mut items.iter(),
            Value::Object(fields) => &mut fields.values(),
            _ => continue,
        };
        if depth == levels {
            return true;
        }
        rest.extend(inner.map(|value| (value, depth + 1)));
    }
    false
}
