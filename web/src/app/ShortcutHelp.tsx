import { useState } from "react";
import { useT, type MessageKey } from "@/i18n";
import { Dialog } from "@/ui/Dialog";
import { Check } from "@/ui/Field";
import { keepShortcuts, shortcutsOn } from "./shortcuts";
import styles from "./shell.module.css";

const KEYS: readonly [string[], MessageKey][] = [
  [["j", "↓"], "shortcuts.next"],
  [["k", "↑"], "shortcuts.previous"],
  [["c"], "shortcuts.compose"],
  [["r"], "shortcuts.reply"],
  [["a"], "shortcuts.replyAll"],
  [["f"], "shortcuts.forward"],
  [["e"], "shortcuts.archive"],
  [["#"], "shortcuts.trash"],
  [["z"], "shortcuts.undo"],
  [["u"], "shortcuts.unread"],
  [["s"], "shortcuts.flag"],
  [["/"], "shortcuts.search"],
  [["Esc"], "shortcuts.close"],
  [["Ctrl", "Enter"], "shortcuts.send"],
  [["?"], "shortcuts.help"],
];

export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useT();
  const [on, setOn] = useState(shortcutsOn);
  return (
    <Dialog title={t("shortcuts.title")} isOpen={isOpen} onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <Check
        label={t("shortcuts.off")}
        help={t("shortcuts.note")}
        checked={on}
        onChange={(now) => {
          setOn(now);
          keepShortcuts(now);
        }}
      />
    </Dialog>
  );
}
