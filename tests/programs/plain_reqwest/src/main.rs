//! Uses reqwest without a TLS feature, over http.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
    });
    let response = reqwest::Client::new().get(url).send().await.unwrap();
    println!("{} {}", response.status(), response.text().await.unwrap());

    #[cfg(feature = "default-tls")]
    iamport::Client::builder().credentials("key", "secret").build().unwrap();
}
