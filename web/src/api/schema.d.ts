/* Made from docs/openapi.json by "npm run generate". Do not edit. */

export interface paths {
    "/api/v1/access-reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All access reviews, and when the next is due. */
        get: operations["list_access_reviews"];
        put?: never;
        /** Begin a review of everybody: what they may do now is kept as evidence. One can be open at a time. */
        post: operations["start_access_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access-reviews/asks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the last review asks to be changed and has not been yet. */
        get: operations["access_review_asks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access-reviews/{review_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a review in which everything was decided. */
        post: operations["close_access_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access-reviews/{review_id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide about some of the people in a review. Not about oneself. Can be changed until the review is closed. */
        post: operations["decide_access_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access-reviews/{review_id}/evidence.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The evidence of a review as a file for spreadsheets: what everybody could do, and what was decided. */
        get: operations["access_review_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access-reviews/{review_id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of the people in a review, by name. Looking is audited. */
        get: operations["access_review_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was asked for in the last three months, newest first. */
        get: operations["list_approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{approval_id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Consent to what a colleague asked for, or refuse. */
        post: operations["decide_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find entries, newest first. The search itself is audited.
         * @description A page may hold fewer items than asked for (even none) and still have a `next_cursor`: rare entries are looked for in
         *     steps.
         */
        get: operations["search_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export entries as CSV, for spreadsheets. The export itself is audited. */
        get: operations["export_csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export.fhir.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export entries as a Bundle of FHIR R4 AuditEvents after IHE BALP. The export itself is audited. */
        get: operations["export_fhir"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the log stands, with its signed checkpoint. */
        get: operations["audit_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verify the whole log: every row against its leaf, every leaf against the tree, the tree against the signed head. */
        post: operations["verify_audit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/{entry_id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove an entry's place in the log (C2SP tlog-proof), for an independent verifier. */
        get: operations["prove_audit_entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Emergency accesses that wait to be judged, oldest first. */
        get: operations["break_glass_queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/break-glass/{grant_id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge an emergency access, once. Not one's own. */
        post: operations["review_break_glass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/care/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who can be said to care for patients. */
        get: operations["care_colleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm an address by the link that was sent there. Good once. */
        post: operations["confirm_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one may mean: mailboxes of the house first. */
        get: operations["find_contacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's conversations, last changed first. What was said in them is on the members' devices only. */
        get: operations["list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Colleagues with whom one can converse, by name. */
        get: operations["conversation_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/socket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversations, live: a WebSocket.
         * @description Subprotocol `wardpost.conversation.1`: CBOR frames, described in `docs/conversations.md`. The request must come from a page
         *     of this origin, or say that it does. The connection does not extend the session; it ends with it. A session has six at
         *     most: when another opens, the oldest ends.
         */
        get: operations["conversation_socket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The house's own domains. */
        get: operations["list_domains"];
        put?: never;
        /** Add a domain of the house. */
        post: operations["add_domain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains/{domain}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a domain in which no mailbox is. */
        delete: operations["remove_domain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own drafts, last saved first. */
        get: operations["list_drafts"];
        put?: never;
        /** Begin a draft: empty, an answer, or to pass a message on. */
        post: operations["create_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's own drafts. */
        get: operations["get_draft"];
        /** Save a draft. */
        put: operations["save_draft"];
        post?: never;
        /** Throw a draft away. */
        delete: operations["discard_draft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Attach a file: the body is the file itself. */
        post: operations["attach_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an attached file. */
        delete: operations["detach_file"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/false-alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a finding in one's own draft as a false alarm. Changes nothing about the draft. `conflict` `finding_gone`,
         *     `too_many_reports`.
         */
        post: operations["report_draft_finding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Scan a draft and ask the gate. Nothing is stored. */
        post: operations["plan_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a draft. It is planned anew; `gate_blocked` and `confirmation_needed` (409) carry the plan. */
        post: operations["send_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{draft_id}/send-anyway": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a draft anyway, where policy lets its sender: by the routes that it would have without those rules, never below what
         *     the routes themselves demand. `conflict` `nothing_to_override` when policy does not let it, or nothing stands against it.
         */
        post: operations["send_draft_anyway"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live events.
         * @description `event: change` carries a [`ChangeEvent`] as JSON; `event: resync` says that something may have been missed: refetch
         *     everything shown. A comment every 20 seconds is a sign of life. The stream does not extend the session; it ends with it.
         *     A session has six at most: when another opens, the oldest ends.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/false-alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The texts that were reported as false alarms and not decided on, most reported first. Audited. */
        get: operations["list_false_alarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/false-alarms/{alarm_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a reported text: exactly this text, as this kind, becomes an exception in the policy: a new version. `conflict`
         *     `would_expose` when it looks like a patient's; `not_one_line`.
         */
        post: operations["accept_false_alarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/false-alarms/{alarm_id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Dismiss a reported text: it stays a finding. Its reports are erased, its reporters are told. */
        post: operations["dismiss_false_alarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The review queue, who waits longest first. */
        get: operations["held_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a held message. Audited. */
        get: operations["held_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file of a held message. Audited. */
        get: operations["held_attachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a held message on, so that two do not judge it at once: for a quarter of an hour. `conflict` `claimed` when another
         *     colleague has it than the one who was seen.
         */
        post: operations["claim_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}/false-alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a finding in a held message as a false alarm. Changes nothing about the message. */
        post: operations["report_held_finding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a held message. The sender is told the reason. */
        post: operations["refuse_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/held/{message_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a held message go, by the plan that was made for it. `conflict` `mandate_over` when it was written on behalf of a colleague
         *     by a mandate that does not hold any more.
         */
        post: operations["release_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All identity providers. */
        get: operations["identity_providers"];
        put?: never;
        /** Add an identity provider. Needs that one proved oneself recently. */
        post: operations["add_identity_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at whoever is behind an issuer, before it is used. */
        post: operations["check_identity_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-providers/{provider_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change what holds for a provider. Its issuer stays. Once it is not active, the sessions that it began end. */
        put: operations["change_identity_provider"];
        post?: never;
        /** Remove a provider, and everybody's links to it. Nobody is removed; the sessions that it began end. */
        delete: operations["remove_identity_provider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept an invitation: sets password and authenticator app, or the first passkey. Then sign in. */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at an invitation. Burns nothing. */
        post: operations["open_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/strength": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Advice on the password of an invitation, while it is typed. Burns nothing. */
        post: operations["advise_invited"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All mailboxes of the house. */
        get: operations["list_mailboxes"];
        put?: never;
        /** Make a mailbox. */
        post: operations["create_mailbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a mailbox and who uses it. */
        put: operations["change_mailbox"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Numbers for the badges of a mailbox. */
        get: operations["mailbox_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages in a folder, newest first. */
        get: operations["list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open a message: marks it read; the reading is audited, and inside senders see it. */
        get: operations["read_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Mark, unmark or move a message. */
        patch: operations["change_message"];
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file of a message. Audited. */
        get: operations["message_attachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set until when guests can pick a message up. */
        put: operations["set_message_expiry"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/false-alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a finding in a message that was sent from a mailbox as a false alarm. `conflict` `not_sent` for any other message. */
        post: operations["report_sent_finding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message's HTML, made safe, as a document for a sandboxed frame.
         * @description For `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox">`. It has a Content-Security-Policy of its own;
         *     `x-wardpost-blocked` says how many remote pictures were left out.
         */
        get: operations["message_html"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/recall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw a message, where it can still be withdrawn. */
        post: operations["recall_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mailboxes/{mailbox_id}/messages/{message_id}/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a message that was sent from this mailbox, oldest first. */
        get: operations["message_trail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mandates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All mandates that were not ended. */
        get: operations["list_mandates"];
        put?: never;
        /** Let a colleague act in one's own mailbox, or with `delegation.manage` in another's. Both sides are told. */
        post: operations["give_mandate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mandates/choices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Between whom one may give mandates. */
        get: operations["mandate_choices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mandates/{mandate_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a mandate: either side, or with `delegation.manage` anybody. */
        delete: operations["end_mandate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who looked at one's own data, as a patient. */
        get: operations["my_access_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/access-log.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a file for spreadsheets. */
        get: operations["my_access_log_csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/app-passwords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Passwords of one's mail programs. */
        get: operations["app_passwords"];
        put?: never;
        /** Make a password for a mail program. Needs a recent second factor. */
        post: operations["create_app_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/app-passwords/{app_password_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraw a password of a mail program. */
        delete: operations["revoke_app_password"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put another authenticator app in the place of the old one. Needs a recent second factor; codes of field errors:
         *     `offer` `expired`, `code` `wrong`.
         */
        put: operations["replace_authenticator"];
        post?: never;
        /**
         * Take away the authenticator app, and with it the password and the recovery codes: passkeys are the only way in from then
         *     on. Needs a recent second factor; `409 conflict` with the detail `last_way_in` without a passkey.
         */
        delete: operations["drop_authenticator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/authenticator/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer a secret for another authenticator app. Needs a recent second factor (`POST /session/step-up`). */
        post: operations["offer_authenticator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own open emergency accesses. */
        get: operations["my_break_glass"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/care": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who cares for one, or for the patient for whom one acts. */
        get: operations["my_care"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the organisation keeps of one, or of the patient for whom one acts. */
        get: operations["my_details"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The browsers in which one has signed in, used last first. Signing in with another one is told by a notice. */
        get: operations["my_devices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a browser: its other sessions end, and the next sign-in with it is as with a new one. */
        delete: operations["forget_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identity-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own links to identity providers. */
        get: operations["my_links"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identity-links/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin linking one's account at a provider. Needs that one proved oneself recently; finished by
         *     `POST /session/provider/finish`.
         */
        post: operations["begin_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identity-links/{link_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one's own link. Needs that one proved oneself recently; sessions that it began end. `conflict` `last_way_in` without
         *     password and passkey.
         */
        delete: operations["remove_link"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/language": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Choose the language. */
        put: operations["set_language"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/mandates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mandates that one gave or holds, also those that ended in the last three months. */
        get: operations["my_mandates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own passkeys, newest first. */
        get: operations["my_passkeys"];
        put?: never;
        /** Add a passkey. Needs that one proved oneself recently. */
        post: operations["add_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin adding a passkey. Needs that one proved oneself recently (`POST /session/step-up`). */
        post: operations["new_passkey_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey. Needs that one proved oneself recently; sessions that it began end. `conflict` `last_way_in` when
         *     nothing else would be left to sign in with.
         */
        delete: operations["remove_passkey"];
        options?: never;
        head?: never;
        /** Give a passkey another name. */
        patch: operations["rename_passkey"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the password. Codes of field errors: `too_short`, `too_long`, `blocklisted`, `context_word`. */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password/strength": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Advice on a new password, while it is typed. Nothing is kept. */
        post: operations["advise_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/proxies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who acts for one, and for whom one acts. */
        get: operations["my_proxies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/proxies/{proxy_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a proxy: the patient, or who acts. */
        delete: operations["give_up_proxy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/proxies/{proxy_id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Consent to being acted for. */
        post: operations["consent_to_proxy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes; the old ones are void. Needs a recent second factor (`POST /session/step-up`). */
        post: operations["renew_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own open sessions, newest first. */
        get: operations["my_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own sessions. */
        delete: operations["end_my_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was checked of oneself. */
        get: operations["my_verification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/verification/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a link to one's own sign-in address, to confirm it. Good for 15 minutes; `409 conflict` with the detail `inside` for
         *     an address of the organisation.
         */
        post: operations["ask_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/verification/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a code to a mobile number that is to be one's own. Needs a recent second factor. */
        post: operations["ask_phone"];
        /** Forget one's mobile number. */
        delete: operations["forget_phone"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/verification/phone/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm one's mobile number. Codes of field errors: `code` `wrong`, `expired` (also after five tries). */
        post: operations["confirm_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oidc/backchannel-logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For identity providers: somebody has signed out there, so their sessions here end. */
        post: operations["backchannel_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/partners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The partners. */
        get: operations["list_partners"];
        put?: never;
        /** Add a partner. */
        post: operations["add_partner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/partners/{partner_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a partner. */
        put: operations["change_partner"];
        post?: never;
        /** Remove a partner. */
        delete: operations["remove_partner"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/partners/{partner_id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a partner's mail servers now. */
        post: operations["check_partner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find patients. A search is audited; patients to whom nothing ties the reader are shown by initials. */
        get: operations["find_patients"];
        put?: never;
        /** Register a patient. Letters that name one of the numbers are about the patient from then on. */
        post: operations["register_patient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A patient's page. Audited, with the ground on which it was opened; without a ground only initials. */
        get: operations["get_patient"];
        /** Change a patient's administrative data. */
        put: operations["change_patient"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who looked at a patient's data. Looking is itself audited. */
        get: operations["patient_access_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Tie a patient to their own account, after their identity was checked. */
        put: operations["set_patient_account"];
        post?: never;
        /** Untie a patient from their account: it shows nothing of the patient any more. */
        delete: operations["remove_patient_account"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take emergency access to a patient, for a time. Audited, told to the privacy officers at once, seen by the patient. */
        post: operations["take_break_glass"];
        /** End one's own emergency access to a patient before its time. */
        delete: operations["end_break_glass"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/identity-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record by what a patient's identity was checked: the kind of document, never its number. */
        post: operations["check_patient_identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/openers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who can open something about a patient now, and on which ground. Asking is audited. */
        get: operations["who_can_open_patient"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/proxies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who acts for a patient, also until lately. */
        get: operations["patient_proxies"];
        put?: never;
        /** Register that somebody acts for a patient from today on. */
        post: operations["register_proxy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/relations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who cares for a patient now, or will. */
        get: operations["patient_relations"];
        put?: never;
        /** Say that somebody, or a team, cares for a patient. Not of oneself. */
        post: operations["create_relation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/verification/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to the mobile number on a patient's record, which they read out. `409 conflict` with the detail
         *     `no_telephone` without one.
         */
        post: operations["ask_patient_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patients/{patient_id}/verification/phone/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm a patient's mobile number by the code that they read out. */
        post: operations["confirm_patient_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People, by name. */
        get: operations["list_people"];
        put?: never;
        /** Invite a person. */
        post: operations["create_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Acts on many people that can still be taken back, newest first. */
        get: operations["list_bulk_acts"];
        put?: never;
        /** Do something to many people, in one step. Who has changed since the preview is left out. */
        post: operations["run_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/bulk/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would happen to everybody. Changes nothing. */
        post: operations["preview_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/bulk/{bulk_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take an act back, within half an hour, for everybody who has not changed since. */
        post: operations["undo_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Imports of the last thirty days, newest first. */
        get: operations["list_imports"];
        put?: never;
        /** Invite everybody in a list. */
        post: operations["run_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/import/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a list before importing it: what is wrong with each row. Changes nothing. */
        post: operations["preview_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/import/template.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An empty list to begin with, for spreadsheets: with a byte order mark, without which some take it for another encoding. */
        get: operations["import_template"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/import/{import_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take an import back: whoever has not accepted the invitation is gone; others stay. */
        post: operations["undo_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A person. */
        get: operations["get_person"];
        /** Change a person's data. */
        put: operations["change_person"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable a person: all sessions end, mail programs are refused. */
        post: operations["disable_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable a person again. */
        post: operations["enable_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/identity-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record by what a colleague's identity was checked. Nobody checks their own (`409 conflict`, `own_account`). */
        post: operations["check_identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invite a person anew: for a first sign-in, or when password or second factor are lost. The old ones are void. */
        post: operations["invite_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/kept-by": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Hand somebody's account over to the identity provider, or take it back. */
        put: operations["set_kept_by"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would happen if somebody left. Changes nothing. */
        get: operations["preview_leave"];
        put?: never;
        /** Let somebody leave: access ends on every node at once, mailboxes are handed over, everything written is kept. */
        post: operations["leave"];
        /** Take a planned leave back. */
        delete: operations["cancel_leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Somebody's passkeys. Needs `person.read`. */
        get: operations["passkeys_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove somebody's passkey: a lost security key, say. Needs `person.manage`. */
        delete: operations["remove_passkey_of"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/password-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask somebody for another password: their sessions end, and their next sign-in by password asks for another one.
         *     `409 conflict` with the detail `no_password` where there is none.
         */
        post: operations["demand_password_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the recovery of an account that is in use. A colleague must consent. */
        post: operations["ask_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What somebody may do, and why. One's own needs no permission. Looking is audited. */
        get: operations["person_rights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say which roles a person holds. Works at once, in open sessions too. */
        put: operations["set_person_roles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/roles/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for roles for a person that one can't give alone: they hold rights over others. A colleague must consent. */
        post: operations["ask_roles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A person's open sessions. */
        get: operations["person_sessions"];
        put?: never;
        post?: never;
        /** End all of a person's sessions. */
        delete: operations["end_person_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{person_id}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was checked of a colleague. */
        get: operations["verification_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every permission there is, in the order of the screens. */
        get: operations["list_permissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file. The sender's trail shows it. */
        get: operations["pickup_attachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a one-time code to the guest's telephone. */
        post: operations["pickup_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the message. The sender sees that it was opened. */
        get: operations["pickup_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/message/html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The message's HTML, made safe, as a document for a sandboxed frame. */
        get: operations["pickup_html"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at the door of a link. Burns nothing: mail scanners may do it. */
        post: operations["open_pickup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer the sender. */
        post: operations["reply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/reply-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Attach a file to the answer being written: the body is the file itself. */
        post: operations["attach_to_reply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/reply-files/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a file from the answer being written. */
        delete: operations["detach_from_reply"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Close the message. */
        delete: operations["end_pickup_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pickup/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the second factor: begins a session (cookie) for this one message. */
        post: operations["verify_pickup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy in force. */
        get: operations["get_policy"];
        /** Change the policy: a new version, in force at once. */
        put: operations["put_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a policy on a sample before it is put in force. Nothing is stored, logged or audited. */
        post: operations["try_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policy/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last 50 versions of the policy, newest first. */
        get: operations["policy_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/provisioned-roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles that programs could give, by name. */
        get: operations["list_provisioned_roles"];
        /** Let programs give exactly these roles. Needs a recent second factor. */
        put: operations["set_provisioned_roles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proxies/{proxy_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a proxy at the front desk. What it opened closes at once. */
        delete: operations["end_proxy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proxies/{proxy_id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write down, at the front desk, that the patient consented. */
        post: operations["record_proxy_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recover one's account with both halves. Everything that one came in with before ends. */
        post: operations["use_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/relations/{relation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a relation. What it opened closes at once. */
        delete: operations["end_relation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many messages were looked through, what was found in them and what was done: numbers only. Audited. */
        get: operations["findings_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/findings.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report as CSV, for spreadsheets. Audited. */
        get: operations["findings_report_csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rights/who": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may do something now, by name. Asking is audited. */
        get: operations["who_can"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles. */
        get: operations["list_roles"];
        put?: never;
        /** Make a role. */
        post: operations["create_role"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a role. Works at once, in open sessions too. */
        put: operations["change_role"];
        post?: never;
        /** Remove a role that nobody holds. */
        delete: operations["delete_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role_id}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for permissions in a role that people hold, which one can't put there alone. A colleague must consent who does not
         *     hold it.
         */
        post: operations["ask_role_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scim-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What programs asked last, newest first. */
        get: operations["list_scim_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The security policy in force. */
        get: operations["get_security"];
        /** Change the security policy: a new version, in force at once. */
        put: operations["put_security"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security-policy/client-authorities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The authorities of client certificates that zones can go by. */
        get: operations["client_authorities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security-policy/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last 200 versions of the security policy, newest first. */
        get: operations["security_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The accounts of programs, by name. */
        get: operations["list_service_accounts"];
        put?: never;
        /** Make the account of a program, with the ready-made role for provisioning. */
        post: operations["create_service_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last 200 tokens of programs, newest first. Their secrets are not kept. */
        get: operations["list_service_tokens"];
        put?: never;
        /** Make a token for a program. Needs a recent second factor. */
        post: operations["create_service_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service-tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraw a token: the next request with it is refused. */
        delete: operations["revoke_service_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where this browser stands. */
        get: operations["get_session"];
        put?: never;
        /** Sign in, first step: login and password. The answer and its time do not tell whether the login exists. */
        post: operations["sign_in"];
        /** Sign out. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/act-for": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act for a patient from now on in this session, or for nobody any more. */
        post: operations["act_for"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a passkey, in one step. The answer does not tell what was wrong. */
        post: operations["sign_in_with_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What to ask passkeys for a sign-in. Good for five minutes; nothing is remembered here. */
        post: operations["passkey_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose another password where `GET /session` says `change_password`, and be signed in. The session gets another cookie.
         *     Codes of field errors: those of `POST /me/password`, and `same`.
         */
        post: operations["choose_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password/strength": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Advice on the password that is to be chosen, while it is typed. Nothing is kept. */
        post: operations["advise_changing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/provider/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish what was begun with a provider: what was begun decides what comes of it. `forbidden` with `provider_unknown`,
         *     `provider_link_first`, `provider_single_factor`, `provider_linked` or `provider_other_account` tells somebody whom the provider
         *     has proved why they can't come in.
         */
        post: operations["finish_provider_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/provider/{provider_id}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin signing in by an identity provider. Good for ten minutes, in this browser, once. */
        post: operations["begin_provider_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in, second step: the second factor. The session gets another cookie. Who must choose another password is not signed in
         *     yet (`change_password`); whose role demands a security key is asked for one first (`enrol_key`), or refused as by a wrong
         *     code once they have one.
         */
        post: operations["second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/security-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add the security key that one's role demands. The sign-in ends, and with it all of one's sessions: from now on one signs in
         *     with the key. A passkey that is copied to other devices does not do (`synced`).
         */
        post: operations["add_security_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/security-key/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin adding the security key that one's role demands (`GET /session` says `enrol_key`). */
        post: operations["security_key_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove oneself anew, for acts that want it (`403 forbidden` with such a detail). The session gets another cookie, and with
         *     it another CSRF value: read it from `GET /session`.
         */
        post: operations["step_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/step-up/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What to ask one's passkeys to prove oneself anew (`POST /session/step-up`). */
        post: operations["step_up_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/step-up/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin proving oneself anew at an identity provider where one's account is linked; finished by
         *     `POST /session/provider/finish`, in this session.
         */
        post: operations["begin_provider_step_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/touch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Somebody is there: the idle time starts anew.
         * @description So it does with everything that changes something; not with reading and live events.
         */
        post: operations["touch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody's open sessions, newest first. */
        get: operations["all_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All care teams. */
        get: operations["list_teams"];
        put?: never;
        /** Make a care team. One can't put oneself in. */
        post: operations["create_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a care team. Who is no member any more sees its patients no longer. */
        put: operations["change_team"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles that provisioning may give. */
        get: operations["scim_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["scim_group"];
        /** Give a role to exactly these people of provisioning. */
        put: operations["scim_replace_group"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Give a role to people, or take it from them. */
        patch: operations["scim_patch_group"];
        trace?: never;
    };
    "/scim/v2/ResourceTypes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of resources (RFC 7643, 6). */
        get: operations["scim_resource_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/ResourceTypes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A kind of resources. */
        get: operations["scim_resource_type"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The forms of resources (RFC 7643, 7). */
        get: operations["scim_schemas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Schemas/{urn}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The form of a kind of resources. */
        get: operations["scim_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/ServiceProviderConfig": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server can do (RFC 7643, 5). */
        get: operations["scim_provider_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people whom provisioning keeps. */
        get: operations["scim_users"];
        put?: never;
        /** Make somebody, invited. Who was removed before comes back under the same id. */
        post: operations["scim_create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/v2/Users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["scim_user"];
        /** Set everything of somebody. What is not said of `active` and `preferredLanguage` stays as it is. */
        put: operations["scim_replace_user"];
        post?: never;
        /** Somebody is gone: they leave. Access ends at once; what they wrote is kept. */
        delete: operations["scim_remove_user"];
        options?: never;
        head?: never;
        /** Change some of it; all operations or none. */
        patch: operations["scim_patch_user"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A password and the first code of the authenticator app; or a passkey in place of both. */
        AcceptInvitation: {
            token: string;
            password?: string | null;
            totp_code?: string | null;
            passkey?: components["schemas"]["NewPasskey"] | null;
        };
        /** @description As [`RecoveryCodes`], under the name that this operation has always had. */
        AcceptedInvitation: {
            recovery_codes: string[];
        };
        /** @description Who looked at a patient's data, newest first. */
        AccessLog: {
            /** @description The organisation whose log it is. */
            organisation: string;
            items: components["schemas"]["Look"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description An access review. */
        AccessReview: {
            id: components["schemas"]["ReviewId"];
            /** Format: date-time */
            started_at: string;
            /**
             * Format: date-time
             * @description When it should be done.
             */
            due_at: string;
            /** Format: date-time */
            closed_at: string | null;
            started_by: string;
            /** @description How many people are in it. */
            people: number;
            /** @description On how many nobody has decided yet. */
            open: number;
            /** @description For how many something is to change. */
            changes: number;
        };
        /** @description All access reviews. */
        AccessReviews: {
            /** @description Newest first. */
            items: components["schemas"]["AccessReview"][];
            /**
             * Format: date-time
             * @description When the next is to begin.
             */
            next_due_at: string;
            /**
             * Format: int32
             * @description Months between two, by the security policy.
             */
            months: number;
        };
        /** @description How tightly access to what is about patients follows care. */
        AccessRules: {
            /**
             * @description Only who has a ground opens what is about a patient. Off: whoever may use the mailbox.
             * @default true
             */
            strict: boolean;
            /**
             * @description Who wrote a message, and to whose own mailbox it was written, opens it.
             * @default true
             */
            correspondence: boolean;
            /**
             * @description Users of mailboxes on duty open what lies in them.
             * @default true
             */
            duty: boolean;
            /**
             * Format: int32
             * @description Minutes that emergency access lasts (5 to 720).
             * @default 60
             */
            break_glass_minutes: number;
            /**
             * Format: int32
             * @description Most days that somebody may stand in (1 to 366).
             * @default 42
             */
            cover_days_max: number;
        };
        /** @description For whom to act. */
        ActFor: {
            patient_id: components["schemas"]["PatientId"] | null;
        };
        /** @description For which patient a session acts. */
        Acting: {
            patient_id: components["schemas"]["PatientId"];
            name: string;
            /** @description What it opens. */
            scope: components["schemas"]["ProxyScope"][];
            /** @description It does not hold any more: nothing opens until the person goes on as themselves. */
            over: boolean;
        };
        /**
         * @description What the gate decided, from mildest to strictest.
         * @enum {string}
         */
        Action: "send" | "protect" | "hold" | "block";
        /** @description What holds from an age on, until the next band begins. */
        AgeBand: {
            /**
             * Format: int32
             * @description Whole years of age (0 to 30).
             */
            from_years: number;
            /** @description Whether a parent may act. */
            parent: components["schemas"]["ParentRule"];
        };
        /** @description From which age on who may act for a patient. The defaults are Dutch law (WGBO, Burgerlijk Wetboek 7:447, 7:450, 7:465). */
        AgeRules: {
            /**
             * @description The time zone by whose midnight days begin and birthdays come, by its IANA name.
             * @default Europe/Amsterdam
             */
            time_zone: string;
            /**
             * @description The bands, by age; the first begins at 0.
             * @default [
             *       {
             *         "from_years": 0,
             *         "parent": "acts"
             *       },
             *       {
             *         "from_years": 12,
             *         "parent": "with_consent"
             *       },
             *       {
             *         "from_years": 16,
             *         "parent": "only_by_mandate"
             *       }
             *     ]
             */
            bands: components["schemas"]["AgeBand"][];
        };
        /** @description What would become of a message if its sender sent it anyway. */
        Anyway: {
            /** @description By which route: never below what the route itself demands. */
            route: components["schemas"]["Route"];
            /** @description What policy would still do. */
            action: components["schemas"]["Action"];
        };
        /** @description A password of a mail program. */
        AppPassword: {
            id: components["schemas"]["AppPasswordId"];
            /** @description What its owner calls the device. */
            label: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
        };
        /**
         * Format: uuid
         * @description A device password for mail programs.
         */
        AppPasswordId: string;
        /** @description Something that was asked for. */
        Approval: {
            id: components["schemas"]["ApprovalId"];
            kind: components["schemas"]["ApprovalKind"];
            /** @description Name of the person whom it is about, or of the role. */
            about_name: string;
            /** @description Login of the person: names may be the same. */
            about_login?: string | null;
            asked_by_name: string;
            /** @description Login of who asked. */
            asked_by_login: string;
            /** Format: date-time */
            asked_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description `open`, `given`, `refused`, `withdrawn`, `used` or `expired`. */
            state: string;
            decided_by_name?: string | null;
            proof?: components["schemas"]["IdentityProof"] | null;
            change?: components["schemas"]["RightsChange"] | null;
            reason: string;
            /** @description Whether it is for whoever looks to decide: they neither asked, nor is it about them. */
            may_decide: boolean;
        };
        /** @description A decision with the other half. */
        ApprovalDecided: {
            approval: components["schemas"]["Approval"];
            /** @description Of a recovery: to be told to the person by who consented; shown once. Absent when it was refused. */
            code?: string | null;
        };
        /**
         * Format: uuid
         * @description Something that one person asks for and another must consent to.
         */
        ApprovalId: string;
        /**
         * @description What was asked for.
         * @enum {string}
         */
        ApprovalKind: "recovery" | "roles" | "role";
        /**
         * Format: uuid
         * @description A file that belongs to a draft or a message.
         */
        AttachmentId: string;
        /** @description An attachment's description; the bytes lie sealed elsewhere. */
        AttachmentMeta: {
            /** @description Its id. */
            id: components["schemas"]["AttachmentId"];
            /** @description File name, cleaned of paths and control characters. */
            file_name: string;
            /** @description Media type as declared. */
            media_type: string;
            /**
             * Format: int64
             * @description Size in bytes.
             */
            size: number;
            /** @description Content-ID without brackets, where the HTML refers to it. */
            content_id?: string | null;
        };
        /** @description Who acted. */
        AuditAgent: {
            /** @description Who. */
            id: components["schemas"]["PersonId"];
            /** @description In which roles. */
            roles: string[];
            /** @enum {string} */
            kind: "person";
        } | {
            /** @enum {string} */
            kind: "guest";
        } | {
            /** @enum {string} */
            kind: "peer";
        } | {
            /** @enum {string} */
            kind: "system";
        };
        /** @description The sealed part: personal details, in words that a privacy officer can read. */
        AuditDetails: {
            /** @description Name of the agent at that time (person's name, guest's address, peer's host). */
            agent_name?: string | null;
            /** @description On whose behalf (a mailbox's address, a delegating person). */
            on_behalf_of?: string | null;
            /** @description The patient whose data it is. */
            patient?: string | null;
            /** @description On which ground the patient's data was opened (NL-06), by its stable name. */
            ground?: string | null;
            /** @description Network address of the agent. */
            network?: string | null;
            /** @description Why: a reason that the agent gave, or that the gate gave. */
            why?: string | null;
            /** @description Request or SMTP session id. */
            request_id?: string | null;
            /** @description Anything else, named. */
            more?: {
                [key: string]: string;
            };
        };
        /** @description An entry as a privacy officer reads it. */
        AuditEntry: {
            /** @description Its id. */
            id: components["schemas"]["AuditId"];
            /**
             * Format: int64
             * @description Its place in the log; none until the sequencer has given it one (a moment after the act).
             */
            seq?: number | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What. */
            kind: components["schemas"]["AuditKind"];
            /** @description Who. */
            agent: components["schemas"]["AuditAgent"];
            object?: components["schemas"]["AuditObject"] | null;
            /** @description How it ended. */
            outcome: components["schemas"]["Outcome"];
            details?: components["schemas"]["AuditDetails"] | null;
        };
        /**
         * Format: uuid
         * @description An entry of the audit log.
         */
        AuditId: string;
        /**
         * @description What happened: a closed set. The wire name is `object.verb` and never changes its meaning.
         * @enum {string}
         */
        AuditKind: "server.started" | "server.stopped" | "org.created" | "sign_in.password" | "sign_in.second_factor" | "sign_in.passkey" | "sign_in.provider" | "sign_in.suspicious" | "sign_in.new_device" | "sign_in.sign_out" | "session.ended" | "approval.asked" | "approval.decided" | "recovery.used" | "credential.changed" | "passkey.added" | "passkey.changed" | "passkey.removed" | "device.forgotten" | "identity_link.created" | "identity_link.removed" | "identity_provider.created" | "identity_provider.changed" | "identity_provider.removed" | "app_password.created" | "app_password.revoked" | "submission.sign_in" | "zone.refused" | "person.created" | "person.changed" | "person.imported" | "person.verified" | "person.removed" | "person.left" | "token.created" | "token.revoked" | "provisioning.changed" | "scim.request" | "person.roles_changed" | "review.started" | "review.decided" | "review.closed" | "bulk.done" | "bulk.undone" | "rights.read" | "role.created" | "role.changed" | "role.deleted" | "mailbox.created" | "mailbox.changed" | "domain.added" | "domain.removed" | "partner.added" | "partner.changed" | "partner.removed" | "policy.changed" | "false_alarm.reported" | "false_alarm.read" | "false_alarm.decided" | "report.read" | "report.exported" | "security.changed" | "contact.changed" | "draft.created" | "draft.discarded" | "message.sent" | "message.blocked" | "message.held" | "message.sent_anyway" | "message.claimed" | "message.released" | "message.refused" | "message.reviewed" | "message.received" | "message.read" | "attachment.read" | "message.moved" | "message.recalled" | "message.expiry_changed" | "delivery.done" | "delivery.deferred" | "delivery.failed" | "delivery.fell_back" | "pickup.notified" | "pickup.code_sent" | "pickup.verified" | "pickup.locked" | "pickup.read" | "pickup.attachment_read" | "pickup.replied" | "pickup.expired" | "conversation_keys.changed" | "conversation_device.added" | "conversation_device.removed" | "conversation_backup.changed" | "conversation.created" | "conversation.members_changed" | "conversation.closed" | "conversation.reopened" | "audit.searched" | "audit.exported" | "patient.created" | "patient.changed" | "patient.verified" | "patient.read" | "patient.searched" | "relation.created" | "relation.ended" | "team.changed" | "mandate.created" | "mandate.ended" | "proxy.created" | "proxy.changed" | "proxy.ended" | "proxy.acting" | "access.break_glass" | "access.break_glass_ended" | "access.break_glass_reviewed" | "access.log_read" | "access.denied";
        /** @description How the log stands. */
        AuditLog: {
            /** @description Name of the log. */
            origin: string;
            /**
             * Format: int64
             * @description Entries in the tree.
             */
            size: number;
            /** @description Root over them, base64. */
            root: string;
            /** @description The signed checkpoint (C2SP tlog-checkpoint). */
            checkpoint: string;
            /** @description The public key, in signed-note form. */
            verifier_key: string;
            /**
             * Format: int64
             * @description Entries that wait for their place.
             */
            pending: number;
        };
        /** @description The plain, pseudonymous part of an entry: what may be searched. Goes into the log's leaf. */
        AuditObject: {
            /** @description `message`, `person`, `policy` … */
            kind: string;
            /** @description The object's id. */
            id: string;
        };
        /** @description A page of audit entries. */
        AuditPageView: {
            /** @description The entries, newest first. */
            items: components["schemas"]["AuditEntry"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Entries that were altered so that they can't be shown. `POST /audit/verify` names them.
             */
            damaged: number;
        };
        /** @description Something wrong in the log. */
        AuditProblem: {
            /**
             * Format: int64
             * @description Place in the log, where it is known.
             */
            seq?: number | null;
            entry_id?: components["schemas"]["AuditId"] | null;
            /** @description In words. */
            what: string;
        };
        /** @description What verification found. */
        AuditVerification: {
            /** @description The log is sound. */
            ok: boolean;
            /**
             * Format: int64
             * @description Entries that the signed head speaks of.
             */
            size: number;
            /**
             * Format: int64
             * @description Entries looked at.
             */
            checked: number;
            /** @description What is wrong; at most a hundred. */
            problems: components["schemas"]["AuditProblem"][];
            /**
             * Format: int64
             * @description Entries whose personal details are gone; sound only where they were erased on purpose.
             */
            erased: number;
            /** @description Which they are; at most a hundred. */
            erased_entries: components["schemas"]["AuditId"][];
        };
        /** @description A secret for another authenticator app. Nothing has changed until its first code came back. */
        AuthenticatorOffer: {
            totp: components["schemas"]["TotpSecret"];
            /** @description To be given back with the first code. */
            offer: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description An offer and the first code of the app that took it. */
        AuthenticatorTaken: {
            offer: string;
            code: string;
        };
        /**
         * Format: base64url
         * @description Bytes in base64url, without padding.
         */
        Base64Url: string;
        /** @description What is to be done to many people. */
        BulkAct: {
            role_id: components["schemas"]["RoleId"];
            /** @enum {string} */
            kind: "give_role";
        } | {
            role_id: components["schemas"]["RoleId"];
            /** @enum {string} */
            kind: "take_role";
        } | {
            /** @enum {string} */
            kind: "end_sessions";
        } | {
            /** @enum {string} */
            kind: "disable";
        } | {
            /** @enum {string} */
            kind: "invite";
        } | {
            mailbox_id: components["schemas"]["MailboxId"];
            /** @enum {string} */
            kind: "add_to_mailbox";
        } | {
            team_id: components["schemas"]["TeamId"];
            /** @enum {string} */
            kind: "add_to_team";
        };
        /** @description An act that can still be taken back. */
        BulkEntry: {
            id: components["schemas"]["BulkId"];
            /** @description `give_role`, `take_role`, `disable`, `add_to_mailbox`, `add_to_team`. */
            act: string;
            /** @description Name of the role, mailbox or team. */
            object: string | null;
            /** @description To how many. */
            people: number;
            /** Format: date-time */
            at: string;
            by_name: string;
            /** Format: date-time */
            undo_until: string;
        };
        /**
         * Format: uuid
         * @description An act on many people at once.
         */
        BulkId: string;
        /** @description A new invitation of somebody. */
        BulkInvitation: {
            id: components["schemas"]["PersonId"];
            name: string;
            login: components["schemas"]["EmailAddress"];
            /** @description To be handed over; shown once. */
            invitation_link: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description Somebody in a preview or an outcome. */
        BulkLine: {
            id: components["schemas"]["PersonId"];
            name: string;
            /**
             * Format: int64
             * @description To be given back with the act.
             */
            version: number;
            outcome: components["schemas"]["BulkOutcome"];
            /**
             * @description Why not: `unknown`, `changed`, `own_account`, `own_roles`, `own_relation`, `yourself`, `disabled`, `has_access`,
             *     `service_account`, `sensitive_role`, `grants_more`, `last_administrator`, `too_many`, `too_many_asks`; when it is
             *     taken back `decided` as well.
             */
            code: string | null;
        };
        /** @description An act on many people. */
        BulkOrder: {
            act: components["schemas"]["BulkAct"];
            /** @description At most 500. */
            people: components["schemas"]["BulkPerson"][];
            /** @description Why; read where a second person must consent, who sees it. */
            reason?: string | null;
        };
        /**
         * @description What would happen to somebody, or did.
         * @enum {string}
         */
        BulkOutcome: "will" | "consent" | "already" | "refused";
        /** @description Somebody as the preview showed them. */
        BulkPerson: {
            id: components["schemas"]["PersonId"];
            /**
             * Format: int64
             * @description As in the preview: who has changed since is left out.
             */
            version: number;
        };
        /** @description An act to be looked at before it is done. */
        BulkQuestion: {
            act: components["schemas"]["BulkAct"];
            /** @description At most 500. */
            person_ids: components["schemas"]["PersonId"][];
        };
        /** @description What an act did. */
        BulkResult: {
            id: components["schemas"]["BulkId"];
            items: components["schemas"]["BulkLine"][];
            /**
             * Format: date-time
             * @description Until when it can be taken back; null where it can't.
             */
            undo_until: string | null;
            invitations: components["schemas"]["BulkInvitation"][];
        };
        /** @description People who care for patients together. */
        CareTeam: {
            id: components["schemas"]["TeamId"];
            name: string;
            members: components["schemas"]["PersonId"][];
            /** @description Their names, in the same order. */
            member_names: string[];
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description What is wrong with a cell. */
        CellProblem: {
            /** @description The column; empty for the row as a whole. */
            column: string;
            /**
             * @description `required`, `too_long`, `character`, `malformed`, `taken`, `duplicate`, `unknown`, `foreign_domain`, `sensitive`,
             *     `grants_more`, `columns`.
             */
            code: string;
        };
        /**
         * @description Why no authority vouches for a device.
         * @enum {string}
         */
        CertificateGap: "none" | "foreign" | "unsuitable" | "unchecked" | "not_yet" | "expired" | "revoked";
        /** @description What changed: the data of `event: change`. Refetch what is shown of it. */
        ChangeEvent: {
            /** @description Which. */
            mailbox_id: components["schemas"]["MailboxId"];
            /** @enum {string} */
            kind: "mailbox";
        } | {
            /** @description Which. */
            message_id: components["schemas"]["MessageId"];
            /** @description The mailbox it was sent from. */
            mailbox_id: components["schemas"]["MailboxId"];
            /** @enum {string} */
            kind: "message";
        } | {
            /** @enum {string} */
            kind: "drafts";
        } | {
            /** @enum {string} */
            kind: "held";
        } | {
            /** @enum {string} */
            kind: "care";
        } | {
            /** @enum {string} */
            kind: "session_ended";
        } | {
            /** @enum {string} */
            kind: "policy";
        };
        /** @description A provider as it is to be; without a secret it keeps the one that it has. */
        ChangedIdentityProvider: {
            settings: components["schemas"]["ProviderSettings"];
            client_secret?: string | null;
        };
        /**
         * @description How a number proves itself. Blanks and punctuation do not count.
         * @enum {string}
         */
        Checksum: "none" | "eleven" | "mod11" | "luhn" | "mod97" | "iso7064_11_2" | "iso7064_37_2";
        /** @description Who judges a message at the moment. */
        Claim: {
            /** @description Who. */
            by: components["schemas"]["PersonId"];
            name: string;
            /** Format: date-time */
            at: string;
            /** @description It is oneself. */
            own: boolean;
        };
        /** @description How often a claim was made. */
        ClaimCount: {
            claim: components["schemas"]["FalseAlarmClaim"];
            people: number;
        };
        /** @description Whom one saw judging it. */
        Claiming: {
            instead_of?: components["schemas"]["PersonId"] | null;
        };
        /** @description The authorities by whose certificates zones can go, as the operator configured them, and what the asking device shows. */
        ClientAuthorities: {
            /** @description Their names. */
            names: string[];
            /** @description Those that vouch for the device that asks. */
            own: string[];
            gap: components["schemas"]["CertificateGap"] | null;
        };
        /** @description The code that came by text message. */
        CodeGiven: {
            code: string;
        };
        /** @description A code that was sent. */
        CodeSent: {
            /** Format: int32 */
            valid_seconds: number;
            /**
             * Format: int32
             * @description When another one can be asked for.
             */
            resend_after_seconds: number;
        };
        /** @description Somebody who may care for patients. */
        Colleague: {
            id: components["schemas"]["PersonId"];
            name: string;
            function: string;
        };
        /** @description That a code is on its way. */
        ConfirmationCodeSent: {
            /** Format: int32 */
            valid_seconds: number;
            /**
             * Format: int32
             * @description When another one can be asked for.
             */
            again_seconds: number;
        };
        /** @description The token of a link. */
        ConfirmationToken: {
            token: string;
        };
        /** @description Yes or no. */
        Consent: {
            given: boolean;
        };
        /**
         * @description What kind of correspondent.
         * @enum {string}
         */
        ContactKind: "mailbox" | "contact" | "partner";
        /** @description Somebody to write to. */
        ContactLine: {
            /** @description Tells lines apart; no object's id in every case. */
            id: string;
            party: components["schemas"]["Party"];
            phone?: components["schemas"]["PhoneNumber"] | null;
            /** @description The same, last digits only. */
            phone_masked?: string | null;
            /** @description A secret was agreed with this recipient. */
            has_secret: boolean;
            /** @description A mailbox of the house. */
            in_house: boolean;
            kind: components["schemas"]["ContactKind"];
        };
        /**
         * Format: uuid
         * @description A conversation; also its group's id.
         */
        ConversationId: string;
        /**
         * @description Who is in a conversation of which kind.
         * @enum {string}
         */
        ConversationKind: "direct" | "group" | "patient";
        /** @description A conversation, without anything that was said in it. */
        ConversationLine: {
            id: components["schemas"]["ConversationId"];
            kind: components["schemas"]["ConversationKind"];
            patient_id: components["schemas"]["PatientId"] | null;
            /** @description Whether something can be added. */
            open: boolean;
            /** @description Whether one is in it now; otherwise what was said until then can be read. */
            member: boolean;
            /**
             * Format: int32
             * @description Messages of others that one hasn't read.
             */
            unread: number;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When something last happened in it.
             */
            changed_at: string;
            members: components["schemas"]["ConversationMember"][];
        };
        /** @description Somebody in a conversation. */
        ConversationMember: {
            person_id: components["schemas"]["PersonId"];
            name: string;
            /** @description Profession or function. */
            function: string;
            role: components["schemas"]["ConversationRole"];
            /** @description Whether they are in it now. */
            present: boolean;
        };
        /**
         * @description As what somebody is in a conversation.
         * @enum {string}
         */
        ConversationRole: "staff" | "patient" | "custodian";
        /** @description Of whom an account is made at the first sign-in. */
        CreateRule: {
            /** @description Only with an address, which the provider has verified, in one of these domains. */
            domains: components["schemas"]["Domain"][];
            /** @description Roles that everybody gets. */
            role_ids: components["schemas"]["RoleId"][];
            /** @description A personal mailbox of that address is made as well, if its domain is the organisation's own. */
            mailbox: boolean;
        };
        /** @description Why. */
        Decision: {
            reason?: string | null;
        };
        /**
         * @description Where a message would go, as policy sees it.
         * @enum {string}
         */
        Destination: "inside" | "partner" | "verified_tls" | "pickup";
        /** @description A browser in which one has signed in. */
        Device: {
            id: components["schemas"]["DeviceId"];
            /** @description The browser that asks. */
            current: boolean;
            /**
             * Format: date-time
             * @description The first sign-in with it.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The last sign-in with it.
             */
            last_seen_at: string;
            /** @description What it calls itself. */
            user_agent: string | null;
        };
        /**
         * Format: uuid
         * @description A browser in which somebody has signed in.
         */
        DeviceId: string;
        /** @description What a device is called. */
        DeviceLabel: {
            label: string;
        };
        /**
         * @description Which way a message went.
         * @enum {string}
         */
        Direction: "outgoing" | "inside" | "incoming";
        /** @example clinic.example */
        Domain: string;
        /** @description A domain of the house. */
        DomainLine: {
            domain: components["schemas"]["Domain"];
            /** Format: date-time */
            added_at: string;
        };
        /** @description A message being written. */
        Draft: {
            id: components["schemas"]["DraftId"];
            /**
             * Format: int32
             * @description To be sent in `If-Match` with the next save.
             */
            version: number;
            mailbox_id: components["schemas"]["MailboxId"];
            recipients: components["schemas"]["DraftRecipient"][];
            subject: string;
            text: string;
            /** @description The patient it is about. */
            patient?: string | null;
            /** @description Pick-up for every outside recipient, even where TLS would do. */
            ask_pickup: boolean;
            /**
             * Format: int32
             * @description Days until a pick-up expires; policy's number when absent.
             */
            expires_days?: number | null;
            in_reply_to?: components["schemas"]["MessageId"] | null;
            files: components["schemas"]["AttachmentMeta"][];
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A draft as it is to be saved. */
        DraftContent: {
            mailbox_id?: components["schemas"]["MailboxId"] | null;
            recipients: components["schemas"]["RecipientContent"][];
            subject: string;
            text: string;
            patient?: string | null;
            ask_pickup?: boolean;
            /** Format: int32 */
            expires_days?: number | null;
        };
        /**
         * Format: uuid
         * @description A message being written.
         */
        DraftId: string;
        /** @description A line of the list of drafts. */
        DraftLine: {
            id: components["schemas"]["DraftId"];
            /** @description From which mailbox it will be sent. */
            mailbox_id: components["schemas"]["MailboxId"];
            subject: string;
            to: components["schemas"]["Party"][];
            /** Format: date-time */
            updated_at: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A recipient of a draft. */
        DraftRecipient: {
            party: components["schemas"]["Party"];
            kind: components["schemas"]["RecipientKind"];
            phone?: components["schemas"]["PhoneNumber"] | null;
            /** @description An agreed secret was given. It is never served. */
            secret_set: boolean;
            /** @description The sender has confirmed this first-time recipient. */
            confirmed: boolean;
        };
        /**
         * @description Without what.
         * @enum {string}
         */
        DraftWithout: "names" | "details" | "names_and_details" | "files";
        /** @description A permission that somebody has, or has not. */
        EffectiveRight: {
            permission: components["schemas"]["Permission"];
            allowed: boolean;
            /** @description Why: each of these alone would do. */
            sources: components["schemas"]["RightSource"][];
            taken_by: components["schemas"]["RightSource"] | null;
        };
        /** @example a.jansen@clinic.example */
        EmailAddress: string;
        /**
         * @description How it stands with somebody's sign-in address.
         * @enum {string}
         */
        EmailState: "inside" | "confirmed" | "open";
        /** @description An emergency access that was taken. */
        EmergencyAccess: {
            id: components["schemas"]["GrantId"];
            /** Format: date-time */
            ends_at: string;
        };
        /** @description An emergency access that waits to be judged. */
        EmergencyLine: {
            id: components["schemas"]["GrantId"];
            patient_id: components["schemas"]["PatientId"];
            patient_name: string;
            person_id: components["schemas"]["PersonId"];
            person_name: string;
            reason: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ends_at: string;
            /** @description It is one's own: somebody else judges it. */
            own: boolean;
        };
        /** @description Why emergency access is needed. The privacy officer and the patient will read it. */
        EmergencyReason: {
            /** @description At least ten letters. */
            reason: string;
        };
        /** @description A judgement. */
        EmergencyReview: {
            verdict: components["schemas"]["EmergencyVerdict"];
            /** @description Needed where it was not right. Who took the access reads it. */
            note?: string;
        };
        /**
         * @description What is judged.
         * @enum {string}
         */
        EmergencyVerdict: "justified" | "not_justified";
        /** @description Until when. */
        Expiry: {
            /** Format: date-time */
            expires_at: string;
        };
        /** @description A second factor: one of the two. */
        FactorGiven: {
            /** @description What the authenticator app shows. */
            code?: string | null;
            /** @description One of the codes kept on paper; good once. */
            recovery_code?: string | null;
        };
        /**
         * @description A second factor.
         * @enum {string}
         */
        FactorMethod: "totp" | "recovery_code";
        /** @description A text that was reported as a false alarm. */
        FalseAlarm: {
            /** @description Of its oldest report: names the text. */
            id: components["schemas"]["FalseAlarmId"];
            text: string;
            kind: components["schemas"]["FindingKind"];
            /** @description Why it was found: the detector's code. */
            reason: string;
            /** @description How many people reported it. */
            people: number;
            claims: components["schemas"]["ClaimCount"][];
            /** @description What they wrote to it, five at most. */
            notes: string[];
            /** Format: date-time */
            first_at: string;
            /** Format: date-time */
            last_at: string;
            hints: components["schemas"]["FalseAlarmHint"][];
            /** @description One reported it oneself. */
            own: boolean;
        };
        /** @description Why a reported text is no finding. */
        FalseAlarmAcceptance: {
            /** @description Stands with the exception, and goes to those who reported it. */
            why: string;
            /** @description Also although it looks like a patient's (`hints`). */
            despite?: boolean;
        };
        /**
         * @description What a finding is instead.
         * @enum {string}
         */
        FalseAlarmClaim: "not_patient" | "not_health" | "not_number" | "not_personal";
        /**
         * @description What is known of a reported text.
         * @enum {string}
         */
        FalseAlarmHint: "patient_number" | "patient_name" | "identifying_number" | "colleague";
        /**
         * Format: uuid
         * @description A report that a finding is none.
         */
        FalseAlarmId: string;
        /** @description That a report was taken. */
        FalseAlarmTaken: {
            /** @description One had not reported this text before. */
            new: boolean;
        };
        /** @description A word to those who reported it. */
        FalseAlarmWord: {
            word?: string;
        };
        /** @description One field that can't be accepted. */
        FieldProblem: {
            /** @description JSON path of the field. */
            field: string;
            /**
             * @description Stable code.
             * @example too_short
             */
            code: string;
            /** @description A sentence for whoever wrote the request. */
            message: string;
        };
        /** @description One span. Offsets are Unicode code points in the part's text, end exclusive. The text itself is not kept here. */
        Finding: {
            /** @description Where it stands. */
            part: components["schemas"]["Part"];
            /**
             * Format: int32
             * @description First code point.
             */
            start: number;
            /**
             * Format: int32
             * @description One past the last code point.
             */
            end: number;
            /** @description What it is. */
            kind: components["schemas"]["FindingKind"];
            /**
             * Format: int32
             * @description Confidence in per cent.
             */
            score: number;
            /** @description Why: a stable code, shown in words by the faces (`bsn_checksum`, `name_beside_diagnosis` …). */
            reason: string;
        };
        /**
         * @description What a span of text is.
         * @enum {string}
         */
        FindingKind: "PERSON" | "DOB" | "DATE" | "PHONE" | "EMAIL" | "ADDRESS" | "MRN" | "SSN" | "BSN" | "NHS" | "NPI" | "INSURANCE" | "ACCOUNT" | "CARD" | "IP" | "URL" | "DEVICE" | "PLATE" | "DIAGNOSIS" | "MEDICATION" | "LAB" | "UNREADABLE";
        /** @description All that was found in one message. */
        Findings: {
            /** @description The verdict. */
            sensitivity: components["schemas"]["Sensitivity"];
            /**
             * Format: int32
             * @description How many individuals health information was found about.
             */
            individuals?: number;
            /** @description Special categories among it, each once, in order. */
            special?: components["schemas"]["SpecialCategory"][];
            /** @description The spans, in order of part and offset. */
            spans: components["schemas"]["Finding"][];
        };
        /** @description The numbers of a period beside those of the one before. */
        FindingsReport: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            /**
             * Format: date
             * @description What it is compared with: as many months where these are whole months, else as many days.
             */
            before_from: string;
            /** Format: date */
            before_to: string;
            step: components["schemas"]["ReportStep"];
            /** @description The first day of each step. */
            steps: string[];
            /** @description What was counted at least once in one of the two. */
            lines: components["schemas"]["ReportLine"][];
            /**
             * Format: int64
             * @description Days that numbers are kept.
             */
            kept_days: number;
        };
        /**
         * @description The folders of a mailbox.
         * @enum {string}
         */
        Folder: "inbox" | "sent" | "archive" | "trash";
        /**
         * Format: uuid
         * @description An emergency access.
         */
        GrantId: string;
        /** @description What becomes of a mailbox. */
        Handover: {
            mailbox_id: components["schemas"]["MailboxId"];
            to: components["schemas"]["PersonId"] | null;
        };
        /** @description A line of the review queue. */
        HeldLine: {
            message_id: components["schemas"]["MessageId"];
            from: components["schemas"]["Party"];
            /** @description Who wrote it. */
            sender_name: string;
            /** @description They wrote it on behalf of the colleague whose mailbox it is. */
            on_behalf: boolean;
            to: components["schemas"]["Party"][];
            subject: string;
            /** Format: date-time */
            held_at: string;
            /** @description It waits longer than policy likes. */
            overdue: boolean;
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description The most severe row of the policy that held it. */
            rule: components["schemas"]["Rule"];
            /**
             * Format: int32
             * @description About how many individuals.
             */
            individuals: number;
            special: components["schemas"]["SpecialCategory"][];
            /** @description It is one's own message. */
            own: boolean;
            claim?: components["schemas"]["Claim"] | null;
        };
        /** @description A held message with what was found in it. */
        HeldMessage: {
            message: components["schemas"]["MessageView"];
            findings: components["schemas"]["Findings"];
            /** @description What will be obeyed on release. */
            plan: components["schemas"]["Plan"];
            /** @description It was written on behalf of a colleague, by a mandate that is over: it can't be released, only refused. */
            mandate_over: boolean;
            claim?: components["schemas"]["Claim"] | null;
            /** Format: date-time */
            held_at: string;
        };
        /** @description By what an identity was checked: the kind of document, never its number. */
        IdentityChecked: {
            document: components["schemas"]["IdentityDocument"];
        };
        /**
         * @description By what an identity was checked.
         * @enum {string}
         */
        IdentityDocument: "passport" | "id_card" | "driving_licence" | "residence_permit" | "known_patient";
        /** @description One's own link to an identity provider. */
        IdentityLink: {
            id: components["schemas"]["LinkId"];
            provider_id: components["schemas"]["ProviderId"];
            provider_name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string | null;
        };
        /** @description One's links, and the providers that one may link to. */
        IdentityLinks: {
            links: components["schemas"]["IdentityLink"][];
            providers: components["schemas"]["OpenProvider"][];
        };
        /**
         * @description How somebody made sure that a person is really who they say, before their account is recovered (ASVS 6.4.4: as
         *     strong as at enrolment).
         * @enum {string}
         */
        IdentityProof: "in_person" | "video" | "document";
        /** @description An identity provider, without its secret. */
        IdentityProvider: {
            id: components["schemas"]["ProviderId"];
            settings: components["schemas"]["ProviderSettings"];
            /**
             * Format: int64
             * @description How many people are linked to it.
             */
            links: number;
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
            /** @description To be entered at the provider: where it sends people back. */
            redirect_uri: string;
            /** @description Where it sends people who have signed out. */
            post_logout_redirect_uri: string;
            /** @description Where it says that somebody has signed out. */
            backchannel_logout_uri: string;
        };
        /** @description When the session ends without activity. */
        IdleEnd: {
            /** Format: date-time */
            idle_expires_at: string;
        };
        /** @description What an import did. */
        ImportDone: {
            id: components["schemas"]["ImportId"];
            people: components["schemas"]["ImportedPerson"][];
            /** @description Lines that were left out. */
            left_out: number[];
        };
        /** @description An import of the last thirty days. */
        ImportEntry: {
            id: components["schemas"]["ImportId"];
            /** Format: date-time */
            at: string;
            by_name: string;
            /** @description People that it made. */
            people: number;
            /** @description Those who have not accepted yet: an undo takes them away. */
            open: number;
            /** Format: date-time */
            undone_at: string | null;
        };
        /**
         * Format: uuid
         * @description A list of people that was imported.
         */
        ImportId: string;
        /** @description A row of the list. */
        ImportLine: {
            /**
             * Format: int64
             * @description Line of the file, from 1.
             */
            line: number;
            name: string;
            login: string;
            roles: string;
            /** @description What is wrong; nothing if the person can be invited. */
            problems: components["schemas"]["CellProblem"][];
        };
        /** @description A list to be imported. */
        ImportOrder: {
            csv: string;
            /** @description Leave wrong rows out; otherwise nothing happens while one is wrong. */
            skip_bad?: boolean;
        };
        /** @description What an import would do. */
        ImportPreview: {
            lines: components["schemas"]["ImportLine"][];
            /** @description Headings that mean nothing here. */
            ignored: string[];
        };
        /** @description What taking an import back did. */
        ImportUndone: {
            /** Format: int32 */
            removed: number;
            /** @description Names of those who stay since they came in meanwhile. */
            kept: string[];
        };
        /** @description Somebody who was imported. */
        ImportedPerson: {
            id: components["schemas"]["PersonId"];
            name: string;
            login: components["schemas"]["EmailAddress"];
            /** @description To be handed over; shown once. */
            invitation_link: string;
            /** Format: date-time */
            expires_at: string;
        };
        /**
         * @description What happens to such content when it comes in from outside without encryption.
         * @enum {string}
         */
        Incoming: "deliver" | "tell";
        /** @description A new invitation. */
        InvitationLink: {
            /** @description To be handed over; shown once. The token stands in the fragment. */
            invitation_link: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description The token of an invitation. */
        InvitationToken: {
            token: string;
        };
        /** @description The same, of somebody invited. */
        InvitedPasswordIdea: {
            token: string;
            password: string;
        };
        /** @description A person who was invited. */
        InvitedPerson: {
            person: components["schemas"]["PersonLine"];
            /** @description To be handed over; shown once. The token stands in the fragment. */
            invitation_link: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description A list that fits one page. */
        Items_AppPassword: {
            /** @description The items. */
            items: components["schemas"]["AppPassword"][];
        };
        /** @description A list that fits one page. */
        Items_Approval: {
            /** @description The items. */
            items: components["schemas"]["Approval"][];
        };
        /** @description A list that fits one page. */
        Items_BulkEntry: {
            /** @description The items. */
            items: components["schemas"]["BulkEntry"][];
        };
        /** @description A list that fits one page. */
        Items_BulkLine: {
            /** @description The items. */
            items: components["schemas"]["BulkLine"][];
        };
        /** @description A list that fits one page. */
        Items_CareTeam: {
            /** @description The items. */
            items: components["schemas"]["CareTeam"][];
        };
        /** @description A list that fits one page. */
        Items_Colleague: {
            /** @description The items. */
            items: components["schemas"]["Colleague"][];
        };
        /** @description A list that fits one page. */
        Items_ContactLine: {
            /** @description The items. */
            items: components["schemas"]["ContactLine"][];
        };
        /** @description A list that fits one page. */
        Items_Device: {
            /** @description The items. */
            items: components["schemas"]["Device"][];
        };
        /** @description A list that fits one page. */
        Items_FalseAlarm: {
            /** @description The items. */
            items: components["schemas"]["FalseAlarm"][];
        };
        /** @description A list that fits one page. */
        Items_IdentityProvider: {
            /** @description The items. */
            items: components["schemas"]["IdentityProvider"][];
        };
        /** @description A list that fits one page. */
        Items_ImportEntry: {
            /** @description The items. */
            items: components["schemas"]["ImportEntry"][];
        };
        /** @description A list that fits one page. */
        Items_Mandate: {
            /** @description The items. */
            items: components["schemas"]["Mandate"][];
        };
        /** @description A list that fits one page. */
        Items_MySession: {
            /** @description The items. */
            items: components["schemas"]["MySession"][];
        };
        /** @description A list that fits one page. */
        Items_OpenEmergency: {
            /** @description The items. */
            items: components["schemas"]["OpenEmergency"][];
        };
        /** @description A list that fits one page. */
        Items_Passkey: {
            /** @description The items. */
            items: components["schemas"]["Passkey"][];
        };
        /** @description A list that fits one page. */
        Items_PatientLine: {
            /** @description The items. */
            items: components["schemas"]["PatientLine"][];
        };
        /** @description A list that fits one page. */
        Items_PatientOpener: {
            /** @description The items. */
            items: components["schemas"]["PatientOpener"][];
        };
        /** @description A list that fits one page. */
        Items_PersonSession: {
            /** @description The items. */
            items: components["schemas"]["PersonSession"][];
        };
        /** @description A list that fits one page. */
        Items_ProvisionedRole: {
            /** @description The items. */
            items: components["schemas"]["ProvisionedRole"][];
        };
        /** @description A list that fits one page. */
        Items_Proxy: {
            /** @description The items. */
            items: components["schemas"]["Proxy"][];
        };
        /** @description A list that fits one page. */
        Items_RelationLine: {
            /** @description The items. */
            items: components["schemas"]["RelationLine"][];
        };
        /** @description A list that fits one page. */
        Items_ReviewAsk: {
            /** @description The items. */
            items: components["schemas"]["ReviewAsk"][];
        };
        /** @description A list that fits one page. */
        Items_ScimRequest: {
            /** @description The items. */
            items: components["schemas"]["ScimRequest"][];
        };
        /** @description A list that fits one page. */
        Items_ServiceAccount: {
            /** @description The items. */
            items: components["schemas"]["ServiceAccount"][];
        };
        /** @description A list that fits one page. */
        Items_ServiceToken: {
            /** @description The items. */
            items: components["schemas"]["ServiceToken"][];
        };
        /** @description A list that fits one page. */
        Items_TrailLine: {
            /** @description The items. */
            items: components["schemas"]["TrailLine"][];
        };
        /**
         * @description Who keeps a person's data.
         * @enum {string}
         */
        Keeper: "house" | "provider" | "program";
        /** @description Who is to keep somebody's data. */
        KeptByProvider: {
            /** @description The identity provider; else the organisation itself. */
            provider: boolean;
        };
        /**
         * @description Languages of the product.
         * @enum {string}
         */
        Language: "en" | "nl";
        /** @description A language. */
        LanguageChoice: {
            language: components["schemas"]["Language"];
        };
        /** @description How somebody leaves. */
        Leave: {
            /** @description What becomes of each mailbox that nobody else uses. */
            handover: components["schemas"]["Handover"][];
            patients_to?: components["schemas"]["PersonId"] | null;
            /**
             * Format: date-time
             * @description When; at once if not said.
             */
            at?: string | null;
        };
        /** @description What somebody's leaving would mean. */
        LeavePreview: {
            person: components["schemas"]["PersonLine"];
            /** @description Mailboxes that they use. */
            mailboxes: components["schemas"]["LeavingMailbox"][];
            /**
             * Format: int32
             * @description Drafts: nobody else may read them, they stay closed.
             */
            drafts: number;
            /** @description Passwords of mail programs that end. */
            app_passwords: number;
            /** @description Patients for whom they care themselves. */
            relations: number;
            /** @description Care teams that they are in. */
            teams: number;
            /** @description Mandates, given and held, that end. */
            mandates: number;
            /** @description Whether nobody would be left who manages people and roles: then they can't leave. */
            last_administrator: boolean;
        };
        /** @description A mailbox of somebody who leaves. */
        LeavingMailbox: {
            id: components["schemas"]["MailboxId"];
            kind: components["schemas"]["MailboxKind"];
            address: components["schemas"]["EmailAddress"];
            name: string;
            /** @description Whether nobody else uses it: then say who goes on with it, or that it closes. */
            alone: boolean;
        };
        /** @description What a draft could do without to go as ordinary mail. */
        LighterDraft: {
            without: components["schemas"]["DraftWithout"];
            /**
             * Format: int32
             * @description How many of it there are.
             */
            count: number;
        };
        /** @description Which provider. */
        LinkBegin: {
            provider_id: components["schemas"]["ProviderId"];
        };
        /**
         * Format: uuid
         * @description That a provider's subject is somebody here.
         */
        LinkId: string;
        /** @description An error as OAuth writes it (RFC 6749, 5.2). */
        LogoutError: {
            error: string;
        };
        /** @description A provider's word that somebody has signed out (OpenID Connect Back-Channel Logout). */
        LogoutWord: {
            logout_token: string;
        };
        /** @description A look at a patient's data. */
        Look: {
            id: components["schemas"]["AuditId"];
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["AuditKind"];
            /** @description Who looked. */
            who: string;
            roles: string[];
            /** @description For which mailbox or person. */
            on_behalf_of?: string | null;
            /**
             * @description On which ground: `own`, `assigned`, `care_team`, `referral`, `cover`, `correspondence`, `duty`, `break_glass`,
             *     `house`, `review`, `administration`.
             */
            ground?: string | null;
            /** @description The reason that was given for an emergency access. */
            why?: string | null;
        };
        /** @description A service that mail programs use. */
        MailServer: {
            /** @description `submissions`: with implicit TLS (RFC 8314). */
            protocol: string;
            host: string;
            /** Format: int32 */
            port: number;
        };
        /** @description A mailbox as it is to be. */
        MailboxContent: {
            name: string;
            active: boolean;
            members: components["schemas"]["PersonId"][];
            /** @description Its users answer for whatever comes in; for shared mailboxes. */
            duty?: boolean;
        };
        /** @description Numbers for the badges. */
        MailboxCounts: {
            /**
             * Format: int64
             * @description Unread in the inbox.
             */
            inbox_unread: number;
            /**
             * Format: int64
             * @description Open in the review queue; 0 for those who don't review.
             */
            held: number;
            /**
             * Format: int64
             * @description One's own drafts.
             */
            drafts: number;
        };
        /**
         * Format: uuid
         * @description A mailbox, personal or shared.
         */
        MailboxId: string;
        /**
         * @description Personal or shared.
         * @enum {string}
         */
        MailboxKind: "personal" | "shared";
        /** @description A mailbox of the house. */
        MailboxLine: {
            id: components["schemas"]["MailboxId"];
            kind: components["schemas"]["MailboxKind"];
            address: components["schemas"]["EmailAddress"];
            /** @description Display name in From. */
            name: string;
            /** @description Whether it takes mail. */
            active: boolean;
            /** @description Its users answer for whatever comes in, also about patients for whom they do not care otherwise. */
            duty: boolean;
            members: components["schemas"]["PersonId"][];
            /** @description Their names, in the same order. */
            member_names: string[];
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description As what one acts in a colleague's mailbox. */
        MailboxMandate: {
            kind: components["schemas"]["MandateKind"];
            /** @description For whom. */
            grantor_name: string;
            /** @description Writing as well as reading. */
            may_send: boolean;
            /** Format: date-time */
            ends_at: string | null;
        };
        /** @description What somebody may do in a mailbox. */
        MailboxRights: {
            id: components["schemas"]["MailboxId"];
            name: string;
            address: components["schemas"]["EmailAddress"];
            /** @description `personal` or `shared`. */
            mailbox_kind: components["schemas"]["MailboxKind"];
            /** @description Whoever uses it opens all that comes in. */
            duty: boolean;
            active: boolean;
            /** @description Reading and sending. */
            acts: components["schemas"]["EffectiveRight"][];
        };
        /** @description That somebody acts for a colleague. */
        Mandate: {
            id: components["schemas"]["MandateId"];
            kind: components["schemas"]["MandateKind"];
            mailbox_id: components["schemas"]["MailboxId"];
            mailbox_name: string;
            grantor_id: components["schemas"]["PersonId"];
            /** @description For whom. */
            grantor_name: string;
            holder_id: components["schemas"]["PersonId"];
            /** @description Who acts. */
            holder_name: string;
            /** @description Writing as well as reading. */
            may_send: boolean;
            /** @description What is about patients as well. */
            with_patients: boolean;
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            ends_at: string | null;
            /**
             * Format: date-time
             * @description When it was over, if it is.
             */
            ended_at: string | null;
            /** @description Name of who gave it. */
            given_by: string;
            note: string;
            standing: components["schemas"]["Standing"];
        };
        /** @description Between whom mandates can be given. */
        MandateChoices: {
            /** @description Own mailboxes; everybody's for who manages mandates. */
            mailboxes: components["schemas"]["MandateMailbox"][];
            /** @description Who may act. */
            people: components["schemas"]["MandatePerson"][];
            /**
             * Format: int32
             * @description Most days that cover may last.
             */
            cover_days_max: number;
        };
        /**
         * Format: uuid
         * @description That somebody acts for a colleague: cover, secretary.
         */
        MandateId: string;
        /**
         * @description As what somebody acts for a colleague.
         * @enum {string}
         */
        MandateKind: "cover" | "secretary";
        /** @description A mailbox over which a mandate can be given. */
        MandateMailbox: {
            id: components["schemas"]["MailboxId"];
            address: components["schemas"]["EmailAddress"];
            owner_id: components["schemas"]["PersonId"];
            owner_name: string;
        };
        /** @description Somebody to whom a mandate can be given. */
        MandatePerson: {
            id: components["schemas"]["PersonId"];
            name: string;
            function: string;
            /** @description Could write. */
            may_send: boolean;
            /** @description Could open what is about patients. */
            with_patients: boolean;
        };
        Me: {
            id: components["schemas"]["PersonId"];
            name: string;
            login: components["schemas"]["EmailAddress"];
            function: string;
            language: components["schemas"]["Language"];
        };
        /** @description What is to change; what is left out stays. */
        MessageChange: {
            seen?: boolean | null;
            flagged?: boolean | null;
            folder?: components["schemas"]["Folder"] | null;
        };
        /**
         * Format: uuid
         * @description A message: one content, any number of recipients.
         */
        MessageId: string;
        /** @description A message in a mailbox. */
        MessageInMailbox: {
            mailbox_id: components["schemas"]["MailboxId"];
            message_id: components["schemas"]["MessageId"];
        };
        /** @description One line of a mailbox's list. */
        MessageLine: {
            /** @description The message. */
            id: components["schemas"]["MessageId"];
            /** @description Its thread. */
            thread_id: components["schemas"]["ThreadId"];
            /** @description The mailbox in which it lies. */
            mailbox_id: components["schemas"]["MailboxId"];
            /** @description The folder. */
            folder: components["schemas"]["Folder"];
            /** @description Sender. */
            from: components["schemas"]["Party"];
            /** @description Who wrote it on behalf of `from`, where that is a colleague with a mandate. */
            written_by?: string | null;
            /** @description First recipients. */
            to: components["schemas"]["Party"][];
            /** @description Subject. */
            subject: string;
            /** @description First words of the text (at most 140 characters). */
            preview: string;
            /**
             * Format: date-time
             * @description Received or sent.
             */
            at: string;
            /** @description Read by somebody with access to this mailbox. */
            seen: boolean;
            /** @description Marked. */
            flagged: boolean;
            /**
             * Format: int32
             * @description Number of attachments.
             */
            attachments: number;
            /** @description Where it came from. */
            origin: components["schemas"]["Origin"];
            state?: components["schemas"]["RecipientState"] | null;
            closed_for?: components["schemas"]["PatientId"] | null;
        };
        /** @description A message opened by somebody who may read it. */
        MessageView: components["schemas"]["MessageLine"] & {
            /** @description Plain text. */
            text: string;
            /** @description Whether there is an HTML rendering to be fetched. */
            has_html: boolean;
            /** @description Attachments. */
            files: components["schemas"]["AttachmentMeta"][];
            /** @description Recipients with states (own sent messages), else with what the header said. */
            recipients: components["schemas"]["RecipientView"][];
            /** @description Cc and To as received. */
            header_to: components["schemas"]["Party"][];
            /** @description Cc as received. */
            header_cc: components["schemas"]["Party"][];
            sent_by?: components["schemas"]["PersonId"] | null;
            /** @description Name of that person. */
            sent_by_name?: string | null;
            received?: components["schemas"]["ReceivedInfo"] | null;
            /** @description The patient that it is about, when the sender said so. */
            patient?: string | null;
            /**
             * Format: int32
             * @description The policy version under which it was judged.
             */
            policy_version?: number | null;
            /** @description Why its sender sent it anyway, where policy let them. Only with the sender's own copy. */
            sent_anyway?: string | null;
            /** @description It came from outside without encryption, and policy wants its reader to know. */
            came_in_clear?: boolean;
            findings?: components["schemas"]["Findings"] | null;
        };
        /** @description A mobile number. */
        MobileNumber: {
            phone: components["schemas"]["PhoneNumber"];
        };
        /** @description An open session of one's own. */
        MySession: {
            id: components["schemas"]["SessionId"];
            /** @description The session that asks. */
            current: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_seen_at: string;
            /** @description How one came in: `password` (with a second factor), `passkey`, or `security_key` (a passkey bound to a device). */
            method: string;
            /** @description From where it began. */
            network?: string | null;
            user_agent?: string | null;
        };
        /** @example 10.1.0.0/16 */
        Network: string;
        /** @description A new password of a mail program, with everything to set it up. */
        NewAppPassword: {
            id: components["schemas"]["AppPasswordId"];
            label: string;
            /** @description Shown once. */
            password: string;
            username: string;
            servers: components["schemas"]["MailServer"][];
        };
        /** @description A domain to be added. */
        NewDomain: {
            domain: components["schemas"]["Domain"];
        };
        /** @description A draft to be made. */
        NewDraft: {
            /** @description From which mailbox it will be sent. */
            mailbox_id: components["schemas"]["MailboxId"];
            kind?: components["schemas"]["NewDraftKind"];
            of?: components["schemas"]["MessageInMailbox"] | null;
        };
        /**
         * @description What kind of draft.
         * @enum {string}
         */
        NewDraftKind: "new" | "reply" | "reply_all" | "forward";
        /** @description A finding that is none, as the findings name it. */
        NewFalseAlarm: {
            /** @description Only the subject and the text. */
            part: components["schemas"]["Part"];
            /** Format: int32 */
            start: number;
            /** Format: int32 */
            end: number;
            kind: components["schemas"]["FindingKind"];
            claim: components["schemas"]["FalseAlarmClaim"];
            note?: string;
        };
        /** @description A provider as it is to be. */
        NewIdentityProvider: {
            settings: components["schemas"]["ProviderSettings"];
            /** @description The secret that the provider gave us. */
            client_secret: string;
        };
        /** @description A mailbox to be made. */
        NewMailbox: {
            kind: components["schemas"]["MailboxKind"];
            /** @description In one of the house's own domains. */
            address: components["schemas"]["EmailAddress"];
            name: string;
            members?: components["schemas"]["PersonId"][];
            /** @description Its users answer for whatever comes in; for shared mailboxes. */
            duty?: boolean;
        };
        /** @description A mandate to be given. */
        NewMandate: {
            kind: components["schemas"]["MandateKind"];
            /** @description Somebody's own mailbox. */
            mailbox_id: components["schemas"]["MailboxId"];
            /** @description Who is to act. */
            holder_id: components["schemas"]["PersonId"];
            /** @description Writing as well as reading. */
            may_send: boolean;
            /** @description What is about patients as well: in the mailbox, and for cover wherever the grantor cares. */
            with_patients: boolean;
            /**
             * Format: date-time
             * @description From when; at once if not said.
             */
            starts_at?: string | null;
            /**
             * Format: date-time
             * @description Until when; cover always ends.
             */
            ends_at?: string | null;
            /** @description What both sides should know. */
            note?: string;
        };
        /** @description A new passkey and what to call it. */
        NewPasskey: {
            name: string;
            credential: components["schemas"]["PasskeyCreated"];
        };
        /** @description What to give to `navigator.credentials.create`. */
        NewPasskeyOptions: {
            public_key: components["schemas"]["PasskeyCreation"];
        };
        /** @description A person to be invited. */
        NewPerson: {
            name: string;
            login: components["schemas"]["EmailAddress"];
            function?: string;
            language?: components["schemas"]["Language"];
            role_ids?: components["schemas"]["RoleId"][];
            mailbox_address?: components["schemas"]["EmailAddress"] | null;
        };
        /** @description A proxy to be registered. */
        NewProxy: {
            /** @description Sign-in name of who is to act: an account that may (`proxy.act`). */
            login: components["schemas"]["EmailAddress"];
            kind: components["schemas"]["ProxyKind"];
            scope: components["schemas"]["ProxyScope"][];
            /**
             * Format: date
             * @description The last day; a parent's ends by age at the latest.
             */
            ends_on: string;
            /** @description The patient consented, as who registers it knows. */
            consent?: boolean;
            /** @description On what it rests: what was shown. Needed but for parents. */
            basis?: string;
        };
        /** @description A relation to be made: to somebody, or to a team. */
        NewRelation: {
            kind: components["schemas"]["RelationKind"];
            person_id?: components["schemas"]["PersonId"] | null;
            team_id?: components["schemas"]["TeamId"] | null;
            /**
             * Format: date-time
             * @description Until when; `cover` always ends.
             */
            ends_at?: string | null;
            reason?: string;
        };
        /** @description What a program is called. */
        NewServiceAccount: {
            name: string;
        };
        /** @description A new token. */
        NewServiceToken: {
            token: components["schemas"]["ServiceToken"];
            /** @description What the other system sends as its bearer token. Shown once. */
            secret: string;
        };
        /** @description One's own open emergency access. */
        OpenEmergency: {
            id: components["schemas"]["GrantId"];
            patient_id: components["schemas"]["PatientId"];
            patient_name: string;
            /** Format: date-time */
            ends_at: string;
        };
        /** @description What an invited person sees before choosing a password. */
        OpenInvitation: {
            name: string;
            login: components["schemas"]["EmailAddress"];
            language: components["schemas"]["Language"];
            totp: components["schemas"]["TotpSecret"];
            /** @description For `navigator.credentials.create`: a passkey in place of password and authenticator app. */
            passkey: components["schemas"]["PasskeyCreation"];
        };
        /** @description A way in by an identity provider. */
        OpenProvider: {
            id: components["schemas"]["ProviderId"];
            name: string;
        };
        Org: {
            id: components["schemas"]["OrgId"];
            name: string;
        };
        /**
         * Format: uuid
         * @description An organisation: the tenant wall. Leads every primary key.
         */
        OrgId: string;
        /**
         * @description Where a message came from.
         * @enum {string}
         */
        Origin: "web" | "submission" | "internet" | "portal" | "system";
        /**
         * @description How it ended.
         * @enum {string}
         */
        Outcome: "success" | "refused" | "error";
        /** @description Why it is sent anyway. */
        Override: {
            /** @description 5 to 500 characters. Kept with the message and in the log. */
            reason: string;
        };
        OwnMailbox: {
            id: components["schemas"]["MailboxId"];
            kind: components["schemas"]["MailboxKind"];
            address: components["schemas"]["EmailAddress"];
            name: string;
            /**
             * Format: int64
             * @description Unread messages in the inbox.
             */
            unread: number;
            mandate: components["schemas"]["MailboxMandate"] | null;
        };
        /** @description An own kind of number: a pattern, and the checksum by which a match is told from chance. */
        OwnNumber: {
            /** @description What the organisation calls it. */
            name: string;
            /** @description Regular expression (syntax of the `regex` crate: linear time, no look-around). */
            pattern: string;
            /** @description What the letters and digits of a match must satisfy. */
            checksum?: components["schemas"]["Checksum"];
            /** @description What a match is. */
            kind: components["schemas"]["FindingKind"];
        };
        /** @description Who acts for one, and for whom one acts. */
        OwnProxies: {
            for_me: components["schemas"]["Proxy"][];
            by_me: components["schemas"]["Proxy"][];
        };
        /** @description A page of a list. */
        Page_ConversationLine: {
            /** @description The items. */
            items: components["schemas"]["ConversationLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_DraftLine: {
            /** @description The items. */
            items: components["schemas"]["DraftLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_EmergencyLine: {
            /** @description The items. */
            items: components["schemas"]["EmergencyLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_HeldLine: {
            /** @description The items. */
            items: components["schemas"]["HeldLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_MessageLine: {
            /** @description The items. */
            items: components["schemas"]["MessageLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_PersonLine: {
            /** @description The items. */
            items: components["schemas"]["PersonLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_PersonSession: {
            /** @description The items. */
            items: components["schemas"]["PersonSession"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_ReviewItem: {
            /** @description The items. */
            items: components["schemas"]["ReviewItem"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /** @description A page of a list. */
        Page_WhoCanLine: {
            /** @description The items. */
            items: components["schemas"]["WhoCanLine"][];
            /** @description For the next page; null at the end. */
            next_cursor: string | null;
        };
        /**
         * @description Whether a parent may act for a patient of an age.
         * @enum {string}
         */
        ParentRule: "acts" | "with_consent" | "only_by_mandate";
        /** @description Where in a message a span stands. */
        Part: {
            /** @enum {string} */
            part: "subject";
        } | {
            /** @enum {string} */
            part: "body";
        } | {
            /**
             * Format: int32
             * @description An attachment's content, by its place.
             */
            index: number;
            /** @enum {string} */
            part: "attachment";
        } | {
            /**
             * Format: int32
             * @description An attachment's file name, by its place.
             */
            index: number;
            /** @enum {string} */
            part: "file_name";
        };
        /** @description A partner as it is to be. */
        PartnerContent: {
            name: string;
            domain: components["schemas"]["Domain"];
            note?: string;
        };
        /**
         * Format: uuid
         * @description A partner organisation, known by its domain.
         */
        PartnerId: string;
        /** @description A partner, known by its domain. */
        PartnerLine: {
            id: components["schemas"]["PartnerId"];
            name: string;
            domain: components["schemas"]["Domain"];
            /** @description What was agreed, and when. */
            note: string;
            tls: components["schemas"]["TlsView"];
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description An address with the name that goes with it. */
        Party: {
            /** @description Display name; empty when none is known. */
            name?: string;
            /** @description The address. */
            address: components["schemas"]["EmailAddress"];
        };
        /** @description A passkey. */
        Passkey: {
            id: components["schemas"]["PasskeyId"];
            /** @description What its owner calls it. */
            name: string;
            /** @description Its key stays in one device (a security key); other passkeys are copied to their owner's devices. */
            device_bound: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at?: string | null;
        };
        /** @description A kind of key, by its number in IANA's list of COSE algorithms. */
        PasskeyAlgorithm: {
            /** @description Always `public-key`. */
            type: string;
            /** Format: int64 */
            alg: number;
        };
        /** @description `AuthenticationResponseJSON`: what `navigator.credentials.get` gave. Other members are read over. */
        PasskeyAssertion: {
            rawId: components["schemas"]["Base64Url"];
            response: components["schemas"]["PasskeyAssertionResponse"];
        };
        /** @description `AuthenticatorAssertionResponseJSON`. */
        PasskeyAssertionResponse: {
            clientDataJSON: components["schemas"]["Base64Url"];
            authenticatorData: components["schemas"]["Base64Url"];
            signature: components["schemas"]["Base64Url"];
            userHandle?: components["schemas"]["Base64Url"] | null;
        };
        /** @description `RegistrationResponseJSON`: what `navigator.credentials.create` gave. Other members are read over. */
        PasskeyCreated: {
            response: components["schemas"]["PasskeyCreatedResponse"];
        };
        /** @description `AuthenticatorAttestationResponseJSON`. */
        PasskeyCreatedResponse: {
            clientDataJSON: components["schemas"]["Base64Url"];
            attestationObject: components["schemas"]["Base64Url"];
            transports?: string[];
        };
        /** @description `PublicKeyCredentialCreationOptionsJSON`. */
        PasskeyCreation: {
            rp: components["schemas"]["PasskeyParty"];
            user: components["schemas"]["PasskeyUser"];
            challenge: components["schemas"]["Base64Url"];
            /** Format: int32 */
            timeout: number;
            pubKeyCredParams: components["schemas"]["PasskeyAlgorithm"][];
            excludeCredentials: components["schemas"]["PasskeyDescriptor"][];
            authenticatorSelection: components["schemas"]["PasskeySelection"];
            /** @description Always `none`. */
            attestation: string;
        };
        /** @description `PublicKeyCredentialDescriptorJSON`. */
        PasskeyDescriptor: {
            /** @description Always `public-key`. */
            type: string;
            id: components["schemas"]["Base64Url"];
            transports: string[];
        };
        /**
         * Format: uuid
         * @description A passkey (the id shown to people; the credential's own is another value).
         */
        PasskeyId: string;
        /** @description What a passkey is called. */
        PasskeyName: {
            name: string;
        };
        /** @description What to give to `navigator.credentials.get`, and where it works. */
        PasskeyOptions: {
            public_key: components["schemas"]["PasskeyRequest"];
            /** @description Origin of the web app: passkeys work nowhere else. */
            origin: string;
        };
        /** @description This house, to authenticators. */
        PasskeyParty: {
            id: string;
            name: string;
        };
        /** @description `PublicKeyCredentialRequestOptionsJSON`. */
        PasskeyRequest: {
            challenge: components["schemas"]["Base64Url"];
            /** Format: int32 */
            timeout: number;
            rpId: string;
            /** @description Empty: the passkey says whose it is. */
            allowCredentials: components["schemas"]["PasskeyDescriptor"][];
            /** @description Always `required`. */
            userVerification: string;
        };
        /** @description Which authenticators will do. */
        PasskeySelection: {
            /** @description Always `required`: it must be found without a name being typed. */
            residentKey: string;
            /** @description The same, as older browsers read it. */
            requireResidentKey: boolean;
            /** @description Always `required`. */
            userVerification: string;
        };
        /** @description The answer of a passkey. */
        PasskeySignIn: {
            credential: components["schemas"]["PasskeyAssertion"];
        };
        /** @description A person, to authenticators. */
        PasskeyUser: {
            id: components["schemas"]["Base64Url"];
            name: string;
            displayName: string;
        };
        /** @description How hard a password is to guess. */
        PasswordAdvice: {
            /**
             * Format: int32
             * @description 0 (falls at once) to 4.
             */
            score: number;
            /** @description Why it can't be taken: `too_short`, `too_long`, `context_word`, `blocklisted`. */
            refused: string | null;
            /** @description What makes it weak: `keyboard`, `repeats`, `common`, `nearly_common`, `sequence`, `date`, `one_word`, `name`. */
            warning: string | null;
            /**
             * @description What would help: `few_words`, `no_signs_needed`, `another_word`, `capitals`, `reversed`, `stand_ins`, `keyboard`,
             *     `repeats`, `sequences`, `dates`.
             */
            suggestions: string[];
            /** @description Least characters: fewer where a second factor goes with the password. */
            least_chars: number;
        };
        /** @description The old and the new password. */
        PasswordChange: {
            current: string;
            new: string;
        };
        /** @description A password that somebody thinks of taking. */
        PasswordIdea: {
            password: string;
        };
        /** @description Rules for passwords (SP 800-63B-4, 3.1.1.2). */
        PasswordRules: {
            /**
             * Format: int32
             * @description Characters that a password alone needs (15 to 64).
             * @default 15
             */
            min_alone: number;
            /**
             * Format: int32
             * @description Characters that a password with a second factor needs (8 to 64).
             * @default 8
             */
            min_with_second: number;
            /**
             * Format: int32
             * @description Days after which a password must be changed; nothing, as the guidelines advise, unless the organisation insists.
             * @default null
             */
            rotation_days: number | null;
        };
        /** @description A patient's page. */
        Patient: components["schemas"]["PatientLine"] & {
            phone?: components["schemas"]["PhoneNumber"] | null;
            /**
             * Format: date-time
             * @description When that number was confirmed to be theirs.
             */
            phone_confirmed_at?: string | null;
            account?: components["schemas"]["EmailAddress"] | null;
            /** @description By what the patient's identity was checked. */
            identity_checked_by?: string | null;
            /** Format: date-time */
            identity_checked_at?: string | null;
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description The account by which a patient sees who looked at their data. */
        PatientAccount: {
            /** @description Its sign-in name. It must be a patient's account. */
            login: components["schemas"]["EmailAddress"];
            /** @description By what the patient's identity was checked. */
            identity_checked_by: components["schemas"]["IdentityDocument"];
        };
        /** @description A patient's administrative data. */
        PatientContent: {
            name: string;
            /** Format: date */
            birth_date?: string | null;
            /** @description Numbers by which letters name the patient (`BSN 111222333`, a patient number); at least one. */
            references: string[];
            phone?: components["schemas"]["PhoneNumber"] | null;
        };
        /** @description The administrative data that the organisation keeps of a patient. */
        PatientDetails: {
            name: string;
            /** Format: date */
            birth_date: string | null;
            /** @description Numbers by which the organisation knows them. */
            references: string[];
            phone: components["schemas"]["PhoneNumber"] | null;
        };
        /**
         * Format: uuid
         * @description A patient.
         */
        PatientId: string;
        /** @description A patient in a list. */
        PatientLine: {
            id: components["schemas"]["PatientId"];
            /** @description Name; initials where nothing ties the reader to the patient. */
            name: string;
            /** Format: date */
            birth_date?: string | null;
            /** @description Numbers by which the patient is known; none where nothing ties the reader to the patient. */
            references: string[];
            /** @description On which ground the reader sees them; none: nothing ties the reader to the patient. */
            ground?: string | null;
        };
        /** @description Somebody who can open something about a patient. */
        PatientOpener: {
            id: components["schemas"]["PersonId"];
            name: string;
            function: string;
            opens: components["schemas"]["PatientOpening"][];
        };
        /** @description What opens for somebody. */
        PatientOpening: {
            /** @description On which ground: as in the log of looks. */
            ground: string;
            /** @description The mailbox whose messages about the patient open; null: the patient's own page. */
            mailbox: string | null;
        };
        /** @description A list of people. */
        PeopleList: {
            /**
             * @description CSV in UTF-8: the first line names the columns `name`, `login`, `function`, `language`, `roles`, `mailbox` (or in
             *     Dutch); comma, semicolon or tab between them; at most 2,000 people and 1 MiB.
             */
            csv: string;
        };
        /**
         * @description A single right. The set is fixed in code; roles combine them.
         * @enum {string}
         */
        Permission: "mail.read" | "mail.send" | "mail.submit" | "mail.override" | "mail.review" | "conversation.use" | "conversation.patient" | "contact.manage" | "patient.read" | "patient.manage" | "relation.manage" | "proxy.manage" | "access.break_glass" | "access.review" | "self.read" | "proxy.act" | "audit.read" | "audit.prove" | "policy.read" | "policy.edit" | "report.read" | "finding.review" | "security.edit" | "rights.review" | "identity.manage" | "person.read" | "person.manage" | "person.approve" | "role.manage" | "mailbox.manage" | "delegation.manage" | "domain.manage" | "scim.provision";
        /** @description A single right, of which roles are made. */
        PermissionName: {
            name: components["schemas"]["Permission"];
            /** @description Opens other people's rights, the rules of the house, or what was written down about people. */
            sensitive: boolean;
        };
        /** @description A person's data as they are to be. */
        PersonContent: {
            name: string;
            login: components["schemas"]["EmailAddress"];
            function?: string;
            language?: components["schemas"]["Language"];
        };
        /**
         * Format: uuid
         * @description A person: staff, patient, guest or service.
         */
        PersonId: string;
        /** @description A person of the organisation. */
        PersonLine: {
            id: components["schemas"]["PersonId"];
            name: string;
            login: components["schemas"]["EmailAddress"];
            function: string;
            language: components["schemas"]["Language"];
            state: components["schemas"]["PersonState"];
            roles: components["schemas"]["RoleName"][];
            /** Format: date-time */
            last_sign_in_at?: string | null;
            /**
             * Format: date-time
             * @description When they leave, if that is planned.
             */
            leaves_at?: string | null;
            /** @description Who keeps their data. */
            kept_by: components["schemas"]["Keeper"];
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description A person by name. */
        PersonName: {
            id: components["schemas"]["PersonId"];
            name: string;
        };
        /** @description Everything that somebody may do, and why. */
        PersonRights: {
            /** @description Every permission there is. */
            permissions: components["schemas"]["EffectiveRight"][];
            mailboxes: components["schemas"]["MailboxRights"][];
            /** @description For how many patients they care, and how. Never for whom. */
            care: components["schemas"]["RightSource"][];
            /** @description Only who cares opens what is about a patient. */
            strict: boolean;
            ways: components["schemas"]["WaysIn"];
            /** @description Their roles, with who gave them. */
            roles: components["schemas"]["RightSource"][];
            /** @description Zones that can be asked about. */
            zones: components["schemas"]["ZoneName"][];
        };
        /** @description An open session of somebody. */
        PersonSession: {
            id: components["schemas"]["SessionId"];
            person: components["schemas"]["PersonName"];
            /** @description The session that asks. */
            current: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_seen_at: string;
            /** @description How the person came in: `password` (with a second factor), `passkey`, or `security_key` (a passkey bound to a device). */
            method: string;
            /** @description From where it began. */
            network?: string | null;
            user_agent?: string | null;
        };
        /**
         * @description Whether a person can sign in.
         * @enum {string}
         */
        PersonState: "invited" | "active" | "disabled";
        /** @example +31612345678 */
        PhoneNumber: string;
        /** @description What stands on the door: nothing of the message. */
        PickupDoor: {
            state: components["schemas"]["PickupDoorState"];
            org_name: string;
            /** @description Who sent it; empty for an unknown link. */
            sender_name: string;
            language: components["schemas"]["Language"];
            /** @description By which second factor. */
            method: components["schemas"]["SecondFactor"];
            /** @description Where the code goes: last digits only. */
            phone_masked?: string | null;
            /** Format: date-time */
            expires_at?: string | null;
            /** Format: date-time */
            locked_until?: string | null;
        };
        /**
         * @description Whether a link can be opened.
         * @enum {string}
         */
        PickupDoorState: "ready" | "locked" | "expired" | "recalled" | "unknown";
        /** @description The second factor: one of the two. */
        PickupFactor: {
            token: string;
            /** @description The one-time code. */
            code?: string | null;
            /** @description The secret agreed with the sender. */
            secret?: string | null;
        };
        /** @description The message as the guest reads it. */
        PickupMessage: {
            sender: components["schemas"]["Party"];
            /** @description Who wrote it on behalf of the sender, where that is a colleague. */
            written_by?: string | null;
            org_name: string;
            /** Format: date-time */
            at: string;
            subject: string;
            text: string;
            has_html: boolean;
            files: components["schemas"]["AttachmentMeta"][];
            /** Format: date-time */
            expires_at: string;
            /** @description What the guest has answered. */
            replies: components["schemas"]["PickupReplyView"][];
            can_reply: boolean;
            language: components["schemas"]["Language"];
        };
        /** @description A guest's session. */
        PickupOpened: {
            /** Format: date-time */
            expires_at: string;
        };
        /** @description An answer that was sent. */
        PickupReplied: {
            message_id: components["schemas"]["MessageId"];
        };
        /** @description An answer. */
        PickupReplyContent: {
            text?: string;
            /** @description Files attached before. */
            files?: components["schemas"]["AttachmentId"][];
        };
        /** @description An answer that the guest has given. */
        PickupReplyView: {
            /** Format: date-time */
            at: string;
            text: string;
            files: components["schemas"]["AttachmentMeta"][];
        };
        /** @description The token from the link's fragment. */
        PickupToken: {
            token: string;
        };
        /** @description Where one is, and what holds there. */
        Place: {
            /** @description Name of the zone; null where no zone holds. */
            zone: string | null;
            /** @description Nothing can be changed there. */
            read_only: boolean;
            /** @description Files may be saved there. */
            downloads: boolean;
            certificate_gap: components["schemas"]["CertificateGap"] | null;
        };
        /** @description The plan for a message. */
        Plan: {
            /** @description The strictest action among the recipients: what happens to the message as a whole. */
            action: components["schemas"]["Action"];
            /** @description Whether it can be sent now (nothing blocked, every recipient has a route, nothing left to confirm). */
            ready: boolean;
            /** @description Each recipient, in the draft's order. */
            recipients: components["schemas"]["RecipientPlan"][];
            /**
             * Format: int32
             * @description Policy version that decided.
             */
            policy_version: number;
            /** @description The sender sends it anyway: this is the plan without the rules that let them. */
            overridden?: boolean;
        };
        /** @description What the gate would do with a draft as it stands. */
        PlannedDraft: {
            /** @description For each recipient a route and the reasons. */
            plan: components["schemas"]["Plan"];
            /** @description What was found in the content. */
            findings: components["schemas"]["Findings"];
            /**
             * Format: int32
             * @description The version that was planned.
             */
            draft_version: number;
            lighter: components["schemas"]["LighterDraft"] | null;
        };
        /** @description The policy. [`Policy::default`] is what a new organisation starts with. */
        Policy: {
            /** @description Content with nothing to protect. */
            none: components["schemas"]["PolicyRow"];
            /** @description Content that could not be read. */
            unreadable: components["schemas"]["PolicyRow"];
            /** @description A number that by itself identifies a citizen or patient. */
            identifier: components["schemas"]["PolicyRow"];
            /** @description Health information about an identified person. */
            health: components["schemas"]["PolicyRow"];
            /** @description The same about many people; the row for one applies as well. */
            health_many: components["schemas"]["PolicyRow"];
            /** @description Health information of a special category; the other rows apply as well. */
            special?: components["schemas"]["PolicyRow"];
            /** @description Which categories are special here. */
            special_categories?: components["schemas"]["SpecialCategory"][];
            /**
             * Format: int32
             * @description From how many individuals it is "many" (2 to 1,000).
             */
            many_from?: number;
            /**
             * Format: int32
             * @description Days until a pick-up expires, unless the sender sets another number (1 to 365; default 30, CH-01).
             */
            pickup_days: number;
            /** @description First-time outside recipients must be confirmed by the sender. */
            confirm_first_contact: boolean;
            /** @description The second pair of eyes must be another person than the sender. */
            four_eyes: boolean;
            /**
             * Format: int32
             * @description Hours after which whoever judges is reminded of what waits (1 to 168); nought: never.
             */
            remind_hours?: number;
            /** @description The organisation's own vocabulary. */
            vocabulary?: components["schemas"]["Vocabulary"];
        };
        /** @description The policy as it is to be, and why. */
        PolicyContent: {
            policy: components["schemas"]["Policy"];
            note?: string;
        };
        /** @description One row of the policy: what happens to content of this severity, by destination. */
        PolicyRow: {
            /** @description To a mailbox of the house. */
            inside: components["schemas"]["Action"];
            /** @description To a partner. */
            partner: components["schemas"]["Action"];
            /** @description To anyone with verified TLS. */
            verified_tls: components["schemas"]["Action"];
            /** @description By pick-up. */
            pickup: components["schemas"]["Action"];
            /** @description From outside, in clear. */
            incoming?: components["schemas"]["Incoming"];
            /** @description Whoever has the permission may send it anyway, for a stated reason, where this row protects or holds. */
            may_override?: boolean;
        };
        /** @description A policy that is not in force yet, and what it is tried on. */
        PolicyTrial: {
            policy: components["schemas"]["Policy"];
            subject?: string;
            text?: string;
            file?: components["schemas"]["TrialFile"] | null;
        };
        /** @description A version of the policy. */
        PolicyVersion: {
            policy: components["schemas"]["Policy"];
            /**
             * Format: int32
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
            /** Format: date-time */
            changed_at: string;
            /** @description Empty for the first version, which nobody wrote. */
            changed_by_name: string;
            /** @description Why. */
            note: string;
            /** @description Names of those who added exceptions, by their ids. */
            names: {
                [key: string]: string;
            };
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /**
             * @description `urn:wardpost:problem:` and a stable slug.
             * @example urn:wardpost:problem:validation
             */
            type: string;
            /** @description What kind of problem, in a few words. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description What happened this time: a stable code or a sentence. */
            detail?: string | null;
            /**
             * @description The request, as in the `x-request-id` header and the server's log.
             * @example urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057
             */
            instance?: string | null;
            /** @description Which fields can't be accepted, and why. */
            errors?: components["schemas"]["FieldProblem"][];
            /**
             * Format: int32
             * @description When to try again.
             */
            retry_after_seconds?: number | null;
            /**
             * Format: date-time
             * @description Until when something is locked.
             */
            locked_until?: string | null;
            /**
             * Format: int32
             * @description Tries left before it is locked.
             */
            tries_left?: number | null;
            patient_id?: components["schemas"]["PatientId"] | null;
            /** @description Who has a role that can't be removed (`role_in_use`), for those who may see people. */
            held_by?: string[];
            plan?: components["schemas"]["Plan"] | null;
        };
        /** @description One of three ways to prove oneself anew. */
        ProofGiven: {
            /** @description What the authenticator app shows. */
            code?: string | null;
            /** @description One of the codes kept on paper; good once. */
            recovery_code?: string | null;
            passkey?: components["schemas"]["PasskeyAssertion"] | null;
        };
        /** @description Where to go on after signing in. */
        ProviderBegin: {
            /** @description A path of the app; anything else is read over. */
            next?: string | null;
        };
        /** @description What a look at a provider showed. */
        ProviderChecked: {
            /** @description Why it can't be used: a code, or what was wrong with the connection; null when it can. */
            fault: string | null;
            /**
             * Format: int32
             * @description How many of its keys can be used.
             */
            keys: number;
            /** @description One can sign out there. */
            sign_out: boolean;
            /** @description It says when somebody has signed out there. */
            tells_sign_out: boolean;
            /** @description Its answers name their issuer, against mix-up. */
            names_issuer: boolean;
        };
        /** @description With what the provider sent somebody back. */
        ProviderFinish: {
            /** @description The code, if they signed in. */
            code?: string | null;
            /** @description Why not. */
            error?: string | null;
            state: string;
            /** @description Who answers. */
            iss?: string | null;
        };
        /** @description What came of it. */
        ProviderFinished: {
            /** @description Where this browser stands now. */
            session: components["schemas"]["Session"];
            /** @description Where to go on: a path of the app. */
            next: string | null;
            /** @description An account there was linked to whoever was signed in already. */
            linked: boolean;
            /** @description Whoever was signed in already has proved themselves anew: the session has another cookie now. */
            proved: boolean;
        };
        /**
         * Format: uuid
         * @description An identity provider.
         */
        ProviderId: string;
        /** @description Where the browser is to go now. */
        ProviderSent: {
            /** @description The provider's page, with what is asked of it. */
            url: string;
        };
        /** @description What holds for an identity provider. The client's secret is kept apart. */
        ProviderSettings: {
            /** @description Its name, as people read it on the sign-in page. */
            name: string;
            /** @description Its issuer identifier: an https address, which never changes. */
            issuer: string;
            /** @description Who we are there. */
            client_id: string;
            /** @description What else is asked for beside `openid`, such as `email`, `profile` or `groups`. */
            scopes: string[];
            /** @description People can sign in by it. */
            active: boolean;
            /** @description How it says that somebody has shown a second factor. */
            second_factor: components["schemas"]["SecondFactorWord"];
            create: components["schemas"]["CreateRule"] | null;
            /** @description Roles by what it says of a person. None of them may hold a sensitive permission. */
            role_rules: components["schemas"]["RoleRule"][];
            /** @description The roles of these rules are given and taken again at each sign-in, not at the first only. */
            keep_roles_in_step: boolean;
        };
        /** @description At which provider to prove oneself anew. */
        ProviderStepUp: {
            /** @description One where one's account is linked. */
            provider_id: components["schemas"]["ProviderId"];
            /** @description Where to go on after it: a path of the app; anything else is read over. */
            next?: string | null;
        };
        /** @description Whom to look at. */
        ProviderToCheck: {
            issuer: string;
        };
        /** @description A role that opens nobody else's rights, and whether programs may give it. */
        ProvisionedRole: {
            id: components["schemas"]["RoleId"];
            name: string;
            given: boolean;
        };
        /** @description That somebody acts for a patient. */
        Proxy: {
            id: components["schemas"]["ProxyId"];
            patient_id: components["schemas"]["PatientId"];
            /** @description For whom. */
            patient_name: string;
            person_id: components["schemas"]["PersonId"];
            /** @description Who acts. */
            person_name: string;
            kind: components["schemas"]["ProxyKind"];
            scope: components["schemas"]["ProxyScope"][];
            /** Format: date */
            starts_on: string;
            /**
             * Format: date
             * @description The last day, by its own date and by age.
             */
            ends_on: string;
            /**
             * Format: date-time
             * @description When the patient consented.
             */
            consent_at: string | null;
            /**
             * Format: date-time
             * @description When it was written down that it is over.
             */
            ended_at: string | null;
            standing: components["schemas"]["ProxyState"];
            /** @description On what it rests; only for who registers proxies. */
            basis?: string;
        };
        /**
         * Format: uuid
         * @description That somebody acts for a patient.
         */
        ProxyId: string;
        /**
         * @description As what somebody acts for a patient.
         * @enum {string}
         */
        ProxyKind: "parent" | "guardian" | "mentor" | "mandated";
        /**
         * @description What a proxy opens of a patient's portal.
         * @enum {string}
         */
        ProxyScope: "details" | "care" | "log";
        /**
         * @description How a proxy stands today.
         * @enum {string}
         */
        ProxyState: "planned" | "holds" | "waits_for_consent" | "withdrawn" | "over_by_date" | "over_by_age";
        /** @description Why: a closed set of codes, put into words by the faces in the reader's language. */
        Reason: {
            /** @enum {string} */
            code: "in_house";
        } | {
            /** @description The partner's name. */
            partner: string;
            /** @enum {string} */
            code: "partner_verified_tls";
        } | {
            /** @enum {string} */
            code: "provider_verified_tls";
        } | {
            /** @enum {string} */
            code: "no_verified_tls";
        } | {
            /** @enum {string} */
            code: "tls_unknown";
        } | {
            /** @enum {string} */
            code: "policy_protects";
        } | {
            /** @enum {string} */
            code: "policy_holds";
        } | {
            /** @enum {string} */
            code: "policy_blocks";
        } | {
            /** @enum {string} */
            code: "sent_anyway";
        } | {
            /** @enum {string} */
            code: "sender_asks_pickup";
        } | {
            /** @description Last digits only. */
            phone: string;
            /** @enum {string} */
            code: "code_by_sms";
        } | {
            /** @enum {string} */
            code: "agreed_secret";
        } | {
            /** @enum {string} */
            code: "needs_second_factor";
        } | {
            /** @enum {string} */
            code: "found_health";
        } | {
            /** @enum {string} */
            code: "found_health_many";
        } | {
            /** @description Which. */
            categories: components["schemas"]["SpecialCategory"][];
            /** @enum {string} */
            code: "found_special";
        } | {
            /** @enum {string} */
            code: "found_identifier";
        } | {
            /** @enum {string} */
            code: "found_unreadable";
        } | {
            /** @enum {string} */
            code: "first_contact";
        } | {
            /** @description The known domain. */
            domain: string;
            /** @enum {string} */
            code: "look_alike";
        } | {
            /** @enum {string} */
            code: "no_such_mailbox";
        } | {
            /** @enum {string} */
            code: "fell_back";
        };
        /** @description From whom. */
        Recall: {
            /** @description These recipients; all if not said. */
            recipients?: components["schemas"]["RecipientId"][] | null;
        };
        /** @description How a received message reached the house, for the reader. */
        ReceivedInfo: {
            /** @description TLS version and cipher of the last hop; none when it came in the clear. */
            tls?: string | null;
            /** @description Host name or address of the peer. */
            peer?: string;
            /** @description The sending person or account was authenticated by this house (portal, submission, web). */
            authenticated?: boolean;
        };
        /** @description A recipient as it is to be saved. */
        RecipientContent: {
            party: components["schemas"]["Party"];
            kind?: components["schemas"]["RecipientKind"];
            phone?: components["schemas"]["PhoneNumber"] | null;
            /** @description Secret agreed with the recipient. Left out: as it was; empty: removed. */
            secret?: string | null;
            /** @description The sender confirms this first-time recipient. */
            confirmed?: boolean;
        };
        /**
         * Format: uuid
         * @description One recipient of one message.
         */
        RecipientId: string;
        /**
         * @description In which header a recipient stands.
         * @enum {string}
         */
        RecipientKind: "to" | "cc" | "bcc";
        /** @description The plan for one recipient. */
        RecipientPlan: {
            /** @description Whom it is for. */
            address: components["schemas"]["EmailAddress"];
            /** @description By which route. */
            route: components["schemas"]["Route"];
            /** @description What policy does with it. */
            action: components["schemas"]["Action"];
            second_factor?: components["schemas"]["SecondFactor"] | null;
            /** @description Why. */
            reasons: components["schemas"]["Reason"][];
            /** @description The sender must confirm this recipient first. */
            must_confirm: boolean;
            anyway?: components["schemas"]["Anyway"] | null;
        };
        /**
         * @description What became of a message for one recipient.
         * @enum {string}
         */
        RecipientState: "held" | "queued" | "delivered" | "opened" | "failed" | "recalled" | "expired" | "refused";
        /** @description One recipient of a sent message, with its live state. */
        RecipientView: {
            /** @description Its id. */
            id: components["schemas"]["RecipientId"];
            /** @description Name and address. */
            party: components["schemas"]["Party"];
            /** @description To, Cc or Bcc. */
            kind: components["schemas"]["RecipientKind"];
            /** @description The route that the gate chose (or, after a fall-back, the route taken). */
            route: components["schemas"]["Route"];
            /** @description Why. */
            reasons: components["schemas"]["Reason"][];
            /** @description What became of it. */
            state: components["schemas"]["RecipientState"];
            /**
             * Format: date-time
             * @description Since when.
             */
            state_at: string;
            /** @description For a failure or a wait: what the other side or the network said, in a plain sentence. */
            detail?: string | null;
            /**
             * Format: date-time
             * @description Next try, while queued.
             */
            next_try_at?: string | null;
            /**
             * Format: date-time
             * @description For pick-up: when it expires.
             */
            expires_at?: string | null;
        };
        /** @description Where to go on. */
        Recovered: {
            /** @description Token of an invitation, to make one's way in anew. */
            invitation_token: string;
        };
        /** @description What is asked for. */
        RecoveryAsk: {
            /** @description How it was made sure who it is. */
            proof: components["schemas"]["IdentityProof"];
            reason: string;
        };
        /** @description An ask with the asker's half. */
        RecoveryAsked: {
            approval: components["schemas"]["Approval"];
            /** @description To be handed to the person; shown once. Opens only with the code that a second person gives them. */
            link: string;
        };
        /** @description Codes to be kept on paper, each good once. */
        RecoveryCodes: {
            codes: string[];
        };
        /** @description Both halves. */
        RecoveryHalves: {
            /** @description Of the link, from who asked. */
            token: string;
            /** @description From who consented. */
            code: string;
        };
        /**
         * Format: uuid
         * @description That somebody, or a team, cares for a patient.
         */
        RelationId: string;
        /**
         * @description How somebody comes to care for a patient.
         * @enum {string}
         */
        RelationKind: "assigned" | "team" | "referral" | "cover";
        /** @description That somebody, or a team, cares for a patient. */
        RelationLine: {
            id: components["schemas"]["RelationId"];
            kind: components["schemas"]["RelationKind"];
            /** @description Name of the person or team. */
            name: string;
            /** Format: date-time */
            starts_at: string;
            /** Format: date-time */
            ends_at?: string | null;
            /** @description Who made it. */
            by: string;
            reason: string;
        };
        /** @description One number of a report. */
        ReportLine: {
            direction: components["schemas"]["Direction"];
            topic: components["schemas"]["Topic"];
            /** @description Which of it: a verdict, a kind of finding, a category, what was done, why a part can't be read. */
            item: string;
            /**
             * Format: int64
             * @description In the period.
             */
            count: number;
            /**
             * Format: int64
             * @description In the period before.
             */
            before: number;
            /** @description In each step of the period. */
            steps: number[];
        };
        /**
         * @description By what a report's period is divided.
         * @enum {string}
         */
        ReportStep: "day" | "week" | "month";
        /** @description What a review asks to be changed. */
        ReviewAsk: {
            review_id: components["schemas"]["ReviewId"];
            person_id: components["schemas"]["PersonId"];
            name: string;
            decision: components["schemas"]["ReviewDecision"];
            note: string;
            by: string;
            /** Format: date-time */
            at: string;
        };
        /**
         * @description What is decided about somebody's rights.
         * @enum {string}
         */
        ReviewDecision: "keep" | "change" | "disable";
        /** @description A decision about some of the people in a review. */
        ReviewDecisions: {
            /** @description At most 200; never oneself. */
            person_ids: components["schemas"]["PersonId"][];
            decision: components["schemas"]["ReviewDecision"];
            /** @description What is to change: needed unless everything stays. Who manages people reads it. */
            note?: string;
        };
        /**
         * Format: uuid
         * @description A review of what people may do.
         */
        ReviewId: string;
        /** @description Somebody in a review, with what they could do when it began. */
        ReviewItem: {
            person_id: components["schemas"]["PersonId"];
            name: string;
            login: string;
            function: string;
            state: components["schemas"]["PersonState"];
            roles: components["schemas"]["ReviewedRole"][];
            permissions: components["schemas"]["Permission"][];
            /** @description Addresses of the mailboxes that they used. */
            mailboxes: string[];
            care: components["schemas"]["ReviewedCare"][];
            /** Format: date-time */
            last_sign_in_at: string | null;
            decision: components["schemas"]["ReviewDecision"] | null;
            decided_by: string | null;
            /** Format: date-time */
            decided_at: string | null;
            /** @description What is to change. */
            note: string | null;
            /** @description Whether it has been done by now; null where nothing is to be. */
            carried_out: boolean | null;
            /** @description It is oneself: somebody else decides. */
            own: boolean;
        };
        /** @description How often somebody looks at what everybody may do. */
        ReviewRules: {
            /**
             * Format: int32
             * @description Months between two access reviews (1 to 24).
             * @default 6
             */
            months: number;
        };
        /** @description For how many patients somebody cared, and how. */
        ReviewedCare: {
            /** @description The kind of relation, or the team's name. */
            how: string;
            team: boolean;
            /** Format: int32 */
            patients: number;
        };
        /** @description A role as it was when the review began. */
        ReviewedRole: {
            name: string;
            via: components["schemas"]["RoleVia"];
            by: string | null;
            /** Format: date-time */
            at: string;
        };
        /** @description Why somebody may do something, or what takes it away. */
        RightSource: {
            id: components["schemas"]["RoleId"];
            name: string;
            via: components["schemas"]["RoleVia"];
            /** @description Who gave it; nobody where the operator did. */
            by: string | null;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            kind: "role";
        } | {
            /** @enum {string} */
            kind: "member";
        } | {
            mandate: components["schemas"]["MandateKind"];
            /** @description For whom. */
            grantor: string;
            /**
             * Format: date-time
             * @description Until then, where it ends.
             */
            until: string | null;
            /** @enum {string} */
            kind: "mandate";
        } | {
            relation: components["schemas"]["RelationKind"];
            /**
             * Format: int32
             * @description For how many.
             */
            patients: number;
            /**
             * Format: date-time
             * @description When the last of these relations ends, where they end.
             */
            until: string | null;
            /** @enum {string} */
            kind: "relation";
        } | {
            name: string;
            /** Format: int32 */
            patients: number;
            /** @enum {string} */
            kind: "team";
        } | {
            /** Format: date-time */
            until: string;
            /** @enum {string} */
            kind: "emergency";
        } | {
            state: components["schemas"]["PersonState"];
            /** @enum {string} */
            kind: "state";
        } | {
            /** @description Its name; null where no zone holds. */
            name: string | null;
            code: string;
            /** @enum {string} */
            kind: "zone";
        };
        /** @description What would change, as it was when it was asked. */
        RightsChange: {
            /** @description The person's roles before; the role's name. */
            before: string[];
            /** @description After. */
            after: string[];
            /** @description Permissions that are new. */
            gains: components["schemas"]["Permission"][];
            /** @description How many people get them. */
            people: number;
        };
        /** @description A role as it is asked to be. */
        RoleAsk: {
            name: string;
            permissions: components["schemas"]["Permission"][];
            reason: string;
        };
        /** @description Roles to be held. */
        RoleChoice: {
            role_ids: components["schemas"]["RoleId"][];
        };
        /** @description A role as it is to be. */
        RoleContent: {
            name: string;
            permissions: components["schemas"]["Permission"][];
        };
        /**
         * Format: uuid
         * @description A role: a named set of permissions.
         */
        RoleId: string;
        /** @description A role: a named set of permissions. */
        RoleLine: {
            id: components["schemas"]["RoleId"];
            name: string;
            permissions: components["schemas"]["Permission"][];
            /**
             * @description What the ready-made role was made of from which this one came, so that one can return to it; empty for a role
             *     that the organisation made.
             */
            ready_made: components["schemas"]["Permission"][];
            /** @description How many people hold it. */
            people: number;
            /**
             * Format: int64
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
        };
        /** @description A role by name. */
        RoleName: {
            id: components["schemas"]["RoleId"];
            name: string;
        };
        /** @description Roles for whoever has a claim. */
        RoleRule: {
            /** @description Name of the claim, such as `groups`. */
            claim: string;
            /** @description What it must be, or hold. */
            value: string;
            /** @description The roles. */
            role_ids: components["schemas"]["RoleId"][];
        };
        /**
         * @description How somebody came to a role.
         * @enum {string}
         */
        RoleVia: "setup" | "hand" | "import" | "provisioning" | "consent" | "provider";
        /** @description Roles that are asked for. */
        RolesAsk: {
            role_ids: components["schemas"]["RoleId"][];
            reason: string;
        };
        /** @description The roles that programs may give. */
        RolesGiven: {
            role_ids: components["schemas"]["RoleId"][];
        };
        /**
         * @description How a message reaches a recipient, safest first in the sense of "who else could read it".
         * @enum {string}
         */
        Route: "inside" | "pickup" | "verified_tls" | "none";
        /**
         * @description The rows of a policy, from mildest to most severe.
         * @enum {string}
         */
        Rule: "none" | "unreadable" | "identifier" | "health" | "health_many" | "special";
        /** @description An e-mail address. */
        ScimEmail: {
            value: components["schemas"]["EmailAddress"];
            type: string;
            primary: boolean;
        };
        /** @description A role that provisioning may give (RFC 7643, 4.2). Made and named by the organisation. */
        ScimGroup: {
            schemas: string[];
            id: components["schemas"]["RoleId"];
            displayName: string;
            /** @description People whom provisioning keeps who have it. */
            members: components["schemas"]["ScimReference"][];
            meta: components["schemas"]["ScimMeta"];
        };
        /** @description A page of resources (RFC 7644, 3.4.2). */
        ScimList: {
            schemas: string[];
            totalResults: number;
            startIndex: number;
            itemsPerPage: number;
            Resources: Record<string, never>[];
        };
        /** @description About the resource. */
        ScimMeta: {
            resourceType: string;
            location: string;
            /** @description To be sent in `If-Match` with the next change. */
            version: string;
        };
        /** @description A name in parts. */
        ScimName: {
            formatted: string;
            givenName?: string | null;
            middleName?: string | null;
            familyName?: string | null;
        };
        /** @description Changes of a resource. */
        ScimPatch: {
            schemas: string[];
            Operations: components["schemas"]["ScimPatchOperation"][];
        };
        /** @description One change. */
        ScimPatchOperation: {
            /** @description `add`, `replace` or `remove`. */
            op: string;
            /** @description Which attribute; without one the value is an object of attributes. */
            path?: string | null;
            value?: Record<string, never> | null;
        };
        /** @description A refusal (RFC 7644, 3.12). */
        ScimProblem: {
            schemas: string[];
            /** @description The HTTP status, as text. */
            status: string;
            /** @description `uniqueness`, `mutability`, `invalidFilter` … */
            scimType?: string | null;
            /** @description What happened: a stable code or a sentence. */
            detail: string;
        };
        /** @description A reference to a user or group. */
        ScimReference: {
            value: string;
            display: string;
            $ref: string;
            type?: string | null;
        };
        /** @description What a program asked. */
        ScimRequest: {
            /** Format: date-time */
            at: string;
            account_name: string;
            /**
             * @description Method and kind of object.
             * @example PATCH /Users/{id}
             */
            request: string;
            outcome: components["schemas"]["Outcome"];
            /** @description Status of the answer. */
            status: string;
        };
        /**
         * @description A person whom provisioning keeps (RFC 7643, 4.1). `id`, `emails`, `groups` and `meta` are only read; what else is sent
         *     (`password`, `roles` …) is left out.
         */
        ScimUser: {
            schemas: string[];
            id: components["schemas"]["PersonId"];
            /** @description The other system's own id. */
            externalId?: string | null;
            /** @description Sign-in name: an e-mail address. */
            userName: components["schemas"]["EmailAddress"];
            name: components["schemas"]["ScimName"];
            displayName: string;
            /** @description Profession or function. */
            title?: string;
            preferredLanguage: string;
            /** @description Whether they may sign in. */
            active: boolean;
            emails: components["schemas"]["ScimEmail"][];
            groups: components["schemas"]["ScimReference"][];
            meta: components["schemas"]["ScimMeta"];
        };
        /**
         * @description The second factor by which a guest proves to be the recipient.
         * @enum {string}
         */
        SecondFactor: "sms" | "secret";
        /** @description How a provider says that somebody has shown a second factor (ASVS 6.8.4). Without a word, Wardpost asks its own. */
        SecondFactorWord: {
            /** @description The organisation vouches that it always asks for one, though it does not say so. */
            always: boolean;
            /** @description One of these in `amr` (RFC 8176). */
            amr: string[];
            /** @description One of these as `acr`. */
            acr: string[];
        };
        /** @description The security policy as it is to be, and why. */
        SecurityContent: {
            policy: components["schemas"]["SecurityPolicy"];
            /** @description Needed when passwords are to change by the calendar. */
            note?: string;
        };
        /**
         * @description The security policy. [`SecurityPolicy::default`] is what a new organisation starts with; a section that a stored
         *     version does not know yet has its default.
         */
        SecurityPolicy: {
            /**
             * @description What passwords must be.
             * @default {
             *       "min_alone": 15,
             *       "min_with_second": 8,
             *       "rotation_days": null
             *     }
             */
            password: components["schemas"]["PasswordRules"];
            /**
             * @description Who holds one of these roles and has a device-bound passkey comes in only by it.
             * @default []
             */
            security_key_roles: components["schemas"]["RoleId"][];
            /**
             * Format: int32
             * @description Days for which who holds one of these roles and has none yet comes in by another way, to add one and for nothing
             *     else (1 to 30). They count from when the person first comes under the rule.
             * @default 7
             */
            security_key_grace_days: number;
            /**
             * @description How long a session lasts.
             * @default {
             *       "absolute_hours": 12,
             *       "by_role": {},
             *       "idle_minutes": 15,
             *       "most_per_person": 20,
             *       "warn_seconds": 60
             *     }
             */
            sessions: components["schemas"]["SessionRules"];
            /**
             * @description Networks and devices with rules of their own: the first one that holds somebody counts.
             * @default []
             */
            zones: components["schemas"]["Zone"][];
            /**
             * @description What holds where no zone does.
             * @default {
             *       "downloads": true,
             *       "idle_minutes": null,
             *       "read_only": false,
             *       "ways": [
             *         "passkey",
             *         "security_key",
             *         "password",
             *         "provider",
             *         "mail_program",
             *         "token"
             *       ]
             *     }
             */
            elsewhere: components["schemas"]["ZoneRules"];
            /**
             * @description How tightly access to what is about patients follows care.
             * @default {
             *       "break_glass_minutes": 60,
             *       "correspondence": true,
             *       "cover_days_max": 42,
             *       "duty": true,
             *       "strict": true
             *     }
             */
            access: components["schemas"]["AccessRules"];
            /**
             * @description How often rights are reviewed.
             * @default {
             *       "months": 6
             *     }
             */
            review: components["schemas"]["ReviewRules"];
            /**
             * @description From which age on who may act for a patient.
             * @default {
             *       "bands": [
             *         {
             *           "from_years": 0,
             *           "parent": "acts"
             *         },
             *         {
             *           "from_years": 12,
             *           "parent": "with_consent"
             *         },
             *         {
             *           "from_years": 16,
             *           "parent": "only_by_mandate"
             *         }
             *       ],
             *       "time_zone": "Europe/Amsterdam"
             *     }
             */
            ages: components["schemas"]["AgeRules"];
        };
        /** @description A version of the security policy. */
        SecurityVersion: {
            policy: components["schemas"]["SecurityPolicy"];
            /**
             * Format: int32
             * @description To be sent in `If-Match` with the next change.
             */
            version: number;
            /** Format: date-time */
            changed_at: string;
            /** @description Empty for the first version, which nobody wrote. */
            changed_by_name: string;
            /** @description Why. */
            note: string;
        };
        /**
         * @description Whether it is on its way.
         * @enum {string}
         */
        SendOutcome: "sent" | "held";
        /**
         * @description The verdict on a whole message, from nothing to worst.
         * @enum {string}
         */
        Sensitivity: "none" | "unreadable" | "identifier" | "health" | "health_many";
        /** @description A draft that became a message. */
        SentMessage: {
            message_id: components["schemas"]["MessageId"];
            outcome: components["schemas"]["SendOutcome"];
            /** @description The plan that delivery obeys. */
            plan: components["schemas"]["Plan"];
        };
        /** @description The account of a program of another system. Nobody can sign in as it. */
        ServiceAccount: {
            id: components["schemas"]["PersonId"];
            name: string;
            /** @description Whether its tokens work. It is switched off and on like everybody else's account. */
            active: boolean;
            /** @description Whether its roles let it provision people. */
            provisions: boolean;
        };
        /** @description A token of a program. */
        ServiceToken: {
            id: components["schemas"]["TokenId"];
            account_id: components["schemas"]["PersonId"];
            account_name: string;
            label: string;
            created_by_name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at?: string | null;
            /** Format: date-time */
            revoked_at?: string | null;
        };
        /** @description Where a browser stands. */
        Session: {
            /** @description The ways in that are open from where the browser is; none: nothing works there. */
            ways: components["schemas"]["Way"][];
            /** @description Name of the zone in which it is; null where no zone holds. */
            zone: string | null;
            certificate_gap: components["schemas"]["CertificateGap"] | null;
            /** @description Somebody is signed in, but the session can't be used from here: it goes on where it can. */
            waiting: boolean;
            /** @description The organisation's identity providers, where they are a way in. */
            providers: components["schemas"]["OpenProvider"][];
            /** @enum {string} */
            state: "anonymous";
        } | {
            /** @description By which means. */
            methods: components["schemas"]["FactorMethod"][];
            /** @enum {string} */
            state: "second_factor";
        } | {
            /**
             * Format: date-time
             * @description Until when it may be added in this sign-in.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description The end of the time in which one comes in without one.
             */
            grace_ends_at: string | null;
            /** @enum {string} */
            state: "enrol_key";
        } | {
            /** @description Why. */
            why: components["schemas"]["WhyChange"];
            /** @enum {string} */
            state: "change_password";
        } | (components["schemas"]["SignedInSession"] & {
            /** @enum {string} */
            state: "signed_in";
        });
        /**
         * Format: uuid
         * @description A signed-in session (the id shown to people; the secret is another value).
         */
        SessionId: string;
        /** @description How long sessions last (SP 800-63B-4, 2.2.3; ASVS 7.3.1, 7.3.2). */
        SessionRules: {
            /**
             * Format: int32
             * @description Hours after which a session ends in any case (1 to 24).
             * @default 12
             */
            absolute_hours: number;
            /**
             * Format: int32
             * @description Minutes without activity after which it ends (1 to 60).
             * @default 15
             */
            idle_minutes: number;
            /**
             * @description The same for who holds a role, in the place of `idle_minutes`; of several roles the shortest time counts.
             * @default {}
             */
            by_role: {
                [key: string]: number;
            };
            /**
             * Format: int32
             * @description Seconds before its end at which the page warns (20 to 300; WCAG 2.2.1 wants 20 at least).
             * @default 60
             */
            warn_seconds: number;
            /**
             * Format: int32
             * @description Open sessions of one person: the oldest ends when there are more (1 to 100).
             * @default 20
             */
            most_per_person: number;
        };
        /** @description What one signs in with. */
        SignIn: {
            /** @description The sign-in name: an address. */
            login: string;
            password: string;
        };
        /** @description Everything the web app needs to know about whoever is signed in. */
        SignedInSession: {
            person: components["schemas"]["Me"];
            /** @description Names of the roles. */
            roles: string[];
            permissions: components["schemas"]["Permission"][];
            /** @description The mailboxes that one uses: own first, colleagues' last. */
            mailboxes: components["schemas"]["OwnMailbox"][];
            org: components["schemas"]["Org"];
            /** @description To be sent in `X-Wardpost-CSRF` with everything that changes something. */
            csrf: string;
            /**
             * Format: int32
             * @description Seconds without activity after which the session ends.
             */
            idle_seconds: number;
            /**
             * Format: int32
             * @description Seconds before its end at which to warn.
             */
            warn_seconds: number;
            /** Format: date-time */
            idle_expires_at: string;
            /** Format: date-time */
            absolute_expires_at: string;
            place: components["schemas"]["Place"];
            acting_for: components["schemas"]["Acting"] | null;
            /** @description Whether one can sign in by password and authenticator app. Without, passkeys are the only way. */
            has_password: boolean;
            /**
             * Format: date-time
             * @description When one's password will have to be replaced, once that is near. Only where the organisation lets passwords run out.
             */
            password_ends_at: string | null;
            /** @description Whether an authenticator app is still to be set up. Accounts always have one: false. */
            must_enrol_totp: boolean;
        };
        /** @description Where to go on to sign out there as well. */
        SignedOut: {
            /** @description A page of the identity provider by which the session began. */
            continue_at: string;
        };
        /**
         * @description A kind of health information that the law or custom guards more closely than the rest.
         *
         *     42 CFR Part 2 (addiction), state laws on HIV, GINA (genetics), GDPR article 9.
         * @enum {string}
         */
        SpecialCategory: "hiv_sti" | "mental_health" | "addiction" | "genetics" | "reproductive" | "violence";
        /**
         * @description Whether a mandate holds.
         * @enum {string}
         */
        Standing: "planned" | "holds" | "suspended" | "ended";
        /** @description A team as it is to be. */
        TeamContent: {
            name: string;
            members: components["schemas"]["PersonId"][];
        };
        /**
         * Format: uuid
         * @description A care team.
         */
        TeamId: string;
        /**
         * Format: uuid
         * @description Messages that answer each other.
         */
        ThreadId: string;
        /**
         * @description Whether a domain's TLS was verified.
         * @enum {string}
         */
        TlsState: "verified" | "unverified" | "unknown";
        /** @description What is known of a domain's mail servers. */
        TlsView: {
            state: components["schemas"]["TlsState"];
            /** Format: date-time */
            checked_at?: string | null;
            detail?: string | null;
        };
        /**
         * Format: uuid
         * @description A token by which another system's program comes in.
         */
        TokenId: string;
        /** @description What a token is for, and how long it is good. */
        TokenWanted: {
            account_id: components["schemas"]["PersonId"];
            label: string;
            /**
             * Format: int32
             * @description 1 to 365.
             */
            days: number;
        };
        /**
         * @description What is counted.
         * @enum {string}
         */
        Topic: "messages" | "verdict" | "kind" | "spans" | "special" | "action" | "override" | "false_alarm" | "unreadable";
        /** @description A secret for an authenticator app. */
        TotpSecret: {
            /** @description Base 32, to be typed. */
            secret: string;
            /** @description `otpauth://` address, for a QR code. */
            uri: string;
        };
        /** @description One thing that happened to a message. */
        TrailLine: {
            /** Format: date-time */
            at: string;
            kind: components["schemas"]["AuditKind"];
            /** @description To which recipient. */
            recipient?: string | null;
            /** @description By whom. */
            agent?: string | null;
            outcome: components["schemas"]["Outcome"];
            /** @description What the other side said, or the reason given. */
            detail?: string | null;
        };
        /** @description What a policy would do with a sample, beside the policy in force. */
        TrialAnswer: {
            /** @description By the policy as it was edited. */
            edited: components["schemas"]["Tried"];
            in_force?: components["schemas"]["Tried"] | null;
            /**
             * Format: int32
             * @description Version of the policy in force.
             */
            version: number;
        };
        /** @description A file to try a policy on, of at most about a megabyte. */
        TrialFile: {
            file_name: string;
            /** @description Base64. */
            content: string;
        };
        /** @description What a policy would do with a sample. */
        Tried: {
            findings: components["schemas"]["Findings"];
            /** @description The rows that apply, mildest first. */
            rules: components["schemas"]["Rule"][];
            /** @description What would happen, by destination. */
            outcomes: components["schemas"]["TriedOutcome"][];
            /** @description What would happen if it came in from outside without encryption. */
            incoming: components["schemas"]["Incoming"];
        };
        /** @description What would happen at one destination. */
        TriedOutcome: {
            to: components["schemas"]["Destination"];
            action: components["schemas"]["Action"];
            /** @description The rows that want just that; none where it is plainly sent. */
            because: components["schemas"]["Rule"][];
            /** @description Whoever may, could send it anyway. */
            may_override: boolean;
        };
        /** @description What was checked of somebody. */
        Verification: {
            email: components["schemas"]["EmailState"];
            /** Format: date-time */
            email_at: string | null;
            phone: components["schemas"]["PhoneNumber"] | null;
            /** Format: date-time */
            phone_at: string | null;
            identity_checked_by: components["schemas"]["IdentityDocument"] | null;
            /** Format: date-time */
            identity_checked_at: string | null;
            /** @description Who checked it. */
            identity_checked_by_name: string | null;
        };
        /** @description An organisation's own vocabulary. */
        Vocabulary: {
            /** @description Own words for conditions (ward slang, programmes that give a diagnosis away). */
            conditions?: string[];
            /** @description Own words for medicines. */
            medicines?: string[];
            /** @description Own kinds of number. */
            numbers?: components["schemas"]["OwnNumber"][];
            /** @description Texts that are never a finding. */
            exceptions?: components["schemas"]["VocabularyException"][];
        };
        /** @description A text that is never a finding: the practice's own name, a doctor's, a word that means something else here. */
        VocabularyException: {
            /** @description The whole text of a finding, compared without case. */
            text: string;
            kind?: components["schemas"]["FindingKind"] | null;
            /** @description Why it is none. */
            why: string;
            /**
             * Format: date
             * @description Its last day, by the clock of the organisation; without one it holds on.
             */
            until?: string | null;
            added_by?: components["schemas"]["PersonId"] | null;
            /**
             * Format: date-time
             * @description When. Set by the server.
             */
            added_at?: string | null;
        };
        /**
         * @description How somebody comes in.
         * @enum {string}
         */
        Way: "passkey" | "security_key" | "password" | "provider" | "mail_program" | "token";
        /** @description By what somebody comes in. */
        WaysIn: {
            /** @description A password with an authenticator app. */
            password: boolean;
            /** Format: int32 */
            passkeys: number;
            /**
             * Format: int32
             * @description Passkeys that are bound to a device.
             */
            security_keys: number;
            /**
             * Format: int32
             * @description Passwords of mail programs.
             */
            mail_programs: number;
        };
        /** @description Somebody who may do what was asked about. */
        WhoCanLine: {
            id: components["schemas"]["PersonId"];
            name: string;
            function: string;
            /** @description Why: each of these alone would do. */
            sources: components["schemas"]["RightSource"][];
        };
        /**
         * @description Why another password is to be chosen.
         * @enum {string}
         */
        WhyChange: "asked" | "age";
        /**
         * @description A part of the network, such as the practice's own, or the devices of the practice, with rules of its own. Told by
         *     networks, by an authority of certificates, or by both, and then both hold; a zone that names neither holds nobody.
         */
        Zone: {
            /** @description Its id. */
            id: components["schemas"]["ZoneId"];
            /** @description Its name, as people read it. */
            name: string;
            /** @description Its networks; none: wherever the device is. */
            networks: components["schemas"]["Network"][];
            /** @description The authority whose certificate a device in it has, as the operator named it; null: any device. */
            authority: string | null;
            /** @description What holds there. */
            rules: components["schemas"]["ZoneRules"];
        };
        /**
         * Format: uuid
         * @description A part of the network with rules of its own.
         */
        ZoneId: string;
        /** @description A zone that can be asked about. */
        ZoneName: {
            id: components["schemas"]["ZoneId"];
            name: string;
        };
        /** @description What holds in a zone. */
        ZoneRules: {
            /**
             * @description Which ways in are open; none: nothing works there.
             * @default [
             *       "passkey",
             *       "security_key",
             *       "password",
             *       "provider",
             *       "mail_program",
             *       "token"
             *     ]
             */
            ways: components["schemas"]["Way"][];
            /**
             * Format: int32
             * @description Minutes without activity after which a session ends; nothing: as elsewhere.
             * @default null
             */
            idle_minutes: number | null;
            /**
             * @description Look, but change nothing.
             * @default false
             */
            read_only: boolean;
            /**
             * @description Files may be saved.
             * @default true
             */
            downloads: boolean;
        };
    };
    responses: {
        /** @description `bad_request`: the body can't be read */
        Refused400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthenticated`: not signed in; `second_factor_required` */
        Refused401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forbidden`: not allowed, with the reason's code; `csrf`, `cross_origin` */
        Refused403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: there is no such object, or you may not know that there is */
        Refused404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `conflict`: not possible in the present state; `detail` is a stable code */
        Refused409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `version_conflict`: changed meanwhile; read it again */
        Refused412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_large` */
        Refused413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type` */
        Refused415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `validation`: fields that can't be accepted, in `errors` */
        Refused422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `locked`: after too many tries, until `locked_until` */
        Refused423: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `rate_limited`: again after `retry_after_seconds` */
        Refused429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal`: a fault of the server; the request's id is in `instance` */
        Refused500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unavailable`: again in a moment */
        Refused503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_access_reviews: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reviews */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReviews"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    start_access_review: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The review */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    access_review_asks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ReviewAsk"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    close_access_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: components["schemas"]["ReviewId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The review */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    decide_access_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: components["schemas"]["ReviewId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewDecisions"];
            };
        };
        responses: {
            /** @description Decided */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    access_review_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: components["schemas"]["ReviewId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everybody in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    access_review_items: {
        parameters: {
            query?: {
                /** @description Everybody if not said. */
                show?: "open" | "decided" | "changes";
                /** @description A part of the name. */
                q?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                review_id: components["schemas"]["ReviewId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReviewItem"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Asks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Approval"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    decide_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval_id: components["schemas"]["ApprovalId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Consent"];
            };
        };
        responses: {
            /** @description Decided */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalDecided"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    search_audit: {
        parameters: {
            query?: {
                /** @description Who acted. */
                person?: components["schemas"]["PersonId"];
                /** @description Whose data. */
                patient?: string;
                /** @description On which message. */
                message?: components["schemas"]["MessageId"];
                /** @description On which person: what was done about them. */
                about?: components["schemas"]["PersonId"];
                /** @description What happened, any of these. */
                kind?: components["schemas"]["AuditKind"][];
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPageView"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    export_csv: {
        parameters: {
            query?: {
                /** @description Who acted. */
                person?: components["schemas"]["PersonId"];
                /** @description Whose data. */
                patient?: string;
                /** @description On which message. */
                message?: components["schemas"]["MessageId"];
                /** @description On which person: what was done about them. */
                about?: components["schemas"]["PersonId"];
                /** @description What happened, any of these. */
                kind?: components["schemas"]["AuditKind"][];
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All entries found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    export_fhir: {
        parameters: {
            query?: {
                /** @description Who acted. */
                person?: components["schemas"]["PersonId"];
                /** @description Whose data. */
                patient?: string;
                /** @description On which message. */
                message?: components["schemas"]["MessageId"];
                /** @description On which person: what was done about them. */
                about?: components["schemas"]["PersonId"];
                /** @description What happened, any of these. */
                kind?: components["schemas"]["AuditKind"][];
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All entries found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/fhir+json": Record<string, never>;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    audit_log: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLog"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    verify_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    prove_audit_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry_id: components["schemas"]["AuditId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proof */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    break_glass_queue: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EmergencyLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    review_break_glass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["schemas"]["GrantId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmergencyReview"];
            };
        };
        responses: {
            /** @description Judged */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    care_colleagues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Colleague"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    confirm_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmationToken"];
            };
        };
        responses: {
            /** @description Confirmed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    find_contacts: {
        parameters: {
            query?: {
                /** @description The beginning of a name or an address. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Suggestions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ContactLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ConversationLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    conversation_people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Colleague"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    conversation_socket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection stands */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad_request`: not a WebSocket of this subprotocol */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_domains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Domains */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainLine"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    add_domain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDomain"];
            };
        };
        responses: {
            /** @description Added */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_domain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: components["schemas"]["Domain"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_drafts: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of drafts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DraftLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_draft: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDraft"];
            };
        };
        responses: {
            /** @description The draft */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    save_draft: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftContent"];
            };
        };
        responses: {
            /** @description The draft with its new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    discard_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    attach_file: {
        parameters: {
            query: {
                /** @description Its name. */
                file_name: string;
                /** @description Its media type; `application/octet-stream` if not said. */
                media_type?: string;
            };
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            /** @description The file's description */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentMeta"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    detach_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: components["schemas"]["DraftId"];
                attachment_id: components["schemas"]["AttachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    report_draft_finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFalseAlarm"];
            };
        };
        responses: {
            /** @description Taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FalseAlarmTaken"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    plan_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan that sending would obey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedDraft"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    send_draft: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: durable, and on its way or held */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentMessage"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    send_draft_anyway: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path: {
                draft_id: components["schemas"]["DraftId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Override"];
            };
        };
        responses: {
            /** @description Accepted: durable, and on its way or held */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentMessage"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent by browsers on reconnection: answered with `resync` */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChangeEvent"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_false_alarms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Texts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_FalseAlarm"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    accept_false_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alarm_id: components["schemas"]["FalseAlarmId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FalseAlarmAcceptance"];
            };
        };
        responses: {
            /** @description An exception from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    dismiss_false_alarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alarm_id: components["schemas"]["FalseAlarmId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FalseAlarmWord"];
            };
        };
        responses: {
            /** @description Dismissed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    held_messages: {
        parameters: {
            query?: {
                /** @description Held by this row of the policy. */
                rule?: components["schemas"]["Rule"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of held messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HeldLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    held_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message, the findings and the plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldMessage"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    held_attachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
                attachment_id: components["schemas"]["AttachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    claim_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claiming"];
            };
        };
        responses: {
            /** @description It is yours to judge */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    report_held_finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFalseAlarm"];
            };
        };
        responses: {
            /** @description Taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FalseAlarmTaken"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    refuse_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description Refused */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    release_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description On its way */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    identity_providers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Providers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_IdentityProvider"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    add_identity_provider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewIdentityProvider"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    check_identity_provider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderToCheck"];
            };
        };
        responses: {
            /** @description What it says of itself */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderChecked"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_identity_provider: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                provider_id: components["schemas"]["ProviderId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedIdentityProvider"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_identity_provider: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                provider_id: components["schemas"]["ProviderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitation"];
            };
        };
        responses: {
            /** @description Recovery codes, shown once; none with a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedInvitation"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    open_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationToken"];
            };
        };
        responses: {
            /** @description The invitation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenInvitation"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    advise_invited: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitedPasswordIdea"];
            };
        };
        responses: {
            /** @description Advice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordAdvice"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_mailboxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Mailboxes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailboxLine"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_mailbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMailbox"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailboxLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_mailbox: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailboxContent"];
            };
        };
        responses: {
            /** @description The mailbox with its new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailboxLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    mailbox_counts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailboxCounts"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description `inbox` if not said. */
                folder?: components["schemas"]["Folder"];
                /** @description Only unread ones. */
                unread?: boolean;
                /** @description Only marked ones. */
                flagged?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The mailbox */
                mailbox_id: components["schemas"]["MailboxId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MessageLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    read_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageChange"];
            };
        };
        responses: {
            /** @description The message's line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    message_attachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
                attachment_id: components["schemas"]["AttachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_message_expiry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Expiry"];
            };
        };
        responses: {
            /** @description The message with its recipients' states */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    report_sent_finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFalseAlarm"];
            };
        };
        responses: {
            /** @description Taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FalseAlarmTaken"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    message_html: {
        parameters: {
            query?: {
                /** @description 1: fetch pictures of the internet, over TLS. Their senders then know that the mail was opened. */
                remote?: number;
            };
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    recall_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Recall"];
            };
        };
        responses: {
            /** @description The message with its recipients' states */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    message_trail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mailbox_id: components["schemas"]["MailboxId"];
                message_id: components["schemas"]["MessageId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_TrailLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_mandates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By their beginning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Mandate"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    give_mandate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMandate"];
            };
        };
        responses: {
            /** @description The mandate */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mandate"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    mandate_choices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MandateChoices"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_mandate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                mandate_id: components["schemas"]["MandateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_access_log: {
        parameters: {
            query?: {
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of looks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessLog"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_access_log_csv: {
        parameters: {
            query?: {
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All looks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    app_passwords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Passwords, without their values */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_AppPassword"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_app_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceLabel"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewAppPassword"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revoke_app_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The password */
                app_password_id: components["schemas"]["AppPasswordId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    replace_authenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticatorTaken"];
            };
        };
        responses: {
            /** @description Replaced; other sessions have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    drop_authenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken away; other sessions have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    offer_authenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorOffer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_break_glass: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is open */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_OpenEmergency"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_care: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Relations that hold */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_RelationLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_details: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Administrative data */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatientDetails"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_devices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Devices */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Device"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    forget_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The device */
                device_id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_links: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Links, and which providers there are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityLinks"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    begin_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBegin"];
            };
        };
        responses: {
            /** @description Where to go */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: components["schemas"]["LinkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_language: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LanguageChoice"];
            };
        };
        responses: {
            /** @description Chosen */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_mandates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Mandate"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_passkeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Passkeys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Passkey"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    add_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    new_passkey_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For `navigator.credentials.create` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewPasskeyOptions"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The passkey */
                passkey_id: components["schemas"]["PasskeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    rename_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The passkey */
                passkey_id: components["schemas"]["PasskeyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyName"];
            };
        };
        responses: {
            /** @description Renamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed; other sessions have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    advise_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordIdea"];
            };
        };
        responses: {
            /** @description Advice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordAdvice"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_proxies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both sides */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnProxies"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    give_up_proxy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proxy_id: components["schemas"]["ProxyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    consent_to_proxy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proxy_id: components["schemas"]["ProxyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Consented */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    renew_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The codes, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_MySession"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_my_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session */
                session_id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    my_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was checked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On its way */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MobileNumber"];
            };
        };
        responses: {
            /** @description On its way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationCodeSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    forget_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    confirm_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeGiven"];
            };
        };
        responses: {
            /** @description Confirmed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    backchannel_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["LogoutWord"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It can't be believed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogoutError"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_partners: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Partners */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerLine"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    add_partner: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PartnerContent"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_partner: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                partner_id: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PartnerContent"];
            };
        };
        responses: {
            /** @description The partner with its new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_partner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partner_id: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    check_partner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partner_id: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The partner with what was seen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    find_patients: {
        parameters: {
            query?: {
                /** @description A number exactly, or a part of the name; without it those for whom one cares. */
                q?: string;
                /** @description Most patients, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Patients */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_PatientLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    register_patient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatientContent"];
            };
        };
        responses: {
            /** @description Registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_patient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The patient */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_patient: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatientContent"];
            };
        };
        responses: {
            /** @description The patient with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    patient_access_log: {
        parameters: {
            query?: {
                /** @description From this time on. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of looks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessLog"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_patient_account: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatientAccount"];
            };
        };
        responses: {
            /** @description The patient with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_patient_account: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The patient with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    take_break_glass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmergencyReason"];
            };
        };
        responses: {
            /** @description Open, until then */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmergencyAccess"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_break_glass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    check_patient_identity: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityChecked"];
            };
        };
        responses: {
            /** @description The patient with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    who_can_open_patient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_PatientOpener"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    patient_proxies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By their beginning */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Proxy"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    register_proxy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProxy"];
            };
        };
        responses: {
            /** @description Who acts now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Proxy"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    patient_relations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Relations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_RelationLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_relation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRelation"];
            };
        };
        responses: {
            /** @description All relations of the patient */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_RelationLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_patient_phone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The patient */
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On its way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationCodeSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    confirm_patient_phone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The patient */
                patient_id: components["schemas"]["PatientId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeGiven"];
            };
        };
        responses: {
            /** @description The patient */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Patient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_people: {
        parameters: {
            query?: {
                /** @description Words of name, login or function. */
                q?: string;
                /** @description In this state. */
                state?: components["schemas"]["PersonState"];
                /** @description With this role. */
                role_id?: components["schemas"]["RoleId"];
                /** @description Who have not signed in for so many days, or never. */
                unseen_days?: number;
                /** @description Who lack this. */
                lacking?: "second_factor" | "passkey";
                /** @description With an account of this kind. */
                kind?: "staff" | "patient" | "carer" | "program";
                /** @description Whose account came from there. */
                source?: "house" | "import" | "provider" | "provisioning";
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PersonLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_person: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedPerson"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_bulk_acts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Acts of the last half hour */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_BulkEntry"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    run_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkOrder"];
            };
        };
        responses: {
            /** @description What became of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    preview_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkQuestion"];
            };
        };
        responses: {
            /** @description What would happen to each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_BulkLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    undo_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: components["schemas"]["BulkId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_BulkLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_imports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Imports */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ImportEntry"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    run_import: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportOrder"];
            };
        };
        responses: {
            /** @description Invited */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDone"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    preview_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PeopleList"];
            };
        };
        responses: {
            /** @description Each row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    import_template: {
        parameters: {
            query?: {
                language?: components["schemas"]["Language"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    undo_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: components["schemas"]["ImportId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportUndone"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_person: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonContent"];
            };
        };
        responses: {
            /** @description The person with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    disable_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    enable_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    check_identity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityChecked"];
            };
        };
        responses: {
            /** @description Recorded */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    invite_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new link */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationLink"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_kept_by: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeptByProvider"];
            };
        };
        responses: {
            /** @description The person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    preview_leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it would mean */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeavePreview"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    leave: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Leave"];
            };
        };
        responses: {
            /** @description The person, gone or with the day of leaving */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    cancel_leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person, who stays */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    passkeys_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Passkeys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Passkey"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    remove_passkey_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                person_id: components["schemas"]["PersonId"];
                /** @description The passkey */
                passkey_id: components["schemas"]["PasskeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed; sessions that it began have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    demand_password_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryAsk"];
            };
        };
        responses: {
            /** @description Asked; `nobody_to_consent` when there is no second person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryAsked"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    person_rights: {
        parameters: {
            query?: {
                /** @description A zone's id, or `elsewhere` where none holds; wherever they are if not said. */
                zone?: string;
            };
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their effective rights */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonRights"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_person_roles: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChoice"];
            };
        };
        responses: {
            /** @description The person with the new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_roles: {
        parameters: {
            query?: never;
            header: {
                /** @description The person's version, in quotes */
                "If-Match": string;
            };
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolesAsk"];
            };
        };
        responses: {
            /** @description Asked; `no_consent_needed` when it can be done without */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    person_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_PersonSession"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_person_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    verification_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person */
                person_id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was checked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_permissions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Permissions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PermissionName"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    pickup_attachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: components["schemas"]["AttachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    pickup_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupToken"];
            };
        };
        responses: {
            /** @description Handed to the text message gateway */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            423: components["responses"]["Refused423"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    pickup_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupMessage"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    pickup_html: {
        parameters: {
            query?: {
                /** @description 1: fetch pictures of the internet, over TLS. Their senders then know that the mail was opened. */
                remote?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    open_pickup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupToken"];
            };
        };
        responses: {
            /** @description What stands on the door */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupDoor"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    reply: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupReplyContent"];
            };
        };
        responses: {
            /** @description In the sender's mailbox */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupReplied"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    attach_to_reply: {
        parameters: {
            query: {
                /** @description Its name. */
                file_name: string;
                /** @description Its media type; `application/octet-stream` if not said. */
                media_type?: string;
            };
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            /** @description The file's description */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentMeta"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    detach_from_reply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: components["schemas"]["AttachmentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_pickup_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    verify_pickup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PickupFactor"];
            };
        };
        responses: {
            /** @description Open */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickupOpened"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            423: components["responses"]["Refused423"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVersion"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    put_policy: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyContent"];
            };
        };
        responses: {
            /** @description The policy in force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVersion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    try_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyTrial"];
            };
        };
        responses: {
            /** @description What the sample would trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialAnswer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    policy_versions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVersion"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_provisioned_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ProvisionedRole"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    set_provisioned_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolesGiven"];
            };
        };
        responses: {
            /** @description Roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ProvisionedRole"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_proxy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proxy_id: components["schemas"]["ProxyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    record_proxy_consent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proxy_id: components["schemas"]["ProxyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who acts now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_Proxy"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    use_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryHalves"];
            };
        };
        responses: {
            /** @description An invitation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovered"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_relation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                relation_id: components["schemas"]["RelationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    findings_report: {
        parameters: {
            query: {
                /** @description First day (UTC). */
                from: string;
                /** @description Last day (UTC); at most 366 days in all. */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsReport"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    findings_report_csv: {
        parameters: {
            query: {
                /** @description First day (UTC). */
                from: string;
                /** @description Last day (UTC); at most 366 days in all. */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    who_can: {
        parameters: {
            query?: {
                /** @description The permission: must be said. */
                permission?: components["schemas"]["Permission"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WhoCanLine"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleLine"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_role: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleContent"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_role: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                role_id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleContent"];
            };
        };
        responses: {
            /** @description The role with its new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleLine"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    delete_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role_id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    ask_role_change: {
        parameters: {
            query?: never;
            header: {
                /** @description The role's version, in quotes */
                "If-Match": string;
            };
            path: {
                role_id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleAsk"];
            };
        };
        responses: {
            /** @description Asked; `no_consent_needed` when it can be done without */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_scim_requests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ScimRequest"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_security: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The security policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityVersion"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    put_security: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityContent"];
            };
        };
        responses: {
            /** @description The security policy in force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityVersion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    client_authorities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Authorities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientAuthorities"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    security_versions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityVersion"][];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_service_accounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Programs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ServiceAccount"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_service_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewServiceAccount"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_service_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_ServiceToken"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_service_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenWanted"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewServiceToken"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revoke_service_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: components["schemas"]["TokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not signed in, half signed in, to add a security key, or signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description The second factor is wanted now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out here; the identity provider's page goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description Signed out, or nobody was signed in */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    act_for: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActFor"];
            };
        };
        responses: {
            /** @description The session as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    sign_in_with_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeySignIn"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    passkey_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For `navigator.credentials.get` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    choose_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordIdea"];
            };
        };
        responses: {
            /** @description Signed in; other sessions have ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    advise_changing: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordIdea"];
            };
        };
        responses: {
            /** @description Advice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordAdvice"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    finish_provider_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderFinish"];
            };
        };
        responses: {
            /** @description Signed in, half signed in, or linked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderFinished"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    begin_provider_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider_id: components["schemas"]["ProviderId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderBegin"];
            };
        };
        responses: {
            /** @description Where to go */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorGiven"];
            };
        };
        responses: {
            /** @description Signed in, or another password is to be chosen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    add_security_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    security_key_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For `navigator.credentials.create` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewPasskeyOptions"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    step_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofGiven"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    step_up_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For `navigator.credentials.get` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    begin_provider_step_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderStepUp"];
            };
        };
        responses: {
            /** @description Where to go */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderSent"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    touch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description When the session ends without activity */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdleEnd"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    all_sessions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Items on a page, 1 to 200; 50 if not said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PersonSession"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    list_teams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Teams */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items_CareTeam"];
                };
            };
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    create_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description Same key, same answer, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamContent"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CareTeam"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    change_team: {
        parameters: {
            query?: never;
            header: {
                /** @description The version, in quotes */
                "If-Match": string;
            };
            path: {
                team_id: components["schemas"]["TeamId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamContent"];
            };
        };
        responses: {
            /** @description The team with its new version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CareTeam"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    scim_groups: {
        parameters: {
            query?: {
                /** @description Which resources (RFC 7644, 3.4.2.2); at most 2 KiB and 32 comparisons. */
                filter?: string;
                /** @description The first resource, counted from 1. */
                startIndex?: string;
                /** @description Resources on a page, at most 200. */
                count?: string;
                /** @description Only these attributes, with commas between them. */
                attributes?: string;
                /** @description Not these attributes. */
                excludedAttributes?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimList"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_group: {
        parameters: {
            query?: {
                /** @description Which resources (RFC 7644, 3.4.2.2); at most 2 KiB and 32 comparisons. */
                filter?: string;
                /** @description The first resource, counted from 1. */
                startIndex?: string;
                /** @description Resources on a page, at most 200. */
                count?: string;
                /** @description Only these attributes, with commas between them. */
                attributes?: string;
                /** @description Not these attributes. */
                excludedAttributes?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimGroup"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_replace_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/scim+json": components["schemas"]["ScimGroup"];
            };
        };
        responses: {
            /** @description The group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimGroup"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_patch_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["RoleId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/scim+json": components["schemas"]["ScimPatch"];
            };
        };
        responses: {
            /** @description Done; members are many, and are not repeated */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_resource_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Users and groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimList"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_resource_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `User` or `Group` */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": Record<string, never>;
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_schemas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The forms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimList"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_schema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schema */
                urn: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The form */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": Record<string, never>;
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_provider_config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server can do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": Record<string, never>;
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_users: {
        parameters: {
            query?: {
                /** @description Which resources (RFC 7644, 3.4.2.2); at most 2 KiB and 32 comparisons. */
                filter?: string;
                /** @description The first resource, counted from 1. */
                startIndex?: string;
                /** @description Resources on a page, at most 200. */
                count?: string;
                /** @description Only these attributes, with commas between them. */
                attributes?: string;
                /** @description Not these attributes. */
                excludedAttributes?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimList"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/scim+json": components["schemas"]["ScimUser"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimUser"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_user: {
        parameters: {
            query?: {
                /** @description Which resources (RFC 7644, 3.4.2.2); at most 2 KiB and 32 comparisons. */
                filter?: string;
                /** @description The first resource, counted from 1. */
                startIndex?: string;
                /** @description Resources on a page, at most 200. */
                count?: string;
                /** @description Only these attributes, with commas between them. */
                attributes?: string;
                /** @description Not these attributes. */
                excludedAttributes?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimUser"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_replace_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version, `W/"7"` */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/scim+json": components["schemas"]["ScimUser"];
            };
        };
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimUser"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_remove_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version, `W/"7"` */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
    scim_patch_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version, `W/"7"` */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/scim+json": components["schemas"]["ScimPatch"];
            };
        };
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimUser"];
                };
            };
            /** @description `invalidSyntax`, `invalidValue`, `invalidPath`, `invalidFilter`, `noTarget`, `mutability` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Not allowed, with the reason's code */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description No such resource, or not one that provisioning keeps */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description `uniqueness`: in use already; `mutability`: the house took it away */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description Too often: again after `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
            /** @description A fault of the server */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/scim+json": components["schemas"]["ScimProblem"];
                };
            };
        };
    };
}
