//! The connection to one broker, encrypted or not.

use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};

use super::options::Tls;

/// Why a connection can't be had.
pub(super) enum Hindrance {
    /// The files of the configuration don't serve; the broker isn't to blame.
    Files(String),
    Broker(lapin::Error),
}

/// Connects. The encryption is this driver's business, so the address is a plain one.
pub(super) async fn connect(
    mut uri: AMQPUri,
    properties: ConnectionProperties,
    tls: &Tls,
) -> Result<Connection, Hindrance> {
    uri.scheme = AMQPScheme::AMQP;
    if tls.is_on {
        return encrypted::connect(uri, properties, tls).await;
    }
    Connection::connect_uri(uri, properties).await.map_err(Hindrance::Broker)
}

/// Looks for faults of the files that the options name, before anything is tried.
///
/// # Errors
/// Where one can't be read, or holds something else, or where this program can't encrypt.
pub(super) fn check(tls: &Tls) -> Result<(), String> {
    if tls.is_on { encrypted::connector(tls).map(drop) } else { Ok(()) }
}

#[cfg(feature = "amqp-tls")]
mod encrypted {
    use std::io;
    use std::path::Path;

    use lapin::tcp::{AMQPUriTcpExt, RustlsConnector, RustlsConnectorConfig};
    use lapin::uri::AMQPUri;
    use lapin::{Connection, ConnectionProperties, ErrorKind};
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};

    use super::Hindrance;
    use crate::rpc::amqp::options::Tls;

    pub(super) fn connector(tls: &Tls) -> Result<RustlsConnector, String> {
        let config = match &tls.ca {
            Some(path) => {
                let mut config = RustlsConnectorConfig::default();
                config.add_parsable_certificates(certificates("ssl_ca_file", path)?);
                config
            }
            None => RustlsConnectorConfig::new_with_native_certs()
                .map_err(|error| format!("the system's certificates: {error}; ssl_ca_file names others"))?,
        };
        let made = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => {
                let chain = certificates("ssl_cert_file", certificate)?;
                let shown = format!("ssl_key_file {}", key.display());
                let key = PrivateKeyDer::from_pem_file(key).map_err(|error| format!("{shown}: {error}"))?;
                config.connector_with_single_cert(chain, key)
            }
            _ => config.connector_with_no_client_auth(),
        };
        made.map_err(|error| format!("ssl_cert_file and ssl_key_file: {error}"))
    }

    fn certificates(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
        let told = |error: &dyn std::fmt::Display| format!("{option} {}: {error}", path.display());
        let read = CertificateDer::pem_file_iter(path).map_err(|error| told(&error))?;
        let found: Result<Vec<_>, _> = read.collect();
        let found = found.map_err(|error| told(&error))?;
        if found.is_empty() { Err(told(&"no certificate stands in it")) } else { Ok(found) }
    }

    pub(super) async fn connect(
        uri: AMQPUri,
        properties: ConnectionProperties,
        tls: &Tls,
    ) -> Result<Connection, Hindrance> {
        let connector = connector(tls).map_err(Hindrance::Files)?;
        let runtime = lapin::runtime::default_runtime().map_err(Hindrance::Broker)?;
        let connecting = async move |uri: AMQPUri, runtime| {
            let encrypting = async {
                let plain = uri.connect_async(&runtime).await?;
                plain.into_rustls(&connector, &uri.authority.host).await
            };
            encrypting.await.map_err(|error: io::Error| ErrorKind::IOError(error.into()).into())
        };
        Connection::connector(uri, runtime, connecting, properties).await.map_err(Hindrance::Broker)
    }
}

#[cfg(not(feature = "amqp-tls"))]
mod encrypted {
    use lapin::uri::AMQPUri;
    use lapin::{Connection, ConnectionProperties};

    use super::Hindrance;
    use crate::rpc::amqp::options::Tls;

    const LACKING: &str = "an encrypted connection needs the feature amqp-tls of this program";

    pub(super) fn connector(_: &Tls) -> Result<(), String> {
        Err(LACKING.to_owned())
    }

    pub(super) async fn connect(
        _: AMQPUri,
        _: ConnectionProperties,
        _: &Tls,
    ) -> Result<Connection, Hindrance> {
        Err(Hindrance::Files(LACKING.to_owned()))
    }
}
