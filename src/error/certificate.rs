//! The reason why a server's certificate was rejected.

use std::fmt;

/// The fault of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "rustls-no-provider"), allow(dead_code, reason = "only rustls names the reason"))]
pub(super) enum BadCertificate {
    Untrusted,
    Expired,
    NotYetValid,
    WrongHost,
    Other,
}

impl BadCertificate {
    /// Returns the reason if a certificate was rejected.
    #[cfg(feature = "rustls-no-provider")]
    pub(super) fn find(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        use rustls::CertificateError as Bad;

        let mut error = Some(error);
        while let Some(cause) = error {
            if let Some(rustls::Error::InvalidCertificate(bad)) = cause.downcast_ref() {
                return Some(match bad {
                    // A certificate from an untrusted CA with a trusted CA's name.
                    Bad::UnknownIssuer | Bad::BadSignature => Self::Untrusted,
                    Bad::Expired | Bad::ExpiredContext { .. } => Self::Expired,
                    Bad::NotValidYet | Bad::NotValidYetContext { .. } => Self::NotYetValid,
                    Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Self::WrongHost,
                    _ => Self::Other,
                });
            }
            // `source` of an I/O error skips the error that it wraps.
            let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            error = match wrapped {
                Some(wrapped) => Some(wrapped),
                None => cause.source(),
            };
        }
        None
    }

    /// The platform's own TLS gives the reason as text only.
    #[cfg(not(feature = "rustls-no-provider"))]
    pub(super) fn find(_: &(dyn std::error::Error + 'static)) -> Option<Self> {
        None
    }
}

impl fmt::Display for BadCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untrusted => "its certificate is not issued by a trusted CA",
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::WrongHost => "its certificate does not match the host name",
            Self::Other => "its certificate is invalid",
        })
    }
}
