//! Access tokens: who may ask over the network, and in which role.
//!
//! A token is `rescreen_ID_SECRET`. The id stands in lists and logs; the secret has 256 random bits, is shown once, and
//! is kept only as a hash keyed with a salt of its own. A slow hash would protect no better what nobody can guess.

use std::fmt;

use jiff::Timestamp;
use rescreen_store::{By, Cause, DEFAULT_TENANT, TokenRow};

use crate::{App, AppError};

const PREFIX: &str = "rescreen_";
const ID_BYTES: usize = 6;
const SALT_BYTES: usize = 32;
const SECRET_BYTES: usize = 32;
const MAX_NAME: usize = 100;

/// How many random bytes a new token is made of.
pub const TOKEN_RANDOM_BYTES: usize = ID_BYTES + SALT_BYTES + SECRET_BYTES;

/// What the holder of a token is. The roles of people are those of the desk, by the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessRole {
    /// A machine that watches the server: figures only.
    Monitor,
    /// A machine that screens: it asks about parties and sees no register.
    Screener,
    /// A machine that keeps subjects in the register and reads what came of them.
    Registrar,
    /// A person who reads.
    Viewer,
    /// A person who works on alerts.
    Analyst,
    /// A person who also approves what others propose.
    Approver,
    /// A person who runs the installation.
    Admin,
    /// A person who checks; reads everything, changes nothing.
    Auditor,
}

impl AccessRole {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Monitor,
        Self::Screener,
        Self::Registrar,
        Self::Viewer,
        Self::Analyst,
        Self::Approver,
        Self::Admin,
        Self::Auditor,
    ];

    /// The role's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Screener => "screener",
            Self::Registrar => "registrar",
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// Whether it may know in how many other tenants people have a case about the same party.
    pub fn may_know_elsewhere(self) -> bool {
        rescreen_desk::Role::parse(self.as_str()).is_some_and(crate::desk::may_know_elsewhere)
    }

    /// The role of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// Whose data it opens.
    pub tenant: String,
    /// What its holder is.
    pub role: AccessRole,
    /// From when on it opens nothing.
    pub expires: Option<Timestamp>,
}

/// The text of a new token. It is nowhere else and cannot be had again.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

impl TokenText {
    /// What the holder is given.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(…)")
    }
}

/// Who holds a token that opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The id of the token.
    pub token: String,
    /// What people call the token: the name under which its holder acts.
    pub name: String,
    /// Whose data it opens.
    pub tenant: String,
    /// What the holder is.
    pub role: AccessRole,
}

/// What a token that somebody presents is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// It opens.
    Valid(Bearer),
    /// There is no such token, or its secret is another.
    Unknown,
    /// It opened once.
    Expired,
    /// It was taken back.
    Revoked,
}

impl App {
    /// Makes a token. The random bytes come from whoever has a source of them.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the name, the tenant or the expiry is none, or [`AppError`] where the store fails.
    pub fn create_token(
        &mut self,
        new: &NewToken,
        random: &[u8; TOKEN_RANDOM_BYTES],
        by: &str,
        now: Timestamp,
    ) -> Result<(TokenRow, TokenText), AppError> {
        let (id, rest) = random.split_at(ID_BYTES);
        let (salt, secret) = rest.split_at(SALT_BYTES);
        let mut key = [0; SALT_BYTES];
        key.copy_from_slice(salt);
        let (id, secret) = (hex(id), hex(secret));
        let name = match new.name.trim() {
            "" => id.as_str(),
            name => name,
        };
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(AppError::Usage(format!(
                "a token's name has at most {MAX_NAME} letters"
            )));
        }
        let row = TokenRow {
            name: name.to_owned(),
            tenant: tenant(&new.tenant)?.to_owned(),
            role: new.role.as_str().to_owned(),
            salt: key,
            hash: *blake3::keyed_hash(&key, secret.as_bytes()).as_bytes(),
            created: now,
            author: by.trim().to_owned(),
            expires: new.expires,
            revoked: None,
            revoked_by: None,
            id,
        };
        if let Some(own) = self.tenant().filter(|own| *own != DEFAULT_TENANT)
            && own != row.tenant
        {
            return Err(AppError::Refused(format!(
                "tenant {own} makes tokens for itself, and for nobody else"
            )));
        }
        if row.author.is_empty() {
            return Err(AppError::Usage("a token needs a person".to_owned()));
        }
        if row.expires.is_some_and(|at| at <= now) {
            return Err(AppError::Usage(
                "the token would have expired already".to_owned(),
            ));
        }
        let writer = self.store.write()?;
        if writer.tenant().is_some_and(|here| here != row.tenant) {
            return Err(AppError::Refused(format!(
                "a token of tenant {} is not made in another",
                row.tenant
            )));
        }
        writer.add_token(&row)?;
        writer.commit()?;
        let text = format!("{PREFIX}{}_{secret}", row.id);
        Ok((row, TokenText(text)))
    }

    /// All tokens, those that open nothing any more included.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, AppError> {
        Ok(self.store.tokens()?)
    }

    /// Takes a token back: from the next request on it opens nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such token; [`AppError::Refused`] where it was taken back before.
    pub fn revoke_token(&mut self, id: &str, by: &str, now: Timestamp) -> Result<(), AppError> {
        let by = by.trim();
        if by.is_empty() {
            return Err(AppError::Usage("a revocation needs a person".to_owned()));
        }
        // Another tenant's is none here.
        if self.tenant().is_some() && self.store.token(id)?.is_none() {
            return Err(AppError::NotFound(format!("there is no token {id}")));
        }
        let writer = self.store.write()?;
        if writer.revoke_token(id, by, now)? {
            return Ok(writer.commit()?);
        }
        drop(writer);
        Err(match self.store.token(id)? {
            Some(_) => AppError::Refused(format!("token {id} is revoked already")),
            None => AppError::NotFound(format!("there is no token {id}")),
        })
    }

    /// Says what a token is that somebody presents. Only who knows the secret learns that it expired or was revoked.
    ///
    /// # Errors
    /// [`AppError`] where the store fails: then nobody is let in.
    pub fn present_token(&self, text: &str, now: Timestamp) -> Result<Presented, AppError> {
        let parts = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .filter(|(id, secret)| id.len() == 2 * ID_BYTES && secret.len() == 2 * SECRET_BYTES);
        let Some((id, secret)) = parts else {
            return Ok(Presented::Unknown);
        };
        let Some(row) = self.store.token(id)? else {
            return Ok(Presented::Unknown);
        };
        // The comparison of two `blake3::Hash` takes the same time wherever they differ.
        let is_it =
            blake3::keyed_hash(&row.salt, secret.as_bytes()) == blake3::Hash::from_bytes(row.hash);
        Ok(if is_it {
            standing(row, now)
        } else {
            Presented::Unknown
        })
    }

    /// Logs who was kept out, with what they were refused, in the role and tenant of their token where it opens something.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn log_kept_out(
        &mut self,
        kept_out: &[(Option<Bearer>, String)],
        now: Timestamp,
    ) -> Result<(), AppError> {
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        for (bearer, what) in kept_out {
            let by = bearer.as_ref().map_or_else(By::default, |bearer| By {
                user: Some(&bearer.name),
                tenant: Some(&bearer.tenant),
                role: Some(bearer.role.as_str()),
            });
            let detail = Cause {
                change: what.clone(),
                ..Cause::default()
            };
            writer.log_by(at, "refused", by, (None, None), &detail)?;
        }
        Ok(writer.commit()?)
    }

    /// Says what a token is by its id, for whoever presented it before.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn token_standing(&self, id: &str, now: Timestamp) -> Result<Presented, AppError> {
        let row = self.store.token(id)?;
        Ok(row.map_or(Presented::Unknown, |row| standing(row, now)))
    }
}

fn standing(row: TokenRow, now: Timestamp) -> Presented {
    match AccessRole::parse(&row.role) {
        _ if row.revoked.is_some() => Presented::Revoked,
        _ if row.expires.is_some_and(|at| at <= now) => Presented::Expired,
        // A role that only a newer program knows.
        None => Presented::Unknown,
        Some(role) => Presented::Valid(Bearer {
            token: row.id,
            name: row.name,
            tenant: row.tenant,
            role,
        }),
    }
}

/// The name of a tenant, if it is one.
///
/// # Errors
/// [`AppError::Usage`] otherwise.
pub fn tenant(text: &str) -> Result<&str, AppError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if !text.is_empty() && text.len() <= MAX_NAME && text.chars().all(is_plain) {
        return Ok(text);
    }
    let short: String = text.chars().take(60).collect();
    Err(AppError::Usage(format!(
        "'{short}' cannot name a tenant: expected a-z, 0-9, '-' and '_'"
    )))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use rescreen_store::Store;

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn new(role: AccessRole) -> NewToken {
        NewToken {
            name: "crm".to_owned(),
            tenant: "default".to_owned(),
            role,
            expires: Some(moment("2026-02-01T00:00:00Z")),
        }
    }

    #[test]
    fn a_token_opens_until_it_expires_or_is_revoked_and_only_with_its_secret() {
        let mut app = App::new(Store::in_memory().unwrap());
        let now = moment("2026-01-01T00:00:00Z");
        let random: [u8; TOKEN_RANDOM_BYTES] = std::array::from_fn(|n| n as u8);
        let (row, text) = app
            .create_token(&new(AccessRole::Screener), &random, "ada", now)
            .unwrap();
        let text = text.reveal();
        assert_eq!(row.id, "000102030405");
        assert!(text.starts_with("rescreen_000102030405_2627"), "{text}");
        let kept = format!("{:?}", app.tokens().unwrap());
        assert!(!kept.contains(&text[22..]), "the secret is kept nowhere");

        let bearer = Bearer {
            token: row.id.clone(),
            name: "crm".to_owned(),
            tenant: "default".to_owned(),
            role: AccessRole::Screener,
        };
        let check = |app: &App, text: &str, at: &str| app.present_token(text, moment(at)).unwrap();
        assert_eq!(
            check(&app, text, "2026-01-31T23:59:59Z"),
            Presented::Valid(bearer)
        );
        assert_eq!(
            check(&app, text, "2026-02-01T00:00:00Z"),
            Presented::Expired
        );
        let mut other = text.to_owned();
        other.pop();
        other.push(if text.ends_with('0') { '1' } else { '0' });
        let upper = text.to_uppercase();
        for wrong in [
            &*other,
            &text[1..],
            &text[..text.len() - 1],
            &upper,
            "",
            "rescreen_",
            "rescreen_000102030405_",
        ] {
            assert_eq!(
                check(&app, wrong, "2026-03-01T00:00:00Z"),
                Presented::Unknown,
                "{wrong}"
            );
        }

        app.revoke_token(&row.id, "ada", now).unwrap();
        assert_eq!(
            check(&app, text, "2026-01-02T00:00:00Z"),
            Presented::Revoked
        );
        let by_id = |id: &str| app.token_standing(id, now).unwrap();
        assert_eq!(by_id(&row.id), Presented::Revoked);
        assert_eq!(by_id("none"), Presented::Unknown);
        assert_eq!(
            check(&app, &other, "2026-01-02T00:00:00Z"),
            Presented::Unknown
        );
        assert!(matches!(
            app.revoke_token(&row.id, "ada", now),
            Err(AppError::Refused(_))
        ));
        assert!(matches!(
            app.revoke_token("none", "ada", now),
            Err(AppError::NotFound(_))
        ));
    }

    #[test]
    fn a_token_that_makes_no_sense_is_not_made() {
        let mut app = App::new(Store::in_memory().unwrap());
        let now = moment("2026-01-01T00:00:00Z");
        let good = new(AccessRole::Admin);
        for (bad, by) in [
            (
                NewToken {
                    tenant: "Über uns".to_owned(),
                    ..good.clone()
                },
                "ada",
            ),
            (
                NewToken {
                    tenant: String::new(),
                    ..good.clone()
                },
                "ada",
            ),
            (
                NewToken {
                    name: "x".repeat(101),
                    ..good.clone()
                },
                "ada",
            ),
            (
                NewToken {
                    expires: Some(now),
                    ..good.clone()
                },
                "ada",
            ),
            (good.clone(), " "),
        ] {
            let made = app.create_token(&bad, &[7; TOKEN_RANDOM_BYTES], by, now);
            assert!(matches!(made, Err(AppError::Usage(_))), "{bad:?}");
        }
        assert_eq!(app.tokens().unwrap(), []);
    }

    #[test]
    fn roles_have_words() {
        for role in AccessRole::ALL {
            assert_eq!(AccessRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(AccessRole::parse("root"), None);
    }
}
