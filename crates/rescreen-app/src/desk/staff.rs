//! Tenants with their people and tokens, for whoever decides about them.

use rescreen_store::{DEFAULT_TENANT, TokenRow, UserRow};

use super::{Tenants, people};
use crate::{App, AppError, Kind};

/// Who works where, and what opens what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Whether it is that of all tenants.
    pub is_of_all: bool,
    /// The tenants with their sources and cases.
    pub tenants: Tenants,
    /// The people of the desk, in name order.
    pub users: Vec<UserRow>,
    /// The tokens, in the order in which they were made.
    pub tokens: Vec<TokenRow>,
}

impl App {
    /// Tenants, people and tokens: all of them for an admin of the default tenant, who decides about them; for others
    /// those of the tenant that the store was opened for.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the name is none; [`AppError`] where the store fails.
    pub fn staff(&mut self, by: &str) -> Result<Staff, AppError> {
        let by = people::name(by)?;
        if self.tenant() == Some(DEFAULT_TENANT) {
            // What reads for a tenant shows nothing of others; what writes knows whose each row is.
            let writer = self.store.write()?;
            match people::admin_of_all(&writer, &by, "see who works where") {
                Ok(()) => {
                    let register = writer.register();
                    return Ok(Staff {
                        is_of_all: true,
                        tenants: Tenants::read(register)?,
                        users: register.users()?,
                        tokens: writer.tokens()?,
                    });
                }
                Err(error) if error.kind() == Kind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Staff {
            is_of_all: self.tenant().is_none(),
            tenants: self.tenants()?,
            users: self.users()?,
            tokens: self.tokens()?,
        })
    }
}
