//! RabbitMQ nodes of the tests' own: free ports, own directory, name, cookie and port mapper, so
//! that nothing shared is touched.
//!
//! An Erlang node takes seconds to start and all of a core while it does. So there are few: the
//! [`shared`](Node::shared) one, on which every test gets a virtual host of its own, and a pool of
//! nodes that a test may have [`alone`](Node::alone), to stop, kill and freeze. They are shared by
//! all test processes, and end by themselves when nobody has used them for a while.

mod cluster;
mod control;
mod files;
mod machine;
mod node;
mod start;
mod vhost;

pub use cluster::Cluster;
pub use node::{Node, Setup};
pub use vhost::Vhost;
