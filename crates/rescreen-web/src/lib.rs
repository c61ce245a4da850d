//! The pages on which people decide, made on the server.
//!
//! - **Every essential step works without script.** What script adds is comfort: keys, and news without a reload.
//! - **Foreign text stays text.** Names and remarks of lists and registers are escaped by construction, stand in elements
//!   that keep their direction to themselves, and letters that cannot be seen are shown. A strict policy for browsers
//!   (no inline script or style, nothing from elsewhere) stands behind that.
//! - **Who may do what is one table**, `routes.rs`; roles are those of the access tokens.
//! - **A form works only for whom it was made**: each carries a secret of the session, and requests that come from
//!   another site are refused.
//! - **All words stand in `texts.rs`**, so that a translation is one file.

mod answer;
mod chart;
mod compare;
mod dispatch;
mod download;
mod errand;
mod evidence;
mod fields;
mod figures;
mod news;
mod pages;
mod parts;
mod routes;
mod running;
mod session;
mod shell;
mod state;
mod statics;
mod suggest;
mod texts;
mod url;
mod verification;
mod visit;

pub use dispatch::router;
pub use running::{Running, Work};
pub use session::Sessions;
pub use state::{Config, LogKeyWish, Pages, SignIn, Sources};
