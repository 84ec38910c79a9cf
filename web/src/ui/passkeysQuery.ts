import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Passkey } from "@/api/types";

export const passkeysQuery = queryOptions({
  queryKey: ["passkeys"],
  queryFn: ({ signal }) => api.list<Passkey>("/me/passkeys", undefined, signal),
});
