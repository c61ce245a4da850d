//! Tenants: adding them, giving them sources, and cases that go from one to another.

use jiff::Timestamp;
use rescreen_desk::{Actor, Cause, Role, TenantId, UserId, give};
use rescreen_store::{AlertRow, DEFAULT_TENANT, LegRow, Register, SubjectRow, TenantRow, Writer};

use super::{act, grounds, people};
use crate::{App, AppError};

/// The tenants, what is theirs, and how many cases each has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenants {
    /// Those beside the default one.
    pub added: Vec<TenantRow>,
    /// Every source with the tenant whose its subjects are.
    pub sources: Vec<(String, String)>,
    /// How many cases each tenant has.
    pub cases: Vec<(String, u64)>,
}

impl Tenants {
    pub(super) fn read(register: Register<'_>) -> Result<Self, AppError> {
        Ok(Self {
            added: register.tenants()?,
            sources: register.sources()?,
            cases: register.cases_by_tenant()?,
        })
    }

    /// Their names, the default one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let added = self.added.iter().map(|tenant| tenant.name.as_str());
        [DEFAULT_TENANT].into_iter().chain(added)
    }
}

/// What came of giving a source to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Whose its subjects were.
    pub from: String,
    /// The alerts whose cases went along.
    pub moved: Vec<i64>,
    /// The alerts whose cases stay where they are, and why.
    pub stay: Vec<(i64, Stays)>,
}

/// Why a case stays where it is when the source of its subject goes to another tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// People answered it, and who answered stands by it.
    Answered,
    /// It was handed over to a tenant that is none of the two.
    HandedOver,
}

impl Stays {
    /// Why, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "it is answered, and who answered stands by it",
            Self::HandedOver => "it was handed over to another tenant",
        }
    }
}

/// A case that one tenant offers to another: all that the other may see of it before it accepts.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Whose it is until then.
    pub from: TenantId,
    /// Who it is offered to.
    pub to: TenantId,
    /// When it was offered.
    pub at: Timestamp,
    /// Who offered it.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// The alert.
    pub row: AlertRow,
    /// The subject, as far as the matcher compares it.
    pub subject: SubjectRow,
    /// What the alert rests on.
    pub legs: Vec<LegRow>,
}

/// Whether somebody in that role may know in how many other tenants people have a case about the same party.
pub fn may_know_elsewhere(role: Role) -> bool {
    matches!(role, Role::Approver | Role::Admin | Role::Auditor)
}

/// Whether there is a tenant of that name.
pub(super) fn known(register: Register<'_>, name: &str) -> Result<(), AppError> {
    let is_known =
        name == DEFAULT_TENANT || register.tenants()?.iter().any(|tenant| tenant.name == name);
    if is_known {
        return Ok(());
    }
    Err(AppError::Refused(format!(
        "there is no tenant '{name}': an admin can add one with 'rescreen tenant add'"
    )))
}

impl App {
    /// The tenants, their sources, and how many cases each has.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn tenants(&self) -> Result<Tenants, AppError> {
        Tenants::read(self.store.register())
    }

    /// Adds a tenant; tells whether it is new.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the name is none; [`AppError::Refused`] where the person may not do that.
    pub fn add_tenant(&mut self, name: &str, by: &str, now: Timestamp) -> Result<bool, AppError> {
        let name = people::tenant_name(name)?;
        let by = people::name(by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("add tenant {name}");
        if let Err(error) = people::admin_of_all(&writer, &by, &what) {
            return Err(people::refused(writer, error, (&by, &what), None, at));
        }
        if name.as_str() == DEFAULT_TENANT || !writer.add_tenant(name.as_str(), by.as_str(), at)? {
            return Ok(false);
        }
        let cause = cause(&format!("tenant {name} added"));
        people::log(&writer, at, "tenant-added", &by, (None, None), &cause)?;
        writer.commit()?;
        Ok(true)
    }

    /// Gives the subjects of a source to a tenant. The cases that nobody has answered go along and begin anew there.
    ///
    /// # Errors
    /// [`AppError::Usage`] without a reason; [`AppError::Refused`] where the person may not do that, there is no such
    /// tenant, or the source is that tenant's already.
    pub fn give_source(
        &mut self,
        source: &str,
        tenant: &str,
        (by, reason): (&str, &str),
        now: Timestamp,
    ) -> Result<Given, AppError> {
        let source = crate::register::source_name(source)?;
        let reason = match reason.trim() {
            "" => return Err(AppError::Usage("giving a source needs a reason".to_owned())),
            reason => reason,
        };
        let (to, by) = (people::tenant_name(tenant)?, people::name(by)?);
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("give source {source} to {to}");
        let from = writer.owner(source)?;
        let allowed = people::admin_of_all(&writer, &by, &what)
            .and_then(|()| known(writer.register(), to.as_str()))
            .and_then(|()| {
                if from == to.as_str() {
                    return Err(AppError::Refused(format!(
                        "source {source} is one of tenant {to} already"
                    )));
                }
                Ok(())
            });
        if let Err(error) = allowed {
            return Err(people::refused(writer, error, (&by, &what), None, at));
        }
        writer.give_source(source, to.as_str())?;
        let cause = cause(&format!(
            "source {source} goes from tenant {from} to {to}: {reason}"
        ));
        // It is the affair of both.
        for tenant in [from.as_str(), to.as_str()] {
            people::log_in(&writer, at, "source-given", &by, tenant, &cause)?;
        }
        let mut given = Given {
            from,
            moved: Vec::new(),
            stay: Vec::new(),
        };
        for alert in writer.register().cases_of_source(source)? {
            match move_case(&writer, alert, &given.from, &to, &by, at)? {
                Moved::Along => given.moved.push(alert),
                Moved::Stays(why) => given.stay.push((alert, why)),
                Moved::IsThere => {}
            }
        }
        writer.commit()?;
        Ok(given)
    }

    /// The cases that are offered to a tenant or by one; those of the tenant that the store was opened for.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn offers(&self) -> Result<Vec<Offer>, AppError> {
        let register = self.store.register();
        register
            .offers()?
            .into_iter()
            .map(|offer| {
                Ok(Offer {
                    legs: register.offered_legs(offer.alert.key)?,
                    subject: grounds::shown(offer.subject)?,
                    from: offer.from,
                    to: offer.to,
                    at: offer.at,
                    by: offer.by,
                    reason: offer.reason,
                    row: offer.alert,
                })
            })
            .collect()
    }

    /// In how many other tenants people have an open or confirmed case about the party that an alert names: a number, for
    /// whoever may know. `None` where the desk's policy keeps it back.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn elsewhere(&self, alert: i64) -> Result<Option<u64>, AppError> {
        let register = self.store.register();
        if !super::policy_in_force(register)?.tells_elsewhere {
            return Ok(None);
        }
        Ok(Some(register.elsewhere(alert)?))
    }
}

fn cause(change: &str) -> Cause {
    Cause {
        change: change.to_owned(),
        ..Cause::default()
    }
}

enum Moved {
    Along,
    Stays(Stays),
    IsThere,
}

/// Takes a case along with the source of its subject.
fn move_case(
    writer: &Writer<'_>,
    alert: i64,
    from: &str,
    to: &TenantId,
    by: &UserId,
    at: Timestamp,
) -> Result<Moved, AppError> {
    let register = writer.register();
    let (Some(row), Some(alert_row)) = (register.case_row(alert)?, register.alert(alert)?) else {
        return Ok(Moved::IsThere);
    };
    if row.tenant == *to {
        return Ok(Moved::IsThere);
    }
    if row.tenant.as_str() != from {
        return Ok(Moved::Stays(Stays::HandedOver));
    }
    let subject = register.subject_of(alert_row.subject)?;
    let legs = register.legs_of_alert(alert)?;
    let score = legs.iter().map(|leg| leg.score).max().unwrap_or_default();
    let mut case = register.case(&row, &alert_row, &subject, score)?;
    let actor = Actor {
        user: by.clone(),
        tenant: TenantId::new(DEFAULT_TENANT),
        role: Role::Admin,
    };
    let event = give(&case, to, &actor, at).map_err(AppError::from)?;
    let Some(event) = event else {
        return Ok(Moved::Stays(Stays::Answered));
    };
    act::apply(&mut case, std::slice::from_ref(&event))?;
    writer.append_case(
        alert,
        alert_row.subject,
        &case,
        std::slice::from_ref(&event),
    )?;
    // What nothing supported is withdrawn there as well.
    super::follow(writer, alert, &cause("nothing supports it"), false, at)?;
    Ok(Moved::Along)
}
