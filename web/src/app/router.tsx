import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import type { Folder } from "@/api/types";
import { useAllWords } from "@/i18n";
import { peopleSearch } from "@/features/admin/peopleSearch";
import { Mail } from "@/features/mail/Mail";
import { Reader } from "@/features/mail/Reader";
import { NothingOpen } from "@/features/mail/NothingOpen";
import { SignIn } from "@/features/sign-in/SignIn";
import { Skeleton } from "@/ui/pieces";
import { Home } from "./Home";
import { Broken, NotFound } from "./Broken";
import { SignedInPart } from "./SignedInPart";

/** Screens whose words and code come after the first load. */
function Later() {
  return useAllWords() ? <Outlet /> : <Skeleton />;
}

const FOLDERS: readonly string[] = ["inbox", "sent", "archive", "trash"] satisfies Folder[];

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Broken });

export interface SignInSearch {
  /** Where to go on after signing in: a path of this app. */
  next?: string;
}
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignIn,
  validateSearch: (search: Record<string, unknown>): SignInSearch =>
    // Only paths of this app: an address elsewhere would make the sign-in page a springboard.
    typeof search.next === "string" && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {},
});
const returned = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/provider",
  component: lazyRouteComponent(() => import("@/features/sign-in/Returned"), "Returned"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("@/features/invitation/Invitation"), "InvitationPage"),
});

const recovery = createRoute({
  getParentRoute: () => root,
  path: "/recovery",
  component: lazyRouteComponent(() => import("@/features/invitation/Recovery"), "RecoveryPage"),
});
const confirm = createRoute({
  getParentRoute: () => root,
  path: "/confirm",
  component: lazyRouteComponent(() => import("@/features/sign-in/Confirm"), "ConfirmPage"),
});

const inside = createRoute({ getParentRoute: () => root, id: "inside", component: SignedInPart });
const home = createRoute({ getParentRoute: () => inside, path: "/", component: Home });

export interface MailSearch {
  show?: "unread" | "flagged";
}
const mail = createRoute({
  getParentRoute: () => inside,
  path: "/mail/$mb/$folder",
  component: Mail,
  params: {
    parse: ({ mb, folder }) => ({ mb, folder: (FOLDERS.includes(folder) ? folder : "inbox") as Folder }),
    stringify: ({ mb, folder }) => ({ mb, folder }),
  },
  validateSearch: (search: Record<string, unknown>): MailSearch =>
    search.show === "unread" || search.show === "flagged" ? { show: search.show } : {},
});
const mailNone = createRoute({ getParentRoute: () => mail, path: "/", component: NothingOpen });
const mailOne = createRoute({ getParentRoute: () => mail, path: "/$id", component: Reader });

const later = createRoute({ getParentRoute: () => inside, id: "later", component: Later });
const drafts = createRoute({
  getParentRoute: () => later,
  path: "/drafts",
  component: lazyRouteComponent(() => import("@/features/compose/Drafts"), "Drafts"),
});
const compose = createRoute({
  getParentRoute: () => later,
  path: "/compose/$draft",
  component: lazyRouteComponent(() => import("@/features/compose/ComposePage"), "ComposePage"),
});
const review = createRoute({
  getParentRoute: () => later,
  path: "/review",
  component: lazyRouteComponent(() => import("@/features/review/Review"), "Review"),
});
const reviewOne = createRoute({
  getParentRoute: () => review,
  path: "/$id",
  component: lazyRouteComponent(() => import("@/features/review/HeldMessage"), "HeldMessage"),
});
const audit = createRoute({
  getParentRoute: () => later,
  path: "/audit",
  component: lazyRouteComponent(() => import("@/features/audit/Audit"), "Audit"),
});
const patients = createRoute({
  getParentRoute: () => later,
  path: "/patients",
  component: lazyRouteComponent(() => import("@/features/care/Patients"), "Patients"),
});
const patientOne = createRoute({
  getParentRoute: () => later,
  path: "/patients/$patient",
  component: lazyRouteComponent(() => import("@/features/care/PatientPage"), "PatientPage"),
});
const teams = createRoute({
  getParentRoute: () => later,
  path: "/teams",
  component: lazyRouteComponent(() => import("@/features/care/Teams"), "Teams"),
});
const emergencies = createRoute({
  getParentRoute: () => later,
  path: "/emergencies",
  component: lazyRouteComponent(() => import("@/features/care/Emergencies"), "Emergencies"),
});
const own = createRoute({
  getParentRoute: () => later,
  path: "/own",
  component: lazyRouteComponent(() => import("@/features/own/OwnHome"), "OwnHome"),
});
export interface ConversationSearch {
  /** The message to go to. */
  at?: string;
}
const conversations = createRoute({
  getParentRoute: () => later,
  path: "/conversations",
  component: lazyRouteComponent(() => import("@/features/conversations/Conversations"), "Conversations"),
});
const conversationNone = createRoute({
  getParentRoute: () => conversations,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/conversations/Conversations"), "NoneOpen"),
});
const conversationNew = createRoute({
  getParentRoute: () => conversations,
  path: "/new",
  component: lazyRouteComponent(() => import("@/features/conversations/New"), "New"),
});
const conversationOne = createRoute({
  getParentRoute: () => conversations,
  path: "/$id",
  component: lazyRouteComponent(() => import("@/features/conversations/Thread"), "Thread"),
  validateSearch: (search: Record<string, unknown>): ConversationSearch => (typeof search.at === "string" ? { at: search.at } : {}),
});
const conversationDevices = createRoute({
  getParentRoute: () => later,
  path: "/settings/conversations",
  component: lazyRouteComponent(() => import("@/features/conversations/DevicesPage"), "DevicesPage"),
});
const settings = createRoute({
  getParentRoute: () => later,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/Settings"), "Settings"),
});

const admin = createRoute({
  getParentRoute: () => later,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/features/admin/Admin"), "Admin"),
});
const adminPart = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => admin, path, component });
const adminParts = [
  adminPart("/", lazyRouteComponent(() => import("@/features/admin/Admin"), "AdminHome")),
  createRoute({
    getParentRoute: () => admin,
    path: "/people",
    component: lazyRouteComponent(() => import("@/features/admin/People"), "People"),
    validateSearch: peopleSearch,
  }),
  adminPart("/people/$person", lazyRouteComponent(() => import("@/features/admin/person/PersonPage"), "PersonPage")),
  adminPart("/reviews", lazyRouteComponent(() => import("@/features/admin/reviews/Reviews"), "Reviews")),
  adminPart("/who", lazyRouteComponent(() => import("@/features/admin/WhoCan"), "WhoCan")),
  adminPart("/import", lazyRouteComponent(() => import("@/features/admin/Import"), "Import")),
  adminPart("/roles", lazyRouteComponent(() => import("@/features/admin/Roles"), "Roles")),
  adminPart("/mailboxes", lazyRouteComponent(() => import("@/features/admin/Mailboxes"), "Mailboxes")),
  adminPart("/mandates", lazyRouteComponent(() => import("@/features/delegation/Mandates"), "Mandates")),
  adminPart("/partners", lazyRouteComponent(() => import("@/features/admin/Partners"), "Partners")),
  adminPart("/policy", lazyRouteComponent(() => import("@/features/admin/PolicyEditor"), "PolicyEditor")),
  adminPart("/false-alarms", lazyRouteComponent(() => import("@/features/admin/FalseAlarms"), "FalseAlarms")),
  adminPart("/reports", lazyRouteComponent(() => import("@/features/reports/Reports"), "Reports")),
  adminPart("/security", lazyRouteComponent(() => import("@/features/admin/security/Security"), "Security")),
  adminPart("/approvals", lazyRouteComponent(() => import("@/features/admin/Approvals"), "Approvals")),
  adminPart("/provisioning", lazyRouteComponent(() => import("@/features/admin/provisioning/Provisioning"), "Provisioning")),
  adminPart("/providers", lazyRouteComponent(() => import("@/features/admin/providers/Providers"), "Providers")),
  adminPart("/sessions", lazyRouteComponent(() => import("@/features/admin/Sessions"), "Sessions")),
] as const;

/** Any other address: whoever is signed in is told so among what they know. */
const nowhere = createRoute({ getParentRoute: () => inside, path: "$", component: NotFound });

const routeTree = root.addChildren([
  signIn,
  returned,
  invitation,
  recovery,
  confirm,
  inside.addChildren([
    home,
    nowhere,
    mail.addChildren([mailNone, mailOne]),
    later.addChildren([
      drafts,
      compose,
      review.addChildren([reviewOne]),
      audit,
      patients,
      patientOne,
      teams,
      emergencies,
      own,
      conversations.addChildren([conversationNone, conversationNew, conversationOne]),
      conversationDevices,
      settings,
      admin.addChildren(adminParts),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: Skeleton,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
