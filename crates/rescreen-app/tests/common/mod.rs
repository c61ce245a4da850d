//! What the tests of the use cases share.

use rescreen_app::{Limits, ListSpec};

/// A list of FollowTheMoney entities that no circuit breaker holds back.
pub(crate) fn unlimited() -> ListSpec {
    ListSpec {
        format: "ftm-json".to_owned(),
        urls: Vec::new(),
        mapping: None,
        limits: Limits {
            shrink: 1.0,
            change: 1.0,
        },
        described: None,
    }
}
