/** The first words of a browser's description of itself: enough to know one's own. */
const browser = (agent: string) =>
  /(Edg|OPR|Firefox|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1]?.replace("Edg", "Edge").replace("OPR", "Opera") ?? agent.slice(0, 60);
const system = (agent: string) => /(iPhone|iPad|Android|Windows|Macintosh|Linux)/.exec(agent)?.[1] ?? "";

export const deviceName = (agent: string): string => [...new Set([browser(agent), system(agent)])].filter(Boolean).join(" · ");
