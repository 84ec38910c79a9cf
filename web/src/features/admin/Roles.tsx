import { Skeleton } from "@/ui/pieces";
export const Roles = () => <Skeleton />;
