//! A client of rescreen's native HTTP interface, `/v1`.
//!
//! ```no_run
//! use rescreen_client::{Client, Query, Subject};
//!
//! # fn main() -> Result<(), rescreen_client::Error> {
//! let client = Client::new("https://screening.example", "rescreen_…")?;
//! let subject = Subject::person().with("name", "Oswin Tarbuckle").with("birthDate", "1961-05-04");
//! for hit in client.screen(&Query::about(subject.clone()))?.results {
//!     println!("{} {} on {}", hit.score, hit.caption, hit.list);
//! }
//! // From now on they are screened whenever a list changes.
//! client.put_subject("crm", "4711", &subject)?;
//! for event in client.follow(0) {
//!     let event = event?;
//!     println!("{} happened to alert {}", event.kind, event.alert);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - **What the server refuses is an error with its words**: [`Error::Refused`].
//! - **More may come.** Fields that this version does not know are left aside; those it knows stay.
//! - **Sending twice is safe.** A subject put again is as it was; what is done with an alert names its intent by a key.

mod call;
mod error;
mod follow;
mod held;
mod types;
mod webhook;

pub use call::{Client, Intent};
pub use error::{Error, Problem};
pub use follow::Follow;
pub use types::{
    Act, Alert, AlertEvent, AlertFilter, AlertPage, AlertRef, Answer, Answered, Basis, EventPage,
    Evidence, Hit, ListInForce, ListLine, LogEntry, LogPage, PartyLine, Put, Query, Screened,
    Subject, SubjectLine,
};
pub use webhook::{Message, Told, WebhookError, WebhookSecret};
