-- What programs wrote whose stores had format 4, behind what they wrote as before. Kept for ever; never edited.
INSERT INTO desk_case (alert, tenant, party, evidence, state, revision, escalation)
    VALUES (1, 'default', 'demo-1', zeroblob(32), 'in-review', 2, 0);
INSERT INTO event (at, kind, subject, alert, state, actor, revision, detail)
    VALUES (1767225603000000, 'review-started', 1, 1, 'under-review', 'ann', 1,
            '{"v":"1","role":"analyst","tenant":"default","key":"event-4","what":{"is":"review-started"}}');
INSERT INTO event (at, kind, subject, alert, state, actor, revision, detail)
    VALUES (1767225604000000, 'noted', 1, 1, 'under-review', 'ann', 2,
            '{"v":"1","role":"analyst","tenant":"default","key":"event-5","what":{"is":"noted","text":"seen on Monday"}}');
INSERT INTO event (at, kind, subject, alert, state, actor, revision, detail)
    VALUES (1767225605000000, 'refused', 1, 1, NULL, 'ann', NULL, '{"change":"approve alert 1: the role analyst may not approve"}');
INSERT INTO event (at, kind, subject, alert, state, actor, revision, detail)
    VALUES (1767225606000000, 'user-added', NULL, NULL, NULL, 'ada', NULL, '{"change":"ann is analyst in default"}');
