//! What can be typed after `rescreen eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Labelled pairs of names: precision, recall, F1, calibration, cost per pair
    Pairs(PairsArgs),
    /// People of files against a list: who is found, who is stopped for nothing, parity, time
    Screen(ScreenArgs),
    /// A list against itself, without labels: names left out, and people put together from two listed ones
    List(ListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PairsArgs {
    /// CSV with columns schema, name1, name2, is_match; optional case_group, quality, category
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The score from which a pair is called a match
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
    /// Put whole names spelled within two letters of each other to review
    #[arg(long)]
    pub(crate) typo_floor: bool,
    /// Show the worst N disagreements with their evidence
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20", default_value_t = 0, hide_default_value = true)]
    pub(crate) errors: usize,
    /// Write score, rank and evidence of every row to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) csv: Option<PathBuf>,
    /// Leave the names out of --csv, so that the file may be shown to others
    #[arg(long, requires = "csv")]
    pub(crate) no_names: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListFiles {
    /// A file of the list; repeat it for a set of files, or give a set with ',' between where there are several lists
    #[arg(long = "list", required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) lists: Vec<PathBuf>,
    /// The list's format (ofac-sdn-csv, ofac-xml, un-sc-xml, ftm-json or csv); repeat it once a --list for several lists
    #[arg(long = "format", required = true, value_name = "FORMAT")]
    pub(crate) formats: Vec<String>,
    /// For format csv: the TOML file that maps columns to properties
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) mapping: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    #[command(flatten)]
    pub(crate) files: ListFiles,
    /// CSV of people who are listed: full_name, date_of_birth, nationality, …; expected_id or listed_name say who they are
    #[arg(long, required_unless_present = "negatives", value_hint = ValueHint::FilePath)]
    pub(crate) positives: Option<PathBuf>,
    /// CSV of people who are not listed: full_name, date_of_birth, nationality, …; repeat it for several files
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) negatives: Vec<PathBuf>,
    /// The score from which a listed party is shown for review
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
    /// Put whole names spelled within two letters of each other to review
    #[arg(long)]
    pub(crate) typo_floor: bool,
    /// Show N people who were missed and N who were stopped for nothing, with the evidence
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20", default_value_t = 0, hide_default_value = true)]
    pub(crate) errors: usize,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) files: ListFiles,
    /// CSV of people who are not listed, screened by name alone; repeat it for several files
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) random: Vec<PathBuf>,
    /// Ask nothing about people who are on this list too, because another evaluation needs them; one file is one list
    #[arg(long, value_name = "FILE", requires = "without_format", value_hint = ValueHint::FilePath)]
    pub(crate) without: Vec<PathBuf>,
    /// The format of --without
    #[arg(long, value_name = "FORMAT", requires = "without")]
    pub(crate) without_format: Option<String>,
    /// The score from which a listed party is shown for review
    #[arg(long, default_value_t = 0.70)]
    pub(crate) threshold: f64,
    /// Near misses to make for each group of names
    #[arg(long, default_value_t = 100)]
    pub(crate) per_group: usize,
    /// The sequence that near misses are drawn by
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Show N names that were missed and N near misses that were hit, with the evidence
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20", default_value_t = 0, hide_default_value = true)]
    pub(crate) errors: usize,
    /// Write counts by set and group at several thresholds to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) csv: Option<PathBuf>,
    /// Write the questions as NDJSON, for another matcher to answer
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) questions: Option<PathBuf>,
    /// Compare with another matcher's answers: a CSV with columns set, index, score
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) peer: Option<PathBuf>,
    /// The threshold at which the other matcher's figures are quoted
    #[arg(long, default_value_t = 0.70, requires = "peer")]
    pub(crate) peer_threshold: f64,
}
