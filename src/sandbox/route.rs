//! Finds the operation of a request by its raw target: a raw segment is one identifier, and dot segments are not removed.

use hyper::{Method, Uri};
use percent_encoding::percent_decode_str;

use crate::generated::OPERATIONS;
pub use crate::generated::client::Endpoint;

/// An operation under `/_sandbox/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Health,
    Document,
    Reset,
    Clock,
    SetClock,
    RevokeTokens,
    ExpireTokens,
    Payments,
    AddPayment,
    DeletePayments,
    Payment,
    ChangePayment,
    DeletePayment,
    Pay,
    Fail,
    Cancel,
    Scenario,
    AddFault,
    ClearFaults,
    AddWebhookFault,
    TestWebhook,
    Requests,
    ClearRequests,
}

/// The operations of `openapi/sandbox.yaml`.
const CONTROL: &[(&str, &str, Control)] = &[
    ("GET", "/_sandbox/health", Control::Health),
    ("GET", "/_sandbox/openapi.json", Control::Document),
    ("POST", "/_sandbox/reset", Control::Reset),
    ("GET", "/_sandbox/clock", Control::Clock),
    ("POST", "/_sandbox/clock", Control::SetClock),
    ("POST", "/_sandbox/tokens/revoke", Control::RevokeTokens),
    ("POST", "/_sandbox/tokens/expire", Control::ExpireTokens),
    ("GET", "/_sandbox/payments", Control::Payments),
    ("POST", "/_sandbox/payments", Control::AddPayment),
    ("DELETE", "/_sandbox/payments", Control::DeletePayments),
    ("GET", "/_sandbox/payments/{imp_uid}", Control::Payment),
    ("PATCH", "/_sandbox/payments/{imp_uid}", Control::ChangePayment),
    ("DELETE", "/_sandbox/payments/{imp_uid}", Control::DeletePayment),
    ("POST", "/_sandbox/payments/{imp_uid}/pay", Control::Pay),
    ("POST", "/_sandbox/payments/{imp_uid}/fail", Control::Fail),
    ("POST", "/_sandbox/payments/{imp_uid}/cancel", Control::Cancel),
    ("POST", "/_sandbox/scenarios/{scenario}", Control::Scenario),
    ("POST", "/_sandbox/faults", Control::AddFault),
    ("DELETE", "/_sandbox/faults", Control::ClearFaults),
    ("POST", "/_sandbox/webhooks/faults", Control::AddWebhookFault),
    ("POST", "/_sandbox/webhooks/test", Control::TestWebhook),
    ("GET", "/_sandbox/requests", Control::Requests),
    ("DELETE", "/_sandbox/requests", Control::ClearRequests),
];

/// An endpoint and its parameters, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) endpoint: Endpoint,
    pub(super) control: Option<Control>,
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
}

impl Route {
    pub(super) fn of(method: &Method, target: &Uri) -> Self {
        let found = routes()
            .filter(|(known, ..)| *known == method.as_str())
            .find_map(|(_, template, operation)| Some((operation, parameters(template, target.path())?)));
        let ((endpoint, control), path) = found.unwrap_or(((Endpoint::Other, None), Vec::new()));
        let query = form_urlencoded::parse(target.query().unwrap_or_default().as_bytes());
        Self { endpoint, control, path, query: query.into_owned().collect() }
    }

    /// Returns a parameter of the path.
    pub(super) fn segment(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// Returns a parameter of the query: the last one of several, as in PHP.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the values of an array parameter: `name[]=a&name[]=b`, or `name[0]=a&name[1]=b` as PHP writes it.
    pub(super) fn array(&self, name: &str) -> impl Iterator<Item = &str> {
        let is_item = move |key: &str| {
            let index = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
            index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.query.iter().filter(move |(key, _)| is_item(key)).map(|(_, value)| value.as_str())
    }
}

/// Returns every method and path, with its operation.
fn routes() -> impl Iterator<Item = (&'static str, &'static str, (Endpoint, Option<Control>))> {
    let service = OPERATIONS.iter().map(|known| (known.method, known.path, (Endpoint::of_operation(known.id), None)));
    let cancel = ("POST", "/payments/cancel", (Endpoint::Cancel, None));
    let control = CONTROL.iter().map(|(method, path, control)| (*method, *path, (Endpoint::Control, Some(*control))));
    service.chain([cancel]).chain(control)
}

/// Returns the parameters of a raw path if it matches the template.
fn parameters(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut names, mut segments) = (template.split('/'), path.split('/'));
    let mut parameters = Vec::new();
    loop {
        match (names.next(), segments.next()) {
            (None, None) => return Some(parameters),
            (Some(name), Some(segment)) => match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => parameters.push((name, identifier(segment)?)),
                None if name == segment => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// Decodes a segment; `None` if it is empty or not UTF-8.
fn identifier(segment: &str) -> Option<String> {
    let identifier = percent_decode_str(segment).decode_utf8().ok()?;
    (!identifier.is_empty()).then(|| identifier.into_owned())
}

/// Returns the value of a field of a form: the last one of several, as in PHP.
pub(super) fn form_value(form: &[u8], name: &str) -> Option<String> {
    let fields = form_urlencoded::parse(form).filter(|(field, _)| field == name);
    fields.last().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &'static str) -> Route {
        Route::of(&Method::GET, &Uri::from_static(target))
    }

    #[test]
    fn segment_is_one_identifier() {
        let find = |target| {
            let route = get(target);
            assert_eq!(route.endpoint, Endpoint::Find, "{target}");
            let text = |name| route.segment(name).unwrap_or_default().to_owned();
            (text("merchant_uid"), text("payment_status"))
        };
        let pair = |uid: &str, status: &str| (uid.to_owned(), status.to_owned());
        assert_eq!(find("/payments/find/a%2Fb"), pair("a/b", ""));
        assert_eq!(find("/payments/find/a%2Fpaid/"), pair("a/paid", ""));
        assert_eq!(find("/payments/find/a%252Fb/paid"), pair("a%2Fb", "paid"));
        assert_eq!(find("/payments/find/../paid"), pair("..", "paid"));
        assert_eq!(find("/payments/find/%ED%99%8D+@:"), pair("홍+@:", ""));
        assert_eq!(find("/payments/find/100%"), pair("100%", ""));
    }

    #[test]
    fn paths_outside_the_document_are_other() {
        for target in [
            "/",
            "/payments/find//paid",
            "/payments/find/a//",
            "/payments/find/a/paid/more",
            "//payments/find/a",
            "/payments/find/%FF",
            "/payments%2Ffind/a",
            "/users/getToken",
            "/subscribe/customers//payments",
            "/_sandbox/",
        ] {
            assert_eq!(get(target).endpoint, Endpoint::Other, "{target}");
        }
        let post = |target| Route::of(&Method::POST, &Uri::from_static(target)).endpoint;
        assert_eq!([post("/payments/find/a"), post("/payments/cancel/")], [Endpoint::Other, Endpoint::Cancel]);
    }

    #[test]
    fn every_operation_has_an_endpoint_of_its_path() {
        for operation in OPERATIONS {
            assert_ne!(Endpoint::of_operation(operation.id), Endpoint::Other, "{}", operation.id);
            let target = operation.path.replace('{', "a").replace('}', "b").parse::<Uri>();
            let method = operation.method.parse::<Method>();
            let route = Route::of(&method.unwrap_or_default(), &target.unwrap_or_default());
            assert_eq!(route.endpoint, Endpoint::of_operation(operation.id));
        }
    }

    /// The description of the control has the same operations.
    #[test]
    fn control_is_described_by_its_document() {
        let document: serde_json::Value =
            yaml_serde::from_str(include_str!("../../openapi/sandbox.yaml")).unwrap_or_default();
        let mut described: Vec<_> = Vec::new();
        for (path, operations) in document.get("paths").and_then(|paths| paths.as_object()).into_iter().flatten() {
            let methods = operations.as_object().into_iter().flatten().filter(|(method, _)| *method != "parameters");
            described.extend(methods.map(|(method, _)| (method.to_uppercase(), path.clone())));
        }
        let mut routed: Vec<_> = CONTROL.iter().map(|(method, path, _)| ((*method).into(), (*path).into())).collect();
        described.sort();
        routed.sort();
        assert_eq!(described, routed);
    }

    /// Faults and requests are of an operation, which the document and the guide list.
    #[test]
    fn listed_operations_exist() {
        let document: serde_json::Value =
            yaml_serde::from_str(include_str!("../../openapi/sandbox.yaml")).unwrap_or_default();
        let listed = document.pointer("/components/schemas/Operation/enum").and_then(|listed| listed.as_array());
        let listed: Vec<_> = listed.into_iter().flatten().filter_map(|name| name.as_str()).collect();
        assert!(listed.contains(&"find_payment") && listed.contains(&"cancel_payment"), "{listed:?}");
        for name in listed {
            assert_ne!(Endpoint::of_operation(name), Endpoint::Other, "{name}");
            assert!(include_str!("../../docs/sandbox.md").contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn query_is_decoded() {
        let route = get("/payments/find/a?sort%69ng=-paid&page=1&page=2&q=a+b%2B%26&bare");
        assert_eq!(route.query("sorting"), Some("-paid"));
        assert_eq!(route.query("page"), Some("2"));
        assert_eq!(route.query("q"), Some("a b+&"));
        assert_eq!(route.query("bare"), Some(""));
        assert_eq!(route.query("none"), None);
        assert_eq!(form_value(b"a=1&a=%2B+", "a").as_deref(), Some("+ "));
    }

    #[test]
    fn array_parameters_have_three_encodings() {
        for target in [
            "/payments?imp_uid[]=a&imp_uid[]=b%2F&merchant_uid[]=c",
            "/payments?imp_uid%5B%5D=a&imp_uid%5b%5d=b/",
            "/payments?imp_uid%5B0%5D=a&imp_uid=x&imp_uid[1]=b/&imp_uid[x]=y",
        ] {
            assert_eq!(get(target).array("imp_uid").collect::<Vec<_>>(), ["a", "b/"], "{target}");
        }
    }
}
