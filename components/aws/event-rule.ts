/**
 * State of every rule of EventBridge here. It is said although it is the default: AWS's provider leaves a state alone that
 * no program says, so that a rule which somebody disabled would stay so, and its files, failures and findings unheard.
 */
export const RULE_STATE = "ENABLED";
