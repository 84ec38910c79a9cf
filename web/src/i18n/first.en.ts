/** What the first screens say: sign-in, the shell, mail. */
import account from "./en/account.json";
import base from "./en/base.json";
import common from "./en/common.json";
import mail from "./en/mail.json";
import words from "./en/words.json";

export default { ...account, ...base, ...common, ...mail, ...words };
