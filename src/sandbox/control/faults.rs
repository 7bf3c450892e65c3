//! Faults that are injected over HTTP.

use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        Endpoint, Fault, MockResponse, WebhookFault,
        service::{Call, Service},
    },
    input::{Invalid, body},
};
use crate::generated::OPERATIONS;

/// How many responses or webhooks a fault is for.
#[derive(Deserialize)]
struct Times {
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// The operation whose responses a fault is for.
#[derive(Deserialize)]
struct Operation {
    operation: String,
}

pub(super) fn add(service: &mut Service, call: &Call) -> Result<MockResponse, Invalid> {
    let (Times { times }, Operation { operation }) = (body(call)?, body(call)?);
    let endpoint = endpoint(&operation)?;
    service.faults.queue(endpoint, body::<Fault>(call)?, count(times));
    Ok(MockResponse::success(json!({"operation": operation, "times": times})))
}

pub(super) fn add_to_webhooks(service: &mut Service, call: &Call) -> Result<MockResponse, Invalid> {
    let Times { times } = body(call)?;
    service.webhooks.inject(body::<WebhookFault>(call)?, count(times));
    Ok(MockResponse::success(json!({"times": times})))
}

fn count(times: u32) -> usize {
    usize::try_from(times).unwrap_or(usize::MAX)
}

/// Returns the endpoint of an `operationId`.
pub(super) fn endpoint(operation: &str) -> Result<Endpoint, Invalid> {
    match Endpoint::of_operation(operation) {
        Endpoint::Other => {
            let known: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
            Err(Invalid::expected(format_args!("an `operation` of {}, cancel_payment", known.join(", "))))
        }
        endpoint => Ok(endpoint),
    }
}
