/** What the guest's pick-up page says. */
import pickup from "./nl/pickup.json";

export default { ...pickup };
