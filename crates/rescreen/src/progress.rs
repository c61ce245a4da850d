//! Progress of long work on a terminal; nothing anywhere else.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Output;

/// A bar over a number of bytes.
pub(crate) fn bytes(output: &Output, total: u64, what: &str) -> ProgressBar {
    bar(
        output,
        total,
        what,
        "{msg} {wide_bar} {bytes}/{total_bytes} {eta}",
    )
}

/// A bar over a number of things.
pub(crate) fn count(output: &Output, total: u64, what: &str) -> ProgressBar {
    bar(
        output,
        total,
        what,
        "{msg} {wide_bar} {human_pos}/{human_len} {eta}",
    )
}

fn bar(output: &Output, total: u64, what: &str, template: &str) -> ProgressBar {
    let shown = !output.quiet && !output.json && std::io::stderr().is_terminal();
    let target = if shown {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target).with_message(what.to_owned());
    // A template that does not parse would only cost the looks of the bar.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if shown {
        bar.enable_steady_tick(Duration::from_millis(120));
    }
    bar
}
