//! What a client takes from the environment.

use std::env;

use super::ClientBuilder;
use crate::error::Error;

impl ClientBuilder {
    /// As [`Client::from_env`](crate::Client::from_env) reads it, to be changed before it is built.
    ///
    /// # Errors
    ///
    /// If a variable is missing or of no use; the text names it ([`is_config`](Error::is_config)).
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let missing = |name: &str, what: &str| Error::config(format!("{name} is not set; it holds the {what}"));
        let key = variable("IMP_KEY").ok_or_else(|| missing("IMP_KEY", "API key (REST API 키)"))?;
        let secret = variable("IMP_SECRET").ok_or_else(|| missing("IMP_SECRET", "API secret (REST API Secret)"))?;
        let mut builder = Self::default().credentials(key, secret);
        if let Some(tier) = variable("IMP_TIER") {
            builder = builder.tier(tier.parse().map_err(|e| Error::config(format!("IMP_TIER is of no use: {e}")))?);
        }
        if let Some(base_url) = variable("IMP_BASE_URL") {
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
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        ClientBuilder::from_variables(find)?.build()
    }

    #[test]
    fn the_environment_makes_a_client_and_a_gap_in_it_is_named() {
        let keys = [("IMP_KEY", "k"), ("IMP_SECRET", "s"), ("IMP_BASE_URL", "http://127.0.0.1:9")];
        assert_eq!(from(&keys).unwrap().generated().baseurl, "http://127.0.0.1:9");
        assert!(from(&keys[1..]).unwrap_err().to_string().contains("IMP_KEY"));
        assert!(from(&keys[..1]).unwrap_err().to_string().contains("IMP_SECRET"));
        assert!(from(&[&keys[..], &[("IMP_TIER", "nope")]].concat()).unwrap_err().to_string().contains("IMP_TIER"));
    }
}
