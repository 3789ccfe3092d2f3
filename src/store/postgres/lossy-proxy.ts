/**
 * Stands between a client and its server, and loses answers: what was asked has reached the server, which does it, and
 * the connection breaks before the answer is through. It looks at no byte, so that it works with encryption too.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the server listens. */
export interface ServerAddress {
  /** A name, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
}

/** See the file's head. */
export interface LossyProxy {
  /** Listens here, on the loopback address. */
  readonly port: number;
  /** Takes the next answer of a connection, chosen by a number; whether one came within `withinMs`. */
  loseAnswer(choice: number, withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Listens on a port of the loopback address that is free. */
export async function openLossyProxy(address: ServerAddress): Promise<LossyProxy> {
  const links = new Set<Link>();
  const server = createServer((client) => {
    const link = new Link(client, connect(socketOf(address)), () => links.delete(link));
    links.add(link);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async loseAnswer(choice, withinMs) {
      const link = [...links][choice % Math.max(1, links.size)];
      if (link === undefined) return false;
      link.losesNext = true;
      await Promise.race([link.ended, sleep(withinMs)]);
      link.losesNext = false;
      return link.hasLost;
    },
    async close() {
      for (const link of links) link.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One connection, with its two ends. */
class Link {
  /** From what is asked next on: the answer to that is lost. */
  losesNext = false;
  hasLost = false;
  /** Resolves when both ends are closed. */
  readonly ended: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  #asked = false;

  constructor(client: Socket, server: Socket, onEnd: () => void) {
    this.#client = client.setNoDelay(true);
    this.#server = server.setNoDelay(true);
    this.ended = new Promise((resolve) => {
      for (const socket of [client, server]) {
        // What broke is told by "close", which follows.
        socket.on("error", () => undefined);
        socket.once("close", () => {
          this.end();
          onEnd();
          resolve();
        });
      }
    });
    client.on("data", (bytes) => {
      this.#asked = this.losesNext;
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (!this.#asked) client.write(bytes);
      else {
        this.hasLost = true;
        this.end();
      }
    });
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}

function socketOf({ host, port }: ServerAddress): { path: string } | ServerAddress {
  return host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}
