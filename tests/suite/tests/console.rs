//! Every command that the pages for users show does what they say.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::{Session, build, root};

fn main() {
    let arguments = Arguments::from_args();
    let trials = pages()
        .into_iter()
        .map(|(name, path)| Trial::test(name, move || does_what_it_says(&path)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The pages with commands: their names, and where they are.
fn pages() -> Vec<(String, PathBuf)> {
    let root = root();
    let readmes = [
        "README.md",
        "examples/README.md",
        "examples/mini-pbx/README.md",
        "framework/cli/README.md",
    ];
    let mut pages: Vec<_> = readmes.iter().map(|page| root.join(page)).collect();
    let guide = fs::read_dir(root.join("framework/trunkline/docs")).unwrap();
    pages.extend(guide.map(|page| page.unwrap().path()));
    pages.sort();
    let named = pages.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        (name, path)
    });
    named.collect()
}

fn does_what_it_says(page: &Path) -> Result<(), Failed> {
    let mut session = Session::read(&fs::read_to_string(page).unwrap());
    if session.commands.is_empty() {
        return Ok(());
    }
    build()?;
    let broker = session.needs_rabbitmq().then(|| Vhost::new(Node::shared()));
    if let Some(broker) = &broker {
        session.use_rabbitmq(&broker.url());
    }
    // Outside the workspace, as a reader's own crates are.
    let directory = tempfile::tempdir().unwrap();
    session.run(directory.path())?;
    Ok(())
}
