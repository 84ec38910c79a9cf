#!/usr/bin/env python3
"""Makes a house for a bench through its own command line and API, as an administrator would.

house.py WARDPOST FOLDER DOMAIN MAILBOXES

Writes FOLDER/wardpost.toml (SQLite, loopback, free ports), runs `wardpost init`, starts `wardpost serve`, accepts the
administrator's invitation, signs in with the second factor and makes the mailboxes u0, u1, … of DOMAIN. Prints the pid
and the MX address, and leaves the server running.
"""
import base64, hashlib, hmac, http.client, json, pathlib, re, struct, subprocess, sys, time

wardpost, folder, domain, count = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
folder.mkdir(parents=True, exist_ok=True)
config = folder / "wardpost.toml"
config.write_text(f'''
[server]
public_url = "http://localhost:0"
host_name = "mail.{domain}"
data_dir = "{folder}/data"
[http]
listen = ["127.0.0.1:0"]
[smtp]
mx_listen = ["127.0.0.1:0"]
submission_listen = ["127.0.0.1:0"]
submissions_listen = ["127.0.0.1:0"]
[smtp.limits]
exempt_networks = ["127.0.0.0/8"]
[log]
level = "warn"
[metrics]
listen = "127.0.0.1:0"
''')


def run(*args):
    made = subprocess.run([wardpost, "--config", str(config), *args], capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"wardpost {' '.join(args)} failed: {made.stderr}")
    return made.stdout


printed = run("init", "--org", "Bench", "--domain", domain, "--admin-name", "Ada Min", "--admin-login", f"ada@{domain}")
invitation = re.search(r"#(\S+)", printed).group(1)
ready = folder / "ready.json"
ready.unlink(missing_ok=True)
log = open(folder / "server.log", "w")
began = time.monotonic()
server = subprocess.Popen([wardpost, "--config", str(config), "serve", "--ready-file", str(ready)], stdout=log, stderr=log)
while not ready.exists():
    if server.poll() is not None or time.monotonic() - began > 30:
        sys.exit((folder / "server.log").read_text())
    time.sleep(0.005)
started = time.monotonic() - began
at = json.loads(ready.read_text())
address = lambda name: (at.get(name) or at["addresses"][name])[0]

web = http.client.HTTPConnection(address("http"))
cookie, csrf = None, None


def call(method, path, body=None):
    global cookie
    headers = {"Content-Type": "application/json", "Origin": "http://" + address("http"), "Sec-Fetch-Site": "same-origin"}
    if cookie:
        headers["Cookie"] = cookie
    headers["X-Wardpost-CSRF"] = csrf or "1"
    web.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
    answer = web.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {path}: {answer.status} {text[:500]}")
    if answer.getheader("Set-Cookie"):
        cookie = answer.getheader("Set-Cookie").split(";")[0]
    return json.loads(text) if text else None


def code(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


opened = call("POST", "/invitations/open", {"token": invitation})
secret, step = opened["totp"]["secret"].replace(" ", ""), int(time.time() // 30)
password = "nine slow otters drift"
call("POST", "/invitations/accept", {"token": invitation, "password": password, "totp_code": code(secret, step)})
call("POST", "/session", {"login": f"ada@{domain}", "password": password})
# A code works once: the next one in time is accepted within the allowed skew.
session = call("POST", "/session/second-factor", {"code": code(secret, step + 1)})
csrf = session["csrf"]
me = session["person"]["id"]
for n in range(count):
    call("POST", "/mailboxes", {"kind": "shared", "address": f"u{n}@{domain}", "name": f"Bench {n}", "members": [me]})
rss = re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.pid}/status").read_text()).group(1)
print(json.dumps({"pid": server.pid, "mx": address("mx"), "started_ms": round(started * 1000), "rss_kib": int(rss)}))
