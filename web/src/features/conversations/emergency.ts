/** Whom to call in an emergency, where the reader is: by the device's time zone, else by its language. */

export function emergencyNumber(timeZone: string, language: string): "911" | "112" {
  if (/^(America|US|Canada|Mexico)\//.test(timeZone)) return "911";
  // A device without a place of its own.
  const nowhere = timeZone === "" || timeZone === "UTC" || timeZone.startsWith("Etc/");
  return nowhere && /-(US|CA|MX)$/i.test(language) ? "911" : "112";
}

export const emergencyNumberHere = (): string =>
  emergencyNumber(Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.language);
