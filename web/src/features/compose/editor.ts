/**
 * The state of a draft while it is written. Pure: what is typed, what the server last had, and what must be saved.
 * Saving and planning are done by useDraftEditor.ts.
 */

import type { AttachmentMeta, Draft, DraftChange, Party, RecipientKind } from "@/api/types";

export interface LocalRecipient {
  party: Party;
  kind: RecipientKind;
  phone: string;
  /** Typed in this window and not yet saved; the server never gives it back. */
  secret: string;
  secretSet: boolean;
  confirmed: boolean;
}

export interface Content {
  /** The mailbox that it is sent from. */
  mailboxId: string;
  recipients: LocalRecipient[];
  subject: string;
  text: string;
  patient: string;
  askPickup: boolean;
  expiresDays: number | null;
}

export function contentOf(draft: Draft): Content {
  return {
    mailboxId: draft.mailbox_id,
    recipients: draft.recipients.map((one) => ({
      party: one.party,
      kind: one.kind,
      phone: one.phone ?? "",
      secret: "",
      secretSet: one.secret_set,
      confirmed: one.confirmed,
    })),
    subject: draft.subject,
    text: draft.text,
    patient: draft.patient ?? "",
    askPickup: draft.ask_pickup,
    expiresDays: draft.expires_days ?? null,
  };
}

export function changeOf(content: Content): DraftChange {
  return {
    mailbox_id: content.mailboxId,
    recipients: content.recipients.map((one) => ({
      party: one.party,
      kind: one.kind,
      confirmed: one.confirmed,
      ...(one.phone ? { phone: one.phone } : {}),
      ...(one.secret ? { secret: one.secret } : {}),
    })),
    subject: content.subject,
    text: content.text,
    ask_pickup: content.askPickup,
    ...(content.patient.trim() ? { patient: content.patient.trim() } : {}),
    ...(content.expiresDays === null ? {} : { expires_days: content.expiresDays }),
  };
}

/** Whether both would be saved as the same draft. */
export const same = (a: Content, b: Content): boolean => JSON.stringify(changeOf(a)) === JSON.stringify(changeOf(b));

/** After saving: secrets that the server has taken are forgotten here. */
export function settle(now: Content, saved: Content): Content {
  if (!saved.recipients.some((one) => one.secret)) return now;
  const taken = new Map(saved.recipients.filter((one) => one.secret).map((one) => [one.party.address, one.secret]));
  return {
    ...now,
    recipients: now.recipients.map((one) =>
      one.secret && taken.get(one.party.address) === one.secret ? { ...one, secret: "", secretSet: true } : one,
    ),
  };
}

const ADDRESS = /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/i;

/** A domain of other letters in the form that mail travels with (RFC 5890), as browsers write it. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  // eslint-disable-next-line no-control-regex -- all of ASCII, controls included
  if (at < 0 || /^[\x00-\x7f]*$/.test(domain) || /[\s/?#:\\]/.test(domain)) return address;
  const url = `http://${domain}`;
  return URL.canParse(url) ? `${address.slice(0, at)}@${new URL(url).hostname}` : address;
}

/** Reads "Name <address>" or a bare address; null when it is neither. */
export function parseParty(text: string): Party | null {
  const trimmed = text.trim().slice(0, 400);
  const named = /^"?([^"<>]*?)"?\s*<([^<>]+)>$/.exec(trimmed);
  const address = withAsciiDomain((named?.[2] ?? trimmed).trim());
  if (address.length > 254 || !ADDRESS.test(address) || /^\.|\.\.|\.@/.test(address)) return null;
  return { name: named?.[1]?.trim() ?? "", address };
}

/** Splits what was pasted into parties; what can't be read is given back. */
export function parseParties(text: string): { parties: Party[]; rest: string } {
  const parties: Party[] = [];
  const rest: string[] = [];
  for (const piece of text.split(/[,;\n\r]+/)) {
    if (piece.trim() === "") continue;
    const party = parseParty(piece);
    if (party) parties.push(party);
    else rest.push(piece.trim());
  }
  return { parties, rest: rest.join(", ") };
}

/**
 * A telephone number in E.164, or null. Separators are left out; 00 stands for +; a Dutch mobile number (06 and eight
 * digits) gets its country code.
 */
export function parsePhone(text: string): string | null {
  const compact = text.replace(/[\s\-.()\u00a0]/g, "").replace(/^00/, "+").replace(/^06(\d{8})$/, "+316$1");
  return /^\+[1-9]\d{6,14}$/.test(compact) ? compact : null;
}

export const SECRET_MIN = 6;
export const FILE_MAX_BYTES = 25 * 1024 * 1024;

export interface Upload {
  key: string;
  name: string;
  share: number;
  stop: () => void;
}

export const withoutFile = (files: readonly AttachmentMeta[], id: string) => files.filter((file) => file.id !== id);
