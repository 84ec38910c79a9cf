import { Skeleton } from "@/ui/pieces";
export const Sessions = () => <Skeleton />;
