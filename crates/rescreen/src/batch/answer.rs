//! How answers are written.

use std::{io::Write, path::Path};

use anyhow::Result;
use rescreen_app::Cut;
use rescreen_screen::Screening;
use serde_json::{Value, json};

use super::{extension, rows::Row};
use crate::{failure::EdgeError, wire};

/// The form of the output file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFormat {
    /// One JSON object a row.
    Ndjson,
    /// One line a possible match, and one for each row without any.
    Csv,
}

const COLUMNS: [&str; 15] = [
    "row",
    "id",
    "outcome",
    "rank",
    "total",
    "match_id",
    "match_caption",
    "match_schema",
    "match_list",
    "score",
    "tier",
    "evidence",
    "remarks",
    "lists",
    "policy_matcher",
];

impl AnswerFormat {
    pub(super) fn of(path: &Path) -> Result<Self> {
        match extension(path).as_str() {
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "csv" => Ok(Self::Csv),
            other => Err(EdgeError::Usage(format!(
                "--output {}: '.{other}' is not a form of answers: expected .csv, .ndjson or .jsonl",
                path.display()
            ))
            .into()),
        }
    }

    pub(super) fn header(self, out: &mut impl Write) -> Result<()> {
        if self == Self::Csv {
            write_record(out, &COLUMNS.map(str::to_owned))?;
        }
        Ok(())
    }

    pub(super) fn write(
        self,
        out: &mut impl Write,
        row: &Row,
        screening: Option<&Screening>,
        cut: &Cut,
        limit: usize,
    ) -> Result<()> {
        match self {
            Self::Ndjson => ndjson(out, row, screening, cut, limit),
            Self::Csv => csv(out, row, screening, cut, limit),
        }
    }
}

fn ndjson(
    out: &mut impl Write,
    row: &Row,
    screening: Option<&Screening>,
    cut: &Cut,
    limit: usize,
) -> Result<()> {
    let mut answer = match (&row.subject, screening) {
        (Some(subject), Some(screening)) => {
            let query =
                json!({ "schema": subject.schema.name(), "properties": wire::properties(subject) });
            wire::screening(&query, screening, cut, limit)
        }
        _ => {
            let mut answer = wire::cut(cut);
            answer["error"] = json!(row.remarks.join("; "));
            answer
        }
    };
    if let Value::Object(fields) = &mut answer {
        fields.insert("row".to_owned(), json!(row.number));
        fields.insert("id".to_owned(), json!(row.id));
        if let Some(Value::Array(remarks)) = fields.get_mut("remarks") {
            remarks.extend(row.remarks.iter().map(|r| json!(r)));
        }
    }
    serde_json::to_writer(&mut *out, &answer).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn csv(
    out: &mut impl Write,
    row: &Row,
    screening: Option<&Screening>,
    cut: &Cut,
    limit: usize,
) -> Result<()> {
    let lists: Vec<String> = cut
        .lists
        .iter()
        .map(|l| format!("{}={}", l.name, l.version))
        .collect();
    let basis = format!("{}/{}", cut.policy, cut.matcher);
    let mut remarks = row.remarks.clone();
    remarks.extend(
        screening
            .iter()
            .flat_map(|s| s.remarks.iter().map(ToString::to_string)),
    );
    let total = screening.map_or(0, |s| s.hits.len());
    let mut line = |outcome: &str, rank: usize, hit: [String; 7]| {
        let mut record = vec![
            row.number.to_string(),
            row.id.clone(),
            outcome.to_owned(),
            rank.to_string(),
            total.to_string(),
        ];
        record.extend(hit);
        record.extend([remarks.join("; "), lists.join(" "), basis.clone()]);
        write_record(out, &record)
    };
    let Some(screening) = screening else {
        return line("rejected", 0, Default::default());
    };
    if screening.hits.is_empty() {
        return line("none", 0, Default::default());
    }
    for (rank, hit) in screening.hits.iter().take(limit).enumerate() {
        let evidence: Vec<String> = hit
            .found
            .evidence
            .iter()
            .map(|e| {
                format!(
                    "{} {:+.2}: {} | {}",
                    e.feature.as_str(),
                    e.bits.as_f64(),
                    e.query,
                    e.candidate
                )
            })
            .collect();
        line(
            "possible match",
            rank + 1,
            [
                hit.party.entity.id.to_string(),
                hit.party.entity.caption().to_owned(),
                hit.party.entity.schema.name().to_owned(),
                hit.party.list.to_string(),
                hit.found.score.to_string(),
                hit.found.tier.as_str().to_owned(),
                evidence.join("\n"),
            ],
        )?;
    }
    Ok(())
}

fn write_record(out: &mut impl Write, fields: &[String]) -> Result<()> {
    // A cell that starts like a formula is data of strangers and would run in a spreadsheet.
    let safe = fields.iter().map(|field| {
        if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{field}")
        } else {
            field.clone()
        }
    });
    let mut writer = ::csv::WriterBuilder::new().from_writer(out);
    writer.write_record(safe)?;
    writer.flush()?;
    Ok(())
}
