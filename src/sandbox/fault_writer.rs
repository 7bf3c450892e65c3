//! Writes invalid responses: cut off, stalled, or with a wrong length.

use std::{error, fmt, io, slice};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};

use super::{Fault, MockResponse, request_log::InFlight};

/// The number of bytes of an oversized body that are written at once.
const CHUNK: u64 = 64 * 1024;

/// A response and the fault with which it is written.
///
/// The request handler returns it as an error, so that hyper writes nothing and returns the socket.
#[derive(Debug)]
pub(super) struct FaultyResponse {
    pub(super) response: MockResponse,
    pub(super) fault: Fault,
    pub(super) _in_flight: InFlight,
}

impl fmt::Display for FaultyResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response is written with a fault")
    }
}

impl error::Error for FaultyResponse {}

/// Writes a response with its fault, and ends the connection. Fails if the client hangs up first.
pub(super) async fn write_faulty_response(faulty: &FaultyResponse, mut stream: TcpStream) -> io::Result<()> {
    let (body, fault) = (faulty.response.body(), &faulty.fault);
    let length = match fault {
        Fault::TruncatedBody => body.len() / 2,
        Fault::LengthTooLong => body.len().saturating_add(1),
        Fault::LengthTooShort => body.len().saturating_sub(1),
        _ => body.len(),
    };
    let head = match fault {
        Fault::OversizedBody(_) => faulty.response.head("transfer-encoding: chunked"),
        _ => faulty.response.head(&format!("content-length: {length}")),
    };
    match fault {
        Fault::ResetInHeaders | Fault::StallInHeaders => stream.write_all(half(&head)).await?,
        Fault::ResetInBody | Fault::StallInBody | Fault::TruncatedBody => {
            stream.write_all(&head).await?;
            stream.write_all(half(body)).await?;
        }
        Fault::Trickle => {
            for byte in head.iter().chain(body) {
                stream.write_all(slice::from_ref(byte)).await?;
                yield_now().await;
            }
        }
        Fault::OversizedBody(bytes) => {
            stream.write_all(&head).await?;
            write_blanks(*bytes, &mut stream).await?;
        }
        _ => {
            stream.write_all(&head).await?;
            stream.write_all(body).await?;
        }
    }
    match fault {
        Fault::ResetInHeaders | Fault::ResetInBody => stream.set_zero_linger(),
        // Waits until the client closes the connection or the sandbox stops.
        Fault::StallInHeaders | Fault::StallInBody => {
            let mut ignored = [0; 1024];
            while stream.read(&mut ignored).await? > 0 {}
            Ok(())
        }
        _ => stream.shutdown().await,
    }
}

async fn write_blanks(mut bytes: u64, stream: &mut TcpStream) -> io::Result<()> {
    while bytes > 0 {
        let size = bytes.min(CHUNK);
        let blanks = " ".repeat(usize::try_from(size).unwrap_or_default());
        stream.write_all(format!("{size:x}\r\n{blanks}\r\n").as_bytes()).await?;
        bytes = bytes.saturating_sub(size);
    }
    stream.write_all(b"0\r\n\r\n").await
}

fn half(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len() / 2).unwrap_or_default()
}
