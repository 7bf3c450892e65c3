//! Writes bodies as PHP's `json_encode` does, byte for byte.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::{Serialize, Serializer, ser::Error};
use serde_json::{
    ser::Formatter,
    value::{RawValue, to_raw_value},
};

/// The keys of the only object that the service does not sort.
const CANCELLATION: &[&str] = &["pg_tid", "amount", "cancelled_at", "reason", "receipt_url", "cancellation_id"];

/// The envelope of every response.
#[derive(Serialize)]
pub(super) struct ResponseEnvelope<'a, T> {
    pub(super) code: i64,
    pub(super) message: Option<&'a str>,
    pub(super) response: T,
}

/// A page of a listing.
#[derive(Serialize)]
pub(super) struct ListedPage<T> {
    pub(super) total: usize,
    pub(super) previous: usize,
    pub(super) next: usize,
    pub(super) list: Vec<T>,
}

/// Writes a body with the keys in the order of the value.
pub(super) fn write(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    // No value written here fails to serialize; if one did, a test would see the empty body.
    match value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Escapes)) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

/// Writes the value of a payment's field, its keys in the service's order.
pub(super) fn field(name: &str, value: &impl Serialize) -> Box<RawValue> {
    let order = if name == "cancel_history" { CANCELLATION } else { &[] };
    let raw = to_raw_value(value).unwrap_or_default();
    let text = String::from_utf8(write(&Ordered { raw: &raw, order })).unwrap_or_default();
    RawValue::from_string(text).unwrap_or_default()
}

/// JSON text whose objects start with the keys of `order`; all other keys follow, sorted. Text keeps the digits of numbers.
struct Ordered<'a> {
    raw: &'a RawValue,
    order: &'static [&'static str],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.raw.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut fields: Vec<_> = fields.into_iter().collect();
                let rank = |name: &str| self.order.iter().position(|first| *first == name).unwrap_or(usize::MAX);
                fields.sort_by_key(|(name, _)| rank(name));
                serializer.collect_map(fields.into_iter().map(|(name, raw)| (name, Ordered { raw, order: &[] })))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
                serializer.collect_seq(items.into_iter().map(|raw| Ordered { raw, order: self.order }))
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(text).map_err(S::Error::custom)?;
                serializer.serialize_str(&text)
            }
            _ => self.raw.serialize(serializer),
        }
    }
}

/// Escapes slashes, and characters outside ASCII by their UTF-16 units.
struct Escapes;

impl Formatter for Escapes {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut units = [0; 2];
        for run in fragment.split_inclusive(|c: char| c == '/' || !c.is_ascii()) {
            let mut chars = run.chars();
            match chars.next_back() {
                Some('/') => write!(writer, "{}\\/", chars.as_str())?,
                Some(last) if !last.is_ascii() => {
                    writer.write_all(chars.as_str().as_bytes())?;
                    for unit in last.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
                _ => writer.write_all(run.as_bytes())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_are_escaped_as_in_php() {
        let text = "a/b \u{7f} 홍 😀/ \"\\\n\u{1}";
        let expected = "\"a\\/b \u{7f} \\ud64d \\ud83d\\ude00\\/ \\\"\\\\\\n\\u0001\"";
        assert_eq!(String::from_utf8_lossy(&write(&text)), expected);
        assert_eq!(serde_json::from_str::<String>(expected).ok().as_deref(), Some(text));
    }

    #[test]
    fn keys_have_the_order_of_the_service_at_any_depth() {
        let value = json!({"b": {"d": 1, "c": "/"}, "a": [{"f": null, "e": 1.5}]});
        assert_eq!(field("extra", &value).get(), r#"{"a":[{"e":1.5,"f":null}],"b":{"c":"\/","d":1}}"#);

        let history =
            json!([{"zeta": 1, "alpha": 2, "reason": "r", "amount": 5, "pg_tid": {"reason": 1, "amount": 2}}]);
        assert_eq!(
            field("cancel_history", &history).get(),
            r#"[{"pg_tid":{"amount":2,"reason":1},"amount":5,"reason":"r","alpha":2,"zeta":1}]"#,
        );
    }
}
