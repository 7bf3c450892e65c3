//! Detects what a record is by its fields.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// What a record is.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A captured response, with its operation and status.
    Capture,
    /// A response to an unknown operation: this one is covered by the sources that cover all operations with such a response.
    Response(&'static str),
    /// A page without an envelope.
    Page,
    /// A payment without an envelope, or anything else.
    Payment,
}

/// Returns the shape of a record.
///
/// Stops at the first field that decides: the rest is read by the validation, which also rejects what is not JSON.
pub(super) fn shape(record: &[u8]) -> Shape {
    let found = Cell::new(Shape::Payment);
    let _ = serde_json::Deserializer::from_slice(record).deserialize_map(Record(&found));
    found.get()
}

struct Record<'a>(&'a Cell<Shape>);

impl<'de> Visitor<'de> for Record<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            let decided = match &*name {
                "response" => return fields.next_value_seed(Response(self.0)),
                "operation" => Shape::Capture,
                "total" | "previous" | "next" | "list" => Shape::Page,
                "imp_uid" | "merchant_uid" => self.0.get(),
                other => {
                    if other == "code" {
                        // An envelope without `response` is a failure, which has one schema for every operation.
                        self.0.set(Shape::Response("find_payment"));
                    }
                    fields.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            self.0.set(decided);
            return Err(A::Error::custom("decided"));
        }
        Ok(())
    }
}

/// Visits the field `response`.
struct Response<'a>(&'a Cell<Shape>);

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, response: D) -> Result<(), D::Error> {
        self.0.set(Shape::Response("find_payment"));
        response.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a payment, a list of payments or a token")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.0.set(Shape::Response("get_payments"));
        Err(A::Error::custom("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match &*name {
                "total" | "previous" | "next" | "list" => self.0.set(Shape::Response("find_payments")),
                "access_token" => self.0.set(Shape::Response("get_token")),
                "imp_uid" | "merchant_uid" | "amount" => {}
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                    continue;
                }
            }
            return Err(A::Error::custom("decided"));
        }
        Ok(())
    }
}
