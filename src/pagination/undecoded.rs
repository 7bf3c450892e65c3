//! Reads the payments of a listing one by one, after the body as a whole could not be decoded.

use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    error::Error,
    generated::{Envelope, ResponseValue, types::Payment},
    json,
};

/// The most payments of a response that are reported one by one: the largest page.
const MAX_UNDECODED: usize = 1000;

/// A payment of a response that cannot be decoded. Its `Debug` prints no identifier.
#[derive(Clone)]
pub struct UndecodedPayment {
    pub(super) index: usize,
    imp_uid: Option<String>,
    merchant_uid: Option<String>,
    json: Box<RawValue>,
    error: Error,
}

impl UndecodedPayment {
    /// Returns its `imp_uid`, if that can be decoded.
    pub fn imp_uid(&self) -> Option<&str> {
        self.imp_uid.as_deref()
    }

    /// Returns its `merchant_uid`, if that can be decoded.
    pub fn merchant_uid(&self) -> Option<&str> {
        self.merchant_uid.as_deref()
    }

    /// Returns the payment as received; `U+FFFD` stands for bytes that are not UTF-8. It has personal data.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }

    /// Returns why it cannot be decoded.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Debug for UndecodedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UndecodedPayment").field("error", &self.error).finish_non_exhaustive()
    }
}

/// Payments, and those that cannot be decoded, in the order of the response.
#[derive(Debug)]
pub struct Listed<T> {
    pub(crate) payments: T,
    pub(crate) undecoded: Vec<UndecodedPayment>,
}

impl<T> Listed<T>
where
    Envelope<T>: DeserializeOwned,
{
    /// Returns the content of a response, unless `mismatch` names a field in which it differs from the request.
    pub(crate) fn read(
        response: Result<ResponseValue<Envelope<T>>, Error>,
        mismatch: impl FnOnce(&T) -> Option<&'static str>,
    ) -> Result<Self, Error> {
        match response {
            Ok(response) => Ok(Self { payments: response.content(mismatch)?, undecoded: Vec::new() }),
            Err(mut error) => match error.take_body() {
                Some((status, body)) => {
                    let attempts = error.attempts();
                    let (text, broken) = text(&body);
                    let fault = |index, fault| Error::payment(status, index, fault).after(attempts);
                    let (body, undecoded) = split(&text, &broken, fault).ok_or_else(|| error.clone())?;
                    let envelope = Envelope::open(status, &body.into()).map_err(|_| error)?;
                    let payments = envelope.response.ok_or_else(|| Error::missing(status).after(attempts))?;
                    match mismatch(&payments) {
                        Some(field) => Err(Error::another_payment(status, field).after(attempts)),
                        None => Ok(Self { payments, undecoded }),
                    }
                }
                None => Err(error),
            },
        }
    }
}

/// Returns a body as text, and the places in it where a replacement character stands for bytes that are not UTF-8.
fn text(body: &[u8]) -> (String, Vec<usize>) {
    let (mut text, mut broken) = (String::with_capacity(body.len()), Vec::new());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            broken.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, broken)
}

/// Takes the payments that cannot be decoded out of a body, and those with a broken place. Nothing else of the body changes,
/// so that the rest of it is read as strictly as any other. `None` if there is no such payment, or a broken place elsewhere.
fn split(
    body: &str,
    broken: &[usize],
    error: impl Fn(usize, json::DecodeError) -> Error,
) -> Option<(String, Vec<UndecodedPayment>)> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        response: &'a RawValue,
    }

    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        list: &'a RawValue,
    }

    let Body { response } = serde_json::from_str(body).ok()?;
    let list = match response.get().as_bytes() {
        [b'[', ..] => response.get(),
        _ => serde_json::from_str::<Page<'_>>(response.get()).ok()?.list.get(),
    };
    let items: Vec<&RawValue> = serde_json::from_str(list).ok()?;
    // All are parts of one text.
    let place = |part: &str| (part.as_ptr() as usize).checked_sub(body.as_ptr() as usize);
    let path = if list.len() == response.get().len() { "response" } else { "response.list" };
    let (mut decoded, mut undecoded) = (Vec::new(), Vec::new());
    let (mut read, mut lines, mut line_start, mut broken) = (0, 0, 0, broken.iter().copied().peekable());
    for (index, item) in items.into_iter().enumerate() {
        let start = place(item.get())?;
        let mut first_broken = None;
        while let Some(at) = broken.next_if(|at| (start..start + item.get().len()).contains(at)) {
            first_broken.get_or_insert(at - start);
        }
        let payment = match first_broken {
            Some(at) => Err(json::DecodeError::not_utf8(item.get().get(..at)?)),
            None => json::parse::<Payment>(item.get().as_bytes()),
        };
        match payment {
            Ok(_) => decoded.push(item.get()),
            Err(_) if undecoded.len() >= MAX_UNDECODED => return None,
            Err(fault) => {
                let between = body.get(read..start)?;
                lines += between.matches('\n').count();
                line_start = between.rfind('\n').map_or(line_start, |end| read + end + 1);
                read = start;
                undecoded.push(UndecodedPayment {
                    index,
                    imp_uid: field(item, "imp_uid"),
                    merchant_uid: field(item, "merchant_uid"),
                    json: item.to_owned(),
                    error: error(index, fault.within(&format!("{path}[{index}]"), lines, start - line_start)),
                });
            }
        }
    }
    if broken.next().is_some() {
        return None;
    }
    let start = place(list)?;
    let (start, end) = (body.get(..start)?, body.get(start + list.len()..)?);
    (!undecoded.is_empty()).then(|| (format!("{start}[{}]{end}", decoded.join(",")), undecoded))
}

fn field(payment: &RawValue, name: &str) -> Option<String> {
    let fields = serde_json::from_str::<std::collections::HashMap<String, &RawValue>>(payment.get()).ok()?;
    serde_json::from_str(fields.get(name)?.get()).ok()
}
