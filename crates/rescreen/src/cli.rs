//! The command line: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::commands::EvalCommand;

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

#[derive(Debug, Args)]
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
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the main job on embedded fictional lists; needs nothing and leaves nothing behind
    Demo,
    /// Add lists, take new versions in, and read what they said
    #[command(subcommand)]
    List(ListCommand),
    /// Screen one subject, or a file of them
    Screen(Box<ScreenArgs>),
    /// Answer over HTTP, in yente's dialect
    Serve(ServeArgs),
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
        #[arg(long = "as", value_name = "USER", env = "USER")]
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

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// A name of your choice: a-z, 0-9, '_' and '-'
    pub(crate) name: String,
    /// ofac-sdn-csv, ofac-xml, un-sc-xml, ftm-json or csv
    #[arg(long)]
    pub(crate) format: String,
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

#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
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
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub(crate) listen: std::net::SocketAddr,
    /// Serve whoever asks, every user of this machine; for a loopback address only
    #[arg(long)]
    pub(crate) insecure_no_auth: bool,
    /// Screen against these lists only; repeat it [default: all]
    #[arg(long = "list", value_name = "LIST")]
    pub(crate) lists: Vec<String>,
    /// The lowest score that callers may ask for
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
}

fn at_least_one(text: &str) -> Result<usize, String> {
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
