//! `rescreen alert …` as it is typed, and what it means.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueHint};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rescreen_app::{Relied, Request};
use rescreen_desk::{
    Action, Basis, Disposition, DispositionKind, Facts, Outcome, Proposal, ReasonCode, Side, UserId,
};
use rescreen_model::Property;

use crate::{cli::at_least_one, commands::moment, failure::EdgeError};

#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// Alerts, newest first
    Ls {
        /// open, under-review, confirmed, released, unresolved or withdrawn; or how far the case is: new, assigned,
        /// in-review, proposed, decided, reopened [default: all]
        #[arg(long)]
        state: Option<String>,
        /// Whose work it is
        #[arg(long, value_name = "USER")]
        assignee: Option<String>,
        /// Show at most this many
        #[arg(long, default_value_t = 100, value_parser = at_least_one)]
        limit: usize,
    },
    /// One alert: both sides, the evidence, the decision, what happened
    Show {
        /// Its number
        id: i64,
    },
    /// Give it to a person
    Assign {
        #[command(flatten)]
        who: Who,
        /// Who is to work on it [default: whoever gives the command]
        #[arg(long, value_name = "USER")]
        to: Option<String>,
    },
    /// Begin to judge it
    Review {
        #[command(flatten)]
        who: Who,
    },
    /// State an outcome with its grounds
    Propose(Box<ProposeArgs>),
    /// Make another person's proposal the decision
    Approve {
        #[command(flatten)]
        who: Who,
    },
    /// Send a proposal back to review
    Reject {
        #[command(flatten)]
        who: Who,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take it up again after it was decided or withdrawn
    Reopen {
        #[command(flatten)]
        who: Who,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Raise it by one level
    Escalate {
        #[command(flatten)]
        who: Who,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Set it aside for a while
    Snooze {
        #[command(flatten)]
        who: Who,
        /// When it comes back: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        until: String,
    },
    /// Add a remark
    Note {
        #[command(flatten)]
        who: Who,
        /// The remark
        #[arg(long)]
        text: String,
    },
    /// Attach a file: a document, a screenshot, a letter
    Attach {
        #[command(flatten)]
        who: Who,
        /// The file
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// What it is called here [default: the file's own name]
        #[arg(long)]
        name: Option<String>,
    },
    /// Take a file out again that was attached
    File {
        /// The number of the alert
        id: i64,
        /// The SHA-256 hash of the file, or the beginning of it
        hash: String,
        /// Where to [default: standard output]
        #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
    },
    /// Record what was done about the person concerned
    Dispose {
        #[command(flatten)]
        who: Who,
        /// frozen, refused, referred, released or could-not-be-reached
        #[arg(long)]
        kind: String,
        /// When it was done [default: today]
        #[arg(long)]
        date: Option<Date>,
        /// By whose authority
        #[arg(long)]
        authority: String,
    },
}

/// Who acts on which alert, and having seen what.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// The number of the alert
    pub(crate) id: i64,
    /// Who acts [default: the user of this system]
    #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
    pub(crate) by: String,
    /// Refuse if the case is at another revision than this, because somebody was faster
    #[arg(long, value_name = "N")]
    pub(crate) revision: Option<u64>,
    /// Names this intent: given twice, it is done once
    #[arg(long)]
    pub(crate) key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeArgs {
    #[command(flatten)]
    who: Who,
    /// false-positive, true-match, inconclusive or needs-information
    #[arg(long)]
    outcome: String,
    /// Why, as one of the desk's reason codes ('rescreen desk show')
    #[arg(long, value_name = "CODE")]
    reason_code: String,
    /// Why, in your own words
    #[arg(long, default_value = "")]
    text: String,
    /// The ground of the decision: identity, insufficient-information, or other:TEXT [default: by the outcome]
    #[arg(long)]
    basis: Option<String>,
    /// A property relied on, with the values it has now on both sides; subject:PROPERTY or party:PROPERTY for one side;
    /// repeat it [default: everything that tells who somebody is]
    #[arg(long = "fact", value_name = "[SIDE:]PROPERTY")]
    facts: Vec<String>,
}

/// What the command asks for; `None` for those that only read or bring a file.
pub(crate) fn request(command: &AlertCommand, now: Timestamp) -> Result<Option<Request>> {
    let (who, action, relied) = match command {
        AlertCommand::Ls { .. }
        | AlertCommand::Show { .. }
        | AlertCommand::Attach { .. }
        | AlertCommand::File { .. } => return Ok(None),
        AlertCommand::Assign { who, to } => {
            let to = UserId::new(to.as_deref().unwrap_or(&who.by));
            (who, Action::Assign { to }, Vec::new())
        }
        AlertCommand::Review { who } => (who, Action::StartReview, Vec::new()),
        AlertCommand::Propose(args) => {
            let relied = args.facts.iter().map(|text| relied(text));
            let relied = relied.collect::<Result<_>>()?;
            (&args.who, Action::Propose(proposal(args)?), relied)
        }
        AlertCommand::Approve { who } => (who, Action::Approve, Vec::new()),
        AlertCommand::Reject { who, reason } => {
            let reason = reason.clone();
            (who, Action::Reject { reason }, Vec::new())
        }
        AlertCommand::Reopen { who, reason } => {
            let reason = reason.clone();
            (who, Action::Reopen { reason }, Vec::new())
        }
        AlertCommand::Escalate { who, reason } => {
            let reason = reason.clone();
            (who, Action::Escalate { reason }, Vec::new())
        }
        AlertCommand::Snooze { who, until } => {
            let until = moment(Some(until), "--until", true)?.unwrap_or(now);
            (who, Action::Snooze { until }, Vec::new())
        }
        AlertCommand::Note { who, text } => {
            let text = text.clone();
            (who, Action::Note { text }, Vec::new())
        }
        AlertCommand::Dispose {
            who,
            kind,
            date,
            authority,
        } => {
            let kind = word("--kind", kind, DispositionKind::parse, || {
                DispositionKind::ALL.map(DispositionKind::name).join(", ")
            })?;
            let today = || now.to_zoned(TimeZone::UTC).date();
            let disposition = Disposition {
                kind,
                date: date.unwrap_or_else(today),
                authority: authority.clone(),
            };
            (who, Action::Dispose(disposition), Vec::new())
        }
    };
    Ok(Some(Request {
        relied,
        ..plain(who, action)
    }))
}

/// What somebody asks for who relies on nothing.
pub(crate) fn plain(who: &Who, action: Action) -> Request {
    Request {
        alert: who.id,
        by: who.by.clone(),
        expected: who.revision,
        key: who.key.clone(),
        action,
        relied: Vec::new(),
    }
}

fn proposal(args: &ProposeArgs) -> Result<Proposal> {
    let outcome = word("--outcome", &args.outcome, Outcome::parse, || {
        Outcome::ALL.map(Outcome::name).join(", ")
    })?;
    let basis = match args.basis.as_deref() {
        None if matches!(outcome, Outcome::Inconclusive | Outcome::NeedsInformation) => {
            Basis::InsufficientInformation
        }
        None | Some("identity") => Basis::Identity,
        Some("insufficient-information") => Basis::InsufficientInformation,
        Some(other) => match other.strip_prefix("other:") {
            Some(ground) => Basis::OtherGround(ground.trim().to_owned()),
            None => {
                return Err(EdgeError::Usage(format!(
                    "--basis '{other}': expected identity, insufficient-information, or other:TEXT"
                ))
                .into());
            }
        },
    };
    Ok(Proposal {
        outcome,
        reason: ReasonCode::new(&args.reason_code),
        text: args.text.clone(),
        basis,
        facts: Facts::default(),
    })
}

fn relied(text: &str) -> Result<Relied> {
    let (side, name) = match text.split_once(':') {
        None => (None, text),
        Some(("subject", name)) => (Some(Side::Subject), name),
        Some(("party", name)) => (Some(Side::Party), name),
        Some((side, _)) => {
            return Err(EdgeError::Usage(format!(
                "--fact '{text}': '{side}' is no side: expected subject or party"
            ))
            .into());
        }
    };
    let known = Property::KNOWN
        .iter()
        .find(|property| property.name().eq_ignore_ascii_case(name));
    let property = known.cloned().ok_or_else(|| {
        EdgeError::Usage(format!(
            "--fact '{text}': there is no property '{name}': expected name, birthDate, passportNumber, …"
        ))
    })?;
    Ok(Relied { side, property })
}

/// What a word of a fixed set means.
pub(crate) fn word<T>(
    option: &str,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
    known: impl Fn() -> String,
) -> Result<T> {
    parse(text).ok_or_else(|| {
        EdgeError::Usage(format!("{option} '{text}': expected one of {}", known())).into()
    })
}
