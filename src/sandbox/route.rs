//! What a request asks for, by its raw target: one raw segment is one identifier, and nothing is folded.

use hyper::{Method, Uri};
use percent_encoding::percent_decode_str;

/// The endpoints of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST /users/getToken`.
    Token,
    /// `GET /payments/find/{merchant_uid}`, with or without a status.
    Find,
    /// `GET /subscribe/customers/{customer_uid}/payments`.
    List,
    /// Any other method or path. The sandbox has nothing there.
    Other,
}

/// An endpoint and what it is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Token,
    Find { merchant_uid: String, status: Option<String>, sorting: Option<String> },
    List { customer_uid: String, page: Option<String> },
    Other,
}

impl Route {
    pub(super) fn of(method: &Method, target: &Uri) -> Self {
        Self::known(method, target).unwrap_or(Self::Other)
    }

    fn known(method: &Method, target: &Uri) -> Option<Self> {
        let path = target.path().strip_prefix('/')?;
        let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
        let query = |name| form_value(target.query().unwrap_or_default().as_bytes(), name);
        Some(match (method.as_str(), &*segments) {
            ("POST", ["users", "getToken"]) => Self::Token,
            ("GET", ["payments", "find", uid]) => {
                Self::Find { merchant_uid: identifier(uid)?, status: None, sorting: query("sorting") }
            }
            ("GET", ["payments", "find", uid, status]) => {
                let status = Some(identifier(status)?);
                Self::Find { merchant_uid: identifier(uid)?, status, sorting: query("sorting") }
            }
            ("GET", ["subscribe", "customers", uid, "payments"]) => {
                Self::List { customer_uid: identifier(uid)?, page: query("page") }
            }
            _ => return None,
        })
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        match self {
            Self::Token => Endpoint::Token,
            Self::Find { .. } => Endpoint::Find,
            Self::List { .. } => Endpoint::List,
            Self::Other => Endpoint::Other,
        }
    }
}

/// The value of a field of a form, in a query or in a body. Of several the last counts, as in PHP.
pub(super) fn form_value(form: &[u8], name: &str) -> Option<String> {
    let fields = form_urlencoded::parse(form).filter(|(field, _)| field == name);
    fields.last().map(|(_, value)| value.into_owned())
}

/// A segment's identifier; none is empty, and all are UTF-8.
fn identifier(segment: &str) -> Option<String> {
    let identifier = percent_decode_str(segment).decode_utf8().ok()?;
    (!identifier.is_empty()).then(|| identifier.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &'static str) -> Route {
        Route::of(&Method::GET, &Uri::from_static(target))
    }

    fn find(merchant_uid: &str, status: Option<&str>) -> Route {
        Route::Find { merchant_uid: merchant_uid.into(), status: status.map(Into::into), sorting: None }
    }

    #[test]
    fn form_fields_are_decoded() {
        let form = b"sort%69ng=-paid&page=1&page=2&q=a+b%2B%26&bare";
        assert_eq!(form_value(form, "sorting").as_deref(), Some("-paid"));
        assert_eq!(form_value(form, "page").as_deref(), Some("2"));
        assert_eq!(form_value(form, "q").as_deref(), Some("a b+&"));
        assert_eq!(form_value(form, "bare").as_deref(), Some(""));
        assert_eq!(form_value(form, "none"), None);
    }

    #[test]
    fn a_segment_is_an_identifier() {
        assert_eq!(get("/payments/find/a%2Fb"), find("a/b", None));
        assert_eq!(get("/payments/find/a%2Fpaid/"), find("a/paid", None));
        assert_eq!(get("/payments/find/a%252Fb/paid"), find("a%2Fb", Some("paid")));
        assert_eq!(get("/payments/find/../paid"), find("..", Some("paid")));
        assert_eq!(get("/payments/find/%ED%99%8D+@:"), find("홍+@:", None));
        assert_eq!(get("/payments/find/100%"), find("100%", None));
    }

    #[test]
    fn all_else_is_other() {
        for target in [
            "/",
            "/payments/find",
            "/payments/find/",
            "/payments/find//paid",
            "/payments/find/a//",
            "/payments/find/a/paid/more",
            "//payments/find/a",
            "/payments/find/%FF",
            "/payments%2Ffind/a",
            "/users/getToken",
            "/subscribe/customers//payments",
        ] {
            assert_eq!(get(target), Route::Other, "{target}");
        }
        assert_eq!(Route::of(&Method::POST, &Uri::from_static("/payments/find/a")), Route::Other);
    }
}
