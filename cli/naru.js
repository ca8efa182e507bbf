#!/usr/bin/env node
// The `naru` command.
// Until January 2027 the AWS SDK only warns of Node 20; the warning would stand in every command's output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// The commands that a change waits for.
if (["check", "plan"].includes(process.argv[2])) require("./code-cache").keepCode(process.argv[2]);
require("./lean-modules");
require("./typescript");
require("./main").main(process.argv);
