//! What a program is promised to print, and whether it did.

/// Stands for any text in a line; alone on a line, for any number of lines.
const ANYTHING: char = '…';

/// Holds what was printed against what was promised. `…` in a promised line stands for any text,
/// a line of `…` for any number of lines.
///
/// # Errors
/// Both, and the first promised line that nothing fits.
pub fn compare(promised: &[String], printed: &[String]) -> Result<(), String> {
    let mut reached = 0;
    if fits(promised, printed, 0, &mut reached) {
        return Ok(());
    }
    let missing = promised.get(reached).map_or("the end", String::as_str);
    let (promised, printed) = (promised.join("\n  "), printed.join("\n  "));
    Err(format!(
        "not found where it was promised: {missing}\npromised:\n  {promised}\nprinted:\n  {printed}"
    ))
}

/// `reached` keeps how many promised lines were found at best.
fn fits(promised: &[String], printed: &[String], found: usize, reached: &mut usize) -> bool {
    *reached = found.max(*reached);
    match (promised.split_first(), printed.split_first()) {
        (None, printed) => printed.is_none(),
        (Some((line, rest)), _) if is_anything(line) => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..], found + 1, reached))
        }
        (Some((line, rest)), Some((other, others))) => {
            fits_line(line, other) && fits(rest, others, found + 1, reached)
        }
        (Some(_), None) => false,
    }
}

fn is_anything(line: &str) -> bool {
    line.trim().chars().eq([ANYTHING])
}

fn fits_line(promised: &str, printed: &str) -> bool {
    let (promised, printed) = (promised.trim_end(), printed.trim_end());
    let Some((head, rest)) = promised.split_once(ANYTHING) else {
        return promised == printed;
    };
    let (middle, tail) = rest.rsplit_once(ANYTHING).unwrap_or(("", rest));
    let inner = printed
        .strip_prefix(head)
        .and_then(|printed| printed.strip_suffix(tail));
    let pieces = || middle.split(ANYTHING);
    inner.is_some_and(|inner| {
        let found = pieces().try_fold(inner, |left, piece| {
            left.find(piece).map(|at| &left[at + piece.len()..])
        });
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn ok(promised: &str, printed: &str) -> bool {
        compare(&lines(promised), &lines(printed)).is_ok()
    }

    #[test]
    fn what_was_promised_must_be_printed_and_nothing_else() {
        assert!(ok("a\nb", "a\nb"));
        assert!(!ok("a\nb", "a"));
        assert!(!ok("a", "a\nb"));
        assert!(!ok("a", "b"));
        assert!(ok("", ""));
    }

    #[test]
    fn an_ellipsis_stands_for_any_text_or_any_lines() {
        assert!(ok("took … ms", "took 12 ms"));
        assert!(ok("took … of … ms", "took 1 of 2 ms"));
        assert!(!ok("took … ms", "took 12 s"));
        assert!(ok("a\n…\nd", "a\nb\nc\nd"));
        assert!(ok("a\n…\nd", "a\nd"));
        assert!(!ok("a\n…\nd", "a\nb"));
        assert!(ok("…", ""));
    }

    #[test]
    fn the_first_line_that_is_missing_is_named() {
        let error = compare(&lines("a\nb\nc"), &lines("a\nx\nc")).unwrap_err();
        assert!(
            error.starts_with("not found where it was promised: b\n"),
            "{error}"
        );
    }
}
