//! Payments are found by `imp_uid`, in bulk, by order and by period.

use std::collections::BTreeSet;

use crate::common::{numbered, start};
use iamport::{
    Client, Error, Payment, PaymentStream, Sorting, Timestamp,
    sandbox::{Endpoint, MockResponse, PaymentFixture, Sandbox},
};
use serde_json::json;

const DAY: u64 = 24 * 60 * 60;
const MARCH: u64 = 1_709_251_200;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

/// The targets of an endpoint's requests, in order.
fn targets(sandbox: &Sandbox, endpoint: Endpoint) -> Vec<String> {
    let requests = sandbox.requests().into_iter().filter(|request| request.endpoint() == endpoint);
    requests.map(|request| request.target.clone()).collect()
}

async fn collect(mut payments: PaymentStream) -> Result<Vec<Payment>, Error> {
    let mut collected = Vec::new();
    while let Some(payment) = payments.next().await {
        collected.push(payment?);
    }
    Ok(collected)
}

fn orders(payments: &[Payment]) -> Vec<&str> {
    payments.iter().map(|payment| payment.merchant_uid.as_str()).collect()
}

fn envelope(response: serde_json::Value) -> MockResponse {
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": response }).to_string())
}

fn failure(status: u16) -> MockResponse {
    MockResponse::json(status, r#"{"code":-1,"message":"잘못된 요청입니다.","response":null}"#)
}

fn body(imp_uid: &str, merchant_uid: &str, status: &str) -> serde_json::Value {
    json!({ "imp_uid": imp_uid, "merchant_uid": merchant_uid, "amount": 100, "status": status })
}

mod by_imp_uid {
    use super::*;

    #[tokio::test]
    async fn payment_is_found_by_its_imp_uid() {
        let (sandbox, client) = start().await;
        sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid());
        let payment = client.get_payment("imp_000000000001").await.unwrap().unwrap();
        assert_eq!(payment.verify(15900, "KRW"), Ok(()));
        assert!(client.get_payment("imp_000000000002").await.unwrap().is_none());
        assert_eq!(targets(&sandbox, Endpoint::Get), ["/payments/imp_000000000001", "/payments/imp_000000000002"]);
        for invalid in ["", ".", ".."] {
            assert!(client.get_payment(invalid).await.unwrap_err().is_invalid_request());
        }
    }

    #[tokio::test]
    async fn test_payment_is_found_only_where_included() {
        let (sandbox, client) = start().await;
        sandbox.upsert_payment(numbered("order-0001", 15900, 1).paid().test());
        assert!(client.get_payment("imp_000000000001").await.unwrap().is_none());
        let payment = client.get_payment("imp_000000000001").include_sandbox(true).await.unwrap().unwrap();
        assert!(payment.verify(15900, "KRW").is_err() && payment.verify_allowing_test(15900, "KRW").is_ok());
        assert_eq!(targets(&sandbox, Endpoint::Get)[1], "/payments/imp_000000000001?include_sandbox=true");
    }

    #[tokio::test]
    async fn response_with_another_imp_uid_is_a_mismatch() {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::Get, envelope(body("imp_2", "order-0001", "paid")));
        let error = client.get_payment("imp_1").await.unwrap_err();
        assert!(error.is_mismatch() && error.to_string().contains("`imp_uid`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("imp_1") && !format!("{error} {error:?}").contains("imp_2"));
    }
}

mod in_bulk {
    use super::*;

    #[tokio::test]
    async fn payments_come_in_the_order_of_the_input_and_missing_ones_are_named() {
        let (sandbox, client) = start().await;
        for number in 0..250 {
            if number % 50 != 7 {
                sandbox.upsert_payment(numbered(&format!("order-{number:04}"), 100, number).paid());
            }
        }
        let uids: Vec<_> = (0..250).rev().map(|number| format!("imp_{number:012}")).collect();
        let found = client.get_payments(&uids).await.unwrap();
        let missing: Vec<_> =
            uids.iter().filter(|uid| uid[10..].parse::<usize>().unwrap() % 50 == 7).cloned().collect();
        assert_eq!((found.missing.len(), &found.missing), (5, &missing));
        let expected: Vec<_> = uids.iter().filter(|uid| !missing.contains(uid)).collect();
        assert_eq!(found.payments.iter().map(|payment| &payment.imp_uid).collect::<Vec<_>>(), expected);
        let targets = targets(&sandbox, Endpoint::GetMany);
        assert_eq!(targets.len(), 3);
        assert!(targets.iter().all(|target| target.starts_with("/payments?imp_uid%5B%5D=imp_")), "{targets:?}");
        let mut lens: Vec<_> = targets.iter().map(|target| target.split('&').count()).collect();
        lens.sort_unstable();
        assert_eq!(lens, [50, 100, 100]);
    }

    #[tokio::test]
    async fn repeated_identifier_is_sent_and_returned_once() {
        let (sandbox, client) = start().await;
        sandbox.upsert_payment(numbered("order-0001", 100, 1).paid());
        let uids = ["imp_9", "imp_000000000001", "imp_9", "imp_000000000001"];
        let found = client.get_payments(uids).await.unwrap();
        assert_eq!((orders(&found.payments), found.missing), (vec!["order-0001"], vec!["imp_9".to_owned()]));
        assert_eq!(
            targets(&sandbox, Endpoint::GetMany),
            ["/payments?imp_uid%5B%5D=imp_9&imp_uid%5B%5D=imp_000000000001"]
        );
    }

    #[tokio::test]
    async fn unknown_identifiers_are_missing_and_an_empty_input_sends_nothing() {
        let (sandbox, client) = start().await;
        let found = client.get_payments(["imp_1", "imp_2"]).await.unwrap();
        assert!(found.payments.is_empty() && found.missing == ["imp_1", "imp_2"]);
        let found = client.get_payments(Vec::<String>::new()).await.unwrap();
        assert!(found.payments.is_empty() && found.missing.is_empty());
        assert!(client.get_payments(["imp_1", ""]).await.unwrap_err().is_invalid_request());
        assert_eq!(sandbox.count(Endpoint::GetMany), 1);
    }

    #[tokio::test]
    async fn several_payments_of_one_order_follow_each_other() {
        let (sandbox, client) = start().await;
        sandbox.upsert_payment(numbered("주문 1&", 100, 1).failed("한도 초과"));
        sandbox.upsert_payment(numbered("order-0002", 200, 2).paid());
        sandbox.upsert_payment(numbered("주문 1&", 100, 3).paid());
        let found = client.get_payments_by_merchant_uid(["order-0003", "주문 1&", "order-0002"]).await.unwrap();
        assert_eq!(orders(&found.payments), ["주문 1&", "주문 1&", "order-0002"]);
        assert_eq!(found.missing, ["order-0003"]);
        let name = "merchant_uid%5B%5D";
        assert_eq!(
            targets(&sandbox, Endpoint::GetMany),
            [format!("/payments?{name}=order-0003&{name}=%EC%A3%BC%EB%AC%B8+1%26&{name}=order-0002")]
        );
    }

    #[tokio::test]
    async fn several_requests_are_in_flight() {
        let (sandbox, client) = start().await;
        let uids: Vec<_> = (0..500).map(|number| format!("imp_{number}")).collect();
        let pause = sandbox.pause(Endpoint::GetMany);
        let (found, ()) = tokio::join!(client.get_payments(uids).concurrency(3), async {
            sandbox.wait_for_requests(Endpoint::GetMany, 3).await;
            drop(pause);
        });
        assert_eq!(found.unwrap().missing.len(), 500);
        assert_eq!((sandbox.count(Endpoint::GetMany), sandbox.max_in_flight(Endpoint::GetMany)), (5, 3));
    }

    #[tokio::test]
    async fn long_identifiers_are_split_into_shorter_requests() {
        let (sandbox, client) = start().await;
        let uids: Vec<_> = (0..100).map(|number| format!("{}{number:03}", "길".repeat(37))).collect();
        assert_eq!(client.get_payments_by_merchant_uid(&uids).await.unwrap().missing, uids);
        let targets = targets(&sandbox, Endpoint::GetMany);
        assert!(targets.len() == 6 && targets.iter().all(|target| target.len() < 8000), "{}", targets.len());
    }

    #[tokio::test]
    async fn payment_that_was_not_requested_is_a_mismatch() {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(
            Endpoint::GetMany,
            envelope(json!([body("imp_1", "o", "paid"), body("imp_3", "o", "paid")])),
        );
        let error = client.get_payments(["imp_1", "imp_2"]).await.unwrap_err();
        assert!(error.is_mismatch(), "{error:?}");
        // The same payment twice is one.
        sandbox.enqueue_response(
            Endpoint::GetMany,
            envelope(json!([body("imp_1", "o", "paid"), body("imp_1", "o", "paid")])),
        );
        assert_eq!(client.get_payments(["imp_1", "imp_2"]).await.unwrap().payments.len(), 1);
    }
}

mod by_order {
    use super::*;

    async fn with_attempts() -> (Sandbox, Client) {
        let (sandbox, client) = start().await;
        for number in 1..=45 {
            sandbox.upsert_payment(numbered("order-0001", 100, number).failed("한도 초과"));
        }
        sandbox.upsert_payment(numbered("order-0001", 15900, 46).paid());
        (sandbox, client)
    }

    #[tokio::test]
    async fn all_attempts_of_an_order_are_listed() {
        let (sandbox, client) = with_attempts().await;
        let all = collect(client.find_payments("order-0001").items()).await.unwrap();
        assert_eq!((all.len(), all[0].amount), (46, 15900.into()));
        assert!(targets(&sandbox, Endpoint::FindAll)[0].starts_with("/payments/findAll/order-0001?"));
        let failed = client.find_payments("order-0001").status("failed").sorting(Sorting::StartedAsc).page_size(40);
        assert_eq!(collect(failed.clone().items()).await.unwrap().len(), 45);
        let page = failed.page(2).await.unwrap();
        assert_eq!((page.list.len(), page.total, page.previous_page(), page.next_page()), (5, Some(45), Some(1), None));
        let mut pages = client.find_payments("order-0001").page_size(1000).pages();
        assert_eq!(pages.next().await.unwrap().unwrap().list.len(), 46);
        assert!(pages.next().await.is_none());
    }

    #[tokio::test]
    async fn order_without_payments_is_empty() {
        let (_sandbox, client) = start().await;
        assert!(client.find_payments("order-0001").await.unwrap().list.is_empty());
        assert!(client.find_payments("order-0001").items().next().await.is_none());
    }

    #[tokio::test]
    async fn array_is_accepted() {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::FindAll, envelope(json!([body("imp_1", "order-0001", "paid")])));
        assert_eq!(client.find_payments("order-0001").await.unwrap().list.len(), 1);
    }

    #[tokio::test]
    async fn payment_of_another_order_or_status_is_a_mismatch() {
        let (sandbox, client) = start().await;
        let list = json!([body("imp_1", "order-0001", "paid"), body("imp_2", "order-0002", "paid")]);
        sandbox.enqueue_response(Endpoint::FindAll, envelope(list));
        assert!(client.find_payments("order-0001").await.unwrap_err().is_mismatch());
        sandbox.enqueue_response(Endpoint::FindAll, envelope(json!([body("imp_1", "order-0001", "paid")])));
        assert!(
            client
                .find_payments("order-0001")
                .status("failed")
                .items()
                .next()
                .await
                .unwrap()
                .unwrap_err()
                .is_mismatch()
        );
    }

    #[tokio::test]
    async fn invalid_arguments_are_not_sent() {
        let (sandbox, client) = start().await;
        let find = || client.find_payments("order-0001");
        for request in
            [find().page(0), find().page_size(0), find().page_size(1001), find().status("all"), find().sorting("x")]
        {
            assert!(request.clone().await.unwrap_err().is_invalid_request());
            assert!(request.items().next().await.unwrap().unwrap_err().is_invalid_request());
        }
        assert_eq!(sandbox.requests().len(), 0);
    }
}

mod by_period {
    use super::*;

    /// A payment that was paid at a time.
    fn paid(number: usize, secs: u64) -> PaymentFixture {
        numbered(&format!("order-{number:04}"), 100, number).started_at(secs - 47).paid()
    }

    #[tokio::test]
    async fn payments_of_a_period_are_listed_in_ascending_order() {
        let (sandbox, client) = start().await;
        for number in 1..=5 {
            sandbox.upsert_payment(paid(number, MARCH + number as u64 * DAY));
        }
        sandbox.upsert_payment(paid(6, MARCH + 3 * DAY).failed("한도 초과").paid_at(0));
        let period = client.list_payments().between(at(MARCH + 2 * DAY), at(MARCH + 4 * DAY));
        let payments = collect(period.clone().status("paid").items()).await.unwrap();
        assert_eq!(orders(&payments), ["order-0002", "order-0003", "order-0004"]);
        assert_eq!(period.clone().await.unwrap().list.len(), 4, "all statuses");
        let target = targets(&sandbox, Endpoint::ListByStatus).pop().unwrap();
        assert!(target.starts_with("/payments/status/all?"), "{target}");
        for parameter in ["limit=100", "page=1", "sorting=started", "from=1709424000", "to=1709596800"] {
            assert!(target.contains(parameter), "{target}");
        }
    }

    #[tokio::test]
    async fn long_period_is_split_into_windows_without_gap_or_overlap() {
        let (sandbox, client) = start().await;
        let (from, to) = (MARCH, MARCH + 200 * DAY);
        let edges = [from, from + 90 * DAY - 1, from + 90 * DAY, from + 180 * DAY - 1, from + 180 * DAY, to];
        for (number, secs) in edges.into_iter().enumerate() {
            sandbox.upsert_payment(paid(number, secs));
        }
        sandbox.upsert_payment(paid(98, from - 1));
        sandbox.upsert_payment(paid(99, to + 1));
        let period = client.list_payments().between(at(from), at(to));
        let payments = collect(period.clone().items()).await.unwrap();
        let expected: Vec<_> = (0..edges.len()).map(|number| format!("order-{number:04}")).collect();
        assert_eq!(orders(&payments), expected);
        let windows: Vec<_> = targets(&sandbox, Endpoint::ListByStatus)
            .iter()
            .map(|target| {
                let value = |name: &str| {
                    let value = target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap();
                    value.parse::<u64>().unwrap() - from
                };
                (value("from="), value("to="))
            })
            .collect();
        assert_eq!(windows, [(0, 90 * DAY - 1), (90 * DAY, 180 * DAY - 1), (180 * DAY, 200 * DAY)]);

        let descending = collect(period.clone().sorting(Sorting::StartedDesc).items()).await.unwrap();
        assert_eq!(orders(&descending), expected.iter().rev().collect::<Vec<_>>());
        assert!(period.clone().await.unwrap_err().is_invalid_request(), "a page of three windows");
        assert!(period.page(2).items().next().await.unwrap().unwrap_err().is_invalid_request());
    }

    #[tokio::test]
    async fn every_second_is_in_one_window() {
        let (sandbox, client) = start().await;
        for days in [1, 90 * DAY - 1, 90 * DAY, 90 * DAY + 1, 180 * DAY] {
            sandbox.clear_requests();
            let mut pages = client.list_payments().between(at(MARCH), at(MARCH + days - 1)).pages();
            while let Some(page) = pages.next().await {
                page.unwrap();
            }
            assert_eq!(sandbox.count(Endpoint::ListByStatus) as u64, days.div_ceil(90 * DAY), "{days} seconds");
        }
    }

    #[tokio::test]
    async fn payment_that_moves_to_a_later_window_is_delivered_once() {
        let (sandbox, client) = start().await;
        for number in 1..=3 {
            sandbox.upsert_payment(paid(number, MARCH + number as u64));
        }
        sandbox.upsert_payment(paid(4, MARCH + 100 * DAY));
        let mut payments = client.list_payments().between(at(MARCH), at(MARCH + 120 * DAY)).items();
        let mut seen = BTreeSet::new();
        for _ in 0..3 {
            seen.insert(payments.next().await.unwrap().unwrap().imp_uid);
        }
        let refunded = paid(1, MARCH + 1).cancelled(100, "변심").cancelled_at(MARCH + 110 * DAY);
        sandbox.upsert_payment(refunded);
        let rest: Vec<_> = collect(payments).await.unwrap().into_iter().map(|payment| payment.imp_uid).collect();
        assert_eq!(rest, ["imp_000000000004"]);
        assert_eq!(seen.len(), 3);
    }

    #[tokio::test]
    async fn empty_period_and_page_past_the_end_are_empty() {
        for response in [None, Some(404), Some(400)] {
            let (sandbox, client) = start().await;
            let period = client.list_payments().between(at(MARCH), at(MARCH + DAY));
            for _ in 0..2 {
                if let Some(status) = response {
                    sandbox.enqueue_response(Endpoint::ListByStatus, failure(status));
                }
            }
            assert!(period.clone().await.unwrap().list.is_empty(), "{response:?}");
            assert!(period.clone().items().next().await.is_none(), "{response:?}");
            assert!(period.page(7).await.unwrap().list.is_empty(), "{response:?}");
        }
    }

    #[tokio::test]
    async fn bad_request_is_an_error_where_it_is_not_an_empty_listing() {
        let (sandbox, client) = start().await;
        // Values that the API does not list: the service may mean them.
        let unlisted = client.list_payments().status("pending").allow_unlisted(true);
        assert_eq!(unlisted.await.unwrap_err().status().unwrap().as_u16(), 400);
        // The page of a proxy.
        sandbox.enqueue_response(Endpoint::ListByStatus, MockResponse::html(400));
        let error = client.list_payments().await.unwrap_err();
        assert!(error.status().unwrap().as_u16() == 400 && error.code().is_none());
        // A bad request for an access token.
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::Token, failure(400));
        let error = client.list_payments().items().next().await.unwrap().unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 400);
    }

    #[tokio::test]
    async fn page_that_disappears_while_the_listing_shrinks_ends_it() {
        let (sandbox, client) = start().await;
        for number in 1..=3 {
            sandbox.upsert_payment(paid(number, MARCH + number as u64));
        }
        let request =
            client.list_payments().status("paid").between(at(MARCH), at(MARCH + DAY)).page_size(1).concurrency(1);
        let mut payments = request.items();
        for _ in 0..2 {
            payments.next().await.unwrap().unwrap();
        }
        sandbox.upsert_payment(paid(1, MARCH + 1).cancelled(100, "변심").cancelled_at(MARCH + 110 * DAY));
        let rest = collect(payments).await.unwrap();
        assert_eq!(orders(&rest), ["order-0003"], "found in a second pass");
    }

    #[tokio::test]
    async fn invalid_arguments_are_not_sent() {
        let (sandbox, client) = start().await;
        let list = || client.list_payments();
        for request in [
            list().page(0),
            list().page_size(0),
            list().page_size(1001),
            list().status("piad"),
            list().sorting("piad"),
            list().between(at(MARCH), at(MARCH - 1)),
        ] {
            assert!(request.clone().await.unwrap_err().is_invalid_request());
            assert!(request.items().next().await.unwrap().unwrap_err().is_invalid_request());
        }
        assert_eq!(sandbox.requests().len(), 0);
    }
}
