//! TLS by the feature that is on, set up for this client alone: nothing is installed for the whole process.

use reqwest::ClientBuilder;

use crate::error::Error;

/// rustls on ring, with the platform's trust store.
#[cfg(feature = "rustls")]
pub(super) fn configure(client: ClientBuilder, https: bool) -> Result<ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore, crypto::ring};
    use rustls_platform_verifier::BuilderVerifierExt;

    let fault = |e: rustls::Error| Error::config(format!("TLS cannot be set up: {e}"));
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(fault)?;
    let config = if https {
        config.with_platform_verifier().map_err(fault)?
    } else {
        // A machine without a trust store can still talk to itself.
        config.with_root_certificates(RootCertStore::empty())
    };
    Ok(client.tls_backend_preconfigured(config.with_no_client_auth()))
}

/// The platform's own TLS.
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(super) fn configure(client: ClientBuilder, _https: bool) -> Result<ClientBuilder, Error> {
    Ok(client.tls_backend_native())
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(super) fn configure(client: ClientBuilder, https: bool) -> Result<ClientBuilder, Error> {
    if https {
        return Err(Error::config("https needs the feature `rustls` or `native-tls`, or an own `http_client`"));
    }
    Ok(client)
}
