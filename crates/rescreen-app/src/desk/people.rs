//! Who works at the desk.
//!
//! As long as nobody is listed, whoever names themselves is taken at their word as analyst, approver and admin: one
//! person can try the program out, and four eyes are still two names. The first person listed has to be an admin; from
//! then on a name that is not listed is refused, and only admins change the list.

use jiff::Timestamp;
use rescreen_desk::{ActionKind, Actor, Cause, Role, TenantId, UserId};
use rescreen_store::{By, DEFAULT_TENANT, SubjectKey, SubjectRow, UserRow, Writer};

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

/// What the person is; an error that is a refusal where they are nobody here, be it that another tenant has them.
fn standing(writer: &Writer<'_>, user: &UserId) -> Result<Standing, AppError> {
    let users = writer.register().users()?;
    if users.is_empty() {
        return Ok(Standing::Anybody);
    }
    listed(writer, user)?
        .map(Standing::Listed)
        .ok_or_else(|| nobody(user))
}

fn nobody(user: &UserId) -> AppError {
    AppError::Forbidden(format!(
        "there is no user '{user}': an admin can add one with 'rescreen user add'"
    ))
}

/// Who acts on a case. Where nobody is listed they act as an approver, who may do all there is.
pub(crate) fn actor(
    writer: &Writer<'_>,
    user: &UserId,
    kind: ActionKind,
) -> Result<Actor, AppError> {
    Ok(match standing(writer, user)? {
        Standing::Anybody => Actor {
            user: user.clone(),
            tenant: TenantId::new(writer.tenant().unwrap_or(DEFAULT_TENANT)),
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

/// Whether a case of a tenant can be given to the person.
pub(crate) fn can_be_given(
    writer: &Writer<'_>,
    user: &UserId,
    tenant: &TenantId,
) -> Result<(), AppError> {
    can_review(writer, user)?;
    match standing(writer, user)? {
        Standing::Listed(row) if row.tenant != *tenant => Err(nobody(user)),
        _ => Ok(()),
    }
}

/// Whether the person may review cases.
pub(crate) fn can_review(writer: &Writer<'_>, user: &UserId) -> Result<(), AppError> {
    match standing(writer, user)? {
        Standing::Listed(row) if !rescreen_desk::may(row.role, ActionKind::StartReview) => Err(
            AppError::Refused(format!("{user} is {} and reviews nothing", row.role.name())),
        ),
        _ => Ok(()),
    }
}

/// The person, if they may do what only admins do.
pub(crate) fn admin(writer: &Writer<'_>, user: &UserId, what: &str) -> Result<(), AppError> {
    match standing(writer, user)? {
        Standing::Listed(row) if row.role != Role::Admin => Err(AppError::Refused(format!(
            "the role {} may not {what}",
            row.role.name()
        ))),
        _ => Ok(()),
    }
}

/// The same for what concerns all tenants: that is the default tenant's to decide.
pub(crate) fn admin_of_all(writer: &Writer<'_>, user: &UserId, what: &str) -> Result<(), AppError> {
    admin(writer, user, what)?;
    match tenant_of(writer, user)? {
        Some(tenant) if tenant != DEFAULT_TENANT => Err(AppError::Refused(format!(
            "to {what} concerns all tenants, so an admin of tenant {DEFAULT_TENANT} does it"
        ))),
        _ => Ok(()),
    }
}

/// The tenant whose data the person works on; nothing where they run the program and nobody is listed.
pub(crate) fn tenant_of(writer: &Writer<'_>, user: &UserId) -> Result<Option<String>, AppError> {
    Ok(match standing(writer, user)? {
        Standing::Anybody => writer.tenant().map(str::to_owned),
        Standing::Listed(row) => Some(row.tenant.to_string()),
    })
}

/// Whether the subjects of a source are the person's to change; of others they learn nothing.
pub(crate) fn may_change(
    writer: &Writer<'_>,
    user: &UserId,
    subject: &SubjectRow,
) -> Result<(), AppError> {
    match tenant_of(writer, user)? {
        Some(tenant) if writer.owner(&subject.source)? != tenant => {
            Err(AppError::NotFound(format!(
                "there is no subject '{}/{}'",
                subject.source, subject.external
            )))
        }
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

/// Logs what a person did that is another tenant's affair than their own.
pub(super) fn log_in(
    writer: &Writer<'_>,
    at: Timestamp,
    kind: &str,
    by: &UserId,
    tenant: &str,
    detail: &Cause,
) -> Result<(), AppError> {
    let listed = listed(writer, by)?;
    let by = By {
        tenant: Some(tenant),
        ..as_logged(by, listed.as_ref())
    };
    Ok(writer.log_by(at, kind, by, (None, None), detail)?)
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

/// The person, where they work here: somebody of that name who works for another tenant is somebody else.
fn listed(writer: &Writer<'_>, user: &UserId) -> Result<Option<UserRow>, AppError> {
    let users = writer.register().users()?;
    let here = writer.tenant();
    let is_here = |row: &UserRow| here.is_none_or(|here| row.tenant.as_str() == here);
    Ok(users
        .into_iter()
        .find(|row| row.name == *user && is_here(row)))
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

    /// What a person is at the desk; `None` where they are not listed.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the text is no name; [`AppError`] where the store fails.
    pub fn user(&self, user: &str) -> Result<Option<UserRow>, AppError> {
        let user = name(user)?;
        let users = self.store.register().users()?;
        Ok(users.into_iter().find(|row| row.name == user))
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
        if let Err(error) = may_add(&writer, &by, &user, role, tenant.as_str()) {
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
        log_in(&writer, at, "user-added", &by, row.tenant.as_str(), &detail)?;
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
        if let Err(error) = may_remove(&writer, &by, &user) {
            let what = format!("remove user {user}");
            return Err(refused(writer, error, (&by, &what), None, at));
        }
        let users = writer.register().users()?;
        let row = users.iter().find(|row| row.name == user);
        let tenant = row.map_or(DEFAULT_TENANT, |row| row.tenant.as_str());
        writer.remove_user(&user)?;
        let detail = Cause {
            change: format!("{user} removed"),
            ..Cause::default()
        };
        log_in(&writer, at, "user-removed", &by, tenant, &detail)?;
        Ok(writer.commit()?)
    }
}

fn may_add(
    writer: &Writer<'_>,
    by: &UserId,
    user: &UserId,
    role: Role,
    tenant: &str,
) -> Result<(), AppError> {
    admin(writer, by, "add users")?;
    let users = writer.register().users()?;
    let listed = users.iter().find(|row| row.name == *user);
    for concerned in listed
        .map(|row| row.tenant.as_str())
        .into_iter()
        .chain([tenant])
    {
        may_staff(writer, by, concerned)?;
    }
    if role == Role::Admin || other_admins(&users, user) {
        return Ok(());
    }
    Err(AppError::Refused(if users.is_empty() {
        "the first user has to be an admin: nobody else could add the others".to_owned()
    } else {
        format!("{user} is the only admin")
    }))
}

fn may_remove(writer: &Writer<'_>, by: &UserId, user: &UserId) -> Result<(), AppError> {
    admin(writer, by, "remove users")?;
    let users = writer.register().users()?;
    // Who works elsewhere is nobody to the admins of one tenant.
    let own = tenant_of(writer, by)?.filter(|own| own != DEFAULT_TENANT);
    let is_theirs = |row: &&UserRow| own.as_deref().is_none_or(|own| row.tenant.as_str() == own);
    let mut named = users.iter().filter(|row| row.name == *user);
    if !named.any(|row| is_theirs(&row)) {
        return Err(AppError::NotFound(format!("there is no user '{user}'")));
    }
    // Without anybody listed, everybody would be taken at their word again.
    if other_admins(&users, user) {
        Ok(())
    } else {
        Err(AppError::Refused(format!("{user} is the only admin")))
    }
}

/// Whether who works for a tenant is the admin's to say: their own, and the default tenant's admins say it for all.
fn may_staff(writer: &Writer<'_>, by: &UserId, tenant: &str) -> Result<(), AppError> {
    match tenant_of(writer, by)? {
        Some(own) if own != DEFAULT_TENANT && own != tenant => Err(AppError::Refused(format!(
            "an admin of tenant {own} says who works there, and nowhere else"
        ))),
        _ => Ok(()),
    }
}

fn other_admins(users: &[UserRow], but: &UserId) -> bool {
    users
        .iter()
        .any(|row| row.role == Role::Admin && row.name != *but)
}

pub(super) fn tenant_name(text: &str) -> Result<TenantId, AppError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if text.is_empty() || text.len() > MAX_NAME || !text.chars().all(is_plain) {
        return Err(AppError::Usage(
            "a tenant's name has a-z, 0-9, '-' and '_'".to_owned(),
        ));
    }
    Ok(TenantId::new(text))
}
