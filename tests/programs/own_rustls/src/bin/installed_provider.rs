//! Installs a provider for the process. iamport uses it, with `rustls` and with `rustls-no-provider`.

#[cfg(any(feature = "default-tls", feature = "no-provider"))]
fn main() {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustls::crypto::{CryptoProvider, GetRandomFailed, SecureRandom, ring};

    static USED: AtomicBool = AtomicBool::new(false);

    /// Records its use, then fails, so that no connection is made.
    #[derive(Debug)]
    struct Recorder;

    impl SecureRandom for Recorder {
        fn fill(&self, _: &mut [u8]) -> Result<(), GetRandomFailed> {
            USED.store(true, Ordering::Relaxed);
            Err(GetRandomFailed)
        }
    }

    CryptoProvider { secure_random: &Recorder, ..ring::default_provider() }.install_default().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let client = iamport::Client::builder().credentials("key", "secret").base_url(base_url).no_retry().build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(async { client.find_payment("order-0001").await }).unwrap_err();
    assert!(error.is_connect() && USED.load(Ordering::Relaxed), "{error:?}");
}

#[cfg(not(any(feature = "default-tls", feature = "no-provider")))]
fn main() {}
