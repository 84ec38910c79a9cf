import { Skeleton } from "@/ui/pieces";
export const HeldMessage = () => <Skeleton />;
