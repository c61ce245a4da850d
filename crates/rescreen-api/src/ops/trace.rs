//! W3C trace context: which trace a request belongs to, and which step of it is ours.
//!
//! A caller's ids are taken over where they are as the recommendation says, and otherwise there are fresh ones. The id of
//! our step is also the id of the request, in the log and in the header `x-request-id`.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";
const REQUEST: &str = "x-request-id";
/// Ours among the members of a trace state.
const MEMBER: &str = "rescreen";
const MAX_MEMBERS: usize = 32;
const MAX_STATE: usize = 512;
const SAMPLED: u8 = 1;

/// Where a request stands in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) trace: [u8; 16],
    /// Ours.
    pub(super) span: [u8; 8],
    pub(super) flags: u8,
    /// What others put beside the ids.
    state: String,
}

/// What a caller says of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) trace: [u8; 16],
    pub(super) span: [u8; 8],
    pub(super) flags: u8,
    state: String,
}

impl Caller {
    /// Reads the headers; `None` where they are not as they should be.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let mut parents = headers.get_all(PARENT).iter();
        let (Some(parent), None) = (parents.next(), parents.next()) else {
            return None;
        };
        let (trace, span, flags) = parent_of(parent.to_str().ok()?)?;
        Some(Self {
            trace,
            span,
            flags,
            state: state_of(headers),
        })
    }
}

impl Step {
    /// Our step in the caller's trace, or in a new one.
    pub(super) fn next(caller: Option<&Caller>) -> Self {
        let (mut trace, mut span) = ([0; 16], [0; 8]);
        // Without randomness the ids are zero, which is no id: the headers are left out then.
        let _without = getrandom::fill(&mut span);
        match caller {
            Some(caller) => trace = caller.trace,
            None => {
                let _without = getrandom::fill(&mut trace);
            }
        }
        Self::with(caller, trace, span, caller.map_or(0, |caller| caller.flags))
    }

    /// The step that has these ids already.
    pub(super) fn with(caller: Option<&Caller>, trace: [u8; 16], span: [u8; 8], flags: u8) -> Self {
        Self {
            trace,
            span,
            flags: flags & SAMPLED,
            state: caller.map_or_else(String::new, |caller| caller.state.clone()),
        }
    }

    pub(super) fn trace_hex(&self) -> String {
        hex(&self.trace)
    }

    pub(super) fn span_hex(&self) -> String {
        hex(&self.span)
    }

    /// Says in an answer where it stands.
    pub(super) fn say(&self, headers: &mut HeaderMap) {
        if self.trace == [0; 16] || self.span == [0; 8] {
            return;
        }
        let (trace, span) = (self.trace_hex(), self.span_hex());
        let mut state = format!("{MEMBER}={span}");
        if !self.state.is_empty() {
            state.push(',');
            state.push_str(&self.state);
        }
        for (name, text) in [
            (PARENT, format!("00-{trace}-{span}-{:02x}", self.flags)),
            (STATE, state),
            (REQUEST, span),
        ] {
            // All of it is ASCII by now.
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

fn parent_of(text: &str) -> Option<([u8; 16], [u8; 8], u8)> {
    let mut parts = text.split('-');
    let [version] = unhex::<1>(parts.next()?)?;
    let trace = unhex::<16>(parts.next()?)?;
    let span = unhex::<8>(parts.next()?)?;
    let [flags] = unhex::<1>(parts.next()?)?;
    // A later version may say more; this one may not.
    let is_whole = version != 0 || parts.next().is_none();
    (version != 0xff && is_whole && trace != [0; 16] && span != [0; 8])
        .then_some((trace, span, flags))
}

/// What others put beside the ids, without what an earlier step of ours put there. As much as fits, from the newest on.
fn state_of(headers: &HeaderMap) -> String {
    let texts = headers
        .get_all(STATE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let members = texts.flat_map(|text| text.split(',')).map(str::trim);
    let members = members.filter(|member| {
        let Some((key, value)) = member.split_once('=') else {
            return false;
        };
        let is_key = key.bytes().all(|b| {
            b.is_ascii_lowercase()
                || b.is_ascii_digit()
                || matches!(b, b'_' | b'-' | b'*' | b'/' | b'@')
        });
        let is_value = value
            .bytes()
            .all(|b| (0x20..=0x7e).contains(&b) && b != b'=');
        !key.is_empty() && key != MEMBER && is_key && is_value
    });
    let mut state = String::new();
    // One member is ours.
    for member in members.take(MAX_MEMBERS - 1) {
        let comma = usize::from(!state.is_empty());
        if state.len() + comma + member.len() > MAX_STATE - MEMBER.len() - 18 {
            break;
        }
        if comma == 1 {
            state.push(',');
        }
        state.push_str(member);
    }
    state
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _always = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes of exactly so many small hexadecimal digits.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_small = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() != 2 * N || !is_small {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_callers_trace_is_gone_on_with() {
        let caller = Caller::read(&headers(&[
            (PARENT, GOOD),
            (STATE, "congo=t61rcWkgMzE, rescreen=old,a@b=1"),
        ]));
        let step = Step::next(caller.as_ref());
        let mut said = HeaderMap::new();
        step.say(&mut said);
        let parent = said[PARENT].to_str().unwrap();
        let span = said[REQUEST].to_str().unwrap();
        assert_eq!(
            parent,
            format!("00-0af7651916cd43dd8448eb211c80319c-{span}-01")
        );
        assert_ne!(span, "b7ad6b7169203331");
        assert_eq!(
            said[STATE],
            format!("rescreen={span},congo=t61rcWkgMzE,a@b=1")
        );
    }

    #[test]
    fn ids_that_are_none_are_not_taken_over() {
        for bad in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319cé-b7ad6b7169203331-01",
        ] {
            assert_eq!(Caller::read(&headers(&[(PARENT, bad)])), None, "{bad}");
        }
        assert_eq!(
            Caller::read(&headers(&[(PARENT, GOOD), (PARENT, GOOD)])),
            None
        );
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
        assert!(Caller::read(&headers(&[(PARENT, later)])).is_some());
        let (a, b) = (Step::next(None), Step::next(None));
        assert!(a.trace != b.trace && a.span != b.span && a.trace != [0; 16]);
    }

    #[test]
    fn a_trace_state_stays_within_its_bounds() {
        let long: Vec<String> = (0..100)
            .map(|n| format!("k{n}={}", "v".repeat(20)))
            .collect();
        let state = state_of(&headers(&[
            (STATE, &long.join(",")),
            (STATE, "bad key=1,=,x,y=\u{e9}"),
        ]));
        assert!(
            state.len() < MAX_STATE - 20 && state.starts_with("k0="),
            "{state}"
        );
        assert!(!state.contains("bad") && !state.ends_with(','), "{state}");
    }
}
