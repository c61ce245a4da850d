//! The input is one file, or several behind each other with the byte 1C between.
#![no_main]

use rescreen_fuzz::{check, files};
use rescreen_import::Spec;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check(&Spec::OfacSdnCsv, &files(data)));
