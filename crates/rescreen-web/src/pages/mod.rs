//! The pages, one file each.

pub(crate) mod admin;
pub(crate) mod alert;
pub(crate) mod audit;
pub(crate) mod decide;
pub(crate) mod desk_rules;
pub(crate) mod entry;
pub(crate) mod issuer;
pub(crate) mod list;
pub(crate) mod offers;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod reports;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod subject;
pub(crate) mod tenants;
pub(crate) mod webhooks;
