/** What the first screens say: sign-in, the shell, mail. */
import account from "./nl/account.json";
import base from "./nl/base.json";
import common from "./nl/common.json";
import mail from "./nl/mail.json";
import words from "./nl/words.json";

export default { ...account, ...base, ...common, ...mail, ...words };
