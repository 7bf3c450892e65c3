//! A listing that ends as complete has every payment that stayed in it.

use crate::common::start;
use iamport::{
    Client, Error, ListPayments, Payment, PaymentStream, Timestamp,
    sandbox::{Endpoint, MockResponse, Sandbox},
};
use serde_json::{Value, json};
use std::ops::Range;

mod ends;
mod periods;
mod schedules;
mod undecodable;

const DAY: u64 = 24 * 60 * 60;
const MARCH: u64 = 1_709_251_200;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

/// Reads a listing to its end: the numbers of the payments, and the errors.
async fn read(mut payments: PaymentStream) -> (Vec<usize>, Vec<Error>) {
    let (mut numbers, mut errors) = (Vec::new(), Vec::new());
    while let Some(payment) = payments.next().await {
        match payment {
            Ok(payment) => numbers.push(number(&payment)),
            Err(error) => errors.push(error),
        }
    }
    (numbers, errors)
}

fn number(payment: &Payment) -> usize {
    payment.imp_uid.trim_start_matches("imp_").parse().unwrap()
}

fn payment(number: usize, status: &str) -> Value {
    json!({ "imp_uid": format!("imp_{number}"), "merchant_uid": "order-0001", "amount": 100, "status": status })
}

fn paid(numbers: Range<usize>) -> Vec<Value> {
    numbers.map(|number| payment(number, "paid")).collect()
}

fn page(total: usize, next: u64, list: &[Value]) -> MockResponse {
    let page = json!({ "total": total, "previous": 0, "next": next, "list": list });
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": page }).to_string())
}

/// The service's response to a page that it does not have.
fn no_page(status: u16) -> MockResponse {
    MockResponse::json(status, r#"{"code":-1,"message":"요청 파라미터가 올바르지 않습니다.","response":null}"#)
}

/// A parameter of each request to an endpoint, in order.
fn parameters(sandbox: &Sandbox, endpoint: Endpoint, name: &str) -> Vec<u64> {
    let requests = sandbox.requests().into_iter().filter(|request| request.endpoint() == endpoint);
    let value = |target: &str| {
        let (name, pairs) = (format!("{name}="), target.split(['?', '&']));
        pairs.filter_map(|pair| pair.strip_prefix(&*name)).next().unwrap().parse().unwrap()
    };
    requests.map(|request| value(&request.target)).collect()
}
