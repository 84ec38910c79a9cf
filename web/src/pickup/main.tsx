/** The guest's page: its own small entry, without the app's router, components or session. */

import { StrictMode, useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "@/styles/tokens.css";
import "@/styles/base.css";
import type { Language } from "@/api/types";
import { chosenLanguage, keepLanguage, Languages, startLanguage, type Catalogue } from "@/i18n";
import { applyTheme, storedTheme } from "@/ui/theme";
import { Pickup } from "./Pickup";
import { takeToken } from "./token";

applyTheme(storedTheme());
const token = takeToken();

const words = {
  en: () => import("@/i18n/guest.en"),
  nl: () => import("@/i18n/guest.nl"),
};

function Guest() {
  const [language, setLanguage] = useState<Language>(startLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; catalogue: Catalogue } | null>(null);
  useEffect(() => {
    let current = true;
    void words[language]().then(({ default: catalogue }) => {
      if (!current) return;
      document.documentElement.lang = language;
      setLoaded({ language, catalogue });
    });
    return () => {
      current = false;
    };
  }, [language]);
  const choose = useCallback((chosen: Language) => {
    keepLanguage(chosen);
    setLanguage(chosen);
  }, []);
  // The guest's own choice goes before the language of the message.
  const suggest = useCallback((suggested: Language) => {
    if (!chosenLanguage()) setLanguage(suggested);
  }, []);
  if (!loaded) return null;
  return (
    <Languages language={loaded.language} chosen={language} catalogue={loaded.catalogue} onSwitch={choose}>
      <Pickup token={token} onMessageLanguage={suggest} />
    </Languages>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root element");
createRoot(root).render(
  <StrictMode>
    <Guest />
  </StrictMode>,
);
