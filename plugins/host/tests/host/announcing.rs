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
    let progress = || {
        let heard = heard.lock().unwrap();
        let wazo = heard
            .iter()
            .filter(|(name, ..)| name.ends_with("install_progress"));
        wazo.cloned().collect::<Vec<_>>()
    };
    eventually("all told", || progress().len() == 3).await;
    let told = progress();
    let (name, key, content) = &told[0];
    let uuid = content["uuid"].as_str().unwrap();
    assert_eq!(name, "plugin_install_progress");
    assert_eq!(key, &format!("plugin.install.{uuid}.error"));
    assert_eq!(content["errors"]["resource"], "plugins");
    assert_eq!(told[1].2["status"], "completed");
    assert_eq!(told[1].2["errors"], Value::Null);
    assert_eq!(told[2].0, "plugin_uninstall_progress");
    service.drain().await.unwrap();
    listener.drain().await.unwrap();
    host.close().await;
}
