/** The API's vocabulary: names for the types that `npm run generate` makes from docs/openapi.json. */

import type { components } from "./schema";

type Schemas = components["schemas"];

/** Every permission, in the order in which the screens show them (crates/model/src/permission.rs). */
export const PERMISSIONS = [
  "mail.read",
  "mail.send",
  "mail.submit",
  "mail.override",
  "mail.review",
  "conversation.use",
  "conversation.patient",
  "contact.manage",
  "patient.read",
  "patient.manage",
  "relation.manage",
  "proxy.manage",
  "access.break_glass",
  "access.review",
  "self.read",
  "proxy.act",
  "audit.read",
  "audit.prove",
  "policy.read",
  "policy.edit",
  "report.read",
  "finding.review",
  "security.edit",
  "rights.review",
  "identity.manage",
  "person.read",
  "person.manage",
  "person.approve",
  "role.manage",
  "mailbox.manage",
  "delegation.manage",
  "domain.manage",
  "scim.provision",
] as const satisfies readonly Permission[];
export type Permission = Schemas["Permission"];

/** Every kind of audit entry (crates/model/src/audit.rs). */
export const AUDIT_KINDS = [
  "server.started",
  "server.stopped",
  "org.created",
  "sign_in.password",
  "sign_in.second_factor",
  "sign_in.passkey",
  "sign_in.provider",
  "sign_in.suspicious",
  "sign_in.new_device",
  "sign_in.sign_out",
  "session.ended",
  "approval.asked",
  "approval.decided",
  "recovery.used",
  "credential.changed",
  "passkey.added",
  "passkey.changed",
  "passkey.removed",
  "device.forgotten",
  "identity_link.created",
  "identity_link.removed",
  "identity_provider.created",
  "identity_provider.changed",
  "identity_provider.removed",
  "app_password.created",
  "app_password.revoked",
  "submission.sign_in",
  "zone.refused",
  "person.created",
  "person.changed",
  "person.imported",
  "person.verified",
  "person.removed",
  "person.left",
  "token.created",
  "token.revoked",
  "provisioning.changed",
  "scim.request",
  "person.roles_changed",
  "review.started",
  "review.decided",
  "review.closed",
  "bulk.done",
  "bulk.undone",
  "rights.read",
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
  "false_alarm.reported",
  "false_alarm.read",
  "false_alarm.decided",
  "report.read",
  "report.exported",
  "security.changed",
  "contact.changed",
  "draft.created",
  "draft.discarded",
  "message.sent",
  "message.blocked",
  "message.held",
  "message.sent_anyway",
  "message.claimed",
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
  "conversation_keys.changed",
  "conversation_device.added",
  "conversation_device.removed",
  "conversation_backup.changed",
  "conversation.created",
  "conversation.members_changed",
  "conversation.closed",
  "conversation.reopened",
  "audit.searched",
  "audit.exported",
  "patient.created",
  "patient.changed",
  "patient.verified",
  "patient.read",
  "patient.searched",
  "relation.created",
  "relation.ended",
  "team.changed",
  "mandate.created",
  "mandate.ended",
  "proxy.created",
  "proxy.changed",
  "proxy.ended",
  "proxy.acting",
  "access.break_glass",
  "access.break_glass_ended",
  "access.break_glass_reviewed",
  "access.log_read",
  "access.denied",
] as const satisfies readonly AuditKind[];
export type AuditKind = Schemas["AuditKind"];

/** Fails to compile when a list above lacks what the server knows. */
type Complete<All, Listed> = [Exclude<All, Listed>] extends [never] ? true : never;
true satisfies Complete<Permission, (typeof PERMISSIONS)[number]> & Complete<AuditKind, (typeof AUDIT_KINDS)[number]>;

/** The fields that the server always gives, though it takes them left out. */
type Given<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;

/** The same all the way down, but for what may be null. */
type Deep<T> = T extends readonly (infer Item)[] ? Deep<Item>[] : T extends object ? { [K in keyof T]-?: Deep<T[K]> } : T;

export type Id = string;
export type Language = Schemas["Language"];
export type Folder = Schemas["Folder"];
export type RecipientKind = Schemas["RecipientKind"];
export type RecipientState = Schemas["RecipientState"];
export type Route = Schemas["Route"];
export type Action = Schemas["Action"];
export type SecondFactor = Schemas["SecondFactor"];
export type Outcome = Schemas["Outcome"];
export type Sensitivity = Schemas["Sensitivity"];
export type Destination = Schemas["Destination"];
export type Reason = Schemas["Reason"];
export type FindingKind = Schemas["FindingKind"];
export type Finding = Schemas["Finding"];
export type Findings = Schemas["Findings"];
export type Party = Schemas["Party"];
export type AttachmentMeta = Schemas["AttachmentMeta"];
export type RecipientPlan = Schemas["RecipientPlan"];
export type Plan = Schemas["Plan"];
export type MessageLine = Schemas["MessageLine"];
export type RecipientView = Schemas["RecipientView"];
export type MessageView = Schemas["MessageView"];
export type TrailItem = Schemas["TrailLine"];
export type Draft = Schemas["Draft"];
export type DraftChange = Schemas["DraftContent"];
export type DraftLine = Schemas["DraftLine"];
export type PlanAnswer = Schemas["PlannedDraft"];
export type SendAnswer = Schemas["SentMessage"];
export type ContactLine = Schemas["ContactLine"];
export type HeldLine = Schemas["HeldLine"];
export type HeldView = Schemas["HeldMessage"];
export type OwnMailbox = Schemas["OwnMailbox"];
export type SignedIn = Extract<Schemas["Session"], { state: "signed_in" }>;
export type SessionAnswer = Schemas["Session"];
export type Device = Schemas["Device"];
export type Verification = Schemas["Verification"];
export type SessionLine = Given<Partial<Schemas["PersonSession"]>, "id" | "current" | "created_at" | "last_seen_at" | "method">;
export type Passkey = Schemas["Passkey"];
export type PasskeyOptions = Schemas["PasskeyOptions"];
export type NewPasskeyOptions = Schemas["NewPasskeyOptions"];
export type ProviderSettings = Schemas["ProviderSettings"];
export type IdentityProvider = Schemas["IdentityProvider"];
export type IdentityLinks = Schemas["IdentityLinks"];
export type ProviderChecked = Schemas["ProviderChecked"];
export type ProviderFinished = Schemas["ProviderFinished"];
export type PasswordAdvice = Schemas["PasswordAdvice"];
export type AuthenticatorOffer = Schemas["AuthenticatorOffer"];
export type AppPasswordLine = Schemas["AppPassword"];
export type NewAppPassword = Schemas["NewAppPassword"];
export type Invitation = Schemas["OpenInvitation"];
export type AuditAgent = Schemas["AuditAgent"];
export type AuditEntry = Schemas["AuditEntry"];
export type LogStatus = Schemas["AuditLog"];
export type VerifyReport = Schemas["AuditVerification"];
export type PersonLine = Schemas["PersonLine"];
export type ServiceAccount = Schemas["ServiceAccount"];
export type ServiceToken = Schemas["ServiceToken"];
export type NewServiceToken = Schemas["NewServiceToken"];
export type ProvisionedRole = Schemas["ProvisionedRole"];
export type ScimRequest = Schemas["ScimRequest"];
export type LeavePreview = Schemas["LeavePreview"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportLine = Schemas["ImportLine"];
export type ImportDone = Schemas["ImportDone"];
export type ImportEntry = Schemas["ImportEntry"];
export type ImportUndone = Schemas["ImportUndone"];
export type InvitedPerson = Schemas["InvitedPerson"];
export type InvitationLink = Schemas["InvitationLink"];
export type Role = Schemas["RoleLine"];
export type Approval = Schemas["Approval"];
export type ApprovalDecided = Schemas["ApprovalDecided"];
export type IdentityProof = Schemas["IdentityProof"];
export type RightsChange = Schemas["RightsChange"];
export type RecoveryAsked = Schemas["RecoveryAsked"];
export type PermissionName = Schemas["PermissionName"];
export type Mailbox = Schemas["MailboxLine"];
export type DomainLine = Schemas["DomainLine"];
export type Partner = Schemas["PartnerLine"];
export type Rule = Schemas["Rule"];
export type Incoming = Schemas["Incoming"];
export type SpecialCategory = Schemas["SpecialCategory"];
export type Checksum = Schemas["Checksum"];
export type OwnNumber = Deep<Schemas["OwnNumber"]>;
export type PolicyException = Deep<Schemas["VocabularyException"]>;
export type PolicyRow = Deep<Schemas["PolicyRow"]>;
export type Policy = Deep<Schemas["Policy"]>;
export type PolicyVersion = Omit<Schemas["PolicyVersion"], "policy"> & { policy: Policy };
export type Tried = Deep<Schemas["Tried"]>;
export type TrialAnswer = Omit<Schemas["TrialAnswer"], "edited" | "in_force"> & { edited: Tried; in_force?: Tried | null };
export type SecurityPolicy = Deep<Schemas["SecurityPolicy"]>;
export type ClientAuthorities = Schemas["ClientAuthorities"];
export type SecurityVersion = Omit<Schemas["SecurityVersion"], "policy"> & { policy: SecurityPolicy };
export type FalseAlarm = Schemas["FalseAlarm"];
export type FindingsReport = Schemas["FindingsReport"];
export type ReportLine = Schemas["ReportLine"];
export type ReportTopic = Schemas["Topic"];
export type ReportDirection = Schemas["Direction"];
export type PatientLine = Schemas["PatientLine"];
export type Patient = Schemas["Patient"];
export type IdentityDocument = Schemas["IdentityDocument"];
export type RelationKind = Schemas["RelationKind"];
export type RelationLine = Schemas["RelationLine"];
export type CareTeam = Schemas["CareTeam"];
export type Proxy = Schemas["Proxy"];
export type ProxyKind = Schemas["ProxyKind"];
export type ProxyScope = Schemas["ProxyScope"];
export type OwnProxies = Schemas["OwnProxies"];
export type PatientDetails = Schemas["PatientDetails"];
export type Mandate = Schemas["Mandate"];
export type MandateKind = Schemas["MandateKind"];
export type MandateChoices = Schemas["MandateChoices"];
export type Colleague = Schemas["Colleague"];
export type OpenEmergency = Schemas["OpenEmergency"];
export type EmergencyLine = Schemas["EmergencyLine"];
export type Look = Schemas["Look"];
export type AccessLog = Schemas["AccessLog"];
export type RightSource = Schemas["RightSource"];
export type EffectiveRight = Schemas["EffectiveRight"];
export type PersonRights = Schemas["PersonRights"];
export type WhoCanLine = Schemas["WhoCanLine"];
export type PatientOpener = Schemas["PatientOpener"];
export type BulkAct = Schemas["BulkAct"];
export type BulkLine = Schemas["BulkLine"];
export type BulkResult = Schemas["BulkResult"];
export type BulkEntry = Schemas["BulkEntry"];
export type AccessReview = Schemas["AccessReview"];
export type AccessReviews = Schemas["AccessReviews"];
export type ReviewItem = Schemas["ReviewItem"];
export type ReviewAsk = Schemas["ReviewAsk"];
export type PickupOpen = Schemas["PickupDoor"];
export type PickupMessage = Schemas["PickupMessage"];
export type LiveEvent = Schemas["ChangeEvent"];

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
