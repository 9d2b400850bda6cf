//! Asking a node, and telling it, in its own language: an `erl_call` takes milliseconds where
//! `rabbitmqctl` takes a second of a core.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Node;
use super::files::{COOKIE, environment, program};

impl Node {
    /// Evaluates Erlang expressions in the node, and gives the last one's value as text.
    ///
    /// # Panics
    /// When the node does not answer, or the expressions fail.
    pub fn eval(&self, expressions: &str) -> String {
        self.try_eval(expressions)
            .unwrap_or_else(|why| panic!("{}: {expressions}\n{why}", self.name()))
    }

    /// Evaluates Erlang expressions; an error is what the node, or the lack of one, said.
    ///
    /// # Errors
    /// What `erl_call` wrote.
    pub fn try_eval(&self, expressions: &str) -> Result<String, String> {
        // A node that is busy starting and ending links now and then refuses ours: ask again.
        for _ in 0..50 {
            match self.eval_once(expressions) {
                Err(why) if why.contains("failed to connect") && self.is_alive() => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                answer => return answer,
            }
        }
        self.eval_once(expressions)
    }

    fn eval_once(&self, expressions: &str) -> Result<String, String> {
        // `~0tp` writes the value on one line, as Erlang would read it. What fails is told on the
        // same way: `erl_call` ends well in any case.
        let code = format!(
            "try begin {} end of V__ -> io:format(\"ok ~0tp\", [V__]) \
             catch C__:R__ -> io:format(\"~0tp ~0tp\", [C__, R__]) end.\n",
            expressions.trim().trim_end_matches('.')
        );
        let mut child = Command::new("erl_call")
            .args(["-c", COOKIE, "-sname", self.name(), "-timeout", "30"])
            .args(["-fetch_stdout", "-no_result_term", "-e"])
            .env("ERL_EPMD_PORT", self.address().epmd.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tests/run installs erlang with rabbitmq-server");
        let mut input = child.stdin.take().expect("its input is a pipe");
        // A node that is not there ends the call before it reads.
        let _ = input.write_all(code.as_bytes());
        drop(input);
        let output = child.wait_with_output().expect("it is our child");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match text.strip_prefix("ok ") {
            Some(value) => Ok(value.to_owned()),
            None => Err(text + &String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Runs `rabbitmqctl`, for what has no simple expression; gives what it wrote.
    ///
    /// # Panics
    /// When it fails.
    pub fn ctl(&self, arguments: &[&str]) -> String {
        let output = Command::new(program("rabbitmqctl"))
            .args(["--erlang-cookie", COOKIE, "-q"])
            .args(arguments)
            .envs(environment(self.directory(), self.address()))
            .output()
            .expect("tests/run installs rabbitmq-server");
        assert!(
            output.status.success(),
            "rabbitmqctl {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Sets or clears the memory alarm, which blocks every publisher.
    pub fn set_memory_alarm(&self, on: bool) {
        // Waits until the alarm's own process has it: what follows finds it set.
        let what = if on { "set" } else { "clear" };
        let alarm = "{resource_limit, memory, node()}";
        let argument = if on {
            format!("{{{alarm}, []}}")
        } else {
            alarm.into()
        };
        self.eval(&format!(
            "rabbit_alarm:{what}_alarm({argument}), gen_event:which_handlers(rabbit_alarm), ok"
        ));
    }
}
