//! The connection to one broker, encrypted or not.

use std::sync::{Mutex, PoisonError};

use lapin::tcp::AMQPUriTcpExt;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties, ErrorKind};

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
    let connector = match tls.is_on {
        true => Some(encrypted::connector(tls).map_err(Hindrance::Files)?),
        false => None,
    };
    let runtime = lapin::runtime::default_runtime().map_err(Hindrance::Broker)?;
    let open = async move |uri: AMQPUri, runtime| {
        let opening = async {
            let plain = uri.connect_async(&runtime).await?;
            match &connector {
                Some(connector) => encrypted::encrypt(plain, connector, &uri.authority.host).await,
                None => Ok(plain),
            }
        };
        opening.await.map_err(|error| lapin::Error::from(ErrorKind::IOError(error.into())))
    };
    // An attempt that can't reach the broker is one that lapin never forgets, so it gets what reached it.
    let opened = open(uri.clone(), runtime.clone()).await.map_err(Hindrance::Broker)?;
    let opened = Mutex::new(Some(opened));
    let connect = async move |uri, runtime| {
        let opened = opened.lock().unwrap_or_else(PoisonError::into_inner).take();
        match opened {
            Some(opened) => Ok(opened),
            None => open(uri, runtime).await,
        }
    };
    Connection::connector(uri, runtime, connect, properties).await.map_err(Hindrance::Broker)
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

    use futures_lite::{AsyncRead, AsyncWrite};
    use lapin::AsyncTcpStream;
    use lapin::tcp::{RustlsConnector, RustlsConnectorConfig};
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};

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

    pub(super) async fn encrypt<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        plain: AsyncTcpStream<S>,
        connector: &RustlsConnector,
        host: &str,
    ) -> io::Result<AsyncTcpStream<S>> {
        plain.into_rustls(connector, host).await
    }
}

#[cfg(not(feature = "amqp-tls"))]
mod encrypted {
    use std::convert::Infallible;
    use std::io;

    use crate::rpc::amqp::options::Tls;

    const LACKING: &str = "an encrypted connection needs the feature amqp-tls of this program";

    pub(super) fn connector(_: &Tls) -> Result<Infallible, String> {
        Err(LACKING.to_owned())
    }

    pub(super) async fn encrypt<S>(_: S, connector: &Infallible, _: &str) -> io::Result<S> {
        match *connector {}
    }
}
