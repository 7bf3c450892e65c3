//! The sandbox responds like the service, over a real socket.

mod bodies;
mod cancel;
mod connections;
mod consistency;
mod control;
mod handles;
mod limits;
mod lookups;
mod operations;
mod scenarios;
mod tokens;
mod webhooks;

use std::{fs, sync::Arc, time::Duration};

use iamport::{
    Amount,
    generated::types::Payment,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};
use reqwest::{
    RequestBuilder,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MINUTE: Duration = Duration::from_secs(60);

fn wire(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/wire/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap().trim_end().to_owned()
}

fn captured(name: &str) -> Value {
    serde_json::from_str(&wire(name)).unwrap()
}

fn http() -> reqwest::Client {
    reqwest::Client::new()
}

/// Sends a request. Returns the status and the body.
async fn send(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Requests a token. Returns it and its lifetime in seconds.
async fn token(sandbox: &Sandbox) -> (String, u64) {
    let keys = json!({"imp_key": sandbox.key(), "imp_secret": sandbox.secret()});
    let (status, body) = send(http().post(format!("{}/users/getToken", sandbox.base_url())).json(&keys)).await;
    assert_eq!(status, 200, "{body}");
    let token: Value = serde_json::from_str::<Value>(&body).unwrap()["response"].take();
    let life = token["expired_at"].as_u64().unwrap() - token["now"].as_u64().unwrap();
    (token["access_token"].as_str().unwrap().to_owned(), life)
}

/// An HTTP client with a token.
struct Caller<'a> {
    sandbox: &'a Sandbox,
    http: reqwest::Client,
    token: String,
}

impl<'a> Caller<'a> {
    async fn of(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, http: http(), token: token(sandbox).await.0 }
    }

    fn request(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.sandbox.base_url())).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> (u16, String) {
        send(self.request(path)).await
    }

    async fn response(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str::<Value>(&body).unwrap()["response"].take()
    }

    async fn imp_uid(&self, path: &str) -> String {
        self.response(path).await["imp_uid"].as_str().unwrap().to_owned()
    }
}

/// Sends a target without URL normalization. Returns the head and the body of the response.
async fn raw(sandbox: &Sandbox, target: &str, token: &str) -> String {
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}
