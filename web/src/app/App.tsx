import { RouterProvider } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import type { Language } from "@/api/types";
import { keepLanguage, Languages, startLanguage, type Catalogue } from "@/i18n";
import { VoiceProvider } from "@/ui/toasts";
import { router } from "./router";

const first = {
  en: () => import("@/i18n/first.en"),
  nl: () => import("@/i18n/first.nl"),
};
const later = {
  en: () => import("@/i18n/later.en"),
  nl: () => import("@/i18n/later.nl"),
};

/** Once the first screen has its share of the line and the processor, half a second later at most. */
function atRest(then: () => void) {
  if ("requestIdleCallback" in window) window.requestIdleCallback(then, { timeout: 500 });
  else setTimeout(then, 50);
}

/** The words of the first screens at once; the rest when those are drawn, awaited by the routes that need them. */
export function App() {
  const [language, setLanguage] = useState<Language>(startLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; catalogue: Catalogue } | null>(null);
  const [laterWords, setLaterWords] = useState<{ language: Language; catalogue: Catalogue } | null>(null);

  useEffect(() => {
    let current = true;
    void first[language]().then((words) => {
      if (!current) return;
      document.documentElement.lang = language;
      setLoaded({ language, catalogue: words.default });
      atRest(() => {
        void later[language]().then((more) => {
          if (current) setLaterWords({ language, catalogue: more.default });
        });
      });
    });
    return () => {
      current = false;
    };
  }, [language]);

  const choose = useCallback((chosen: Language) => {
    keepLanguage(chosen);
    setLanguage(chosen);
  }, []);

  const all = laterWords?.language === loaded?.language ? laterWords : null;
  const catalogue = useMemo(() => ({ ...loaded?.catalogue, ...all?.catalogue }), [loaded, all]);
  if (!loaded) return null;
  return (
    <Languages language={loaded.language} chosen={language} catalogue={catalogue} complete={all !== null} onSwitch={choose}>
      <I18nProvider locale={loaded.language === "nl" ? "nl-NL" : "en-GB"}>
        <VoiceProvider>
          <RouterProvider router={router} />
        </VoiceProvider>
      </I18nProvider>
    </Languages>
  );
}
