//! Names in Rust.

/// `auth_tenant_added` as `AuthTenantAdded`.
pub(crate) fn camel(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + rest
        })
        .collect()
}

/// The type of an event.
pub(crate) fn type_of(name: &str) -> String {
    match name {
        "{ami_event}" => "AmiEvent".to_owned(),
        // The open part is left out.
        open if open.contains('{') => {
            let (before, rest) = open.split_once('{').unwrap();
            camel(before.trim_end_matches('_')) + &camel(rest.split_once('}').unwrap().1)
        }
        name => camel(name),
    }
}

/// A key as a field.
pub(crate) fn field(key: &str) -> String {
    const KEYWORDS: [&str; 8] = ["type", "match", "move", "ref", "use", "in", "for", "where"];
    match key {
        "rest" => "rest_".to_owned(),
        key if KEYWORDS.contains(&key) => format!("r#{key}"),
        key => key.to_ascii_lowercase(),
    }
}
