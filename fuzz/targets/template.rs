//! No text makes the template reader panic, and faults lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_core::{Template, TraceContext};

fuzz_target!(|input: &str| {
    match Template::parse(input.to_owned()) {
        Ok(template) => {
            assert_eq!(template.source(), input);
            assert!(template.variables().all(|variable| !variable.root().is_empty()));
        }
        Err(error) => {
            assert!(error.at <= input.len(), "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
    if let Ok(context) = input.parse::<TraceContext>() {
        assert_eq!(context.to_string().parse(), Ok(context));
    }
});
