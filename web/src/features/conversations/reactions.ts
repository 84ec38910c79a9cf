import type { IconName } from "@/ui/Icon";

/**
 * The few reactions that there are, each with what it says. They are sent as emoji, which every program understands, and
 * drawn as our own icons: not every workstation has a font with emoji.
 */
export const REACTIONS = [
  { emoji: "👍", word: "agreed", icon: "thumb" },
  { emoji: "✅", word: "done", icon: "check" },
  { emoji: "👀", word: "looking", icon: "eye" },
  { emoji: "🙏", word: "thanks", icon: "thanks" },
  { emoji: "❤️", word: "warm", icon: "heart" },
  { emoji: "❓", word: "question", icon: "ask" },
] as const satisfies readonly { emoji: string; word: string; icon: IconName }[];

/** What a reaction is; one that another program made stands for itself. */
export const reactionOf = (emoji: string) => REACTIONS.find((one) => one.emoji === emoji);
