//! Making one connection.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_compat::CompatExt;
use lapin::runtime::default_runtime;
use lapin::tcp::{AsyncTcpStream, OwnedTLSConfig};
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{Connection, ConnectionProperties};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::timeout;
use trunkline_core::TransportError;

use crate::NAME;
use crate::config::{Address, AmqpConfig};
use crate::error::{broker, connecting};

/// Breaks a connection off under lapin, which has no other way to end one that is stuck: blocked by
/// the broker, or silent.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker(Arc<Mutex<Option<socket2::Socket>>>);

impl Breaker {
    fn hold(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream).try_clone()?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket);
        Ok(())
    }

    pub(super) fn break_off(&self) {
        let socket = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(socket) = socket {
            // Gone already is as good.
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
    }
}

/// A connection, and how to end it in any state.
pub(crate) struct Connected {
    pub(crate) connection: Connection,
    pub(super) breaker: Breaker,
}

/// Makes one connection to one address.
pub(super) async fn connect(
    config: &AmqpConfig,
    address: &Address,
    role: &str,
) -> Result<Connected, TransportError> {
    let breaker = Breaker::default();
    let options = ConnectionProperties::default()
        .with_connection_name(format!("{}-{role}", config.name).into())
        .with_client_property("product".into(), "Trunkline".into());
    let tls = tls(config)?;
    let patience = config.connect_timeout;
    let uri = uri(config, address);
    // Opened here and handed over: a connection that lapin cannot open leaves a task of lapin's
    // behind, for every attempt at a broker that is away.
    let stream = match timeout(patience, open(&uri, tls, &breaker)).await {
        Ok(Ok(stream)) => Mutex::new(Some(stream)),
        Ok(Err(error)) => return Err(connecting(error.into(), address)),
        Err(_) => return Err(silent(address, patience)),
    };
    let opened = async move |_, _| {
        let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
        stream.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected).into())
    };
    let runtime = default_runtime();
    let runtime = runtime.map_err(|error| broker("there is no runtime to connect on", error))?;
    let connecting_to = Connection::connector(uri, runtime, opened, options);
    match timeout(patience, connecting_to).await {
        Ok(Ok(connection)) => Ok(Connected {
            connection,
            breaker,
        }),
        Ok(Err(error)) => {
            breaker.break_off();
            Err(connecting(error, address))
        }
        Err(_) => {
            // lapin's own thread would wait on the silent socket for ever.
            breaker.break_off();
            Err(silent(address, patience))
        }
    }
}

fn silent(address: &Address, patience: Duration) -> TransportError {
    TransportError::Unreachable {
        transport: NAME,
        endpoint: address.to_string(),
        source: format!("no answer within {patience:?}").into(),
    }
}

async fn open(
    uri: &AMQPUri,
    tls: OwnedTLSConfig,
    breaker: &Breaker,
) -> io::Result<AsyncTcpStream<async_compat::Compat<TcpStream>>> {
    let host = uri.authority.host.as_str();
    let stream = TcpStream::connect((host, uri.authority.port)).await?;
    // Small frames go out at once: an ack, or a lone event, waits for no other.
    stream.set_nodelay(true)?;
    breaker.hold(&stream)?;
    let stream = AsyncTcpStream::Plain(stream.compat());
    match uri.scheme {
        AMQPScheme::AMQP => Ok(stream),
        AMQPScheme::AMQPS => stream.into_tls(host, tls.as_ref()).await,
    }
}

fn tls(config: &AmqpConfig) -> Result<OwnedTLSConfig, TransportError> {
    let Some(path) = config.authority.as_ref().filter(|_| config.tls) else {
        return Ok(OwnedTLSConfig::default());
    };
    let chain = std::fs::read_to_string(path).map_err(|error| TransportError::Url {
        url: "amqps:".into(),
        problem: format!("`cacert` {} cannot be read: {error}", path.display()),
        hint: "give the path of a PEM file".into(),
    })?;
    Ok(OwnedTLSConfig {
        identity: None,
        cert_chain: Some(chain),
    })
}

fn uri(config: &AmqpConfig, address: &Address) -> AMQPUri {
    AMQPUri {
        scheme: if config.tls {
            AMQPScheme::AMQPS
        } else {
            AMQPScheme::AMQP
        },
        authority: AMQPAuthority {
            userinfo: AMQPUserInfo {
                username: config.user.clone(),
                password: config.password.expose().to_owned(),
            },
            host: address.host.clone(),
            port: address.port,
        },
        vhost: config.vhost.clone(),
        query: AMQPQueryString {
            heartbeat: Some(config.heartbeat.get()),
            ..AMQPQueryString::default()
        },
    }
}
