//! The layout of everything that crosses, in committed numbers: a change here breaks every plugin
//! there is. On 64-bit machines; the C test checks that a C compiler agrees with `size_of`.

#![cfg(target_pointer_width = "64")]

use std::mem::{align_of, offset_of, size_of};

use trunkline_plugin_abi::{
    Audience, Bytes, Event, Header, Host, MetaHead, Plugin, Publication, Reply,
};

/// Asserts a struct's size, its alignment, and where its fields are, in order.
macro_rules! layout {
    ($struct:ty, $size:literal, $($field:ident = $at:literal),+ $(,)?) => {
        assert_eq!(size_of::<$struct>(), $size, stringify!($struct));
        assert_eq!(align_of::<$struct>(), if $size % 8 == 0 && stringify!($struct) != "MetaHead" { 8 } else { 4 });
        $(assert_eq!(offset_of!($struct, $field), $at, concat!(stringify!($struct), ".", stringify!($field)));)+
    };
}

#[test]
fn what_is_an_element_of_arrays_has_not_moved() {
    layout!(Bytes, 16, ptr = 0, len = 8);
    layout!(Header, 40, name = 0, value = 16, kind = 32, reserved = 36);
}

#[test]
fn what_is_lent_has_not_moved() {
    layout!(
        Event,
        128,
        size = 0,
        flags = 4,
        name = 8,
        id = 24,
        routing_key = 40,
        content_type = 56,
        body = 72,
        headers = 88,
        header_count = 96,
        time_unix_ns = 104,
        deadline_unix_ns = 112,
        attempt = 120,
        reserved = 124,
    );
    layout!(
        Audience,
        40,
        size = 0,
        level = 4,
        tenant = 8,
        users = 24,
        user_count = 32
    );
    layout!(
        Publication,
        120,
        size = 0,
        level = 4,
        name = 8,
        routing_key = 24,
        required_acl = 40,
        tenant = 56,
        users = 72,
        user_count = 80,
        headers = 88,
        header_count = 96,
        content = 104,
    );
    layout!(
        Reply,
        32,
        size = 0,
        status = 4,
        retry_after_ms = 8,
        message = 16
    );
}

#[test]
fn the_tables_have_not_moved() {
    layout!(
        Host,
        96,
        size = 0,
        abi_minor = 4,
        flags = 8,
        reserved = 12,
        ctx = 16,
        log = 24,
        log_level = 32,
        config = 40,
        audience = 48,
        content = 56,
        publish = 64,
        complete = 72,
        cancelled = 80,
        metric = 88,
    );
    layout!(
        Plugin,
        56,
        size = 0,
        flags = 4,
        state = 8,
        handle = 16,
        cancel = 24,
        published = 32,
        shutdown = 40,
        destroy = 48,
    );
}

#[test]
fn the_descriptor_has_not_moved() {
    layout!(
        MetaHead,
        64,
        magic = 0,
        size = 8,
        abi_major = 12,
        abi_minor = 16,
        flags = 20,
        pointer_bits = 24,
        json_len = 28,
        digest = 32,
    );
    assert_eq!(MetaHead::DIGEST_AT, offset_of!(MetaHead, digest));
    assert_eq!(&trunkline_plugin_abi::META_MAGIC, b"TLPLUGIN");
    assert_eq!(
        trunkline_plugin_abi::META_SYMBOL,
        "trunkline_plugin_meta_v1"
    );
    assert_eq!(
        trunkline_plugin_abi::ENTRY_SYMBOL,
        "trunkline_plugin_entry_v1"
    );
}

#[test]
fn statuses_keep_their_numbers() {
    use trunkline_plugin_abi as abi;
    let numbers = [
        abi::OK,
        abi::PENDING,
        abi::RETRY,
        abi::REJECT,
        abi::SKIP,
        abi::FAILED,
        abi::PANIC,
        abi::UNSUPPORTED,
        abi::LIMIT,
        abi::DENIED,
        abi::CANCELLED,
    ];
    assert_eq!(numbers, [0, 1, 2, 3, 4, -1, -2, -3, -4, -5, -6]);
}
