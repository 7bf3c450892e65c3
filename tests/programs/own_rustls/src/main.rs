//! Uses rustls directly, with the provider that its crate features select.

use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider};

fn main() {
    // With `rustls-no-provider` and no provider installed, iamport reports an error and does not panic.
    #[cfg(feature = "no-provider")]
    {
        let error = client().unwrap_err();
        assert!(error.is_config() && error.to_string().contains("CryptoProvider"), "{error}");
    }
    // With `rustls`, iamport installs no provider for the process.
    #[cfg(feature = "default-tls")]
    client().unwrap();
    assert!(CryptoProvider::get_default().is_none());

    // Panics if the crate features of rustls name no provider or more than one.
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    println!("{:?}", config.crypto_provider().cipher_suites);

    // iamport uses the provider that rustls has installed now.
    #[cfg(any(feature = "default-tls", feature = "no-provider"))]
    client().unwrap();
}

#[cfg(any(feature = "default-tls", feature = "no-provider"))]
fn client() -> Result<iamport::Client, iamport::Error> {
    iamport::Client::builder().credentials("key", "secret").build()
}
