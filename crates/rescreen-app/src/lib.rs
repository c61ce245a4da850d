//! What rescreen does, one function per use case: the façade that the command line calls and every later edge will.
//!
//! The façade takes readers, times and values and gives back reports. It opens no file but the store, reads no clock
//! and prints nothing.

mod access;
mod desk;
mod error;
mod graph;
mod guard;
mod intake;
mod lists;
mod moment;
mod register;
mod screening;

pub use access::{AccessRole, Bearer, NewToken, Presented, TOKEN_RANDOM_BYTES, TokenText, tenant};
pub use desk::{
    Age as CaseAge, DEFAULT_TENANT, Quality, Rate, Relied, Request, SuppressionReport, Times,
};
pub use error::{AppError, Kind};
pub use graph::{Age, Graph, Home, Link};
pub use guard::Reason;
pub use lists::{
    Diff, DiffedEntry, EntityReport, FieldChange, ListReport, State, UpdateReport, UpdateRequest,
};
pub use moment::{MomentError, parse_moment};
pub use register::{
    Accounting, AlertReport, Coverage, Flows, Forecast, Incoming, ListCoverage, Lookback,
    LookedBack, NOT_REGISTERED, RegisterPolicy, Registration, Replay, Sample, Scope, SubjectReport,
    SweepReport,
};
pub use rescreen_import::{
    Format, ImportError, Input,
    ftm_json::{Dialect, to_json},
};
pub use rescreen_store::{
    AlertFilter, AlertRow, AlertState, AsOf, CaseRow, Cause, DeskPolicyRow, EventRow, LegRow,
    PolicyRow, ScreeningRow, SubjectRow, SubjectVersion, UserRow, form,
    form::{StoredEvidence, StoredMatch},
    parse_state, state_word,
};
pub use rescreen_store::{
    FetchState, FindingRow, Limits, ListRow, ListSpec, Store, TokenRow, VersionRow, VersionState,
};
pub use screening::{Cut, CutList};

/// The use cases over one store.
#[derive(Debug)]
pub struct App {
    store: Store,
}

impl App {
    /// The use cases over a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}
