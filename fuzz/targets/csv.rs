//! The input is a mapping and a list with the byte 1C between.
#![no_main]

use rescreen_fuzz::{check, files};
use rescreen_import::{Spec, custom_csv::Mapping};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [mapping, list] = files(data)[..] else {
        return;
    };
    let Ok(mapping) = std::str::from_utf8(mapping) else {
        return;
    };
    if let Ok(mapping) = Mapping::parse("mapping.toml", mapping) {
        check(&Spec::Csv(mapping), &[list]);
    }
});
