//! What rescreen does, one function per use case: the façade that the command line calls and every later edge will.
//!
//! The façade takes readers, times and values and gives back reports. It opens no file but the store, reads no clock
//! and prints nothing.

mod access;
pub mod audit;
mod desk;
mod error;
mod graph;
mod guard;
mod incoming;
mod intake;
mod lists;
mod moment;
mod question;
mod redress;
mod register;
mod screening;
mod webhooks;
mod who_and_why;

use std::sync::Arc;

pub use access::{AccessRole, Bearer, NewToken, Presented, TOKEN_RANDOM_BYTES, TokenText, tenant};
pub use desk::{
    Given, Offer, Quality, Rate, Relied, Request, Staff, Stays, SuppressionReport, Tenants, Times,
    Waited, may_know_elsewhere,
};
pub use error::{AppError, Kind};
pub use graph::{Age, Graph, Home, Link};
pub use guard::Reason;
pub use incoming::{ReadSubject, join_name, not_a_party, party_schema, read_subject, subject_from};
pub use lists::{
    Diff, DiffedEntry, EntityReport, FieldChange, How, ListReport, State, UpdateReport,
    UpdateRequest, changes_between,
};
pub use moment::{MomentError, parse_moment};
pub use question::{add_identifier, names_somebody};
pub use redress::{Held, HoldRequest, NewRetention, Purged};
pub use register::{
    Accounting, AlertReport, Coverage, Expected, Flows, Forecast, Incoming, ListCoverage, Lookback,
    LookedBack, NOT_REGISTERED, Put, Queue, RegisterPolicy, Registration, Replay, Sample, Scope,
    ScreenedThrough, SubjectReport, SweepReport,
};
pub use rescreen_import::{
    Format, ImportError, Input,
    ftm_json::{Dialect, to_json},
};
pub use rescreen_store::{
    AlertFilter, AlertRow, AlertState, AsOf, CaseRow, Cause, DEFAULT_TENANT, DeskPolicyRow,
    EntrySpan, EventRow, FeedRow, HoldRow, LegRow, MOST_COUNTED, Overdue, PolicyRow, QueueFilter,
    QueueOrder, RetentionRow, ScreeningRow, SubjectKey, SubjectRow, SubjectVersion, UserRow, form,
    form::{StoredEvidence, StoredMatch},
    parse_state, state_word,
};
pub use rescreen_store::{
    Described, Edition, FetchState, FindingRow, Limits, ListRow, ListSpec, RegisterSizes, Store,
    StoreError, TokenRow, VersionRow, VersionState, WebhookRow,
};
pub use screening::{Cut, CutList};
pub use webhooks::{Delivery, WEBHOOK_SECRET_BYTES};

/// The use cases over one store.
#[derive(Debug)]
pub struct App {
    store: Store,
    /// A cut that is in memory anyway, for whoever needs just that one.
    at_hand: Option<Arc<Cut>>,
}

impl App {
    /// The use cases over a store.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            at_hand: None,
        }
    }

    /// Lays a cut at hand that somebody else holds too: what needs the same lists in the same versions under the same
    /// policy need not load them a second time.
    pub fn lay_at_hand(&mut self, cut: Option<Arc<Cut>>) {
        self.at_hand = cut;
    }

    /// Says in whose name it is from now on that something is done: the log names them where nobody else is named.
    pub fn set_operator(&mut self, name: &str) {
        self.store.set_operator(name);
    }

    /// The tenant that the store was opened for; `None` for whoever runs the program, who sees all.
    pub fn tenant(&self) -> Option<&str> {
        self.store.tenant()
    }

    /// Refuses what concerns all tenants where another than the default one asks for it.
    pub(crate) fn for_all(&self, what: &str) -> Result<(), AppError> {
        match self.tenant() {
            Some(tenant) if tenant != DEFAULT_TENANT => Err(AppError::Refused(format!(
                "{what} concerns all tenants, so it is not done for tenant {tenant}"
            ))),
            _ => Ok(()),
        }
    }
}
