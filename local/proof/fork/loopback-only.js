// Loaded into every Node process of a run (NODE_OPTIONS): writes down each connection and each look-up of a name that would
// leave this machine, whether it is refused or not.
const { appendFileSync } = require("node:fs");
const dns = require("node:dns");
const net = require("node:net");

const FILE = process.env.NARU_PROOF_ATTEMPTS;
const LOCAL = /^(127\.|::1$|localhost$|::ffff:127\.|0\.0\.0\.0$|$)/;

function note(kind, host) {
  if (FILE !== undefined && !LOCAL.test(host)) appendFileSync(FILE, `${kind} ${host} (${process.argv[1]})\n`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (typeof options === "object" && options !== null) {
    // A socket of the file system has a path and no port; HTTP leaves its own path beside the port.
    if (options.port !== undefined || typeof options.path !== "string")
      note("connection", options.host ?? "");
  } else if (typeof options === "number") {
    note("connection", typeof given[1] === "string" ? given[1] : "");
  }
  return connect.apply(this, given);
};
for (const api of [dns, dns.promises]) {
  const lookup = api.lookup;
  api.lookup = function (host, ...rest) {
    note("look-up", host ?? "");
    return lookup.call(this, host, ...rest);
  };
}
