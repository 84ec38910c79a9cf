import { Skeleton } from "@/ui/pieces";
export const Admin = () => <Skeleton />;
export const AdminHome = () => <Skeleton />;
