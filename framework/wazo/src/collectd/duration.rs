//! How long, in seconds, as wazo-bus writes it.

use crate::python;

/// Writes a number rounded to three decimals, half to even, as Python prints it; an integer as it
/// is. `None` if the text is no JSON number.
pub(super) fn rounded(number: &str) -> Option<String> {
    let mut printed = String::new();
    if crate::json::is_integer(number) {
        python::write_str(&mut printed, number)?;
        return Some(printed);
    }
    let value: f64 = number.parse().ok()?;
    // Formatting rounds the binary value itself, half to even, as Python's `round` does.
    let value: f64 = format!("{value:.3}").parse().ok()?;
    python::write_str(&mut printed, &serde_json::to_string(&value).ok()?)?;
    Some(printed)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_are_rounded_and_printed_as_python_does() {
        let cases = [
            ("5", "5"),
            ("5.0", "5.0"),
            ("12.34567", "12.346"),
            ("0.0005", "0.001"),
            ("0.0625", "0.062"),
            ("0.1875", "0.188"),
            ("2.6755", "2.675"),
            ("1e16", "1e+16"),
            ("1e-9", "0.0"),
            ("-0.0004", "-0.0"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ];
        for (number, printed) in cases {
            assert_eq!(rounded(number).as_deref(), Some(printed), "{number}");
        }
    }
}
