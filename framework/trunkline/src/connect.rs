//! Choosing a transport by URL.

use std::sync::Arc;

use trunkline_core::{Bus, Inspector, Transport, TransportError};

use crate::DefaultDialect;

/// The schemes there are, the feature each comes with, and whether this build has it.
const SCHEMES: &[(&str, &str, bool)] = &[
    ("amqp", "amqp", cfg!(feature = "amqp")),
    ("amqps", "amqp", cfg!(feature = "amqp")),
    ("memory", "memory", cfg!(feature = "memory")),
    ("mqtt", "mqtt", cfg!(feature = "mqtt")),
    ("mqtts", "mqtt", cfg!(feature = "mqtt")),
];

/// Connects to the broker a URL names, speaking the default dialect.
///
/// `memory:` is a new broker in this process, `memory:name` the one of that name;
/// `amqp://user:password@host/vhost?exchange=name` RabbitMQ, and `?profile=wazo` a Wazo stack's;
/// `mqtt://user:password@host?client_id=name` an MQTT broker; `amqps://…` and `mqtts://…` one behind
/// TLS.
///
/// # Errors
/// [`TransportError::Url`] for an unknown scheme or parameter, listing the known ones; otherwise
/// what the transport says.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bus = trunkline::connect("memory:").await?;
/// assert_eq!(bus.transport().name(), "memory");
/// # Ok(())
/// # }
/// ```
pub async fn connect(url: &str) -> Result<Bus, TransportError> {
    let transport = connect_transport(url).await?;
    Ok(Bus::new(transport, DefaultDialect::default()))
}

/// Connects to the broker a URL names, for a bus of another dialect.
///
/// # Errors
/// As [`connect`] says.
pub async fn connect_transport(url: &str) -> Result<Arc<dyn Transport>, TransportError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "amqp")]
        "amqp" | "amqps" => Ok(Arc::new(trunkline_amqp::connect(url).await?)),
        #[cfg(feature = "memory")]
        "memory" => Ok(Arc::new(trunkline_memory::connect(url)?)),
        #[cfg(feature = "mqtt")]
        "mqtt" | "mqtts" => Ok(Arc::new(trunkline_mqtt::connect(url).await?)),
        _ => Err(unknown(url, scheme)),
    }
}

/// Gives what tells what a URL's transport would declare on its broker, and what the broker has of
/// it; nothing is connected or declared by this.
///
/// # Errors
/// [`TransportError::Url`] for an unknown scheme or parameter, listing the known ones.
///
/// # Examples
/// ```
/// use trunkline::{Binding, SubscribeOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let inspector = trunkline::inspect("memory:")?;
/// let calls = Binding::builder().key("calls.#").build()?;
/// let plan = inspector.plan(&[SubscribeOptions::group("billing", [calls])], &[])?;
/// assert_eq!(plan.parts[0].name, "billing");
/// # Ok(())
/// # }
/// ```
pub fn inspect(url: &str) -> Result<Arc<dyn Inspector>, TransportError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "amqp")]
        "amqp" | "amqps" => Ok(Arc::new(trunkline_amqp::inspect(url)?)),
        #[cfg(feature = "memory")]
        "memory" => Ok(Arc::new(trunkline_memory::inspect(url)?)),
        #[cfg(feature = "mqtt")]
        "mqtt" | "mqtts" => Ok(Arc::new(trunkline_mqtt::inspect(url)?)),
        _ => Err(unknown(url, scheme)),
    }
}

fn unknown(url: &str, scheme: &str) -> TransportError {
    let known: Vec<_> = SCHEMES
        .iter()
        .filter(|(_, _, here)| *here)
        .map(|(scheme, ..)| format!("`{scheme}:`"))
        .collect();
    let known = format!("the known ones are {}", known.join(", "));
    let absent = SCHEMES.iter().find(|(name, ..)| *name == scheme);
    let (problem, hint) = match absent {
        Some((_, feature, _)) => (
            format!("this program was built without the transport `{scheme}`"),
            format!("turn on the feature `{feature}` of the crate `trunkline`; {known}"),
        ),
        None => (format!("there is no transport `{scheme}`"), known),
    };
    TransportError::Url {
        url: without_credentials(url),
        problem,
        hint,
    }
}

/// A URL fit for a message: whatever may be a password is left out.
fn without_credentials(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}://…@{}", &url[..scheme], &url[at + 1..])
        }
        (None, Some(at)) => format!("…@{}", &url[at + 1..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_scheme_lists_the_known_ones_and_shows_no_password() {
        let error = connect("gopher://me:secret@host/x")
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("`memory:`"), "{error}");
        assert!(error.contains("gopher://…@host/x"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[cfg(not(feature = "amqp"))]
    #[tokio::test]
    async fn a_scheme_that_was_not_built_in_names_its_feature() {
        let error = connect("amqp://me:secret@host/").await.unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("the feature `amqp` of the crate `trunkline`"),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}
