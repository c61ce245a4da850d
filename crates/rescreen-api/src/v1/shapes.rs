//! What goes over the wire in the native interface.
//!
//! Shapes are those of the command line's `--json`, so that who knows one knows the other.

mod acts;
mod alerts;
mod audit;
mod desk;
mod events;
mod lists;
mod policy;
mod redress;
mod reports;
mod screen;
mod subjects;

use std::collections::BTreeMap;

pub(super) use acts::{
    AssignRequest, DisposeRequest, DisputeRequest, HandOverRequest, NoteRequest, ProposeRequest,
    ReasonRequest, SnoozeRequest,
};
pub(super) use alerts::{
    Alert, AlertCore, AlertInFull, Attachment, AttachmentsResponse, Cause, Decision,
    DeclinedResponse, Disposition, Facts, FileBytes, Grounds, Leg, Offer, OffersResponse,
    OtherAlert, PartyLine, PastLeg, Proposal, Suppression, SuppressionsResponse,
};
pub(super) use audit::{
    CheckpointsResponse, ExportHead, KeyResponse, LogEntry, LogPage, ProofResponse,
    SignedCheckpoint,
};
pub(super) use desk::{DeskPolicyRequest, DeskPolicyResponse, DeskPolicySet, DeskRules};
pub(super) use events::{AlertEvent, AlertPage, EventPage, LogEvent};
pub(super) use lists::{
    DiffResponse, EntryChange, EntryLine, EntryResponse, EntrySpan, FieldChange, Finding, ListLine,
    ListResponse, ListVersion, ListsResponse, Reason, ReleaseResponse, VersionMoment,
    VersionResponse,
};
pub(super) use policy::{
    ForecastRequest, ForecastResponse, Lists, Policy, PolicyRequest, PolicyResponse, Sample,
    SampleLine, Sweep,
};
pub(super) use redress::{
    ContestRequest, CorrectRequest, DisputedResponse, HeldResponse, Hold, HoldsResponse,
    LiftRequest, PurgeRequest, Purged, PurgedResponse, Retention, RetentionRequest,
    TimedReasonRequest,
};
pub(super) use reports::{
    AccountingResponse, AccountingThen, CoverageResponse, Differing, Flow, Hours, ListCoverage,
    LookbackResponse, LookedBack, Matchers, QualityResponse, Rate, ReplayResponse, Waiting,
};
pub(super) use screen::{
    Answered, Asked, Basis, BatchAnswer, BatchRequest, BatchResponse, Evidence, Hit, ListInForce,
    NotAnswered, Query, ScreenRequest, ScreenResponse, StreamAnswer,
};
pub(super) use subjects::{
    AlertRef, EraseRequest, EraseResponse, Kept, KeptHit, KeptScreening, PutRequest, PutResponse,
    SubjectLine, SubjectResponse, SubjectVersion, VersionsResponse,
};

/// Properties by FollowTheMoney's names, each with its values.
pub(super) type Properties = BTreeMap<String, Vec<String>>;
