import { Skeleton } from "@/ui/pieces";
export const Mailboxes = () => <Skeleton />;
