//! Access tokens: one at a time, valid for 30 minutes, extended when one is requested in its last minute.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Deserialize, Serialize};

use super::{Fault, route::form_value};
use crate::types::Secret;

/// The lifetime of a token, in seconds.
const LIFETIME: u64 = 30 * 60;
/// A request in this many last seconds of a token extends it.
const EXTENSION_WINDOW: u64 = 60;
/// The extension of a token, in seconds.
const EXTENSION: u64 = 5 * 60;

/// The credentials of a request for a token.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) key: Secret,
    pub(super) secret: Secret,
}

/// The reason why no token was issued.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing,
    Wrong,
}

/// A token in a response.
#[derive(Serialize)]
pub(super) struct Issued<'a> {
    access_token: &'a Secret,
    now: u64,
    expired_at: u64,
}

impl Issued<'_> {
    /// Applies a fault: a wrong clock of the server, or an expired token.
    pub(super) fn with(self, fault: Option<&Fault>) -> Self {
        let shifted = |by: &dyn Fn(u64) -> u64| (by(self.now), by(self.expired_at));
        let (now, expired_at) = match fault {
            Some(Fault::ExpiredToken) => (self.now, self.now),
            Some(Fault::ClockAhead(by)) => shifted(&|time| time.saturating_add(by.as_secs())),
            Some(Fault::ClockBehind(by)) => shifted(&|time| time.saturating_sub(by.as_secs())),
            _ => (self.now, self.expired_at),
        };
        Self { now, expired_at, ..self }
    }
}

/// The token of one merchant.
#[derive(Debug)]
pub(super) struct Tokens {
    keys: Keys,
    current: Option<IssuedToken>,
}

#[derive(Debug)]
struct IssuedToken {
    text: Secret,
    expired_at: u64,
}

impl Tokens {
    pub(super) fn new(keys: Keys) -> Self {
        Self { keys, current: None }
    }

    /// Returns the current token, or a new one if it has expired.
    pub(super) fn ask(&mut self, asked: Option<Keys>, now: u64) -> Result<Issued<'_>, Refusal> {
        let asked = asked.ok_or(Refusal::Missing)?;
        let same = |a: &Secret, b: &Secret| a.expose() == b.expose();
        if !same(&asked.key, &self.keys.key) || !same(&asked.secret, &self.keys.secret) {
            return Err(Refusal::Wrong);
        }
        let token = match self.current.take_if(|token| now < token.expired_at) {
            Some(token) if token.expired_at.saturating_sub(now) <= EXTENSION_WINDOW => {
                IssuedToken { expired_at: token.expired_at.saturating_add(EXTENSION), ..token }
            }
            Some(token) => token,
            None => IssuedToken { text: new_token(), expired_at: now.saturating_add(LIFETIME) },
        };
        let token = self.current.insert(token);
        Ok(Issued { access_token: &token.text, now, expired_at: token.expired_at })
    }

    /// Whether a header has the current token, with the scheme `Bearer` or without it.
    pub(super) fn accepts(&self, authorization: Option<&str>, now: u64) -> bool {
        let Some(given) = authorization else { return false };
        let given = match given.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
            _ => given,
        };
        self.current.as_ref().is_some_and(|token| now < token.expired_at && token.text.expose() == given)
    }

    /// Lets the current token expire at a time in Unix seconds.
    pub(super) fn expire(&mut self, now: u64) {
        self.current.iter_mut().for_each(|token| token.expired_at = now);
    }

    pub(super) fn revoke(&mut self) {
        self.current = None;
    }
}

/// Reads the credentials of a body, in JSON or as a form; `None` if one is missing or empty.
pub(super) fn keys(content_type: Option<&str>, body: &[u8]) -> Option<Keys> {
    #[derive(Deserialize)]
    struct Sent {
        imp_key: String,
        imp_secret: String,
    }

    let sent = if is_json(content_type) {
        serde_json::from_slice(body).ok()?
    } else {
        Sent { imp_key: form_value(body, "imp_key")?, imp_secret: form_value(body, "imp_secret")? }
    };
    let complete = !sent.imp_key.is_empty() && !sent.imp_secret.is_empty();
    complete.then(|| Keys { key: sent.imp_key.into(), secret: sent.imp_secret.into() })
}

/// Returns whether a body is JSON by its content type.
pub(super) fn is_json(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// Returns 40 hexadecimal digits, like a token of the service: random digits, then a number that is unique in this process.
fn new_token() -> Secret {
    static TOKENS: AtomicU64 = AtomicU64::new(0);
    let (number, random) = (TOKENS.fetch_add(1, Ordering::Relaxed), RandomState::new());
    let (a, b) = (random.hash_one((number, 'a')), random.hash_one((number, 'b')));
    let low = number & u64::from(u32::MAX);
    format!("{a:016x}{b:016x}{low:08x}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> Keys {
        Keys { key: "key".into(), secret: "secret".into() }
    }

    /// Requests a token at a time. Returns it and its remaining lifetime.
    fn ask(tokens: &mut Tokens, now: u64) -> Option<(String, u64)> {
        let issued = tokens.ask(Some(pair()), now).ok()?;
        Some((issued.access_token.expose().to_owned(), issued.expired_at - issued.now))
    }

    #[test]
    fn token_is_extended_in_its_last_minute() {
        let mut tokens = Tokens::new(pair());
        let (first, life) = ask(&mut tokens, 1_000).unwrap_or_default();
        assert_eq!((first.len(), life), (40, 1800));
        assert!(first.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));

        assert_eq!(ask(&mut tokens, 2_739), Some((first.clone(), 61)));
        assert_eq!(ask(&mut tokens, 2_740), Some((first.clone(), 360)), "the last minute begins");
        assert_eq!(ask(&mut tokens, 2_741), Some((first.clone(), 359)), "and is over at once");
        assert!(tokens.accepts(Some(&first), 3_099));
        assert!(!tokens.accepts(Some(&first), 3_100));

        let (second, life) = ask(&mut tokens, 3_100).unwrap_or_default();
        assert_eq!(life, 1800);
        assert_ne!(first, second);
        assert!(!tokens.accepts(Some(&first), 3_100));
    }

    #[test]
    fn credentials_are_read_from_json_and_forms() {
        let read = |kind, body: &str| keys(kind, body.as_bytes()).map(|keys| keys.secret.expose().to_owned());
        let json = r#"{"imp_key":"k","imp_secret":"s/+"}"#;
        assert_eq!(read(Some("application/json; charset=utf-8"), json).as_deref(), Some("s/+"));
        assert_eq!(read(None, "imp_key=k&imp_secret=s%2F%2B").as_deref(), Some("s/+"));
        assert_eq!(read(None, json), None);
        assert_eq!(read(Some("application/json"), r#"{"imp_key":"k"}"#), None);
        assert_eq!(read(None, "imp_key=&imp_secret=s"), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut tokens = Tokens::new(Keys { key: "the-key".into(), secret: "the-secret".into() });
        let asked = Keys { key: "the-key".into(), secret: "the-secret".into() };
        let token = tokens.ask(Some(asked), 0).map(|issued| issued.access_token.clone());
        let debug = format!("{tokens:?}");
        assert!(!debug.contains("the-") && !debug.contains(token.as_ref().map_or("", Secret::expose)), "{debug}");
    }
}
