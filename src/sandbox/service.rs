//! The state of the service, and the choice of each response.

use bytes::Bytes;
use hyper::{Method, StatusCode};

use super::{
    Endpoint, Fault, MockResponse, PaymentFixture,
    clock::SandboxClock,
    fault::Faults,
    lookup::{self, ListingFormat},
    route::Route,
    store::{Store, Stores},
    token::{Keys, Refusal, Tokens, keys},
    webhook::{Notification, Webhooks},
};

const KEYS_MISSING: &str = "imp_key, imp_secret 파라메터가 누락되었습니다.";
const UNAUTHORIZED: &str = "인증에 실패하였습니다. API키와 secret을 확인하세요.";

/// The parts of a request that a response depends on.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) route: Route,
    pub(super) authorization: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) tier: Option<String>,
    pub(super) body: Bytes,
}

/// The service behind the sandbox.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) clock: SandboxClock,
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) webhooks: Webhooks,
    pub(super) stores: Stores,
    /// The payments at the start.
    initial: Stores,
    listing: ListingFormat,
}

impl Service {
    pub(super) fn new(
        keys: Keys,
        listing: ListingFormat,
        clock: SandboxClock,
        stores: Stores,
        webhooks: Webhooks,
    ) -> Self {
        let (tokens, faults) = (Tokens::new(keys), Faults::default());
        Self { clock, tokens, faults, webhooks, initial: stores.clone(), stores, listing }
    }

    /// Adds or changes a payment, and sends the webhook for it, if there is one.
    pub(super) fn put(&mut self, payment: &PaymentFixture) {
        self.change(payment, true);
    }

    /// Adds or changes a payment, with or without a webhook.
    pub(super) fn change(&mut self, payment: &PaymentFixture, sends_webhook: bool) {
        let before = self.stores.payment(payment.tier_of(), &payment.imp_uid());
        self.stores.put(payment);
        if let Some(webhook) = Notification::of(before.as_ref(), payment).filter(|_| sends_webhook) {
            self.webhooks.send(webhook);
        }
    }

    /// Removes all faults, also those of webhooks.
    pub(super) fn clear_faults(&mut self) {
        self.faults.clear();
        self.webhooks.clear_faults();
    }

    /// Returns to the state at the start.
    pub(super) fn reset(&mut self) {
        self.clear_faults();
        self.tokens.revoke();
        self.clock.reset();
        self.stores = self.initial.clone();
    }

    pub(super) fn put_billing_key(&mut self, customer_uid: String) {
        self.stores.of(None).put_billing_key(customer_uid);
    }

    /// Returns the response, and the fault with which it is written.
    pub(super) fn respond(&mut self, call: &Call) -> (MockResponse, Option<Fault>) {
        match self.faults.next(call.route.endpoint) {
            Some(Fault::Response(response)) => (response, None),
            Some(Fault::ReplacedResponse(response)) => {
                self.real(call, None);
                (response, None)
            }
            Some(fault) if fault.is_on_the_wire() => (self.real(call, None), Some(fault)),
            fault => (self.real(call, fault.as_ref()), None),
        }
    }

    fn real(&mut self, call: &Call, fault: Option<&Fault>) -> MockResponse {
        let revokes = matches!(fault, Some(Fault::RevokedToken | Fault::ExpiredToken));
        if revokes && call.route.endpoint != Endpoint::Token {
            self.tokens.revoke();
        }
        match call.route.endpoint {
            Endpoint::Token => {
                let response = self.token(call, fault);
                if revokes {
                    self.tokens.revoke();
                }
                response
            }
            Endpoint::Control | Endpoint::Other => not_imitated(call),
            _ if !self.tokens.accepts(call.authorization.as_deref(), self.clock.now()) => unauthorized(),
            Endpoint::Cancel => self.cancel(call),
            _ => {
                let unknown = Store::default();
                let store = self.stores.get(&call.tier).unwrap_or(&unknown);
                lookup::look_up(store, &call.route, self.listing, self.clock.now())
            }
        }
    }

    fn token(&mut self, call: &Call, fault: Option<&Fault>) -> MockResponse {
        match self.tokens.ask(keys(call.content_type.as_deref(), &call.body), self.clock.now()) {
            Ok(issued) => MockResponse::success(issued.with(fault)),
            Err(Refusal::Missing) => MockResponse::failure(StatusCode::BAD_REQUEST, KEYS_MISSING),
            Err(Refusal::Wrong) => unauthorized(),
        }
    }
}

fn not_imitated(call: &Call) -> MockResponse {
    let message = format!("the sandbox does not imitate {} {}", call.method, call.path);
    MockResponse::failure(StatusCode::NOT_IMPLEMENTED, &message)
}

fn unauthorized() -> MockResponse {
    MockResponse::failure(StatusCode::UNAUTHORIZED, UNAUTHORIZED)
}
