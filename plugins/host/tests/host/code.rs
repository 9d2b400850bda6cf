//! Plugins' code in the process: apart from each other, and there for ever.

use crate::support::{Source, Stage, eventually};

#[tokio::test]
async fn two_plugins_may_have_functions_of_one_name() {
    let stage = Stage::new().await;
    for (name, note) in [("a", 10), ("b", 11)] {
        // Both export it, as a plugin does that hides nothing: each calls it by way of the linker.
        let exported = "__attribute__((visibility(\"default\"), noinline))";
        let code = format!("{exported} void answer(void) {{ note({note}); }}");
        let source = Source::new(name, "inline", "answer();").code(&code);
        stage.load(&format!("{name}.so"), &source).await;
    }
    stage.ping().await;
    eventually("both done", || {
        stage.plugin("a").counts.done + stage.plugin("b").counts.done == 2
    })
    .await;
    assert_eq!((stage.ledger.get(10), stage.ledger.get(11)), (1, 1));
    stage.end().await;
}

#[tokio::test]
async fn the_code_of_a_plugin_that_is_gone_stays_for_threads_it_left_behind() {
    let stage = Stage::new().await;
    let code = r#"
        static void *left(void *none) {
            while (!__atomic_load_n(&stopped, __ATOMIC_SEQ_CST)) usleep(500);
            /* Until it was freed, and some way beyond. */
            while (!__atomic_load_n(&ledger[2], __ATOMIC_SEQ_CST)) usleep(500);
            for (int turn = 0; turn < 20; turn++) {
                usleep(1000);
                host->log_level(host->ctx);
                note(10);
            }
            return none;
        }
    "#;
    let init = "pthread_t thread;
        if (pthread_create(&thread, 0, left, 0)) return TL_FAILED;
        pthread_detach(thread);";
    let source = Source::new("a", "sync", "").code(code).init(init);
    stage.load("a.so", &source).await;
    assert!(stage.host.unload("a").await);
    eventually("it works on", || stage.ledger.get(10) == 20).await;
    stage.end().await;
}
