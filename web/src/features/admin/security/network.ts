/** Addresses and networks, as the server reads them: for trying rules out before they are saved. Pure. */

import type { SecurityPolicy } from "@/api/types";

interface Address {
  bits: bigint;
  width: 32 | 128;
}

/** An address; IPv4-mapped IPv6 counts as IPv4. Nothing for what is none. */
export function addressOf(text: string): Address | undefined {
  const four = fourOf(text);
  if (four !== undefined) return { bits: four, width: 32 };
  const six = sixOf(text);
  if (six === undefined) return undefined;
  return six >> 32n === 0xffffn ? { bits: six & 0xffff_ffffn, width: 32 } : { bits: six, width: 128 };
}

function fourOf(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function sixOf(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = tail?.[2] === undefined ? undefined : fourOf(tail[2]);
  if (tail && four === undefined) return undefined;
  const whole = four === undefined ? text : `${tail?.[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = whole.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined) => (half ? half.split(":") : []);
  const [head, rest] = [groups(halves[0]), groups(halves[1])];
  const gap = 8 - head.length - rest.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...Array.from({ length: gap }, () => "0"), ...rest];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

export function contains(network: string, address: Address): boolean {
  const [base, prefix] = network.split("/");
  const own = addressOf(base ?? "");
  if (own?.width !== address.width) return false;
  const counts = prefix === undefined ? own.width : Number(prefix);
  if (!Number.isInteger(counts) || counts < 0 || counts > own.width) return false;
  const ignored = BigInt(own.width - counts);
  return own.bits >> ignored === address.bits >> ignored;
}

type Zone = SecurityPolicy["zones"][number];

/** Whether a zone holds a device at an address, with a certificate of an authority or of none. */
function holds(zone: Zone, address: Address, authority: string | null): boolean {
  const inNetwork = zone.networks.some((network) => contains(network, address));
  if (zone.authority === null) return inNetwork;
  return zone.authority === authority && (zone.networks.length === 0 || inNetwork);
}

/** The first zone that holds a device at an address; null where none does; nothing for what is no address. */
export function zoneOf(policy: SecurityPolicy, text: string, authority: string | null): Zone | null | undefined {
  const address = addressOf(text);
  if (!address) return undefined;
  return policy.zones.find((zone) => holds(zone, address, authority)) ?? null;
}
