//! The whole program as a user runs it: real binary, real files, its own home directory.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::format_push_string,
    reason = "a test stops at the first surprise and says what it skips"
)]

mod audit;
mod audit_api;
mod browser;
mod client;
mod compat;
mod deltas;
mod demo;
mod desk;
mod eval;
mod events;
mod faults;
mod fetch;
mod history;
mod issuer;
mod journeys;
mod kept_out;
mod lists;
mod manifests;
mod manual;
mod native;
mod operations;
mod pages;
mod private;
mod python;
mod real_lists;
mod redress;
mod redress_api;
mod register;
mod screening;
mod serve;
mod serving;
mod signing_in;
mod support;
mod tenants;
mod then;
mod trouble;
mod webhooks;
