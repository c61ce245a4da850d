//! What an identity provider says of somebody, and whether that is to be believed.
//!
//! Programs bring a token that the provider signed; people are sent to the provider and come back with a code for one.
//! Both ways end in the same judgement, and in the same reading of who somebody is here.
//!
//! - **Only what was agreed on opens**: this issuer, this audience, a signature by a key that the issuer publishes now, and an
//!   algorithm that belongs to the kind of that key. A token cannot choose to be unsigned, or to be checked with a public key
//!   as if that were a secret.
//! - **The issuer is asked seldom**: its keys are kept, read again now and then, and when a token names a key that is not
//!   known, at most once in ten seconds, however many such tokens come.
//! - **Keys that cannot be confirmed for an hour open nothing**: they may have been withdrawn.
//! - **It opens no connection**: whoever runs it says how documents are had.

mod error;
mod issuer;
mod keys;
mod sign_in;

pub use error::{NoSignIn, Unfit};
pub use issuer::{Fetch, Issuer, Oidc, Person, is_signed};
pub use sign_in::{Client, Exchange, Proof, TokenRequest};

#[cfg(test)]
mod tests;
