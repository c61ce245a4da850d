//! Standard output and standard error: text for people or JSON for programs.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// Where results go.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    out: io::BufWriter<anstream::AutoStream<io::Stdout>>,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self {
            json,
            quiet,
            out: io::BufWriter::new(anstream::stdout()),
        }
    }

    /// Writes a line of the result.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> Result<()> {
        writeln!(self.out, "{}", visible_lines(text.as_ref()))?;
        Ok(())
    }

    /// Writes a line that only people need.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) -> Result<()> {
        if !self.quiet && !self.json {
            self.line(text)?;
        }
        Ok(())
    }

    /// Tells what the operator should know besides, on standard error; documents have it in them.
    pub(crate) fn notes(&self, notes: &[String]) {
        if !self.json {
            for note in notes {
                Self::complain(&format!("note: {note}"));
            }
        }
    }

    /// Writes one JSON document: indented on a terminal, one line otherwise.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> Result<()> {
        if io::stdout().is_terminal() {
            serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        } else {
            serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)?;
        }
        self.line("")
    }

    /// Writes bytes that are a result already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes)?;
        Ok(())
    }

    /// Where bytes go that are a result already.
    pub(crate) fn bytes(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Writes a table.
    pub(crate) fn table(&mut self, table: &Table) -> Result<()> {
        write!(self.out, "{}", table.render())?;
        Ok(())
    }

    /// Writes what was held back, so that a full disk or a closed pipe is noticed.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.out.flush()?;
        Ok(())
    }

    /// Writes to standard error at once. If that fails there is nobody left to tell.
    pub(crate) fn complain(text: &str) {
        let _ignored = writeln!(anstream::stderr().lock(), "{}", visible_lines(text));
    }
}

/// A table for people: columns as wide as their widest cell, in terminal cells rather than characters.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Self {
            rows: vec![header.iter().map(|&h| h.to_owned()).collect()],
            right: Vec::new(),
        }
    }

    /// Aligns a column to the right, as numbers are.
    pub(crate) fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows
            .push(cells.into_iter().map(|cell| visible(&cell)).collect());
    }

    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column].saturating_sub(cell.width()));
                if column > 0 {
                    line.push_str("  ");
                }
                if self.right.contains(&column) {
                    line.push_str(&padding);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&padding);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Our own line breaks stay, everything else that could act on a terminal does not.
fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// List data is foreign text: control characters and direction overrides could rewrite the line it stands in.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            let hidden = c.is_control() || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
            if hidden { '\u{fffd}' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_for_wide_letters() {
        let mut table = Table::new(&["NAME", "N"]).right(1);
        table.row(["金正恩".to_owned(), "7".to_owned()]);
        table.row(["Ivan".to_owned(), "1000".to_owned()]);
        assert_eq!(table.render(), "NAME       N\n金正恩     7\nIvan    1000\n");
    }

    #[test]
    fn foreign_text_cannot_rewrite_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
