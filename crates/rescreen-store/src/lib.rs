//! What rescreen remembers: lists, their versions and every entry as it was at any time.
//!
//! Storage is SQLite in one file under the home directory. Three rules govern it:
//!
//! - **All or nothing.** Everything one use case changes is one transaction. A process that is killed leaves the store
//!   at the state before or after, never between.
//! - **Nothing is overwritten.** An entry's record is stored once per content; versions refer to records by spans. What
//!   a list said on a day stays readable after it changed.
//! - **Stored forms are versioned** (see [`form`]) and old ones stay readable; frozen samples in `testdata/` hold us to it.

mod desk;
mod error;
mod folder;
pub mod form;
mod lists;
mod log;
mod migrate;
mod private;
mod read;
mod redress;
mod register;
mod tenants;
mod tokens;
mod webhooks;
mod write;

pub use desk::{AlertFilter, CaseRow, DeskPolicyRow, Passed, UserRow, parse_state, state_word};
pub use error::StoreError;
pub use folder::SegmentFolder;
pub use lists::{
    AsOf, Described, Edition, EntrySpan, FetchState, FindingRow, Limits, ListRow, ListSpec,
    Observation, Outcome, RecordId, VersionRow, VersionState,
};
pub use log::{Bound, By, CheckpointRow, DEFAULT_TENANT, Log, LogDamage, LogFilter, LogRow};
pub use read::Store;
pub use redress::{HoldRow, RetentionRow};
pub use register::{
    AlertRow, AlertState, Cause, CutKey, EventRow, FeedRow, LegRow, MOST_COUNTED, Overdue,
    PolicyRow, QueueFilter, QueueOrder, Reached, Register, RegisterSizes, Roll, Said, ScreeningRow,
    SegmentRange, SubjectKey, SubjectRow, SubjectVersion, SweepRow,
};
pub use tenants::{OfferRow, TenantRow};
pub use tokens::TokenRow;
pub use webhooks::{DeliveryRow, WebhookRow};
pub use write::{Head, NewVersion, Writer};
