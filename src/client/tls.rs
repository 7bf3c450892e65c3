//! TLS by the enabled feature, set up by reqwest: nothing is installed for the process.

use reqwest::{Client, ClientBuilder};

use crate::error::Error;

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const PEM: &[u8] = b"-----BEGIN ";

/// Builds the HTTP client. `roots`, each in DER or PEM, are trusted besides the platform's trust store.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(crate) fn build(client: ClientBuilder, https: bool, roots: &[Vec<u8>]) -> Result<Client, Error> {
    let invalid = |why: &dyn std::fmt::Display| {
        Error::config(format!("invalid root certificate: expected a certificate in DER or PEM ({why})"))
    };
    let mut certificates = Vec::new();
    for root in roots {
        let known = certificates.len();
        if root.windows(PEM.len()).any(|window| window == PEM) {
            certificates.extend(reqwest::Certificate::from_pem_bundle(root).map_err(|e| invalid(&cause(&e)))?);
        } else {
            certificates.push(reqwest::Certificate::from_der(root).map_err(|e| invalid(&cause(&e)))?);
        }
        if certificates.len() == known {
            return Err(invalid(&"no certificate in the PEM text"));
        }
    }
    let client = backend(client)?;
    let client = match https {
        true => client.tls_certs_merge(certificates),
        // Plain http must work on a machine without a trust store, such as a minimal container.
        false => client.tls_certs_only(certificates),
    };
    client.build().map_err(|e| {
        let cause = cause(&e);
        // rustls parses the root certificates only here.
        #[cfg(feature = "rustls-no-provider")]
        if let Some(rustls::Error::InvalidCertificate(why)) = cause.downcast_ref() {
            return invalid(why);
        }
        Error::config(format!("cannot build the HTTP client: {cause}"))
    })
}

/// Selects rustls with the provider installed for the process; if there is none, with the one of reqwest's `rustls`.
#[cfg(feature = "rustls-no-provider")]
fn backend(client: ClientBuilder) -> Result<ClientBuilder, Error> {
    // reqwest would panic.
    if cfg!(not(feature = "rustls")) && rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(Error::config(
            "no rustls CryptoProvider is installed for the process: install one, or enable the feature `rustls`",
        ));
    }
    Ok(client.tls_backend_rustls())
}

/// Selects the platform's own TLS.
#[cfg(all(feature = "native-tls", not(feature = "rustls-no-provider")))]
fn backend(client: ClientBuilder) -> Result<ClientBuilder, Error> {
    Ok(client.tls_backend_native())
}

/// Builds the HTTP client.
#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(crate) fn build(client: ClientBuilder, https: bool, roots: &[Vec<u8>]) -> Result<Client, Error> {
    if https || !roots.is_empty() {
        return Err(Error::config("https needs the feature `rustls` or `native-tls`, or an own `http_client`"));
    }
    client.build().map_err(|e| Error::config(format!("cannot build the HTTP client: {}", cause(&e))))
}

/// Returns the innermost source: reqwest's own text is only "builder error".
fn cause(error: &reqwest::Error) -> &(dyn std::error::Error + 'static) {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
