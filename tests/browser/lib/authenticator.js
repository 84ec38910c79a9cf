/** Chromium's virtual authenticator: a finger that is always there, or is not, or is somebody else's. */

/** Gives a page an authenticator; `bound` makes it a security key, from which keys are never copied. To be called before
 * the page is opened. */
export async function giveAuthenticator({ context, page }, { bound = false } = {}) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = {
    protocol: "ctap2",
    ctap2Version: "ctap2_1",
    transport: bound ? "usb" : "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    defaultBackupEligibility: !bound,
    defaultBackupState: !bound,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  const send = (method, more) => cdp.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    /** Whether somebody touches it when it asks. */
    present: (enabled) => send("setAutomaticPresenceSimulation", { enabled }),
    /** Whether the finger is the owner's. */
    verified: (isUserVerified) => send("setUserVerified", { isUserVerified }),
    /** Whether it signs something else than it says. */
    bogus: (isBogusSignature) => send("setResponseOverrideBits", { isBogusSignature }),
    credentials: async () => (await send("getCredentials")).credentials,
  };
}
