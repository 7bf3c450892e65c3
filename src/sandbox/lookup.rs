//! The operations that read payments, as the service documents them. Comments note each undocumented choice.

use hyper::StatusCode;

use super::{
    Endpoint, MockResponse,
    route::Route,
    store::{PaymentOrder, Store, Stored, page, texts},
};

pub(super) const NOT_FOUND: &str = "존재하지 않는 결제정보입니다.";
pub(super) const INVALID: &str = "요청 파라미터가 올바르지 않습니다.";

/// The default number of payments on a page.
const PAGE_SIZE: usize = 20;
const MAX_PAGE_SIZE: usize = 1000;
/// The largest number of identifiers in one look-up.
const MAX_IDENTIFIERS: usize = 100;
/// The longest period of a listing by status, in seconds: 90 days.
const MAX_PERIOD: u64 = 90 * 24 * 60 * 60;
const STATUSES: [&str; 4] = ["ready", "paid", "cancelled", "failed"];

/// The form of listings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListingFormat {
    /// All payments in an array, as the documentation of billing keys describes it.
    pub(super) array: bool,
    pub(super) newest_first: bool,
}

/// Returns the response to a look-up, at a time in Unix seconds.
pub(super) fn look_up(store: &Store, route: &Route, listing: ListingFormat, now: u64) -> MockResponse {
    let uid = |name| route.segment(name).unwrap_or_default();
    match route.endpoint {
        Endpoint::Find => find(store, uid("merchant_uid"), route),
        Endpoint::FindAll => find_all(store, uid("merchant_uid"), route, listing),
        Endpoint::Get => get(store, uid("imp_uid"), route),
        Endpoint::GetMany => get_many(store, route),
        Endpoint::List => list(store, uid("customer_uid"), route, listing),
        Endpoint::ListByStatus => list_by_status(store, uid("payment_status"), route, now),
        _ => not_found(),
    }
}

/// Returns the first payment of an order.
fn find(store: &Store, merchant_uid: &str, route: &Route) -> MockResponse {
    let payments = with_status(store.of_order(merchant_uid), route);
    sorted(payments, route).first().map_or_else(not_found, |payment| MockResponse::success(&*payment.text))
}

/// Returns all payments of an order. A known order without a payment of the status has an empty page.
fn find_all(store: &Store, merchant_uid: &str, route: &Route, listing: ListingFormat) -> MockResponse {
    if route.segment("payment_status").is_some_and(|status| !STATUSES.contains(&status)) {
        return invalid();
    }
    let Some(size) = page_size(route) else { return invalid() };
    let payments = store.of_order(merchant_uid);
    if payments.is_empty() {
        return not_found();
    }
    let payments = sorted(with_status(payments, route), route);
    if listing.array {
        return MockResponse::success(texts(&payments));
    }
    MockResponse::success(page(&payments, page_number(route), size))
}

/// Returns one payment; a test payment only with `include_sandbox`.
fn get(store: &Store, imp_uid: &str, route: &Route) -> MockResponse {
    let tests = matches!(route.query("include_sandbox"), Some("true" | "1"));
    let payment = store.get(imp_uid).filter(|payment| tests || !payment.is_test);
    payment.map_or_else(not_found, |payment| MockResponse::success(&*payment.text))
}

/// Returns the payments of up to 100 identifiers, in the order they were put: the service documents no order. A request
/// without identifiers is not found; more than 100 are invalid.
fn get_many(store: &Store, route: &Route) -> MockResponse {
    let (imp_uids, merchant_uids): (Vec<_>, Vec<_>) =
        (route.array("imp_uid").collect(), route.array("merchant_uid").collect());
    if imp_uids.len() + merchant_uids.len() > MAX_IDENTIFIERS {
        return invalid();
    }
    let payments = store.of_identifiers(&imp_uids, &merchant_uids);
    if payments.is_empty() {
        return not_found();
    }
    let all = imp_uids.iter().all(|uid| store.get(uid).is_some())
        && merchant_uids.iter().all(|uid| !store.of_order(uid).is_empty());
    let status = if all { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    MockResponse::success_with(status, texts(&payments))
}

/// Returns a page of a billing key's payments. A page past the end is empty.
fn list(store: &Store, customer_uid: &str, route: &Route, listing: ListingFormat) -> MockResponse {
    match store.of_billing_key(customer_uid, listing.newest_first) {
        None => not_found(),
        Some(payments) if listing.array => MockResponse::success(texts(&payments)),
        Some(payments) => MockResponse::success(page(&payments, page_number(route), PAGE_SIZE)),
    }
}

/// Returns a page of the payments that came to their status in a period. A period of more than 90 days is invalid; without
/// payments, the first page is empty.
fn list_by_status(store: &Store, status: &str, route: &Route, now: u64) -> MockResponse {
    let time = |name, default| route.query(name).map_or(Some(default), |text| text.parse::<u64>().ok());
    let Some(to) = time("to", now) else { return invalid() };
    let Some(from) = time("from", to.saturating_sub(MAX_PERIOD)) else { return invalid() };
    let Some(size) = page_size(route) else { return invalid() };
    if (status != "all" && !STATUSES.contains(&status)) || to.saturating_sub(from) > MAX_PERIOD {
        return invalid();
    }
    let matches = |payment: &&Stored| {
        (status == "all" || payment.status.as_deref() == Some(status)) && (from..=to).contains(&payment.updated)
    };
    let payments = sorted(store.all().filter(matches).collect(), route);
    let number = page_number(route);
    if number > payments.len().div_ceil(size).max(1) {
        return invalid();
    }
    MockResponse::success(page(&payments, number, size))
}

fn with_status<'a>(payments: Vec<&'a Stored>, route: &Route) -> Vec<&'a Stored> {
    let status = route.segment("payment_status");
    let matches = |payment: &&Stored| status.is_none() || payment.status.as_deref() == status;
    payments.into_iter().filter(matches).collect()
}

fn sorted<'a>(mut payments: Vec<&'a Stored>, route: &Route) -> Vec<&'a Stored> {
    PaymentOrder::parse(route.query("sorting")).sort(&mut payments);
    payments
}

/// Returns the number of the requested page, or 1 if it is invalid.
fn page_number(route: &Route) -> usize {
    route.query("page").and_then(|number| number.parse().ok()).unwrap_or(1).max(1)
}

fn page_size(route: &Route) -> Option<usize> {
    let size = route.query("limit").map_or(Some(PAGE_SIZE), |limit| limit.parse().ok());
    size.filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
}

fn not_found() -> MockResponse {
    MockResponse::failure(StatusCode::NOT_FOUND, NOT_FOUND)
}

pub(super) fn invalid() -> MockResponse {
    MockResponse::failure(StatusCode::BAD_REQUEST, INVALID)
}
