//! Shared libraries that are no plugin, or one of another interface.

use std::path::Path;

use serde_json::json;

use super::{good, library, refusal, refusal_of};
use crate::support::{Source, Stage};

#[tokio::test]
async fn a_library_without_a_descriptor_or_an_entry_is_no_plugin() {
    let text = refusal("a.so", &library("int x;")).await;
    assert!(
        text.starts_with("is a shared library but not a trunkline plugin (no "),
        "{text}"
    );
    let text = refusal("a.so", &library("const int trunkline_plugin_meta_v2 = 1;")).await;
    assert!(
        text.starts_with("speaks plugin ABI 2.0; this host speaks 1.0 to 1.0"),
        "{text}"
    );
    let text = refusal(
        "a.so",
        &library("const char trunkline_plugin_meta_v1[128] = \"x\";"),
    )
    .await;
    assert!(
        text.contains("the descriptor does not begin as one"),
        "{text}"
    );
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include/trunkline_plugin.h");
    let code = format!("#include \"{}\"\nTL_META(\"{{}}\");", include.display());
    let text = refusal("a.so", &library(&code)).await;
    assert_eq!(text, "has a descriptor but no trunkline_plugin_entry_v1");
}

#[tokio::test]
async fn a_plugin_of_another_interface_is_told_what_to_do() {
    let text = refusal_of(&good().meta("TL_META_WITH(2, 0, TL_META_CANNOT_ABORT,")).await;
    assert!(
        text.starts_with("speaks plugin ABI 2.0; this host speaks 1.0 to 1.0: rebuild it"),
        "{text}"
    );
    let newer = good().manifest_text(r#"{"name":"a","needs_minor":4}"#);
    let text = refusal_of(&newer).await;
    assert!(
        text.starts_with("needs plugin ABI 1.4; this host has 1.0"),
        "{text}"
    );
    let text = refusal_of(&good().meta("TL_META_WITH(1, 0, 0,")).await;
    assert!(
        text.starts_with("was built with panic = \"abort\": one panic would kill"),
        "{text}"
    );
}

#[tokio::test]
async fn a_bad_manifest_is_told_with_its_place() {
    let text = refusal_of(&good().manifest_text("{\"name\":")).await;
    assert!(text.starts_with("manifest: line 1 column "), "{text}");
    let pattern = json!({"name": "a", "handlers": [
        {"id": 0, "events": ["x"]}, {"id": 1, "keys": ["user..x"]}]});
    let text = refusal_of(&Source::with_manifest(&pattern, "")).await;
    assert!(
        text.starts_with("manifest: handlers[1].keys[0]: \"user..x\": "),
        "{text}"
    );
}

#[tokio::test]
async fn a_refused_file_has_the_name_of_its_manifest_if_that_can_be_read() {
    let stage = Stage::with(|options| options.require_seal = true).await;
    let name_of = async |source: &Source| {
        let error = stage.try_load("a.so", source).await.unwrap_err();
        let refused = stage.host.refused().remove(0);
        assert_eq!(error.name, refused.name);
        (error.reason.to_string(), refused.name)
    };
    let (reason, name) = name_of(&good()).await;
    assert!(reason.starts_with("is not sealed"), "{reason}");
    assert_eq!(name.as_deref(), Some("good"));
    let newer = good().manifest_text(r#"{"name":"newer","needs_minor":4}"#);
    assert_eq!(name_of(&newer).await.1.as_deref(), Some("newer"));
    let pattern =
        good().manifest_text(r#"{"name":"odd","handlers":[{"id":0,"keys":["user..x"]}]}"#);
    assert_eq!(name_of(&pattern).await.1.as_deref(), Some("odd"));
    // No name that could be mistaken for something else.
    let path = good().manifest_text(r#"{"name":"../../etc"}"#);
    assert_eq!(name_of(&path).await.1, None);
    std::fs::write(stage.path("a.so"), "rubbish").unwrap();
    let error = stage.host.load(&stage.path("a.so")).await.unwrap_err();
    assert_eq!((error.name, &stage.host.refused()[0].name), (None, &None));
    stage.end().await;
}
