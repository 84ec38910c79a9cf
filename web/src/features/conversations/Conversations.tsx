import { Outlet, useParams, useRouterState } from "@tanstack/react-router";
import { useContext, useEffect } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Empty, Skeleton } from "@/ui/pieces";
import { useTitle } from "@/ui/title";
import { ConversationList } from "./List";
import { NewDevice } from "./NewDevice";
import { SetUp } from "./SetUp";
import { useStart } from "./start";
import { StoreContext, useSettingUp, useStatus } from "./state";
import mail from "@/features/mail/mail.module.css";

/** Two panes beside the menu: the list, and the conversation that is open. On a phone one at a time. */
export function Conversations() {
  const t = useT();
  useTitle(t("conversation.title"));
  return (
    <Begun>
      <Inside>
        <Panes />
      </Inside>
    </Begun>
  );
}

/** Begins conversations on this page, if they haven't been. */
export function Begun({ children }: { children: React.ReactNode }) {
  const t = useT();
  const { begin, failed } = useStart();
  const store = useContext(StoreContext);
  useEffect(() => {
    if (!store) begin();
  }, [begin, store]);
  if (store) return children;
  if (!failed) return <Skeleton />;
  return (
    <div className="page">
      <Banner tone="warn" live actions={<Button small icon="refresh" label={t("do.retry")} onPress={begin} />}>
        {t("conversation.notLoaded")}
      </Banner>
    </div>
  );
}

/** What is inside once this device has the keys; until then the way there. */
export function Inside({ children }: { children: React.ReactNode }) {
  const t = useT();
  const status = useStatus();
  const settingUp = useSettingUp();
  if (settingUp || status.state === "new_account") return <SetUp />;
  switch (status.state) {
    case "starting":
      return <Skeleton />;
    case "new_device":
      return <NewDevice backups={status.backups} otherDevices={status.other_devices} />;
    case "over":
      return (
        <div className="page nothing">
          <Empty
            icon="lock"
            heading
            title={t(`conversation.over.${status.reason}`)}
            action={<Button icon="refresh" label={t("conversation.again")} onPress={() => location.reload()} />}
          >
            {t(`conversation.overHelp.${status.reason}`)}
          </Empty>
        </div>
      );
    case "ready":
      return children;
  }
}

function Panes() {
  const t = useT();
  const open = useParams({ strict: false, select: (params) => params.id });
  // Whether the pane beside the list has something to show: on a phone it then has the screen.
  const beside = useRouterState({ select: (state) => /\/conversations\/./.test(state.location.pathname) });
  return (
    <div className={mail.panes} data-open={beside}>
      <section className={mail.list} aria-label={t("conversation.list")}>
        <ConversationList open={open} />
      </section>
      <section className={mail.reader}>
        <Outlet />
      </section>
    </div>
  );
}

export function NoneOpen() {
  const t = useT();
  return (
    <Empty icon="chat" title={t("conversation.pick")}>
      {t("conversation.pickHint")}
    </Empty>
  );
}
