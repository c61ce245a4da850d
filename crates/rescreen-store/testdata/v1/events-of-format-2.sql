-- What programs wrote whose stores had format 2 or 3. Kept for ever; never edited.
INSERT INTO subject (key, source, external, version, registered) VALUES (1, 'crm', '7', 1, 1767225600000000);
INSERT INTO subject (key, source, external, version, registered, erased)
    VALUES (2, 'crm', 'erased-2', 1, 1767225600000000, 1767225602000000);
INSERT INTO alert (key, subject, state, opened, cause)
    VALUES (1, 1, 'open', 1767225600000000, '{"list":"demo","version":"2026-01-01-abcdef","change":"added"}');
INSERT INTO event (at, kind, subject, alert, state, detail)
    VALUES (1767225600000000, 'raised', 1, 1, 'open', '{"list":"demo","version":"2026-01-01-abcdef","change":"added"}');
INSERT INTO event (at, kind, subject, alert, state, detail)
    VALUES (1767225601000000, 'retired', 2, NULL, NULL, '{"change":"erased"}');
INSERT INTO event (at, kind, subject, alert, state, detail)
    VALUES (1767225602000000, 'erased', 2, NULL, NULL, '{"change":"erased by ada: a law"}');
