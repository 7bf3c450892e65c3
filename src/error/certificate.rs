//! Why a server's certificate was refused.

use std::fmt;

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "rustls"), allow(dead_code, reason = "only rustls says which"))]
pub(super) enum BadCertificate {
    Untrusted,
    Expired,
    NotYetValid,
    WrongHost,
    Other,
}

impl BadCertificate {
    /// The reason, if that is why there is no connection.
    #[cfg(feature = "rustls")]
    pub(super) fn find(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        use rustls::CertificateError as Bad;

        let mut error = Some(error);
        while let Some(cause) = error {
            if let Some(rustls::Error::InvalidCertificate(bad)) = cause.downcast_ref() {
                return Some(match bad {
                    // A stranger of the same name as a trusted issuer signs in vain.
                    Bad::UnknownIssuer | Bad::BadSignature => Self::Untrusted,
                    Bad::Expired | Bad::ExpiredContext { .. } => Self::Expired,
                    Bad::NotValidYet | Bad::NotValidYetContext { .. } => Self::NotYetValid,
                    Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Self::WrongHost,
                    _ => Self::Other,
                });
            }
            // An I/O error passes over the error that it wraps.
            let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            error = match wrapped {
                Some(wrapped) => Some(wrapped),
                None => cause.source(),
            };
        }
        None
    }

    /// The platform's own TLS says it in words alone.
    #[cfg(not(feature = "rustls"))]
    pub(super) fn find(_: &(dyn std::error::Error + 'static)) -> Option<Self> {
        None
    }
}

impl fmt::Display for BadCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untrusted => "its certificate is not from an issuer that is trusted here",
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::WrongHost => "its certificate is for another host",
            Self::Other => "its certificate is not valid",
        })
    }
}
