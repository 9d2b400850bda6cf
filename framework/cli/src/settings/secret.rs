//! Keeps secrets off the screen.

const MASK: &str = "***";

/// A URL as it may be shown: the password is masked, and so is any parameter that sounds like one.
pub(crate) fn masked_url(url: &str) -> String {
    let (head, parameters) = match url.split_once('?') {
        Some((head, parameters)) => (head, Some(parameters)),
        None => (url, None),
    };
    let mut shown = masked_authority(head);
    if let Some(parameters) = parameters {
        let masked: Vec<_> = parameters.split('&').map(masked_parameter).collect();
        shown.push('?');
        shown.push_str(&masked.join("&"));
    }
    shown
}

fn masked_authority(head: &str) -> String {
    let (scheme, rest) = match head.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => match head.split_once(':') {
            Some((scheme, rest)) => (format!("{scheme}:"), rest),
            None => (String::new(), head),
        },
    };
    // The last `@`: a password that holds one unescaped must not show its end.
    let Some((login, host)) = rest.rsplit_once('@') else {
        return head.to_owned();
    };
    match login.split_once(':') {
        Some((user, _)) => format!("{scheme}{user}:{MASK}@{host}"),
        None => format!("{scheme}{login}@{host}"),
    }
}

fn masked_parameter(parameter: &str) -> String {
    let Some((name, _)) = parameter.split_once('=') else {
        return parameter.to_owned();
    };
    let lower = name.to_ascii_lowercase();
    let secret = ["pass", "secret", "token", "key"]
        .iter()
        .any(|word| lower.contains(word));
    if secret {
        format!("{name}={MASK}")
    } else {
        parameter.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::masked_url;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("memory:", "memory:"),
            ("memory:lab", "memory:lab"),
            (
                "amqp://host:5672/v?exchange=x",
                "amqp://host:5672/v?exchange=x",
            ),
            ("amqp://wazo:s3cret@host/v", "amqp://wazo:***@host/v"),
            ("amqp://wazo:p@ss:w@host", "amqp://wazo:***@host"),
            ("amqp://wazo@host", "amqp://wazo@host"),
            ("amqp://a:b@h1,c:d@h2/v", "amqp://a:***@h2/v"),
            (
                "mqtts://h?client_password=x&version=5",
                "mqtts://h?client_password=***&version=5",
            ),
            ("amqp:user:pw@host", "amqp:user:***@host"),
        ] {
            assert_eq!(masked_url(url), shown);
        }
    }
}
