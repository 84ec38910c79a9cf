import { Skeleton } from "@/ui/pieces";
export const Drafts = () => <Skeleton />;
