//! Tenants: which there are, whose subjects a source's are, and a store that shows one tenant what is its own.
//!
//! Isolation is a property of the connection and not of each query. What is opened for a tenant has a temporary view
//! before each table that holds something of somebody's, under the table's own name, so a query finds the rows of the
//! tenant and cannot find others. A table that is neither before such a view nor known to belong to everybody fails a
//! test (`every_table_is_everybodys_or_before_a_view`).

mod offer;
mod views;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use crate::{DEFAULT_TENANT, Register, StoreError, Writer, read::timestamp};

pub use offer::OfferRow;
pub(crate) use views::restrict;

/// A tenant that somebody added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Its name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Who added it.
    pub author: String,
}

impl Register<'_> {
    /// The tenants beside the default one, in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn tenants(&self) -> Result<Vec<TenantRow>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT name, since, author FROM tenant ORDER BY name")?;
        let mut rows = statement.query([])?;
        let mut tenants = Vec::new();
        while let Some(row) = rows.next()? {
            tenants.push(TenantRow {
                name: row.get(0)?,
                since: timestamp(row.get(1)?)?,
                author: row.get(2)?,
            });
        }
        Ok(tenants)
    }

    /// Every source that has subjects or was given to a tenant, with its tenant, in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn sources(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            // From one source to the next by the index of subjects: there are few sources, and many subjects of each.
            "WITH RECURSIVE known (source) AS (
                 SELECT min(source) FROM subject
                 UNION ALL SELECT (SELECT min(n.source) FROM subject n WHERE n.source > k.source) FROM known k
                 WHERE k.source IS NOT NULL)
             SELECT s.source, coalesce((SELECT t.tenant FROM tenant_source t WHERE t.source = s.source), ?1)
             FROM (SELECT source FROM known WHERE source IS NOT NULL UNION SELECT source FROM tenant_source) s ORDER BY s.source",
        )?;
        let rows = statement.query_map([DEFAULT_TENANT], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many cases each tenant has, in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn cases_by_tenant(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT tenant, count(*) FROM desk_case GROUP BY tenant ORDER BY tenant",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The cases of a source's subjects, by alert.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn cases_of_source(&self, source: &str) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT a.key FROM subject s JOIN alert a ON a.subject = s.key WHERE s.source = ?1 ORDER BY a.key",
        )?;
        let rows = statement.query_map([source], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// The tenant that the store was opened for; `None` for whoever runs the program.
    pub fn tenant(&self) -> Option<&str> {
        self.scope()
    }

    /// Whose the subjects of a source are.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn owner(&self, source: &str) -> Result<String, StoreError> {
        let owner = self
            .connection()
            .prepare_cached("SELECT tenant FROM tenant_source WHERE source = ?1")?
            .query_row([source], |row| row.get(0))
            .optional()?;
        Ok(owner.unwrap_or_else(|| DEFAULT_TENANT.to_owned()))
    }

    /// Whose the subject of an alert is.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn owner_of_alert(&self, alert: i64) -> Result<String, StoreError> {
        let source: Option<String> = self
            .connection()
            .prepare_cached(
                "SELECT s.source FROM alert a JOIN subject s ON s.key = a.subject WHERE a.key = ?1",
            )?
            .query_row([alert], |row| row.get(0))
            .optional()?;
        self.owner(&source.unwrap_or_default())
    }

    /// Adds a tenant; tells whether it is new.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn add_tenant(&self, name: &str, author: &str, at: Timestamp) -> Result<bool, StoreError> {
        let added = self.connection().execute(
            "INSERT INTO tenant (name, since, author) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
            params![name, at.as_microsecond(), author],
        )?;
        Ok(added > 0)
    }

    /// Says whose the subjects of a source are from now on.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn give_source(&self, source: &str, tenant: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO tenant_source (source, tenant) VALUES (?1, ?2)
             ON CONFLICT (source) DO UPDATE SET tenant = excluded.tenant",
            params![source, tenant],
        )?;
        Ok(())
    }
}
