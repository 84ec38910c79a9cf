/** The API's vocabulary, as in crates/model and the HTTP contract. Names are the server's. */

export type Id = string;
export type Time = string;
export type Language = "en" | "nl";

export const PERMISSIONS = [
  "mail.read",
  "mail.send",
  "mail.submit",
  "mail.review",
  "contact.manage",
  "audit.read",
  "audit.prove",
  "policy.read",
  "policy.edit",
  "person.read",
  "person.manage",
  "role.manage",
  "mailbox.manage",
  "domain.manage",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const AUDIT_KINDS = [
  "server.started",
  "server.stopped",
  "org.created",
  "sign_in.password",
  "sign_in.second_factor",
  "sign_in.sign_out",
  "session.ended",
  "credential.changed",
  "app_password.created",
  "app_password.revoked",
  "submission.sign_in",
  "person.created",
  "person.changed",
  "person.roles_changed",
  "role.created",
  "role.changed",
  "role.deleted",
  "mailbox.created",
  "mailbox.changed",
  "domain.added",
  "domain.removed",
  "partner.added",
  "partner.changed",
  "partner.removed",
  "policy.changed",
  "contact.changed",
  "draft.created",
  "draft.discarded",
  "message.sent",
  "message.blocked",
  "message.held",
  "message.released",
  "message.refused",
  "message.reviewed",
  "message.received",
  "message.read",
  "attachment.read",
  "message.moved",
  "message.recalled",
  "message.expiry_changed",
  "delivery.done",
  "delivery.deferred",
  "delivery.failed",
  "delivery.fell_back",
  "pickup.notified",
  "pickup.code_sent",
  "pickup.verified",
  "pickup.locked",
  "pickup.read",
  "pickup.attachment_read",
  "pickup.replied",
  "pickup.expired",
  "audit.searched",
  "audit.exported",
  "access.denied",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export type Folder = "inbox" | "sent" | "archive" | "trash";
export type Origin = "web" | "submission" | "internet" | "portal" | "system";
export type RecipientKind = "to" | "cc" | "bcc";
export type RecipientState =
  | "held"
  | "queued"
  | "delivered"
  | "opened"
  | "failed"
  | "recalled"
  | "expired"
  | "refused";
export type Route = "inside" | "pickup" | "verified_tls" | "none";
export type Action = "send" | "protect" | "hold" | "block";
export type SecondFactor = "sms" | "secret";
export type Outcome = "success" | "refused" | "error";
export type Sensitivity = "none" | "unreadable" | "identifier" | "health" | "health_many";
export type Destination = "inside" | "partner" | "verified_tls" | "pickup";

export type Reason =
  | { code: "partner_verified_tls"; partner: string }
  | { code: "code_by_sms"; phone: string }
  | { code: "look_alike"; domain: string }
  | {
      code:
        | "in_house"
        | "provider_verified_tls"
        | "no_verified_tls"
        | "tls_unknown"
        | "policy_protects"
        | "policy_holds"
        | "policy_blocks"
        | "sender_asks_pickup"
        | "agreed_secret"
        | "needs_second_factor"
        | "found_health"
        | "found_health_many"
        | "found_identifier"
        | "found_unreadable"
        | "first_contact"
        | "no_such_mailbox"
        | "fell_back";
    };
export type ReasonCode = Reason["code"];

export type FindingKind =
  | "PERSON"
  | "DOB"
  | "DATE"
  | "PHONE"
  | "EMAIL"
  | "ADDRESS"
  | "MRN"
  | "SSN"
  | "BSN"
  | "NHS"
  | "NPI"
  | "INSURANCE"
  | "ACCOUNT"
  | "CARD"
  | "IP"
  | "URL"
  | "DEVICE"
  | "PLATE"
  | "DIAGNOSIS"
  | "MEDICATION"
  | "LAB"
  | "UNREADABLE";

export type Part =
  | { part: "subject" }
  | { part: "body" }
  | { part: "attachment"; index: number }
  | { part: "file_name"; index: number };

export interface Finding {
  part: Part;
  /** Unicode code points, end exclusive. */
  start: number;
  end: number;
  kind: FindingKind;
  score: number;
  reason: string;
}

export interface Findings {
  sensitivity: Sensitivity;
  spans: Finding[];
}

export interface Party {
  name: string;
  address: string;
}

export interface AttachmentMeta {
  id: Id;
  file_name: string;
  media_type: string;
  size: number;
  content_id?: string | null;
}

export interface RecipientPlan {
  address: string;
  route: Route;
  action: Action;
  second_factor?: SecondFactor | null;
  reasons: Reason[];
  must_confirm: boolean;
}

export interface Plan {
  action: Action;
  ready: boolean;
  recipients: RecipientPlan[];
  policy_version: number;
}

export interface MessageLine {
  id: Id;
  thread_id: Id;
  mailbox_id: Id;
  folder: Folder;
  from: Party;
  to: Party[];
  subject: string;
  preview: string;
  at: Time;
  seen: boolean;
  flagged: boolean;
  attachments: number;
  origin: Origin;
  state?: RecipientState | null;
}

export interface RecipientView {
  id: Id;
  party: Party;
  kind: RecipientKind;
  route: Route;
  reasons: Reason[];
  state: RecipientState;
  state_at: Time;
  detail?: string | null;
  next_try_at?: Time | null;
  expires_at?: Time | null;
}

export interface ReceivedInfo {
  tls?: string | null;
  peer: string;
  authenticated: boolean;
}

export interface MessageView extends MessageLine {
  text: string;
  has_html: boolean;
  files: AttachmentMeta[];
  recipients: RecipientView[];
  header_to: Party[];
  header_cc: Party[];
  sent_by?: Id | null;
  sent_by_name?: string | null;
  received?: ReceivedInfo | null;
  patient?: string | null;
  policy_version?: number | null;
}

export interface TrailItem {
  at: Time;
  kind: AuditKind;
  recipient?: string | null;
  outcome: Outcome;
  detail?: string | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface DraftRecipient {
  party: Party;
  kind: RecipientKind;
  phone?: string | null;
  secret_set: boolean;
  confirmed: boolean;
}

export interface Draft {
  id: Id;
  version: number;
  mailbox_id: Id;
  recipients: DraftRecipient[];
  subject: string;
  text: string;
  patient?: string | null;
  ask_pickup: boolean;
  expires_days?: number | null;
  in_reply_to?: Id | null;
  files: AttachmentMeta[];
  updated_at: Time;
}

export interface DraftChange {
  recipients: {
    party: Party;
    kind: RecipientKind;
    phone?: string | undefined;
    secret?: string | undefined;
    confirmed: boolean;
  }[];
  subject: string;
  text: string;
  patient?: string | undefined;
  ask_pickup: boolean;
  expires_days?: number | undefined;
}

export interface DraftLine {
  id: Id;
  mailbox_id: Id;
  subject: string;
  to: Party[];
  updated_at: Time;
  version: number;
}

export interface PlanAnswer {
  plan: Plan;
  findings: Findings;
  draft_version: number;
}

export interface SendAnswer {
  message_id: Id;
  outcome: "sent" | "held";
  plan: Plan;
}

export interface ContactLine {
  id: Id;
  party: Party;
  phone?: string | null;
  phone_masked?: string | null;
  has_secret: boolean;
  in_house: boolean;
  kind: "mailbox" | "contact" | "partner";
}

export interface HeldLine {
  message_id: Id;
  from: Party;
  sender_name: string;
  to: Party[];
  subject: string;
  held_at: Time;
  sensitivity: Sensitivity;
  own: boolean;
}

export interface HeldView {
  message: MessageView;
  findings: Findings;
  plan: Plan;
}

export interface OwnMailbox {
  id: Id;
  kind: "personal" | "shared";
  address: string;
  name: string;
  unread: number;
}

export interface SignedIn {
  state: "signed_in";
  person: { id: Id; name: string; login: string; function: string; language: Language };
  roles: string[];
  permissions: Permission[];
  mailboxes: OwnMailbox[];
  org: { id: Id; name: string };
  csrf: string;
  idle_seconds: number;
  idle_expires_at: Time;
  absolute_expires_at: Time;
}
export type SessionAnswer =
  | { state: "anonymous" }
  | { state: "second_factor"; methods: ("totp" | "recovery_code")[] }
  | SignedIn;

export interface SessionLine {
  id: Id;
  current?: boolean;
  person?: { id: Id; name: string };
  created_at: Time;
  last_seen_at: Time;
  network?: string | null;
  user_agent?: string | null;
}

export interface AppPasswordLine {
  id: Id;
  label: string;
  created_at: Time;
  last_used_at?: Time | null;
}

export interface NewAppPassword {
  id: Id;
  label: string;
  password: string;
  username: string;
  servers: { protocol: string; host: string; port: number }[];
}

export interface Invitation {
  name: string;
  login: string;
  language: Language;
  totp: { secret: string; uri: string };
}

export type AuditAgent =
  | { kind: "person"; id: Id; roles: string[] }
  | { kind: "guest" }
  | { kind: "peer" }
  | { kind: "system" };

export interface AuditEntry {
  id: Id;
  seq: number | null;
  at: Time;
  kind: AuditKind;
  agent: AuditAgent;
  object: { kind: string; id: string } | null;
  outcome: Outcome;
  details: {
    agent_name?: string;
    on_behalf_of?: string;
    patient?: string;
    network?: string;
    why?: string;
    request_id?: string;
    more?: Record<string, string>;
  } | null;
}

export interface LogStatus {
  origin: string;
  size: number;
  root: string;
  checkpoint: string;
  verifier_key: string;
  pending: number;
}

export interface VerifyReport {
  ok: boolean;
  size: number;
  checked: number;
  problems: { seq?: number | null; entry_id?: string | null; what: string }[];
}

export interface PersonLine {
  id: Id;
  name: string;
  login: string;
  function: string;
  language: Language;
  state: "invited" | "active" | "disabled";
  roles: { id: Id; name: string }[];
  last_sign_in_at?: Time | null;
  version: number;
}

export interface Role {
  id: Id;
  name: string;
  permissions: Permission[];
  version?: number;
}

export interface Mailbox {
  id: Id;
  kind: "personal" | "shared";
  address: string;
  name: string;
  active: boolean;
  members: Id[];
  version?: number;
}

export interface DomainLine {
  domain: string;
}

export interface Partner {
  id: Id;
  name: string;
  domain: string;
  note: string;
  tls: { state: "verified" | "unverified" | "unknown"; checked_at?: Time | null; detail?: string | null };
  version: number;
}

export type PolicyRow = Record<Destination, Action>;
export type Policy = Record<Sensitivity, PolicyRow> & {
  pickup_days: number;
  confirm_first_contact: boolean;
  four_eyes: boolean;
};

export interface PolicyVersion {
  version: number;
  changed_at: Time;
  changed_by_name: string;
  note: string;
  policy: Policy;
}

export type PickupState = "ready" | "locked" | "expired" | "recalled" | "unknown";
export interface PickupOpen {
  state: PickupState;
  org_name?: string;
  sender_name?: string;
  language?: Language;
  method?: SecondFactor;
  phone_masked?: string | null;
  expires_at?: Time | null;
  locked_until?: Time | null;
}

export interface PickupMessage {
  sender: Party;
  org_name: string;
  at: Time;
  subject: string;
  text: string;
  has_html: boolean;
  files: AttachmentMeta[];
  expires_at: Time;
  replies: { at: Time; text: string; files: AttachmentMeta[] }[];
  can_reply: boolean;
  language: Language;
}

export type LiveEvent =
  | { kind: "mailbox"; mailbox_id: Id }
  | { kind: "message"; message_id: Id; mailbox_id: Id }
  | { kind: "drafts" }
  | { kind: "held" }
  | { kind: "session_ended" }
  | { kind: "policy" };
