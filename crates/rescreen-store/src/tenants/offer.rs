//! Our side of a case whoever the subject belongs to, and cases that one tenant offers to another.

use jiff::Timestamp;
use rescreen_desk::{Change, TenantId};
use rusqlite::{Row, params};

use crate::{
    AlertRow, LegRow, Register, StoreError, SubjectKey, SubjectRow, form, read::timestamp,
};

/// A case that a tenant offers to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// Whose it is until it is accepted.
    pub from: TenantId,
    /// Who it is offered to.
    pub to: TenantId,
    /// When.
    pub at: Timestamp,
    /// Who offered it.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// The alert.
    pub alert: AlertRow,
    /// The subject, with all it says.
    pub subject: SubjectRow,
}

impl Register<'_> {
    /// The subject of a case, and whether it belongs to another tenant than the case; `None` where there is no case of
    /// that number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subject_of_case(&self, alert: i64) -> Result<Option<(SubjectRow, bool)>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT key, source, external, version, hash, body, registered, retired, erased, tenant <> owner
             FROM case_subject WHERE alert = ?1",
        )?;
        let mut rows = statement.query(params![alert])?;
        rows.next()?
            .map(|row| Ok((crate::register::subject(row)?, row.get(9)?)))
            .transpose()
    }

    /// The cases that are offered to a tenant or by one, by alert.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn offers(&self) -> Result<Vec<OfferRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT key, source, external, version, hash, body, registered, retired, erased,
                    alert, subject, state, opened, cause, tenant, offered, at, actor, detail FROM offer ORDER BY alert",
        )?;
        let mut rows = statement.query([])?;
        let mut offers = Vec::new();
        while let Some(row) = rows.next()? {
            offers.push(offer(row)?);
        }
        Ok(offers)
    }

    /// What an offered case rests on.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn offered_legs(&self, alert: i64) -> Result<Vec<LegRow>, StoreError> {
        self.legs_from(
            "offered_leg",
            "WHERE g.alert = ?1 ORDER BY l.name, g.entry",
            alert,
        )
    }

    /// In how many other tenants people have an open or confirmed case about the party that an alert names.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn elsewhere(&self, alert: i64) -> Result<u64, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT tenants FROM elsewhere WHERE alert = ?1")?;
        let mut rows = statement.query(params![alert])?;
        let count: Option<i64> = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}

fn offer(row: &Row<'_>) -> Result<OfferRow, StoreError> {
    let (state, cause, detail): (String, String, String) =
        (row.get(11)?, row.get(13)?, row.get(18)?);
    let tenant = |column: usize| -> Result<TenantId, StoreError> {
        Ok(TenantId::new(&row.get::<_, String>(column)?))
    };
    let reason = match form::decode_case_change(&detail)? {
        Change::Did(rescreen_desk::Action::HandOver { reason, .. }) => reason,
        _ => String::new(),
    };
    Ok(OfferRow {
        from: tenant(14)?,
        to: tenant(15)?,
        at: timestamp(row.get(16)?)?,
        by: row.get(17)?,
        reason,
        alert: AlertRow {
            key: row.get(9)?,
            subject: SubjectKey(row.get(10)?),
            state: crate::AlertState::parse(&state).ok_or_else(|| StoreError::Damaged {
                detail: format!("an alert in the unknown state '{state}'"),
            })?,
            opened: timestamp(row.get(12)?)?,
            cause: form::decode_cause(&cause)?,
        },
        subject: crate::register::subject(row)?,
    })
}
