//! Content hashes over canonical records, so that re-serialising a file changes nothing.

use std::fmt;

use crate::{Entity, Entry};

/// A BLAKE3 hash over the canonical form of an entry or of a whole version.
///
/// The form of an entity, in words: its id, its schema's name, and for each property in name order the property's name
/// and its values in byte order; each item preceded by its length as eight little-endian bytes, each list by its
/// count. An entry is its party followed by the hashes of its
/// parts in ascending order, each once. A version is the entry hashes in entry-id order.
/// Source fragments, referents, the order of values and everything about the file are left out: they change without
/// any change of fact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Hashes one entry.
    pub fn of_entry(entry: &Entry) -> Self {
        let mut hasher = Fields::new("rescreen entry v1");
        hasher.entity(&entry.party);
        let mut parts: Vec<[u8; 32]> = entry
            .parts
            .iter()
            .map(|part| {
                let mut hasher = Fields::new("rescreen part v1");
                hasher.entity(part);
                hasher.finish().0
            })
            .collect();
        parts.sort_unstable();
        parts.dedup();
        hasher.count(parts.len());
        for part in parts {
            hasher.0.update(&part);
        }
        hasher.finish()
    }

    /// Hashes a version from its entries' hashes.
    ///
    /// Invariant for the caller: the hashes come in ascending order of entry id.
    pub fn of_version(entries: impl IntoIterator<Item = Self>) -> Self {
        let mut hasher = Fields::new("rescreen version v1");
        for entry in entries {
            hasher.0.update(&entry.0);
        }
        hasher.finish()
    }

    /// Hashes bytes as they are, for files, policies and tables.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Hashes everything a reader gives.
    ///
    /// # Errors
    /// What the reader says.
    pub fn of_reader(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        std::io::copy(&mut reader, &mut hasher)?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }

    /// The raw hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A hash from its stored bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first eight hexadecimal digits, enough for a person to tell versions apart.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A hash over a set of hashes that does not depend on their order and from which single ones can be taken out again,
/// so that it can be kept up to date without going through the set.
///
/// It is LtHash (Bellare and Micciancio 1997; Lewi and others, IACR 2019/227) with 1,024 lanes of sixteen bits: each
/// member is expanded by BLAKE3 to one number a lane, and the lanes are added up.
#[derive(Clone, PartialEq, Eq)]
pub struct SetHash(Box<[u16; LANES]>);

const LANES: usize = 1024;

impl SetHash {
    /// The length of its stored form.
    pub const BYTES: usize = 2 * LANES;

    /// The hash of the empty set.
    pub fn new() -> Self {
        Self(Box::new([0; LANES]))
    }

    /// Puts a member in.
    pub fn insert(&mut self, member: &[u8]) {
        self.each(member, u16::wrapping_add);
    }

    /// Takes a member out that was put in.
    pub fn remove(&mut self, member: &[u8]) {
        self.each(member, u16::wrapping_sub);
    }

    /// Puts in all that is in another set; both have none in common.
    pub fn insert_all(&mut self, other: &Self) {
        for (lane, other) in self.0.iter_mut().zip(other.0.iter()) {
            *lane = lane.wrapping_add(*other);
        }
    }

    /// Takes out all that is in another set, of which everything was put in.
    pub fn remove_all(&mut self, other: &Self) {
        for (lane, other) in self.0.iter_mut().zip(other.0.iter()) {
            *lane = lane.wrapping_sub(*other);
        }
    }

    fn each(&mut self, member: &[u8], with: impl Fn(u16, u16) -> u16) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"rescreen set v1").update(member);
        let mut bytes = [0; Self::BYTES];
        hasher.finalize_xof().fill(&mut bytes);
        for (lane, pair) in self.0.iter_mut().zip(bytes.chunks_exact(2)) {
            *lane = with(*lane, lane_of(pair));
        }
    }

    /// Its stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|lane| lane.to_le_bytes()).collect()
    }

    /// A hash from its stored form; `None` where that has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let mut hash = Self::new();
        for (lane, pair) in hash.0.iter_mut().zip(bytes.chunks_exact(2)) {
            *lane = lane_of(pair);
        }
        Some(hash)
    }

    /// The set in one content hash.
    pub fn digest(&self) -> ContentHash {
        ContentHash::of_bytes(&self.to_bytes())
    }
}

fn lane_of(pair: &[u8]) -> u16 {
    u16::from(pair[0]) | u16::from(pair[1]) << 8
}

impl Default for SetHash {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SetHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetHash({})", self.digest().short())
    }
}

/// Length-prefixed fields, so that no two different records run together to the same bytes.
struct Fields(blake3::Hasher);

impl Fields {
    fn new(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    #[expect(
        clippy::little_endian_bytes,
        reason = "the hashed form fixes its byte order"
    )]
    fn count(&mut self, n: usize) {
        self.0.update(&(n as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn entity(&mut self, entity: &Entity) {
        self.text(entity.id.as_str());
        self.text(entity.schema.name());
        let mut properties: Vec<_> = entity.properties().collect();
        properties.sort_by_key(|(property, _)| property.name().to_owned());
        self.count(properties.len());
        for (property, values) in properties {
            self.text(property.name());
            let mut texts: Vec<&str> = values.iter().map(crate::Value::as_str).collect();
            texts.sort_unstable();
            self.count(texts.len());
            for text in texts {
                self.text(text);
            }
        }
    }

    fn finish(self) -> ContentHash {
        ContentHash(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Property, Schema};

    fn entry(names: &[&str]) -> Entry {
        let mut party = Entity::new("x-1", Schema::Person);
        for name in names {
            party.add(Property::Name, name);
        }
        Entry::new(party)
    }

    #[test]
    fn order_and_white_space_do_not_change_the_hash() {
        assert_eq!(
            ContentHash::of_entry(&entry(&["A  B", "C"])),
            ContentHash::of_entry(&entry(&["C", "A B"]))
        );
    }

    #[test]
    fn neither_the_order_of_parts_nor_a_repeated_one_changes_the_hash() {
        let part = |number: &str| {
            let mut part = Entity::new("x-1-id", Schema::Identification);
            part.add(Property::Number, number);
            part
        };
        let with = |parts: Vec<Entity>| {
            ContentHash::of_entry(&Entry {
                parts,
                ..entry(&["A"])
            })
        };
        let hash = with(vec![part("1"), part("2")]);
        assert_eq!(hash, with(vec![part("2"), part("1")]));
        assert_eq!(hash, with(vec![part("2"), part("1"), part("2")]));
        assert_ne!(hash, with(vec![part("1")]));
    }

    #[test]
    fn a_set_has_one_hash_in_any_order_and_members_can_be_taken_out() {
        let of = |members: &[&str]| {
            let mut set = SetHash::new();
            for member in members {
                set.insert(member.as_bytes());
            }
            set
        };
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        let mut set = of(&["a", "b", "c"]);
        set.remove(b"b");
        assert_eq!(set, of(&["a", "c"]));
        let mut other = of(&["b", "d"]);
        other.insert_all(&set);
        assert_eq!(other, of(&["a", "b", "c", "d"]));
        other.remove_all(&of(&["a", "d"]));
        assert_eq!(other, of(&["b", "c"]));
        assert_eq!(SetHash::from_bytes(&set.to_bytes()), Some(set));
        assert_eq!(SetHash::from_bytes(b"short"), None);
        assert_ne!(of(&["a"]).digest(), SetHash::new().digest());
    }

    #[test]
    fn neighbouring_values_do_not_run_together() {
        assert_ne!(
            ContentHash::of_entry(&entry(&["AB", "C"])),
            ContentHash::of_entry(&entry(&["A", "BC"]))
        );
    }
}
