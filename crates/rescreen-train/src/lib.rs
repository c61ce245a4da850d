//! Weights fitted to development data, as a challenger of the weights in force.
//!
//! `cargo xtask train` fits a factor to every weight against of `rescreen-match/src/weights.rs`: sign-constrained
//! logistic regression on names of OFAC's persons that are left out ([`left_out`](rescreen_eval::left_out)), on names
//! damaged by the project's own model ([`corrupt`]), and on persons who do not exist. Persons are split by the hash of
//! their id: 60 % to fit to, 20 % to decide by, 20 % to report. No person of the United Nations' list takes part, and
//! [`files`] can open neither labelled pairs nor anything that is held out.
//!
//! Nothing is written into the matcher. A fit that wins on the persons to decide by is adopted by a person, in a
//! commit that says what it changes.

pub mod corrupt;
pub mod files;
pub mod fit;
pub mod random;
pub mod report;
pub mod sets;
