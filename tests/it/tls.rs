//! TLS with a local server and generated certificates.

use std::sync::Arc;

use crate::common::{EagerClock, wire};
use iamport::{Client, Error};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

/// The validity period of a certificate.
enum Validity {
    Now,
    Past,
    Future,
}

/// Serves with a certificate for `host`. Returns the base URL and the root certificate in DER.
async fn serve(host: &str, validity: Validity) -> (String, Vec<u8>) {
    let (address, root) = serve_with_root(host, validity).await;
    (address, root.der().to_vec())
}

async fn serve_with_root(host: &str, validity: Validity) -> (String, rcgen::Certificate) {
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut root = CertificateParams::new(vec![]).unwrap();
    // OpenSSL takes a certificate whose subject is its issuer for self-signed.
    root.distinguished_name.push(DnType::CommonName, "root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_certificate = root.self_signed(&root_key).unwrap();
    let mut leaf = CertificateParams::new(vec![host.to_owned()]).unwrap();
    // OpenSSL selects among roots of the same name by their key identifiers.
    leaf.use_authority_key_identifier_extension = true;
    match validity {
        Validity::Now => {}
        Validity::Past => leaf.not_after = date_time_ymd(2020, 1, 1),
        Validity::Future => leaf.not_before = date_time_ymd(4000, 1, 1),
    }
    let certificate = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();

    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that rejects the certificate closes the connection here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            let file = if request[..read].starts_with(b"POST") { "token.json" } else { "find-paid-card.json" };
            let body = wire(file);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (address, root_certificate)
}

/// Returns whether the payment was found, and the number of waits before retries.
async fn find(address: &str, roots: &[&[u8]]) -> (Result<bool, Error>, usize) {
    let clock = EagerClock::new();
    let mut builder = Client::builder().credentials("k", "s").base_url(address).clock(clock.clone());
    for root in roots {
        builder = builder.add_root_certificate(*root);
    }
    let found = builder.build().unwrap().find_payment("order-0001").await.map(|payment| payment.is_some());
    (found, clock.waits().len())
}

#[tokio::test]
async fn trusted_certificate_is_accepted() {
    let (address, root) = serve("localhost", Validity::Now).await;
    assert!(find(&address, &[&root]).await.0.unwrap());
    let (_, another) = serve("localhost", Validity::Now).await;
    assert!(find(&address, &[&another, &root]).await.0.unwrap());
}

#[tokio::test]
async fn rejected_certificate_is_named_and_not_retried() {
    let (address, root) = serve("localhost", Validity::Now).await;
    let (_, another_root) = serve("localhost", Validity::Now).await;
    let (expired, expired_root) = serve("localhost", Validity::Past).await;
    let (early, early_root) = serve("localhost", Validity::Future).await;
    let (elsewhere, elsewhere_root) = serve("api.example.com", Validity::Now).await;
    let cases: [(&str, &[&[u8]], &str); 6] = [
        (&address, &[&another_root], "is not issued by a trusted CA"),
        (&address, &[], "is not issued by a trusted CA"),
        (&expired, &[&expired_root], "has expired"),
        (&early, &[&early_root], "is not valid yet"),
        (&elsewhere, &[&elsewhere_root], "does not match the host name"),
        (&elsewhere, &[&root], "is not issued by a trusted CA"),
    ];
    for (address, roots, reason) in cases {
        let (outcome, waits) = find(address, roots).await;
        let error = outcome.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout() && error.status().is_none(), "{error:?}");
        assert_eq!(error.is_certificate(), cfg!(feature = "rustls-no-provider"), "{error:?}");
        // The platform's own TLS does not name the reason, so such an error is retried.
        if cfg!(not(feature = "rustls")) {
            continue;
        }
        assert!(error.to_string().ends_with(&format!(": its certificate {reason}")), "{error}");
        assert_eq!((error.attempts(), waits), (1, 0), "it would be rejected again");
    }
}

#[tokio::test]
async fn plain_http_response_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 512]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let (_, root) = serve("localhost", Validity::Now).await;
    assert!(find(&address, &[&root]).await.0.unwrap_err().is_connect());
}

#[tokio::test]
async fn roots_are_read_from_pem_bundles() {
    let (address, root) = serve_with_root("localhost", Validity::Now).await;
    let (_, another) = serve_with_root("localhost", Validity::Now).await;
    let bundle = format!("# Issuer: a company\n{}{}", another.pem(), root.pem());
    assert!(find(&address, &[bundle.as_bytes()]).await.0.unwrap());
}

#[test]
fn invalid_root_is_a_config_error() {
    let empty = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let roots: [&[u8]; 5] = [b"not DER", b"", b"-----BEGIN ", empty.as_bytes(), broken.as_bytes()];
    for (root, base_url) in roots.into_iter().flat_map(|root| [(root, "https://localhost"), (root, "http://localhost")])
    {
        let builder = Client::builder().credentials("k", "s").base_url(base_url);
        let error = builder.add_root_certificate(root).build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains("invalid root certificate: "), "{error}");
    }
}
