//! The weights of the model: every constant a score depends on beside the tables of words.
//!
//! Shares are percent of a part's weight or of the bits that agree, bits are hundredths.

/// What the spelling of an agreeing part leaves in doubt counts so much.
pub(crate) const SPELLING: i32 = 110;

/// What a part that differs costs, of the mean weight of the two.
pub(crate) const SUBSTITUTED: i32 = 120;
/// What it costs at least, of all that agrees: a long name does not forgive a replaced part.
pub(crate) const SUBSTITUTED_OF_AGREED: i32 = 44;
/// What it costs at least.
pub(crate) const SUBSTITUTED_LEAST: i32 = 300;

/// What a missing part costs, of its weight: in the middle of a person's name,
pub(crate) const OMITTED_MIDDLE: i32 = 14;
/// at either end of it,
pub(crate) const OMITTED_END: i32 = 24;
/// at the beginning, where the given name stands,
pub(crate) const OMITTED_FIRST: i32 = 75;
/// and there at least, because a common given name tells two people apart as well as a rare one,
pub(crate) const OMITTED_FIRST_LEAST: i32 = 800;
/// but for names so common that they are left out freely;
pub(crate) const OMITTED_FREELY: i32 = 300;
/// at the end at least,
pub(crate) const OMITTED_END_LEAST: i32 = 450;
/// the first of two family names of which the second agrees,
pub(crate) const OMITTED_SURNAME: i32 = 45;
/// a patronymic,
pub(crate) const OMITTED_PATRONYMIC: i32 = 5;
/// a by-name (`Abu …`),
pub(crate) const OMITTED_KUNYA: i32 = 8;
/// a name of origin behind an article,
pub(crate) const OMITTED_ARTICLE: i32 = 16;
/// in the name of an organisation or a ship,
pub(crate) const OMITTED_OTHER: i32 = 45;
/// a place in the name of an organisation,
pub(crate) const OMITTED_PLACE: i32 = 28;
/// a syllable of a Korean or Chinese name,
pub(crate) const OMITTED_SYLLABLE: i32 = 100;
/// and where a single part agrees, which alone names nobody.
pub(crate) const OMITTED_LONELY: i32 = 60;

/// The bits that agree by which a name that lacks a part is told from a chance meeting,
pub(crate) const RARITY_NEEDED: i32 = 1_700;
/// and what each bit short of them costs.
pub(crate) const RARITY_SHORT: i32 = 60;

/// Unequal numbers in names of things that come in series, of all that agrees, and at least.
pub(crate) const NUMERAL_DIFFERS: (i32, i32) = (60, 600);
/// A number on one side only.
pub(crate) const NUMERAL_MISSING: (i32, i32) = (28, 250);
/// Legal forms of different kinds.
pub(crate) const LEGAL_FORM_DIFFERS: i32 = 120;
/// Each break in the order of three or more parts beyond a rotation, of all that agrees.
pub(crate) const ORDER_BROKEN: i32 = 12;
/// Syllables of a name change places, which makes another name.
pub(crate) const SYLLABLES_REORDERED: i32 = 45;
/// Father and child change places.
pub(crate) const CHAIN_REVERSED: i32 = 45;
/// A weak alias that agrees in full.
pub(crate) const WEAK_ALIAS: i32 = 15;

/// The share of the scale that rarity decides: a name of no weight reaches one minus this.
pub(crate) const RARITY_SHARE: i64 = 2_900;
/// The bits that halve the distance to the top of the scale.
pub(crate) const RARITY_HALVING: i64 = 600;
