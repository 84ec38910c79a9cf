/** What the guest's pick-up page says. */
import base from "./en/base.json";
import pickup from "./en/pickup.json";

export default { ...base, ...pickup };
