//! `rescreen audit …`.

pub(crate) mod key;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Result;
use clap::{Args, Subcommand, ValueHint};
use jiff::Timestamp;
use rescreen_app::{
    App,
    audit::{ExportReport, LogFilter, Proof, Selection, VerifiedExport, verify},
};
use serde_json::{Value, json};

use self::key::KeyArgs;
use super::{moment, open};
use crate::{
    cli::{Global, at_least_one},
    failure::{DATA, EdgeError},
    files::{self, explain},
    output::{Output, Table},
    wire,
};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// The newest entries of the log: who did what, who was refused what, and why
    Ls {
        /// Only those about this subject: SOURCE/ID, or the id alone
        #[arg(long, value_name = "ID")]
        subject: Option<String>,
        /// Only those about this alert
        #[arg(long, value_name = "N")]
        alert: Option<i64>,
        /// Only what this person did or was refused
        #[arg(long, value_name = "USER")]
        actor: Option<String>,
        /// Only what is called so: decided, refused, list-activated …
        #[arg(long)]
        kind: Option<String>,
        /// Only what is before this entry, to read on
        #[arg(long, value_name = "N")]
        before: Option<u64>,
        /// Show at most this many
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
    },
    /// The public key of the log, for everybody who is to verify it; makes the secret one where there is none
    Key {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Vouch for the log as it is: a signed C2SP checkpoint, to be kept where nobody here can change it
    Checkpoint {
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Write the log or a part of it, with checkpoint and proofs, as one JSON object a line
    Export(ExportArgs),
    /// Verify an export with the public key alone, or, without a file, the log in the home directory
    Verify {
        /// The export; - for standard input
        #[arg(value_hint = ValueHint::FilePath, requires = "key")]
        file: Option<PathBuf>,
        /// The public key, as 'audit key' gives it, or a file that has it
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// Only the whole log will do, not a part of it
        #[arg(long, requires = "file")]
        whole: bool,
    },
    /// Prove that an entry is in the log, or that an earlier log is the beginning of it
    Proof {
        /// The entry
        #[arg(
            long,
            value_name = "N",
            conflicts_with = "older",
            required_unless_present = "older"
        )]
        entry: Option<u64>,
        /// How many entries the earlier log had
        #[arg(long, value_name = "SIZE")]
        older: Option<u64>,
        /// In the log of this size [default: as it is]
        #[arg(long)]
        size: Option<u64>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// From then on: a day or an RFC 3339 time
    #[arg(long, value_name = "MOMENT")]
    since: Option<String>,
    /// Before then: the end of a day, or an RFC 3339 time
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// Only what is about this subject: SOURCE/ID, or the id alone
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// With the personal data that entries bind, where they are still there
    #[arg(long)]
    data: bool,
    /// Where to [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    #[command(flatten)]
    key: KeyArgs,
}

pub(crate) fn run(
    command: &AuditCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let now = Timestamp::now();
    match command {
        AuditCommand::Ls {
            subject,
            alert,
            actor,
            kind,
            before,
            limit,
        } => {
            let app = open(global)?;
            let subject = subject.as_deref().map(|id| app.find_subject(id));
            let filter = LogFilter {
                tenant: None,
                actor: actor.as_ref().map(|name| name.to_lowercase()),
                kind: kind.clone(),
                subject: subject.transpose()?.map(|row| row.key),
                alert: *alert,
            };
            list(&app, &filter, *before, *limit, output)?;
        }
        AuditCommand::Key { key } => {
            let (key, path, is_new) = key::of_log(key, global)?;
            let public = key.verifier().to_text();
            if output.json {
                output.document(&json!({
                    "key": public, "origin": key.name(), "file": path.display().to_string(), "new": is_new,
                }))?;
            } else {
                output.line(public)?;
                if is_new {
                    output.note(format!(
                        "made just now; the secret one is in {}, which only this user may read",
                        path.display()
                    ))?;
                }
            }
        }
        AuditCommand::Checkpoint { key } => {
            let (key, ..) = key::of_log(key, global)?;
            let (signed, row) = open(global)?.checkpoint(&key, now)?;
            if output.json {
                output.document(&json!({
                    "origin": signed.origin, "size": signed.size, "root": signed.root.to_string(),
                    "at": row.at.to_string(), "note": row.note,
                }))?;
            } else {
                output.raw(row.note.as_bytes())?;
            }
        }
        AuditCommand::Export(args) => export(args, global, now, output)?,
        AuditCommand::Verify { file, key, whole } => {
            let key = key.as_deref().map(key::public).transpose()?;
            return match (file, key) {
                (Some(file), Some(key)) => {
                    let mut input = input(file)?;
                    told(verify(&mut *input, &key), *whole, output)
                }
                (_, key) => {
                    let size = open(global)?.verify_log(key.as_ref())?;
                    if output.json {
                        output.document(&json!({ "verified": true, "size": size }))?;
                    } else {
                        output.line(format!("the log is as it was written: {size} entries"))?;
                    }
                    Ok(ExitCode::SUCCESS)
                }
            };
        }
        AuditCommand::Proof { entry, older, size } => {
            let app = open(global)?;
            let (what, proof) = match (entry, older) {
                (Some(entry), _) => ("entry", app.prove_entry(*entry, *size)?),
                (None, older) => ("older", app.prove_growth(older.unwrap_or_default(), *size)?),
            };
            prove(what, &proof, output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(
    app: &App,
    filter: &LogFilter,
    before: Option<u64>,
    limit: usize,
    output: &mut Output,
) -> Result<()> {
    let entries = app.log_entries(filter, before, limit)?;
    if output.json {
        return output.document(&entries.iter().map(wire::log_entry).collect::<Vec<_>>());
    }
    if entries.is_empty() {
        return output.note("no entry");
    }
    let header = ["ENTRY", "WHEN", "TENANT", "WHO", "WHAT", "ALERT", "WHY"];
    let mut table = Table::new(&header).right(0).right(5);
    for entry in &entries {
        let why = super::alert::why(entry.revision.is_some(), entry.full_detail());
        table.row([
            entry.index.to_string(),
            entry.at.to_string(),
            entry.tenant.clone(),
            entry.actor.clone().unwrap_or_default(),
            entry.kind.clone(),
            entry.alert.map_or_else(String::new, |n| n.to_string()),
            why,
        ]);
    }
    output.table(&table)
}

fn export(args: &ExportArgs, global: &Global, now: Timestamp, output: &mut Output) -> Result<()> {
    let selection = Selection {
        since: moment(args.since.as_deref(), "--since", false)?,
        until: moment(args.until.as_deref(), "--until", true)?,
        subject: args.subject.clone(),
        with_data: args.data,
    };
    let (key, ..) = key::of_log(&args.key, global)?;
    let mut app = open(global)?;
    let Some(path) = &args.out else {
        app.export_log(&selection, &key, now, output.bytes())?;
        return Ok(());
    };
    let failed = |error: &io::Error| EdgeError::Data(explain(path, error));
    let file = File::create(path).map_err(|e| failed(&e))?;
    let mut out = BufWriter::new(file);
    let report = app.export_log(&selection, &key, now, &mut out)?;
    out.flush().map_err(|e| failed(&e))?;
    exported(&report, path, &key.verifier().to_text(), output)
}

fn exported(report: &ExportReport, path: &Path, key: &str, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&json!({
            "file": path.display().to_string(), "entries": report.entries, "size": report.size,
            "origin": report.origin, "key": key,
        }));
    }
    let path = path.display();
    output.line(format!(
        "{path} has {} of {} entries",
        report.entries, report.size
    ))?;
    output.note(format!(
        "whoever has it can verify it: rescreen audit verify {path} --key {key}"
    ))
}

fn input(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    Ok(Box::new(BufReader::with_capacity(
        1 << 20,
        files::open(path)?.0,
    )))
}

/// What came of a verification; what is wrong is a result, told where results are, with the exit code of bad data.
fn told(
    result: Result<VerifiedExport, rescreen_app::audit::ExportFault>,
    whole: bool,
    output: &mut Output,
) -> Result<ExitCode> {
    let verified = match result {
        Ok(verified) if whole && !verified.is_whole() => {
            let what = format!(
                "is {} of {} entries, and the whole log was asked for",
                verified.entries, verified.size
            );
            return not_verified(1, None, &what, output);
        }
        Ok(verified) => verified,
        Err(fault) => return not_verified(fault.line, fault.entry, &fault.what, output),
    };
    if output.json {
        output.document(&json!({
            "verified": true,
            "origin": verified.origin,
            "size": verified.size,
            "root": verified.root.to_string(),
            "entries": verified.entries,
            "from": verified.from,
            "subject": verified.subject,
            "with_data": verified.with_data,
            "whole": verified.is_whole(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let what = match (verified.from, verified.subject) {
        _ if verified.is_whole() => format!("the whole log, {} entries", verified.size),
        (_, Some(subject)) => format!(
            "{} entries about subject {subject}, out of {}; whether others were left out cannot be seen",
            verified.entries, verified.size
        ),
        (_, None) if verified.entries == 0 => format!("no entry, out of {}", verified.size),
        (from, None) => format!(
            "{} entries from {} on, out of {}",
            verified.entries,
            from.unwrap_or_default(),
            verified.size
        ),
    };
    output.line(format!("verified: {}: {what}", verified.origin))?;
    if verified.with_data > 0 {
        output.line(format!("{} with the data they bind", verified.with_data))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn not_verified(
    line: u64,
    entry: Option<u64>,
    what: &str,
    output: &mut Output,
) -> Result<ExitCode> {
    if output.json {
        output
            .document(&json!({ "verified": false, "line": line, "entry": entry, "what": what }))?;
    } else {
        let place = entry.map_or_else(String::new, |entry| format!(", entry {entry}"));
        output.line(format!("NOT VERIFIED: line {line}{place}: {what}"))?;
    }
    Ok(ExitCode::from(DATA))
}

fn prove(what: &str, proof: &Proof, output: &mut Output) -> Result<()> {
    let hashes: Vec<String> = proof.hashes.iter().map(ToString::to_string).collect();
    if output.json {
        let mut document: Value = json!({
            "hash": proof.of.to_string(), "size": proof.size, "root": proof.root.to_string(), "proof": hashes,
        });
        document[what] = json!(proof.place);
        return output.document(&document);
    }
    output.line(match what {
        "entry" => format!(
            "entry {} with hash {} is in the log of {} entries with root {}",
            proof.place, proof.of, proof.size, proof.root
        ),
        _ => format!(
            "the log of {} entries with root {} is the beginning of the log of {} with root {}",
            proof.place, proof.of, proof.size, proof.root
        ),
    })?;
    for hash in hashes {
        output.line(format!("  {hash}"))?;
    }
    Ok(())
}
