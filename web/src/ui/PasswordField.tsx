import { useState } from "react";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { TextField } from "./Field";

/** A password that can be pasted, filled in by a manager, and shown (ASVS 6.2.6, 6.2.7). */
export function PasswordField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password" | "off";
  name?: string;
  help?: string | undefined;
  error?: string | undefined;
}) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      required
      after={
        <span className="field-after">
          <Button
            kind="quiet"
            bare
            icon="eye"
            label={t(shown ? "signIn.hide" : "signIn.show")}
            aria-pressed={shown}
            onPress={() => setShown(!shown)}
          />
        </span>
      }
    />
  );
}
