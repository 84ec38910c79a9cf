/** Languages: catalogues compiled at build time, one language loaded at a time, keys checked by the compiler. */

import { createContext, useCallback, useContext, useMemo } from "react";
import { IntlProvider, useIntl, type IntlShape } from "react-intl";
import type { Language } from "@/api/types";
import type { MessageKey } from "./keys";

export type { MessageKey };
export type Values = Record<string, string | number>;
/** A message in the reader's language. */
export type Translate = (key: MessageKey, values?: Values) => string;
export type Catalogue = Record<string, unknown>;

const LOCALES: Record<Language, string> = { en: "en-GB", nl: "nl-NL" };
const STORED = "wardpost.language";

/** The language that was chosen on this device, if one was. */
export function chosenLanguage(): Language | undefined {
  const stored = readStored(STORED);
  return stored === "en" || stored === "nl" ? stored : undefined;
}

/** The language to start with: what was chosen on this device, else what the browser asks for. */
export function startLanguage(): Language {
  const chosen = chosenLanguage();
  if (chosen) return chosen;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("nl")) ? "nl" : "en";
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage may be off; the choice then holds for this visit.
  }
}

function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const SwitchContext = createContext<(language: Language) => void>(() => {});
const CompleteContext = createContext(true);
const ChosenContext = createContext<Language | undefined>(undefined);
/** Whether the words of all screens are there, or only those of the first ones. */
export const useAllWords = () => useContext(CompleteContext);
/** The language that was chosen last: the screen's own, or the one whose words are still on their way. */
export function useChosenLanguage(): Language {
  const shown = useLanguage();
  return useContext(ChosenContext) ?? shown;
}
/** Changes the language of the screen. */
export const useSwitchLanguage = () => useContext(SwitchContext);

export function Languages(props: {
  language: Language;
  /** Chosen, and not there yet. */
  chosen?: Language;
  catalogue: Catalogue;
  complete?: boolean;
  onSwitch: (language: Language) => void;
  children: React.ReactNode;
}) {
  return (
    <SwitchContext.Provider value={props.onSwitch}>
      <ChosenContext.Provider value={props.chosen}>
        <CompleteContext.Provider value={props.complete ?? true}>
          <IntlProvider
            locale={LOCALES[props.language]}
            messages={props.catalogue as Record<string, string>}
            onError={(error) => {
              if (import.meta.env.DEV) throw error;
            }}
          >
            {props.children}
          </IntlProvider>
        </CompleteContext.Provider>
      </ChosenContext.Provider>
    </SwitchContext.Provider>
  );
}

export function translate(intl: IntlShape, key: MessageKey, values?: Values): string {
  const message: unknown = (intl.messages as Record<string, unknown>)[key];
  // A message without arguments was left as text by the compiler.
  if (typeof message === "string") return message;
  return intl.formatMessage({ id: key }, values);
}

export function useT(): Translate {
  const intl = useIntl();
  return useCallback((key, values) => translate(intl, key, values), [intl]);
}

export function useLanguage(): Language {
  return useIntl().locale.startsWith("nl") ? "nl" : "en";
}

export interface Formats {
  /** Short, for lists: a time today, a weekday this week, else a date. */
  short(at: string): string;
  /** Full date and time. */
  full(at: string): string;
  /** Time of day, with seconds where order matters. */
  time(at: string | Date, seconds?: boolean): string;
  /** Date and time to the second, for logs. */
  stamp(at: string): string;
  day(at: string): string;
  /** A day of the calendar, such as 2010-12-24, wherever one is. */
  date(day: string): string;
  number(n: number): string;
  size(bytes: number): string;
  list(items: readonly string[]): string;
}

/** Dates, numbers and sizes as the reader's language writes them. */
export function useFormats(): Formats {
  const intl = useIntl();
  return useMemo(() => {
    const t: Translate = (key, values) => translate(intl, key, values);
    const days = (at: Date) => {
      const midnight = new Date();
      midnight.setHours(0, 0, 0, 0);
      return Math.floor((midnight.getTime() - at.getTime()) / 86_400_000) + 1;
    };
    return {
      short(text) {
        const at = new Date(text);
        const age = days(at);
        if (age === 0) return intl.formatTime(at);
        if (age === 1) return t("when.yesterday");
        if (age > 1 && age < 7) return intl.formatDate(at, { weekday: "long" });
        return intl.formatDate(at, {
          day: "numeric",
          month: "short",
          ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }),
        });
      },
      full: (at) => intl.formatDate(new Date(at), { dateStyle: "long", timeStyle: "short" }),
      time: (at, seconds) =>
        intl.formatTime(new Date(at), { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) }),
      stamp: (at) =>
        intl.formatDate(new Date(at), {
          day: "numeric",
          month: "short",
          hour: "2-digit",
          minute: "2-digit",
          second: "2-digit",
          ...(new Date(at).getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }),
        }),
      day: (at) => intl.formatDate(new Date(at), { day: "numeric", month: "long", year: "numeric" }),
      date: (day) => intl.formatDate(new Date(`${day}T12:00:00`), { day: "numeric", month: "long", year: "numeric" }),
      number: (n) => intl.formatNumber(n),
      size(bytes) {
        if (bytes < 1000) return t("size.bytes", { n: bytes });
        if (bytes < 1_000_000) return t("size.kb", { n: intl.formatNumber(Math.round(bytes / 1000)) });
        return t("size.mb", { n: intl.formatNumber(bytes / 1_000_000, { maximumFractionDigits: 1 }) });
      },
      list: (items) => intl.formatList(items),
    };
  }, [intl]);
}
