/** The few reactions that there are, each with what it says. */
export const REACTIONS = [
  { emoji: "👍", word: "agreed" },
  { emoji: "✅", word: "done" },
  { emoji: "👀", word: "looking" },
  { emoji: "🙏", word: "thanks" },
  { emoji: "❤️", word: "warm" },
  { emoji: "❓", word: "question" },
] as const;

export type ReactionWord = (typeof REACTIONS)[number]["word"];

/** What a reaction says; one that another program made stands for itself. */
export const wordOf = (emoji: string): ReactionWord | undefined => REACTIONS.find((one) => one.emoji === emoji)?.word;
