//! The whole program as a user runs it: real binary, real files, its own home directory.

mod demo;
mod fetch;
mod history;
mod lists;
mod real_lists;
mod screening;
mod support;
mod trouble;
