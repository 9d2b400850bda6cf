//! One node: found running or started, stopped, killed, frozen.

use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::files::{Address, environment, prepare, program};
use crate::lock::FileLock;
use crate::{scratch, wait_until};

/// Longest start of a node on a machine that does other things too.
const START: Duration = Duration::from_secs(90);

/// Nodes a test may have alone at the same time as others do.
const POOL: usize = 2;

/// How a node is to be, where it is not one of the usual.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Setup {
    /// Lines to add to `rabbitmq.conf`.
    pub configuration: String,
    /// Whether it speaks MQTT, too: its plugin, which ends sessions and topics in queues and keys.
    pub mqtt: bool,
}

/// A RabbitMQ node in use by this test.
#[derive(Debug)]
pub struct Node {
    directory: PathBuf,
    address: Address,
    mqtt: bool,
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
        let setup = Setup {
            mqtt: true,
            ..Setup::default()
        };
        Arc::new(Self::in_place("rabbitmq-mqtt", None, &setup))
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
            mqtt: setup.mqtt,
            _users: users,
            _alone: Some(alone),
        };
        node.start();
        Arc::new(node)
    }

    fn in_place(name: &str, alone: Option<FileLock>, setup: &Setup) -> Self {
        let directory = scratch::root().join(name);
        std::fs::create_dir_all(&directory).expect("target/ can be written");
        let users = FileLock::take(&directory.join("users.lock"), false);
        let _one_starts = FileLock::take(&directory.join("start.lock"), true);
        let running = Address::read(&directory).filter(|_| thaw(&directory));
        let found = running.is_some();
        let node = Self {
            address: running.unwrap_or_else(|| Address::new(None)),
            directory,
            mqtt: setup.mqtt,
            _users: users,
            _alone: alone,
        };
        if !(found && node.is_up()) {
            // Nothing of an earlier run is wanted: what it kept may be half written.
            end(&node.directory);
            prepare(&node.directory, &node.address, setup);
            node.start();
        }
        node
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

    /// The port for MQTT, on a node that [speaks](Setup::mqtt) it.
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

    /// Whether it takes connections.
    pub fn is_up(&self) -> bool {
        let takes = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        self.try_eval("rabbit:is_running()") == Ok("true".into())
            && takes(self.address.amqp)
            && (!self.mqtt || takes(self.address.mqtt))
    }

    /// Starts the node's process, if there is none, and waits until clients can connect. What it
    /// kept from before is there.
    pub fn start(&self) {
        if pid(&self.directory).is_none() {
            self.start_keeper();
        }
        wait_until(START, format_args!("{} up", self.name()), || self.is_up());
    }

    #[expect(
        clippy::zombie_processes,
        reason = "it outlives this process, until nobody uses the node"
    )]
    fn start_keeper(&self) {
        let mut keeper = Command::new("sh");
        keeper
            .arg("keeper.sh")
            .arg(&self.directory)
            .args([&self.address.epmd.to_string(), "yes"])
            .arg(program("rabbitmq-server"))
            .envs(environment(&self.directory, &self.address))
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        keeper.spawn().expect("there is `sh`");
    }

    /// Stops the broker in an orderly manner: links are closed with a word, ports are closed. The
    /// Erlang machine stays, so that it is back soon.
    pub fn stop_broker(&self) {
        self.eval("rabbit:stop()");
    }

    /// Ends a [`stop_broker`](Self::stop_broker); returns when clients can connect.
    pub fn start_broker(&self) {
        // Under the node's own group leader: what the broker starts would end with the caller's.
        let outcome = self.eval(
            "{_, M} = spawn_monitor(fun() -> group_leader(whereis(user), self()), \
                 ok = rabbit:start() end), receive {'DOWN', M, _, _, R} -> R end",
        );
        assert_eq!(outcome, "normal", "{}", self.log());
        wait_until(START, format_args!("{} up", self.name()), || self.is_up());
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

/// The number of the node's process, if there is one.
fn pid(directory: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(directory.join("pid")).ok()?;
    let pid = Pid::from_raw(text.trim().parse().ok()?)?;
    // A machine that went down leaves the file; then the number is nobody's, or another's.
    let command = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let ours = directory.to_string_lossy();
    let is_ours = command
        .windows(ours.len())
        .any(|window| window == ours.as_bytes());
    is_ours.then_some(pid)
}

fn signal(directory: &Path, signal: Signal) -> bool {
    pid(directory).is_some_and(|pid| kill_process(pid, signal).is_ok())
}

fn thaw(directory: &Path) -> bool {
    signal(directory, Signal::CONT)
}

/// Kills what runs in a directory, and waits until it is gone.
fn end(directory: &Path) {
    let gone = || !signal(directory, Signal::KILL) && !directory.join("pid").exists();
    if pid(directory).is_none() {
        let _ = std::fs::remove_file(directory.join("pid"));
        return;
    }
    wait_until(
        Duration::from_secs(20),
        format_args!("the end of the node in {}", directory.display()),
        gone,
    );
}
