//! Addresses of our own pages. Whatever comes from a list or a register is written so that it stays one segment.

use std::fmt::Write as _;

/// A segment of a path.
fn segment(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => safe.push(byte.into()),
            // Alone, dots would be steps between folders.
            b'.' if text != "." && text != ".." => safe.push('.'),
            _ => {
                // Writing to a string cannot fail.
                let _always = write!(safe, "%{byte:02X}");
            }
        }
    }
    safe
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()))
        .finish()
}

pub(crate) fn alert(key: i64) -> String {
    format!("/alerts/{key}")
}

pub(crate) fn subject(source: &str, external: &str) -> String {
    format!("/subjects/{}/{}", segment(source), segment(external))
}

pub(crate) fn list(name: &str) -> String {
    format!("/lists/{}", segment(name))
}

pub(crate) fn version(list: &str, version: &str) -> String {
    format!("/lists/{}/versions/{}", segment(list), segment(version))
}

pub(crate) fn diff(list: &str, from: &str, to: &str) -> String {
    let query = query(&[("from", from), ("to", to)]);
    format!("/lists/{}/diff?{query}", segment(list))
}

pub(crate) fn entry(id: &str) -> String {
    format!("/entries/{}", segment(id))
}

pub(crate) fn queue(pairs: &[(&str, &str)]) -> String {
    format!("/queue?{}", query(pairs))
}

pub(crate) fn audit(pairs: &[(&str, &str)]) -> String {
    format!("/audit?{}", query(pairs))
}

pub(crate) fn sign_in(to: &str) -> String {
    format!("/sign-in?{}", query(&[("to", to)]))
}

/// Where the identity provider is gone to.
pub(crate) fn issuer(to: &str) -> String {
    format!("/sign-in/issuer?{}", query(&[("to", to)]))
}

/// Whether an address leads to a page of this server and nowhere else.
pub(crate) fn is_local(to: &str) -> bool {
    let plain = |c: char| !c.is_control() && c != '\\';
    to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain)
}

/// An address of a list's that may be followed; anything that could be more than an address is none.
pub(crate) fn is_web(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://"))
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_one_segment() {
        assert_eq!(entry("a/b?c#d"), "/entries/a%2Fb%3Fc%23d");
        assert_eq!(subject("crm", ".."), "/subjects/crm/%2E%2E");
        assert_eq!(entry("ofac-1.2"), "/entries/ofac-1.2");
        assert_eq!(diff("un", "a&b", "c"), "/lists/un/diff?from=a%26b&to=c");
    }

    #[test]
    fn only_our_own_pages_are_gone_back_to() {
        for good in ["/", "/queue?state=open&page=2", "/alerts/7"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "queue",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_followed() {
        assert!(is_web("https://un.example/x") && is_web("HTTP://un.example"));
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https",
            "ftp://x",
            "https://a b",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
    }
}
