//! Walking a billing key's payments: each once, in order, nothing asked for in vain.

use crate::common::{fill, start, wire_response, with_payments};
use iamport::{
    Error, PaymentStream,
    sandbox::{Endpoint, MockResponse, Sandbox},
};
use serde_json::json;

async fn walk(mut payments: PaymentStream) -> Result<Vec<String>, Error> {
    let mut walked = Vec::new();
    while let Some(payment) = payments.next().await {
        walked.push(payment?.merchant_uid);
    }
    Ok(walked)
}

/// The pages that were asked for, in order.
fn asked(sandbox: &Sandbox) -> Vec<String> {
    let lists = sandbox.requests().into_iter().filter(|request| request.endpoint() == Endpoint::List);
    lists.map(|request| request.target.split("page=").nth(1).unwrap().to_owned()).collect()
}

fn orders(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("sub-{number:04}")).collect()
}

/// A page of the listing that says what it is told to.
fn page(total: i64, next: serde_json::Value, payments: std::ops::Range<usize>) -> MockResponse {
    let payment = wire_response("find-paid-card.json");
    let list: Vec<_> = payments
        .map(|number| {
            let mut payment = payment.clone();
            payment["imp_uid"] = json!(format!("imp_{number}"));
            payment["merchant_uid"] = json!(format!("sub-{number:04}"));
            payment
        })
        .collect();
    let response = json!({ "total": total, "previous": 0, "next": next, "list": list });
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": response }).to_string())
}

#[tokio::test]
async fn all_payments_come_once_and_in_order() {
    for (count, pages) in [(0, 1), (1, 1), (19, 1), (20, 1), (21, 2), (45, 3), (400, 20)] {
        let (sandbox, client) = with_payments(count).await;
        sandbox.put_billing_key("cust_0001");
        assert_eq!(walk(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=count));
        let expected: Vec<_> = (1..=pages).map(|page| page.to_string()).collect();
        let mut asked = asked(&sandbox);
        asked.sort_by_key(|page| page.parse::<u64>().unwrap());
        assert_eq!(asked, expected, "{count} payments");
    }
}

#[tokio::test]
async fn one_page_alone() {
    let (sandbox, client) = with_payments(45).await;
    let page = client.billing_key_payments("cust_0001").page(3).await.unwrap();
    assert_eq!((page.list.len(), page.total, page.next_page(), page.previous_page()), (5, Some(45), None, Some(2)));
    assert_eq!(asked(&sandbox), ["3"]);
    assert!(client.billing_key_payments("cust_0001").page(0).await.unwrap_err().is_invalid_request());
    assert_eq!(sandbox.count(Endpoint::List), 1);
}

#[tokio::test]
async fn a_walk_begins_where_it_is_told_to() {
    let (sandbox, client) = with_payments(45).await;
    assert_eq!(walk(client.billing_key_payments("cust_0001").page(2).items()).await.unwrap(), orders(21..=45));
    assert_eq!(asked(&sandbox), ["2", "3"]);
}

#[tokio::test]
async fn pages_come_whole() {
    let (_sandbox, client) = with_payments(45).await;
    let mut pages = client.billing_key_payments("cust_0001").pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().list.len());
    }
    assert_eq!(sizes, [20, 20, 5]);
}

#[tokio::test]
async fn the_first_page_goes_alone_and_then_several_are_on_their_way() {
    for (concurrency, at_once) in [(8, 8), (3, 3), (0, 1), (100, 19)] {
        let (sandbox, client) = with_payments(400).await;
        let mut payments = client.billing_key_payments("cust_0001").concurrency(concurrency).items();
        for _ in 0..20 {
            payments.next().await.unwrap().unwrap();
        }
        assert_eq!(asked(&sandbox), ["1"]);
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
async fn a_dropped_walk_asks_for_nothing_more() {
    let (sandbox, client) = with_payments(400).await;
    let mut payments = client.billing_key_payments("cust_0001").concurrency(2).items();
    for _ in 0..21 {
        payments.next().await.unwrap().unwrap();
    }
    sandbox.wait_for_requests(Endpoint::List, 3).await;
    drop(payments);
    client.find_payment("order-0001").await.unwrap();
    assert_eq!(asked(&sandbox), ["1", "2", "3"]);
    drop(client.billing_key_payments("cust_0001").items());
    assert_eq!(sandbox.count(Endpoint::List), 3);
}

#[tokio::test]
async fn an_array_is_all_there_is() {
    for count in [1, 2, 21, 45] {
        let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
        fill(&sandbox, count);
        let client = sandbox.client().build().unwrap();
        assert_eq!(walk(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=count));
        assert_eq!(asked(&sandbox), ["1"], "{count} payments");
    }
}

/// An array of just a page's length may be the first of several, so the next is asked for, and nothing stands twice.
#[tokio::test]
async fn an_array_as_long_as_a_page_may_have_another_behind_it() {
    let sandbox = Sandbox::builder().plain_array(true).start().await.unwrap();
    fill(&sandbox, 20);
    let client = sandbox.client().build().unwrap();
    assert_eq!(walk(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=20));
    let mut pages = client.billing_key_payments("cust_0001").pages();
    assert_eq!(pages.next().await.unwrap().unwrap().list.len(), 20);
    assert!(pages.next().await.is_none());
}

/// While a walk is under way a payment comes in at the front, and the last of a page moves to the next.
#[tokio::test]
async fn a_payment_that_moves_to_a_later_page_comes_once() {
    let sandbox = Sandbox::builder().newest_first(true).start().await.unwrap();
    fill(&sandbox, 40);
    let client = sandbox.client().build().unwrap();
    let mut payments = client.billing_key_payments("cust_0001").items();
    let mut walked = vec![payments.next().await.unwrap().unwrap().merchant_uid];
    sandbox.upsert_payment(iamport::sandbox::PaymentFixture::new("sub-0041", 22000).billing_key("cust_0001").paid());
    while let Some(payment) = payments.next().await {
        walked.push(payment.unwrap().merchant_uid);
    }
    assert_eq!(walked, orders((1..=40).rev()));
    assert_eq!(asked(&sandbox), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_next_page_that_is_none_is_refused_after_the_payments_before_it() {
    for next in [json!(1), json!(2), json!(-1), json!(null), json!("3"), json!({})] {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::List, page(60, json!(2), 1..21));
        sandbox.enqueue_response(Endpoint::List, page(60, next.clone(), 21..41));
        let mut payments = client.billing_key_payments("cust_0001").concurrency(1).items();
        for number in 1..=40 {
            assert_eq!(payments.next().await.unwrap().unwrap().merchant_uid, format!("sub-{number:04}"));
        }
        let error = payments.next().await.unwrap().unwrap_err();
        assert!(
            error.is_decode() && error.to_string().starts_with("the pages do not follow each other: page 2"),
            "{error}"
        );
        assert!(payments.next().await.is_none());
        assert_eq!(asked(&sandbox), ["1", "2"], "{next}");
    }
}

/// A payment comes in between the answers of two pages that were on their way: the last of page 2 moves to a page 3 that
/// was answered already, and stands on neither.
#[tokio::test]
async fn a_payment_that_moves_to_a_page_already_answered_is_found_once_more() {
    let (sandbox, client) = start().await;
    for (total, next, payments) in [
        (60, 2, 1..21),
        (61, 3, 22..41),
        (60, 0, 41..61),
        // Once more, one page after the other.
        (61, 2, 61..62),
        (61, 3, 1..41),
        (61, 0, 41..61),
    ] {
        sandbox.enqueue_response(Endpoint::List, page(total, json!(next), payments));
    }
    let walked = walk(client.billing_key_payments("cust_0001").concurrency(1).items()).await.unwrap();
    assert_eq!(walked, orders((1..=20).chain(22..=60).chain([61, 21])));
    assert_eq!(asked(&sandbox), ["1", "2", "3", "1", "2", "3"]);
}

#[tokio::test]
async fn the_walk_ends_where_the_service_says_so_whatever_the_total() {
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::List, page(1000, json!(0), 1..21));
    assert_eq!(walk(client.billing_key_payments("cust_0001").items()).await.unwrap(), orders(1..=20));
    assert_eq!(asked(&sandbox), ["1"]);
}

/// Only behind an array nobody knows whether there is more; a page that was announced and is gone is an error.
#[tokio::test]
async fn a_page_that_is_not_found_ends_a_walk_in_silence_only_behind_an_array() {
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
    assert_eq!(walk(payments).await.unwrap(), orders(2..=20));
}

#[tokio::test]
async fn a_page_that_fails_stands_in_its_place_and_ends_the_walk() {
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
async fn an_unknown_billing_key_is_not_found() {
    let (_sandbox, client) = start().await;
    assert!(client.billing_key_payments("cust_9999").await.unwrap_err().is_not_found());
    assert!(client.billing_key_payments("cust_9999").items().next().await.unwrap().unwrap_err().is_not_found());
}
