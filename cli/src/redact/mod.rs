//! Replaces the personal data of captured responses, so that they can be published.

mod scramble;

use std::{
    collections::BTreeSet,
    io::{self, BufWriter, Write},
    sync::LazyLock,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use iamport::{spec, validate};
use serde::de::IgnoredAny;
use serde_json::Value;

use self::scramble::Scrambler;
use crate::{
    args,
    error::CliError,
    input,
    outcome::Outcome,
    output::FewNotes,
    records::{Record, Records},
};

/// The largest number of digits in a code; an identifier or a phone number has more.
const CODE_DIGITS: usize = 4;

pub(crate) fn run(args: &args::Redact) -> Result<Outcome, CliError> {
    let file = input::name(&args.file);
    let unreadable = |error: io::Error| CliError::Input(format!("cannot read {file}: {error}"));
    let mut records = input::open(&args.file).and_then(Records::new).map_err(unreadable)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let redactor = Redactor { scrambler: Scrambler::new(), fields: Fields::of_document() };
    let (mut any, mut notes) = (false, FewNotes::default());
    while let Some(Record { json, line, .. }) = records.next().map_err(unreadable)? {
        any = true;
        let text = match str::from_utf8(json) {
            Ok(text) => text,
            Err(error) => {
                out.flush()?;
                let valid = json.get(..error.valid_up_to()).unwrap_or_default();
                let line = line + valid.iter().filter(|byte| **byte == b'\n').count();
                return Err(CliError::Input(format!(
                    "{file}:{line}: not UTF-8; convert it first, as with `iconv -t UTF-8`"
                )));
            }
        };
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let why = "not JSON, so its field names are replaced too";
            notes.add(format_args!(
                "iamport: {file}:{}: {why}: {}",
                line + error.line().saturating_sub(1),
                reason(&error)
            ));
        }
        writeln!(out, "{}", redactor.body(text))?;
    }
    out.flush()?;
    notes.end("records that are not JSON");
    if !any {
        return Err(CliError::Input(format!("{file} has no record: expected captured responses, or bodies")));
    }
    Ok(Outcome::Yes)
}

/// Returns why a text is not JSON, without the place.
fn reason(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    if error.is_eof() { "it ends early".to_owned() } else { text.strip_suffix(&place).unwrap_or(&text).to_owned() }
}

/// The fields of the document whose values are not replaced.
struct Fields {
    numbers: BTreeSet<&'static str>,
    codes: BTreeSet<&'static str>,
}

impl Fields {
    fn of_document() -> &'static Self {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            let mut fields = Fields { numbers: BTreeSet::new(), codes: BTreeSet::new() };
            let schemas = spec::document().pointer("/components/schemas").and_then(Value::as_object);
            for (name, field) in
                schemas.into_iter().flatten().filter_map(|(_, schema)| schema["properties"].as_object()).flatten()
            {
                if any_part(field, |schema| matches!(schema["type"].as_str(), Some("number" | "integer"))) {
                    fields.numbers.insert(name);
                }
                // A field with the code of an issuer has no list of values.
                if any_part(field, |schema| !schema["x-extensible-enum"].is_null()) || name.ends_with("_code") {
                    fields.codes.insert(name);
                }
            }
            fields
        });
        &FIELDS
    }

    /// Returns whether a field has numbers like this one. In any other field it may be personal data, like a phone number that
    /// is written without quotes.
    fn has_number(&self, field: &str, number: &str) -> bool {
        self.numbers.contains(field) || self.codes.contains(field) && looks_like_a_code(number)
    }
}

/// Returns whether a schema, or one that it refers to, is of a kind.
fn any_part(schema: &Value, is: fn(&Value) -> bool) -> bool {
    let referred = schema["$ref"].as_str().and_then(|to| spec::document().pointer(to.strip_prefix('#')?));
    let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema[key].as_array()).flatten();
    is(schema) || referred.into_iter().chain(parts).any(|part| any_part(part, is))
}

struct Redactor {
    scrambler: Scrambler,
    fields: &'static Fields,
}

impl Redactor {
    /// Redacts a body: its texts if it is JSON, or else all of it.
    fn body(&self, body: &str) -> String {
        let is_json = serde_json::from_str::<IgnoredAny>(body).is_ok();
        if is_json { self.json(body) } else { self.scrambler.text(body) }
    }

    fn json(&self, json: &str) -> String {
        let mut redacted = String::with_capacity(json.len());
        let (mut rest, mut key) = (json, None);
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => string_length(rest),
                '-' | '0'..='9' => {
                    rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len())
                }
                c => c.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            match first {
                '"' if after.trim_start().starts_with(':') => {
                    redacted.push_str(token);
                    key = serde_json::from_str::<String>(token).ok();
                }
                '"' => redacted.push_str(&self.string(key.take().as_deref(), token)),
                '-' | '0'..='9' if key.take().is_some_and(|key| self.fields.has_number(&key, token)) => {
                    redacted.push_str(token);
                }
                '-' | '0'..='9' => redacted.push_str(&self.scrambler.number(token)),
                c => {
                    redacted.push(c);
                    if c != ':' && !c.is_ascii_whitespace() {
                        key = None;
                    }
                }
            }
        }
        redacted
    }

    /// Redacts a string in quotes.
    fn string(&self, key: Option<&str>, quoted: &str) -> String {
        let key = key.unwrap_or_default();
        let text = serde_json::from_str::<String>(quoted).ok();
        let plain = text.as_deref().unwrap_or_default();
        let quote = |text: &str| Value::from(text).to_string();
        match key {
            "operation" if validate::operations().any(|known| known == plain) => quoted.to_owned(),
            "content_type" if is_media_type(plain) => quoted.to_owned(),
            // The text of a captured body.
            "body" if text.is_some() => quote(&self.body(plain)),
            "body_base64" if BASE64_STANDARD.decode(plain).is_ok() => {
                let bytes = BASE64_STANDARD.decode(plain).unwrap_or_default();
                quote(&BASE64_STANDARD.encode(self.scrambler.bytes(&bytes)))
            }
            _ if self.fields.codes.contains(key) && looks_like_a_code(plain) => quoted.to_owned(),
            _ => self.scrambler.quoted(quoted, text.as_deref()),
        }
    }
}

/// Returns the length of the string that a valid text of JSON begins with, with its quotes.
fn string_length(json: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

fn looks_like_a_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.len() <= 40 && digits <= CODE_DIGITS && text.chars().all(is_allowed)
}

fn is_media_type(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '-' | '.' | ';' | '=' | ' ');
    text.len() <= 64 && text.contains('/') && text.chars().all(is_allowed)
}
