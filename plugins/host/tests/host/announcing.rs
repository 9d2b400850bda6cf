//! What happens to plugins, as events.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use trunkline_core::{Binding, Bus, Context, HandlerOptions, RunningService, Service};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, PluginHost};
use trunkline_wazo::Wazo;

use crate::support::{Source, Stage, eventually};

type Heard = Arc<Mutex<Vec<(String, String, Value)>>>;

/// Hears what is said of plugins: name, key, content.
async fn listen(bus: &Bus) -> (RunningService, Heard) {
    let heard = Heard::default();
    let note = heard.clone();
    let handler = move |context: Context| {
        let dialect = context.bus().dialect();
        let name = context.event_name().unwrap_or_default().into_owned();
        let key = context.envelope().routing_key().to_string();
        let content = dialect.data(context.envelope()).unwrap();
        let content = serde_json::from_str(&content).unwrap();
        note.lock().unwrap().push((name, key, content));
        async {}
    };
    let all = Binding::builder().key("plugin.#").build().unwrap();
    let service = Service::builder("listener", bus.clone())
        .on_binding_with(HandlerOptions::new().named("note"), all, handler)
        .build()
        .unwrap();
    (service.start().await.unwrap(), heard)
}

fn names(heard: &Heard) -> Vec<String> {
    let heard = heard.lock().unwrap();
    heard.iter().map(|(name, ..)| name.clone()).collect()
}

#[tokio::test]
async fn the_life_of_a_plugin_is_told() {
    let stage = Stage::new().await;
    let (listener, heard) = listen(&stage.bus).await;
    let good = Source::new("a", "inline", "");
    stage.load("a.so", &good).await;
    stage.load("a.so", &good).await;
    eventually("retired", || names(&heard).len() == 3).await;
    std::fs::write(stage.path("b.so"), "rubbish").unwrap();
    stage.host.load(&stage.path("b.so")).await.unwrap_err();
    stage.host.unload("a").await;
    eventually("all told", || names(&heard).len() == 6).await;
    let told = [
        "plugin.activated",
        "plugin.reloaded",
        "plugin.retired",
        "plugin.rejected",
        "plugin.draining",
        "plugin.retired",
    ];
    assert_eq!(names(&heard), told);
    let heard = heard.lock().unwrap().clone();
    let (_, key, content) = &heard[1];
    assert_eq!(key, "plugin.reloaded");
    assert_eq!(
        (&content["plugin"], &content["generation"]),
        (&"a".into(), &2.into())
    );
    assert_eq!(heard[2].2["generation"], 1);
    let reason = heard[3].2["reason"].as_str().unwrap();
    assert!(reason.starts_with("is not a shared library"), "{reason}");
    listener.drain().await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_quarantine_is_told_with_its_reason() {
    let stage = Stage::with(|options| options.defaults.panics = 1).await;
    let (listener, heard) = listen(&stage.bus).await;
    let panics = Source::new("a", "inline", "return TL_PANIC;");
    stage.load("a.so", &panics).await;
    stage.ping().await;
    eventually("all told", || names(&heard).len() == 3).await;
    let told = ["plugin.activated", "plugin.quarantined", "plugin.retired"];
    assert_eq!(names(&heard), told);
    let content = heard.lock().unwrap()[1].2.clone();
    assert_eq!(content["state"], "quarantined");
    let reason = content["reason"].as_str().unwrap();
    assert!(reason.starts_with("it panicked 1 times"), "{reason}");
    listener.drain().await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn on_a_wazo_bus_installs_and_removals_are_told_as_wazo_tells_them() {
    let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Wazo::default());
    let (listener, heard) = listen(&bus).await;
    let service = PluginHost::service("plugins", bus).build().unwrap();
    let service = service.start().await.unwrap();
    let host = PluginHost::new(service.handle(), HostOptions::new());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.so");
    std::fs::write(&path, "rubbish").unwrap();
    host.load(&path).await.unwrap_err();
    Source::new("a", "inline", "").build(&path);
    host.load(&path).await.unwrap();
    host.unload("a").await;
    // All that happened is told before the host is gone.
    host.close().await;
    let progress = || {
        let heard = heard.lock().unwrap();
        let wazo = heard
            .iter()
            .filter(|(name, ..)| name.ends_with("install_progress"));
        wazo.cloned().collect::<Vec<_>>()
    };
    eventually("all told", || progress().len() == 7).await;
    let told = progress();
    let steps: Vec<_> = told
        .iter()
        .map(|(name, _, content)| (name.as_str(), content["status"].as_str().unwrap()))
        .collect();
    let (install, uninstall) = ("plugin_install_progress", "plugin_uninstall_progress");
    assert_eq!(
        steps,
        [
            (install, "error"),
            (install, "starting"),
            (install, "validating"),
            (install, "installing"),
            (install, "completed"),
            (uninstall, "removing"),
            (uninstall, "completed"),
        ]
    );
    let uuid = |at: usize| told[at].2["uuid"].as_str().unwrap();
    // One for all steps of one, and another for the next.
    assert!((1..4).all(|at| uuid(at) == uuid(at + 1)) && uuid(5) == uuid(6));
    assert!(uuid(0) != uuid(1) && uuid(4) != uuid(5));
    assert_eq!(told[0].1, format!("plugin.install.{}.error", uuid(0)));
    assert_eq!(told[5].1, format!("plugin.uninstall.{}.removing", uuid(5)));
    assert_eq!(told[0].2["errors"]["resource"], "plugins");
    assert!(
        told[1..]
            .iter()
            .all(|(.., content)| content["errors"].is_null())
    );
    service.drain().await.unwrap();
    listener.drain().await.unwrap();
}
