//! Answers that no server would write: cut off, held up, or not as long as they say.

use std::{io, slice};

use axum::response::{IntoResponse, Response};
use tokio::task::yield_now;

use super::{Fault, MockResponse, connection::Connection, request_log::Traffic};

/// How much of a flood is written at once, in bytes.
const CHUNK: u64 = 64 * 1024;

/// Writes an answer past the server, with what is wrong with it, and ends the connection.
pub(super) async fn give(answer: &MockResponse, fault: &Fault, connection: &Connection, traffic: &Traffic) -> Response {
    // A client may have hung up in the middle; that is its right.
    let _ = write(answer, fault, connection).await;
    match fault {
        Fault::ResetInHeaders | Fault::ResetInBody => connection.reset(),
        Fault::StallInHeaders | Fault::StallInBody => {
            traffic.stopped().await;
            connection.end();
        }
        _ => connection.end(),
    }
    // The server finds the connection closed, and writes nothing of this.
    ().into_response()
}

async fn write(answer: &MockResponse, fault: &Fault, connection: &Connection) -> io::Result<()> {
    let body = answer.body();
    let length = match fault {
        Fault::TruncatedBody => body.len() / 2,
        Fault::LengthTooLong => body.len().saturating_add(1),
        Fault::LengthTooShort => body.len().saturating_sub(1),
        _ => body.len(),
    };
    let head = match fault {
        Fault::OversizedBody(_) => answer.head("transfer-encoding: chunked"),
        _ => answer.head(&format!("content-length: {length}")),
    };
    match fault {
        Fault::ResetInHeaders | Fault::StallInHeaders => connection.write(half(&head)).await,
        Fault::ResetInBody | Fault::StallInBody | Fault::TruncatedBody => {
            connection.write(&head).await?;
            connection.write(half(body)).await
        }
        Fault::Trickle => {
            for byte in head.iter().chain(body) {
                connection.write(slice::from_ref(byte)).await?;
                yield_now().await;
            }
            Ok(())
        }
        Fault::OversizedBody(bytes) => {
            connection.write(&head).await?;
            flood(*bytes, connection).await
        }
        _ => {
            connection.write(&head).await?;
            connection.write(body).await
        }
    }
}

async fn flood(mut bytes: u64, connection: &Connection) -> io::Result<()> {
    while bytes > 0 {
        let size = bytes.min(CHUNK);
        let blanks = " ".repeat(usize::try_from(size).unwrap_or_default());
        connection.write(format!("{size:x}\r\n{blanks}\r\n").as_bytes()).await?;
        bytes = bytes.saturating_sub(size);
    }
    connection.write(b"0\r\n\r\n").await
}

fn half(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len() / 2).unwrap_or_default()
}
