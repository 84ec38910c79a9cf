import { Skeleton } from "@/ui/pieces";
export const Review = () => <Skeleton />;
