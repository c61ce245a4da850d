//! Who works at the desk.
//!
//! As long as nobody is listed, whoever names themselves is taken at their word as analyst, approver and admin: one
//! person can try the program out, and four eyes are still two names. The first person listed has to be an admin; from
//! then on a name that is not listed is refused, and only admins change the list.

use jiff::Timestamp;
use rescreen_desk::{ActionKind, Actor, Cause, Role, TenantId, UserId};
use rescreen_store::{By, DEFAULT_TENANT, Register, SubjectKey, UserRow, Writer};

use crate::{App, AppError, Kind};

const MAX_NAME: usize = 100;

/// What a person is at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// Nobody is listed, so everybody may do everything under a name of their own.
    Anybody,
    /// A listed person.
    Listed(UserRow),
}

/// A person's name as it is kept: two spellings of one name that differ in capitals are not two people.
pub(crate) fn name(text: &str) -> Result<UserId, AppError> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let name = words.join(" ");
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(is_odd) {
        return Err(AppError::Usage(format!(
            "expected the name of a person, of at most {MAX_NAME} letters"
        )));
    }
    Ok(UserId::new(&name))
}

/// What the person is; an error that is a refusal where they are nobody here.
fn standing(register: Register<'_>, user: &UserId) -> Result<Standing, AppError> {
    let users = register.users()?;
    if users.is_empty() {
        return Ok(Standing::Anybody);
    }
    let listed = users.into_iter().find(|row| row.name == *user);
    listed.map(Standing::Listed).ok_or_else(|| {
        AppError::Forbidden(format!(
            "there is no user '{user}': an admin can add one with 'rescreen user add'"
        ))
    })
}

/// Who acts on a case. Where nobody is listed they act as an approver, who may do all there is.
pub(crate) fn actor(
    register: Register<'_>,
    user: &UserId,
    kind: ActionKind,
) -> Result<Actor, AppError> {
    Ok(match standing(register, user)? {
        Standing::Anybody => Actor {
            user: user.clone(),
            tenant: TenantId::new(DEFAULT_TENANT),
            role: if rescreen_desk::may(Role::Approver, kind) {
                Role::Approver
            } else {
                Role::Admin
            },
        },
        Standing::Listed(row) => Actor {
            user: row.name,
            tenant: row.tenant,
            role: row.role,
        },
    })
}

/// Whether a case can be given to the person.
pub(crate) fn can_review(register: Register<'_>, user: &UserId) -> Result<(), AppError> {
    match standing(register, user)? {
        Standing::Listed(row) if !rescreen_desk::may(row.role, ActionKind::StartReview) => Err(
            AppError::Refused(format!("{user} is {} and reviews nothing", row.role.name())),
        ),
        _ => Ok(()),
    }
}

/// The person, if they may do what only admins do.
pub(crate) fn admin(register: Register<'_>, user: &UserId, what: &str) -> Result<(), AppError> {
    match standing(register, user)? {
        Standing::Listed(row) if row.role != Role::Admin => Err(AppError::Refused(format!(
            "the role {} may not {what}",
            row.role.name()
        ))),
        _ => Ok(()),
    }
}

/// Puts a refusal in the log, and ends the transaction with it; other errors leave nothing behind.
pub(crate) fn refused(
    writer: Writer<'_>,
    error: AppError,
    (by, what): (&UserId, &str),
    about: Option<(SubjectKey, i64)>,
    at: Timestamp,
) -> AppError {
    let about = (
        about.map(|(subject, _)| subject),
        about.map(|(_, alert)| alert),
    );
    refused_about(writer, error, (by, what), about, at)
}

fn refused_about(
    writer: Writer<'_>,
    error: AppError,
    (by, what): (&UserId, &str),
    about: (Option<SubjectKey>, Option<i64>),
    at: Timestamp,
) -> AppError {
    if !matches!(error.kind(), Kind::Refused | Kind::NotFound) {
        return error;
    }
    let detail = Cause {
        change: format!("{what}: {error}"),
        ..Cause::default()
    };
    let logged = log(&writer, at, "refused", by, about, &detail);
    let logged = logged.and_then(|()| Ok(writer.commit()?));
    match logged {
        Ok(()) => error,
        Err(failure) => failure,
    }
}

impl App {
    /// Puts a refusal in the log that is neither about an alert nor about a subject.
    pub(crate) fn refused(
        &mut self,
        by: &str,
        what: &str,
        error: AppError,
        now: Timestamp,
    ) -> AppError {
        let logged = name(by).and_then(|by| {
            let writer = self.store.write()?;
            let at = writer.not_before_the_log(now)?;
            Ok(refused(writer, error, (&by, what), None, at))
        });
        logged.unwrap_or_else(|failure| failure)
    }
}

/// Does the same for what was asked about a subject.
pub(crate) fn refused_of(
    writer: Writer<'_>,
    error: AppError,
    (by, what): (&UserId, &str),
    subject: SubjectKey,
    at: Timestamp,
) -> AppError {
    refused_about(writer, error, (by, what), (Some(subject), None), at)
}

/// Logs what a person did that is no step of a case, in the role and tenant they have.
pub(crate) fn log(
    writer: &Writer<'_>,
    at: Timestamp,
    kind: &str,
    by: &UserId,
    about: (Option<SubjectKey>, Option<i64>),
    detail: &Cause,
) -> Result<(), AppError> {
    let listed = listed(writer, by)?;
    Ok(writer.log_by(at, kind, as_logged(by, listed.as_ref()), about, detail)?)
}

/// Logs what a person did to a subject in words that stay when the subject is erased.
pub(crate) fn log_for_good(
    writer: &Writer<'_>,
    at: Timestamp,
    kind: &str,
    by: &UserId,
    subject: SubjectKey,
    detail: &Cause,
) -> Result<(), AppError> {
    let listed = listed(writer, by)?;
    let by = as_logged(by, listed.as_ref());
    Ok(writer.log_for_good(at, kind, by, subject, detail)?)
}

fn listed(writer: &Writer<'_>, user: &UserId) -> Result<Option<UserRow>, AppError> {
    let users = writer.register().users()?;
    Ok(users.into_iter().find(|row| row.name == *user))
}

fn as_logged<'a>(user: &'a UserId, listed: Option<&'a UserRow>) -> By<'a> {
    By {
        user: Some(user.as_str()),
        tenant: listed.map(|row| row.tenant.as_str()),
        role: listed.map(|row| row.role.name()),
    }
}

impl App {
    /// The people who work at the desk, in name order.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn users(&self) -> Result<Vec<UserRow>, AppError> {
        Ok(self.store.register().users()?)
    }

    /// Lists a person, or gives a listed one another role or tenant.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the name or tenant is none; [`AppError::Refused`] where the person may not do that, the
    /// first person would be no admin, or the last admin would be none any more.
    pub fn add_user(
        &mut self,
        user: &str,
        role: Role,
        tenant: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<UserRow, AppError> {
        let user = name(user)?;
        let tenant = tenant_name(tenant)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let by = name(by)?;
        if let Err(error) = may_add(writer.register(), &by, &user, role) {
            let what = format!("add user {user}");
            return Err(refused(writer, error, (&by, &what), None, at));
        }
        let row = UserRow {
            name: user,
            tenant,
            role,
            since: at,
        };
        writer.put_user(&row)?;
        let detail = Cause {
            change: format!("{} is {} in {}", row.name, role.name(), row.tenant),
            ..Cause::default()
        };
        log(&writer, at, "user-added", &by, (None, None), &detail)?;
        writer.commit()?;
        Ok(row)
    }

    /// Takes a person from the desk. What they did stays in the log, and their cases stay theirs until they are
    /// assigned to somebody else.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Refused`] where the person may not do that or the last admin would go.
    pub fn remove_user(&mut self, user: &str, by: &str, now: Timestamp) -> Result<(), AppError> {
        let user = name(user)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let by = name(by)?;
        if let Err(error) = may_remove(writer.register(), &by, &user) {
            let what = format!("remove user {user}");
            return Err(refused(writer, error, (&by, &what), None, at));
        }
        writer.remove_user(&user)?;
        let detail = Cause {
            change: format!("{user} removed"),
            ..Cause::default()
        };
        log(&writer, at, "user-removed", &by, (None, None), &detail)?;
        Ok(writer.commit()?)
    }
}

fn may_add(register: Register<'_>, by: &UserId, user: &UserId, role: Role) -> Result<(), AppError> {
    admin(register, by, "add users")?;
    let users = register.users()?;
    if role == Role::Admin || other_admins(&users, user) {
        return Ok(());
    }
    Err(AppError::Refused(if users.is_empty() {
        "the first user has to be an admin: nobody else could add the others".to_owned()
    } else {
        format!("{user} is the only admin")
    }))
}

fn may_remove(register: Register<'_>, by: &UserId, user: &UserId) -> Result<(), AppError> {
    admin(register, by, "remove users")?;
    let users = register.users()?;
    if !users.iter().any(|row| row.name == *user) {
        return Err(AppError::NotFound(format!("there is no user '{user}'")));
    }
    // Without anybody listed, everybody would be taken at their word again.
    if other_admins(&users, user) {
        Ok(())
    } else {
        Err(AppError::Refused(format!("{user} is the only admin")))
    }
}

fn other_admins(users: &[UserRow], but: &UserId) -> bool {
    users
        .iter()
        .any(|row| row.role == Role::Admin && row.name != *but)
}

fn tenant_name(text: &str) -> Result<TenantId, AppError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if text.is_empty() || text.len() > MAX_NAME || !text.chars().all(is_plain) {
        return Err(AppError::Usage(
            "a tenant's name has a-z, 0-9, '-' and '_'".to_owned(),
        ));
    }
    Ok(TenantId::new(text))
}
