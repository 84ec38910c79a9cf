import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useT } from "@/i18n";
import { Button } from "./Button";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: React.ReactNode;
  /** Buttons at the bottom; without them there is a close button at the top. */
  actions?: React.ReactNode;
  /** Must be answered: a click beside it or Escape does not close it. */
  insist?: boolean;
  wide?: boolean;
  /** On a phone it comes up from the lower edge. */
  sheet?: boolean;
}

export function Dialog({ title, isOpen, onClose, children, actions, insist, wide, sheet }: DialogProps) {
  const t = useT();
  return (
    <ModalOverlay
      className="veil"
      isOpen={isOpen}
      onOpenChange={(open) => (open ? undefined : onClose())}
      isDismissable={!insist}
      isKeyboardDismissDisabled={insist ?? false}
    >
      <Modal className={["modal", wide && "wide", sheet && "sheet"].filter(Boolean).join(" ")}>
        <AriaDialog className="dialog" role={insist ? "alertdialog" : "dialog"}>
          <header className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {insist ? null : <Button kind="quiet" icon="close" label={t("do.close")} bare onPress={onClose} />}
          </header>
          <div className="dialog-body">{children}</div>
          {actions ? <footer className="dialog-actions">{actions}</footer> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
