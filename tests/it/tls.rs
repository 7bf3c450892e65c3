//! TLS against a server of this machine, with certificates made here.

use std::sync::Arc;

use crate::common::{EagerClock, wire};
use iamport::{Client, Error};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// What is told of a certificate, beside its host.
enum Life {
    Valid,
    Over,
    NotBegun,
}

/// Serves under a certificate for a host; gives its address, and the root that signed the certificate.
async fn serve(host: &str, life: Life) -> (String, Vec<u8>) {
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut root = CertificateParams::new(vec![]).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_certificate = root.self_signed(&root_key).unwrap();
    let mut leaf = CertificateParams::new(vec![host.to_owned()]).unwrap();
    match life {
        Life::Valid => {}
        Life::Over => leaf.not_after = date_time_ymd(2020, 1, 1),
        Life::NotBegun => leaf.not_before = date_time_ymd(4000, 1, 1),
    }
    let certificate = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();

    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that refuses the certificate hangs up here.
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
    (address, root_certificate.der().to_vec())
}

async fn ask(address: &str, roots: &[&[u8]]) -> (Result<bool, Error>, usize) {
    let clock = EagerClock::new();
    let mut builder = Client::builder().credentials("k", "s").base_url(address).clock(clock.clone());
    for root in roots {
        builder = builder.add_root_certificate(*root);
    }
    let found = builder.build().unwrap().find_payment("order-0001").await.map(|payment| payment.is_some());
    (found, clock.waits().len())
}

#[tokio::test]
async fn a_trusted_certificate_is_good() {
    let (address, root) = serve("localhost", Life::Valid).await;
    assert!(ask(&address, &[&root]).await.0.unwrap());
    let (_, another) = serve("localhost", Life::Valid).await;
    assert!(ask(&address, &[&another, &root]).await.0.unwrap());
}

#[tokio::test]
async fn others_are_refused_at_once_and_the_error_says_why() {
    let (address, root) = serve("localhost", Life::Valid).await;
    let (_, another_root) = serve("localhost", Life::Valid).await;
    let (expired, expired_root) = serve("localhost", Life::Over).await;
    let (early, early_root) = serve("localhost", Life::NotBegun).await;
    let (elsewhere, elsewhere_root) = serve("api.example.com", Life::Valid).await;
    let cases: [(&str, &[&[u8]], &str); 6] = [
        (&address, &[&another_root], "is not from an issuer that is trusted here"),
        (&address, &[], "is not from an issuer that is trusted here"),
        (&expired, &[&expired_root], "has expired"),
        (&early, &[&early_root], "is not valid yet"),
        (&elsewhere, &[&elsewhere_root], "is for another host"),
        (&elsewhere, &[&root], "is not from an issuer that is trusted here"),
    ];
    for (address, roots, told) in cases {
        let (outcome, waits) = ask(address, roots).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.to_string(), format!("no connection to the service: its certificate {told}"));
        assert!(error.is_connect() && !error.is_timeout() && error.status().is_none(), "{error:?}");
        assert_eq!((error.attempts(), waits), (1, 0), "it would be refused again");
    }
}

#[tokio::test]
async fn plain_http_where_tls_is_meant_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 512]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let (_, root) = serve("localhost", Life::Valid).await;
    assert!(ask(&address, &[&root]).await.0.unwrap_err().is_connect());
}

#[test]
fn a_root_that_is_no_certificate_is_refused() {
    let builder = Client::builder().credentials("k", "s").base_url("https://localhost");
    let error = builder.add_root_certificate(b"not DER").build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("a root certificate is of no use"), "{error}");
}
