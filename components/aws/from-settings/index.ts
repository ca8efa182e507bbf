/** What the settings decide: whether a component is made, and of what. The program puts the rest together. */
export { createBudget } from "./budget";
export { awsContext } from "./context";
export { createConnections } from "./connections";
export { createCrawlers } from "./crawlers";
export { createDatabase } from "./database";
export { createDeliveryDestinations } from "./delivery-destinations";
export { createKafka } from "./kafka";
export { createNetwork } from "./network";
export { createPreparation } from "./preparation";
export { createSpark } from "./spark";
