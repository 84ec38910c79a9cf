import { Skeleton } from "@/ui/pieces";
export const Partners = () => <Skeleton />;
