/**
 * Members of MLS groups by ts-mls, an implementation that shares no code with ours. Reads requests from standard input and
 * answers on standard output, a line of JSON each: `{"do": name, "who": member, …}` gets `{"ok": …}` or `{"error": text}`.
 * Bytes are in hexadecimal digits; messages are whole MLSMessages (RFC 9420, section 6).
 */

import { createInterface } from "node:readline";
import {
  createCommit,
  createGroup,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  mlsExporter,
  processPublicMessage,
} from "ts-mls";
import { createGroupInfoWithRatchetTree } from "ts-mls/createCommit.js";

const SUITE = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
const VERSION = "mls10";
const EXPORTED_BYTES = 32;
const DAY = 86_400n;
/** Bytes of a public key of this suite. */
const KEY_BYTES = 32;

const suite = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE));
/** Every member's signature key pair, certificate, key packages and, once in a group, state. */
const members = new Map();

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (digits) => new Uint8Array(Buffer.from(digits, "hex"));
const encode = (message) => hex(encodeMlsMessage({ version: VERSION, ...message }));

/** Decodes the whole of an MLSMessage, which must be of this kind. */
function decode(digits, wireformat) {
  const encoded = bytes(digits);
  const decoded = decodeMlsMessage(encoded, 0);
  if (decoded === undefined || decoded[1] !== encoded.length) throw new Error("no MLSMessage");
  if (wireformat !== undefined && decoded[0].wireformat !== wireformat) throw new Error(`not ${wireformat}`);
  return decoded[0];
}

/** What a member's leaf can do, with values of GREASE (section 13.5) among it, which others must not mind. */
const capabilities = {
  versions: [VERSION],
  ciphersuites: [SUITE, "2570"],
  extensions: [0x1a1a],
  proposals: [0x2a2a],
  credentials: ["basic"],
};

async function newPackage(member) {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const lifetime = { notBefore: now - DAY, notAfter: now + 30n * DAY };
  const credential = { credentialType: "basic", identity: member.certificate };
  return generateKeyPackageWithKey(credential, capabilities, lifetime, [], member.keys, suite);
}

/** The leaf whose credential is this certificate. */
function leafOf(state, certificate) {
  const node = state.ratchetTree.findIndex((one) => one?.nodeType === "leaf" && hex(one.leaf.credential.identity) === certificate);
  if (node < 0) throw new Error("no such leaf");
  return node / 2;
}

/**
 * In GroupInfo's extension `external_pub` the key is an `opaque HPKEPublicKey<V>` (section 12.4.3.2), with its length. This
 * version of ts-mls writes and reads it without (its version 2 does as it should), so both are done here.
 */
async function groupInfo(state) {
  const { publicKey } = await suite.hpke.deriveKeyPair(state.keySchedule.externalSecret);
  const key = await suite.hpke.exportPublicKey(publicKey);
  const externalPub = { extensionType: "external_pub", extensionData: new Uint8Array([KEY_BYTES, ...key]) };
  const { groupContext, confirmationTag, ratchetTree } = state;
  const made = await createGroupInfoWithRatchetTree(groupContext, confirmationTag, state, ratchetTree, [externalPub], suite);
  return encode({ wireformat: "mls_group_info", groupInfo: made });
}

/** The suite as who reads an `external_pub` needs it. */
const withoutLength = (key) => (key.length === KEY_BYTES + 1 && key[0] === KEY_BYTES ? key.subarray(1) : key);
const importPublicKey = (key) => suite.hpke.importPublicKey(withoutLength(key));
const joining = { ...suite, hpke: { ...suite.hpke, importPublicKey } };

const requests = {
  /** A new member's public signature key. */
  async key(member) {
    member.keys = await suite.signature.keygen();
    return hex(member.keys.publicKey);
  },
  /** The certificate that is the member's credential. */
  certify(member, { certificate }) {
    member.certificate = bytes(certificate);
  },
  /** A key package to be added by. */
  async keyPackage(member) {
    member.package = await newPackage(member);
    return encode({ wireformat: "mls_key_package", keyPackage: member.package.publicPackage });
  },
  /** Joins by a Welcome that has the ratchet tree. */
  async join(member, { welcome }) {
    const { publicPackage, privatePackage } = member.package;
    const opened = decode(welcome, "mls_welcome").welcome;
    member.state = await joinGroup(opened, publicPackage, privatePackage, emptyPskIndex, suite);
  },
  /** Begins a group; its GroupInfo. */
  async create(member, { group }) {
    const { publicPackage, privatePackage } = await newPackage(member);
    member.state = await createGroup(bytes(group), publicPackage, privatePackage, [], suite);
    return groupInfo(member.state);
  },
  /** Commits additions and removals, or neither; and goes on to the next epoch. */
  async commit(member, { add = [], remove = [] }) {
    const adds = add.map((one) => ({
      proposalType: "add",
      add: { keyPackage: decode(one, "mls_key_package").keyPackage },
    }));
    const removes = remove.map((one) => ({ proposalType: "remove", remove: { removed: leafOf(member.state, one) } }));
    const made = await createCommit(
      { state: member.state, cipherSuite: suite },
      { extraProposals: [...adds, ...removes], wireAsPublicMessage: true, ratchetTreeExtension: true },
    );
    member.state = made.newState;
    return {
      commit: hex(encodeMlsMessage(made.commit)),
      groupInfo: await groupInfo(member.state),
      welcome: made.welcome && encode({ wireformat: "mls_welcome", welcome: made.welcome }),
    };
  },
  /** Joins from outside, removing its own leaf of before if `resync`. */
  async joinExternally(member, { info, resync }) {
    const { publicPackage, privatePackage } = await newPackage(member);
    const opened = decode(info, "mls_group_info").groupInfo;
    const made = await joinGroupExternal(opened, publicPackage, privatePackage, resync, joining);
    member.state = made.newState;
    return {
      commit: encode({ wireformat: "mls_public_message", publicMessage: made.publicMessage }),
      groupInfo: await groupInfo(member.state),
    };
  },
  /** Applies somebody else's commit. */
  async apply(member, { commit }) {
    const { publicMessage } = decode(commit, "mls_public_message");
    member.state = (await processPublicMessage(member.state, publicMessage, emptyPskIndex, suite)).newState;
  },
  /** Where the member stands. */
  async state(member, { label }) {
    const { groupContext, keySchedule, ratchetTree, groupActiveState } = member.state;
    return {
      active: groupActiveState.kind === "active",
      epoch: Number(groupContext.epoch),
      exported: hex(await mlsExporter(keySchedule.exporterSecret, label, new Uint8Array(), EXPORTED_BYTES, suite)),
      certificates: ratchetTree.filter((node) => node?.nodeType === "leaf").map((node) => hex(node.leaf.credential.identity)),
    };
  },
  /** What kind of message it is, and the message encoded anew. */
  again(_member, { message }) {
    const decoded = decode(message);
    return { kind: decoded.wireformat, message: hex(encodeMlsMessage(decoded)) };
  },
};

async function answer(line) {
  try {
    const { do: name, who, ...rest } = JSON.parse(line);
    if (!members.has(who)) members.set(who, {});
    return { ok: (await requests[name](members.get(who), rest)) ?? null };
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
