import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";
import {
  canReadSockets,
  exposedSockets,
  listeningSockets,
  parseTable,
} from "../../../../local/proof/sockets";

const HEADER =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

function line(address: string, state: string, inode: number): string {
  const remote = address.replace(/[0-9A-F]/g, "0");
  return `   0: ${address} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0`;
}

/** Addresses as the kernel writes them: 32-bit words, each with its bytes turned round. */
const ADDRESSES: Record<string, { readonly text: string; readonly exposed: boolean }> = {
  "127.0.0.1": { text: "0100007F:11D7", exposed: false },
  "127.0.1.1": { text: "0101007F:11D7", exposed: false },
  "0.0.0.0": { text: "00000000:11D7", exposed: true },
  "192.168.0.7": { text: "0700A8C0:11D7", exposed: true },
  "::1": { text: "00000000000000000000000001000000:11D7", exposed: false },
  "::": { text: "00000000000000000000000000000000:11D7", exposed: true },
  "::ffff:127.0.0.1": { text: "0000000000000000FFFF00000100007F:11D7", exposed: false },
  "::ffff:0.0.0.0": { text: "0000000000000000FFFF000000000000:11D7", exposed: true },
  "::ffff:192.168.0.7": { text: "0000000000000000FFFF00000700A8C0:11D7", exposed: true },
  "fe80:0000:0000:0000:0000:0000:0000:0001": { text: "000080FE000000000000000001000000:11D7", exposed: true },
};

describe("listening sockets", () => {
  for (const [address, { text, exposed }] of Object.entries(ADDRESSES)) {
    it(`read ${address}, which ${exposed ? "answers to more than" : "is"} this machine`, () => {
      const [[inode, at]] = parseTable(`${HEADER}\n${line(text, "0A", 4711)}\n`) as [
        [string, { address: string; port: number }],
      ];
      expect(inode).to.equal("4711");
      expect(at).to.deep.equal({ address, port: 4567 });
      expect(exposedSockets([{ pid: 1, ...at }])).to.have.length(exposed ? 1 : 0);
    });
  }

  it("are those in state LISTEN only", () => {
    const table = [
      HEADER,
      line("0100007F:11D7", "01", 1),
      line("0100007F:11D8", "0A", 2),
      line("0100007F:11D9", "06", 3),
    ];
    expect(parseTable(table.join("\n")).map(([inode]) => inode)).to.deep.equal(["2"]);
  });

  it("may be none", () => {
    expect(parseTable(`${HEADER}\n`)).to.deep.equal([]);
  });

  it("of this process are found while they listen", async function () {
    if (!canReadSockets()) this.skip();
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const found = listeningSockets([process.pid]).filter((socket) => socket.port === port);
    await new Promise((resolve) => server.close(resolve));
    expect(found).to.deep.equal([{ pid: process.pid, address: "127.0.0.1", port }]);
    expect(listeningSockets([process.pid]).filter((socket) => socket.port === port)).to.deep.equal([]);
  });
});
