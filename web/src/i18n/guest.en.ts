/** What the guest's pick-up page says. */
import pickup from "./en/pickup.json";

export default { ...pickup };
