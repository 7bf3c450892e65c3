//! The settings of a client that come from environment variables.

use std::{env, ffi::OsString};

use super::{Client, ClientBuilder};
use crate::error::Error;

impl Client {
    /// Builds a client from environment variables: the API key `IMP_KEY`, its secret `IMP_SECRET`, and optionally a
    /// sub-merchant `IMP_TIER` and another base URL `IMP_BASE_URL`.
    ///
    /// # Errors
    ///
    /// Returns an error that names the variable if it is missing or invalid ([`is_config`](Error::is_config)).
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

impl ClientBuilder {
    /// Reads the variables that [`Client::from_env`] reads, for further settings before
    /// [`build`](Self::build).
    ///
    /// # Errors
    ///
    /// [`is_config`](Error::is_config): a variable is missing or invalid; the message names it.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        // An unreadable variable is an error: without its tier, a call would be the merchant's own.
        let variable = |name: &str| match variable(name).map(OsString::into_string).transpose() {
            // A variable that is read from a file ends with a line break.
            Ok(text) => Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())),
            Err(_) => Err(Error::config(format!("invalid {name}: it is not UTF-8"))),
        };
        let missing =
            |name: &str, what: &str| Error::config(format!("{name} is not set or empty: expected the {what}"));
        let key = variable("IMP_KEY")?.ok_or_else(|| missing("IMP_KEY", "API key (REST API 키)"))?;
        let secret = variable("IMP_SECRET")?.ok_or_else(|| missing("IMP_SECRET", "API secret (REST API Secret)"))?;
        let mut builder = Self::default().credentials(key, secret);
        if let Some(tier) = variable("IMP_TIER")? {
            builder = builder.tier(tier.parse().map_err(|e| Error::config(format!("invalid IMP_TIER: {e}")))?);
        }
        if let Some(base_url) = variable("IMP_BASE_URL")? {
            builder = builder.base_url(base_url);
        }
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{super::Client, *};

    fn from(variables: &[(&str, &str)]) -> Result<Client, Error> {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).into());
        ClientBuilder::from_variables(find)?.build()
    }

    #[cfg(unix)]
    #[test]
    fn variable_that_is_not_utf_8_is_an_error() {
        use std::os::unix::ffi::OsStringExt;

        for unreadable in ["IMP_KEY", "IMP_SECRET", "IMP_TIER", "IMP_BASE_URL"] {
            let find =
                |name: &str| Some(if name == unreadable { OsString::from_vec(vec![0xff]) } else { "ABC".into() });
            let error = ClientBuilder::from_variables(find).unwrap_err().to_string();
            assert_eq!(error, format!("cannot build the client: invalid {unreadable}: it is not UTF-8"));
        }
    }

    #[test]
    fn missing_or_invalid_variable_is_named() {
        let keys = [("IMP_KEY", "k"), ("IMP_SECRET", "s"), ("IMP_BASE_URL", "http://127.0.0.1:9")];
        assert_eq!(from(&keys).unwrap().generated().baseurl, "http://127.0.0.1:9");
        assert!(from(&keys[1..]).unwrap_err().to_string().contains("IMP_KEY"));
        assert!(from(&keys[..1]).unwrap_err().to_string().contains("IMP_SECRET"));
        let blank = [("IMP_KEY", "k"), ("IMP_SECRET", " \n")];
        assert!(from(&blank).unwrap_err().to_string().contains("IMP_SECRET is not set or empty"));
        let lines =
            [("IMP_KEY", "k\n"), ("IMP_SECRET", "s\n"), ("IMP_TIER", "A01\r\n"), ("IMP_BASE_URL", "http://[::1]\n")];
        assert!(from(&lines).is_ok());
        assert!(from(&[&keys[..], &[("IMP_TIER", "nope")]].concat()).unwrap_err().to_string().contains("IMP_TIER"));
    }
}
