const TITLES = /^(dr|drs|prof|mr|mrs|ms|mw|mevr|dhr|ir|ing|de heer|mevrouw)\b\.?\s+/i;

/** Of a name the first letters of its first and last word, without titles; of an address its first letter. */
export function initials(name: string): string {
  const untitled = name.trim().replace(TITLES, "").replace(TITLES, "");
  const words = name.includes("@") ? [name] : untitled.split(/[\s.]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => Array.from(word ?? "")[0]?.toLocaleUpperCase() ?? "").join("");
}
