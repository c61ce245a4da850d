//! Every word that the pages say, in English. A translation is another file like this one.
//!
//! `{n}` and the like are where something is put in; a `|` parts the words for one from those for several.

use jiff::SignedDuration;
use rescreen_app::{AccessRole, AlertState, NOT_REGISTERED, VersionState};
use rescreen_desk::{DispositionKind, Outcome, Role};

use crate::{
    compare::Relation,
    parts::{fill, number},
};

macro_rules! texts {
    ($($name:ident: $text:literal,)*) => {
        /// The words.
        pub(crate) struct Texts { $(pub(crate) $name: &'static str,)* }

        /// The words in the language of the pages.
        pub(crate) const T: &Texts = &Texts { $($name: $text,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $text),)*];
    };
}

texts! {
    // The frame.
    language: "en",
    product: "rescreen",
    skip: "Skip to the content",
    navigation: "Main",
    search: "Search",
    queue: "Queue",
    lists: "Lists",
    reports: "Reports",
    policy: "Policy",
    audit: "Audit",
    admin: "Admin",
    sign_in: "Sign in",
    sign_out: "Sign out",
    demo_note: "Demonstration: every person and party here is invented, and nothing is kept.",
    rests_on: "Answers rest on",
    policy_word: "policy",
    matcher_word: "matcher",
    keys: "Keys",
    key_lines: "j: next row\nk: row before\nEnter: open the row, or the first\nx: choose the row\na: make it mine\n1 2 3 4: an outcome, with the reason that the evidence gives\np: the first outcome\ny: approve, with Enter to confirm\nEsc: take it back\nr: reject\nn: note\nq: to the queue\n/: search\n?: these keys",
    close: "Close",
    no_verdict: "A match is a question to a person, never a verdict.",
    go_on: "Go on",
    back_to_start: "Back to the start",
    pages: "Pages",
    previous_page: "← Before",
    next_page: "Next →",
    page_of: "{from}–{to} of {total}",

    // What runs.
    running_update: "An update of {name} has been running since {since}",
    running_import: "Subjects of {name} have been registered since {since}",
    running_sweep: "Everybody has been screened again since {since}",
    running_policy: "A policy has been put in force since {since}",
    running_share: "{share} % done.",
    running_count: "{n} entry read.|{n} entries read.",
    running_over: "That is done: show what is new",

    // What can go wrong.
    missing: "There is nothing here",
    no_such_page: "There is no such page, or it is not yours to see.",
    lost_text: "The address leads nowhere. It may be mistyped, or what it named is gone.",
    forbidden: "That is not yours to do",
    forbidden_text: "Your role does not allow it. An admin can give you another, or somebody else has to do it.",
    foreign_form: "This form is no longer valid",
    foreign_form_text: "It was made for another session or sent from another site, so nothing was done. Open the page again and repeat what you wanted.",
    wrong: "That cannot be understood",
    refused: "That was refused",
    not_ready: "The lists are being loaded",
    not_ready_text: "Until they are, nobody can be cleared. Try again in a moment.",
    defect: "Something is broken here",
    defect_text: "This is a defect of rescreen, not a mistake of yours. Nothing was changed halfway. What you typed was not written anywhere.",

    // Signing in.
    token: "Access token",
    token_hint: "From your admin, or made with “rescreen token create”. It begins with rescreen_.",
    token_wrong: "That token opens nothing here. Check that you copied all of it.",
    token_expired: "That token has expired. Ask an admin for a new one.",
    token_revoked: "That token was taken back. Ask an admin for a new one.",
    your_name: "Your name",
    name_hint: "This server asks for no token, because only this machine reaches it. What you do is recorded under this name.",
    name_wrong: "Say a name of at most 100 letters, and a role.",
    your_role: "Role",

    issuer_sign_in: "Sign in with {name}",
    issuer_or: "or with an access token",
    issuer_out: "You are signed out here. {name} may still know you.",
    issuer_out_there: "Sign out at {name} as well",
    issuer_foreign: "That sign-in was not begun in this browser, so nobody was signed in. Begin again here.",
    issuer_late: "That sign-in took longer than ten minutes. Begin again.",
    issuer_again: "That sign-in was used before. Begin again.",
    issuer_unreachable: "{name} does not answer. Try again in a moment.",
    issuer_described: "{name} cannot sign anybody in here: {why}. Whoever runs this server has to look into that.",
    issuer_busy: "Many people are signing in at this moment. Try again.",
    issuer_declined: "{name} did not sign you in ({why}). Begin again; if that does not help, ask whoever runs this server.",
    issuer_expired: "What {name} says of you is not valid at this time. Begin again; if that does not help, a clock is wrong.",
    issuer_nonce: "{name} answered another sign-in than this one, so nobody was signed in. Begin again here.",
    issuer_unfit: "What {name} sent is not to be believed: {why}. Nobody was signed in.",
    issuer_no_role: "{name} knows you, but gives you no role here. Ask an admin for one.",
    issuer_no_claim: "{name} does not say who you are here: {why}. Whoever runs this server has to look into that.",
    issuer_tenant: "{name} knows you, but as a member of another tenant than the one that is served here.",

    // Moments.
    in_future: "in the future",
    just_now: "just now",
    minutes_ago: "{n} minute ago|{n} minutes ago",
    hours_ago: "{n} hour ago|{n} hours ago",
    days_ago: "{n} day ago|{n} days ago",
    months_ago: "{n} month ago|{n} months ago",
    n_days: "{n} day|{n} days",
    under_a_second: "less than a second",
    seconds: "{n} second|{n} seconds",
    minutes: "{n} minute|{n} minutes",
    hours: "{n} hour|{n} hours",
    when: "When",
    never: "never",
    as_of: "As of",
    day_wrong: "“{text}” is not a day: expected one such as 2026-03-02.",

    // Search.
    search_title: "Is somebody listed?",
    search_name: "Name, in any script",
    search_placeholder: "Name of a person, organisation, vessel …",
    search_hint: "Spelling, script, order of names and missing parts are allowed for. What you type is kept in this session only and stands in no address.",
    search_gone: "That question is no longer kept: the session has moved on. Ask again.",
    asked_before: "Asked before in this session",
    kind: "Kind",
    born: "Born or founded",
    born_wrong: "“{text}” is not a date: expected one such as 1975-04-02, 1975-04 or 1975.",
    country: "Country",
    country_example: "Cyprus or cy",
    country_wrong: "“{text}” is not a country: expected a name or a code such as de.",
    number: "Number",
    number_example: "passport:X1234567",
    nobody_named: "Say a name with letters in it, or a number: by a date or a country alone anybody would be found.",
    nobody_found: "Nobody matches",
    found: "{n} may match|{n} may match",
    more_found: "and {n} more below these. Say more of whom you look for.",
    asked_against: "Asked against",
    of_day: "of",
    not_compared_because: "Left out of the comparison:",
    by_chance: "Of {names} listed names, {n} would agree as far by chance.",

    // Sides and evidence.
    evidence: "Evidence",
    feature: "What",
    subject: "Subject",
    listed: "Listed",
    how: "How",
    bits: "Bits",
    bits_for: "{n} bits for",
    bits_against: "{n} bits against",
    score: "Score",
    lifted_to: "lifted to",
    names: "Names",
    names_aligned: "Names, part under part",
    names_compared: "Compared:",
    lacking: "lacking",
    side_by_side: "Side by side",
    field: "Field",
    relation: "Relation",
    not_stated: "not stated",
    not_compared: "not compared",
    never_counts_for: "never counts for a match",
    published_as: "published as",
    on_list: "on",

    // The queue.
    states: "States",
    all: "All",
    views: "Views",
    view_all: "Everything",
    view_mine: "My work",
    view_nobody: "Nobody’s",
    view_approve: "To approve",
    view_overdue: "Overdue",
    news: "New alerts: show them",
    filters: "Filters",
    list: "List",
    all_lists: "All lists",
    no_such_list: "There is no list “{text}”.",
    with: "With",
    anybody: "Anybody",
    me: "Me",
    nobody: "Nobody",
    least: "Least score",
    due: "Due",
    any_time: "Any time",
    overdue: "Overdue",
    sort: "Order",
    sort_due: "Due first",
    sort_oldest: "Oldest first",
    sort_newest: "Newest first",
    sort_score: "Best score first",
    apply: "Apply",
    only: "Only",
    show_all: "show all",
    queue_empty: "Nothing waits",
    queue_empty_text: "Every alert has been answered. New ones appear here as soon as a list or a subject changes.",
    nothing_fits: "No alert fits these filters",
    queue_keys: "Keys: j and k move, Enter opens the row or else the first, x chooses, a makes it mine, / searches, ? shows all.",
    choose: "Choose",
    chosen: "Chosen",
    listed_as: "Listed as",
    because: "Because",
    proposed: "Proposed",
    disputed: "Disputed",
    escalated: "Escalated",
    offered_to: "Offered to",
    offered_by: "Offered by tenant {tenant} ({name})",
    hand_over: "Offer to another tenant",
    hand_over_text: "Until it is accepted it stays yours. The other tenant reads your reason, the evidence, and of the subject what is compared: no notes, no files.",
    to_tenant: "Tenant",
    take_back: "Take the offer back",
    offers: "Offers",
    offers_text: "Cases that other tenants offer to this one. What you see is what you may see before and after: the reason, the evidence and what was compared. A case that is accepted begins anew here.",
    no_offer: "Nothing is offered to this tenant",
    offers_made: "Offered by this tenant, and not answered",
    offers_wait: "{n} case is offered to this tenant|{n} cases are offered to this tenant",
    offers_out: "{n} case is offered to another tenant|{n} cases are offered to another tenant",
    accept: "Accept",
    decline: "Decline",
    elsewhere: "Other tenants with a case about this party: {count}",
    asleep_until: "Asleep until",
    with_chosen: "With those chosen",
    make_mine: "Make mine",
    propose_for_all: "Propose …",
    bulk_hint: "At most 25. Proposals are shown again before they are made, and each still needs its second person.",
    nothing_chosen: "Nothing is chosen: tick the alerts first.",
    too_many: "More than {n} cannot be judged in one go.",
    propose_many: "Propose for {n} alert|Propose for {n} alerts",
    propose_many_text: "Look at each. The same outcome, reason and words are recorded for all of them, under your name. An alert that changed meanwhile is left out.",
    type_the_number: "Type {n} to confirm",
    count_wrong: "The number did not match, so nothing was done.",
    not_all_done: "Not all of it was done",
    done: "done",
    leave: "Leave it",
    back_to_queue: "Back to the queue",

    // One alert.
    alert: "Alert",
    is_it: "Is",
    the_listed: "the listed",
    raised: "raised",
    no_longer: "no longer",
    evidence_before: "What the evidence was before",
    until_when: "until",
    other_legs: "Other lists that say so",
    other_questions: "Other questions about this subject",
    evidence_gone: "The evidence is gone with the subject’s data.",
    known_here: "known here",
    decision: "Decision",
    history: "History",
    alert_keys: "Keys: 1 to 4 choose an outcome, y approves, both with Enter to confirm; a makes it mine, n adds a note, q goes back to the queue, ? shows all.",
    only_names: "Neither a date of birth nor a number is compared",
    confirm_proposal: "You propose “{what}”. Enter proposes it, Esc takes it back.",
    confirm_approval: "You approve what {name} proposes, “{what}”. Enter approves it, Esc takes it back.",
    own_words: "In your own words",
    propose: "Propose",
    reason_missing: "Choose an outcome with its reason.",
    revision_missing: "The form does not say which revision of the case it saw. Open the alert again.",
    text_needed: "Words of your own are needed here.",
    relied_on: "What you rely on",
    relied_on_text: "Nothing ticked means everything that tells who somebody is. A clearance ends as soon as what it relies on changes.",
    approve: "Approve",
    reject: "Reject",
    why: "Why",
    reopen: "Reopen",
    escalate: "Escalate",
    note: "Add a note",
    note_text: "Note",
    snooze: "Set aside",
    until: "Until",
    give_to: "Give to …",
    whom: "To whom",
    dispute: "The person disputes it",
    dispute_text: "Whoever is concerned may contest a match or a decision. The case is taken up again, with a deadline for an answer.",
    dispute_what: "What is contested",
    answer_due: "An answer is due by",
    dispose: "Record what was done",
    what_was_done: "What was done",
    on_day: "On",
    authority: "By whose authority",
    disposition_wrong: "Say what was done, when, and by whose authority.",
    four_eyes_wait: "You proposed this. Another person has to approve it.",
    four_eyes_other: "Somebody with the right to approve has to look at this now.",
    read_only: "Your role reads alerts and decides nothing.",
    erased: "(erased)",
    erased_text: "The data of this subject were erased. That there was one, and what was done, stays.",
    proposed_by: "Proposed by {name}",
    approved_by: "approved by {name}",
    holds_until: "Holds until",
    while_facts: "as long as the facts relied on stand",
    former_decisions: "{n} former decision|{n} former decisions",
    facts_relied: "Rests on {n} fact|Rests on {n} facts",
    to_person: "to {name}",

    // One subject.
    registered: "registered",
    retired: "retired",
    data: "What we hold",
    screened_through: "Screened through",
    through_version: "Through",
    out_of_scope: "not in the policy’s scope",
    up_to_date: "up to date",
    outstanding: "outstanding",
    alerts: "Alerts",
    never_alerted: "No list ever said anything that matches.",
    two_axes: "What was said, and what we knew",
    two_axes_text: "Above, when each list said something of a party that matched; below it, when that was known here; last, what happened to the subject. A gap between the first two is time in which nobody could have known.",
    two_axes_alt: "Timeline on two axes; in words below it.",
    chart: "Chart",
    in_words: "In words",
    said_by_lists: "Said by the lists",
    known_lane: "Known here",
    about_subject: "About this subject",
    screening: "Screening",
    screenings: "Screenings",
    number_no: "No.",
    subject_version: "Version",
    answer: "Answer",
    n_versions: "{n} version|{n} versions",

    // Lists.
    no_lists: "There are no lists yet",
    no_lists_text: "Add one with “rescreen list add”, then “rescreen list update”.",
    version: "Version",
    versions: "Versions",
    published: "published",
    looked_at: "looked at",
    entries: "Entries",
    findings: "Findings",
    size: "Size",
    none_in_force: "none in force",
    quarantined: "quarantined",
    quarantined_notice: "A version waits for a person; the last good one serves.",
    old: "old",
    in_force: "In force",
    in_force_since: "In force since",
    n_entries: "{n} entry|{n} entries",
    size_over_time: "Size over time",
    size_chart: "From {from} to {to} the list went from {first} to {last} entries; it had {low} at least and {high} at most.",
    from: "From",
    to: "To",
    state: "State",
    received: "received",
    compare: "Compare",
    how_read: "How it is read",
    format: "Format",
    address: "Address",
    limits: "Held back if",
    limits_text: "more than {shrink} of the entries go, or more than {change} change",
    content_hash: "Content hash",
    released_by: "Released",
    held_back: "Held back",
    compare_with_force: "Compare with the version in force",
    release: "Put in force",
    release_why: "Why it may serve",
    release_text: "The register is swept against it in the same step. Your name and the reason are kept.",
    release_by_admin: "An admin can put it in force.",
    no_findings: "Everything in the file was understood.",
    severity: "Severity",
    code: "Code",
    place: "Where",
    what: "What",
    and_more: "and {n} more",
    added: "Added",
    removed: "Removed",
    changed: "Changed",
    n_added: "{n} added|{n} added",
    n_removed: "{n} removed|{n} removed",
    n_changed: "{n} changed|{n} changed",
    same_content: "Both say the same.",

    // Entries.
    not_listed_then: "not listed",
    said_since: "Said since",
    show: "Show",
    related: "Tied to",
    ties_alt: "A party tied to {n} other, listed below.|A party tied to {n} others, listed below.",
    history_of_entry: "What was said over time",
    listed_first: "Listed",
    listed_again: "Listed again",
    no_longer_listed: "No longer listed from",
    alerts_about: "Alerts about this party",
    none: "None.",

    // Reports.
    figures_first: "The figures are being worked out for the first time since the server started.",
    figures_older: "Something happened since, and the figures are being worked out again.",
    since_day: "Since",
    flows: "Where everybody went",
    flows_text: "Who was in which state on the first day, and is in which now; those registered meanwhile come from the side.",
    not_registered: "Not registered yet",
    stands_at: "As it stood at",
    accounting: "Where everybody stands",
    accounting_text: "Every subject is in exactly one state. Subjects and states are counted on their own.",
    subjects: "Subjects",
    share: "Share",
    together: "Together",
    adds_up: "The figures add up.",
    does_not_add_up: "The figures do not add up. This is a defect of rescreen: report it.",
    done_about: "Done about the confirmed",
    flow_alt: "{total} subjects: {states}.",
    coverage: "Nobody was skipped",
    coverage_text: "Worked out from the ledger of sweeps: through which version of each list everybody is screened.",
    screened: "Screened",
    laggards: "Outstanding",
    nobody_skipped: "Everybody is screened through the version in force of every list.",
    somebody_skipped: "Somebody is not screened through the version in force: “rescreen sweep” does what is outstanding.",
    other_basis: "Last screened under another policy: {policy}; by another matcher: {matcher}. Digest {digest}.",
    quality: "How the desk works",
    waiting: "Waiting",
    withdrawn_undecided: "Withdrawn before a decision",
    lapsed: "Decisions that fell",
    times: "Time to decision: half within {median}, nine of ten within {p90}, the longest {longest}.",
    age: "{n} wait for {days} days or more.",
    parity: "Who is troubled in vain",
    parity_text: "Of the alerts that were decided, the share in which the subject was somebody else. If people whose names are written in one script are asked about in vain more often than others, the matcher treats them worse. The bars say how sure each figure is.",
    by_script: "Share of false positives by the script of the subject’s name.",
    by_list: "By list",
    by_list_text: "Share of false positives by list.",
    rates_text: "All together {share}, the dashed line.",
    of_decided: "of {n}",
    nothing_decided: "Nothing was decided yet.",

    // Policy.
    policy_default: "As delivered; nobody has set another.",
    set_by: "Set by {name}: {reason}",
    review_from: "Review from",
    match_from: "Match from",
    typo_floor: "Whole names within two letters always go to review",
    on: "on",
    off: "off",
    below: "Below: nobody is asked",
    scale_alt: "Scale from 0 to 1: review from {review}, match from {match}.",
    threshold_wrong: "A threshold is a number from 0 to 1.",
    try_policy: "Try other thresholds",
    try_policy_text: "The whole register is screened under them and nothing is changed. That takes a while where there are many subjects.",
    forecast: "Forecast",
    forecast_text: "This is what would happen if they came into force now.",
    alerts_new: "Alerts new",
    alerts_changed: "With other evidence",
    alerts_withdrawn: "Withdrawn",
    alerts_reopened: "Decisions reopened",
    put_in_force: "Put in force",
    scope_lists: "Lists",
    only_these: "Only these",
    listed_as_word: "listed as",
    scope_all: "all",
    scope_topics: "Topics",
    scope_topics_hint: "Words such as sanction or crime.terror, apart by spaces; nothing means all. An entry that states no topic is always screened against.",
    sample_new: "Would be new",
    sample_withdrawn: "Would be withdrawn",
    sample_changed: "Would have other evidence",
    sample_returned: "Would come back",
    desk_rules: "Rules of the desk",
    due_within: "An alert is due within",
    dispute_within: "A dispute is due within",
    longest_clearance: "A clearance holds at most",
    longest_snooze: "Set aside for at most",
    information_within: "Where somebody was asked, people are asked again after",
    change_rules: "Change these rules",
    rules_form: "Other rules",
    rules_hint: "An outcome without reason codes cannot be proposed. Without a score for the second person, one person decides; 0 asks for a second person always.",
    rules_changed: "Somebody set other rules meanwhile, so nothing was done. Look at what would change again.",
    reason_codes: "Reason codes",
    second_person: "A second person from score",
    in_days: "days",
    largest_file: "Largest file, KiB",
    required_facts: "A clearance has to rely on",
    required_facts_hint: "Properties such as birthDate or idNumber, apart by spaces; nothing means that people choose.",
    code_wrong: "A reason code has a-z, 0-9 and “-”; several stand apart by spaces.",
    days_wrong: "A time is a number of days from 1 to 36,500.",
    size_wrong: "A size is a number of KiB.",
    no_such_property: "There is no property “{text}”.",
    what_changes: "What would change?",
    what_would_change: "What would change",
    nothing_changes: "Nothing: these are the rules in force.",
    nothing_said: "nothing",
    weaker: "fewer eyes",
    one_person: "one person decides",
    two_people: "always needs a second person",
    n_decisions_fall: "{n} decision would not hold and be taken up again.|{n} decisions would not hold and be taken up again.",
    second_person_from: "needs a second person from score {score}",

    // Audit.
    n_log_entries: "{n} entry in the log|{n} entries in the log",
    root: "Root",
    as_written: "Is the log the one that was written?",
    as_written_text: "Every entry is hashed with the one before it, and every checkpoint that this log’s key signed is compared with what is there. What somebody changed who has the key as well shows only against a checkpoint that is kept elsewhere.",
    verify: "Verify now",
    verifying: "Being verified since",
    look_again: "Look again",
    never_verified: "Not verified since the server started.",
    verified_good: "The log is as it was written: {n} entries, read in {took}.",
    verified_bad: "The log is not as it was written:",
    not_verified: "The log could not be read to its end, so nothing is known of it.",
    checkpoints: "Checkpoints",
    checkpoints_text: "A checkpoint is a signed statement of size and root. Send one to somebody who does not work here: only that shows later that nobody wrote another log.",
    vouches_for: "Entries",
    signed_by: "Signed by",
    this_key: "this log’s key",
    another_key: "another key",
    note_word: "Note",
    vouch: "Vouch for the log as it is",
    vouched_all: "The newest checkpoint vouches for all of the log.",
    give_away: "To verify it elsewhere",
    give_away_text: "An export is verified with nothing but the file and the public key: “rescreen audit verify FILE --key KEY”.",
    log_key: "Public key",
    log_key_text: "For everybody who is to verify. Let them have it by another way than the export.",
    no_log_key: "None yet: it is made with the first checkpoint or export.",
    export: "Export",
    subject_example: "SOURCE/ID",
    export_text: "Nothing said means the whole log. Personal data stay here; the log binds them by hashes. With them it is exported on the command line.",
    export_button: "Export",
    log: "The log",
    entry_word: "Entry",
    who: "Who",
    about: "About",
    no_log_entry: "No entry fits",
    show_all_entries: "Show all",
    newest: "Newest",
    older: "Older →",
    alert_number_wrong: "“{text}” is not the number of an alert.",

    // Admin.
    tenants: "Tenants",
    tenants_text: "A subject belongs to the tenant that its source was given to. A tenant sees its own people, subjects and cases, and nothing of others.",
    sources: "Sources",
    cases: "Cases",
    tenant: "Tenant",
    default_tenant: "from the beginning",
    add_tenant: "Add a tenant",
    tenant_hint: "a-z, 0-9, - and _. Its own pages are those of “rescreen serve --tenant NAME”.",
    give_source: "Give a tenant a source",
    source: "Source",
    give_text: "Its subjects go at once, and cases that nobody has answered go along and begin anew there.",
    given: "The subjects of {source} are tenant {tenant}’s. Cases that went along: {moved}. Cases that stay, because they are answered or were handed over: {stay}.",
    people: "People of the desk",
    no_people: "Nobody is listed, so whoever signs in acts under their own name in the role of their token. The first person listed has to be an admin, and it should be you.",
    name: "Name",
    since: "Since",
    remove: "Remove",
    add_person: "Add a person",
    person_hint: "The name of their token: it is how the desk knows them.",
    tokens: "Access tokens",
    make_token: "Make a token",
    token_made: "A token was made:",
    token_once: "Copy it now. It is shown this once and kept nowhere.",
    expires: "Expires",
    expired: "expired",
    revoked: "revoked",
    revoke: "Revoke",
    valid: "valid",
    webhooks: "Webhooks",
    webhooks_text: "Addresses that are told what happens to alerts, signed in the form of Standard Webhooks. What is told names nobody.",
    told: "Told",
    still_to_tell: "Still to tell",
    add_webhook: "Add a webhook",
    webhook_added: "A webhook was added:",
    secret_once: "What it is told is signed with this secret. Copy it now: it is not shown again.",
    webhook_hint: "https:// only, unless it is this machine itself. It is told what happens from now on.",
    added_by: "added by {name}",
    replay: "Tell again",
    replay_hint: "Nothing said means everything that ever happened. Each message keeps its id, so a receiver knows what it has.",
    since_when: "Since",
    n_failures: "failed {n} time in a row|failed {n} times in a row",
    reached: "reached",
    nothing_told: "nothing told yet",
}

impl Texts {
    /// The words for so many.
    #[expect(clippy::unused_self, reason = "words are asked of the language")]
    pub(crate) fn count(&self, text: &str, n: u64) -> String {
        let (one, several) = text.split_once('|').unwrap_or((text, text));
        fill(if n == 1 { one } else { several }, &[("n", &number(n))])
    }

    /// How long something took, in the one unit that fits.
    pub(crate) fn span(&self, span: SignedDuration) -> String {
        let seconds = u64::try_from(span.as_secs()).unwrap_or_default();
        match seconds {
            0 => self.under_a_second.to_owned(),
            1..120 => self.count(self.seconds, seconds),
            120..7_200 => self.count(self.minutes, seconds / 60),
            7_200..172_800 => self.count(self.hours, seconds / 3_600),
            _ => self.count(self.n_days, seconds / 86_400),
        }
    }
}

#[expect(clippy::unused_self, reason = "words are asked of the language")]
impl Texts {
    pub(crate) fn role(&self, role: AccessRole) -> &'static str {
        match role {
            AccessRole::Monitor => "monitor (machine)",
            AccessRole::Screener => "screener (machine)",
            AccessRole::Registrar => "registrar (machine)",
            AccessRole::Viewer => "viewer",
            AccessRole::Analyst => "analyst",
            AccessRole::Approver => "approver",
            AccessRole::Admin => "admin",
            AccessRole::Auditor => "auditor",
        }
    }

    pub(crate) fn access_role(&self, word: &str) -> &'static str {
        AccessRole::parse(word).map_or("unknown", |role| self.role(role))
    }

    pub(crate) fn desk_role(&self, role: Role) -> &'static str {
        role.name()
    }

    pub(crate) fn state(&self, state: AlertState) -> &'static str {
        match state {
            AlertState::Open => "Open",
            AlertState::UnderReview => "Under review",
            AlertState::Confirmed => "Confirmed",
            AlertState::Released => "Released",
            AlertState::Unresolved => "Unresolved",
            AlertState::Withdrawn => "Withdrawn",
        }
    }

    /// Where a subject stands.
    pub(crate) fn standing(&self, state: &str) -> &'static str {
        match state {
            "clear" => "Clear: no list says anything that matches",
            "alert-open" => "Alert open: nobody has looked yet",
            "under-review" => "Under review",
            "confirmed" => "Confirmed: the subject is the listed party",
            "released" => "Released: the subject is somebody else",
            "unresolved" => "Unresolved: what is known does not tell",
            "retired" => "Retired: gone from its source",
            "erased" => "Erased",
            NOT_REGISTERED => self.not_registered,
            _ => "Unknown",
        }
    }

    /// The same without what it means.
    pub(crate) fn standing_short(&self, state: &str) -> &'static str {
        let told = self.standing(state);
        told.split_once(':').map_or(told, |(short, _)| short)
    }

    pub(crate) fn version_state(&self, state: VersionState) -> &'static str {
        match state {
            VersionState::Active => "in force",
            VersionState::Superseded => "superseded",
            VersionState::Quarantined => "quarantined",
            VersionState::Unreadable => "unreadable",
        }
    }

    pub(crate) fn tier(&self, word: &str) -> &'static str {
        match word {
            "match" => "Match",
            "review" => "Review",
            _ => "Below",
        }
    }

    pub(crate) fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::FalsePositive => "Somebody else",
            Outcome::TrueMatch => "The listed party",
            Outcome::Inconclusive => "Cannot be told",
            Outcome::NeedsInformation => "More has to be known",
        }
    }

    /// A reason code in words; one that an operator made stays as it is.
    pub(crate) fn reason(&self, code: &str) -> String {
        match code {
            "other-birth-date" => "Another date of birth",
            "other-identifier" => "Another document or number",
            "other-name" => "Another name",
            "other-kind" => "Another kind of party",
            "other-place" => "Another place",
            "other-person" => "Another person by other facts",
            "same-identifier" => "The same document or number",
            "same-person" => "The same person by other facts",
            "confirmed-by-subject" => "The person says so",
            "needs-information" => "More information is needed",
            "contradictory" => "What is known contradicts itself",
            "too-little-known" => "Too little is known",
            "asked-subject" => "The person was asked",
            "asked-source" => "Whoever registered the person was asked",
            "asked-publisher" => "The publisher of the list was asked",
            other => return other.to_owned(),
        }
        .to_owned()
    }

    pub(crate) fn disposition(&self, kind: DispositionKind) -> &'static str {
        match kind {
            DispositionKind::Frozen => "Assets frozen",
            DispositionKind::Refused => "Refused",
            DispositionKind::Referred => "Referred to an authority",
            DispositionKind::Released => "Released",
            DispositionKind::CouldNotBeReached => "Could not be reached",
        }
    }

    pub(crate) fn disposition_word(&self, word: &str) -> &'static str {
        DispositionKind::parse(word).map_or("Nothing yet", |kind| self.disposition(kind))
    }

    pub(crate) fn relation_word(&self, relation: Relation) -> &'static str {
        match relation {
            Relation::Agrees => "agrees",
            Relation::Contradicts => "contradicts",
            Relation::Differs => "differs",
            Relation::OnlySubject => "only the subject",
            Relation::OnlyListed => "only the list",
        }
    }

    pub(crate) fn feature_word(&self, feature: &str) -> String {
        match feature {
            "name" => "Name part",
            "spelling" => "Spelling",
            "name-substituted" => "Another name in its place",
            "name-omitted" => "Part lacking",
            "name-common" => "Common name",
            "name-order" => "Order of names",
            "weak-alias" => "Weak alias",
            "typo-floor" => "Nearly the whole name",
            "numeral" => "Number in the name",
            "legal-form" => "Legal form",
            "birth-date" => "Date of birth",
            "gender" => "Gender",
            "nationality" => "Nationality",
            "identifier" => "Identifier",
            "schema" => "Kind of party",
            other => return other.to_owned(),
        }
        .to_owned()
    }

    /// A property in words: those whose names do not say it are listed, the others are taken apart.
    pub(crate) fn property(&self, name: &str) -> String {
        match name {
            "name" => "Name",
            "alias" => "Also known as",
            "weakAlias" => "Weak alias",
            "previousName" => "Formerly",
            "birthDate" => "Date of birth",
            "birthPlace" => "Place of birth",
            "deathDate" => "Date of death",
            "imoNumber" => "IMO number",
            "mmsi" => "MMSI",
            "leiCode" => "LEI",
            "innCode" => "INN",
            "ogrnCode" => "OGRN",
            "swiftBic" => "BIC",
            "isin" => "ISIN",
            "idNumber" => "Identity number",
            "program" | "programId" => "Programme",
            "topics" => "Topics",
            "sourceUrl" => "Source",
            _ => return spaced(name),
        }
        .to_owned()
    }

    /// A field of a change: `birthDate`, or `Sanction:program` for one of a part.
    pub(crate) fn field_name(&self, field: &str) -> String {
        match field.split_once(':') {
            Some((schema, property)) => {
                format!("{}: {}", self.schema(schema), self.property(property))
            }
            None => self.property(field),
        }
    }

    pub(crate) fn schema(&self, name: &str) -> String {
        match name {
            "Thing" => "Any kind".to_owned(),
            "LegalEntity" => "Person or organisation".to_owned(),
            "Organization" => "Organisation".to_owned(),
            "Airplane" => "Aircraft".to_owned(),
            "CryptoWallet" => "Wallet".to_owned(),
            "UnknownLink" => "Link".to_owned(),
            other => spaced(other),
        }
    }

    /// What a list, a policy or a source did.
    pub(crate) fn change(&self, change: &str) -> String {
        match change {
            "" => String::new(),
            "added" => "newly listed".to_owned(),
            "removed" => "no longer listed".to_owned(),
            "unchanged" => "the list has it unchanged".to_owned(),
            "time" => "a clearance ended".to_owned(),
            other => match other.strip_prefix("changed: ") {
                Some(fields) => {
                    let fields: Vec<String> =
                        fields.split(", ").map(|f| self.field_name(f)).collect();
                    format!("the list changed: {}", fields.join(", "))
                }
                None => other.to_owned(),
            },
        }
    }

    pub(crate) fn event(&self, kind: &str) -> String {
        match kind {
            "raised" => "Raised",
            "changed" => "Evidence changed",
            "leg-added" => "Another list says so",
            "leg-returned" => "A list says so again",
            "leg-withdrawn" => "A list no longer says so",
            "withdrawn" => "Withdrawn",
            "returned" => "Back",
            "lapsed" => "Decision fell",
            "review-started" => "Review begun",
            other => return spaced(&other.replace('-', " ")),
        }
        .to_owned()
    }

    /// What was just done, for the page that says so.
    pub(crate) fn done_word(&self, word: &str) -> Option<&'static str> {
        Some(match word {
            "assign" => "Given.",
            "review" => "Review begun.",
            "propose" => "Proposed. Another person has to approve it.",
            "approve" => "Approved: the decision holds.",
            "reject" => "Rejected: it is under review again.",
            "reopen" => "Reopened.",
            "escalate" => "Escalated.",
            "note" => "Noted.",
            "snooze" => "Set aside.",
            "dispute" => "The dispute is recorded.",
            "dispose" => "Recorded.",
            "hand-over" => "Offered. It stays yours until the other tenant accepts it.",
            "take-back" => "The offer is taken back.",
            "accept" => "Accepted: it is yours and begins anew.",
            "decline" => "Declined.",
            _ => return None,
        })
    }
}

/// `passportNumber` as `Passport number`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for (n, c) in name.chars().enumerate() {
        if n == 0 {
            text.extend(c.to_uppercase());
        } else if c.is_uppercase() {
            text.push(' ');
            text.extend(c.to_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_several_have_their_words() {
        assert_eq!(T.count(T.days_ago, 1), "1 day ago");
        assert_eq!(T.count(T.n_entries, 17_000), "17,000 entries");
        assert_eq!(T.span(SignedDuration::from_hours(50)), "2 days");
        for (name, text) in ALL {
            assert!(
                !text.is_empty() && text.matches('{').count() == text.matches('}').count(),
                "{name}"
            );
        }
    }

    #[test]
    fn names_of_fields_become_words() {
        assert_eq!(T.property("passportNumber"), "Passport number");
        assert_eq!(
            T.change("changed: birthDate, Sanction:program"),
            "the list changed: Date of birth, Sanction: Programme"
        );
        assert_eq!(T.change("subject registered"), "subject registered");
    }

    #[test]
    fn every_reason_that_the_first_rules_know_has_words() {
        let app = rescreen_app::App::new(rescreen_app::Store::in_memory().unwrap());
        let (policy, _) = app.desk_policy().unwrap();
        for code in policy.reasons.values().flatten() {
            assert_ne!(T.reason(code.as_str()), code.as_str());
        }
    }
}
