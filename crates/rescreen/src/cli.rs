//! The command line: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::commands::{
    AlertCommand, AuditCommand, DeskCommand, EvalCommand, RetentionCommand, SuppressionCommand,
    TenantCommand, TokenCommand, UserCommand, WebhookCommand, audit::key::KeyArgs,
};

/// Screens people, organisations, vessels and aircraft against watchlists.
#[derive(Debug, Parser)]
#[command(
    name = "rescreen",
    version,
    about,
    propagate_version = true,
    max_term_width = 110
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Directory that holds the store [default: the platform's data directory]
    #[arg(long, global = true, env = "RESCREEN_HOME", value_hint = ValueHint::DirPath)]
    pub(crate) home: Option<PathBuf>,
    /// Write JSON instead of text for people
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Write nothing but the result and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// See and change only what is this tenant's [default: everything, or with --as what that person works on]
    #[arg(long, global = true, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the main job on embedded fictional lists; needs nothing and leaves nothing behind
    Demo(DemoArgs),
    /// Add lists, take new versions in, and read what they said
    #[command(subcommand)]
    List(ListCommand),
    /// Screen one subject, or a file of them
    Screen(Box<ScreenArgs>),
    /// Register subjects, so that they stay screened
    #[command(subcommand)]
    Subject(Box<SubjectCommand>),
    /// Screen registered subjects against what is outstanding, or everybody from nothing
    Sweep {
        /// Screen everybody from nothing
        #[arg(long)]
        full: bool,
    },
    /// Alerts: which registered subjects may be a listed party, and what people make of it
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Clearances at work: which alerts are answered already, and on which facts
    #[command(subcommand)]
    Suppression(SuppressionCommand),
    /// The people who decide, with their roles
    #[command(subcommand)]
    User(UserCommand),
    /// Agencies or business units whose subjects and cases no other one sees
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// The rules by which people decide
    #[command(subcommand)]
    Desk(DeskCommand),
    /// How long subjects are kept, and erasing those whose time is over
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// The log of everything that happened: vouch for it, give it away, verify it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Where every subject stands, and that nobody was skipped
    #[command(subcommand)]
    Report(ReportCommand),
    /// Run a recorded screening again and compare byte for byte
    Replay {
        /// The number of the screening, as 'subject show' gives it
        screening: i64,
    },
    /// The policy under which the register is screened
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Serve the pages on which people decide, and answer over HTTP in yente's dialect and our own
    Serve(Box<ServeArgs>),
    /// Access tokens of the server: who may ask it what
    #[command(subcommand)]
    Token(TokenCommand),
    /// Other systems that are told what happens to alerts
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Measure how good the matcher is, on your own data
    #[command(subcommand)]
    Eval(Box<EvalCommand>),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    /// Add a list
    Add(AddArgs),
    /// Read a list in another way: other URLs, another mapping, other limits
    Set(SetArgs),
    /// Take a list away that was added by mistake and never had a version in force
    Rm {
        /// The list
        name: String,
    },
    /// All lists with the version in force
    Ls,
    /// One list: versions, findings, how it is read
    Show {
        /// The list
        name: String,
        /// The version whose findings to show: an id, an unambiguous part of one, 'latest' or 'previous' [default: the
        /// one in force]
        #[arg(long = "of", value_name = "VERSION")]
        of: Option<String>,
    },
    /// Take a new version in, from files or from the list's URLs
    Update(UpdateArgs),
    /// What changed between two versions
    Diff {
        /// The list
        name: String,
        /// The earlier version: an id, an unambiguous part of one, or 'previous'
        from: String,
        /// The later version: an id, an unambiguous part of one, or 'latest'
        to: String,
    },
    /// Put a quarantined version in force
    Release {
        /// The list
        name: String,
        /// The version, or an unambiguous part of its id
        #[arg(id = "held", value_name = "VERSION")]
        version: String,
        /// Why it is right to do so; kept with the version
        #[arg(long)]
        reason: String,
        /// Who decides; kept with the version [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// Take one entry off a list: a notice that was wrong or is over
    Withdraw {
        /// The list
        name: String,
        /// The entry
        id: String,
        /// Why; kept with the version
        #[arg(long)]
        reason: String,
        /// Who decides; kept with the version [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// What an entry says, or said at a moment, and its history
    Entity {
        /// The publisher's id with the list's prefix, for example ofac-36
        id: String,
        /// What was published until then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
        /// What we knew until then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        known_at: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SubjectCommand {
    /// Take a file of subjects in: each is screened and kept; the same file again changes nothing
    Import {
        /// A file of subjects: .csv, or .ndjson/.jsonl with FollowTheMoney entities
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The system they come from; an id is unique within it
        #[arg(long, default_value = "default")]
        source: String,
        /// Which column holds what, where its header does not say: external_id='Customer No'; repeat it
        #[arg(long = "map", value_name = "WHAT=COLUMN", value_parser = mapping)]
        mapping: Vec<(String, String)>,
        /// Where rows that cannot be taken in are written, with the reason [default: FILE.rejects.csv]
        #[arg(long, value_hint = ValueHint::FilePath)]
        rejects: Option<PathBuf>,
        /// The file is everything the source has: retire the subjects that are not in it
        #[arg(long)]
        complete: bool,
    },
    /// Register one subject
    Add {
        /// Its id in its source
        #[arg(long, value_name = "ID")]
        external_id: String,
        /// The system it comes from
        #[arg(long, default_value = "default")]
        source: String,
        #[command(flatten)]
        subject: SubjectArgs,
    },
    /// How a subject stands, or stood at a moment: data, screenings, alerts, history
    Show {
        /// SOURCE/ID, or the id alone
        id: String,
        /// As it was then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
    },
    /// Everything held about a subject, for the person concerned: to be read, or as JSON
    Export {
        /// SOURCE/ID, or the id alone
        id: String,
    },
    /// Record that the person concerned contests it: what was decided is taken up again, with a deadline
    Dispute {
        #[command(flatten)]
        whom: Whom,
        /// Until when an answer is due: a day or an RFC 3339 time [default: as the desk's policy says]
        #[arg(long, value_name = "MOMENT")]
        due: Option<String>,
    },
    /// Take a correction in: what the subject says from now on; it is screened in the same step
    Correct {
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        subject: SubjectArgs,
    },
    /// Keep a subject from being erased, as for a court
    Hold {
        #[command(flatten)]
        whom: Whom,
        /// When it ends by itself: the end of a day, or an RFC 3339 time [default: never]
        #[arg(long, value_name = "MOMENT")]
        until: Option<String>,
    },
    /// Lift a hold
    Lift {
        #[command(flatten)]
        whom: Whom,
        /// Its number [default: the only one that stands]
        #[arg(long, value_name = "N")]
        hold: Option<i64>,
    },
    /// Take everything away that says who a subject is; that there was one stays
    Erase {
        /// SOURCE/ID, or the id alone
        id: String,
        /// Why; kept in the log
        #[arg(long)]
        reason: String,
        /// Who decides; kept in the log [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

/// Whom something is about, why, and who says so.
#[derive(Debug, Args)]
pub(crate) struct Whom {
    /// SOURCE/ID, or the id alone
    pub(crate) id: String,
    /// Why; kept in the log
    #[arg(long)]
    pub(crate) reason: String,
    /// Who acts [default: the user of this system]
    #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
    pub(crate) by: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Every subject in exactly one state; the figures add up
    Accounting {
        /// As it was then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
        /// Also where everybody came from since this moment: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
    },
    /// Who in the register matches an entry that we learned of late, since when, and what came of it
    Lookback {
        /// The entry
        #[arg(long, value_name = "ID")]
        entity: String,
        /// Count from this moment: a day or an RFC 3339 time [default: when the entry was first published]
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
    },
    /// What came of alerts: outcomes, time to decision, what waits, and false positives by list and by script
    Quality {
        /// As it was then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
    },
    /// Through which version of each list every subject is screened, worked out from the ledger
    Coverage {
        /// As it was then: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// The policy in force
    Show,
    /// What a policy would change, without changing anything
    Forecast(PolicyArgs),
    /// Put a policy in force; everybody is screened under it in the same step
    Set {
        #[command(flatten)]
        policy: PolicyArgs,
        /// Why; kept with the policy
        #[arg(long)]
        reason: String,
        /// Who decides; kept with the policy [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// The score from which a match is put to review [default: as now]
    #[arg(long)]
    pub(crate) threshold: Option<f64>,
    /// The score from which a match is in the match tier [default: as now]
    #[arg(long)]
    pub(crate) match_threshold: Option<f64>,
    /// Always review whole names spelled within two letters [default: as now]
    #[arg(long, value_name = "on|off")]
    pub(crate) typo_floor: Option<String>,
    /// Screen the register against this list only; repeat it [default: as now]
    #[arg(long = "list", value_name = "NAME")]
    pub(crate) lists: Vec<String>,
    /// Screen the register against every list
    #[arg(long, conflicts_with = "lists")]
    pub(crate) all_lists: bool,
    /// Only entries of this topic, such as crime.terror, or of none at all; repeat it [default: as now]
    #[arg(long = "topic", value_name = "TOPIC")]
    pub(crate) topics: Vec<String>,
    /// Entries of any topic
    #[arg(long, conflicts_with = "topics")]
    pub(crate) any_topic: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// A name of your choice: a-z, 0-9, '_' and '-'
    #[arg(required_unless_present = "manifest")]
    pub(crate) name: Option<String>,
    /// ofac-sdn-csv, ofac-xml, un-sc-xml, ftm-json or csv
    #[arg(long, required_unless_present = "manifest")]
    pub(crate) format: Option<String>,
    /// Add all lists of a manifest of yente instead, and keep its collections
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["name", "format", "urls", "mapping"])]
    pub(crate) manifest: Option<PathBuf>,
    /// Where a version is fetched from: https:// or file://; repeat it for a set of files
    #[arg(long = "url", value_hint = ValueHint::Url)]
    pub(crate) urls: Vec<String>,
    /// For format csv: the TOML file that maps columns to properties
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) mapping: Option<PathBuf>,
    /// Quarantine a version in which more than this share of entries disappears, in percent
    #[arg(long, default_value_t = 5.0, value_name = "PERCENT")]
    pub(crate) max_shrink: f64,
    /// Quarantine a version in which more than this share of entries changes, in percent
    #[arg(long, default_value_t = 20.0, value_name = "PERCENT")]
    pub(crate) max_change: f64,
}

#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// The list
    pub(crate) name: String,
    /// Where a version is fetched from, instead of the URLs so far; repeat it for a set of files
    #[arg(long = "url", value_hint = ValueHint::Url)]
    pub(crate) urls: Vec<String>,
    /// For format csv: the TOML file that maps columns to properties
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) mapping: Option<PathBuf>,
    /// Quarantine a version in which more than this share of entries disappears, in percent
    #[arg(long, value_name = "PERCENT")]
    pub(crate) max_shrink: Option<f64>,
    /// Quarantine a version in which more than this share of entries changes, in percent
    #[arg(long, value_name = "PERCENT")]
    pub(crate) max_change: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// The list [default: every list that has URLs]
    pub(crate) name: Option<String>,
    /// A file of the new version; repeat it for a set of files
    #[arg(long = "file", num_args = 1.., value_hint = ValueHint::FilePath, requires = "name")]
    pub(crate) files: Vec<PathBuf>,
    /// The files add to what is in force instead of replacing it, as a notice from another authority does
    #[arg(long, requires = "files")]
    pub(crate) append: bool,
    /// Fetch from here instead of the list's own URLs; repeat it for a set of files
    #[arg(long = "url", requires = "name", conflicts_with = "files", value_hint = ValueHint::Url)]
    pub(crate) urls: Vec<String>,
    /// When it was published: a day or an RFC 3339 time [default: what the file says, else now]
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// Give up on a file larger than this many MiB
    #[arg(long, default_value_t = 4096, value_name = "MIB")]
    pub(crate) max_size: u64,
}

/// Who a subject is.
#[derive(Debug, Args)]
pub(crate) struct SubjectArgs {
    /// A name, in any script; repeat it for further names of the same subject
    #[arg(long = "name", short = 'n')]
    pub(crate) names: Vec<String>,
    /// Person, Organization, Company, Vessel, Airplane … [default: any]
    #[arg(long)]
    pub(crate) schema: Option<String>,
    /// YYYY-MM-DD, YYYY-MM, YYYY, with '~' behind it for about, or two with '/' between
    #[arg(long, value_name = "DATE")]
    pub(crate) birth_date: Vec<String>,
    /// A country code or name; only ever weakens a match
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) nationality: Vec<String>,
    /// A country code or name; only ever weakens a match
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) country: Vec<String>,
    /// female, male or other; only ever weakens a match
    #[arg(long)]
    pub(crate) gender: Option<String>,
    /// A document or register number, with its type and country where known
    #[arg(long = "id", value_name = "[TYPE:]NUMBER[:CC]")]
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    #[command(flatten)]
    pub(crate) subject: SubjectArgs,
    /// Screen against these lists only; repeat it [default: all]
    #[arg(long = "list", value_name = "LIST")]
    pub(crate) lists: Vec<String>,
    /// The score from which a match is shown for review
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
    /// Show at most this many matches
    #[arg(long, default_value_t = 10, value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// Screen against what was published until then: a day or an RFC 3339 time
    #[arg(long, value_name = "MOMENT")]
    pub(crate) as_of: Option<String>,
    /// A file of subjects: .csv, or .ndjson/.jsonl with FollowTheMoney entities
    #[arg(long, value_hint = ValueHint::FilePath, conflicts_with_all = ["names", "ids", "schema", "birth_date", "nationality", "country", "gender"])]
    pub(crate) input: Option<PathBuf>,
    /// Where answers go: .csv, .ndjson or .jsonl; an interrupted run goes on where it stopped
    #[arg(long, value_hint = ValueHint::FilePath, requires = "input")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Serve its lists and subjects afterwards, with the pages on which people decide, to this machine alone
    #[arg(long)]
    pub(crate) serve: bool,
    /// Where to serve; port 0 takes a free one
    #[arg(
        long,
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT",
        requires = "serve"
    )]
    pub(crate) listen: std::net::SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub(crate) listen: std::net::SocketAddr,
    /// Serve whoever asks, every user of this machine; for a loopback address only
    #[arg(long)]
    pub(crate) insecure_no_auth: bool,
    /// The tenant whose data this is; tokens of others open nothing
    #[arg(long, default_value = "default", conflicts_with = "insecure_no_auth")]
    pub(crate) tenant: String,
    /// How many requests a second a token may make; 0 is any number
    #[arg(
        long,
        default_value_t = 1000,
        value_name = "PER_SECOND",
        conflicts_with = "insecure_no_auth"
    )]
    pub(crate) rate_limit: u32,
    /// Where callers reach the server, for example <https://screening.example> [default: what they name in requests]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) public_url: Option<String>,
    /// Answer for a foreign algorithm of this name with ours and say so in a header; repeat it [default: refuse]
    #[arg(long = "answer-for-algorithm", value_name = "NAME")]
    pub(crate) mapped_algorithms: Vec<String>,
    /// Screen against these lists only; repeat it [default: all]
    #[arg(long = "list", value_name = "LIST")]
    pub(crate) lists: Vec<String>,
    /// The lowest score that callers may ask for
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
    #[command(flatten)]
    pub(crate) key: KeyArgs,
    #[command(flatten)]
    pub(crate) oidc: crate::commands::serve::OidcArgs,
    #[command(flatten)]
    pub(crate) operations: crate::commands::serve::OperationsArgs,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(ours, theirs)| (ours.trim().to_owned(), theirs.trim().to_owned()))
        .filter(|(ours, theirs)| !ours.is_empty() && !theirs.is_empty())
        .ok_or_else(|| "expected WHAT=COLUMN, as in external_id='Customer No'".to_owned())
}

pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| "expected a number from 1".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        super::Cli::command().debug_assert();
    }
}
