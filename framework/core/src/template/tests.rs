use super::*;

fn text(text: &'static str) -> TemplatePart {
    TemplatePart::Text(Cow::Borrowed(text))
}

fn variable(root: &'static str, path: &[&'static str]) -> TemplatePart {
    TemplatePart::Variable(TemplateVariable {
        root: Cow::Borrowed(root),
        path: path.iter().copied().map(Cow::Borrowed).collect(),
    })
}

#[test]
fn text_and_variables_alternate() {
    let template = Template::parse("calls.{call_id}.{name}").unwrap();
    let expected = [
        text("calls."),
        variable("call_id", &[]),
        text("."),
        variable("name", &[]),
    ];
    assert_eq!(template.parts(), expected);
}

#[test]
fn nested_keys_may_hold_any_text() {
    let template = Template::parse("a.{call[id]}.{o[é][0]}").unwrap();
    let expected = [
        text("a."),
        variable("call", &["id"]),
        text("."),
        variable("o", &["é", "0"]),
    ];
    assert_eq!(template.parts(), expected);
}

#[test]
fn doubled_braces_are_literal() {
    assert_eq!(
        Template::parse("a.{{raw}}.b").unwrap().parts(),
        [text("a.{raw}.b")]
    );
}

#[test]
fn faults_are_told_apart_and_placed() {
    use TemplateProblem as P;
    let cases = [
        ("a.{b", 2, P::Unclosed),
        ("a.b}", 3, P::Unopened),
        ("a.{}", 3, P::Empty),
        ("a.{[x]}", 3, P::Empty),
        ("a.{0}", 3, P::BadName("0".into())),
        ("a.{b c}", 3, P::BadName("b c".into())),
        ("a.{b.c}", 4, P::Unsupported('.')),
        ("a.{b!r}", 4, P::Unsupported('!')),
        ("a.{b:>3}", 4, P::Unsupported(':')),
        ("a.{b[]}", 4, P::BadIndex("[]".into())),
        ("a.{b[x}", 4, P::BadIndex("[x".into())),
        ("a.{b[x]y}", 7, P::BadIndex("y".into())),
    ];
    for (source, at, problem) in cases {
        assert_eq!(
            Template::parse(source).unwrap_err(),
            TemplateError { at, problem },
            "{source}"
        );
    }
}
