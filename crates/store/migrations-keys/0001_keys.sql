-- Wrapped bucket keys: their own database with its own backup rule, so that a destroyed key is destroyed in backups too.
CREATE TABLE key_row (
  key_id {uuid} NOT NULL PRIMARY KEY,
  org_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  epoch {int} NOT NULL,
  wrapped {bytes} NOT NULL
){strict};
CREATE UNIQUE INDEX key_row_label ON key_row (org_id, kind, label);
