/** Passkeys in the browser: the API's JSON to what `navigator.credentials` wants, and back. */

import { api } from "./client";
import type { NewPasskeyOptions, PasskeyOptions } from "./types";

/** Whether this browser can use passkeys on this page at all. */
export const passkeysHere = (): boolean => typeof PublicKeyCredential !== "undefined" && "credentials" in navigator;

/** Whether passkeys of `rpId` work at the address of this page. */
export const isAtHome = (rpId: string): boolean => location.hostname === rpId;

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer: ArrayBuffer): string =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const descriptors = (list: readonly { id: string; transports: string[] }[]): PublicKeyCredentialDescriptor[] =>
  list.map(({ id, transports }) => ({ type: "public-key", id: bytes(id), transports: transports as AuthenticatorTransport[] }));

export interface Asking {
  signal?: AbortSignal;
  /** Offered in the field of the login, without a dialog, until the person picks one. */
  conditional?: boolean;
}

/** Asks the person's passkeys; gives the answer for the server. */
export async function askPasskey({ public_key: asked }: PasskeyOptions, { signal, conditional }: Asking = {}): Promise<unknown> {
  const got = (await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      timeout: asked.timeout,
      rpId: asked.rpId,
      allowCredentials: descriptors(asked.allowCredentials),
      userVerification: "required",
    },
    ...(signal ? { signal } : {}),
    ...(conditional ? { mediation: "conditional" } : {}),
  })) as PublicKeyCredential | null;
  if (!got) throw new DOMException("nothing was given", "NotAllowedError");
  const answer = got.response as AuthenticatorAssertionResponse;
  return {
    id: got.id,
    rawId: text(got.rawId),
    type: got.type,
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      userHandle: answer.userHandle ? text(answer.userHandle) : null,
    },
  };
}

/** Has a passkey made; gives it for the server. */
export async function makePasskey(wanted: NewPasskeyOptions["public_key"]): Promise<unknown> {
  const got = (await navigator.credentials.create({
    publicKey: {
      rp: wanted.rp,
      user: { ...wanted.user, id: bytes(wanted.user.id) },
      challenge: bytes(wanted.challenge),
      timeout: wanted.timeout,
      pubKeyCredParams: wanted.pubKeyCredParams.map(({ alg }) => ({ type: "public-key", alg })),
      excludeCredentials: descriptors(wanted.excludeCredentials),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    },
  })) as PublicKeyCredential | null;
  if (!got) throw new DOMException("nothing was made", "NotAllowedError");
  const made = got.response as AuthenticatorAttestationResponse;
  return {
    id: got.id,
    rawId: text(got.rawId),
    type: got.type,
    response: {
      clientDataJSON: text(made.clientDataJSON),
      attestationObject: text(made.attestationObject),
      transports: made.getTransports?.() ?? [],
    },
  };
}

/** What to ask passkeys for a sign-in. */
export const passkeyOptions = (signal?: AbortSignal) => api.post<PasskeyOptions>("/session/passkey/options", undefined, { signal });

/** Offers passkeys in the login field, where the browser can. */
export const offersInField = async (): Promise<boolean> =>
  passkeysHere() && (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) === true;
