//! What the service is made of, and the one place where an answer is decided.

use std::collections::{BTreeMap, VecDeque};

use axum::http::StatusCode;

use super::{
    CannedAnswer, Endpoint,
    clock::Clock,
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
    pub(super) body: Vec<u8>,
}

/// The service behind the sandbox.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) clock: Clock,
    pub(super) tokens: Tokens,
    pub(super) store: Store,
    pub(super) canned: BTreeMap<Endpoint, VecDeque<CannedAnswer>>,
    listing: Listing,
}

impl Service {
    pub(super) fn new(keys: Keys, listing: Listing) -> Self {
        let (clock, tokens) = (Clock::new(), Tokens::new(keys));
        Self { clock, tokens, store: Store::default(), canned: BTreeMap::new(), listing }
    }

    /// Decides on the answer. Whatever is to go wrong goes wrong here.
    pub(super) fn answer(&mut self, call: &Call) -> CannedAnswer {
        let canned = self.canned.get_mut(&call.route.endpoint());
        canned.and_then(VecDeque::pop_front).unwrap_or_else(|| self.real(call))
    }

    fn real(&mut self, call: &Call) -> CannedAnswer {
        match &call.route {
            Route::Token => self.token(call),
            Route::Other => CannedAnswer::html(404),
            _ if !self.tokens.accepts(call.authorization.as_deref(), self.clock.now()) => unauthorized(),
            Route::Find { merchant_uid, status, sorting } => {
                let sorting = sorting.as_deref().map_or(Sorting::StartedDesc, Sorting::from);
                let payment = self.store.find(merchant_uid, status.as_deref(), sorting);
                payment.map_or_else(not_found, CannedAnswer::success)
            }
            Route::List { customer_uid, page } => match self.store.list(customer_uid, self.listing.newest_first) {
                None => not_found(),
                Some(payments) if self.listing.array => CannedAnswer::success(payments),
                Some(payments) => CannedAnswer::success(store::page(&payments, page.as_deref())),
            },
        }
    }

    fn token(&mut self, call: &Call) -> CannedAnswer {
        match self.tokens.ask(keys(call.content_type.as_deref(), &call.body), self.clock.now()) {
            Ok(issued) => CannedAnswer::success(issued),
            Err(Refusal::Missing) => CannedAnswer::failure(StatusCode::BAD_REQUEST, KEYS_MISSING),
            Err(Refusal::Wrong) => unauthorized(),
        }
    }
}

fn unauthorized() -> CannedAnswer {
    CannedAnswer::failure(StatusCode::UNAUTHORIZED, UNAUTHORIZED)
}

fn not_found() -> CannedAnswer {
    CannedAnswer::failure(StatusCode::NOT_FOUND, NOT_FOUND)
}
