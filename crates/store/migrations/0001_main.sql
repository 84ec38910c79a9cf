-- Rules: org_id leads every primary key; ids are UUIDs made by the application; times are microseconds since the epoch,
-- UTC; columns that hold anything personal or clinical are ciphertext (sealed_*) or keyed indexes (*_index).
CREATE TABLE org (
  org_id {uuid} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at {int} NOT NULL
){strict};
CREATE TABLE person (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  state TEXT NOT NULL,
  login_index {bytes} NOT NULL,
  sealed_profile {bytes} NOT NULL,
  version {int} NOT NULL,
  created_at {int} NOT NULL,
  made_via TEXT NOT NULL,                -- as person_role.via
  PRIMARY KEY (org_id, person_id)
){strict};
CREATE UNIQUE INDEX person_login ON person (org_id, login_index);
CREATE TABLE credential (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  sealed_password_hash {bytes},
  sealed_totp {bytes},
  totp_last_step {int} NOT NULL,
  password_set_at {int} NOT NULL,
  must_change {int} NOT NULL,            -- 1: whoever comes in by the password chooses another first
  failures {int} NOT NULL,
  blocked_until {int} NOT NULL,
  invitation_hash {bytes},
  sealed_invitation {bytes},
  invitation_expires_at {int} NOT NULL,
  last_sign_in_at {int},
  key_asked_at {int},                    -- since when the person is asked for a security key
  programs_ended_at {int},               -- mail programs that signed in until then sign in anew
  PRIMARY KEY (org_id, person_id)
){strict};
CREATE UNIQUE INDEX credential_invitation ON credential (org_id, invitation_hash);
-- What one person asks for and another must consent to.
CREATE TABLE approval (
  org_id {uuid} NOT NULL,
  approval_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- recovery | roles | role
  about_id {uuid} NOT NULL,              -- the person; for a role's own permissions the role
  asked_by {uuid} NOT NULL,
  asked_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  state TEXT NOT NULL,                   -- open | given | refused | withdrawn | used
  decided_by {uuid},
  decided_at {int},
  tries {int} NOT NULL,
  token_hash {bytes},                    -- of a recovery: the half of who asked
  code_hash {bytes},                     -- of a recovery: the half of who consented
  sealed_ask {bytes} NOT NULL,
  PRIMARY KEY (org_id, approval_id)
){strict};
CREATE UNIQUE INDEX approval_token ON approval (org_id, token_hash);
CREATE INDEX approval_asked ON approval (org_id, asked_at);
-- Failures of the first factor, by the index of the login that was tried, whether somebody has it or not.
CREATE TABLE sign_in_throttle (
  org_id {uuid} NOT NULL,
  login_index {bytes} NOT NULL,
  failures {int} NOT NULL,
  blocked_until {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (org_id, login_index)
){strict};
CREATE TABLE recovery_code (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  code_hash {bytes} NOT NULL,
  used_at {int},
  PRIMARY KEY (org_id, person_id, code_hash)
){strict};
CREATE TABLE role (
  org_id {uuid} NOT NULL,
  role_id {uuid} NOT NULL,
  key TEXT NOT NULL,                     -- of the ready-made role that it came from, or ''
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, role_id)
){strict};
CREATE UNIQUE INDEX role_name ON role (org_id, name);
CREATE TABLE person_role (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  role_id {uuid} NOT NULL,
  via TEXT NOT NULL,
  given_by {uuid},                       -- nobody: the operator, or a program
  given_at {int} NOT NULL,
  PRIMARY KEY (org_id, person_id, role_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id),
  FOREIGN KEY (org_id, role_id) REFERENCES role (org_id, role_id)
){strict};
CREATE TABLE session (
  org_id {uuid} NOT NULL,
  session_id {uuid} NOT NULL,
  secret_hash {bytes} NOT NULL,
  person_id {uuid} NOT NULL,
  stage TEXT NOT NULL,
  tries {int} NOT NULL,
  created_at {int} NOT NULL,
  authenticated_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  ended_at {int},
  method TEXT NOT NULL,
  passkey_id {uuid},
  idle_us {int} NOT NULL,                -- without activity for so long it ends
  zone_id {uuid},
  device_id {uuid},
  acting_for {uuid},                     -- the proxy by which it acts for a patient
  sealed_client {bytes} NOT NULL,
  PRIMARY KEY (org_id, session_id)
){strict};
CREATE UNIQUE INDEX session_secret ON session (org_id, secret_hash);
CREATE INDEX session_person ON session (org_id, person_id, created_at);
CREATE INDEX session_open ON session (org_id, expires_at) WHERE ended_at IS NULL;
CREATE TABLE passkey (
  org_id {uuid} NOT NULL,
  passkey_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  credential_index {bytes} NOT NULL,
  sign_count {int} NOT NULL,
  device_bound {int} NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int},
  sealed_passkey {bytes} NOT NULL,
  PRIMARY KEY (org_id, passkey_id)
){strict};
CREATE UNIQUE INDEX passkey_credential ON passkey (org_id, credential_index);
CREATE INDEX passkey_person ON passkey (org_id, person_id);
-- Identity providers of the organisation, by which people sign in.
CREATE TABLE identity_provider (
  org_id {uuid} NOT NULL,
  provider_id {uuid} NOT NULL,
  issuer_index {bytes} NOT NULL,
  sealed_provider {bytes} NOT NULL,      -- name, issuer, client id and secret, rules
  version {int} NOT NULL,
  PRIMARY KEY (org_id, provider_id)
){strict};
CREATE UNIQUE INDEX identity_provider_issuer ON identity_provider (org_id, issuer_index);
-- Whom a provider's subject is here. Found by nothing else: addresses and names of a provider prove nothing.
CREATE TABLE identity_link (
  org_id {uuid} NOT NULL,
  link_id {uuid} NOT NULL,
  provider_id {uuid} NOT NULL,
  subject_index {bytes} NOT NULL,
  person_id {uuid} NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int},
  PRIMARY KEY (org_id, link_id)
){strict};
CREATE UNIQUE INDEX identity_link_subject ON identity_link (org_id, provider_id, subject_index);
CREATE INDEX identity_link_person ON identity_link (org_id, person_id);
-- Sign-ins that are under way at a provider: each good once, for minutes, in the browser that began it.
CREATE TABLE provider_login (
  org_id {uuid} NOT NULL,
  state_hash {bytes} NOT NULL,
  browser_hash {bytes} NOT NULL,
  expires_at {int} NOT NULL,
  sealed_login {bytes} NOT NULL,         -- provider, nonce, PKCE verifier, purpose, where to go on
  PRIMARY KEY (org_id, state_hash)
){strict};
CREATE INDEX provider_login_expires ON provider_login (org_id, expires_at);
-- Sessions that a provider began, to be ended when it says so.
CREATE TABLE provider_session (
  org_id {uuid} NOT NULL,
  session_id {uuid} NOT NULL,
  provider_id {uuid} NOT NULL,
  link_id {uuid} NOT NULL,
  sid_index {bytes},                     -- of the provider's own session
  sealed_token {bytes} NOT NULL,         -- shown to the provider when signing out
  PRIMARY KEY (org_id, session_id)
){strict};
CREATE INDEX provider_session_sid ON provider_session (org_id, provider_id, sid_index);
CREATE INDEX provider_session_link ON provider_session (org_id, link_id);
-- What is good once, as keyed hashes: challenges of passkeys, words of signing out. Pruned when it would not be good any more anyway.
CREATE TABLE used_once (
  org_id {uuid} NOT NULL,
  hash {bytes} NOT NULL,
  until {int} NOT NULL,
  PRIMARY KEY (org_id, hash)
){strict};
CREATE INDEX used_once_until ON used_once (org_id, until);
-- Browsers in which somebody has signed in: told from new ones, and let through first when guessers come in a flood.
CREATE TABLE device (
  org_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  secret_hash {bytes} NOT NULL,
  created_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  sealed_client {bytes} NOT NULL,
  PRIMARY KEY (org_id, device_id)
){strict};
CREATE UNIQUE INDEX device_secret ON device (org_id, secret_hash, person_id);
CREATE INDEX device_person ON device (org_id, person_id, last_seen_at);
-- What was checked of somebody, person or patient: an e-mail address, a mobile number, who they are.
CREATE TABLE verification (
  org_id {uuid} NOT NULL,
  subject_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- email | phone | identity
  verified_at {int},
  secret_hash {bytes},                   -- of the link or the code that is on its way
  expires_at {int} NOT NULL,
  tries {int} NOT NULL,
  sent_at {int} NOT NULL,
  sealed_value {bytes} NOT NULL,
  PRIMARY KEY (org_id, subject_id, kind)
){strict};
CREATE INDEX verification_secret ON verification (org_id, secret_hash) WHERE secret_hash IS NOT NULL;
CREATE TABLE app_password (
  org_id {uuid} NOT NULL,
  app_password_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  secret_hash {bytes} NOT NULL,
  sealed_label {bytes} NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int},
  revoked_at {int},
  PRIMARY KEY (org_id, app_password_id)
){strict};
CREATE UNIQUE INDEX app_password_secret ON app_password (org_id, secret_hash);
CREATE INDEX app_password_person ON app_password (org_id, person_id);
CREATE TABLE mailbox (
  org_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  active {int} NOT NULL,
  duty {int} NOT NULL,
  address_index {bytes} NOT NULL,
  sealed_mailbox {bytes} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, mailbox_id)
){strict};
CREATE UNIQUE INDEX mailbox_address ON mailbox (org_id, address_index);
CREATE TABLE mailbox_member (
  org_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, mailbox_id, person_id),
  FOREIGN KEY (org_id, mailbox_id) REFERENCES mailbox (org_id, mailbox_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
){strict};
CREATE INDEX mailbox_member_person ON mailbox_member (org_id, person_id);
CREATE TABLE person_import (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  part {int} NOT NULL,
  person_id {uuid} NOT NULL,
  at {int} NOT NULL,
  undone_at {int},
  sealed_people {bytes} NOT NULL,
  PRIMARY KEY (org_id, import_id, part)
){strict};
CREATE INDEX person_import_at ON person_import (org_id, at);
-- What was done to many people at once, and how it is taken back.
CREATE TABLE bulk_act (
  org_id {uuid} NOT NULL,
  bulk_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  at {int} NOT NULL,
  undo_until {int} NOT NULL,
  undone_at {int},
  sealed_acts {bytes} NOT NULL,
  PRIMARY KEY (org_id, bulk_id)
){strict};
CREATE INDEX bulk_act_undo ON bulk_act (org_id, undo_until);
-- Reviews of what everybody may do: what was seen is the evidence.
CREATE TABLE access_review (
  org_id {uuid} NOT NULL,
  review_id {uuid} NOT NULL,
  started_at {int} NOT NULL,
  due_at {int} NOT NULL,
  closed_at {int},
  started_by {uuid} NOT NULL,
  PRIMARY KEY (org_id, review_id)
){strict};
CREATE UNIQUE INDEX access_review_open ON access_review (org_id) WHERE closed_at IS NULL;
CREATE TABLE access_review_item (
  org_id {uuid} NOT NULL,
  review_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  decision TEXT NOT NULL,                -- open | keep | change | disable
  decided_by {uuid},
  decided_at {int},
  sealed_seen {bytes} NOT NULL,
  sealed_note {bytes},
  PRIMARY KEY (org_id, review_id, person_id)
){strict};
-- Who could consent to what one person can't do alone, and when that was last so.
CREATE TABLE approver (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  seen_at {int} NOT NULL,
  PRIMARY KEY (org_id, person_id)
){strict};
CREATE TABLE planned_leave (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  at {int} NOT NULL,
  planned_by {uuid} NOT NULL,
  sealed_handover {bytes} NOT NULL,
  PRIMARY KEY (org_id, person_id)
){strict};
-- Programs of other systems, which are persons that nobody signs in as.
CREATE TABLE service_account (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, person_id)
){strict};
CREATE TABLE service_token (
  org_id {uuid} NOT NULL,
  token_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  secret_hash {bytes} NOT NULL,
  created_by {uuid} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  last_used_at {int},
  revoked_at {int},
  sealed_label {bytes} NOT NULL,
  PRIMARY KEY (org_id, token_id)
){strict};
CREATE UNIQUE INDEX service_token_secret ON service_token (org_id, secret_hash);
-- Whom another system keeps: on, off (it took the access away, and may give it back), gone (it removed them).
CREATE TABLE provisioned_person (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  state TEXT NOT NULL,
  external_index {bytes},
  sealed_said {bytes} NOT NULL,
  PRIMARY KEY (org_id, person_id)
){strict};
CREATE UNIQUE INDEX provisioned_external ON provisioned_person (org_id, external_index);
CREATE TABLE provisioned_role (
  org_id {uuid} NOT NULL,
  role_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, role_id)
){strict};
CREATE TABLE mail_domain (
  org_id {uuid} NOT NULL,
  domain TEXT NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, domain)
){strict};
CREATE UNIQUE INDEX mail_domain_name ON mail_domain (domain);
CREATE TABLE partner (
  org_id {uuid} NOT NULL,
  partner_id {uuid} NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, partner_id)
){strict};
CREATE UNIQUE INDEX partner_domain ON partner (org_id, domain);
CREATE TABLE domain_tls (
  org_id {uuid} NOT NULL,
  domain_index {bytes} NOT NULL,
  state TEXT NOT NULL,
  checked_at {int} NOT NULL,
  sealed_detail {bytes} NOT NULL,
  PRIMARY KEY (org_id, domain_index)
){strict};
CREATE TABLE policy (
  org_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- outbound | security
  version {int} NOT NULL,
  sealed_body {bytes} NOT NULL,
  note TEXT NOT NULL,
  changed_by {uuid},
  changed_at {int} NOT NULL,
  PRIMARY KEY (org_id, kind, version)
){strict};
CREATE TABLE contact (
  org_id {uuid} NOT NULL,
  contact_id {uuid} NOT NULL,
  address_index {bytes} NOT NULL,
  sealed_contact {bytes} NOT NULL,
  version {int} NOT NULL,
  used_at {int} NOT NULL,
  PRIMARY KEY (org_id, contact_id)
){strict};
CREATE UNIQUE INDEX contact_address ON contact (org_id, address_index);
CREATE TABLE contact_confirmed (
  org_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL,
  address_index {bytes} NOT NULL,
  confirmed_at {int} NOT NULL,
  PRIMARY KEY (org_id, mailbox_id, address_index)
){strict};
CREATE TABLE draft (
  org_id {uuid} NOT NULL,
  draft_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL,
  version {int} NOT NULL,
  updated_at {int} NOT NULL,
  sealed_draft {bytes} NOT NULL,
  PRIMARY KEY (org_id, draft_id)
){strict};
CREATE INDEX draft_person ON draft (org_id, person_id, updated_at, draft_id);
CREATE TABLE file (
  org_id {uuid} NOT NULL,
  attachment_id {uuid} NOT NULL,
  owner_kind TEXT NOT NULL,
  owner_id {uuid} NOT NULL,
  position {int} NOT NULL,
  size {int} NOT NULL,
  created_at {int} NOT NULL,
  wrapped_key {bytes} NOT NULL,
  sealed_meta {bytes} NOT NULL,
  sealed_inline {bytes},
  blob_id {uuid},
  PRIMARY KEY (org_id, attachment_id)
){strict};
CREATE INDEX file_blob ON file (org_id, blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX file_owner ON file (org_id, owner_kind, owner_id, position);
CREATE TABLE message (
  org_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  thread_id {uuid} NOT NULL,
  at {int} NOT NULL,
  origin TEXT NOT NULL,
  mailbox_id {uuid},
  sender_id {uuid},
  attachments {int} NOT NULL,
  size {int} NOT NULL,
  sensitivity TEXT NOT NULL,
  policy_version {int} NOT NULL,
  rfc_id_index {bytes} NOT NULL,
  wrapped_key {bytes} NOT NULL,
  sealed_head {bytes} NOT NULL,
  sealed_body {bytes} NOT NULL,
  sealed_raw {bytes},
  raw_blob_id {uuid},
  patient_id {uuid},
  PRIMARY KEY (org_id, message_id)
){strict};
CREATE INDEX message_raw_blob ON message (org_id, raw_blob_id) WHERE raw_blob_id IS NOT NULL;
CREATE INDEX message_thread ON message (org_id, thread_id, at);
CREATE INDEX message_patient ON message (org_id, patient_id) WHERE patient_id IS NOT NULL;
CREATE INDEX message_rfc_id ON message (org_id, rfc_id_index);
CREATE TABLE mailbox_entry (
  org_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  folder TEXT NOT NULL,
  at {int} NOT NULL,
  seen {int} NOT NULL,
  flagged {int} NOT NULL,
  PRIMARY KEY (org_id, mailbox_id, message_id)
){strict};
CREATE INDEX mailbox_entry_folder ON mailbox_entry (org_id, mailbox_id, folder, at, message_id);
CREATE INDEX mailbox_entry_unseen ON mailbox_entry (org_id, mailbox_id, folder, at, message_id) WHERE seen = 0;
CREATE INDEX mailbox_entry_flagged ON mailbox_entry (org_id, mailbox_id, folder, at, message_id) WHERE flagged = 1;
CREATE INDEX mailbox_entry_message ON mailbox_entry (org_id, message_id);
CREATE TABLE recipient (
  org_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  recipient_id {uuid} NOT NULL,
  position {int} NOT NULL,
  address_index {bytes} NOT NULL,
  mailbox_id {uuid},
  route TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at {int} NOT NULL,
  next_try_at {int},
  delivery_id {uuid},
  sealed_recipient {bytes} NOT NULL,
  sealed_outcome {bytes},
  PRIMARY KEY (org_id, message_id, recipient_id)
){strict};
CREATE INDEX recipient_delivery ON recipient (org_id, delivery_id);
CREATE TABLE held (
  org_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  sender_id {uuid} NOT NULL,
  held_at {int} NOT NULL,
  rule TEXT NOT NULL,                    -- the most severe row of the policy that held it
  state TEXT NOT NULL,
  claimed_by {uuid},
  claimed_at {int},
  decided_by {uuid},
  decided_at {int},
  sealed_reason {bytes} NOT NULL,
  PRIMARY KEY (org_id, message_id)
){strict};
CREATE INDEX held_open ON held (org_id, held_at, message_id) WHERE state = 'open';
CREATE TABLE delivery (
  org_id {uuid} NOT NULL,
  delivery_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  due_at {int} NOT NULL,
  first_due_at {int} NOT NULL,
  attempts {int} NOT NULL,
  lease_id {uuid},
  lease_until {int} NOT NULL,
  sealed_payload {bytes} NOT NULL,
  PRIMARY KEY (org_id, delivery_id)
){strict};
CREATE INDEX delivery_due ON delivery (org_id, due_at);
CREATE INDEX delivery_message ON delivery (org_id, message_id);
CREATE TABLE pickup (
  org_id {uuid} NOT NULL,
  pickup_id {uuid} NOT NULL,
  message_id {uuid} NOT NULL,
  recipient_id {uuid} NOT NULL,
  token_hash {bytes} NOT NULL,
  method TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at {int} NOT NULL,
  code_hash {bytes},
  code_expires_at {int} NOT NULL,
  code_sent_at {int} NOT NULL,
  codes_sent {int} NOT NULL,
  tries {int} NOT NULL,
  locks {int} NOT NULL,
  locked_until {int} NOT NULL,
  opened_at {int},
  sealed_pickup {bytes} NOT NULL,
  PRIMARY KEY (org_id, pickup_id)
){strict};
CREATE UNIQUE INDEX pickup_token ON pickup (org_id, token_hash);
CREATE UNIQUE INDEX pickup_recipient ON pickup (org_id, message_id, recipient_id);
CREATE INDEX pickup_expiry ON pickup (org_id, expires_at) WHERE state = 'ready';
CREATE TABLE pickup_session (
  org_id {uuid} NOT NULL,
  secret_hash {bytes} NOT NULL,
  pickup_id {uuid} NOT NULL,
  created_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  PRIMARY KEY (org_id, secret_hash)
){strict};
CREATE INDEX pickup_session_pickup ON pickup_session (org_id, pickup_id);
-- Which messages a guest answered: each guest sees the own answers only.
CREATE TABLE pickup_reply (
  org_id {uuid} NOT NULL,
  pickup_id {uuid} NOT NULL,
  at {int} NOT NULL,
  message_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, pickup_id, at, message_id)
){strict};
CREATE TABLE audit_entry (
  org_id {uuid} NOT NULL,
  entry_id {uuid} NOT NULL,
  at {int} NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  agent_kind TEXT NOT NULL,
  person_id {uuid},
  roles TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  patient_index {bytes},
  salt {bytes} NOT NULL,
  details_hash {bytes} NOT NULL,
  sealed_details {bytes},
  leaf_hash {bytes} NOT NULL,
  seq {int},
  PRIMARY KEY (org_id, entry_id)
){strict};
CREATE INDEX audit_entry_pending ON audit_entry (org_id, at, entry_id) WHERE seq IS NULL;
CREATE UNIQUE INDEX audit_entry_seq ON audit_entry (org_id, seq);
CREATE INDEX audit_entry_person ON audit_entry (org_id, person_id, entry_id);
CREATE INDEX audit_entry_object ON audit_entry (org_id, object_id, entry_id);
CREATE INDEX audit_entry_patient ON audit_entry (org_id, patient_index, entry_id) WHERE patient_index IS NOT NULL;
CREATE TABLE audit_tile (
  org_id {uuid} NOT NULL,
  level {int} NOT NULL,
  tile {int} NOT NULL,
  hashes {bytes} NOT NULL,
  PRIMARY KEY (org_id, level, tile)
){strict};
CREATE TABLE audit_head (
  org_id {uuid} NOT NULL PRIMARY KEY,
  size {int} NOT NULL,
  root {bytes} NOT NULL,
  checkpoint TEXT NOT NULL
){strict};
CREATE TABLE live_event (
  org_id {uuid} NOT NULL,
  event_id {uuid} NOT NULL,
  at {int} NOT NULL,
  topic_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  ref_id {uuid},
  PRIMARY KEY (org_id, event_id)
){strict};
CREATE INDEX live_event_at ON live_event (org_id, at);
CREATE TABLE idempotency (
  org_id {uuid} NOT NULL,
  scope_id {uuid} NOT NULL,
  key_hash {bytes} NOT NULL,
  request_hash {bytes} NOT NULL,
  at {int} NOT NULL,
  status {int} NOT NULL,
  sealed_answer {bytes} NOT NULL,
  PRIMARY KEY (org_id, scope_id, key_hash)
){strict};
CREATE INDEX idempotency_at ON idempotency (org_id, at);
CREATE TABLE patient (
  org_id {uuid} NOT NULL,
  patient_id {uuid} NOT NULL,
  person_id {uuid},
  sealed_patient {bytes} NOT NULL,
  version {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, patient_id)
){strict};
CREATE UNIQUE INDEX patient_account ON patient (org_id, person_id) WHERE person_id IS NOT NULL;
-- The numbers by which a patient is known, indexed as audit_entry.patient_index is.
CREATE TABLE patient_reference (
  org_id {uuid} NOT NULL,
  reference_index {bytes} NOT NULL,
  patient_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, reference_index)
){strict};
CREATE INDEX patient_reference_patient ON patient_reference (org_id, patient_id);
CREATE TABLE care_team (
  org_id {uuid} NOT NULL,
  team_id {uuid} NOT NULL,
  sealed_team {bytes} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, team_id)
){strict};
CREATE TABLE care_team_member (
  org_id {uuid} NOT NULL,
  team_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, team_id, person_id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, person_id)
){strict};
CREATE INDEX care_team_member_person ON care_team_member (org_id, person_id);
-- Who cares for whom: a person, or a team; ended ones are kept, the log refers to them.
CREATE TABLE care_relation (
  org_id {uuid} NOT NULL,
  relation_id {uuid} NOT NULL,
  patient_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  person_id {uuid},
  team_id {uuid},
  starts_at {int} NOT NULL,
  ends_at {int},
  ended_at {int},
  created_by {uuid} NOT NULL,
  sealed_reason {bytes} NOT NULL,
  PRIMARY KEY (org_id, relation_id)
){strict};
CREATE INDEX care_relation_patient ON care_relation (org_id, patient_id) WHERE ended_at IS NULL;
CREATE INDEX care_relation_person ON care_relation (org_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX care_relation_team ON care_relation (org_id, team_id) WHERE ended_at IS NULL;
-- That somebody acts for a colleague in the colleague's mailbox; ended ones are kept, the log refers to them.
CREATE TABLE mandate (
  org_id {uuid} NOT NULL,
  mandate_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- cover | secretary
  mailbox_id {uuid} NOT NULL,
  grantor_id {uuid} NOT NULL,
  holder_id {uuid} NOT NULL,
  may_send {int} NOT NULL,
  with_patients {int} NOT NULL,          -- what is about patients as well
  starts_at {int} NOT NULL,
  ends_at {int},
  told_at {int},                         -- when both sides were told that it begins
  ended_at {int},
  created_by {uuid} NOT NULL,
  sealed_note {bytes} NOT NULL,
  PRIMARY KEY (org_id, mandate_id)
){strict};
CREATE INDEX mandate_open ON mandate (org_id, starts_at) WHERE ended_at IS NULL;
CREATE INDEX mandate_holder ON mandate (org_id, holder_id);
CREATE INDEX mandate_grantor ON mandate (org_id, grantor_id);
-- That somebody acts for a patient; ended ones are kept, the log refers to them. Days are YYYY-MM-DD.
CREATE TABLE proxy (
  org_id {uuid} NOT NULL,
  proxy_id {uuid} NOT NULL,
  patient_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- parent | guardian | mentor | mandated
  scope TEXT NOT NULL,                   -- names between blanks: ' details care log '
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  consent_at {int},                      -- the patient's own
  ended_at {int},
  ended_why TEXT NOT NULL,               -- withdrawn | date | age
  created_by {uuid} NOT NULL,
  sealed_basis {bytes} NOT NULL,
  PRIMARY KEY (org_id, proxy_id)
){strict};
CREATE UNIQUE INDEX proxy_open ON proxy (org_id, patient_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX proxy_person ON proxy (org_id, person_id);
CREATE INDEX proxy_patient ON proxy (org_id, patient_id);
CREATE TABLE break_glass (
  org_id {uuid} NOT NULL,
  grant_id {uuid} NOT NULL,
  patient_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  started_at {int} NOT NULL,
  ends_at {int} NOT NULL,
  ended_at {int},
  reviewed_by {uuid},
  reviewed_at {int},
  sealed_reason {bytes} NOT NULL,
  PRIMARY KEY (org_id, grant_id)
){strict};
CREATE INDEX break_glass_person ON break_glass (org_id, person_id, ends_at);
CREATE INDEX break_glass_unreviewed ON break_glass (org_id, started_at, grant_id) WHERE reviewed_at IS NULL;
-- Numbers for the report on findings, one row a message; housekeeping adds those of a day together. Neither content nor people.
CREATE TABLE tally (
  org_id {uuid} NOT NULL,
  tally_id {uuid} NOT NULL,
  day {int} NOT NULL,                    -- days since the epoch, UTC
  direction TEXT NOT NULL,               -- outgoing | inside | incoming
  counts TEXT NOT NULL,                  -- JSON: numbers by topic and item
  PRIMARY KEY (org_id, tally_id)
){strict};
CREATE INDEX tally_day ON tally (org_id, day, direction, tally_id);
-- Findings that somebody says are none, until it is decided.
CREATE TABLE false_alarm (
  org_id {uuid} NOT NULL,
  alarm_id {uuid} NOT NULL,
  text_index {bytes} NOT NULL,           -- of the kind and the text
  person_id {uuid} NOT NULL,
  reported_at {int} NOT NULL,
  sealed_report {bytes} NOT NULL,
  PRIMARY KEY (org_id, alarm_id)
){strict};
CREATE UNIQUE INDEX false_alarm_once ON false_alarm (org_id, text_index, person_id);
CREATE INDEX false_alarm_person ON false_alarm (org_id, person_id);
-- Conversations are encrypted from end to end: what is said, epoch keys and accounts' secrets are ciphertext of the clients,
-- under keys that no server has. Kept here are its order, and who is in it since when.
CREATE TABLE conversation_account (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  version {int} NOT NULL,
  keys {bytes} NOT NULL,                 -- public
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, person_id, version)
){strict};
CREATE TABLE conversation_device (
  org_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  certificate {bytes} NOT NULL,
  sealed_name {bytes} NOT NULL,
  sealed_unlock {bytes},                 -- the server's half of the key of what the device stores; gone with the device
  added_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  removed_at {int},
  PRIMARY KEY (org_id, device_id)
){strict};
CREATE INDEX conversation_device_person ON conversation_device (org_id, person_id, added_at);
-- Good once; what was taken is remembered for a while, so that a welcome finds its device.
CREATE TABLE conversation_package (
  org_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,
  reference {bytes} NOT NULL,
  suite {int} NOT NULL,
  package {bytes} NOT NULL,
  added_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  claimed_at {int},
  PRIMARY KEY (org_id, device_id, reference)
){strict};
CREATE INDEX conversation_package_reference ON conversation_package (org_id, reference);
CREATE TABLE conversation_backup (
  org_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  backup_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- recovery | passkey
  version {int} NOT NULL,
  sealed_backup {bytes} NOT NULL,        -- label, and the account's secret as its owner sealed it
  PRIMARY KEY (org_id, person_id, backup_id)
){strict};
CREATE TABLE conversation (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  kind TEXT NOT NULL,                    -- direct | group | patient
  patient_id {uuid},
  open {int} NOT NULL,
  epoch {int} NOT NULL,
  suite {int} NOT NULL,
  last_seq {int} NOT NULL,
  version {int} NOT NULL,                -- grows with everything but messages: epoch, members, their devices, open
  created_by {uuid} NOT NULL,
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  PRIMARY KEY (org_id, conversation_id)
){strict};
CREATE INDEX conversation_changed ON conversation (org_id, changed_at);
-- Who may read which entries: those from since_seq on, before until_seq. Who comes back has another row.
CREATE TABLE conversation_member (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  since_seq {int} NOT NULL,
  until_seq {int},
  ended_at {int},
  role TEXT NOT NULL,                    -- staff | patient | custodian
  PRIMARY KEY (org_id, conversation_id, person_id, since_seq)
){strict};
CREATE INDEX conversation_member_person ON conversation_member (org_id, person_id, conversation_id);
-- The MLS group as the server follows it, and what an external commit needs.
CREATE TABLE conversation_group (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  state {bytes} NOT NULL,
  group_info {bytes} NOT NULL,
  PRIMARY KEY (org_id, conversation_id)
){strict};
-- The devices in the group.
CREATE TABLE conversation_leaf (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, device_id)
){strict};
CREATE INDEX conversation_leaf_device ON conversation_leaf (org_id, device_id);
-- One welcome for all that came by a commit, and who they are.
CREATE TABLE conversation_welcome (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  epoch {int} NOT NULL,
  welcome {bytes} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, epoch)
){strict};
CREATE INDEX conversation_welcome_at ON conversation_welcome (org_id, at);
CREATE TABLE conversation_welcomed (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,
  epoch {int} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, device_id)
){strict};
CREATE INDEX conversation_welcomed_device ON conversation_welcomed (org_id, device_id);
CREATE TABLE conversation_entry (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  kind TEXT NOT NULL,                    -- message | commit | closed | reopened
  epoch {int} NOT NULL,
  person_id {uuid} NOT NULL,
  device_id {uuid} NOT NULL,             -- nil: the server's own
  client_id {uuid} NOT NULL,
  flags {int} NOT NULL,
  body {bytes} NOT NULL,
  added {bytes} NOT NULL,                -- ids of people, one after the other
  removed {bytes} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, seq)
){strict};
CREATE UNIQUE INDEX conversation_entry_client ON conversation_entry (org_id, conversation_id, client_id);
CREATE INDEX conversation_entry_subject ON conversation_entry (org_id, conversation_id, seq) WHERE flags >= 4;
-- Epoch keys, wrapped for each member's account: by the epoch's committer, then by the account for itself.
CREATE TABLE conversation_key (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  epoch {int} NOT NULL,
  own {int} NOT NULL,
  wrap {bytes} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, person_id, epoch)
){strict};
-- Up to where somebody had got, or read, a conversation at a time.
CREATE TABLE conversation_receipt (
  org_id {uuid} NOT NULL,
  conversation_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  was_read {int} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (org_id, conversation_id, person_id, was_read, seq)
){strict};
CREATE INDEX conversation_receipt_at ON conversation_receipt (org_id, at);
