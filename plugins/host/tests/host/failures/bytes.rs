//! Files whose bytes are no shared library for this host.

use super::{compile, good, refusal};
use crate::support::{Stage, Witness};

#[tokio::test]
async fn text_an_image_and_nothing_are_no_library() {
    assert_eq!(
        refusal("a.so", b"hello, world").await,
        "is not a shared library (starts with [68, 65, 6c, 6c])"
    );
    assert_eq!(
        refusal("a.so", b"\x89PNG\r\n\x1a\n").await,
        "is not a shared library (starts with [89, 50, 4e, 47])"
    );
    assert_eq!(refusal("a.so", b"").await, "is empty");
}

#[tokio::test]
async fn a_library_cut_off_anywhere_is_truncated() {
    let bytes = good().bytes();
    let stage = Stage::new().await;
    let witness = Witness::new(&stage).await;
    for part in 1..100 {
        let end = bytes.len() * part / 100;
        std::fs::write(stage.path("a.so"), &bytes[..end]).unwrap();
        let text = stage
            .host
            .load(&stage.path("a.so"))
            .await
            .unwrap_err()
            .to_string();
        let wanted = format!("has {end} (copied while still being written?)");
        assert!(text.contains("is truncated: needs "), "{part} %: {text}");
        assert!(text.contains(&wanted), "{part} %: {text}");
    }
    std::fs::write(stage.path("a.so"), &bytes[..bytes.len() - 1]).unwrap();
    let text = stage.host.load(&stage.path("a.so")).await.unwrap_err();
    assert!(text.to_string().contains("is truncated"), "{text}");
    witness.goes_on(&stage).await;
    std::fs::write(stage.path("a.so"), &bytes).unwrap();
    stage.host.load(&stage.path("a.so")).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_library_for_another_machine_or_system_is_named() {
    let bytes = good().bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        bytes
    };
    // ELF gABI: e_machine at 18, EI_CLASS at 4, EI_DATA at 5.
    let text = refusal("a.so", &with(18, 0xb7)).await;
    assert!(
        text.starts_with("is built for aarch64; this host is "),
        "{text}"
    );
    let text = refusal("a.so", &with(4, 1)).await;
    assert!(text.starts_with("is built for 32-bit "), "{text}");
    let mut other_order = with(5, 2);
    other_order.swap(18, 19);
    let text = refusal("a.so", &other_order).await;
    assert!(
        text.contains(" with the other byte order; this host is "),
        "{text}"
    );
    let text = refusal("a.so", &[0xcf, 0xfa, 0xed, 0xfe, 0, 0, 0, 0]).await;
    assert_eq!(
        text,
        "is a Mach-O file; this host loads ELF shared libraries"
    );
    let text = refusal("a.so", b"MZ\x90\0").await;
    assert_eq!(
        text,
        "is a Windows file; this host loads ELF shared libraries"
    );
    let text = refusal("a.so", b"\0asm\x01\0\0\0").await;
    assert!(text.starts_with("is a WebAssembly file"), "{text}");
}

#[tokio::test]
async fn a_program_an_object_and_an_archive_are_no_library() {
    let program = std::fs::read("/bin/true").unwrap();
    assert_eq!(
        refusal("a.so", &program).await,
        "is a program, not a shared library"
    );
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("a.o");
    compile("int x;", &["-c"], &path);
    let mut object = std::fs::read(path).unwrap();
    assert_eq!(
        refusal("a.so", &object).await,
        "is an object file, not a shared library"
    );
    object.splice(0..0, *b"!<arch>\n");
    assert!(refusal("a.so", &object).await.starts_with("is an archive"));
}
