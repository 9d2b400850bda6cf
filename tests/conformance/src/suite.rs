//! Cases as tests.

/// Makes a test of each case, for one kind of broker.
///
/// `clock` is `Virtual` for brokers that live in Tokio's time, `Real` otherwise. `broker` is any
/// expression, awaits allowed, that gives an `Arc<dyn Broker>`; it is evaluated for each test.
/// Under `unproven` stand the cases this broker cannot show for want of a hook: a case that is not
/// listed and lacks one fails, as does a case that is listed and is shown. Attributes go to every
/// test.
///
/// Where one set-up of a broker runs every case, another need not repeat in every run what cannot
/// depend on it: under `short` stand the ids that run at the [short scale](crate::Scale). The rest
/// say that they are left to the full one. Without `short` every case runs.
///
/// The tests are called `name::p1::round_trip_keeps_every_field`, so that one case of the document,
/// one chapter or one promise can be chosen.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use trunkline_conformance::{Broker, suite};
/// # use trunkline_core::{Transport, TransportError};
/// # struct Rabbit;
/// # impl Rabbit {
/// #     async fn fresh_vhost() -> Arc<dyn Broker> { Arc::new(Rabbit) }
/// # }
/// # #[async_trait::async_trait]
/// # impl Broker for Rabbit {
/// #     async fn client(&self, _: &str) -> Result<Arc<dyn Transport>, TransportError> {
/// #         Ok(Arc::new(trunkline_memory::MemoryBroker::new().connect()))
/// #     }
/// # }
///
/// suite! {
///     #[ignore = "needs RabbitMQ: see CONTRIBUTING"]
///     mod quorum_queues {
///         clock: Real,
///         broker: Rabbit::fresh_vhost().await,
///         unproven: ["C12"],
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! suite {
    (
        $(#[$meta:meta])*
        mod $name:ident {
            clock: $clock:ident,
            broker: $broker:expr
            $(, unproven: [$($unproven:literal),* $(,)?])?
            $(, short: [$($short:literal),* $(,)?])?
            $(,)?
        }
    ) => {
        mod $name {
            #[allow(unused_imports, reason = "what makes the broker is often in scope outside")]
            use super::*;

            async fn broker_under_test() -> ::std::sync::Arc<dyn $crate::Broker> {
                $broker
            }

            $crate::__for_each_case!(__tests [
                [$(#[$meta])*] $clock [$($($unproven),*)?] [$([$($short),*])?]
            ]);
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($args:tt $($chapter:ident $title:literal { $($module:ident $id:literal {
        $($case:ident [$($need:ident),*] $($alone:ident)?;)*
    })* })*) => {
        $($(mod $module {
            $($crate::__test! { $args $case })*
        })*)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __test {
    ([
        [$(#[$meta:meta])*] $clock:ident [$($unproven:literal),*] [$([$($short:literal),*])?]
    ] $case:ident) => {
        $(#[$meta])*
        #[test]
        fn $case() {
            $crate::run_as_test(
                $crate::case(stringify!($case)),
                $crate::Clock::$clock,
                $crate::Choice {
                    unproven: &[$($unproven),*],
                    short: None $(.or(Some(&[$($short),*] as &[&str])))?,
                },
                super::broker_under_test(),
            );
        }
    };
}
