//! Names made from names.

/// How serde's `rename_all` spells fields.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    AsWritten,
    Upper,
    Pascal,
    Camel,
    Kebab,
    UpperKebab,
}

impl Case {
    /// The case of that name; one that serde does not have is serde's to complain of.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "UPPERCASE" | "SCREAMING_SNAKE_CASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::UpperKebab,
            _ => Self::AsWritten,
        }
    }

    /// A field's name in this case. As serde does, it takes for granted that fields are snake case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Self::AsWritten => field.to_owned(),
            Self::Upper => field.to_ascii_uppercase(),
            Self::Pascal => field
                .split('_')
                .map(|word| with_first(word, char::to_ascii_uppercase))
                .collect(),
            Self::Camel => with_first(&Self::Pascal.apply(field), char::to_ascii_lowercase),
            Self::Kebab => field.replace('_', "-"),
            Self::UpperKebab => Self::Upper.apply(field).replace('_', "-"),
        }
    }
}

fn with_first(word: &str, change: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().iter().map(change).chain(letters).collect()
}

/// The name of an event by its type: snake case, without a trailing `Event`.
pub(crate) fn event_name(type_name: &str) -> String {
    let stem = type_name
        .strip_suffix("Event")
        .filter(|stem| !stem.is_empty());
    let letters: Vec<char> = stem.unwrap_or(type_name).chars().collect();
    let mut name = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let after_word = i > 0 && !letters[i - 1].is_uppercase() && letters[i - 1] != '_';
        // `DIDCreated`: the last capital of a run begins the next word.
        let ends_run = i > 0 && letters[i - 1].is_uppercase();
        let before_word = letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_word || ends_run && before_word) {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_those_of_serde() {
        let cases = [
            ("lowercase", "call_id"),
            ("UPPERCASE", "CALL_ID"),
            ("PascalCase", "CallId"),
            ("camelCase", "callId"),
            ("snake_case", "call_id"),
            ("SCREAMING_SNAKE_CASE", "CALL_ID"),
            ("kebab-case", "call-id"),
            ("SCREAMING-KEBAB-CASE", "CALL-ID"),
        ];
        for (case, expected) in cases {
            assert_eq!(Case::named(case).apply("call_id"), expected, "{case}");
        }
    }

    #[test]
    fn event_names_are_snake_case_without_event() {
        let cases = [
            ("CallCreated", "call_created"),
            ("CallCreatedEvent", "call_created"),
            ("EventLost", "event_lost"),
            ("Event", "event"),
            ("DIDCreated", "did_created"),
            ("EndpointSIPEdited", "endpoint_sip_edited"),
            ("LineV2Edited", "line_v2_edited"),
            ("Call_Created", "call_created"),
        ];
        for (type_name, expected) in cases {
            assert_eq!(event_name(type_name), expected);
        }
    }
}
