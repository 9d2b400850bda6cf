//! Greets each new user: asks whoever sends mails for one.
//!
//! ```toml
//! # welcome.toml
//! [config]
//! from = "hello@example.com"
//! ```

use serde::Deserialize;
use serde_json::json;
use trunkline_plugin::{Context, DynamicEvent, Host, Result, export_plugin};

/// What the event says, as far as we need it.
#[derive(Deserialize)]
struct User {
    email: Option<String>,
}

/// The plugin, which is its configuration.
#[derive(Deserialize)]
pub struct Welcome {
    from: String,
}

impl Welcome {
    fn new(host: &Host) -> Result<Self> {
        host.config()
    }

    async fn greet(&self, user: User, cx: &Context) -> Result {
        let Some(email) = user.email else {
            return Ok(());
        };
        let mail = DynamicEvent::tenant("mail_wanted", "mail.wanted", cx.tenant()?)?
            .with_content(&json!({ "from": self.from, "to": email, "template": "welcome" }))?;
        cx.publish(&mail).await?;
        Ok(())
    }
}

export_plugin! {
    Welcome { "user_created" => greet }
    publishes ["mail_wanted"]
}
