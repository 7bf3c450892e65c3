//! The document as data: its operations, responses, schemas and endpoints.
use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Item, Type, parse_quote, parse_str};
use yaml_serde::Value;

use super::{Fault, rust_name};

/// Returns the items that describe the document.
pub(super) fn tables(document: &Value) -> Result<Vec<Item>, Fault> {
    let (mut operations, mut responses) = (Vec::new(), Vec::new());
    let mut endpoints: Vec<(Ident, String, Vec<String>)> = Vec::new();
    for (path, method, operation) in each_operation(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let (title, authenticated) =
            (format!("`{id}` (`{method} {path}`)"), operation["security"] != Value::Sequence(Vec::new()));
        let safe_to_repeat = operation["x-safe-to-repeat"].as_bool().unwrap_or(method == "GET");
        operations.push(quote!(super::Operation {
            id: #id,
            method: #method,
            path: #path,
            authenticated: #authenticated,
            safe_to_repeat: #safe_to_repeat
        }));
        for (status, response) in operation["responses"].as_mapping().into_iter().flatten() {
            let content = follow(document, response)["content"]["application/json"]["schema"]["$ref"].as_str();
            let Some(schema) = content.and_then(|path| path.rsplit('/').next()) else { continue };
            // Also a number without quotes.
            let status = status.as_str().map_or_else(|| status.as_u64(), |status| status.parse().ok());
            let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
            let rust = rust_type(document, schema)?;
            responses.push(quote!(super::Response::of::<#rust>(#id, #status, #schema)));
        }
        let name = operation["x-rust"]["endpoint"].as_str().map_or_else(|| id.to_upper_camel_case(), str::to_owned);
        let name = format_ident!("{name}");
        match endpoints.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, titles, ids)) => {
                *titles += &format!(", {title}");
                ids.push(id.to_owned());
            }
            None => endpoints.push((name, title, vec![id.to_owned()])),
        }
    }
    let names = endpoints.iter().map(|(name, ..)| name);
    let titles = endpoints.iter().map(|(_, titles, _)| format!(" {titles}."));
    let arms = endpoints.iter().map(|(name, _, ids)| quote!(#(#ids)|* => Self::#name));
    let schemas = document["components"]["schemas"].as_mapping().into_iter().flatten();
    let schemas = schemas.filter(|(_, schema)| schema["properties"].is_mapping());
    let schemas: Vec<_> = schemas.filter_map(|(name, _)| name.as_str()).collect();
    let types = schemas.iter().map(|name| rust_type(document, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![
        parse_quote! {
            /// The operations of the document, in its order.
            pub const OPERATIONS: &[super::Operation] = &[#(#operations),*];
        },
        parse_quote! {
            /// The responses of the document, in its order.
            pub const RESPONSES: &[super::Response] = &[#(#responses),*];
        },
        parse_quote! {
            /// The objects of the document, and the JSON Schema of their Rust types.
            #[cfg(feature = "schemars")]
            #[doc(hidden)]
            pub const SCHEMAS: &[(&str, fn() -> ::schemars::Schema)] = &[#((#schemas, || ::schemars::schema_for!(#types))),*];
        },
        parse_quote! {
            /// The endpoints of the sandbox, each with its operations of the document.
            ///
            /// A method of [`Client`](crate::Client) has the name of its operation, with three exceptions: `verify_order` calls
            /// `find_payments`, `billing_key_payments` calls `list_billing_key_payments`, and `get_payments_by_merchant_uid`
            /// calls `get_payments`. With a status it is an operation like `find_payment_with_status`.
            #[cfg(feature = "sandbox")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            #[non_exhaustive]
            pub enum Endpoint {
                #(#[doc = #titles] #names,)*
                /// Any operation under `/_sandbox/`, which controls the sandbox. The service has none of them.
                Control,
                /// `POST /payments/cancel`, which is not in the document.
                ///
                /// The body is JSON or a form. The sandbox reads `imp_uid` or `merchant_uid`, `amount` (none or 0 is all that is
                /// left), `checksum`, `reason`, `enable_webhook`, and for a virtual account `refund_holder`, `refund_bank` and
                /// `refund_account`; it ignores other fields. A refusal, like that of a wrong checksum, is HTTP 200 with `code` 1.
                Cancel,
                /// Any other method or path. The response is HTTP 501.
                Other,
            }
        },
        parse_quote! {
            #[cfg(feature = "sandbox")]
            impl Endpoint {
                /// Returns the endpoint of an operation of the OpenAPI document, by its `operationId`;
                /// `cancel_payment` is [`Cancel`](Self::Cancel), and any other is [`Other`](Self::Other).
                ///
                /// ```
                /// use iamport::sandbox::Endpoint;
                ///
                /// assert_eq!(Endpoint::of_operation("find_payment"), Endpoint::Find);
                /// ```
                pub fn of_operation(operation_id: &str) -> Self {
                    match operation_id { #(#arms,)* "cancel_payment" => Self::Cancel, _ => Self::Other }
                }
            }
        },
    ])
}

fn each_operation(document: &Value) -> impl Iterator<Item = (&str, String, &Value)> {
    let paths = document["paths"].as_mapping().into_iter().flatten();
    paths.flat_map(|(path, operations)| {
        let operations = operations.as_mapping().into_iter().flatten();
        operations.filter_map(|(method, operation)| {
            Some((path.as_str()?, method.as_str()?.to_uppercase(), operation))
                .filter(|(.., o)| o["operationId"].is_string())
        })
    })
}

fn follow<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let Some(path) = value["$ref"].as_str() else { return value };
    path.trim_start_matches("#/").split('/').fold(document, |value, name| &value[name])
}

/// The Rust type of a schema, as the module of the client writes it.
fn rust_type(document: &Value, name: &str) -> Result<Type, Fault> {
    let schema = &document["components"]["schemas"][name];
    let rust =
        schema["x-rust"]["type"].as_str().map_or_else(|| format!("types::{}", rust_name(name, schema)), str::to_owned);
    parse_str(&rust).map_err(Fault::of_document)
}

/// Returns a method that calls any operation that takes only texts, for tests of all operations.
pub(super) fn call_by_id(operations: &[ImplItemFn]) -> Item {
    let calls = operations.iter().filter_map(|operation| {
        let (name, id) = (&operation.sig.ident, operation.sig.ident.to_string());
        let arguments = operation.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(input) => Some(argument(input)),
            syn::FnArg::Receiver(_) => None,
        });
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        Some(quote!(#id => self.#name(#(#arguments),*).await.map(|value| value.response.is_some())))
    });
    parse_quote! {
        #[cfg(feature = "sandbox")]
        impl Client {
            /// Calls an operation by its `operationId`, with a text for each parameter by its name. Returns whether the
            /// response has content, or nothing if the operation takes more than texts.
            #[doc(hidden)]
            pub async fn call_by_id(&self, id: &str, text: impl Fn(&str) -> Option<String>) -> Option<Result<bool, Error>> {
                Some(match id { #(#calls,)* _ => return None })
            }
        }
    }
}

/// The argument of a parameter, or nothing if it cannot be made of a text.
fn argument(input: &syn::PatType) -> Option<TokenStream> {
    let name = &input.pat;
    let (name, kind) = (quote!(#name).to_string(), &input.ty);
    let written = quote!(#kind).to_string().replace(' ', "");
    let code = written.trim_end_matches('>').rsplit_once("codes::").map(|(_, code)| format_ident!("{code}"));
    Some(match (code, &*written) {
        (Some(code), optional) if optional.starts_with("Option<") => {
            quote!(text(#name).map(|text| codes::#code::from(&*text)).as_ref())
        }
        (Some(code), _) => quote!(&codes::#code::from(&*text(#name).unwrap_or_default())),
        (None, "&'astr") => quote!(&text(#name).unwrap_or_default()),
        (None, optional) if optional.contains("Vec<") => quote!(text(#name).map(|text| vec![text]).as_ref()),
        (None, optional) if optional.starts_with("Option<") => quote!(None),
        _ => return None,
    })
}
