//! Asks the OFAC list of 2023-12-28 about names given on the command line and prints the evidence.
//!
//! `cargo run --release -p rescreen-screen --example ask -- "Ayman al Zawahri" company:"Sberbank"`

#![expect(clippy::print_stdout, reason = "an example prints")]
#![expect(
    clippy::unwrap_used,
    reason = "an example stops where its data are missing"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use rescreen_match::Policy;
use rescreen_model::Schema;
use rescreen_screen::Screener;

fn main() {
    let screener = Screener::new(
        common::parties("ofac", &common::ofac().unwrap()),
        Policy::default(),
    );
    for argument in std::env::args().skip(1) {
        let (schema, name) = match argument.split_once(':') {
            Some((schema, name)) => (Schema::named(schema).unwrap(), name),
            None => (Schema::Person, argument.as_str()),
        };
        let screening = screener.screen(&common::named(name, schema));
        println!("== {name}: {} hits", screening.hits.len());
        for remark in &screening.remarks {
            println!("   {remark}");
        }
        for hit in screening.hits.iter().take(6) {
            println!(
                "{} {} {} {}",
                hit.found.score,
                hit.found.tier.as_str(),
                hit.party.entity.id,
                hit.party.entity.caption()
            );
            for line in &hit.found.evidence {
                println!(
                    "      {:>7} {:<18} {} ~ {}  ({})",
                    line.bits.to_string(),
                    line.feature.as_str(),
                    line.query,
                    line.candidate,
                    line.note.as_deref().unwrap_or_default()
                );
            }
        }
    }
}
