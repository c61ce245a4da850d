//! Updating a list that its publisher describes: by deltas where they lead from the edition in force to the newest one,
//! whole where they do not, and with a finding that says why.

use std::{
    io::{self, BufReader, Read, Seek},
    path::Path,
};

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{
    App, AppError, Described, Edition, FetchState, How, Input, ListRow, UpdateReport, UpdateRequest,
};
use rescreen_import::ftm_json::{DeltaIndex, deltas_not_taken, description_unreadable};
use rescreen_model::Finding;
use rescreen_web::Work;
use sha1::{Digest, Sha1};

use crate::{
    failure::EdgeError,
    fetch::{self, Fetched},
    manifest::dataset::{Description, Documents},
    output::Output,
    running::Underway,
};

/// An index names at most some hundred files.
const MAX_INDEX: u64 = 16 << 20;

/// What an update of described lists needs.
pub(super) struct FromPublisher<'a> {
    pub(super) app: &'a mut App,
    pub(super) home: &'a Path,
    pub(super) documents: &'a mut Documents,
    pub(super) max_bytes: u64,
    pub(super) output: &'a Output,
}

/// What came of the deltas.
enum ByDeltas {
    Done(Box<UpdateReport>),
    /// There is nothing yet that they could change.
    First,
    /// Why they were not taken.
    Not(String),
}

impl FromPublisher<'_> {
    /// Takes the newest edition in.
    pub(super) fn update(
        &mut self,
        list: &ListRow,
        described: &Described,
        published: Option<Timestamp>,
    ) -> Result<UpdateReport> {
        let underway = Underway::begin(self.home, Work::Update, list.name.as_str(), None);
        let mut noted = Vec::new();
        let description = match self.documents.describe(described, self.output) {
            Ok(description) => description,
            // The list itself may be there all the same.
            Err(why) => {
                noted.push(description_unreadable(&fetch::shown(&described.at), &why));
                Description::default()
            }
        };
        if let Some(index) = &description.deltas {
            match self.by_deltas(list, &description, index, published, &underway)? {
                ByDeltas::Done(report) => return Ok(*report),
                ByDeltas::First => {}
                ByDeltas::Not(why) => noted.push(deltas_not_taken(&fetch::shown(index), &why)),
            }
        }
        self.whole(list, described, description, published, noted, &underway)
    }

    fn by_deltas(
        &mut self,
        list: &ListRow,
        description: &Description,
        index: &str,
        published: Option<Timestamp>,
        underway: &Underway,
    ) -> Result<ByDeltas> {
        if self.app.show_list(&list.name)?.active.is_none() {
            return Ok(ByDeltas::First);
        }
        let not = |why: &str| Ok(ByDeltas::Not(why.to_owned()));
        let Some(to) = &description.edition else {
            return not("the description does not say which edition is the newest");
        };
        let Some(at_hand) = self.app.edition(list)? else {
            return not("it is not known which edition is in force");
        };
        if at_hand.label == to.label {
            let report = self.app.confirm_unchanged(&list.name, Timestamp::now())?;
            return Ok(ByDeltas::Done(Box::new(report)));
        }
        let files = match self.fetch_deltas(index, &at_hand, to) {
            Ok(files) => files,
            Err(why) => return Ok(ByDeltas::Not(why)),
        };
        let inputs = files.into_iter().map(|fetched| {
            Input::new(
                fetched.name,
                BufReader::with_capacity(1 << 16, fetched.file),
            )
        });
        let request = UpdateRequest {
            list: &list.name,
            inputs: inputs.collect(),
            published: published.or(description.published),
            last_modified: None,
            clock: &Timestamp::now,
            how: How::Deltas,
            fetched: Vec::new(),
            edition: Some(to.clone()),
            noted: Vec::new(),
        };
        match self.app.update_list(request, &mut |n| underway.seen(n)) {
            Ok(report) => Ok(ByDeltas::Done(Box::new(report))),
            Err(AppError::Deltas(why)) => Ok(ByDeltas::Not(why)),
            Err(error) => Err(error.into()),
        }
    }

    /// The delta files from one edition to another, or why they cannot be had.
    fn fetch_deltas(
        &self,
        index: &str,
        at_hand: &Edition,
        to: &Edition,
    ) -> Result<Vec<Fetched>, String> {
        let bytes = fetch::document(index, None, MAX_INDEX, self.output)
            .map_err(|error| format!("{error:#}"))?;
        let read = DeltaIndex::parse(&bytes).map_err(|why| format!("it cannot be read: {why}"))?;
        let way = read.way(&at_hand.label, &to.label)?;
        way.into_iter()
            .map(|(label, address)| {
                let url = fetch::named_by(index, address)?;
                let mut fetched = fetch::file(&url, self.max_bytes, self.output)
                    .map_err(|error| format!("{error:#}"))?;
                fetched.name = format!("{label}/{}", fetched.name);
                Ok(fetched)
            })
            .collect()
    }

    fn whole(
        &mut self,
        list: &ListRow,
        described: &Described,
        mut description: Description,
        published: Option<Timestamp>,
        noted: Vec<Finding>,
        underway: &Underway,
    ) -> Result<UpdateReport> {
        let mut is_second = false;
        let (url, fetched, edition) = loop {
            let url = description.url.clone().or(list.spec.urls.first().cloned());
            let url = url.ok_or_else(|| {
                EdgeError::Data(format!("nothing says where list '{}' is", list.name))
            })?;
            let state = match self.app.show_list(&list.name)?.active {
                Some(_) => self.app.fetch_state(list, &url)?,
                None => FetchState::default(),
            };
            let urls = [url.clone()];
            let fetched = fetch::all(&urls, &[state], self.max_bytes, self.output)?;
            let Some(mut fetched) = fetched.and_then(|mut files| files.pop()) else {
                let mut report = self.app.confirm_unchanged(&list.name, Timestamp::now())?;
                report.findings = noted;
                return Ok(report);
            };
            let ask_again = |documents: &mut Documents| documents.describe(described, self.output);
            // What was said before the file came may be of another edition than the file: then it is asked again.
            let again = if let Some(expected) = &description.checksum {
                let found = checksum(&mut fetched)?;
                if found.eq_ignore_ascii_case(expected) {
                    break (url, fetched, description.edition);
                }
                let again = ask_again(&mut Documents::default()).unwrap_or_default();
                if is_second || again.checksum.is_none() {
                    return Err(EdgeError::Data(format!(
                        "{}: expected the SHA-1 {expected} that {} states, found {found}",
                        fetch::shown(&url),
                        fetch::shown(&described.at)
                    ))
                    .into());
                }
                again
            } else if description.edition.is_none() || description.deltas.is_none() {
                break (url, fetched, None);
            } else {
                let again = ask_again(&mut Documents::default()).unwrap_or_default();
                let is_same = again == description;
                if is_same || is_second {
                    break (url, fetched, description.edition.filter(|_| is_same));
                }
                again
            };
            is_second = true;
            description = again;
        };
        let request = UpdateRequest {
            list: &list.name,
            inputs: vec![Input::new(
                fetched.name,
                BufReader::with_capacity(1 << 16, fetched.file),
            )],
            published: published.or(description.published),
            last_modified: fetched.last_modified,
            clock: &Timestamp::now,
            how: How::Whole,
            fetched: vec![(url, fetched.state)],
            edition,
            noted,
        };
        Ok(self.app.update_list(request, &mut |n| underway.seen(n))?)
    }
}

/// The SHA-1 of a file, in hexadecimal.
fn checksum(fetched: &mut Fetched) -> io::Result<String> {
    let (mut hasher, mut piece) = (Sha1::new(), vec![0; 1 << 16]);
    loop {
        match fetched.file.read(&mut piece)? {
            0 => break,
            length => hasher.update(&piece[..length]),
        }
    }
    fetched.file.rewind()?;
    let digest = hasher.finalize();
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect())
}
