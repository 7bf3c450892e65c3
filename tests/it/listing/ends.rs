//! A 400 or 404 is the end of a listing only where the totals agree.

use super::*;

/// A listing of one window, page by page.
fn window(client: &Client) -> ListPayments {
    client.list_payments().between(at(MARCH), at(MARCH + DAY)).page_size(20).concurrency(1)
}

fn respond(sandbox: &Sandbox, responses: impl IntoIterator<Item = MockResponse>) {
    for response in responses {
        sandbox.enqueue_response(Endpoint::ListByStatus, response);
    }
}

#[tokio::test]
async fn missing_pages_in_each_pass_are_an_error() {
    for status in [400, 404] {
        let (sandbox, client) = start().await;
        respond(&sandbox, [page(60, 2, &paid(1..21))]);
        respond(&sandbox, (0..20).map(|_| no_page(status)));
        let (numbers, errors) = read(window(&client).items()).await;
        assert_eq!(numbers, (1..21).collect::<Vec<_>>());
        assert_eq!(errors.len(), 1, "{status}: 20 of 60 are not complete");
        assert!(errors[0].is_decode(), "{errors:?}");
    }
}

#[tokio::test]
async fn missing_page_is_requested_once_more() {
    for status in [400, 404] {
        let (sandbox, client) = start().await;
        respond(&sandbox, [page(40, 2, &paid(1..21)), no_page(status), page(40, 0, &paid(21..41))]);
        let (numbers, errors) = read(window(&client).items()).await;
        assert_eq!((numbers, errors.len()), ((1..41).collect(), 0), "{status}");
        assert_eq!(parameters(&sandbox, Endpoint::ListByStatus, "page"), [1, 2, 2]);
    }
}

/// A pass without a page is compared with the totals of the passes before.
#[tokio::test]
async fn first_page_that_is_missing_in_a_later_pass_is_not_the_end() {
    for status in [400, 404] {
        let (sandbox, client) = start().await;
        respond(&sandbox, [page(40, 2, &paid(1..21))]);
        respond(&sandbox, (0..4).map(|_| no_page(status)));
        respond(&sandbox, [page(40, 2, &paid(1..21)), page(40, 0, &paid(21..41))]);
        let (numbers, errors) = read(window(&client).items()).await;
        assert_eq!((numbers, errors.len()), ((1..41).collect(), 0), "{status}: {errors:?}");
        assert_eq!(parameters(&sandbox, Endpoint::ListByStatus, "page"), [1, 2, 2, 1, 1, 1, 2]);
    }
}

#[tokio::test]
async fn missing_page_that_was_announced_without_a_total_is_not_the_end() {
    let (sandbox, client) = start().await;
    let mut first = json!({ "next": 2, "list": paid(1..21) });
    let mut without_total = |next: u64| {
        first["next"] = next.into();
        MockResponse::json(200, json!({ "code": 0, "message": null, "response": first }).to_string())
    };
    respond(&sandbox, (0..3).flat_map(|_| [without_total(2), no_page(400), no_page(400)]));
    let (numbers, errors) = read(window(&client).items()).await;
    assert_eq!((numbers.len(), errors.len()), (20, 1), "{errors:?}");
}

#[tokio::test]
async fn window_is_empty_only_after_a_second_request() {
    for status in [400, 404] {
        let (sandbox, client) = start().await;
        // The middle one of three windows.
        respond(&sandbox, [page(2, 0, &paid(1..3)), no_page(status), page(2, 0, &paid(3..5)), page(2, 0, &paid(5..7))]);
        let period = client.list_payments().between(at(MARCH), at(MARCH + 250 * DAY));
        let (numbers, errors) = read(period.clone().items()).await;
        assert_eq!((numbers, errors.len()), ((1..7).collect(), 0), "{status}");

        respond(&sandbox, [no_page(status), page(2, 0, &paid(1..3))]);
        assert_eq!(window(&client).await.unwrap().list.len(), 2, "{status}");
        sandbox.clear_requests();
        respond(&sandbox, [no_page(status), no_page(status)]);
        assert_eq!(window(&client).await.unwrap().list.len(), 0, "{status}");
        assert_eq!(sandbox.count(Endpoint::ListByStatus), 2);
    }
}

#[tokio::test]
async fn order_that_is_not_found_any_more_is_not_complete() {
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::FindAll, page(60, 2, &paid(1..21)));
    for _ in 0..20 {
        sandbox.enqueue_response(Endpoint::FindAll, no_page(404));
    }
    let (numbers, errors) = read(client.find_payments("order-0001").concurrency(1).items()).await;
    assert_eq!((numbers.len(), errors.len()), (20, 1), "{errors:?}");
    assert!(errors[0].is_decode());
}

#[tokio::test]
async fn order_is_empty_only_after_a_second_request() {
    let (sandbox, client) = start().await;
    let (numbers, errors) = read(client.find_payments("order-0001").items()).await;
    assert!(numbers.is_empty() && errors.is_empty(), "{errors:?}");
    assert!(!client.verify_order("order-0001", 15900, "KRW").await.unwrap().is_paid());
    assert_eq!(sandbox.count(Endpoint::FindAll), 4, "two each");
    for response in [no_page(404), page(2, 0, &paid(1..3))] {
        sandbox.enqueue_response(Endpoint::FindAll, response);
    }
    assert_eq!(client.find_payments("order-0001").await.unwrap().list.len(), 2);
    // The documented status of an unknown order is 404 alone.
    sandbox.enqueue_response(Endpoint::FindAll, no_page(400));
    assert_eq!(client.find_payments("order-0001").await.unwrap_err().status().unwrap(), 400);
}

#[tokio::test]
async fn payment_of_another_status_is_a_mismatch() {
    let (sandbox, client) = start().await;
    let ready = [payment(1, "paid"), payment(2, "ready")];
    respond(&sandbox, [page(2, 0, &ready), page(2, 0, &ready), page(2, 0, &ready)]);
    let error = window(&client).status("paid").await.unwrap_err();
    assert!(error.is_mismatch() && error.to_string().contains("`status`"), "{error}");
    let (numbers, errors) = read(window(&client).status("paid").items()).await;
    assert!(numbers.is_empty() && errors[0].is_mismatch(), "{numbers:?}");
    assert_eq!(window(&client).await.unwrap().list.len(), 2, "any status");
}

#[tokio::test]
async fn status_of_all_payments_selects_each() {
    let (sandbox, client) = start().await;
    let both = [payment(1, "paid"), payment(2, "ready")];
    respond(&sandbox, [page(2, 0, &both), page(2, 0, &both)]);
    assert_eq!(window(&client).status("all").await.unwrap().list.len(), 2);
    let (numbers, errors) = read(window(&client).status("all").items()).await;
    assert_eq!((numbers, errors.len()), (vec![1, 2], 0), "{errors:?}");
}

#[tokio::test]
async fn array_as_long_as_a_page_is_whole_if_the_next_page_is_missing() {
    let (sandbox, client) = start().await;
    let array = json!({ "code": 0, "message": null, "response": paid(1..21) });
    sandbox.enqueue_response(Endpoint::FindAll, MockResponse::json(200, array.to_string()));
    let (numbers, errors) = read(client.find_payments("order-0001").items()).await;
    assert_eq!((numbers, errors.len()), ((1..21).collect(), 0), "{errors:?}");
    assert_eq!(parameters(&sandbox, Endpoint::FindAll, "page"), [1, 2, 2]);
}

#[tokio::test]
async fn array_after_a_page_ends_the_listing_only_where_the_totals_agree() {
    for endpoint in [Endpoint::FindAll, Endpoint::List, Endpoint::ListByStatus] {
        for (last, complete) in [(21..26, false), (21..41, false), (21..61, true)] {
            let (sandbox, client) = start().await;
            let array = json!({ "code": 0, "message": null, "response": paid(last.clone()) });
            for response in [page(60, 2, &paid(1..21)), MockResponse::json(200, array.to_string())] {
                sandbox.enqueue_response(endpoint, response);
            }
            for _ in 0..9 {
                sandbox.enqueue_response(endpoint, no_page(404));
            }
            let items = match endpoint {
                Endpoint::FindAll => client.find_payments("order-0001").concurrency(1).items(),
                Endpoint::List => client.billing_key_payments("cust_0001").concurrency(1).items(),
                _ => window(&client).items(),
            };
            let (numbers, errors) = read(items).await;
            assert_eq!((numbers.len(), errors.is_empty()), (last.end - 1, complete), "{endpoint:?} {errors:?}");
        }
    }
}
