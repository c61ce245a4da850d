//! `rescreen screen --input`: a file of subjects in, a file of answers out.
//!
//! Rows stream through in chunks. After each chunk the answers so far are on disk and a small state file beside them
//! says how far they go, so a run that is interrupted at any instant goes on where it stopped. The output appears under
//! its name only when it is complete.

mod answer;
mod resume;
pub(crate) mod rows;

use std::path::Path;

use anyhow::Result;
use rescreen_app::Cut;
use rescreen_model::ContentHash;

use crate::{
    batch::{
        answer::AnswerFormat,
        resume::{PartialOutput, RunState},
        rows::{Row, Rows},
    },
    cli::ScreenArgs,
    failure::EdgeError,
    output::Output,
    progress,
};

/// Rows that are screened together; large enough to keep all cores busy, small enough to lose little work.
const CHUNK: usize = 2_000;

/// What a run did.
#[derive(Debug, Default)]
struct Totals {
    rows: u64,
    matched: u64,
    rejected: u64,
    remarked: u64,
}

pub(crate) fn run(args: &ScreenArgs, cut: &Cut, output: &mut Output) -> Result<()> {
    let Some(input) = &args.input else {
        return Err(EdgeError::Usage("--input names no file".to_owned()).into());
    };
    let mut rows = Rows::open(input)?;
    let bar = progress::bytes(output, rows.length(), "screening");
    let totals = match &args.output {
        Some(path) => {
            let format = AnswerFormat::of(path)?;
            let same = |path: &Path| path.canonicalize().ok();
            if same(path).is_some_and(|out| same(input) == Some(out)) {
                let what = format!(
                    "--output {} is the input: answers would replace the subjects",
                    path.display()
                );
                return Err(EdgeError::Usage(what).into());
            }
            let state = RunState::new(input, basis(cut, args))?;
            let mut partial = PartialOutput::open(path, state)?;
            let done = partial.rows_done();
            if done > 0 {
                Output::complain(&format!("going on after row {done} of an interrupted run"));
                rows.skip(done)?;
            }
            if partial.is_new() {
                format.header(&mut partial)?;
            }
            let totals = screen(cut, &mut rows, &bar, |chunk| {
                for (row, screening) in chunk {
                    format.write(&mut partial, row, screening.as_ref(), cut, args.limit)?;
                }
                partial.checkpoint(chunk.len() as u64)
            })?;
            partial.complete()?;
            totals
        }
        None => screen(cut, &mut rows, &bar, |chunk| {
            let mut text = Vec::new();
            for (row, screening) in chunk {
                AnswerFormat::Ndjson.write(&mut text, row, screening.as_ref(), cut, args.limit)?;
            }
            output.raw(&text)
        })?,
    };
    bar.finish_and_clear();
    if !output.quiet {
        Output::complain(&format!(
            "{} rows screened, {} with a possible match, {} rejected{}",
            totals.rows - totals.rejected,
            totals.matched,
            totals.rejected,
            args.output
                .as_deref()
                .map(|p| format!("; answers in {}", p.display()))
                .unwrap_or_default()
        ));
        if totals.remarked > 0 {
            Output::complain(&format!(
                "note: something of {} rows was not understood and left out, as a date in another form than 1961-04-23; each answer says what",
                totals.remarked
            ));
        }
        for note in rows.notes() {
            Output::complain(&format!("note: {note}"));
        }
    }
    Ok(())
}

type Answered = (Row, Option<rescreen_screen::Screening>);

fn screen(
    cut: &Cut,
    rows: &mut Rows,
    bar: &indicatif::ProgressBar,
    mut take: impl FnMut(&[Answered]) -> Result<()>,
) -> Result<Totals> {
    let mut totals = Totals::default();
    loop {
        let chunk = rows.take(CHUNK)?;
        if chunk.is_empty() {
            return Ok(totals);
        }
        let subjects: Vec<_> = chunk.iter().filter_map(|row| row.subject.clone()).collect();
        let mut screenings = cut.screener.screen_batch(&subjects).into_iter();
        let answered: Vec<Answered> = chunk
            .into_iter()
            .map(|row| {
                let screening = if row.subject.is_some() {
                    screenings.next()
                } else {
                    None
                };
                (row, screening)
            })
            .collect();
        for (row, screening) in &answered {
            totals.rows += 1;
            totals.remarked += u64::from(screening.is_some() && !row.remarks.is_empty());
            match screening {
                Some(screening) => totals.matched += u64::from(!screening.hits.is_empty()),
                None => totals.rejected += 1,
            }
        }
        take(&answered)?;
        bar.set_position(rows.position());
    }
}

/// What the answers of a run rest on; a run goes on only where all of it is the same.
fn basis(cut: &Cut, args: &ScreenArgs) -> ContentHash {
    let lists: Vec<String> = cut
        .lists
        .iter()
        .map(|l| format!("{} {}", l.name, l.version))
        .collect();
    let text = format!(
        "{} {} {} {}",
        cut.policy,
        cut.matcher,
        args.limit,
        lists.join(" ")
    );
    ContentHash::of_bytes(text.as_bytes())
}

/// The extension of a path in lower case.
fn extension(path: &Path) -> String {
    path.extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase()
}
