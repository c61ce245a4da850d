//! The input is one file.
#![no_main]

use rescreen_fuzz::check;
use rescreen_import::Spec;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check(&Spec::OfacXml, &[data]));
