use std::net::IpAddr;

use reqwest::Url;

use crate::{error::Error, generated::path};

/// The base URL of the service: `https`, or `http` to a loopback address, so that others cannot read keys and tokens.
pub(super) struct BaseUrl(Url);

impl BaseUrl {
    pub(super) fn parse(text: &str, insecure: bool) -> Result<Self, Error> {
        let refuse = |why: &str| Err(Error::config(format!("the base URL {why}")));
        let text = text.trim();
        // A URL parser drops line breaks and reads a backslash as a slash, so the host can be another than it seems.
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return refuse("contains whitespace, a control character or a backslash");
        }
        let Ok(url) = Url::parse(text) else {
            return refuse("is not a URL; it looks like https://api.iamport.kr");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a user name or a password, which the service does not ask for");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("holds a query or a fragment; it ends with a host or a path");
        }
        if path::check_length(&url).is_err() {
            return refuse("has a path that is too long");
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if insecure || is_this_machine(&url) => Ok(Self(url)),
            "http" => {
                refuse("is plain http to a host other than loopback: keys and payments would be sent unencrypted")
            }
            _ => refuse("is neither https nor http"),
        }
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns whether requests stay on this machine.
    pub(super) fn is_this_machine(&self) -> bool {
        is_this_machine(&self.0)
    }

    /// Returns the URL without a slash at its end, since paths are appended to it.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
