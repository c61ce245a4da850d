//! The register: subjects that stay screened.
//!
//! Two rules make it whole. **A version is in force exactly when the register has been swept against it:** both happen
//! in one transaction, so there is no moment in which a list has changed and nobody has looked. **A subject is
//! screened against exactly one cut:** it is screened without holding the lock, and registered only if that cut is
//! still the one in force; otherwise it is screened again. Together they leave no gap, whoever runs beside whom.

mod alerts;
mod basis;
mod feed;
mod flows;
mod lookback;
mod policy;
mod put;
mod replay;
mod report;
mod scope;
mod segments;
mod settle;
mod subjects;
mod sweep;

pub use alerts::{AlertReport, Queue};
pub use flows::{Flows, NOT_REGISTERED};
pub use lookback::{Lookback, LookedBack};
pub use policy::{Forecast, Sample};
pub use put::{Expected, Put};
pub use replay::Replay;
pub use report::{Accounting, Coverage, ListCoverage, ScreenedThrough};
pub use scope::{RegisterPolicy, Scope};
pub use subjects::{Incoming, Registration, SubjectReport};
pub use sweep::SweepReport;

pub(crate) use basis::policy_in_force;
pub(crate) use segments::scrub;
pub(crate) use subjects::end_alerts;
pub(crate) use sweep::{after_update, over};
