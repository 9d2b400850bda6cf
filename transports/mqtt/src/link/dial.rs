//! Making a connection: TCP, TLS, CONNECT.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::ServerName;
use trunkline_core::{BoxError, TransportError};

use super::Plan;
use super::packets::{Codec, Incoming, Malformed, Refusal, Welcome};
use crate::NAME;
use crate::config::{Address, MqttConfig};
use crate::tls;

/// A byte stream to a broker.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection that a broker has accepted.
pub(crate) struct Dialled {
    pub(super) stream: Box<dyn Stream>,
    /// What came right behind the welcome.
    pub(super) read: BytesMut,
    pub(crate) welcome: Welcome,
    pub(super) endpoint: String,
}

impl Dialled {
    /// Says goodbye at once; returns when the broker has closed the connection, or soon after.
    pub(crate) async fn end(mut self) {
        let farewell = async {
            self.stream.write_all(&[0xE0, 0]).await?;
            self.stream.flush().await?;
            while self.stream.read_buf(&mut self.read).await? > 0 {
                self.read.clear();
            }
            Ok::<_, io::Error>(())
        };
        let _ = timeout(GOODBYE, farewell).await;
    }
}

/// Longest time a goodbye may take.
pub(super) const GOODBYE: Duration = Duration::from_millis(500);

/// Connects to the first address that answers.
///
/// # Errors
/// [`TransportError::Denied`] from the first broker that turns us away;
/// [`TransportError::Unreachable`] with what came of each address otherwise.
pub(crate) async fn dial(config: &MqttConfig, plan: &Plan) -> Result<Dialled, TransportError> {
    let mut troubles = Vec::new();
    for address in &config.addresses {
        match dial_one(config, plan, address).await {
            Ok(dialled) => return Ok(dialled),
            Err(TransportError::Unreachable { source, .. }) => troubles.push((address, source)),
            Err(other) => return Err(other),
        }
    }
    let endpoints: Vec<_> = config.addresses.iter().map(Address::to_string).collect();
    let endpoint = endpoints.join(", ");
    let source = match troubles.len() {
        1 => troubles.remove(0).1,
        _ => {
            let each = troubles.iter();
            let each = each.map(|(address, trouble)| format!("{address}: {trouble}"));
            each.collect::<Vec<_>>().join("; ").into()
        }
    };
    Err(TransportError::Unreachable {
        transport: NAME,
        endpoint,
        source,
    })
}

pub(super) async fn dial_one(
    config: &MqttConfig,
    plan: &Plan,
    address: &Address,
) -> Result<Dialled, TransportError> {
    let endpoint = address.to_string();
    let made = timeout(config.connect_timeout, shake_hands(config, plan, address)).await;
    let trouble = match made {
        Ok(Ok((stream, read, welcome))) => {
            return Ok(Dialled {
                stream,
                read,
                welcome,
                endpoint,
            });
        }
        Ok(Err(trouble)) => trouble,
        Err(_) => Trouble::Io(io::ErrorKind::TimedOut.into()),
    };
    let (source, check): (BoxError, _) = match trouble {
        Trouble::Refused(Refusal { reason, check }) => (reason.into(), check),
        Trouble::Malformed(error) => (Box::new(error), None),
        Trouble::Tls(error) => return Err(error),
        Trouble::Io(error) => {
            let check = is_tls(&error).then_some("`ca`, and the names in the broker's certificate");
            (Box::new(error), check)
        }
    };
    Err(match check {
        Some(check) => TransportError::Denied {
            transport: NAME,
            endpoint,
            check,
            source,
        },
        None => TransportError::Unreachable {
            transport: NAME,
            endpoint,
            source,
        },
    })
}

enum Trouble {
    Io(io::Error),
    Refused(Refusal),
    Malformed(Malformed),
    /// Our own side of TLS.
    Tls(TransportError),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Whether TLS itself failed: trying again changes nothing.
fn is_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>())
}

async fn shake_hands(
    config: &MqttConfig,
    plan: &Plan,
    address: &Address,
) -> Result<(Box<dyn Stream>, BytesMut, Welcome), Trouble> {
    let tcp = TcpStream::connect((address.host.as_str(), address.port)).await?;
    tcp.set_nodelay(true)?;
    let mut stream: Box<dyn Stream> = match &config.tls {
        None => Box::new(tcp),
        Some(tls) => {
            let client = tls::client(tls, address).map_err(Trouble::Tls)?;
            let name = ServerName::try_from(address.host.clone());
            let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            Box::new(TlsConnector::from(client).connect(name, tcp).await?)
        }
    };
    let codec = Codec {
        version: config.version,
        max_incoming: config.max_packet,
    };
    let mut out = BytesMut::new();
    codec.connect(config, plan, &mut out);
    stream.write_all(&out).await?;
    stream.flush().await?;
    let mut read = BytesMut::with_capacity(4096);
    loop {
        match codec.read(&mut read).map_err(Trouble::Malformed)? {
            Some(Incoming::Welcome(Ok(welcome))) => return Ok((stream, read, welcome)),
            Some(Incoming::Welcome(Err(refusal))) => return Err(Trouble::Refused(refusal)),
            Some(Incoming::Disconnect(goodbye)) => {
                let (reason, check) = (goodbye.reason, None);
                return Err(Trouble::Refused(Refusal { reason, check }));
            }
            Some(_) => {}
            None => {
                if stream.read_buf(&mut read).await? == 0 {
                    let closed = "the broker closed the connection before it answered";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, closed).into());
                }
            }
        }
    }
}
