//! The HTTP interface: one process that holds the lists in memory and answers.
//!
//! - **It is ready or it says so.** Until the lists are loaded, everything but `/healthz` is answered 503; an answer over
//!   no list would look like a clearance.
//! - **Every answer rests on one snapshot**, and its headers name it. A new version of a list is loaded beside the old
//!   one and takes its place in one step; no request sees half of it.
//! - **Nobody unknown is answered**, and nobody who may not ask: one table says who may use which route.
//! - **Nothing a caller sends is logged.**
//!
//! The dialect spoken is that of yente, so that its clients work by changing an address; `docs/manual/api.md` says
//! where we differ.

mod access;
mod answer;
mod log_key;
mod openapi;
mod ops;
mod params;
mod refresh;
mod refusals;
mod routes;
mod server;
mod snapshot;
mod state;
mod strict_json;
mod v1;
mod writer;
mod yente;

pub use access::Access;
pub use log_key::KeySource;
pub use ops::{Limits, LogTo, Operations, OperationsError, TlsFiles};
pub use refresh::Event;
pub use server::{Around, Config, Lists, ServeError, Server, Stores};
pub use snapshot::Collection;
