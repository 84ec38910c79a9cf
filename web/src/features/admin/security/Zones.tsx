import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { ClientAuthorities, SecurityPolicy } from "@/api/types";
import { useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, Choice, TextArea, TextField } from "@/ui/Field";
import { Banner, Failure } from "@/ui/pieces";
import styles from "../admin.module.css";
import { zoneOf } from "./network";
import { NumberField } from "./NumberField";

type Zone = SecurityPolicy["zones"][number];
type Rules = Zone["rules"];
type Way = Rules["ways"][number];

export const WAYS: readonly Way[] = ["passkey", "security_key", "password", "mail_program"];

const NO_NAMES: readonly string[] = [];

/** Networks and devices with rules of their own, in the order in which they are asked. */
export function Zones({ policy, onChange }: { policy: SecurityPolicy; onChange: (policy: SecurityPolicy) => void }) {
  const t = useT();
  const { zones } = policy;
  const authorities = useQuery({
    queryKey: ["policy", "client-authorities"],
    queryFn: ({ signal }) => api.get<ClientAuthorities>("/security-policy/client-authorities", undefined, signal),
  });
  const names = authorities.data?.names;
  const put = (changed: Zone[]) => onChange({ ...policy, zones: changed });
  const move = (from: number, to: number) => {
    const changed = [...zones];
    const [one] = changed.splice(from, 1);
    if (one) changed.splice(to, 0, one);
    put(changed);
  };
  const add = () =>
    put([...zones, { id: crypto.randomUUID(), name: "", networks: [], authority: null, rules: { ...policy.elsewhere, ways: [...WAYS] } }]);
  return (
    <section className="panel">
      <h2>{t("zones.title")}</h2>
      <p className="small soft">{t("zones.lead")}</p>
      <Here authorities={authorities.data} />
      {authorities.error ? <Failure error={authorities.error} onRetry={() => void authorities.refetch()} /> : null}
      <ol className={styles.versions}>
        {zones.map((zone, index) => (
          <li key={zone.id}>
            <ZoneFields
              zone={zone}
              authorities={names}
              onChange={(changed) => put(zones.map((one) => (one.id === zone.id ? changed : one)))}
            />
            <div className="row">
              <Button
                kind="quiet"
                small
                label={t("zones.up")}
                aria-label={t("zones.upOf", { zone: zone.name })}
                isDisabled={index === 0}
                onPress={() => move(index, index - 1)}
              />
              <Button
                kind="quiet"
                small
                label={t("zones.down")}
                aria-label={t("zones.downOf", { zone: zone.name })}
                isDisabled={index === zones.length - 1}
                onPress={() => move(index, index + 1)}
              />
              <Button
                kind="quiet"
                small
                icon="trash"
                label={t("zones.remove")}
                aria-label={t("zones.removeOf", { zone: zone.name })}
                onPress={() => put(zones.filter((one) => one.id !== zone.id))}
              />
            </div>
          </li>
        ))}
        <li>
          <h3>{t("zones.elsewhere")}</h3>
          <p className="small soft">{t("zones.elsewhereHelp")}</p>
          <RulesFields rules={policy.elsewhere} onChange={(elsewhere) => onChange({ ...policy, elsewhere })} />
        </li>
      </ol>
      <Button icon="plus" label={t("zones.add")} onPress={add} />
      <TryAddress policy={policy} authorities={names ?? NO_NAMES} />
    </section>
  );
}

/** In which zone this page is, and what its device shows. */
function Here({ authorities }: { authorities: ClientAuthorities | undefined }) {
  const t = useT();
  const { place } = useSession();
  return (
    <Banner tone="info">
      <p>{place.zone === null ? t("zones.youElsewhere") : t("zones.youIn", { zone: place.zone })}</p>
      {authorities?.names.length === 0 ? <p>{t("zones.noAuthorities")}</p> : null}
      {authorities?.own.map((authority) => (
        <p key={authority}>{t("zones.ownDevice", { authority })}</p>
      ))}
      {authorities?.gap && authorities.names.length > 0 ? <p>{t(`certificate.${authorities.gap}`)}</p> : null}
    </Banner>
  );
}

interface ZoneProps {
  zone: Zone;
  /** The authorities that are configured; nothing until they are known. */
  authorities: readonly string[] | undefined;
  onChange: (zone: Zone) => void;
}

function ZoneFields({ zone, authorities, onChange }: ZoneProps) {
  const t = useT();
  const { authority } = zone;
  const gone = authority !== null && authorities !== undefined && !authorities.includes(authority);
  // As it is typed, so that blanks and unfinished lines stay where they are.
  const [networks, setNetworks] = useState(zone.networks.join("\n"));
  return (
    <>
      <h3>{zone.name || t("zones.new")}</h3>
      <div className={styles.inline}>
        <TextField label={t("zones.name")} maxLength={60} value={zone.name} onChange={(name) => onChange({ ...zone, name })} />
        <TextArea
          label={t("zones.networks")}
          help={t("zones.networksHelp")}
          rows={3}
          spellCheck={false}
          value={networks}
          onChange={(text) => {
            setNetworks(text);
            onChange({ ...zone, networks: text.split(/[\s,;]+/).filter((part) => part !== "") });
          }}
        />
        {authority === null && !authorities?.length ? null : (
          <DeviceChoice
            label={t("zones.device")}
            help={t("zones.deviceHelp")}
            authorities={authorities ?? NO_NAMES}
            gone={gone}
            value={authority}
            onChange={(chosen) => onChange({ ...zone, authority: chosen })}
          />
        )}
      </div>
      {gone ? <Banner tone="warn">{t("zones.gone", { authority })}</Banner> : null}
      {authority === null && zone.networks.length === 0 ? <p className="small soft">{t("zones.empty")}</p> : null}
      <RulesFields rules={zone.rules} onChange={(rules) => onChange({ ...zone, rules })} />
    </>
  );
}

/** Any device, or those with a certificate of one of the authorities. */
function DeviceChoice(props: {
  label: string;
  help?: string;
  authorities: readonly string[];
  /** What is chosen is not among them. */
  gone?: boolean;
  value: string | null;
  onChange: (authority: string | null) => void;
}) {
  const t = useT();
  const { value, gone } = props;
  // An authority's name is never empty.
  const options = [
    { value: "", label: t("zones.deviceAny") },
    ...props.authorities.map((authority) => ({ value: authority, label: t("zones.deviceOf", { authority }) })),
    ...(value !== null && gone ? [{ value, label: t("zones.deviceGone", { authority: value }) }] : []),
  ];
  return (
    <Choice
      label={props.label}
      help={props.help}
      value={value ?? ""}
      options={options}
      onChange={(chosen) => props.onChange(chosen === "" ? null : chosen)}
    />
  );
}

function RulesFields({ rules, onChange }: { rules: Rules; onChange: (rules: Rules) => void }) {
  const t = useT();
  const toggle = (way: Way, on: boolean) =>
    onChange({ ...rules, ways: on ? [...rules.ways, way] : rules.ways.filter((one) => one !== way) });
  return (
    <>
      <fieldset className={styles.checks}>
        <legend className="field-label">{t("zones.ways")}</legend>
        {WAYS.map((way) => (
          <Check key={way} label={t(`way.${way}`)} checked={rules.ways.includes(way)} onChange={(on) => toggle(way, on)} />
        ))}
      </fieldset>
      {WAYS.some((way) => rules.ways.includes(way)) ? null : <Banner tone="warn">{t("zones.nothing")}</Banner>}
      <div className={styles.checks}>
        <Check
          label={t("zones.readOnly")}
          help={t("zones.readOnlyHelp")}
          checked={rules.read_only}
          onChange={(read_only) => onChange({ ...rules, read_only })}
        />
        <Check
          label={t("zones.downloads")}
          checked={rules.downloads}
          onChange={(downloads) => onChange({ ...rules, downloads })}
        />
        <Check
          label={t("zones.ownIdle")}
          help={t("zones.ownIdleHelp")}
          checked={rules.idle_minutes !== null}
          onChange={(on) => onChange({ ...rules, idle_minutes: on ? 5 : null })}
        />
      </div>
      {rules.idle_minutes === null ? null : (
        <div className={styles.inline}>
          <NumberField
            label={t("security.idle")}
            least={1}
            most={60}
            value={rules.idle_minutes}
            onChange={(idle_minutes) => onChange({ ...rules, idle_minutes })}
          />
        </div>
      )}
    </>
  );
}

/** Which zone holds for a device at an address, by the rules as they stand on this page. */
function TryAddress({ policy, authorities }: { policy: SecurityPolicy; authorities: readonly string[] }) {
  const t = useT();
  const [address, setAddress] = useState("");
  const [device, setDevice] = useState<string | null>(null);
  const found = zoneOf(policy, address.trim(), device);
  return (
    <div className={styles.inline}>
      <TextField
        label={t("zones.try")}
        help={t("zones.tryHelp")}
        spellCheck={false}
        value={address}
        onChange={setAddress}
        error={address.trim() !== "" && found === undefined ? t("zones.noAddress") : undefined}
      />
      {authorities.length > 0 ? (
        <DeviceChoice label={t("zones.tryDevice")} authorities={authorities} value={device} onChange={setDevice} />
      ) : null}
      <p role="status">
        {found === undefined ? "" : found === null ? t("zones.tryElsewhere") : t("zones.tryIn", { zone: found.name || t("zones.new") })}
      </p>
    </div>
  );
}
