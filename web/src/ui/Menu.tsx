import { Menu as AriaMenu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Button, type ButtonProps } from "./Button";
import { Icon, type IconName } from "./Icon";

export interface MenuEntry {
  id: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  act: () => void;
}

/** A button that opens a list of acts. */
export function Menu({ button, entries }: { button: ButtonProps; entries: readonly MenuEntry[] }) {
  return (
    <MenuTrigger>
      <Button {...button} />
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="menu" aria-label={button.label} onAction={(id) => entries.find((one) => one.id === id)?.act()}>
          {entries.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} textValue={entry.label} className={entry.danger ? "menu-item danger" : "menu-item"}>
              {entry.icon ? <Icon name={entry.icon} size={18} /> : null}
              <span>{entry.label}</span>
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
