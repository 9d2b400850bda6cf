//! What lies in a node's directory.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::node::Setup;
use crate::ports::Port;
use crate::tls::Authority;

/// Where a node listens, and what it is called. Kept in its directory, for other test processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) name: String,
    pub(super) amqp: u16,
    pub(super) amqps: u16,
    pub(super) mqtt: u16,
    pub(super) distribution: u16,
    pub(super) epmd: u16,
}

impl Address {
    /// Takes free ports; nodes of one cluster share the port mapper.
    pub(super) fn new(epmd: Option<u16>) -> Self {
        let free = || Port::free().number();
        let amqp = free();
        Self {
            name: format!("trunkline-{amqp}@localhost"),
            amqp,
            amqps: free(),
            mqtt: free(),
            distribution: free(),
            epmd: epmd.unwrap_or_else(free),
        }
    }

    pub(super) fn read(directory: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(directory.join("address")).ok()?;
        let mut words = text.split_whitespace();
        let name = words.next()?.to_owned();
        let mut port = || words.next()?.parse().ok();
        Some(Self {
            name,
            amqp: port()?,
            amqps: port()?,
            mqtt: port()?,
            distribution: port()?,
            epmd: port()?,
        })
    }

    pub(super) fn write(&self, directory: &Path) {
        let text = format!(
            "{} {} {} {} {} {}\n",
            self.name, self.amqp, self.amqps, self.mqtt, self.distribution, self.epmd
        );
        write(&directory.join("address"), &text);
    }
}

/// The cookie of every node of ours. It keeps nobody out: the nodes listen on loopback only, and
/// live for minutes.
pub(super) const COOKIE: &str = "trunkline-tests";

/// Makes the directory of a new node, empty but for its configuration.
pub(super) fn prepare(directory: &Path, address: &Address, setup: &Setup) {
    let _ = std::fs::remove_dir_all(directory.join("mnesia"));
    std::fs::create_dir_all(directory).expect("target/ can be written");
    for file in ["log.txt", "plugins", "rabbit.conf"] {
        let _ = std::fs::remove_file(directory.join(file));
    }
    let plugins = setup.plugins.join(",");
    write(&directory.join("plugins"), &format!("[{plugins}].\n"));
    write(&directory.join("keeper.sh"), include_str!("keeper.sh"));
    write(
        &directory.join("rabbit.conf"),
        &configuration(directory, address, setup),
    );
    address.write(directory);
}

fn configuration(directory: &Path, address: &Address, setup: &Setup) -> String {
    let authority = Authority::new("the authority of a RabbitMQ node");
    let server = authority.server(&["localhost", "127.0.0.1"]);
    let keep = |from: &Path, name: &str| {
        let to = directory.join(name);
        std::fs::copy(from, &to).expect("target/ can be written");
        to.display().to_string()
    };
    let mut text = String::new();
    let lines = [
        ("listeners.tcp.1", format!("127.0.0.1:{}", address.amqp)),
        ("listeners.ssl.1", format!("127.0.0.1:{}", address.amqps)),
        (
            "ssl_options.cacertfile",
            keep(&authority.certificate(), "authority.pem"),
        ),
        (
            "ssl_options.certfile",
            keep(&server.certificate, "server.pem"),
        ),
        ("ssl_options.keyfile", keep(&server.key, "server.key")),
        ("ssl_options.verify", "verify_none".into()),
        ("log.console", "true".into()),
        ("log.console.level", "error".into()),
        ("log.file", "false".into()),
        // 512 MiB each by default, written out when the first quorum queue is made.
        ("raft.wal_max_size_bytes", "33554432".into()),
        ("disk_free_limit.absolute", "100MB".into()),
        ("vm_memory_high_watermark.absolute", "2GB".into()),
    ];
    for (key, value) in lines {
        let _ = writeln!(text, "{key} = {value}");
    }
    if setup.speaks_mqtt() {
        // A node without the plugin does not know the word.
        let _ = writeln!(text, "mqtt.listeners.tcp.1 = 127.0.0.1:{}", address.mqtt);
    }
    text + &setup.configuration
}

/// The environment a node and its tools run in.
pub(super) fn environment(directory: &Path, address: &Address) -> Vec<(&'static str, String)> {
    let path = |name: &str| directory.join(name).display().to_string();
    // No busy waiting: the machine's few cores are for the tests as well.
    let erlang = format!("-setcookie {COOKIE} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none");
    vec![
        // Runs the node as the process itself, without a shell before it.
        ("RUNNING_UNDER_SYSTEMD", "true".into()),
        ("HOME", directory.display().to_string()),
        ("ERL_EPMD_PORT", address.epmd.to_string()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
        ("RABBITMQ_NODENAME", address.name.clone()),
        ("RABBITMQ_DIST_PORT", address.distribution.to_string()),
        // Nothing of a broker that was installed for other uses.
        ("RABBITMQ_CONF_ENV_FILE", "/dev/null".into()),
        ("RABBITMQ_CONFIG_FILE", path("rabbit.conf")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", path("advanced.config")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", path("plugins")),
        ("RABBITMQ_MNESIA_BASE", path("mnesia")),
        ("RABBITMQ_LOG_BASE", path("log")),
        ("RABBITMQ_PID_FILE", path("rabbit.pid")),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", erlang),
    ]
}

/// One of RabbitMQ's programs. Debian's own wrappers insist on the user `rabbitmq`; what they wrap
/// does not.
pub(super) fn program(name: &str) -> PathBuf {
    let debian = Path::new("/usr/lib/rabbitmq/bin").join(name);
    if debian.exists() { debian } else { name.into() }
}

pub(super) fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
