//! A listing is read without gaps or duplicates. The rules are in the rustdoc of `PaymentStream`.

use crate::common::{ManualClock, fill, is_pending, start, wire_response, with_payments};
use iamport::{
    Error, PaymentStream, Timestamp,
    sandbox::{Endpoint, MockResponse, Sandbox},
};
use serde_json::{Value, json};
use std::ops::Range;

async fn collect(mut payments: PaymentStream) -> Result<Vec<String>, Error> {
    let mut collected = Vec::new();
    while let Some(payment) = payments.next().await {
        collected.push(payment?.merchant_uid);
    }
    Ok(collected)
}

/// The requested pages, in order.
fn requested_pages(sandbox: &Sandbox) -> Vec<String> {
    let lists = sandbox.requests().into_iter().filter(|request| request.endpoint() == Endpoint::List);
    lists.map(|request| request.target.split("page=").nth(1).unwrap().to_owned()).collect()
}

fn orders(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("sub-{number:04}")).collect()
}

/// A page with any `total`, `next` and payments.
fn page(total: i64, next: Value, payments: Range<usize>) -> MockResponse {
    response(&json!({ "total": total, "previous": 0, "next": next, "list": list(payments) }))
}

/// A page that lacks some of its fields.
fn page_without(fields: &[&str], payments: Range<usize>) -> MockResponse {
    let mut page = json!({ "total": payments.len(), "previous": 0, "next": 0, "list": list(payments) });
    page.as_object_mut().unwrap().retain(|field, _| !fields.contains(&field.as_str()));
    response(&page)
}

/// A listing in the shape of an array.
fn array(payments: Range<usize>) -> MockResponse {
    response(&list(payments).into())
}

fn response(response: &Value) -> MockResponse {
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": response }).to_string())
}

fn list(payments: Range<usize>) -> Vec<Value> {
    let payment = wire_response("find-paid-card.json");
    let numbered = |number| {
        let mut payment = payment.clone();
        payment["imp_uid"] = json!(format!("imp_{number}"));
        payment["merchant_uid"] = json!(format!("sub-{number:04}"));
        payment
    };
    payments.map(numbered).collect()
}

#[tokio::test]
async fn payments_are_delivered_once_and_in_order() {
    for (count, pages) in [(0, 1), (1, 1), (19, 1), (20, 1), (21, 2), (45, 3), (400, 20)] {
        let (sandbox, client) = with_payments(count).await;
        sandbox.put_billing_key("cust_0001");
        assert_eq!(collect(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=count));
        let expected: Vec<_> = (1..=pages).map(|page| page.to_string()).collect();
        let mut requested = requested_pages(&sandbox);
        requested.sort_by_key(|page| page.parse::<u64>().unwrap());
        assert_eq!(requested, expected, "{count} payments");
    }
}

#[tokio::test]
async fn awaited_listing_returns_one_page() {
    let (sandbox, client) = with_payments(45).await;
    let page = client.billing_key_payments("cust_0001").page(3).await.unwrap();
    assert_eq!((page.list.len(), page.total, page.next_page(), page.previous_page()), (5, Some(45), None, Some(2)));
    assert_eq!(requested_pages(&sandbox), ["3"]);
    assert!(client.billing_key_payments("cust_0001").page(0).await.unwrap_err().is_invalid_request());
    assert_eq!(sandbox.count(Endpoint::List), 1);
}

#[tokio::test]
async fn items_start_at_the_given_page() {
    let (sandbox, client) = with_payments(45).await;
    assert_eq!(collect(client.billing_key_payments("cust_0001").page(2).items()).await.unwrap(), orders(21..=45));
    assert_eq!(requested_pages(&sandbox), ["2", "3"]);
}

#[tokio::test]
async fn pages_are_returned_whole() {
    let (_sandbox, client) = with_payments(45).await;
    let mut pages = client.billing_key_payments("cust_0001").pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().list.len());
    }
    assert_eq!(sizes, [20, 20, 5]);
}

#[tokio::test]
async fn first_page_is_requested_alone_then_several_are_in_flight() {
    for (concurrency, at_once) in [(8, 8), (3, 3), (0, 1), (100, 19)] {
        let (sandbox, client) = with_payments(400).await;
        let mut payments = client.billing_key_payments("cust_0001").concurrency(concurrency).items();
        for _ in 0..20 {
            payments.next().await.unwrap().unwrap();
        }
        assert_eq!(requested_pages(&sandbox), ["1"]);
        let pause = sandbox.pause(Endpoint::List);
        let (next, ()) = tokio::join!(payments.next(), async {
            sandbox.wait_for_requests(Endpoint::List, 1 + at_once).await;
            drop(pause);
        });
        assert_eq!(next.unwrap().unwrap().merchant_uid, "sub-0021");
        assert_eq!(sandbox.max_in_flight(Endpoint::List), at_once, "concurrency {concurrency}");
    }
}

#[tokio::test]
async fn dropped_stream_sends_no_more_requests() {
    let (sandbox, client) = with_payments(400).await;
    let mut payments = client.billing_key_payments("cust_0001").concurrency(2).items();
    for _ in 0..21 {
        payments.next().await.unwrap().unwrap();
    }
    sandbox.wait_for_requests(Endpoint::List, 3).await;
    drop(payments);
    client.find_payment("order-0001").await.unwrap();
    assert_eq!(requested_pages(&sandbox), ["1", "2", "3"]);
    drop(client.billing_key_payments("cust_0001").items());
    assert_eq!(sandbox.count(Endpoint::List), 3);
}

#[tokio::test]
async fn dropped_stream_aborts_the_requests_in_flight() {
    let sandbox = Sandbox::start().await.unwrap();
    fill(&sandbox, 400);
    let client = sandbox.client().clock(ManualClock::new()).max_in_flight(2).build().unwrap();
    let mut payments = client.billing_key_payments("cust_0001").concurrency(2).items();
    for _ in 0..20 {
        payments.next().await.unwrap().unwrap();
    }
    let _pause = sandbox.pause(Endpoint::List);
    let mut next = Box::pin(payments.next());
    assert!(is_pending(&mut next).await);
    sandbox.wait_for_requests(Endpoint::List, 3).await;
    drop(next);
    drop(payments);
    // They held all permits.
    client.find_payment("order-0001").await.unwrap();
}

#[tokio::test]
async fn array_is_the_whole_listing() {
    for count in [1, 2, 21, 45] {
        let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
        fill(&sandbox, count);
        let client = sandbox.client().build().unwrap();
        assert_eq!(collect(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=count));
        assert_eq!(requested_pages(&sandbox), ["1"], "{count} payments");
    }
}

#[tokio::test]
async fn array_as_long_as_a_page_is_followed_by_one_more_request() {
    let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
    fill(&sandbox, 20);
    let client = sandbox.client().build().unwrap();
    assert_eq!(collect(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=20));
    assert_eq!(requested_pages(&sandbox), ["1", "2"]);
    let mut pages = client.billing_key_payments("cust_0001").pages();
    assert_eq!(pages.next().await.unwrap().unwrap().list.len(), 20);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn arrays_as_long_as_a_page_are_read_until_a_shorter_one() {
    let (sandbox, client) = start().await;
    for payments in [1..21, 21..41, 41..46] {
        sandbox.enqueue_response(Endpoint::List, array(payments));
    }
    assert_eq!(collect(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=45));
    assert_eq!(requested_pages(&sandbox), ["1", "2", "3"]);
}

#[tokio::test]
async fn array_of_the_default_length_is_a_page_though_more_were_requested() {
    let (sandbox, client) = start().await;
    for payments in [1..21, 21..24] {
        sandbox.enqueue_response(Endpoint::ListByStatus, array(payments));
    }
    assert_eq!(collect(client.list_payments().page_size(50).items()).await.unwrap(), orders(1..=23));
}

#[tokio::test]
async fn pages_leave_out_what_a_later_request_repeats_but_not_an_empty_first_page() {
    let sizes = async |responses: Vec<MockResponse>| {
        let (sandbox, client) = start().await;
        for response in responses {
            sandbox.enqueue_response(Endpoint::List, response);
        }
        let mut pages = client.billing_key_payments("cust_0001").concurrency(1).pages();
        let mut sizes = Vec::new();
        while let Some(page) = pages.next().await {
            sizes.push(page.unwrap().list.len());
        }
        sizes
    };
    assert_eq!(sizes(vec![page(0, json!(0), 0..0)]).await, [0]);
    assert_eq!(sizes(vec![array(1..21), array(1..21)]).await, [20], "the service ignores the page");
    assert_eq!(sizes(vec![array(1..21), array(21..41), array(0..0)]).await, [20, 20]);
    // A page of known payments in the first pass; the pages of the second pass only where they have a new payment.
    let moved = [(60, 2, 1..21), (61, 3, 1..20), (60, 0, 41..61), (61, 2, 61..62), (61, 3, 1..41), (61, 0, 41..61)];
    let responses = moved.map(|(total, next, payments)| page(total, json!(next), payments));
    assert_eq!(sizes(responses.to_vec()).await, [20, 19, 20, 1, 40]);
}

#[tokio::test]
async fn page_without_next_and_total_is_an_error_and_without_next_alone_is_the_last() {
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::List, page_without(&["next", "total"], 1..3));
    let error = collect(client.billing_key_payments("cust_0001").items()).await.unwrap_err();
    assert_invalid(Some(error), "page 1 has neither `next` nor `total`");
    sandbox.enqueue_response(Endpoint::List, page_without(&["next"], 1..3));
    assert_eq!(collect(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=2));
}

#[tokio::test]
async fn next_that_is_true_is_an_error() {
    let (_, error, _) = read(1, &[(40, json!(true), 1..21)]).await;
    assert_invalid(error, "page 1 has an invalid `next`: expected a page number");
}

#[tokio::test]
async fn page_has_the_numbers_of_its_neighbours() {
    let (_sandbox, client) = with_payments(45).await;
    let mut neighbours = Vec::new();
    let mut pages = client.billing_key_payments("cust_0001").pages();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        neighbours.push((page.previous_page(), page.next_page()));
    }
    assert_eq!(neighbours, [(None, Some(2)), (Some(1), Some(3)), (Some(2), None)]);
}

/// A payment is inserted at the front, and the last one of a page moves to the next page.
#[tokio::test]
async fn payment_that_moves_to_a_later_page_is_delivered_once() {
    let sandbox = Sandbox::builder().newest_first(true).start().await.unwrap();
    fill(&sandbox, 40);
    let client = sandbox.client().build().unwrap();
    let mut payments = client.billing_key_payments("cust_0001").items();
    let mut collected = vec![payments.next().await.unwrap().unwrap().merchant_uid];
    sandbox.upsert_payment(iamport::sandbox::PaymentFixture::new("sub-0041", 22000).billing_key("cust_0001").paid());
    while let Some(payment) = payments.next().await {
        collected.push(payment.unwrap().merchant_uid);
    }
    // The second pass ends as soon as it found the new payment.
    assert_eq!(collected, orders((1..=40).rev().chain([41])));
    assert_eq!(requested_pages(&sandbox), ["1", "2", "3", "1"]);
}

#[tokio::test]
async fn invalid_next_is_an_error_after_the_payments_before_it() {
    for next in [json!(1), json!(2), json!(-1), json!(null), json!("3"), json!({})] {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::List, page(60, json!(2), 1..21));
        sandbox.enqueue_response(Endpoint::List, page(60, next.clone(), 21..41));
        let mut payments = client.billing_key_payments("cust_0001").concurrency(1).items();
        for number in 1..=40 {
            assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, format!("sub-{number:04}"));
        }
        let error = payments.next().await.unwrap().unwrap_err();
        assert!(error.is_decode() && error.to_string().starts_with("invalid pagination: page 2"), "{error}");
        assert!(payments.next().await.is_none());
        assert_eq!(requested_pages(&sandbox), ["1", "2"], "{next}");
    }
}

/// A payment is inserted between the reads of two pages: the last one of page 2 moves to page 3, which was already read.
#[tokio::test]
async fn payment_that_moves_to_a_page_already_read_is_found_in_a_second_pass() {
    let (sandbox, client) = start().await;
    for (total, next, payments) in [
        (60, 2, 1..21),
        (61, 3, 22..41),
        (60, 0, 41..61),
        // The second pass.
        (61, 2, 61..62),
        (61, 3, 1..41),
        (61, 0, 41..61),
    ] {
        sandbox.enqueue_response(Endpoint::List, page(total, json!(next), payments));
    }
    let collected = collect(client.billing_key_payments("cust_0001").concurrency(1).items()).await.unwrap();
    assert_eq!(collected, orders((1..=20).chain(22..=60).chain([61, 21])));
    assert_eq!(requested_pages(&sandbox), ["1", "2", "3", "1", "2", "3"]);
}

/// Reads a listing of the given pages; returns the outcome and the requested pages.
async fn read(first: u64, pages: &[(i64, Value, Range<usize>)]) -> (Vec<String>, Option<Error>, Vec<String>) {
    let (sandbox, client) = start().await;
    for (total, next, payments) in pages {
        sandbox.enqueue_response(Endpoint::List, page(*total, next.clone(), payments.clone()));
    }
    let mut payments = client.billing_key_payments("cust_0001").page(first).concurrency(1).items();
    let (mut collected, mut failure) = (Vec::new(), None);
    while let Some(payment) = payments.next().await {
        match payment {
            Ok(payment) => collected.push(payment.merchant_uid),
            Err(error) => failure = Some(error),
        }
    }
    (collected, failure, requested_pages(&sandbox))
}

fn assert_invalid(error: Option<Error>, text: &str) {
    let error = error.unwrap();
    assert!(error.is_decode() && error.to_string() == format!("invalid pagination: {text}"), "{error}");
}

#[tokio::test]
async fn listing_that_ends_before_its_constant_total_is_an_error() {
    let (collected, error, requested) = read(1, &[(1000, json!(0), 1..21)]).await;
    assert_eq!(collected, orders(1..=20));
    assert_invalid(error, "page 1 is the last one: expected 1000 payments, got 20");
    assert_eq!(requested, ["1"]);
}

#[tokio::test]
async fn false_and_null_end_a_listing_like_zero() {
    for end in [json!(0), json!(false), json!(null)] {
        let (collected, error, _) = read(1, &[(40, json!(2), 1..21), (40, end.clone(), 21..41)]).await;
        assert!(error.is_none(), "{end}: {error:?}");
        assert_eq!(collected, orders(1..=40));
    }
}

#[tokio::test]
async fn listing_that_shrinks_is_compared_with_the_total_of_its_second_pass() {
    let (collected, error, requested) = read(
        1,
        &[
            (60, json!(2), 1..21),
            (59, json!(3), 21..41),
            (59, json!(0), 41..60),
            (59, json!(2), 1..21),
            (59, json!(3), 21..41),
            (59, json!(0), 41..60),
        ],
    )
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders(1..=59));
    assert_eq!(requested, ["1", "2", "3", "1", "2", "3"]);
}

/// The first payment is removed after page 1 was read, and the 21st moves there.
#[tokio::test]
async fn removed_payment_does_not_hide_a_missing_one() {
    let (collected, error, _) = read(
        1,
        &[
            (60, json!(2), 1..21),
            (59, json!(3), 22..42),
            (59, json!(0), 42..61),
            (59, json!(2), 2..22),
            (59, json!(3), 22..42),
            (59, json!(0), 42..61),
        ],
    )
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders((1..=20).chain(22..=60).chain([21])));
}

#[tokio::test]
async fn new_payment_does_not_hide_a_missing_one() {
    let (collected, error, requested) = read(
        1,
        &[
            (60, json!(2), 1..21),
            (61, json!(3), 22..42),
            (61, json!(0), 42..62),
            (61, json!(2), 1..21),
            (61, json!(3), 21..41),
        ],
    )
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders((1..=20).chain(22..=61).chain([21])));
    assert_eq!(requested, ["1", "2", "3", "1", "2"], "all 61 are read after page 2");
}

/// The total grows in each pass. What the second pass has read again does not count towards the total of the third.
#[tokio::test]
async fn known_payments_do_not_hide_a_missing_one_in_a_third_pass() {
    let (collected, error, requested) = read(
        1,
        &[
            (60, json!(2), 1..21),
            (61, json!(3), 22..41),
            (61, json!(0), 41..61),
            (61, json!(2), 1..21),
            (62, json!(3), 22..41),
            (62, json!(0), 41..61),
            (62, json!(2), 1..21),
            (62, json!(3), 21..41),
            (62, json!(0), 41..63),
        ],
    )
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders((1..=20).chain(22..=60).chain([21, 61, 62])));
    assert_eq!(requested, ["1", "2", "3", "1", "2", "3", "1", "2", "3"]);
}

#[tokio::test]
async fn second_pass_may_have_many_pages_of_known_payments() {
    let pass = [(2, 1..3), (3, 3..5), (4, 5..7), (5, 7..9), (0, 9..10)];
    let mut pages: Vec<_> = pass.iter().chain(&pass).map(|(next, page)| (9, json!(next), page.clone())).collect();
    pages[0].0 = 10;
    let (collected, error, requested) = read(1, &pages).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders(1..=9));
    assert_eq!(requested.len(), 10);
}

/// A long period is read as several listings.
#[tokio::test]
async fn payments_of_one_window_do_not_hide_a_missing_one_of_the_next() {
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::ListByStatus, page(3, json!(0), 1..4));
    sandbox.enqueue_response(Endpoint::ListByStatus, page(2, json!(0), 4..5));
    let [from, to] = [1_700_000_000, 1_710_000_000].map(|secs| Timestamp::from_secs(secs).unwrap());
    let mut payments = client.list_payments().between(from, to).items();
    for number in 1..=4 {
        assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, format!("sub-{number:04}"));
    }
    let error = payments.next().await.unwrap().unwrap_err();
    assert_invalid(Some(error), "page 1 is the last one: expected 2 payments, got 1");
}

#[tokio::test]
async fn listing_that_changes_in_every_pass_is_an_error() {
    let pages: Vec<_> = [60, 59, 60, 59, 60, 59]
        .into_iter()
        .enumerate()
        .map(|(index, total)| if index % 2 == 0 { (total, json!(2), 1..21) } else { (total, json!(0), 21..41) })
        .collect();
    let (collected, error, requested) = read(1, &pages).await;
    assert_eq!(collected, orders(1..=40));
    assert_invalid(error, "the listing changes faster than it is read");
    assert_eq!(requested, ["1", "2", "1", "2", "1", "2"]);
}

#[tokio::test]
async fn listing_from_a_later_page_is_compared_with_the_rest_of_its_total() {
    let (collected, error, _) = read(2, &[(60, json!(3), 21..41), (60, json!(0), 41..60)]).await;
    assert_eq!(collected, orders(21..=59));
    assert_invalid(error, "page 3 is the last one: expected 40 payments, got 39");

    let moved = [
        (60, json!(3), 21..40),
        (61, json!(0), 41..61),
        (61, json!(3), 20..40),
        (61, json!(4), 40..60),
        (61, json!(0), 60..61),
    ];
    let (collected, error, requested) = read(2, &moved).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(collected, orders((21..=39).chain(41..=60).chain([20, 40])));
    assert_eq!(requested, ["2", "3", "2", "3"]);

    let (collected, error, _) = read(9, &[(60, json!(0), 1..1)]).await;
    assert!(collected.is_empty() && error.is_none(), "{error:?}");
}

#[tokio::test]
async fn empty_page_that_announces_another_is_an_error() {
    let (collected, error, requested) = read(1, &[(60, json!(2), 1..21), (60, json!(3), 1..1)]).await;
    assert_eq!(collected, orders(1..=20));
    assert_invalid(error, "page 2 is empty and announces page 3");
    assert_eq!(requested, ["1", "2"]);
}

#[tokio::test]
async fn three_pages_of_known_payments_are_an_error() {
    let mut pages = vec![(1000, json!(2), 1..21)];
    pages.extend((2..=9).map(|number| (1000, json!(number + 1), 1..21)));
    let (collected, error, requested) = read(1, &pages).await;
    assert_eq!(collected, orders(1..=20));
    assert_invalid(error, "3 pages in a row have no new payment, and page 4 announces page 5");
    assert_eq!(requested, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn next_page_that_does_not_follow_is_an_error_at_once() {
    for next in [i64::MAX, 4, 3] {
        let (collected, error, requested) = read(1, &[(60, json!(next), 1..21)]).await;
        assert_eq!(collected, orders(1..=20));
        assert_invalid(error, &format!("page 1 announces page {next} as the next one"));
        assert_eq!(requested, ["1"]);
    }
    let (_, error, _) = read(u64::MAX, &[(60, json!(i64::MAX), 1..21)]).await;
    assert!(error.unwrap().is_decode());
}

#[tokio::test]
async fn page_not_found_ends_the_listing_only_after_an_array() {
    let gone = || MockResponse::json(404, crate::common::wire("error-404.json"));
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::List, page(60, json!(3), 21..41));
    sandbox.enqueue_response(Endpoint::List, gone());
    let mut payments = client.billing_key_payments("cust_0001").page(2).items();
    for number in 21..=40 {
        assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, format!("sub-{number:04}"));
    }
    assert!(payments.next().await.unwrap().unwrap_err().is_not_found());

    let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
    fill(&sandbox, 20);
    let client = sandbox.client().build().unwrap();
    let mut payments = client.billing_key_payments("cust_0001").items();
    payments.next().await.unwrap().unwrap();
    sandbox.enqueue_response(Endpoint::List, gone());
    assert_eq!(collect(payments).await.unwrap(), orders(2..=20));
}

#[tokio::test]
async fn failed_page_is_an_error_after_the_payments_before_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = sandbox.client().no_retry().build().unwrap();
    sandbox.enqueue_response(Endpoint::List, page(60, json!(2), 1..21));
    sandbox.enqueue_response(Endpoint::List, MockResponse::html(500));
    let mut payments = client.billing_key_payments("cust_0001").concurrency(1).items();
    for number in 1..=20 {
        assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, format!("sub-{number:04}"));
    }
    assert_eq!(payments.next().await.unwrap().unwrap_err().status().unwrap().as_u16(), 500);
    assert!(payments.next().await.is_none());
}

#[tokio::test]
async fn payment_of_another_billing_key_is_a_mismatch() {
    let (sandbox, client) = start().await;
    let respond = |uid: serde_json::Value| {
        let payment =
            json!({ "imp_uid": "imp_1", "merchant_uid": "m", "amount": 1, "status": "paid", "customer_uid": uid });
        for response in [json!([payment]), json!({ "total": 1, "previous": 0, "next": 0, "list": [payment] })] {
            let body = json!({ "code": 0, "message": null, "response": response }).to_string();
            sandbox.enqueue_response(Endpoint::List, MockResponse::json(200, body));
        }
    };
    for uid in ["cust_0002", "CUST_0001", "cust_0001 "] {
        respond(json!(uid));
        for _ in 0..2 {
            let error = client.billing_key_payments("cust_0001").await.unwrap_err();
            assert!(error.is_mismatch(), "{error:?}");
            let text = format!("{error} {error:?}").to_lowercase();
            assert!(text.contains("requested `customer_uid`") && !text.contains("cust_000"), "{text}");
        }
    }
    respond(json!("cust_0002"));
    for _ in 0..2 {
        assert!(client.billing_key_payments("cust_0001").items().next().await.unwrap().unwrap_err().is_mismatch());
    }
    // A payment that does not name its billing key is not another one's.
    for uid in [json!("cust_0001"), json!(""), json!(null)] {
        respond(uid);
        for _ in 0..2 {
            assert_eq!(client.billing_key_payments("cust_0001").await.unwrap().list.len(), 1);
        }
    }
}

#[tokio::test]
async fn unknown_billing_key_is_not_found() {
    let (_sandbox, client) = start().await;
    assert!(client.billing_key_payments("cust_9999").await.unwrap_err().is_not_found());
    assert!(client.billing_key_payments("cust_9999").items().next().await.unwrap().unwrap_err().is_not_found());
}
