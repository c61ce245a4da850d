//! How large the register is, for whoever watches: two counts, one of them over an index alone.

use super::AlertState;
use crate::{Store, StoreError};

/// How large the register is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterSizes {
    /// Subjects that are screened: neither retired nor erased.
    pub subjects: u64,
    /// Alerts in each state, in the order of [`AlertState::ALL`].
    pub alerts: Vec<(AlertState, u64)>,
}

impl Store {
    /// How large the register is.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn register_sizes(&self) -> Result<RegisterSizes, StoreError> {
        let mut subjects = self.connection().prepare_cached(
            "SELECT count(*) FROM subject WHERE retired IS NULL AND erased IS NULL",
        )?;
        let subjects: i64 = subjects.query_row([], |row| row.get(0))?;
        let mut in_state = self
            .connection()
            .prepare_cached("SELECT count(*) FROM alert WHERE state = ?1")?;
        let mut alerts = Vec::with_capacity(AlertState::ALL.len());
        for state in AlertState::ALL {
            let count: i64 = in_state.query_row([state.as_str()], |row| row.get(0))?;
            alerts.push((state, count as u64));
        }
        Ok(RegisterSizes {
            subjects: subjects as u64,
            alerts,
        })
    }
}
