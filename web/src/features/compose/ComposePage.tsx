import { Skeleton } from "@/ui/pieces";
export const ComposePage = () => <Skeleton />;
