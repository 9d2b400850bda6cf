//! What the tests stand on: brokers, proxies, witnesses, and that nothing is left of them.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use trunkline_suite::process::Launch;
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::python::Python;
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::scratch::Scratch;
use trunkline_suite::wait_until;

const PATIENCE: Duration = Duration::from_secs(10);

fn is_alive(id: &str) -> bool {
    // A zombie still has a number; it does nothing any more.
    let status = std::fs::read_to_string(format!("/proc/{id}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[test]
fn a_dropped_process_is_gone_with_all_it_started() {
    let mut shell = Launch::new("sh")
        .args(["-c", "sleep 1000 & echo $!; wait"])
        .piped()
        .start();
    let (_, output) = shell.take_pipes().unwrap();
    let mut child = String::new();
    BufReader::new(output).read_line(&mut child).unwrap();
    let (id, child) = (shell.id().to_string(), child.trim().to_owned());
    assert!(is_alive(&id) && is_alive(&child));
    drop(shell);
    wait_until(PATIENCE, "their end", || {
        !is_alive(&id) && !is_alive(&child)
    });
}

/// Runs the next test as a program of its own, which dies without a word.
#[test]
fn a_process_does_not_outlive_a_test_that_is_killed() {
    let scratch = Scratch::new("orphan");
    let file = scratch.file("id");
    let test = "dies_with_a_process_in_hand";
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("TRUNKLINE_ORPHAN_FILE", &file)
        .status()
        .unwrap();
    assert!(!status.success(), "the other test was to be killed");
    let id = std::fs::read_to_string(&file).unwrap();
    wait_until(PATIENCE, "the end of the orphan", || !is_alive(&id));
}

#[test]
#[ignore = "it kills itself; the test above runs it"]
fn dies_with_a_process_in_hand() {
    let orphan = Launch::new("sleep").arg("1000").start();
    let file = std::env::var("TRUNKLINE_ORPHAN_FILE").unwrap();
    std::fs::write(file, orphan.id().to_string()).unwrap();
    std::process::abort();
}

/// A server that sends back what it gets.
async fn echo() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = socket.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    address
}

async fn connect(proxy: &Proxy) -> std::io::Result<TcpStream> {
    TcpStream::connect(("127.0.0.1", proxy.port())).await
}

async fn echoes(stream: &mut TcpStream) -> bool {
    let mut back = [0; 2];
    let exchange = async {
        stream.write_all(b"hi").await?;
        stream.read_exact(&mut back).await
    };
    let answered = tokio::time::timeout(Duration::from_millis(300), exchange).await;
    matches!(answered, Ok(Ok(_)))
}

#[tokio::test]
async fn a_proxy_cuts_refuses_closes_and_stalls() {
    let proxy = Proxy::start(echo().await).await;
    let mut stream = connect(&proxy).await.unwrap();
    assert!(echoes(&mut stream).await);
    proxy.set(Mode::Refuse).await;
    assert!(connect(&proxy).await.is_err());
    assert!(echoes(&mut stream).await, "a link that is up stays up");
    assert_eq!(proxy.cut(), 1);
    assert!(!echoes(&mut stream).await);
    proxy.set(Mode::AcceptAndClose).await;
    let mut closed = connect(&proxy).await.unwrap();
    assert!(!echoes(&mut closed).await);
    proxy.set(Mode::Stall).await;
    let mut silent = connect(&proxy).await.unwrap();
    assert!(!echoes(&mut silent).await);
    proxy.set(Mode::Pass).await;
    let mut back = [0; 2];
    silent.read_exact(&mut back).await.unwrap();
    assert_eq!(&back, b"hi", "what was held arrives late");
}

#[test]
fn python_has_the_packages_asked_for() {
    let python = Python::with(&["pika==1.3.2"]);
    let scratch = Scratch::new("python");
    let script = scratch.file("version.py");
    std::fs::write(&script, "import pika; print(pika.__version__)").unwrap();
    let mut process = python.script(&script).piped().start();
    let (_, output) = process.take_pipes().unwrap();
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "1.3.2");
}

#[test]
fn virtual_hosts_come_and_go_on_the_shared_node() {
    let node = Node::shared();
    let vhost = Vhost::new(Node::shared());
    let name = vhost.name().to_owned();
    let listed = || node.eval("rabbit_vhost:list_names()").contains(&name);
    assert!(listed());
    assert_eq!(vhost.queues(), Vec::<String>::new());
    assert_eq!(vhost.connections(), Vec::<String>::new());
    assert_eq!(vhost.messages("none"), None);
    drop(vhost);
    assert!(!listed());
}

/// RabbitMQ takes a start for a part of the one before while that has not ended, which is a while
/// after all is running.
#[test]
fn a_broker_starts_again_over_the_end_of_its_last_start() {
    let node = Node::alone();
    let begun = "register(rabbit_boot, spawn(fun() -> timer:sleep(1000) end))";
    node.stop_broker();
    node.eval(begun);
    node.start_broker();
    assert_eq!(node.eval("rabbit:is_running()"), "true");
    node.eval(begun);
    assert!(!node.is_up(), "its start is not over");
    wait_until(PATIENCE, "the end of the start", || node.is_up());
}

#[test]
fn a_broker_starts_again_once_its_port_is_free() {
    let node = Node::alone();
    node.stop_broker();
    let other = std::net::TcpListener::bind(("127.0.0.1", node.port())).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| node.start_broker());
        std::thread::sleep(Duration::from_secs(1));
        assert!(!node.is_up(), "another is at its port");
        drop(other);
    });
    assert!(node.is_up());
}

#[test]
fn a_node_of_ones_own_survives_stop_kill_and_freeze() {
    let node = Node::alone();
    let vhost = Vhost::new(node.clone());
    let takes_connections = || std::net::TcpStream::connect(("127.0.0.1", node.port())).is_ok();
    assert!(takes_connections());
    node.stop_broker();
    assert!(!takes_connections());
    node.start_broker();
    assert!(takes_connections());
    node.kill();
    assert!(!takes_connections());
    node.start();
    let kept = node.eval("rabbit_vhost:list_names()");
    assert!(kept.contains(vhost.name()), "what it had is there: {kept}");
    node.freeze();
    node.thaw();
    assert!(node.is_up());
    node.set_memory_alarm(true);
    assert!(node.eval("rabbit_alarm:get_alarms()").contains("memory"));
    node.set_memory_alarm(false);
    assert_eq!(node.eval("rabbit_alarm:get_alarms()"), "[]");
}
