#!/usr/bin/env node
// The `naru` command. TypeScript runs as it is; types are checked by `npm run typecheck`.
const { join } = require("node:path");

// Until January 2027 the AWS SDK only warns of Node 20; the warning would stand in every command's output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("ts-node").register({ project: join(__dirname, "..", "tsconfig.json"), transpileOnly: true });
require("./main").main(process.argv);
