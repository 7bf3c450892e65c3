//! Refuses the streams of HTTP/2 after it has read the requests. reqwest by itself would send them again.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use h2::{Reason, server};
use http::{Request, Response};
use iamport::reqwest::Method;
use serde::de::IgnoredAny;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

const TOKEN: &str = r#"{"code":0,"message":null,"response":{"access_token":"t","now":0,"expired_at":1800}}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = certified.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key);
    let mut config = config.unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (acceptor, refused) = (TlsAcceptor::from(Arc::new(config)), Arc::<AtomicUsize>::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let count = Arc::clone(&refused);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&count)));
        }
    });

    let client = iamport::Client::builder().credentials("key", "secret").base_url(url);
    let client = client.add_root_certificate(certificate.to_vec()).build().unwrap();
    for method in [Method::POST, Method::GET] {
        let request = client.request(method, "/payments/cancel").json(&["imp_1"]).no_retry();
        let error = request.send::<IgnoredAny>().await.unwrap_err();
        assert_eq!((refused.swap(0, Ordering::Relaxed), error.attempts(), error.is_maybe_sent()), (1, 1, true), "{error}");
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, refused: Arc<AtomicUsize>) {
    let mut connection = server::handshake(acceptor.accept(stream).await.unwrap()).await.unwrap();
    while let Some(Ok((request, mut response))) = connection.accept().await {
        if request.uri().path() == "/users/getToken" {
            let mut body = response.send_response(Response::new(()), false).unwrap();
            body.send_data(Bytes::from(TOKEN), true).unwrap();
            continue;
        }
        let refused = Arc::clone(&refused);
        tokio::spawn(async move {
            read(request).await;
            refused.fetch_add(1, Ordering::Relaxed);
            response.send_reset(Reason::REFUSED_STREAM);
        });
    }
}

async fn read(request: Request<h2::RecvStream>) {
    let mut body = request.into_body();
    while let Some(Ok(chunk)) = poll_fn(|context| body.poll_data(context)).await {
        let _ = body.flow_control().release_capacity(chunk.len());
    }
}
