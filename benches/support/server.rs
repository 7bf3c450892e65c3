//! A server on loopback that responds with captured bodies, after a delay on request.
//!
//! `/payments/find/…` is always the same payment. `/subscribe/customers/N/payments` has N pages of 20, each payment with
//! a different number; `Nx30` delays each page by 30 ms.

use std::{net::SocketAddr, sync::mpsc, thread, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
};

use super::{PAGE, PAYMENT, PAYMENTS_A_PAGE, TOKEN};

/// Starts the server on a separate thread until the process ends. Returns its URL.
pub(crate) fn start() -> String {
    let (sender, receiver) = mpsc::channel::<SocketAddr>();
    thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(connection));
            }
        });
    });
    format!("http://{}", receiver.recv().unwrap())
}

async fn serve(mut connection: TcpStream) -> Option<()> {
    connection.set_nodelay(true).ok()?;
    let (mut request, mut response) = (Vec::new(), Vec::new());
    loop {
        let end = loop {
            if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            connection.read_buf(&mut request).await.ok().filter(|read| *read > 0)?;
        };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        while request.len() < end + length.unwrap_or(0) {
            connection.read_buf(&mut request).await.ok().filter(|read| *read > 0)?;
        }
        request.drain(..end + length.unwrap_or(0));

        response.clear();
        let path = head.split(' ').nth(1).unwrap();
        if path.ends_with("/users/gettoken") {
            put(&mut response, &[TOKEN.as_bytes()]);
        } else if let Some((key, page)) = path.strip_prefix("/subscribe/customers/").and_then(|of| of.split_once('/')) {
            let page = page.rsplit_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
            let (pages, delay) = key.split_once('x').unwrap_or((key, "0"));
            let delay = Duration::from_millis(delay.parse().unwrap());
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            put_page(&mut response, key, page, pages.parse().unwrap());
        } else {
            put(&mut response, &[PAYMENT.as_bytes()]);
        }
        connection.write_all(&response).await.ok()?;
    }
}

fn put(response: &mut Vec<u8>, body: &[&[u8]]) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    let head = format!(
        "HTTP/1.1 200 OK\r\nDate: Wed, 06 Mar 2024 10:47:49 GMT\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: keep-alive\r\nServer: canned\r\n\r\n"
    );
    response.extend_from_slice(head.as_bytes());
    body.iter().for_each(|part| response.extend_from_slice(part));
}

/// Writes the captured page with other numbers, and the billing key of the request.
fn put_page(response: &mut Vec<u8>, key: &str, page: usize, pages: usize) {
    let (_, list) = PAGE.split_once(r#""list":"#).unwrap();
    let list = list.replace("cust_0001", key);
    let (previous, next) = (page - 1, if page < pages { page + 1 } else { 0 });
    let total = pages * PAYMENTS_A_PAGE;
    let head = format!(
        r#"{{"code":0,"message":null,"response":{{"total":{total},"previous":{previous},"next":{next},"list":"#
    );
    put(response, &[head.as_bytes(), list.as_bytes()]);
    let start = response.len() - list.len();
    for (nth, (place, _)) in list.match_indices("imps_").enumerate() {
        let number = format!("imps_{:012}", page * PAYMENTS_A_PAGE + nth);
        response[start + place..][..number.len()].copy_from_slice(number.as_bytes());
    }
}
