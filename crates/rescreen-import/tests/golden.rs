//! Golden cases: `testdata/<format>/<case>/` holds the input files and `expected.txt`.
//!
//! The expected text shows every entry, part, value, source fragment and finding, so a change in what a reader
//! understands is visible as a diff. `UPDATE_EXPECT=1 cargo test -p rescreen-import` rewrites it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fmt::Write as _, fs, path::Path};

use rescreen_import::{Format, ImportError, Input, Sink, Spec, Summary, custom_csv::Mapping};
use rescreen_model::{Entity, EntityId, Entry, Finding};

#[derive(Default)]
struct Text(String);

impl Text {
    fn entity(&mut self, indent: &str, entity: &Entity) {
        writeln!(self.0, "{indent}{} {}", entity.schema, entity.id).unwrap();
        if !entity.referents.is_empty() {
            writeln!(self.0, "{indent}  referents: {:?}", entity.referents).unwrap();
        }
        if let Some(record) = &entity.record {
            writeln!(self.0, "{indent}  record: {record:?}").unwrap();
        }
        for (property, values) in entity.properties() {
            for value in values {
                write!(self.0, "{indent}  {property}: {}", value.as_str()).unwrap();
                match value.source() {
                    Some(source) => writeln!(self.0, "    « {source}").unwrap(),
                    None => self.0.push('\n'),
                }
            }
        }
    }
}

impl Sink for Text {
    fn entry(&mut self, entry: Entry) {
        self.entity("", &entry.party);
        for part in &entry.parts {
            self.entity("    ", part);
        }
    }

    fn removed(&mut self, id: EntityId) {
        writeln!(self.0, "removed {id}").unwrap();
    }

    fn finding(&mut self, finding: Finding) {
        writeln!(self.0, "! {finding}").unwrap();
    }
}

fn render(format: Format, case: &Path) -> String {
    let mut names: Vec<_> = fs::read_dir(case)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    names.sort();
    let mut text = Text::default();
    let mut inputs = Vec::new();
    let mut mapping = None;
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match name.as_str() {
            "expected.txt" => {}
            "mapping.toml" => mapping = Some(fs::read_to_string(&path).unwrap()),
            _ => inputs.push(Input::new(
                name,
                std::io::Cursor::new(fs::read(&path).unwrap()),
            )),
        }
    }
    match read(format, mapping.as_deref(), inputs, &mut text) {
        Ok(summary) => {
            writeln!(
                text.0,
                "= {} entries, published {:?}, delta {}",
                summary.entries, summary.published, summary.is_delta
            )
            .unwrap();
        }
        Err(error) => writeln!(text.0, "REFUSED {error}").unwrap(),
    }
    text.0
}

fn read(
    format: Format,
    mapping: Option<&str>,
    inputs: Vec<Input<'_>>,
    sink: &mut Text,
) -> Result<Summary, ImportError> {
    let spec = match format {
        Format::OfacSdnCsv => Spec::OfacSdnCsv,
        Format::OfacXml => Spec::OfacXml,
        Format::UnScXml => Spec::UnScXml,
        Format::FtmJson => Spec::FtmJson,
        Format::Csv => Spec::Csv(Mapping::parse("mapping.toml", mapping.unwrap())?),
    };
    rescreen_import::read(&spec, inputs, sink)
}

fn check(format: Format) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(format.name());
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|c| c.unwrap().path())
        .filter(|c| c.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    for case in cases {
        let actual = render(format, &case);
        expect_test::expect_file![case.join("expected.txt")].assert_eq(&actual);
    }
}

#[test]
fn ofac_sdn_csv() {
    check(Format::OfacSdnCsv);
}

#[test]
fn ofac_xml() {
    check(Format::OfacXml);
}

#[test]
fn un_sc_xml() {
    check(Format::UnScXml);
}

#[test]
fn ftm_json() {
    check(Format::FtmJson);
}

#[test]
fn custom_csv() {
    check(Format::Csv);
}
