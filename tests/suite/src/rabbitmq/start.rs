//! Starting a node, and starting and stopping the broker in it.

use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Node;
use super::files::{environment, program};
use super::machine::pid;

/// Longest start of a node on a machine that does other things too.
const START: Duration = Duration::from_secs(180);

/// Starts the broker in its Erlang machine, unless a start is under way; gives how it went.
///
/// A start that failed leaves the database running, over which the next would fail. And it runs
/// under the node's own group leader: what the broker starts would end with the caller's.
const START_BROKER: &str = "case whereis(rabbit_boot) of \
         undefined -> \
             rabbit:is_running() orelse application:stop(mnesia), \
             {_, M} = spawn_monitor(fun() -> group_leader(whereis(user), self()), \
                 ok = rabbit:start() end), \
             receive {'DOWN', M, _, _, R} -> R end; \
         _ -> starting end";

impl Node {
    /// Whether it takes connections, and may be stopped.
    pub fn is_up(&self) -> bool {
        let takes = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        // A start is not over when all is running: RabbitMQ looks every 200 ms whether it is, and
        // until then takes a second start, after a stop in between, for a part of the first, and
        // does nothing.
        self.try_eval("rabbit:is_running() andalso whereis(rabbit_boot) =:= undefined")
            == Ok("true".into())
            && takes(self.address.amqp)
            && (!self.setup.speaks_mqtt() || takes(self.address.mqtt))
    }

    /// Starts the node's process, if there is none, and waits until clients can connect. What it
    /// kept from before is there.
    ///
    /// # Panics
    /// When it does not come up; quotes its log.
    pub fn start(&self) {
        self.try_start().unwrap_or_else(|why| panic!("{why}"));
    }

    pub(super) fn try_start(&self) -> Result<(), String> {
        if pid(&self.directory).is_none() {
            self.start_keeper();
        }
        self.come_up("started", String::new)
    }

    /// Waits until it is up, helping it along; an error is what can be said of one that is not.
    fn come_up(&self, after: &str, mut help: impl FnMut() -> String) -> Result<(), String> {
        let give_up = Instant::now() + START;
        let mut lived = false;
        while !self.is_up() {
            let said = help();
            let died = lived && !self.is_alive();
            lived |= self.is_alive();
            if died || Instant::now() > give_up {
                let state = self.try_eval(
                    "{rabbit_boot_state:get(), whereis(rabbit_boot), rabbit_prelaunch:get_stop_reason()}",
                );
                return Err(format!(
                    "{} was {after} and has not come up within {START:?}\n\
                     last said: {said}\nstate: {state:?}\nprocess: {:?}\nlog: {}",
                    self.name(),
                    pid(&self.directory),
                    self.log(),
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
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
            .arg(self.address.epmd.to_string())
            .arg(if self.own_epmd { "yes" } else { "no" })
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
    ///
    /// # Panics
    /// When it does not come up; quotes its log.
    pub fn start_broker(&self) {
        let start = || {
            let outcome = self.try_eval(START_BROKER);
            outcome.unwrap_or_else(|why| why)
        };
        self.come_up("started again", start)
            .unwrap_or_else(|why| panic!("{why}"));
    }
}
