//! Control of the sandbox over HTTP, under `/_sandbox/`. `openapi/sandbox.yaml` describes it.

mod faults;
mod input;
mod requests;

use std::{sync::LazyLock, time::Duration};

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use self::input::{Invalid, body};
use super::{
    MockResponse, PaymentFixture, UnknownScenario,
    route::Control,
    service::{Call, Service},
    shared::Shared,
    store::page,
    webhook::Notification,
};
use crate::types::{Amount, Tier, Timestamp};

/// The default number of payments on a page, and the largest.
const PAGE_SIZE: usize = 100;
const MAX_PAGE_SIZE: usize = 1000;

/// The description of these endpoints, in JSON.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| yaml_serde::from_str(include_str!("../../../openapi/sandbox.yaml")).unwrap_or_default());

/// Returns the response to a request for control.
pub(super) async fn respond(shared: &Shared, call: &Call, control: Control) -> MockResponse {
    let response = match control {
        Control::Requests => requests::list(shared, call).await,
        Control::ClearRequests => Ok(MockResponse::success(json!({"cleared": shared.log.clear()}))),
        Control::Reset => {
            shared.service().reset();
            shared.log.clear();
            Ok(done())
        }
        _ => respond_at_once(&mut shared.service(), call, control),
    };
    response.unwrap_or_else(|Invalid(status, message)| MockResponse::failure(status, &message))
}

fn respond_at_once(service: &mut Service, call: &Call, control: Control) -> Result<MockResponse, Invalid> {
    let tier: Option<Tier> = match call.tier.as_deref().map(str::parse).transpose() {
        Ok(tier) => tier,
        Err(error) => return Err(Invalid(StatusCode::BAD_REQUEST, crate::types::InvalidTier::to_string(&error))),
    };
    let (tier, now) = (tier.as_ref(), service.clock.now());
    match control {
        Control::Health => Ok(MockResponse::success(json!({"status": "ok", "time": now}))),
        Control::Document => Ok(MockResponse::json(200, DOCUMENT.to_string())),
        Control::Payments => payments(service, call),
        Control::AddPayment => {
            let payment = PaymentFixture::from_json(&call.body, now).map_err(invalid_payment)?;
            put(service, tier.cloned().into_iter().fold(payment, PaymentFixture::tier))
        }
        Control::DeletePayments => {
            service.stores.of(call.tier.clone()).clear();
            Ok(done())
        }
        Control::Payment => Ok(MockResponse::success(payment(service, call, tier)?)),
        Control::ChangePayment => {
            let payment = payment(service, call, tier)?;
            put(service, payment.change_from_json(&call.body, now).map_err(invalid_payment)?)
        }
        Control::DeletePayment => {
            payment(service, call, tier)?;
            service.stores.of(call.tier.clone()).remove(imp_uid(call));
            Ok(done())
        }
        Control::Pay => {
            let payment = payment(service, call, tier)?;
            put(service, payment.pay_now(now).map_err(invalid_payment)?)
        }
        Control::Fail => {
            #[derive(Default, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            struct Failure {
                reason: Option<String>,
            }

            let Failure { reason } = body(call)?;
            let payment = payment(service, call, tier)?;
            put(service, payment.fail_now(reason.as_deref(), now).map_err(invalid_payment)?)
        }
        Control::Cancel => {
            #[derive(Default, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            struct Cancellation {
                amount: Option<Amount>,
                reason: String,
            }

            let Cancellation { amount, reason } = body(call)?;
            let payment = payment(service, call, tier)?;
            put(service, payment.cancel_now(amount, &reason, now).map_err(invalid_payment)?)
        }
        Control::Scenario => {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Order {
                merchant_uid: String,
                amount: Amount,
            }

            let name = call.route.segment("scenario").unwrap_or_default();
            let scenario = name.parse().map_err(|error: UnknownScenario| Invalid::new(&error.to_string()))?;
            let Order { merchant_uid, amount } = body(call)?;
            let payments = service.run(scenario, &merchant_uid, amount, tier).map_err(invalid_payment)?;
            Ok(MockResponse::success(payments))
        }
        Control::AddFault => faults::add(service, call),
        Control::AddWebhookFault => faults::add_to_webhooks(service, call),
        Control::ClearFaults => {
            service.clear_faults();
            Ok(done())
        }
        Control::Clock => Ok(MockResponse::success(json!({"time": now}))),
        Control::SetClock => {
            #[derive(Deserialize)]
            #[serde(rename_all = "snake_case")]
            enum Change {
                Time(Timestamp),
                Advance(u32),
            }

            match body(call)? {
                Change::Time(time) => service.clock.set(time),
                Change::Advance(seconds) => service.clock.advance(Duration::from_secs(seconds.into())),
            }
            Ok(MockResponse::success(json!({"time": service.clock.now()})))
        }
        Control::RevokeTokens => {
            service.tokens.revoke();
            Ok(done())
        }
        Control::ExpireTokens => {
            service.tokens.expire(now);
            Ok(done())
        }
        Control::TestWebhook => {
            service.webhooks.send(Notification::test());
            Ok(done())
        }
        Control::Requests | Control::ClearRequests | Control::Reset => Ok(done()),
    }
}

fn payments(service: &Service, call: &Call) -> Result<MockResponse, Invalid> {
    let number = |name, default, max| match call.route.query(name).map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(number)) if (1..=max).contains(&number) => Ok(number),
        Some(_) => Err(Invalid::expected(format_args!("a number from 1 to {max} in `{name}`"))),
    };
    let (number, size) = (number("page", 1, usize::MAX)?, number("limit", PAGE_SIZE, MAX_PAGE_SIZE)?);
    let all: Vec<_> = service.stores.get(&call.tier).into_iter().flat_map(|store| store.all()).collect();
    Ok(MockResponse::success(page(&all, number, size)))
}

fn payment(service: &Service, call: &Call, tier: Option<&Tier>) -> Result<PaymentFixture, Invalid> {
    let payment = service.stores.payment(tier, imp_uid(call));
    payment.ok_or_else(|| Invalid(StatusCode::NOT_FOUND, "the sandbox has no payment with this imp_uid".to_owned()))
}

fn imp_uid(call: &Call) -> &str {
    call.route.segment("imp_uid").unwrap_or_default()
}

fn put(service: &mut Service, payment: PaymentFixture) -> Result<MockResponse, Invalid> {
    service.put(&payment);
    Ok(MockResponse::success(payment))
}

fn done() -> MockResponse {
    MockResponse::success(())
}

fn invalid_payment(error: super::InvalidFixture) -> Invalid {
    Invalid(StatusCode::BAD_REQUEST, error.to_string())
}
