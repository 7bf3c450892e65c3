//! Faults, `stop` and drop end connections.

use std::io::ErrorKind;

use iamport::sandbox::Fault;
use tokio::{runtime::Handle, time::timeout};

use super::*;

/// A timeout that only a failing test reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// A raw TCP connection.
struct Peer {
    stream: TcpStream,
    head: String,
}

impl Peer {
    async fn connect(sandbox: &Sandbox) -> Self {
        let token = token(sandbox).await.0;
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let head = format!("GET /payments/find/order HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\n\r\n");
        Self { stream: TcpStream::connect(address).await.unwrap(), head }
    }

    async fn send(&mut self) {
        self.stream.write_all(self.head.as_bytes()).await.unwrap();
    }

    /// A response that ends with a payment's closing braces.
    async fn receive(&mut self) -> String {
        let mut response = Vec::new();
        while !response.ends_with(b"}}") {
            assert_ne!(self.stream.read_buf(&mut response).await.unwrap(), 0);
        }
        String::from_utf8(response).unwrap()
    }

    /// The rest of what the server sends, and how the connection ends.
    async fn drain(&mut self) -> (Vec<u8>, Result<(), ErrorKind>) {
        let mut rest = Vec::new();
        let end = timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await.unwrap();
        (rest, end.map(drop).map_err(|error| error.kind()))
    }
}

async fn with_order() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.upsert_payment(PaymentFixture::new("order", 15900).paid());
    sandbox
}

/// The first request of a connection, and one on a connection that was kept alive.
#[tokio::test]
async fn reset_faults_reset_the_connection() {
    let sandbox = with_order().await;
    for fault in [Fault::ResetInHeaders, Fault::ResetInBody] {
        for kept_alive in [false, true] {
            let mut peer = Peer::connect(&sandbox).await;
            if kept_alive {
                peer.send().await;
                assert!(peer.receive().await.starts_with("HTTP/1.1 200 OK\r\n"));
            }
            sandbox.inject_fault(Endpoint::Find, fault.clone(), 1);
            peer.send().await;
            let (rest, end) = peer.drain().await;
            let has_body = rest.windows(4).any(|bytes| bytes == b"\r\n\r\n");
            assert_eq!(end, Err(ErrorKind::ConnectionReset), "{fault:?}, kept alive: {kept_alive}");
            assert!(rest.starts_with(b"HTTP/1.1 200") && has_body == matches!(fault, Fault::ResetInBody), "{fault:?}");
        }
    }
}

/// Faults of the connection, after a first request on it.
#[tokio::test]
async fn wire_faults_on_a_kept_alive_connection_are_exact() {
    let sandbox = with_order().await;
    let body = {
        let mut peer = Peer::connect(&sandbox).await;
        peer.send().await;
        peer.receive().await.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let length = body.len();
    let half = &body[..length / 2];
    let cases = [
        (Fault::Trickle, length, body.as_str()),
        (Fault::TruncatedBody, length / 2, half),
        (Fault::LengthTooLong, length + 1, &body),
        (Fault::LengthTooShort, length - 1, &body),
    ];
    for (fault, content_length, expected) in cases {
        let mut peer = Peer::connect(&sandbox).await;
        peer.send().await;
        peer.receive().await;
        sandbox.inject_fault(Endpoint::Find, fault.clone(), 1);
        peer.send().await;
        let (response, end) = peer.drain().await;
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {content_length}\r\n")), "{fault:?}: {head}");
        assert_eq!((body, end), (expected, Ok(())), "{fault:?}");
    }
    let mut peer = Peer::connect(&sandbox).await;
    sandbox.inject_fault(Endpoint::Find, Fault::OversizedBody(200_000), 1);
    peer.send().await;
    let (response, _) = peer.drain().await;
    assert_eq!(response.iter().filter(|byte| **byte == b' ').count() - 200_000, head_blanks(&response));
    assert!(response.ends_with(b"\r\n0\r\n\r\n"));
}

fn head_blanks(response: &[u8]) -> usize {
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    response[..end].iter().filter(|byte| **byte == b' ').count()
}

/// Connections in every state: stalled, with an unread oversized body, paused, idle, and with an incomplete request.
async fn busy(sandbox: &Sandbox) -> Vec<Peer> {
    let mut peers = Vec::new();
    for fault in [Fault::StallInHeaders, Fault::StallInBody, Fault::OversizedBody(u64::MAX)] {
        let mut peer = Peer::connect(sandbox).await;
        sandbox.inject_fault(Endpoint::Find, fault, 1);
        peer.send().await;
        peer.stream.readable().await.unwrap();
        peers.push(peer);
    }
    let mut idle = Peer::connect(sandbox).await;
    idle.send().await;
    idle.receive().await;
    let mut half = Peer::connect(sandbox).await;
    half.stream.write_all(b"GET /pay").await.unwrap();
    peers.extend([idle, half]);
    peers
}

#[tokio::test]
async fn stop_ends_every_task_and_connection() {
    let sandbox = with_order().await;
    let mut peers = busy(&sandbox).await;
    let address = sandbox.base_url().to_owned();
    timeout(PATIENCE, sandbox.stop()).await.unwrap();
    assert!(http().get(&address).send().await.unwrap_err().is_connect());
    for peer in &mut peers {
        let _ = peer.drain().await;
    }
    all_tasks_end().await;
}

#[tokio::test]
async fn drop_ends_every_task_and_connection() {
    let sandbox = with_order().await;
    let mut peers = busy(&sandbox).await;
    let address = sandbox.base_url().to_owned();
    drop(sandbox);
    assert!(http().get(&address).send().await.unwrap_err().is_connect());
    for peer in &mut peers {
        let _ = peer.drain().await;
    }
    all_tasks_end().await;
}

/// Waits until the runtime has no tasks: all of them belong to the sandbox or to dropped HTTP clients.
async fn all_tasks_end() {
    let ended = async {
        while Handle::current().metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, ended).await.unwrap();
}

/// A guard that outlives its sandbox does not open the port again.
#[tokio::test]
async fn refuse_guard_that_outlives_the_sandbox_keeps_the_port_closed() {
    let sandbox = with_order().await;
    let address = sandbox.base_url().to_owned();
    let refusal = sandbox.refuse_connections();
    sandbox.stop().await;
    drop(refusal);
    assert!(http().get(&address).send().await.unwrap_err().is_connect());
}
