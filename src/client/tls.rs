//! TLS by the feature that is on, set up for this client alone: nothing is installed for the whole process.

use reqwest::ClientBuilder;

use crate::error::Error;

/// rustls on ring, with the platform's trust store and further roots, each in DER.
#[cfg(feature = "rustls")]
pub(super) fn configure(client: ClientBuilder, https: bool, roots: Vec<Vec<u8>>) -> Result<ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};
    use rustls_platform_verifier::Verifier;

    let fault = |e: rustls::Error| Error::config(format!("TLS cannot be set up: {e}"));
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let config = config.with_safe_default_protocol_versions().map_err(fault)?;
    let roots: Vec<_> = roots.into_iter().map(CertificateDer::from).collect();
    let mut store = RootCertStore::empty();
    for root in &roots {
        // The platform's verifier would leave a bad one out and say nothing.
        store.add(root.clone()).map_err(|e| Error::config(format!("a root certificate is of no use: {e}")))?;
    }
    let config = if https {
        #[cfg(target_os = "android")]
        let verifier = if roots.is_empty() {
            Verifier::new(provider).map_err(fault)?
        } else {
            return Err(Error::config("on Android, root certificates are the system's; install yours there"));
        };
        #[cfg(not(target_os = "android"))]
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(fault)?;
        config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    } else {
        // A machine without a trust store can still talk to itself.
        config.with_root_certificates(store)
    };
    Ok(client.tls_backend_preconfigured(config.with_no_client_auth()))
}

/// The platform's own TLS, with further roots, each in DER.
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(super) fn configure(mut client: ClientBuilder, _https: bool, roots: Vec<Vec<u8>>) -> Result<ClientBuilder, Error> {
    for root in roots {
        let root = reqwest::Certificate::from_der(&root);
        let root = root.map_err(|e| Error::config(format!("a root certificate is of no use: {e}")))?;
        client = client.add_root_certificate(root);
    }
    Ok(client.tls_backend_native())
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(super) fn configure(client: ClientBuilder, https: bool, roots: Vec<Vec<u8>>) -> Result<ClientBuilder, Error> {
    if https || !roots.is_empty() {
        return Err(Error::config("https needs the feature `rustls` or `native-tls`, or an own `http_client`"));
    }
    Ok(client)
}
