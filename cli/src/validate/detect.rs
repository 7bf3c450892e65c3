//! Detects the operation that a record is a response to.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Returns the operation of a response by its fields; `None` for a payment without an envelope.
///
/// Stops at the first field that decides: the rest is read by the validation, which also rejects what is not JSON.
pub(super) fn operation(record: &[u8]) -> Option<&'static str> {
    let found = Cell::new(None);
    let _ = serde_json::Deserializer::from_slice(record).deserialize_map(Envelope(&found));
    found.get()
}

struct Envelope<'a>(&'a Cell<Option<&'static str>>);

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match &*name {
                "response" => return fields.next_value_seed(Response(self.0)),
                "imp_uid" | "merchant_uid" if self.0.get().is_none() => return Err(A::Error::custom("a payment")),
                // An envelope without `response` is a failure, which has one schema for every operation.
                "code" => self.0.set(Some("find_payment")),
                _ => {}
            }
            fields.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Visits the field `response`.
struct Response<'a>(&'a Cell<Option<&'static str>>);

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, response: D) -> Result<(), D::Error> {
        self.0.set(Some("find_payment"));
        response.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a payment, a list of payments or a token")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.0.set(Some("list_billing_key_payments"));
        Err(A::Error::custom("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match &*name {
                "list" => self.0.set(Some("list_billing_key_payments")),
                "access_token" => self.0.set(Some("get_token")),
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
