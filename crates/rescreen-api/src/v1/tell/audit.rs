//! The log as it goes over the wire.

use rescreen_app::audit::{CheckpointRow, LogRow, Proof, said};
use serde_json::Value;

use crate::v1::shapes as wire;

/// An entry of the log, with the data that it binds where they are still there.
pub(in crate::v1) fn log_entry(entry: &LogRow) -> wire::LogEntry {
    wire::LogEntry {
        entry: entry.index,
        at: entry.at.to_string(),
        kind: entry.kind.clone(),
        tenant: entry.tenant.clone(),
        actor: entry.actor.clone(),
        role: entry.role.clone(),
        subject: entry.subject.map(|key| key.0),
        alert: entry.alert,
        state: entry.state.clone(),
        revision: entry.revision,
        detail: super::detail(&entry.detail),
        data: entry
            .data
            .as_ref()
            .map_or(Value::Null, |(_, body)| super::detail(body)),
        hash: entry.hash.to_string(),
    }
}

/// A checkpoint; `None` where the note kept is none.
pub(in crate::v1) fn checkpoint(row: &CheckpointRow) -> Option<wire::SignedCheckpoint> {
    let signed = said(&row.note)?;
    Some(wire::SignedCheckpoint {
        origin: signed.origin,
        size: signed.size,
        root: signed.root.to_string(),
        at: row.at.to_string(),
        note: row.note.clone(),
    })
}

/// A proof that an entry is in the log, or else that an earlier log is its beginning.
pub(in crate::v1) fn proof(is_of_entry: bool, proof: &Proof) -> wire::ProofResponse {
    wire::ProofResponse {
        entry: is_of_entry.then_some(proof.place),
        older: (!is_of_entry).then_some(proof.place),
        hash: proof.of.to_string(),
        size: proof.size,
        root: proof.root.to_string(),
        proof: proof.hashes.iter().map(ToString::to_string).collect(),
    }
}
