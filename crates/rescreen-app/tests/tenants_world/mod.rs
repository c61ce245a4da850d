//! A home of three tenants. Everything that is one tenant's has its name in it, so whatever shows, shows by that.

pub(crate) mod probes;

use std::io::Cursor;

use jiff::{Timestamp, ToSpan as _};
use rescreen_app::{
    AccessRole, App, AppError, HoldRequest, How, Incoming, Input, NewToken, Quality, Relied,
    Request, Store, TOKEN_RANDOM_BYTES, UpdateRequest, WEBHOOK_SECRET_BYTES,
};
use rescreen_desk::{
    Action, ActionKind, Basis, Disposition, DispositionKind, Facts, Outcome, Proposal, ReasonCode,
    Role, State, UserId,
};
use rescreen_model::{Entity, ListName, Property, Schema};

use crate::common::unlimited;

pub(crate) const TENANTS: [&str; 3] = ["default", "north", "south"];
pub(crate) const ENTRIES: [&str; 2] = ["l-1", "l-2"];
pub(crate) const LAST: Timestamp = Timestamp::MAX;
/// Who works where; the first is the admin of all.
pub(crate) const PEOPLE: [(&str, Role, &str); 9] = [
    ("ada", Role::Admin, "default"),
    ("default-ann", Role::Analyst, "default"),
    ("default-ben", Role::Approver, "default"),
    ("north-ada", Role::Admin, "north"),
    ("north-ann", Role::Analyst, "north"),
    ("north-ben", Role::Approver, "north"),
    ("south-ada", Role::Admin, "south"),
    ("south-ann", Role::Analyst, "south"),
    ("south-ben", Role::Approver, "south"),
];

/// What shows something of a tenant: the beginning of the names of its things, as text and as bytes in a row.
pub(crate) fn marks(tenant: &str) -> impl Iterator<Item = String> {
    [
        "source", "notes", "text", "file", "ann", "ben", "token", "hook", "reason",
    ]
    .into_iter()
    .map(move |what| format!("{tenant}-{what}"))
    .flat_map(|mark| [bytes(&mark), mark])
}

/// A text as it shows where bytes are written as numbers.
pub(crate) fn bytes(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|b| b.to_string()).collect();
    bytes.join(", ")
}

pub(crate) fn quality(app: &App) -> Result<Quality, AppError> {
    app.quality(LAST, &|_| "Latin")
}

pub(crate) fn each_subject(mut ask: impl FnMut(&str)) {
    for tenant in TENANTS {
        for id in ["1", "2", "3"] {
            ask(&format!("{tenant}-source/{id}"));
            ask(id);
        }
    }
}

/// Somebody whom the list's first entry may be.
fn person(id: &str, notes: &str) -> Entity {
    let mut person = Entity::new(id, Schema::named("Person").unwrap());
    person.add(Property::Name, "Anselm Wackerbarth");
    person.add(Property::BirthDate, "1960");
    person.add(Property::Notes, notes);
    person
}

pub(crate) fn received_entity() -> Entity {
    person("1", "other")
}

pub(crate) fn incoming(id: &str, notes: &str) -> Incoming {
    Incoming {
        subject: person(id, notes),
    }
}

/// One of each, where anybody may do it with a case that waits.
pub(crate) fn sample(kind: ActionKind) -> Option<Action> {
    let reason = "because".to_owned();
    Some(match kind {
        ActionKind::Assign => Action::Assign {
            to: UserId::new("north-ann"),
        },
        ActionKind::StartReview => Action::StartReview,
        ActionKind::Propose => Action::Propose(cleared()),
        ActionKind::Approve => Action::Approve,
        ActionKind::Reject => Action::Reject { reason },
        ActionKind::Reopen => Action::Reopen { reason },
        ActionKind::Dispute => Action::Dispute { reason, due: LAST },
        ActionKind::Escalate => Action::Escalate { reason },
        ActionKind::Snooze => Action::Snooze { until: LAST },
        ActionKind::Note => Action::Note { text: reason },
        ActionKind::Dispose => Action::Dispose(disposed("because")),
        ActionKind::HandOver => Action::HandOver {
            to: rescreen_desk::TenantId::new("north"),
            reason,
        },
        ActionKind::Accept => Action::Accept,
        ActionKind::Decline => Action::Decline { reason },
        ActionKind::TakeBack => Action::TakeBack { reason },
        // That comes with its bytes.
        ActionKind::Attach => return None,
    })
}

fn disposed(authority: &str) -> Disposition {
    Disposition {
        kind: DispositionKind::Frozen,
        date: "2026-01-01".parse().unwrap(),
        authority: authority.to_owned(),
    }
}

fn cleared() -> Proposal {
    Proposal {
        outcome: Outcome::FalsePositive,
        reason: ReasonCode::new("other-person"),
        text: String::new(),
        basis: Basis::Identity,
        facts: Facts::default(),
    }
}

pub(crate) fn request(by: &str, alert: i64, action: Action) -> Request {
    Request {
        alert,
        by: by.to_owned(),
        expected: None,
        key: None,
        action,
        relied: Vec::new(),
    }
}

pub(crate) struct World {
    home: tempfile::TempDir,
    pub(crate) now: Timestamp,
}

impl World {
    /// Each tenant has three subjects that one entry may be: the first waits, the second is cleared, the third is
    /// confirmed and frozen. There are notes, files, holds, tokens and webhooks.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            home: tempfile::tempdir().unwrap(),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let mut app = world.open(None);
        let list = ListName::parse("l").unwrap();
        app.add_list(&list, unlimited(), world.now).unwrap();
        world.update(&mut app, &list);
        let mut people = PEOPLE.iter();
        for tenant in TENANTS {
            for (name, role, at) in people.by_ref().take(3) {
                let now = world.tick();
                if tenant != "default" {
                    app.add_tenant(tenant, "ada", now).unwrap();
                }
                app.add_user(name, *role, at, "ada", now).unwrap();
            }
        }
        for tenant in &TENANTS[1..] {
            let now = world.tick();
            let source = format!("{tenant}-source");
            app.give_source(&source, tenant, ("ada", "theirs"), now)
                .unwrap();
        }
        for tenant in TENANTS {
            world.fill(tenant);
        }
        world
    }

    pub(crate) fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(1.hours()).unwrap();
        self.now
    }

    pub(crate) fn open(&self, tenant: Option<&str>) -> App {
        let home = self.home.path();
        App::new(match tenant {
            Some(tenant) => Store::open_for(home, tenant).unwrap(),
            None => Store::open(home).unwrap(),
        })
    }

    fn update(&mut self, app: &mut App, list: &ListName) {
        let now = self.tick();
        let text = "{\"id\":\"l-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Anselm Wackerbarth\"],\"birthDate\":[\"1960\"]}}\n\
            {\"id\":\"l-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Beatrix Oldenkott\"]}}\n";
        let request = UpdateRequest {
            list,
            inputs: vec![Input::new("x.json", Cursor::new(text))],
            published: Some(now),
            last_modified: None,
            clock: &|| now,
            how: How::Whole,
            fetched: Vec::new(),
            edition: None,
            noted: Vec::new(),
        };
        app.update_list(request, &mut |_| {}).unwrap();
    }

    fn fill(&mut self, tenant: &str) {
        let (source, ann) = (format!("{tenant}-source"), format!("{tenant}-ann"));
        let admin = if tenant == "default" {
            "ada".to_owned()
        } else {
            format!("{tenant}-ada")
        };
        let notes = format!("{tenant}-notes");
        let mut app = self.open(Some(tenant));
        let mut registration = app.registration(&source).unwrap();
        let now = self.tick();
        let subjects = ["1", "2", "3"].map(|id| incoming(id, &notes));
        app.register(&mut registration, subjects.into(), now)
            .unwrap();
        let [first, second, third] = self.keys(tenant);
        let text = format!("{tenant}-text");
        self.act(tenant, &ann, first, Action::Note { text })
            .unwrap();
        let request = request(&ann, first, Action::StartReview);
        let now = self.tick();
        let file = format!("{tenant}-file");
        app.attach(request, &file, file.as_bytes(), now).unwrap();
        self.decide(tenant, second, None).unwrap();
        let confirmed = Proposal {
            outcome: Outcome::TrueMatch,
            reason: ReasonCode::new("same-person"),
            text: format!("{tenant}-reason"),
            ..cleared()
        };
        self.act(tenant, &ann, third, Action::Propose(confirmed))
            .unwrap();
        let ben = format!("{tenant}-ben");
        self.act(tenant, &ben, third, Action::Approve).unwrap();
        self.act(tenant, &ann, third, Action::Dispose(disposed(&ann)))
            .unwrap();
        let hold = HoldRequest {
            subject: format!("{source}/2"),
            by: admin.clone(),
            reason: format!("{tenant}-reason"),
            until: None,
        };
        let now = self.tick();
        app.hold_subject(&hold, now).unwrap();
        let token = NewToken {
            name: format!("{tenant}-token"),
            tenant: tenant.to_owned(),
            role: AccessRole::Viewer,
            expires: None,
        };
        let random = [tenant.len() as u8 + tenant.as_bytes()[0]; TOKEN_RANDOM_BYTES];
        app.create_token(&token, &random, &admin, now).unwrap();
        let url = format!("https://{tenant}-hook.example/");
        app.add_webhook(&url, &[7; WEBHOOK_SECRET_BYTES], &admin, now)
            .unwrap();
    }

    /// The alerts of a tenant's three subjects.
    pub(crate) fn keys(&self, tenant: &str) -> [i64; 3] {
        let app = self.open(Some(tenant));
        ["1", "2", "3"].map(|id| {
            let row = app.find_subject(&format!("{tenant}-source/{id}")).unwrap();
            let alerts = app.alerts(None, usize::MAX).unwrap();
            alerts
                .iter()
                .find(|a| a.subject.key == row.key)
                .unwrap()
                .row
                .key
        })
    }

    /// The alert of the tenant that waits, as long as there is one.
    pub(crate) fn waiting(&self, tenant: &str) -> i64 {
        self.keys(tenant)[0]
    }

    /// The alert of the tenant that was cleared.
    pub(crate) fn answered(&self, tenant: &str) -> i64 {
        let key = self.keys(tenant)[1];
        let alert = self.open(Some(tenant)).alert(key).unwrap();
        assert_eq!(alert.case.state, State::Decided);
        key
    }

    pub(crate) fn act(
        &mut self,
        tenant: &str,
        by: &str,
        alert: i64,
        action: Action,
    ) -> Result<(), AppError> {
        let now = self.tick();
        let request = request(by, alert, action);
        self.open(Some(tenant)).act(&request, now).map(drop)
    }

    /// Two people of a tenant clear an alert, relying on a property or on everything that tells who somebody is.
    pub(crate) fn decide(
        &mut self,
        tenant: &str,
        alert: i64,
        relied: Option<Property>,
    ) -> Result<(), AppError> {
        let now = self.tick();
        let relied = relied.into_iter().map(|property| Relied {
            side: None,
            property,
        });
        let request = Request {
            relied: relied.collect(),
            ..request(&format!("{tenant}-ann"), alert, Action::Propose(cleared()))
        };
        self.open(Some(tenant)).act(&request, now)?;
        self.act(tenant, &format!("{tenant}-ben"), alert, Action::Approve)
    }
}
