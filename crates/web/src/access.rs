//! What each operation of the API asks of whoever calls it: the permission, and on which object. The router's tests try
//! every role on every entry with every kind of object, and `docs/operations.md` is made of it.

use std::collections::BTreeSet;
use wardpost_gate::{Denied, Scope, authorise};
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};
use wardpost_model::{PersonId, RelationId};

#[cfg(test)]
mod written;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Everybody: the doors.
    Public,
    /// A guest who has shown the second factor of a pick-up.
    Guest,
    /// Everybody who has signed in, about themselves.
    SignedIn,
    /// Who has this permission, on the object.
    Permission(Permission),
    /// Who has both permissions, on the object.
    Both(Permission, Permission),
    /// Who has one of two permissions, on the object.
    Either(Permission, Permission),
    /// Everybody on what is their own; on what is not, who has this permission. To all others it isn't there.
    OwnOr(Permission),
    /// A program with a token, whose account has this permission. A session opens nothing.
    Token(Permission),
}

/// What an operation is about; its id stands in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// The organisation as a whole, or oneself.
    Organisation,
    /// A mailbox.
    Mailbox,
    /// A message in a mailbox.
    Message,
    /// A draft.
    Draft,
    /// A held message.
    Held,
    /// A session.
    Session,
    /// All sessions of a person.
    SessionsOf,
    /// A passkey of one's own.
    Passkey,
    /// A link of one's own to an identity provider.
    Link,
    /// The passkeys of a person.
    PasskeysOf,
    /// A browser in which somebody has signed in.
    Device,
    /// A device password.
    AppPassword,
    /// A person.
    Person,
    /// A person's roles.
    Roles,
    /// A role.
    Role,
    /// What somebody asked for: one's own ask, or a colleague's.
    Approval,
    /// What is about a patient: cared for by oneself (own), by one's team (related), by others.
    Patient,
    /// That somebody cares for a patient of oneself, of one's team, of others.
    Relation,
    /// A care team: with patients of oneself (own), of the team in which one is (related), of others.
    Team,
    /// An emergency access, taken by oneself or by a colleague.
    Grant,
    /// A patient to whom one has an emergency access oneself.
    Emergency,
    /// A mailbox over which a mandate is to be given: one's own, a shared one (related: it has users instead), a colleague's.
    Giving,
    /// A mandate over one's own mailbox, over a colleague's.
    Mandate,
    /// A proxy by which one acts, or by which somebody acts for oneself.
    OwnProxy,
    /// Something that the organisation has as a whole, with an id: a partner, a domain, an audit entry, a patient's line in
    /// the list.
    Listed,
}

/// How an object stands to whoever asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Theirs.
    Own,
    /// A colleague's, in a mailbox that both use.
    Related,
    /// A colleague's.
    Unrelated,
    /// Of another organisation in the same database.
    Elsewhere,
    /// Nobody's: there is no such object.
    Missing,
}

impl Whose {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Own, Self::Related, Self::Unrelated, Self::Elsewhere, Self::Missing];
    const HERE: [Self; 3] = [Self::Own, Self::Related, Self::Unrelated];
}

/// What an operation answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on to its work.
    Allowed,
    /// `403 forbidden` with the reason's code: it depends on the actor only, or on what the actor knows of anyway.
    Refused(&'static str),
    /// `404 not_found`, the same for what isn't there and for what the actor may not know of.
    NotFound,
}

/// An entry of the table.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `operationId` in the OpenAPI document.
    pub id: &'static str,
    /// Who may call it.
    pub need: Need,
    /// On what.
    pub object: Object,
}

const fn op(id: &'static str, need: Need, object: Object) -> Operation {
    Operation { id, need, object }
}

const fn may(id: &'static str, permission: Permission, object: Object) -> Operation {
    op(id, Need::Permission(permission), object)
}

/// Every operation of the OpenAPI document, in the order of `docs/openapi.json`.
pub const OPERATIONS: &[Operation] = {
    use Need::{Both, Either, Guest, OwnOr, Public, SignedIn, Token};
    use Object as O;
    use Permission as P;
    &[
        may("search_audit", P::AuditRead, O::Organisation),
        may("export_csv", P::AuditRead, O::Organisation),
        may("export_fhir", P::AuditRead, O::Organisation),
        may("audit_log", P::AuditProve, O::Organisation),
        may("verify_audit", P::AuditProve, O::Organisation),
        may("prove_audit_entry", P::AuditProve, O::Listed),
        may("find_contacts", P::MailSend, O::Organisation),
        op("list_conversations", Either(P::ConversationUse, P::SelfRead), O::Organisation),
        may("conversation_people", P::ConversationUse, O::Organisation),
        op("conversation_socket", Either(P::ConversationUse, P::SelfRead), O::Organisation),
        may("identity_providers", P::IdentityManage, O::Organisation),
        may("add_identity_provider", P::IdentityManage, O::Organisation),
        may("check_identity_provider", P::IdentityManage, O::Organisation),
        may("change_identity_provider", P::IdentityManage, O::Listed),
        may("remove_identity_provider", P::IdentityManage, O::Listed),
        may("list_domains", P::DomainManage, O::Organisation),
        may("add_domain", P::DomainManage, O::Organisation),
        may("remove_domain", P::DomainManage, O::Listed),
        op("list_drafts", SignedIn, O::Organisation),
        may("create_draft", P::MailSend, O::Mailbox),
        may("get_draft", P::MailSend, O::Draft),
        may("save_draft", P::MailSend, O::Draft),
        may("discard_draft", P::MailSend, O::Draft),
        may("attach_file", P::MailSend, O::Draft),
        may("detach_file", P::MailSend, O::Draft),
        may("plan_draft", P::MailSend, O::Draft),
        may("send_draft", P::MailSend, O::Draft),
        op("send_draft_anyway", Both(P::MailSend, P::MailOverride), O::Draft),
        may("report_draft_finding", P::MailSend, O::Draft),
        op("events", SignedIn, O::Organisation),
        may("held_messages", P::MailReview, O::Organisation),
        may("held_message", P::MailReview, O::Held),
        may("held_attachment", P::MailReview, O::Held),
        may("claim_message", P::MailReview, O::Held),
        may("refuse_message", P::MailReview, O::Held),
        may("release_message", P::MailReview, O::Held),
        may("report_held_finding", P::MailReview, O::Held),
        op("confirm_email", Public, O::Organisation),
        op("accept_invitation", Public, O::Organisation),
        op("advise_invited", Public, O::Organisation),
        op("open_invitation", Public, O::Organisation),
        may("list_mailboxes", P::MailboxManage, O::Organisation),
        may("create_mailbox", P::MailboxManage, O::Organisation),
        may("change_mailbox", P::MailboxManage, O::Mailbox),
        may("mailbox_counts", P::MailRead, O::Mailbox),
        may("list_messages", P::MailRead, O::Mailbox),
        may("read_message", P::MailRead, O::Message),
        may("change_message", P::MailRead, O::Message),
        may("message_attachment", P::MailRead, O::Message),
        op("set_message_expiry", Both(P::MailSend, P::MailRead), O::Message),
        may("message_html", P::MailRead, O::Message),
        op("recall_message", Both(P::MailSend, P::MailRead), O::Message),
        may("message_trail", P::MailRead, O::Message),
        may("report_sent_finding", P::MailRead, O::Message),
        may("list_mandates", P::DelegationManage, O::Organisation),
        op("give_mandate", OwnOr(P::DelegationManage), O::Giving),
        op("mandate_choices", Either(P::MailRead, P::DelegationManage), O::Organisation),
        op("end_mandate", OwnOr(P::DelegationManage), O::Mandate),
        op("app_passwords", SignedIn, O::Organisation),
        may("create_app_password", P::MailSubmit, O::Organisation),
        op("revoke_app_password", OwnOr(P::PersonManage), O::AppPassword),
        op("set_language", SignedIn, O::Organisation),
        op("my_mandates", SignedIn, O::Organisation),
        may("my_care", P::SelfRead, O::Organisation),
        may("my_details", P::SelfRead, O::Organisation),
        may("my_proxies", P::SelfRead, O::Organisation),
        may("give_up_proxy", P::SelfRead, O::OwnProxy),
        may("consent_to_proxy", P::SelfRead, O::OwnProxy),
        op("change_password", SignedIn, O::Organisation),
        op("renew_recovery_codes", SignedIn, O::Organisation),
        op("advise_password", SignedIn, O::Organisation),
        op("offer_authenticator", SignedIn, O::Organisation),
        op("replace_authenticator", SignedIn, O::Organisation),
        op("drop_authenticator", SignedIn, O::Organisation),
        op("my_devices", SignedIn, O::Organisation),
        op("forget_device", SignedIn, O::Device),
        op("my_links", SignedIn, O::Organisation),
        op("begin_link", SignedIn, O::Organisation),
        op("remove_link", SignedIn, O::Link),
        op("my_passkeys", SignedIn, O::Organisation),
        op("add_passkey", SignedIn, O::Organisation),
        op("new_passkey_options", SignedIn, O::Organisation),
        op("remove_passkey", SignedIn, O::Passkey),
        op("rename_passkey", SignedIn, O::Passkey),
        op("my_sessions", SignedIn, O::Organisation),
        op("end_my_session", OwnOr(P::PersonManage), O::Session),
        op("my_verification", SignedIn, O::Organisation),
        op("ask_email", SignedIn, O::Organisation),
        op("ask_phone", SignedIn, O::Organisation),
        op("forget_phone", SignedIn, O::Organisation),
        op("confirm_phone", SignedIn, O::Organisation),
        may("list_partners", P::DomainManage, O::Organisation),
        may("add_partner", P::DomainManage, O::Organisation),
        may("change_partner", P::DomainManage, O::Listed),
        may("remove_partner", P::DomainManage, O::Listed),
        may("check_partner", P::DomainManage, O::Listed),
        may("list_people", P::PersonRead, O::Organisation),
        may("create_person", P::PersonManage, O::Organisation),
        may("get_person", P::PersonRead, O::Person),
        may("change_person", P::PersonManage, O::Person),
        may("disable_person", P::PersonManage, O::Person),
        may("enable_person", P::PersonManage, O::Person),
        may("invite_person", P::PersonManage, O::Person),
        may("person_rights", P::PersonRead, O::Person),
        may("preview_bulk", P::PersonManage, O::Organisation),
        may("list_bulk_acts", P::PersonManage, O::Organisation),
        may("run_bulk", P::PersonManage, O::Organisation),
        may("undo_bulk", P::PersonManage, O::Listed),
        may("list_access_reviews", P::RightsReview, O::Organisation),
        may("start_access_review", P::RightsReview, O::Organisation),
        may("access_review_asks", P::PersonManage, O::Organisation),
        may("access_review_items", P::RightsReview, O::Listed),
        may("decide_access_review", P::RightsReview, O::Listed),
        may("close_access_review", P::RightsReview, O::Listed),
        may("access_review_evidence", P::RightsReview, O::Listed),
        may("who_can", P::RightsReview, O::Organisation),
        may("demand_password_change", P::PersonManage, O::Person),
        may("verification_of", P::PersonRead, O::Person),
        may("check_identity", P::PersonManage, O::Person),
        may("set_person_roles", P::PersonManage, O::Roles),
        may("passkeys_of", P::PersonRead, O::PasskeysOf),
        may("remove_passkey_of", P::PersonManage, O::PasskeysOf),
        may("person_sessions", P::PersonRead, O::SessionsOf),
        may("end_person_sessions", P::PersonManage, O::SessionsOf),
        may("preview_leave", P::PersonManage, O::Person),
        may("leave", P::PersonManage, O::Person),
        may("cancel_leave", P::PersonManage, O::Person),
        may("list_imports", P::PersonManage, O::Organisation),
        may("preview_import", P::PersonManage, O::Organisation),
        may("run_import", P::PersonManage, O::Organisation),
        may("undo_import", P::PersonManage, O::Listed),
        op("import_template", SignedIn, O::Organisation),
        may("ask_recovery", P::PersonManage, O::Person),
        may("ask_roles", P::PersonManage, O::Roles),
        may("ask_role_change", P::RoleManage, O::Role),
        may("list_approvals", P::PersonApprove, O::Organisation),
        may("decide_approval", P::PersonApprove, O::Approval),
        op("use_recovery", Public, O::Organisation),
        op("list_permissions", SignedIn, O::Organisation),
        op("pickup_attachment", Guest, O::Organisation),
        op("pickup_code", Public, O::Organisation),
        op("pickup_message", Guest, O::Organisation),
        op("pickup_html", Guest, O::Organisation),
        op("open_pickup", Public, O::Organisation),
        op("reply", Guest, O::Organisation),
        op("attach_to_reply", Guest, O::Organisation),
        op("detach_from_reply", Guest, O::Organisation),
        op("end_pickup_session", Guest, O::Organisation),
        op("verify_pickup", Public, O::Organisation),
        may("get_policy", P::PolicyRead, O::Organisation),
        may("put_policy", P::PolicyEdit, O::Organisation),
        op("try_policy", Both(P::PolicyRead, P::PolicyEdit), O::Organisation),
        may("policy_versions", P::PolicyRead, O::Organisation),
        may("list_roles", P::PersonRead, O::Organisation),
        may("create_role", P::RoleManage, O::Organisation),
        may("change_role", P::RoleManage, O::Role),
        may("delete_role", P::RoleManage, O::Role),
        may("list_false_alarms", P::FindingReview, O::Organisation),
        op("accept_false_alarm", Both(P::FindingReview, P::PolicyEdit), O::Listed),
        may("dismiss_false_alarm", P::FindingReview, O::Listed),
        may("findings_report", P::ReportRead, O::Organisation),
        may("findings_report_csv", P::ReportRead, O::Organisation),
        may("get_security", P::SecurityEdit, O::Organisation),
        may("put_security", P::SecurityEdit, O::Organisation),
        may("security_versions", P::SecurityEdit, O::Organisation),
        may("client_authorities", P::SecurityEdit, O::Organisation),
        op("find_patients", Either(P::PatientRead, P::AccessReview), O::Organisation),
        may("patient_proxies", P::ProxyManage, O::Listed),
        may("register_proxy", P::ProxyManage, O::Listed),
        may("end_proxy", P::ProxyManage, O::Listed),
        may("record_proxy_consent", P::ProxyManage, O::Listed),
        op("act_for", SignedIn, O::Organisation),
        may("register_patient", P::PatientManage, O::Organisation),
        op("get_patient", Either(P::PatientRead, P::AccessReview), O::Listed),
        may("change_patient", P::PatientManage, O::Listed),
        may("ask_patient_phone", P::PatientManage, O::Listed),
        may("confirm_patient_phone", P::PatientManage, O::Listed),
        may("check_patient_identity", P::PatientManage, O::Listed),
        may("set_patient_account", P::PatientManage, O::Listed),
        may("remove_patient_account", P::PatientManage, O::Listed),
        op("patient_relations", Either(P::PatientRead, P::AccessReview), O::Patient),
        may("create_relation", P::RelationManage, O::Patient),
        may("end_relation", P::RelationManage, O::Relation),
        may("list_teams", P::PatientRead, O::Organisation),
        may("create_team", P::RelationManage, O::Organisation),
        may("change_team", P::RelationManage, O::Team),
        may("care_colleagues", P::RelationManage, O::Organisation),
        may("take_break_glass", P::AccessBreakGlass, O::Listed),
        op("end_break_glass", SignedIn, O::Emergency),
        op("my_break_glass", SignedIn, O::Organisation),
        may("break_glass_queue", P::AccessReview, O::Organisation),
        may("review_break_glass", P::AccessReview, O::Grant),
        may("patient_access_log", P::AccessReview, O::Listed),
        may("who_can_open_patient", P::RightsReview, O::Listed),
        may("my_access_log", P::SelfRead, O::Organisation),
        may("my_access_log_csv", P::SelfRead, O::Organisation),
        op("get_session", Public, O::Organisation),
        op("sign_in", Public, O::Organisation),
        op("sign_out", SignedIn, O::Organisation),
        op("second_factor", Public, O::Organisation),
        op("choose_password", Public, O::Organisation),
        op("advise_changing", Public, O::Organisation),
        op("sign_in_with_passkey", Public, O::Organisation),
        op("passkey_options", Public, O::Organisation),
        op("add_security_key", Public, O::Organisation),
        op("security_key_options", Public, O::Organisation),
        op("begin_provider_sign_in", Public, O::Organisation),
        op("finish_provider_sign_in", Public, O::Organisation),
        op("backchannel_logout", Public, O::Organisation),
        op("step_up", SignedIn, O::Organisation),
        op("step_up_options", SignedIn, O::Organisation),
        op("begin_provider_step_up", SignedIn, O::Organisation),
        op("touch", SignedIn, O::Organisation),
        may("all_sessions", P::PersonManage, O::Organisation),
        op("end_session", OwnOr(P::PersonManage), O::Session),
        may("list_service_accounts", P::PersonRead, O::Organisation),
        op("create_service_account", Both(P::PersonManage, P::RoleManage), O::Organisation),
        may("list_service_tokens", P::IdentityManage, O::Organisation),
        may("create_service_token", P::IdentityManage, O::Organisation),
        may("revoke_service_token", P::IdentityManage, O::Listed),
        may("list_provisioned_roles", P::IdentityManage, O::Organisation),
        may("set_provisioned_roles", P::IdentityManage, O::Organisation),
        may("list_scim_requests", P::IdentityManage, O::Organisation),
        may("set_kept_by", P::PersonManage, O::Person),
        op("scim_provider_config", Token(P::ScimProvision), O::Organisation),
        op("scim_resource_types", Token(P::ScimProvision), O::Organisation),
        op("scim_resource_type", Token(P::ScimProvision), O::Organisation),
        op("scim_schemas", Token(P::ScimProvision), O::Organisation),
        op("scim_schema", Token(P::ScimProvision), O::Organisation),
        op("scim_users", Token(P::ScimProvision), O::Organisation),
        op("scim_create_user", Token(P::ScimProvision), O::Organisation),
        op("scim_user", Token(P::ScimProvision), O::Listed),
        op("scim_replace_user", Token(P::ScimProvision), O::Listed),
        op("scim_patch_user", Token(P::ScimProvision), O::Listed),
        op("scim_remove_user", Token(P::ScimProvision), O::Listed),
        op("scim_groups", Token(P::ScimProvision), O::Organisation),
        op("scim_group", Token(P::ScimProvision), O::Listed),
        op("scim_replace_group", Token(P::ScimProvision), O::Listed),
        op("scim_patch_group", Token(P::ScimProvision), O::Listed),
    ]
};

impl Operation {
    /// What the gate answers to an actor on an object that stands to them in this way.
    #[must_use]
    pub fn verdict(&self, actor: &Actor, whose: Whose) -> Verdict {
        match self.need {
            // What is one's own without any permission isn't there for others.
            Need::SignedIn if self.object != Object::Organisation && whose != Whose::Own => Verdict::NotFound,
            Need::Public | Need::Guest | Need::SignedIn => Verdict::Allowed,
            Need::Permission(p) | Need::OwnOr(p) | Need::Token(p) => self.under(p, actor, whose),
            Need::Either(first, second) => {
                let held = if actor.permissions.contains(&second) { second } else { first };
                self.under(held, actor, whose)
            }
            Need::Both(first, second) => match self.under(first, actor, whose) {
                Verdict::Allowed => self.under(second, actor, whose),
                refused => refused,
            },
        }
    }

    fn under(&self, permission: Permission, actor: &Actor, whose: Whose) -> Verdict {
        let (me, other) = (actor.person_id, PersonId(uuid::Uuid::max()));
        let third = PersonId(uuid::Uuid::from_u128(1));
        let (mine, both, theirs) = ([me], [me, other], [other]);
        let here = matches!(whose, Whose::Own | Whose::Related | Whose::Unrelated);
        let owner = if whose == Whose::Own { me } else { other };
        let nothing = BTreeSet::new();
        let scope = match self.object {
            Object::Organisation => Scope::Organisation,
            // What is asked about people is decided before they are looked for.
            Object::Person => Scope::Person { subject: owner },
            Object::SessionsOf => Scope::Session { owner },
            Object::PasskeysOf | Object::Passkey => Scope::Passkey { owner },
            _ if !here => Scope::Organisation,
            Object::Mailbox | Object::Message => Scope::Mailbox {
                members: match whose {
                    Whose::Own => &mine,
                    Whose::Related => &both,
                    _ => &theirs,
                },
                mandate: None,
            },
            Object::Giving if whose == Whose::Related => return Verdict::NotFound,
            Object::Giving => Scope::Mandate { grantor: owner, holder: third, giving: true },
            Object::Mandate => Scope::Mandate { grantor: owner, holder: third, giving: false },
            Object::Draft => Scope::Draft { author: owner },
            Object::Held => Scope::Held { sender: owner, four_eyes: true },
            Object::Session => Scope::Session { owner },
            Object::AppPassword => Scope::AppPassword { owner },
            Object::Device => Scope::Device { owner },
            Object::Approval => Scope::Approval { asked_by: owner, subject: other },
            Object::Roles => Scope::Roles { subject: owner, granted: &nothing },
            Object::Role => Scope::Role { held_by_actor: whose == Whose::Own },
            Object::Patient if permission != Permission::RelationManage => {
                Scope::Patient { ground: seen(actor, whose) }
            }
            Object::Patient | Object::Relation | Object::Team => Scope::Relation {
                for_actor: false,
                known: matches!(seen(actor, whose), Some(Ground::Assigned(_) | Ground::Administration)),
            },
            Object::Grant => Scope::BreakGlass { by: owner },
            Object::Emergency | Object::Link | Object::Listed | Object::OwnProxy => Scope::Organisation,
        };
        let others = self.object == Object::OwnProxy && whose != Whose::Own;
        let found = (here || self.object == Object::Organisation) && !others;
        // Who can't look patients up may not know of them, nor anybody of who cares for them.
        let unknown = self.object == Object::Relation || !actor.permissions.contains(&Permission::PatientRead);
        match authorise(actor, permission, scope) {
            Ok(()) if found => Verdict::Allowed,
            Ok(()) | Err(Denied::NotYours) => Verdict::NotFound,
            Err(Denied::NoRelation) if unknown => Verdict::NotFound,
            Err(_) if matches!(self.need, Need::OwnOr(_)) => Verdict::NotFound,
            Err(denied) => Verdict::Refused(denied.code()),
        }
    }
}

/// On which ground somebody sees a patient's data: by the fixtures, who may care for patients cares for their own and their
/// team's.
fn seen(actor: &Actor, whose: Whose) -> Option<Ground> {
    let may = |p| actor.permissions.contains(&p);
    if may(Permission::PatientRead) && matches!(whose, Whose::Own | Whose::Related) {
        Some(Ground::Assigned(RelationId(uuid::Uuid::nil())))
    } else if may(Permission::PatientManage) {
        Some(Ground::Administration)
    } else {
        may(Permission::AccessReview).then_some(Ground::Review)
    }
}
