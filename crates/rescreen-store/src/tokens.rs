//! Access tokens: who may ask over the network.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::{
    By, Cause, Store, StoreError, Writer,
    read::{hash, timestamp},
};

/// An access token as it is kept: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// What it is called in the token itself, in the log and in commands.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whose data it opens.
    pub tenant: String,
    /// The word of its role.
    pub role: String,
    /// What the secret is hashed with.
    pub salt: [u8; 32],
    /// The keyed hash of the secret.
    pub hash: [u8; 32],
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub author: String,
    /// From when on it opens nothing.
    pub expires: Option<Timestamp>,
    /// When somebody took it back.
    pub revoked: Option<Timestamp>,
    /// Who did.
    pub revoked_by: Option<String>,
}

const TOKEN: &str = "SELECT id, name, tenant, role, salt, hash, created, author, expires, revoked, revoked_by FROM access_token";

impl Store {
    /// The access token of that id.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn token(&self, id: &str) -> Result<Option<TokenRow>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached(&format!("{TOKEN} WHERE id = ?1"))?;
        let mut rows = statement.query(params![id])?;
        rows.next()?.map(token).transpose()
    }

    /// All access tokens, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        tokens(self.connection())
    }
}

fn tokens(connection: &Connection) -> Result<Vec<TokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{TOKEN} ORDER BY created, id"))?;
    let mut rows = statement.query([])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        tokens.push(token(row)?);
    }
    Ok(tokens)
}

impl Writer<'_> {
    /// The access tokens of all tenants, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        tokens(self.connection())
    }

    /// Adds an access token.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or the id is taken.
    pub fn add_token(&self, token: &TokenRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO access_token (id, name, tenant, role, salt, hash, created, author, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                token.id,
                token.name,
                token.tenant,
                token.role,
                token.salt,
                token.hash,
                token.created.as_microsecond(),
                token.author,
                token.expires.map(Timestamp::as_microsecond)
            ],
        )?;
        let expires = token.expires.map_or_else(
            || "never expires".to_owned(),
            |at| format!("expires at {at}"),
        );
        let change = format!(
            "token {} ({}) is {} and {expires}",
            token.id, token.name, token.role
        );
        let by = By {
            user: Some(&token.author),
            tenant: Some(&token.tenant),
            role: None,
        };
        self.log_token(token.created, "token-created", by, change)
    }

    /// Takes an access token back; `false` where there is none of that id that still is in use.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn revoke_token(&self, id: &str, by: &str, at: Timestamp) -> Result<bool, StoreError> {
        let changed = self.connection().execute(
            "UPDATE access_token SET revoked = ?2, revoked_by = ?3 WHERE id = ?1 AND revoked IS NULL",
            params![id, at.as_microsecond(), by],
        )?;
        if changed > 0 {
            let tenant: String = self.connection().query_row(
                "SELECT tenant FROM access_token WHERE id = ?1",
                params![id],
                |row| row.get(0),
            )?;
            let by = By {
                user: Some(by),
                tenant: Some(&tenant),
                role: None,
            };
            self.log_token(at, "token-revoked", by, format!("token {id} is revoked"))?;
        }
        Ok(changed > 0)
    }

    fn log_token(
        &self,
        at: Timestamp,
        kind: &str,
        by: By<'_>,
        change: String,
    ) -> Result<(), StoreError> {
        let cause = Cause {
            change,
            ..Cause::default()
        };
        self.log_operation(at, kind, by, &cause)
    }
}

fn token(row: &Row<'_>) -> Result<TokenRow, StoreError> {
    let moment = |stored: Option<i64>| stored.map(timestamp).transpose();
    Ok(TokenRow {
        id: row.get(0)?,
        name: row.get(1)?,
        tenant: row.get(2)?,
        role: row.get(3)?,
        salt: *hash(row.get(4)?)?.as_bytes(),
        hash: *hash(row.get(5)?)?.as_bytes(),
        created: timestamp(row.get(6)?)?,
        author: row.get(7)?,
        expires: moment(row.get(8)?)?,
        revoked: moment(row.get(9)?)?,
        revoked_by: row.get(10)?,
    })
}
