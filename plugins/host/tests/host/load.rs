//! Many swaps under full load, with a ledger: nothing lost, nothing doubled, nothing called after
//! its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::{Ledger, PATIENCE, Source, Stage, eventually};

/// Where the events' own numbers begin in the ledger.
const FIRST: u64 = 64;

/// More under `tests/run --long`.
fn swaps() -> u64 {
    match std::env::var("TRUNKLINE_TEST_SCALE").as_deref() {
        Ok("full") => 500,
        _ => 60,
    }
}

/// How a new version is put where the old one was.
fn overwrite(bytes: &[u8], path: &Path, turn: u64) {
    match turn % 3 {
        // In place, as `cp` does.
        0 => std::fs::write(path, bytes).unwrap(),
        // By rename, as `mv` does.
        1 => {
            let beside = path.with_extension("part");
            std::fs::write(&beside, bytes).unwrap();
            std::fs::rename(&beside, path).unwrap();
        }
        // In pieces, with stops.
        _ => {
            use std::io::Write;
            let mut file = std::fs::File::create(path).unwrap();
            for piece in bytes.chunks(bytes.len() / 3 + 1) {
                file.write_all(piece).unwrap();
                std::thread::sleep(Duration::from_millis(3));
            }
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the ledger, for who runs it at full scale"
)]
async fn swap_under_load(kind: &str, handle: &str, code: &str) {
    let capacity = 4_000_000;
    let ledger = Ledger::new(capacity);
    let stage = Stage::with_ledger(Arc::clone(&ledger), |options| {
        // The seal is what proves a file whole here; every look is a chance to catch it torn.
        options.require_seal = true;
        options.defaults.queue = 256;
    })
    .await;
    let stage = Arc::new(stage);
    let builds: Vec<Vec<u8>> = (0..2)
        .map(|version| {
            let manifest = json!({
                "name": "a", "version": version.to_string(),
                "handlers": [{"id": 0, "fn": "count", "events": ["tick"], "kind": kind}],
            });
            let source = Source::with_manifest(&manifest, handle).code(code);
            let path = stage.path(&format!("{version}.build"));
            source.build(&path);
            trunkline_plugin_host::seal(&path).unwrap();
            std::fs::read(path).unwrap()
        })
        .collect();
    let path = stage.path("a.so");
    std::fs::write(&path, &builds[0]).unwrap();
    stage.host.load(&path).await.unwrap();
    let published = Arc::new(AtomicU64::new(0));
    let enough = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let (stage, published, enough) = (stage.clone(), published.clone(), enough.clone());
        async move {
            let service = stage.service.as_ref().unwrap().handle();
            while !enough.load(Ordering::SeqCst) {
                let n = published.load(Ordering::SeqCst);
                assert!(FIRST + n < capacity as u64, "the ledger is full");
                stage.publish("tick", json!({ "n": FIRST + n })).await;
                published.store(n + 1, Ordering::SeqCst);
                // Full load, but no pile without end.
                if n % 256 == 255 {
                    service.settled(n.saturating_sub(512)).await;
                }
            }
        }
    });
    let mut done = 0;
    let mut turn = 1;
    while done < swaps() {
        let bytes = builds[(turn % 2) as usize].clone();
        let target = path.clone();
        // The host looks while the file is being written, and after.
        let writing = tokio::task::spawn_blocking(move || overwrite(&bytes, &target, turn));
        let early = stage.host.load(&path).await;
        writing.await.unwrap();
        let late = stage.host.load(&path).await;
        assert!(late.is_ok(), "{late:?}");
        done += u64::from(early.is_ok()) + 1;
        turn += 1;
    }
    enough.store(true, Ordering::SeqCst);
    load.await.unwrap();
    let published = published.load(Ordering::SeqCst);
    let service = stage.service.as_ref().unwrap().handle();
    tokio::time::timeout(PATIENCE, service.settled(published))
        .await
        .unwrap();
    let counts = stage.plugin("a").counts;
    let seen: Vec<u64> = ledger
        .all()
        .skip(FIRST as usize)
        .take(published as usize)
        .collect();
    let lost = seen.iter().filter(|times| **times == 0).count();
    let doubled = seen.iter().filter(|times| **times > 1).count();
    assert_eq!(
        (lost, doubled),
        (0, 0),
        "of {published} over {done} swaps: {counts:?}"
    );
    assert_eq!(ledger.get(1), 0, "calls after shutdown");
    assert_eq!((counts.handed_back, counts.late), (0, 0));
    let generations = done + 1;
    let stage = Arc::into_inner(stage).unwrap();
    stage.end().await;
    eventually("every version was freed", || ledger.get(2) == generations).await;
    println!(
        "{kind}: {published} events over {done} swaps: 0 lost, 0 doubled, 0 handed back, 0 calls \
         after shutdown, {generations} versions freed"
    );
}

const COUNT: &str = "note(number_after(event->body, \"\\\"n\\\":\"));";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_doubled_while_versions_of_a_quick_plugin_swap() {
    swap_under_load("inline", COUNT, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_doubled_while_versions_of_a_waiting_plugin_swap() {
    let handle = format!("{COUNT} usleep(200);");
    swap_under_load("sync", &handle, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_doubled_while_versions_of_an_asynchronous_plugin_swap() {
    let code = r#"
        static void *later(void *token) {
            tl_bytes content;
            uint64_t id = (uint64_t)token;
            usleep(500);
            /* The event lives until it is completed. */
            if (host->content(host->ctx, id, &content) == TL_OK) note(number_after(content, "\"n\":"));
            tl_complete(host, id, TL_OK, "");
            return 0;
        }
    "#;
    let handle = "pthread_t thread;
        if (pthread_create(&thread, 0, later, (void *)token)) return tl_retry(host, token, \"no thread\");
        pthread_detach(thread); return TL_PENDING;";
    swap_under_load("async", handle, code).await;
}
