import { Skeleton } from "@/ui/pieces";
export const Settings = () => <Skeleton />;
