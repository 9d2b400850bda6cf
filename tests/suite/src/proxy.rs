//! A TCP proxy that fails on request.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::ports::Port;

/// Proxies run beside the test, as another machine would: their tasks are not among its own, and a
/// busy test does not hold them up.
static BESIDE: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.expect("a runtime can be made")
});

/// What the proxy does with connections and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// Everything passes.
    #[default]
    Pass,
    /// The port is closed: connecting is refused. Connections that are up stay so.
    Refuse,
    /// Connections are accepted and closed at once, as load balancers do when nobody is behind
    /// them. Connections that are up stay so.
    AcceptAndClose,
    /// Nothing passes any more, either way, and nobody is told. New connections are accepted and
    /// as silent.
    Stall,
    /// What the server sends does not arrive; what the client sends does.
    Mute,
    /// Everything passes this much later.
    Delay(Duration),
}

/// A TCP proxy on a loopback port of its own. Dropped, it cuts all and closes the port.
#[derive(Debug)]
pub struct Proxy {
    port: Port,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    mode: watch::Sender<Mode>,
    /// Counts cuts: a connection ends when the count passes the one it began with.
    cuts: watch::Sender<u64>,
    /// Whether the port is open, as the accepting task last left it.
    is_open: watch::Sender<bool>,
    accepted: AtomicUsize,
    open: AtomicUsize,
}

impl Proxy {
    /// Starts a proxy in front of a server.
    pub async fn start(upstream: SocketAddr) -> Self {
        let shared = Arc::new(Shared {
            upstream,
            mode: watch::channel(Mode::Pass).0,
            cuts: watch::channel(0).0,
            is_open: watch::channel(false).0,
            accepted: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
        });
        let port = Port::free();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        let accepting = BESIDE.spawn(accept(Arc::clone(&shared), address));
        let proxy = Self {
            port,
            shared,
            accepting,
        };
        proxy.port_is(true).await;
        proxy
    }

    /// Starts a proxy in front of a server on the loopback address.
    pub async fn to_port(port: u16) -> Self {
        Self::start(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    }

    /// The port clients connect to, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Changes what is done from now on; returns when the port is open or closed accordingly.
    pub async fn set(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
        self.port_is(mode != Mode::Refuse).await;
    }

    /// Closes every connection that is up, at both ends; gives how many there were.
    pub fn cut(&self) -> usize {
        let open = self.open();
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
        open
    }

    /// Connections accepted so far.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Connections that are up.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    async fn port_is(&self, open: bool) {
        let mut is_open = self.shared.is_open.subscribe();
        let reached = is_open.wait_for(|is| *is == open).await;
        reached.expect("the accepting task lives as long as the proxy");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(shared: Arc<Shared>, address: SocketAddr) {
    let mut mode = shared.mode.subscribe();
    loop {
        let listener = TcpListener::bind(address).await;
        let listener = listener.expect("the port is kept for us");
        shared.is_open.send_replace(true);
        let closed = mode.wait_for(|mode| *mode == Mode::Refuse);
        tokio::select! {
            _ = closed => {}
            () = serve(&shared, &listener) => {}
        }
        drop(listener);
        shared.is_open.send_replace(false);
        if mode.wait_for(|mode| *mode != Mode::Refuse).await.is_err() {
            return;
        }
    }
}

async fn serve(shared: &Arc<Shared>, listener: &TcpListener) {
    loop {
        let Ok((client, _)) = listener.accept().await else {
            continue;
        };
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        if *shared.mode.borrow() != Mode::AcceptAndClose {
            BESIDE.spawn(carry(Arc::clone(shared), client));
        }
    }
}

/// Carries one connection until either end closes it, or it is cut.
async fn carry(shared: Arc<Shared>, client: TcpStream) {
    let mut cuts = shared.cuts.subscribe();
    let Ok(server) = TcpStream::connect(shared.upstream).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    shared.open.fetch_add(1, Ordering::SeqCst);
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    let up = pass(
        from_client,
        to_server,
        shared.mode.subscribe(),
        is_silent_up,
    );
    let down = pass(
        from_server,
        to_client,
        shared.mode.subscribe(),
        is_silent_down,
    );
    tokio::select! {
        _ = cuts.changed() => {}
        () = up => {}
        () = down => {}
    }
    shared.open.fetch_sub(1, Ordering::SeqCst);
}

fn is_silent_up(mode: &Mode) -> bool {
    *mode == Mode::Stall
}

fn is_silent_down(mode: &Mode) -> bool {
    matches!(mode, Mode::Stall | Mode::Mute)
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    is_silent: fn(&Mode) -> bool,
) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        // Held here, the bytes fill the system's buffers behind them: what a dead link does.
        let now = mode
            .wait_for(|mode| !is_silent(mode))
            .await
            .map(|mode| *mode);
        match now {
            Ok(Mode::Delay(delay)) => sleep(delay).await,
            Ok(_) => {}
            Err(_) => return,
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
