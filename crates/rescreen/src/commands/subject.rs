//! `rescreen subject …`.

mod held;
mod redress;

use std::{fs::File, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use jiff::Timestamp;
use rescreen_app::{App, DEFAULT_TENANT, Incoming, Registration, form};
use rescreen_web::Work;
use serde_json::json;

use super::{home, moment, open};
use crate::{
    batch::rows::{Row, Rows},
    cli::{Global, SubjectCommand},
    failure::EdgeError,
    output::{Output, Table, visible},
    progress, query,
    running::Underway,
    wire,
};

/// Rows that are screened and made durable together.
const CHUNK: usize = 4_096;

pub(crate) fn run(
    command: SubjectCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = open(global)?;
    match command {
        SubjectCommand::Import {
            file,
            source,
            mapping,
            rejects,
            complete,
        } => {
            let rows = Rows::open_mapped(&file, &mapping)?;
            let rejected = Rejects::new(&file, rejects.as_deref());
            import(
                &mut app,
                &home(global)?,
                rows,
                rejected,
                &source,
                complete,
                output,
            )?;
        }
        SubjectCommand::Add {
            external_id,
            source,
            subject,
        } => {
            let mut registration = app.registration(&source)?;
            let subject = query::subject(&subject, &external_id)?;
            app.register(
                &mut registration,
                vec![Incoming { subject }],
                Timestamp::now(),
            )?;
            tell(&registration, 0, output)?;
        }
        SubjectCommand::Show { id, as_of } => {
            let at = moment(as_of.as_deref(), "--as-of", true)?.unwrap_or(Timestamp::MAX);
            show(&app, &id, at, output)?;
        }
        SubjectCommand::Export { id } => held::run(&app, &id, output)?,
        SubjectCommand::Dispute { whom, due } => {
            redress::dispute(&mut app, &whom, due.as_deref(), output)?;
        }
        SubjectCommand::Correct { whom, subject } => {
            redress::correct(&mut app, &whom, &subject, output)?;
        }
        SubjectCommand::Hold { whom, until } => {
            redress::hold(&mut app, &whom, until.as_deref(), output)?;
        }
        SubjectCommand::Lift { whom, hold } => redress::lift(&mut app, &whom, hold, output)?,
        SubjectCommand::Erase { id, reason, by } => {
            let row = app.erase_subject(&id, &by, &reason, Timestamp::now())?;
            if output.json {
                output.document(&json!({ "erased": format!("{}/{}", row.source, row.external), "number": row.key.0 }))?;
            } else {
                output.line(format!(
                    "{}/{} is erased; the register keeps that subject {} existed",
                    row.source, row.external, row.key.0
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn import(
    app: &mut App,
    home: &Path,
    mut rows: Rows,
    mut rejected: Rejects,
    source: &str,
    complete: bool,
    output: &mut Output,
) -> Result<()> {
    let mut registration = app.registration(source)?;
    let bar = progress::bytes(output, rows.length(), "registering");
    let owners = app.tenants()?.sources;
    let owner = owners.iter().find(|(owned, _)| owned == source);
    let owner = owner.map_or(DEFAULT_TENANT, |(_, tenant)| tenant);
    let length = Some(rows.length());
    let underway = Underway::begin_for(home, Some(owner), Work::Import, source, length);
    let mut remarked = 0_u64;
    let mut next = || -> Result<Vec<Incoming>> {
        // Where all rows of a chunk are rejected, there may still be others behind them.
        let mut incoming = Vec::new();
        while incoming.is_empty() {
            let chunk = rows.take(CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            for row in chunk {
                if let (Some(subject), true) = (row.subject.clone(), row.is_named()) {
                    remarked += u64::from(!row.remarks.is_empty());
                    incoming.push(Incoming { subject });
                } else {
                    rejected.take(&row)?;
                }
            }
        }
        bar.set_position(rows.position());
        underway.seen(rows.position());
        Ok(incoming)
    };
    app.register_all(&mut registration, &mut next, &Timestamp::now)?;
    if complete {
        if rejected.count > 0 {
            let what = format!(
                "{} rows were rejected, so it is not known who left: nobody was retired; mend the rows and import again",
                rejected.count
            );
            Output::complain(&format!("warning: {what}"));
        } else {
            app.retire_missing(&mut registration, Timestamp::now())?;
        }
    }
    app.finish_registration(&mut registration)?;
    bar.finish_and_clear();
    tell(&registration, rejected.count, output)?;
    if !output.quiet {
        if remarked > 0 {
            Output::complain(&format!(
                "note: something of {remarked} rows was not understood and left out, as a date in another form than 1961-04-23"
            ));
        }
        for note in rows.notes() {
            Output::complain(&format!("note: {note}"));
        }
    }
    rejected.finish()
}

/// What came of it.
fn tell(registration: &Registration, rejected: u64, output: &mut Output) -> Result<()> {
    let Registration {
        read,
        registered,
        updated,
        unchanged,
        retired,
        matches,
        ..
    } = registration;
    if output.json {
        return output.document(&json!({
            "batch": registration.id(), "read": read + rejected, "registered": registered,
            "updated": updated, "unchanged": unchanged, "retired": retired,
            "rejected": rejected, "matches": matches, "notes": registration.notes,
        }));
    }
    output.notes(&registration.notes);
    output.line(format!(
        "{} read: {registered} registered, {updated} updated, {unchanged} unchanged, {retired} retired, {rejected} rejected; {matches} possible matches",
        read + rejected
    ))
}

/// Rows that could not be taken in, in a file of their own; there is none while there are none.
struct Rejects {
    path: std::path::PathBuf,
    writer: Option<csv::Writer<File>>,
    count: u64,
}

impl Rejects {
    fn new(input: &Path, path: Option<&Path>) -> Self {
        let beside = || {
            let mut name = input.as_os_str().to_owned();
            name.push(".rejects.csv");
            name.into()
        };
        Self {
            path: path.map_or_else(beside, Path::to_owned),
            writer: None,
            count: 0,
        }
    }

    fn take(&mut self, row: &Row) -> Result<()> {
        self.count += 1;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file = File::create(&self.path)
                    .with_context(|| format!("cannot write {}", self.path.display()))
                    .map_err(|e| EdgeError::Data(format!("{e:#}")))?;
                let mut writer = csv::Writer::from_writer(file);
                writer.write_record(["row", "id", "reason"])?;
                self.writer.insert(writer)
            }
        };
        let mut reasons = row.remarks.clone();
        if row.subject.is_some() && !row.is_named() {
            reasons.push(
                "it has no id of its own (external_id): it could not be found again".to_owned(),
            );
        }
        writer.write_record([row.number.to_string(), row.id.clone(), reasons.join("; ")])?;
        Ok(())
    }

    fn finish(self) -> Result<()> {
        if let Some(mut writer) = self.writer {
            writer.flush()?;
            Output::complain(&format!(
                "{} rows rejected, with the reason in {}",
                self.count,
                self.path.display()
            ));
        }
        Ok(())
    }
}

fn show(app: &App, id: &str, at: Timestamp, output: &mut Output) -> Result<()> {
    let report = app.show_subject(id, at)?;
    if output.json {
        return output.document(&wire::subject(&report));
    }
    let row = &report.row;
    let caption = form::decode_subject(&row.body).map(|s| s.caption().to_owned());
    output.line(format!(
        "{}/{}  {}  version {}, registered {}",
        row.source,
        row.external,
        visible(caption.as_deref().unwrap_or("(erased)")),
        row.version,
        row.registered
    ))?;
    if let Some(retired) = row.retired {
        output.line(format!("  retired {retired}"))?;
    }
    if let Some(erased) = row.erased {
        output.line(format!("  erased {erased}"))?;
    }
    for screening in &report.screenings {
        let hits = form::decode_answer(&screening.answer).map_or(0, |hits| hits.len());
        output.line(format!(
            "  screening {} of version {} at {}: {hits} possible matches",
            screening.key, screening.version, screening.at
        ))?;
    }
    for (alert, legs) in &report.alerts {
        let leading = wire::leading(legs);
        output.line(format!(
            "  alert {} {}: {} {}",
            alert.key,
            alert.state.as_str(),
            leading.map_or("", |l| l.entry.as_str()),
            leading.map_or_else(String::new, |l| l.score.to_string())
        ))?;
    }
    if !report.events.is_empty() {
        let mut table = Table::new(&["  WHEN", "WHAT", "WHO", "WHY"]);
        for event in &report.events {
            table.row(super::alert::event_row(event));
        }
        output.table(&table)?;
    }
    Ok(())
}
