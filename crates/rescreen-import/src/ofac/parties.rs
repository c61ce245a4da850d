//! Who is on the list, by primary name: links between parties are published as names.

use std::collections::HashMap;

use rescreen_model::{EntityId, text};

/// The printed primary names of a list and the parties they stand for.
#[derive(Debug, Default)]
pub(super) struct Parties {
    /// `None` where two parties have the same name, which is then no answer.
    numbers: HashMap<String, Option<u64>>,
}

impl Parties {
    /// Takes note of a party.
    pub(super) fn add(&mut self, number: u64, name: &str) {
        self.numbers
            .entry(key(name))
            .and_modify(|known| *known = known.filter(|known| *known == number))
            .or_insert(Some(number));
    }

    /// The party of that name, if there is one and only one.
    pub(super) fn named(&self, name: &str) -> Option<EntityId> {
        self.numbers
            .get(&key(name))
            .copied()
            .flatten()
            .map(entry_id)
    }
}

/// The id of the entry with OFAC's number.
pub(super) fn entry_id(number: u64) -> EntityId {
    EntityId::new(&format!("ofac-{number}"))
}

/// Companies' names end in abbreviations (`S.A.`), and the full stop that closes a remark swallows theirs; operators of
/// aircraft are printed in lower case. Beyond that a name is another name.
fn key(name: &str) -> String {
    text::canonical(name)
        .trim_end_matches('.')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_party_only_if_it_means_one() {
        let mut parties = Parties::default();
        parties.add(7, "ACME TRADING, S.A.");
        parties.add(8, "TWIN");
        parties.add(9, "TWIN");
        parties.add(10, "TWIN");
        assert_eq!(parties.named("Acme  Trading, S.A"), Some("ofac-7".into()));
        assert_eq!(parties.named("ACME TRADING"), None);
        assert_eq!(parties.named("TWIN"), None);
    }
}
