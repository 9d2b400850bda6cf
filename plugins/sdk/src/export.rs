//! What a plugin is, and the macro that exports it.

use trunkline_plugin_abi as abi;

use crate::call::Route;
use crate::{Host, Result};

/// A plugin; written by [`export_plugin!`](crate::export_plugin).
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The plugin's name.
    const NAME: &'static str;

    #[doc(hidden)]
    const ENTRY: abi::Entry;

    #[doc(hidden)]
    fn meta() -> (&'static abi::MetaHead, &'static [u8]);

    #[doc(hidden)]
    fn make(host: &Host) -> Result<Self>;

    #[doc(hidden)]
    fn routes() -> &'static [Route<Self>];
}

/// Exports a plugin: writes its manifest and its C interface. Once in a crate.
///
/// ```text
/// export_plugin! {
///     Stats {                                    // has `fn new(host: &Host) -> Result<Self>`
///         "call_created" => created,             // an event's name
///         ["call_*", "agent_*"] => audit,        // several names or globs
///         key "calls.#" => by_key,               // routing keys
///         CallEnded => ended,                    // a typed event's name
///         "tick" => tick { inline },             // called on the dispatcher: must never wait
///         "slow" => slow { timeout_ms: 500 },
///     }
///     publishes ["stats_*"]                      // what it may publish; optional
/// }
/// ```
///
/// The plugin's name and version are the crate's, unless `as "name" version "1.2.3"` follows: for a
/// workspace that has two versions of one plugin beside each other. A crate that is built with `panic = "abort"` does
/// not compile: one panic would end the host.
#[macro_export]
macro_rules! export_plugin {
    (
        $plugin:ident { $($handlers:tt)* } $(publishes [$($publishes:literal),* $(,)?])?
        $(as $name:literal version $version:literal)? $(,)?
    ) => {
        const _: () = {
            #[cfg(not(panic = "unwind"))]
            ::core::compile_error!(
                "a plugin cannot be built with panic = \"abort\": one panic would end its host"
            );
            use $crate::__private::Piece;
            const HEAD: &[Piece<'static>] = &[
                Piece::Raw("{\"name\":"),
                Piece::Text($crate::__export_or!([$($name)?] "CARGO_PKG_NAME")),
                Piece::Raw(",\"version\":"),
                Piece::Text($crate::__export_or!([$($version)?] "CARGO_PKG_VERSION")),
                Piece::Raw(",\"lang\":\"rust\",\"sdk\":"),
                Piece::Text($crate::__private::SDK),
                Piece::Raw(",\"panic\":\"unwind\",\"needs_minor\":0,\"publishes\":["),
                $($(Piece::Comma, Piece::Text($publishes),)*)?
                Piece::Raw("],\"handlers\":["),
            ];
            $crate::__export_handlers!($plugin [] [] $($handlers)*);
            const LEN: usize = $crate::__private::abi::manifest::len(GROUPS);
            const FLAGS: u32 = $crate::__private::abi::META_CANNOT_ABORT
                | if ::core::cfg!(debug_assertions) {
                    $crate::__private::abi::META_DEBUG_BUILD
                } else {
                    0
                };

            #[allow(unsafe_code, non_upper_case_globals, missing_docs)]
            #[unsafe(no_mangle)]
            pub static trunkline_plugin_meta_v1: $crate::__private::abi::Meta<LEN> =
                $crate::__private::abi::Meta::new(
                    FLAGS,
                    $crate::__private::abi::manifest::write(GROUPS),
                );

            #[allow(unsafe_code, missing_docs, clippy::missing_safety_doc)]
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn trunkline_plugin_entry_v1(
                host: *const $crate::__private::abi::Host,
                out: *mut $crate::__private::abi::Plugin,
            ) -> i32 {
                // SAFETY: the caller is a host of this interface, and keeps its rules.
                unsafe { $crate::__private::enter::<$plugin>(host, out) }
            }

            impl $crate::Plugin for $plugin {
                const NAME: &'static str = $crate::__export_or!([$($name)?] "CARGO_PKG_NAME");
                const ENTRY: $crate::__private::abi::Entry = trunkline_plugin_entry_v1;

                fn meta() -> (&'static $crate::__private::abi::MetaHead, &'static [u8]) {
                    (trunkline_plugin_meta_v1.head(), trunkline_plugin_meta_v1.json())
                }

                fn make(host: &$crate::Host) -> $crate::Result<Self> {
                    <$plugin>::new(host)
                }

                fn routes() -> &'static [$crate::__private::Route<Self>] {
                    ROUTES
                }
            }
        };
    };
}

/// What is given, or else what cargo says of the crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_or {
    ([] $variable:literal) => {
        ::core::env!($variable)
    };
    ([$given:literal] $variable:literal) => {
        $given
    };
}

/// Goes through the handlers one by one: what is in the first brackets becomes the manifest, in the
/// second the routes.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_handlers {
    ($plugin:ident [$($pieces:tt)*] [$($routes:tt)*]) => {
        const GROUPS: &[&[Piece<'static>]] = &[HEAD, $($pieces)* &[Piece::Raw("]}")]];
        const ROUTES: &[$crate::__private::Route<$plugin>] = &[$($routes)*];
    };
    ($plugin:ident $pieces:tt $routes:tt
        [$($name:literal),+ $(,)?] => $method:ident $({ $($option:tt)* })? $(, $($rest:tt)*)?) => {
        $crate::__export_handler!($plugin $pieces $routes
            ["events" $($name),+] [$crate::__private::Route::new] $method [$($($option)*)?]
            $($($rest)*)?);
    };
    ($plugin:ident $pieces:tt $routes:tt
        key $key:literal => $method:ident $({ $($option:tt)* })? $(, $($rest:tt)*)?) => {
        $crate::__export_handler!($plugin $pieces $routes
            ["keys" $key] [$crate::__private::Route::new] $method [$($($option)*)?]
            $($($rest)*)?);
    };
    ($plugin:ident $pieces:tt $routes:tt
        $name:literal => $method:ident $({ $($option:tt)* })? $(, $($rest:tt)*)?) => {
        $crate::__export_handler!($plugin $pieces $routes
            ["events" $name] [$crate::__private::Route::new] $method [$($($option)*)?]
            $($($rest)*)?);
    };
    ($plugin:ident $pieces:tt $routes:tt
        $event:path => $method:ident $({ $($option:tt)* })? $(, $($rest:tt)*)?) => {
        $crate::__export_handler!($plugin $pieces $routes
            ["events" <$event as $crate::__private::Event>::NAME]
            [$crate::__private::Route::typed::<$event>] $method [$($($option)*)?]
            $($($rest)*)?);
    };
}

/// Adds one handler.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_handler {
    ($plugin:ident [$($pieces:tt)*] [$($routes:tt)*]
        [$what:literal $($wanted:expr),+] [$($new:tt)+] $method:ident [$($option:tt)*]
        $($rest:tt)*) => {
        $crate::__export_handlers!($plugin
            [$($pieces)* &[
                Piece::Comma,
                Piece::Raw("{\"id\":"),
                Piece::Place,
                Piece::Raw(::core::concat!(
                    ",\"fn\":\"", ::core::stringify!($method), "\",\"", $what, "\":["
                )),
                $(Piece::Comma, Piece::Text($wanted),)+
                Piece::Raw("],\"kind\":"),
                Piece::Text($crate::__export_kind!(
                    $crate::__private::kind::<$plugin, _, _>(&<$plugin>::$method),
                    $($option)*
                )),
                Piece::Raw(",\"timeout_ms\":"),
                Piece::Number($crate::__export_timeout!($($option)*)),
                Piece::Raw("}"),
            ],]
            [$($routes)* $($new)+({
                fn route<'a>(
                    plugin: &'a $plugin,
                    context: &'a $crate::Context,
                ) -> $crate::__private::Answer<'a> {
                    $crate::__private::call(&<$plugin>::$method, plugin, context)
                }
                route
            }, $crate::__private::kind::<$plugin, _, _>(&<$plugin>::$method)),]
            $($rest)*);
    };
}

/// How a handler is called: as its signature says, unless it is declared `inline`.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_kind {
    ($kind:expr, inline $($rest:tt)*) => {{
        assert!(
            matches!($kind.as_bytes(), b"sync"),
            "a handler that is `inline` is no `async fn`"
        );
        "inline"
    }};
    ($kind:expr, timeout_ms: $timeout:literal $(, $($rest:tt)*)?) => {
        $crate::__export_kind!($kind, $($($rest)*)?)
    };
    ($kind:expr,) => {
        $kind
    };
}

/// The longest a handler takes; 0 leaves that to the host.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_timeout {
    (timeout_ms: $timeout:literal $($rest:tt)*) => {
        $timeout
    };
    (inline $(, $($rest:tt)*)?) => {
        $crate::__export_timeout!($($($rest)*)?)
    };
    () => {
        0
    };
}
