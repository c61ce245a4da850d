//! Query strings, well formed and not.

use super::*;

/// A question as it was understood: `+` for what is wanted, `-` for what must not be.
fn shown(query: &Query) -> String {
    let within =
        |field: &Option<String>| field.as_ref().map_or_else(String::new, |f| format!("{f}:"));
    match query {
        Query::All => "ALL".to_owned(),
        Query::Word(field, text) => format!("{}{text}", within(field)),
        Query::Phrase(field, text, slop) => format!("{}'{text}'~{slop}", within(field)),
        Query::Gaps(field, pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::One => "?".to_owned(),
                Piece::Any => "*".to_owned(),
            });
            format!("{}<{}>", within(field), pieces.collect::<String>())
        }
        Query::Fuzzy(field, text, distance) => format!("{}{text}~{distance:?}", within(field)),
        Query::Expression(field, text) => format!("{}/{text}/", within(field)),
        Query::Range(field, low, high) => format!("{}{low:?}..{high:?}", within(field)),
        Query::Exists(field) => format!("has {field}"),
        Query::Clauses(clauses) => {
            let clauses = clauses.iter().map(|(occur, clause)| {
                let sign = match occur {
                    Occur::Must => "+",
                    Occur::Should => "",
                    Occur::Not => "-",
                };
                format!("{sign}{}", shown(clause))
            });
            format!("({})", clauses.collect::<Vec<_>>().join(" "))
        }
        Query::Boost(query, factor) => format!("{}^{factor}", shown(query)),
    }
}

#[test]
fn questions_are_understood_as_lucene_does() {
    for (text, understood) in [
        ("a", "a"),
        ("a b", "(+a +b)"),
        ("a AND b", "(+a +b)"),
        ("a && b", "(+a +b)"),
        ("a OR b", "(a b)"),
        ("a || b", "(a b)"),
        ("a b OR c", "(+a b c)"),
        ("a AND b OR c", "(+a b c)"),
        ("a OR b AND c", "(a +b +c)"),
        ("a NOT b", "(+a -b)"),
        ("a -b !c", "(+a -b -c)"),
        ("-a", "(-a)"),
        ("+a b", "(+a +b)"),
        ("(a OR b) c", "(+(a b) +c)"),
        ("oral and nor", "(+oral +and +nor)"),
        ("\\AND", "AND"),
        ("Brezina-Lhota O'Shaughran", "(+Brezina-Lhota +O'Shaughran)"),
        ("и другие", "(+и +другие)"),
        ("\"a b\"", "'a b'~0"),
        ("\"a \\\" b\"~3", "'a \" b'~3"),
        ("names:a", "names:a"),
        ("properties.birthDate:1961", "properties.birthDate:1961"),
        ("names:(a b)", "(+names:a +names:b)"),
        ("names:\"a b\" c", "(+names:'a b'~0 +c)"),
        ("names: a", "names:a"),
        ("http\\://x", "http://x"),
        ("an*", "<an*>"),
        ("*an**s?n", "<*an*s?n>"),
        ("a\\*", "a*"),
        ("*", "ALL"),
        ("*:*", "ALL"),
        ("topics:*", "has topics"),
        ("_exists_:topics", "has topics"),
        ("a~", "a~None"),
        ("a~1 b~7 c~0.8", "(+a~Some(1) +b~Some(2) +c~None)"),
        ("/an.*m/", "/an.*m/"),
        ("/a\\/b\\d/", "/a/b\\d/"),
        (
            "dates:[1960 TO 1970}",
            "dates:With(\"1960\")..Without(\"1970\")",
        ),
        ("[* TO \"b c\"]", "Open..With(\"b c\")"),
        ("dates:>=1960", "dates:With(\"1960\")..Open"),
        ("dates:<1960", "dates:Open..Without(\"1960\")"),
        ("a^2 b", "(+a^2 +b)"),
        ("(a b)^0.5", "(+a +b)^0.5"),
    ] {
        assert_eq!(
            parse(text).map(|q| shown(&q)).as_deref(),
            Ok(understood),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_question_is_refused_and_nothing_stalls() {
    for bad in [
        "",
        " ",
        "(",
        ")",
        "(a",
        "a)",
        "()",
        "\"a",
        "/a",
        "[a TO b",
        "[a b]",
        "[a TO]",
        "a AND",
        "AND a",
        "a AND OR b",
        "a:",
        "a:AND",
        ":a",
        "a^",
        "a^x",
        "a^1.2.3",
        "~",
        "a*~",
        "a*b:c",
        "*:a",
        "+",
        "-",
        "a \\",
        "]",
        "}",
        "^2",
        "a:b:",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
    assert!(parse(&"(".repeat(1000)).is_err());
    assert!(parse(&"a:".repeat(1000)).is_err());
    assert!(parse(&"a ".repeat(300)).is_err());
}

#[test]
fn a_simple_question_is_never_wrong() {
    for (text, understood) in [
        ("a b", "(+a +b)"),
        ("a | b", "(a b)"),
        ("a + b", "(+a +b)"),
        ("a -b", "(+a -b)"),
        ("an*", "<an*>"),
        ("\"a b\"~2", "'a b'~2"),
        ("name:x AND [y", "(+name +x +and +y)"),
        ("(a", "(+a)"),
        ("\"a", "(+a)"),
        ("a ~~ ^ b", "(+a +b)"),
        ("", "()"),
    ] {
        assert_eq!(shown(&parse_simple(text)), understood, "{text}");
    }
}

#[test]
fn plain_words_are_told_from_syntax() {
    for plain in ["a", "a b", "Brezina-Lhota O'Shaughran"] {
        assert!(is_plain(&parse(plain).unwrap()), "{plain}");
    }
    for syntax in ["names:a", "an*", "a OR b", "a -b", "\"a b\"", "a~", "*"] {
        assert!(!is_plain(&parse(syntax).unwrap()), "{syntax}");
    }
}
