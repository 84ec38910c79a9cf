import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SessionAnswer } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { ErrorLine } from "@/ui/Field";
import { useProblemText } from "@/ui/problem";

type Anonymous = Extract<SessionAnswer, { state: "anonymous" }>;

/** The ways in by the organisation's identity providers: each leads to its own page. */
export function ProviderSignIn({ providers, next }: { providers: Anonymous["providers"]; next: string | undefined }) {
  const t = useT();
  const words = useProblemText();
  const go = useMutation({
    mutationFn: (id: string) => api.post<{ url: string }>(`/session/provider/${id}/begin`, { next: next ?? null }),
    onSuccess: ({ url }) => location.assign(url),
  });
  if (providers.length === 0) return null;
  return (
    <div className="passkey-door">
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          wide
          icon="globe"
          label={t("provider.signIn", { name })}
          busy={(go.isPending || go.isSuccess) && go.variables === id}
          onPress={() => go.mutate(id)}
        />
      ))}
      <ErrorLine text={go.error ? words(go.error) : undefined} />
      <p className="door-or" aria-hidden="true">
        {t("passkey.or")}
      </p>
    </div>
  );
}
