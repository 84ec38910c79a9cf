/** What the guest's pick-up page says. */
import base from "./nl/base.json";
import pickup from "./nl/pickup.json";

export default { ...base, ...pickup };
