import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** Goes to another path of the app, once for each path: rendering again while on the way does not start anew. */
export function Redirect({ to }: { to: string }) {
  const router = useRouter();
  useEffect(() => router.history.replace(to), [router, to]);
  return null;
}
