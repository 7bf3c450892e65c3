//! What the service is made of, and the one place where an answer is decided.

use bytes::Bytes;
use hyper::StatusCode;

use super::{
    Fault, MockResponse,
    clock::Clock,
    fault::Faults,
    route::Route,
    store::{self, Store},
    token::{Keys, Refusal, Tokens, keys},
};
use crate::generated::codes::Sorting;

const KEYS_MISSING: &str = "imp_key, imp_secret 파라메터가 누락되었습니다.";
const UNAUTHORIZED: &str = "인증에 실패하였습니다. API키와 secret을 확인하세요.";
const NOT_FOUND: &str = "존재하지 않는 결제정보입니다.";

/// How a listing answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listing {
    /// As documentation A has it: all payments in an array.
    pub(super) array: bool,
    pub(super) newest_first: bool,
}

/// What a request says, as far as an answer depends on it.
pub(super) struct Call {
    pub(super) route: Route,
    pub(super) authorization: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body: Bytes,
}

/// The service behind the sandbox.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) clock: Clock,
    pub(super) tokens: Tokens,
    pub(super) store: Store,
    pub(super) faults: Faults,
    listing: Listing,
}

impl Service {
    pub(super) fn new(keys: Keys, listing: Listing) -> Self {
        let (clock, tokens) = (Clock::new(), Tokens::new(keys));
        Self { clock, tokens, store: Store::default(), faults: Faults::default(), listing }
    }

    /// Decides on the answer, and on what goes wrong when it is written.
    pub(super) fn answer(&mut self, call: &Call) -> (MockResponse, Option<Fault>) {
        match self.faults.next(call.route.endpoint()) {
            Some(Fault::Answer(answer)) => (answer, None),
            Some(fault) if fault.is_on_the_wire() => (self.real(call, None), Some(fault)),
            fault => (self.real(call, fault.as_ref()), None),
        }
    }

    fn real(&mut self, call: &Call, fault: Option<&Fault>) -> MockResponse {
        if matches!(fault, Some(Fault::RevokedToken | Fault::ExpiredToken)) && !matches!(call.route, Route::Token) {
            self.tokens.revoke();
        }
        match &call.route {
            Route::Token => self.token(call, fault),
            Route::Other => MockResponse::html(404),
            _ if !self.tokens.accepts(call.authorization.as_deref(), self.clock.now()) => unauthorized(),
            Route::Find { merchant_uid, status, sorting } => {
                let sorting = sorting.as_deref().map_or(Sorting::StartedDesc, Sorting::from);
                let payment = self.store.find(merchant_uid, status.as_deref(), sorting);
                payment.map_or_else(not_found, MockResponse::success)
            }
            Route::List { customer_uid, page } => match self.store.list(customer_uid, self.listing.newest_first) {
                None => not_found(),
                Some(payments) if self.listing.array => MockResponse::success(payments),
                Some(payments) => MockResponse::success(store::page(&payments, page.as_deref())),
            },
        }
    }

    fn token(&mut self, call: &Call, fault: Option<&Fault>) -> MockResponse {
        match self.tokens.ask(keys(call.content_type.as_deref(), &call.body), self.clock.now()) {
            Ok(issued) => {
                let answer = MockResponse::success(issued.with(fault));
                if matches!(fault, Some(Fault::RevokedToken | Fault::ExpiredToken)) {
                    self.tokens.revoke();
                }
                answer
            }
            Err(Refusal::Missing) => MockResponse::failure(StatusCode::BAD_REQUEST, KEYS_MISSING),
            Err(Refusal::Wrong) => unauthorized(),
        }
    }
}

fn unauthorized() -> MockResponse {
    MockResponse::failure(StatusCode::UNAUTHORIZED, UNAUTHORIZED)
}

fn not_found() -> MockResponse {
    MockResponse::failure(StatusCode::NOT_FOUND, NOT_FOUND)
}
