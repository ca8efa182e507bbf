// The provider as the engine's plugin: prints the port that it listens on, and nothing else.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("../../cli/lean-modules");
require("../../cli/typescript");
require("./engine-plugin").main(process.argv.slice(2));
