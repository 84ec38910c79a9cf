/** An identity provider on this machine: the real oidc-provider, with a plain page of its own, so that nothing leaves. */

import { generateKeyPairSync, randomBytes } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";

const SCOPES = ["openid", "email", "profile", "groups"];

const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
  alg,
  use: "sig",
  kid: randomBytes(8).toString("hex"),
});

const page = (title) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>` +
  `<form method="post"><label>Who <input name="login" autocomplete="off"></label><label><input type="checkbox" name="two"> Two factors</label><button>Go</button></form></main></html>`;

// Its own pages fetch a font from elsewhere.
const logoutSource = (context, form) => {
  context.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign out</title><main><h1>Sign out</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button></main></html>`;
};
const postLogoutSuccessSource = (context) => {
  context.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed out</title><main><h1>Signed out</h1></main></html>`;
};

/** Opens a provider for the house at `url`; `people` are claims by subject. */
export async function openProvider(url, people) {
  // The port must be known before the issuer is named.
  const server = http.createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://localhost:${server.address().port}`;
  const secret = randomBytes(24).toString("base64url");
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "wardpost",
        client_secret: secret,
        redirect_uris: [`${url}/sign-in/provider`],
        post_logout_redirect_uris: [`${url}/sign-in`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        token_endpoint_auth_method: "client_secret_basic",
        id_token_signed_response_alg: "ES256",
        backchannel_logout_uri: `${url}/api/v1/oidc/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [key("ec", { namedCurve: "P-256" }, "ES256"), key("rsa", { modulusLength: 2048 }, "RS256")] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: { openid: ["sub", "sid", "amr", "auth_time"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    scopes: SCOPES,
    conformIdTokenClaims: false,
    // It refuses addresses of this machine by its own choice of connections: here both are on it.
    fetch: (target, { dispatcher, ...options }) => globalThis.fetch(target, options),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource } },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600, IdToken: 600 },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(SCOPES.join(" "));
      await grant.save();
      return grant;
    },
  });
  const errors = [];
  for (const name of ["server_error", "authorization.error", "grant.error", "backchannel.error", "end_session.error"]) {
    provider.on(name, (...about) => errors.push(`${name}: ${about.find((one) => one instanceof Error)?.message}`));
  }
  const app = provider.callback();
  server.on("request", async (request, response) => {
    if (!new URL(request.url, issuer).pathname.startsWith("/interaction/")) return app(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html");
      return response.end(page("Hospital account"));
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const given = new URLSearchParams(body);
    const amr = given.has("two") ? ["pwd", "mfa"] : ["pwd"];
    return provider.interactionFinished(request, response, { login: { accountId: given.get("login"), amr } });
  });
  return {
    issuer,
    secret,
    errors,
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
