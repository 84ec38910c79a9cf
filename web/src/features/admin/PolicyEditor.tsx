import { Skeleton } from "@/ui/pieces";
export const PolicyEditor = () => <Skeleton />;
