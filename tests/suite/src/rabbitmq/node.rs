//! One node: found running or made, killed, frozen.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustix::process::Signal;

use super::files::{Address, prepare};
use super::machine::{end, pid, signal, thaw};
use crate::lock::FileLock;
use crate::scratch;

/// Nodes a test may have alone at the same time as others do.
const POOL: usize = 2;

/// RabbitMQ's plugin by which it speaks MQTT.
const MQTT: &str = "rabbitmq_mqtt";

/// How a node is to be, where it is not one of the usual.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Setup {
    /// Lines to add to `rabbitmq.conf`.
    pub configuration: String,
    /// RabbitMQ's plugins to run, by name.
    pub plugins: Vec<&'static str>,
}

impl Setup {
    /// A node with the management API on a port of 127.0.0.1.
    pub fn with_management(port: u16) -> Self {
        Self {
            configuration: format!("management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n"),
            plugins: vec!["rabbitmq_management"],
        }
    }

    /// A node that, when it first starts, becomes one broker with these.
    pub(super) fn in_cluster<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut configuration =
            "cluster_formation.peer_discovery_backend = classic_config\n".to_owned();
        for (number, name) in (1..).zip(names) {
            let line = format!("cluster_formation.classic_config.nodes.{number} = {name}\n");
            configuration += &line;
        }
        Self {
            configuration,
            ..Self::default()
        }
    }

    /// A node that speaks MQTT, too.
    fn with_mqtt() -> Self {
        Self {
            plugins: vec![MQTT],
            ..Self::default()
        }
    }

    pub(super) fn speaks_mqtt(&self) -> bool {
        self.plugins.contains(&MQTT)
    }
}

/// A RabbitMQ node in use by this test.
#[derive(Debug)]
pub struct Node {
    pub(super) directory: PathBuf,
    pub(super) address: Address,
    /// Whether its keeper runs a port mapper for it alone.
    pub(super) own_epmd: bool,
    pub(super) setup: Setup,
    /// Kept so that the node's keeper sees it in use; last, so that it goes last.
    _users: FileLock,
    _alone: Option<FileLock>,
}

impl Node {
    /// The node for every test that harms nobody but its own virtual host.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Node>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(node) = shared.upgrade() {
            return node;
        }
        let node = Arc::new(Self::in_place("rabbitmq-shared", None, &Setup::default()));
        *shared = Arc::downgrade(&node);
        node
    }

    /// A node nobody else uses: it may be stopped, killed and frozen. Waits while all are taken.
    pub fn alone() -> Arc<Self> {
        let names: Vec<_> = (1..=POOL).map(|n| format!("rabbitmq-alone-{n}")).collect();
        let lock = |name: &str| scratch::root().join(format!("{name}.lock"));
        let taken = names
            .iter()
            .find_map(|name| Some((name, FileLock::try_take_alone(&lock(name))?)));
        let (name, alone) = taken.unwrap_or_else(|| {
            let any = &names[fastrand::usize(..names.len())];
            (any, FileLock::take(&lock(any), true))
        });
        let node = Self::in_place(name, Some(alone), &Setup::default());
        node.sweep();
        Arc::new(node)
    }

    /// A node for every test that harms nobody but its own virtual host, and that speaks MQTT.
    pub fn with_mqtt() -> Arc<Self> {
        Arc::new(Self::in_place("rabbitmq-mqtt", None, &Setup::with_mqtt()))
    }

    /// A node of another make-up, for as long as the value lives and a little longer. `name` must
    /// differ from that of every other test's node.
    pub fn with(name: &str, setup: &Setup) -> Arc<Self> {
        let name = format!("rabbitmq-{name}");
        let alone = FileLock::take(&scratch::root().join(format!("{name}.lock")), true);
        let directory = scratch::root().join(&name);
        std::fs::create_dir_all(&directory).expect("target/ can be written");
        let users = FileLock::take(&directory.join("users.lock"), false);
        end(&directory);
        let address = Address::new(None);
        prepare(&directory, &address, setup);
        let node = Self {
            directory,
            address,
            own_epmd: true,
            setup: setup.clone(),
            _users: users,
            _alone: Some(alone),
        };
        node.start();
        Arc::new(node)
    }

    /// A node of a cluster, built anew and not started: its port mapper is the cluster's.
    pub(super) fn of_cluster(name: &str, address: Address, setup: &Setup) -> Self {
        let directory = scratch::root().join(name);
        std::fs::create_dir_all(&directory).expect("target/ can be written");
        let users = FileLock::take(&directory.join("users.lock"), false);
        let node = Self {
            directory,
            address,
            own_epmd: false,
            setup: setup.clone(),
            _users: users,
            _alone: None,
        };
        node.rebuild();
        node
    }

    fn in_place(name: &str, alone: Option<FileLock>, setup: &Setup) -> Self {
        let directory = scratch::root().join(name);
        std::fs::create_dir_all(&directory).expect("target/ can be written");
        let users = FileLock::take(&directory.join("users.lock"), false);
        let _one_starts = FileLock::take(&directory.join("start.lock"), true);
        let running = Address::read(&directory).filter(|_| thaw(&directory));
        let found = running.is_some();
        let mut node = Self {
            address: running.unwrap_or_else(|| Address::new(None)),
            directory,
            own_epmd: true,
            setup: setup.clone(),
            _users: users,
            _alone: alone,
        };
        if found && node.is_up() {
            return node;
        }
        // Nothing of an earlier run is wanted: what it kept may be half written.
        node.rebuild();
        if let Err(why) = node.try_start() {
            // Once more at other ports, in case that others listen at these.
            eprintln!("{why}\nit is built anew");
            node.address = Address::new(None);
            node.rebuild();
            node.start();
        }
        node
    }

    /// Ends what runs in its directory, and leaves nothing there but its configuration.
    fn rebuild(&self) {
        end(&self.directory);
        prepare(&self.directory, &self.address, &self.setup);
    }

    /// Makes a node as good as new.
    fn sweep(&self) {
        self.set_memory_alarm(false);
        self.eval(
            "[begin rabbit_vhost:delete(V, <<\"test\">>), \
                    catch rabbit_auth_backend_internal:delete_user(V, <<\"test\">>) end \
              || V <- rabbit_vhost:list_names(), V =/= <<\"/\">>], ok",
        );
    }

    /// Its name in Erlang's network.
    pub fn name(&self) -> &str {
        &self.address.name
    }

    /// The port for AMQP, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.amqp
    }

    /// The port for AMQP over TLS, on 127.0.0.1; its certificate is for `localhost`.
    pub fn tls_port(&self) -> u16 {
        self.address.amqps
    }

    /// The port for MQTT, on a node that [speaks](Self::with_mqtt) it.
    pub fn mqtt_port(&self) -> u16 {
        self.address.mqtt
    }

    /// The certificate of the authority its own is signed by.
    pub fn authority(&self) -> PathBuf {
        self.directory.join("authority.pem")
    }

    /// What it has written.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log.txt")).unwrap_or_default()
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether its process runs.
    pub(super) fn is_alive(&self) -> bool {
        pid(&self.directory).is_some()
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Kills the node's process, without a word to anybody, and waits until it is gone.
    pub fn kill(&self) {
        end(&self.directory);
    }

    /// Stops the node's time (SIGSTOP).
    pub fn freeze(&self) {
        signal(&self.directory, Signal::STOP);
    }

    /// Ends a [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        signal(&self.directory, Signal::CONT);
    }
}
