import { Skeleton } from "@/ui/pieces";
export const Audit = () => <Skeleton />;
