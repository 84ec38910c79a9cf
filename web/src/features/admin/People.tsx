import { Skeleton } from "@/ui/pieces";
export const People = () => <Skeleton />;
