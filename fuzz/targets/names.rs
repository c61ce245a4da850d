//! The input is two names with the byte 1C between; a third part, if there is one, makes organisations of them.
#![no_main]

use rescreen_fuzz::{check_names, files};
use rescreen_model::Schema;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let parts = files(data);
    let [one, other, rest @ ..] = &parts[..] else {
        return;
    };
    let schema = if rest.is_empty() {
        Schema::Person
    } else {
        Schema::Organization
    };
    let [one, other] = [one, other].map(|bytes| String::from_utf8_lossy(bytes));
    check_names(&one, &other, schema);
});
