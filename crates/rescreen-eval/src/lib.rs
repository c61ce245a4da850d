//! How good the matcher is, in figures that can be checked.
//!
//! Three kinds of questions are asked. *Labelled pairs* ask whether two names are one party's ([`pairs`]). *Persons of a
//! file* ask whether listed people are found and others left in peace ([`persons`], [`screening`]). A *list alone* asks
//! both without any labels: each of its names must find its own party without that name ([`left_out`]), and people put
//! together from two listed ones must not be found ([`near_miss`]).
//!
//! The crate only measures: nothing here feeds back into a weight, a table or a threshold. It is pure; whoever calls it
//! opens files and holds the clock.

#![deny(clippy::disallowed_methods)]

pub mod culture;
mod curve;
mod elsewhere;
pub mod isotonic;
mod key;
pub mod left_out;
pub mod near_miss;
pub mod pairs;
pub mod persons;
mod plane;
pub mod screening;
mod script;
mod share;
mod table;
mod timing;

pub use curve::{
    Bin, Confusion, Judged, Point, average_precision, best_f1, calibration, calibration_error,
    curve,
};
pub use elsewhere::Elsewhere;
pub use key::name_key;
pub use plane::{Operating, threshold_at, threshold_for};
pub use script::{dominant_script, script_name};
pub use share::{Share, Spread, by_group};
pub use table::TableError;
pub use timing::Timing;
