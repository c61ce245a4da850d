//! Labelled pairs of names.

use std::io::Read;

use rescreen_match::{Match, Policy, compare};
use rescreen_model::{Entity, Property, Schema};
use rescreen_prepare::prepare;

use crate::{Judged, TableError, script_name, table::Table};

/// Two names, and whether somebody says they are one party's.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The line in the file.
    pub line: u64,
    /// Where the pair comes from; empty where the file does not say.
    pub group: String,
    /// How sure the label is (`STRONG`, `MEDIUM`, `WEAK`); empty where the file does not say.
    pub quality: String,
    /// What the pair is about, in the file's words; empty where the file does not say.
    pub category: String,
    /// The left name as a subject.
    pub subject: Entity,
    /// The right name as a listed party.
    pub listed: Entity,
    /// The label.
    pub is_match: bool,
}

/// Reads `schema,name1,name2,is_match`, and `case_group` (or `group`), `quality` (or `tier`) and `category` where they
/// are there. Both sides take the row's schema.
///
/// # Errors
/// [`TableError`] where a column is missing or a schema or label cannot be read.
pub fn read(file: &str, bytes: impl Read) -> Result<Vec<Pair>, TableError> {
    let table = Table::open(file, bytes)?;
    let schema = table.require(&["schema"])?;
    let left = table.require(&["name1"])?;
    let right = table.require(&["name2"])?;
    let label = table.require(&["is_match"])?;
    let group = table.find(&["case_group", "group"]);
    let quality = table.find(&["quality", "tier"]);
    let category = table.find(&["category"]);
    table.rows(|row| {
        let name = row.cell(schema);
        let schema = Schema::named(name)
            .ok_or_else(|| row.refuse("schema", "a FollowTheMoney schema such as Person", name))?;
        let is_match = match row.cell(label).to_lowercase().as_str() {
            "true" | "1" | "yes" => true,
            "false" | "0" | "no" => false,
            other => return Err(row.refuse("is_match", "true or false", other)),
        };
        let party = |id: &str, name: &str| {
            let mut party = Entity::new(id, schema);
            party.add(Property::Name, name);
            party
        };
        Ok(Pair {
            line: row.line(),
            group: row.cell(group).to_owned(),
            quality: row.cell(quality).to_owned(),
            category: row.cell(category).to_owned(),
            subject: party("subject", row.cell(left)),
            listed: party("listed", row.cell(right)),
            is_match,
        })
    })
}

impl Pair {
    /// Prepares both sides and compares them: a cold pair, nothing kept from before.
    pub fn compare(&self, policy: &Policy) -> Match {
        compare(&prepare(&self.subject), &prepare(&self.listed), policy)
    }

    /// The same with the sides changed.
    pub fn compare_reversed(&self, policy: &Policy) -> Match {
        compare(&prepare(&self.listed), &prepare(&self.subject), policy)
    }

    /// The scripts of both sides in one word (`Latin`, `Arabic-Latin`), the same for either order.
    pub fn scripts(&self) -> String {
        let mut scripts = [script_name(self.left()), script_name(self.right())];
        scripts.sort_unstable();
        match scripts {
            [one, other] if one == other => one.to_owned(),
            [one, other] => format!("{one}-{other}"),
        }
    }

    /// The left name.
    pub fn left(&self) -> &str {
        self.subject.first(Property::Name).unwrap_or_default()
    }

    /// The right name.
    pub fn right(&self) -> &str {
        self.listed.first(Property::Name).unwrap_or_default()
    }

    /// The label beside a score.
    pub fn judged(&self, found: &Match) -> Judged {
        Judged {
            score: found.score,
            is_match: self.is_match,
        }
    }
}

/// The rank of each score, the best first; equal scores share the better rank.
pub fn ranks(cases: &[Judged]) -> Vec<usize> {
    let mut falling: Vec<_> = cases.iter().map(|case| case.score).collect();
    falling.sort_unstable_by(|a, b| b.cmp(a));
    cases
        .iter()
        .map(|case| falling.partition_point(|s| *s > case.score) + 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use rescreen_match::Score;

    use super::*;

    const GOOD: &str = "\
case_group,schema,name1,name2,is_match,quality
made-up,Person,Ana Kovač,KOVAC Ana,true,STRONG
made-up,Company,Blauwal GmbH,Blauhai GmbH,False,
";

    #[test]
    fn pairs_are_read_and_compared() {
        let pairs = read("p.csv", GOOD.as_bytes()).unwrap();
        assert_eq!(pairs.len(), 2);
        assert_eq!((pairs[0].line, pairs[1].line), (2, 3));
        assert_eq!(pairs[0].scripts(), "Latin");
        assert!(pairs[0].is_match && !pairs[1].is_match);
        let other_ends = read("p.csv", GOOD.replace('\n', "\r\n").as_bytes()).unwrap();
        assert_eq!((other_ends[0].line, other_ends[1].line), (2, 3));
        let policy = Policy::default();
        assert!(pairs[0].compare(&policy).score >= policy.review());
        assert!(pairs[1].compare(&policy).score < policy.review());
        assert_eq!(
            pairs[0].compare(&policy).score,
            pairs[0].compare_reversed(&policy).score
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        for (text, expected) in [
            (
                "schema,name1,name2\n",
                "p.csv:1: expected a column 'is_match', found 'schema', 'name1', 'name2'",
            ),
            ("", "p.csv:1: expected a column 'schema', found no header"),
            (
                "schema,name1,name2,is_match\nPerson,a,b,perhaps\n",
                "p.csv:2 field is_match: expected true or false, found 'perhaps'",
            ),
            (
                "schema,name1,name2,is_match\nUnicorn,a,b,true\n",
                "p.csv:2 field schema: expected a FollowTheMoney schema such as Person, found 'Unicorn'",
            ),
            (
                "schema,name1,name2,is_match\n",
                "p.csv: expected rows below the header, found none",
            ),
            (
                "schema,name1,name2,is_match\nPerson,a\n",
                "p.csv: not a readable CSV file",
            ),
        ] {
            assert_eq!(
                read("p.csv", text.as_bytes()).unwrap_err().to_string(),
                expected
            );
        }
    }

    #[test]
    fn equal_scores_share_a_rank() {
        let case = |points| Judged {
            score: Score::from_basis_points(points),
            is_match: true,
        };
        assert_eq!(ranks(&[case(5), case(9), case(5), case(1)]), [2, 1, 2, 4]);
    }
}
