//! A payment that cannot be decoded is an error of its own, and hides no other.

use super::*;

/// A page of the payments of a range, two of them with a field that cannot be decoded or that is missing.
fn faulty(numbers: Range<usize>) -> Vec<Value> {
    let mut list = paid(numbers);
    list[1]["amount"] = json!("82-10-1234-5678");
    list[4].as_object_mut().unwrap().remove("status");
    list
}

fn array(list: &[Value]) -> MockResponse {
    MockResponse::json(200, json!({ "code": 0, "message": null, "response": list }).to_string())
}

#[tokio::test]
async fn payment_that_cannot_be_decoded_is_an_error_and_the_others_follow() {
    let (sandbox, client) = start().await;
    let pages = [page(60, 2, &paid(1..21)), page(60, 3, &faulty(21..41)), page(60, 0, &paid(41..61))];
    for page in pages {
        sandbox.enqueue_response(Endpoint::List, page);
    }
    let mut payments = client.billing_key_payments("cust_0001").concurrency(1).items();
    let (mut numbers, mut errors) = (Vec::new(), Vec::new());
    while let Some(item) = payments.next().await {
        match item {
            Ok(payment) => numbers.push(number(&payment)),
            Err(error) => errors.push((numbers.len(), error)),
        }
    }
    let expected: Vec<_> = (1..61).filter(|number| ![22, 25].contains(number)).collect();
    assert_eq!(numbers, expected);
    let [(before_first, first), (before_second, second)] = &errors[..] else { panic!("{errors:?}") };
    assert!(first.is_decode() && second.is_decode() && first.status().unwrap().is_success());
    // In the place of the payment.
    assert_eq!((*before_first, *before_second), (21, 23));
    assert_eq!((first.payment_index(), second.payment_index()), (Some(1), Some(4)));
    let (first, second) = (format!("{first} {first:?}"), format!("{second} {second:?}"));
    assert!(first.contains("response.list[1].amount: expected"), "{first}");
    assert!(second.contains("response.list[4]: missing field `status`"), "{second}");
    assert!(!first.contains("1234") && !second.contains("imp_"), "{first} {second}");
}

#[tokio::test]
async fn pages_say_which_payments_are_missing() {
    let (sandbox, client) = start().await;
    for page in [page(40, 2, &faulty(1..21)), page(40, 0, &paid(21..41))] {
        sandbox.enqueue_response(Endpoint::ListByStatus, page);
    }
    let mut pages = client.list_payments().between(at(MARCH), at(MARCH + DAY)).page_size(20).pages();
    assert_eq!(pages.next().await.unwrap().unwrap().list.len(), 18);
    for index in [1, 4] {
        assert_eq!(pages.next().await.unwrap().unwrap_err().payment_index(), Some(index));
    }
    assert_eq!(pages.next().await.unwrap().unwrap().list.len(), 20);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn equal_payments_without_an_identifier_are_an_error_each() {
    let (sandbox, client) = start().await;
    let mut list = paid(1..6);
    (list[1], list[3]) = (json!({}), json!({}));
    sandbox.enqueue_response(Endpoint::List, page(5, 0, &list));
    let (numbers, errors) = read(client.billing_key_payments("cust_0001").items()).await;
    let indices: Vec<_> = errors.iter().map(Error::payment_index).collect();
    assert_eq!((numbers, indices), (vec![1, 3, 5], vec![Some(1), Some(3)]));
}

#[tokio::test]
async fn array_with_a_payment_that_cannot_be_decoded_is_read() {
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::FindAll, array(&faulty(1..8)));
    let (numbers, errors) = read(client.find_payments("order-0001").items()).await;
    assert_eq!((numbers, errors.len()), (vec![1, 3, 4, 6, 7], 2));
}

#[tokio::test]
async fn page_of_undecodable_payments_alone_is_not_the_end() {
    let (sandbox, client) = start().await;
    let mut first = paid(1..21);
    first.iter_mut().for_each(|payment| payment["amount"] = json!({}));
    for page in [page(40, 2, &first), page(40, 0, &paid(21..41))] {
        sandbox.enqueue_response(Endpoint::List, page);
    }
    let (numbers, errors) = read(client.billing_key_payments("cust_0001").concurrency(1).items()).await;
    assert_eq!((numbers, errors.len()), ((21..41).collect(), 20));
}

/// One page is an error as a whole: a caller that does not look for missing payments must not miss them.
#[tokio::test]
async fn single_page_and_order_with_such_a_payment_are_errors() {
    let (sandbox, client) = start().await;
    for _ in 0..2 {
        sandbox.enqueue_response(Endpoint::FindAll, page(7, 0, &faulty(1..8)));
    }
    let error = client.find_payments("order-0001").await.unwrap_err();
    assert!(error.is_decode() && error.payment_index() == Some(1), "{error}");
    let error = client.verify_order("order-0001", 100, "KRW").await.unwrap_err();
    assert!(error.is_decode(), "{error}");
}

#[tokio::test]
async fn bulk_look_up_says_which_payments_it_lacks() {
    let (sandbox, client) = start().await;
    let uids: Vec<_> = (1..10).map(|number| format!("imp_{number}")).collect();
    let mut list = faulty(1..8);
    list.push(json!({ "merchant_uid": "order-0001" }));
    sandbox.enqueue_response(Endpoint::GetMany, array(&list));
    let found = client.get_payments(&uids).await.unwrap();
    assert_eq!(found.payments.iter().map(number).collect::<Vec<_>>(), [1, 3, 4, 6, 7]);
    let undecoded: Vec<_> = found.undecoded.iter().map(|payment| payment.imp_uid()).collect();
    assert_eq!(undecoded, [Some("imp_2"), Some("imp_5"), None]);
    assert_eq!(found.undecoded[2].merchant_uid(), Some("order-0001"));
    assert!(found.undecoded.iter().all(|payment| payment.error().is_decode()));
    // The one without an identifier may be any of the others.
    assert_eq!(found.missing, ["imp_8", "imp_9"]);
    assert_eq!(found.undecoded[2].as_json(), r#"{"merchant_uid":"order-0001"}"#);
    let shown = format!("{:?}", found.undecoded);
    assert!(shown.contains("UndecodedPayment { error: "), "{shown}");
    assert!(undecoded.iter().flatten().all(|uid| !shown.contains(uid)) && !shown.contains("order-0001"), "{shown}");
}

#[tokio::test]
async fn other_faults_of_a_page_are_errors_of_the_page() {
    let list = faulty(1..8);
    let list = serde_json::to_string(&list).unwrap();
    for body in [
        // Syntax, a field twice, a field of the page, a payment that is none of the order's, and no list.
        format!(r#"{{"code":0,"message":null,"response":{{"total":7,"previous":0,"next":0,"list":{list}"#),
        format!(
            r#"{{"code":0,"message":null,"response":{{"total":7,"previous":0,"next":0,"list":{list},"list":[]}}}}"#
        ),
        format!(r#"{{"code":0,"code":0,"message":null,"response":{{"total":7,"previous":0,"next":0,"list":{list}}}}}"#),
        r#"{"code":0,"message":null,"response":{"total":7,"previous":0,"next":0,"list":{}}}"#.to_owned(),
        r#"{"code":0,"message":null,"response":{"total":7,"previous":0,"next":0}}"#.to_owned(),
    ] {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::FindAll, MockResponse::json(200, body.clone()));
        let (numbers, errors) = read(client.find_payments("order-0001").items()).await;
        assert!(numbers.is_empty() && errors.len() == 1, "{body}: {numbers:?} {errors:?}");
        assert!(errors[0].is_decode() && errors[0].payment_index().is_none(), "{body}: {errors:?}");
    }
    let (sandbox, client) = start().await;
    let mut list = faulty(1..8);
    list[3]["merchant_uid"] = json!("order-0002");
    sandbox.enqueue_response(Endpoint::FindAll, page(7, 0, &list));
    let (numbers, errors) = read(client.find_payments("order-0001").items()).await;
    assert!(numbers.is_empty() && errors.len() == 1 && errors[0].is_mismatch(), "{errors:?}");
}

#[tokio::test]
async fn list_that_is_no_array_is_an_error_at_its_place() {
    for list in ["{}", "1", "\"imp_1\""] {
        let (sandbox, client) = start().await;
        let body = format!(r#"{{"code":0,"response":{{"total":1,"next":0,"list":{list}}}}}"#);
        sandbox.enqueue_response(Endpoint::FindAll, MockResponse::json(200, body));
        let (_, errors) = read(client.find_payments("order-0001").items()).await;
        assert!(errors[0].to_string().contains("response.list: expected a sequence (line 1, "), "{errors:?}");
    }
}

/// A gateway that cuts a name in the middle of a character.
#[tokio::test]
async fn payment_that_is_not_utf8_is_an_error_and_hides_no_other() {
    let body =
        json!({ "code": 0, "message": null, "response": { "total": 5, "previous": 0, "next": 0, "list": paid(1..6) } });
    let text = body.to_string().replacen("\"imp_uid\":\"imp_3\"", "\"buyer_name\":\"??\",\"imp_uid\":\"imp_3\"", 1);
    let at = text.find("??").unwrap_or_else(|| panic!("{text}"));
    let mut bytes = text.into_bytes();
    bytes[at] = 0xff;
    let (sandbox, client) = start().await;
    sandbox.enqueue_response(Endpoint::List, MockResponse::json(200, bytes.clone()));
    let (numbers, errors) = read(client.billing_key_payments("cust_0001").items()).await;
    let indices: Vec<_> = errors.iter().map(Error::payment_index).collect();
    assert_eq!((numbers, indices), (vec![1, 2, 4, 5], vec![Some(2)]));
    let shown = errors[0].to_string();
    let expected = format!("response.list[2]: the body is not UTF-8 (line 1, column {at})");
    assert!(shown.contains(&expected), "{shown}, expected {expected}");

    // Outside of a payment there is nothing to go on with.
    let message = bytes.windows(4).position(|part| part == b"null").unwrap();
    bytes.splice(message..message + 4, *b"\"\xff\"");
    sandbox.enqueue_response(Endpoint::List, MockResponse::json(200, bytes));
    let (numbers, errors) = read(client.billing_key_payments("cust_0001").items()).await;
    assert!(numbers.is_empty() && errors.len() == 1 && errors[0].is_decode(), "{errors:?}");
}

/// The line and the column of the end of a part of a body.
fn place(body: &str, part: &str) -> String {
    let before = &body[..body.find(part).unwrap_or_else(|| panic!("{body}")) + part.len()];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    format!("(line {}, column {})", before.matches('\n').count() + 1, before.len() - line_start)
}

#[tokio::test]
async fn error_of_a_payment_has_its_place_in_the_body() {
    // Two on the first line, one on a later line, one of several lines, and one after it.
    let list = concat!(
        r#"[{"imp_uid":"imp_1","merchant_uid":"order-1","status":"paid","amount":"first"},"#,
        r#" {"imp_uid":"imp_2","merchant_uid":"order-1","status":"paid","amount":"second"},"#,
        "\n\n",
        r#"  {"imp_uid":"imp_3","merchant_uid":"order-1","status":"paid","amount":100},"#,
        r#"  {"imp_uid":"imp_4","merchant_uid":"order-1","status":"paid","amount":"third"},"#,
        "\n{\n",
        r#" "imp_uid":"imp_5","merchant_uid":"order-1","#,
        "\n",
        r#" "status":"paid","amount":"fourth"},{"imp_uid":"imp_6","amount":"fifth"}]"#,
    );
    let page = format!("{{\"code\":0,\n\"response\":{{\"total\":6,\"next\":0,\"list\":{list}}}}}");
    let array = format!("{{\"response\":{list},\"code\":0}}");
    for (body, path) in [(page, "response.list"), (array, "response")] {
        let (sandbox, client) = start().await;
        sandbox.enqueue_response(Endpoint::FindAll, MockResponse::json(200, body.clone()));
        let (numbers, errors) = read(client.find_payments("order-1").items()).await;
        assert_eq!((numbers, errors.len()), (vec![3], 5), "{errors:?}");
        let parts = [(0, "first"), (1, "second"), (3, "third"), (4, "fourth"), (5, "fifth")];
        for (error, (index, part)) in errors.iter().zip(parts) {
            let (shown, place) = (error.to_string(), place(&body, &format!("\"{part}\"}}")));
            assert!(shown.contains(&format!("{path}[{index}].amount: expected ")), "{shown}");
            assert!(shown.contains(&place), "{shown}, expected {place}");
        }
    }
}

/// The largest page has 1000 payments. More errors would take much more memory than the body.
#[tokio::test]
async fn body_of_more_than_1000_undecodable_payments_is_one_error() {
    for (payments, errors) in [(1000, 1000), (1001, 1)] {
        let (sandbox, client) = start().await;
        let list: Vec<_> = (0..payments).map(|number| json!({ "imp_uid": format!("imp_{number}") })).collect();
        sandbox.enqueue_response(Endpoint::FindAll, array(&list));
        let (numbers, found) = read(client.find_payments("order-0001").items()).await;
        assert_eq!((numbers.len(), found.len()), (0, errors), "{payments}");
        assert!(found.iter().all(|error| error.is_decode() && error.payment_index().is_some() == (errors > 1)));
    }
}
