//! mosquitto brokers of the tests' own: on free ports, with their own configuration and persistence
//! directory.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::ports::Port;
use crate::process::{Launch, Process};
use crate::scratch::Scratch;
use crate::tls::Pair;
use crate::wait_until;

/// Longest time a broker takes to start or to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// A broker to be started.
#[derive(Debug, Default)]
pub struct Setup {
    extra: String,
    users: Vec<(String, String)>,
    tls: Option<(Pair, std::path::PathBuf)>,
    forgetful: bool,
    quiet: bool,
    files: Vec<(String, String)>,
}

impl Setup {
    /// Everybody is let in, and what is durable outlives a stop.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds lines of `mosquitto.conf`.
    #[must_use]
    pub fn with(mut self, lines: &str) -> Self {
        self.extra.push_str(lines);
        self.extra.push('\n');
        self
    }

    /// Writes a file beside the configuration, whose lines name it.
    #[must_use]
    pub fn with_file(mut self, name: &str, text: &str) -> Self {
        self.files.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Lets in nobody but those who are named, with their passwords.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned()));
        self
    }

    /// Listens for TLS, too, with a certificate and the authority that signed it.
    #[must_use]
    pub fn tls(mut self, pair: &Pair, authority: &Path) -> Self {
        self.tls = Some((pair.clone(), authority.to_owned()));
        self
    }

    /// Keeps nothing over a stop.
    #[must_use]
    pub fn forgetful(mut self) -> Self {
        self.forgetful = true;
        self
    }

    /// Writes errors to its log, and no line for each packet: for benchmarks.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Starts the broker; returns when it listens.
    ///
    /// # Panics
    /// When mosquitto is not installed, or does not listen in time.
    pub fn start(self) -> Mosquitto {
        let scratch = Scratch::new("mosquitto");
        let (port, tls_port) = (Port::free(), self.tls.is_some().then(Port::free));
        let mut broker = Mosquitto {
            scratch,
            port,
            tls_port,
            process: None,
        };
        broker.configure(&self);
        broker.start();
        broker
    }
}

/// A mosquitto of a test's own. Dropped, it is killed.
#[derive(Debug)]
pub struct Mosquitto {
    scratch: Scratch,
    port: Port,
    tls_port: Option<Port>,
    process: Option<Process>,
}

impl Mosquitto {
    fn configure(&self, setup: &Setup) {
        let directory = self.scratch.path().display();
        let mut lines = format!(
            "user root\n\
             persistence {}\n\
             persistence_location {directory}/\n\
             max_queued_messages 100000\n\
             max_inflight_messages 1000\n\
             set_tcp_nodelay true\n\
             log_dest stderr\n\
             log_type {}\n",
            !setup.forgetful,
            if setup.quiet { "error" } else { "all" },
        );
        if setup.users.is_empty() {
            lines += "allow_anonymous true\n";
        } else {
            let file = self.scratch.file("passwords");
            for (n, (name, password)) in setup.users.iter().enumerate() {
                let mut command = Command::new("mosquitto_passwd");
                command.arg("-b").args((n == 0).then_some("-c"));
                let status = command.arg(&file).args([name, password]).status();
                let status = status.expect("tests/run installs mosquitto");
                assert!(status.success(), "mosquitto_passwd: {status}");
            }
            writeln!(lines, "password_file {}", file.display()).expect("a string takes all");
        }
        let mut extra = setup.extra.clone();
        for (name, text) in &setup.files {
            let path = self.scratch.file(name);
            std::fs::write(&path, text).expect("the directory is ours");
            extra = extra.replace(name, &path.display().to_string());
        }
        lines += &extra;
        // What stands behind a listener belongs to it.
        writeln!(lines, "listener {} 127.0.0.1", self.port).expect("a string takes all");
        if let (Some(port), Some((pair, authority))) = (&self.tls_port, &setup.tls) {
            writeln!(
                lines,
                "listener {port} 127.0.0.1\ncertfile {}\nkeyfile {}\ncafile {}",
                pair.certificate.display(),
                pair.key.display(),
                authority.display()
            )
            .expect("a string takes all");
        }
        std::fs::write(self.scratch.file("mosquitto.conf"), lines).expect("the directory is ours");
    }

    /// The port it listens on, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The port for TLS.
    ///
    /// # Panics
    /// When it was set up without.
    pub fn tls_port(&self) -> u16 {
        self.tls_port.as_ref().expect("set up with TLS").number()
    }

    /// The number of its process, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// Starts it again after a stop, with what it kept; returns when it listens.
    pub fn start(&mut self) {
        let log = self.scratch.file("log");
        // Debian keeps it where the PATH of users does not lead.
        let debian = Path::new("/usr/sbin/mosquitto");
        let program = if debian.exists() {
            debian
        } else {
            Path::new("mosquitto")
        };
        let launch = Launch::new(program)
            .arg("-c")
            .arg(self.scratch.file("mosquitto.conf"));
        let mut process = launch.log_to(log).start();
        wait_until(PATIENCE, "mosquitto listening", || {
            assert!(process.ended().is_none(), "mosquitto: {}", process.log());
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port())).is_ok()
        });
        self.process = Some(process);
    }

    /// Stops it in good order: it writes down what is durable.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.terminate(PATIENCE);
        }
    }

    /// Kills it at once (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Stops it and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Stops its time (SIGSTOP): connections stay, nothing answers.
    pub fn freeze(&mut self) {
        if let Some(process) = &mut self.process {
            process.freeze();
        }
    }

    /// Ends a [`freeze`](Self::freeze).
    pub fn thaw(&mut self) {
        if let Some(process) = &mut self.process {
            process.thaw();
        }
    }

    /// What it wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.scratch.file("log")).unwrap_or_default()
    }
}
